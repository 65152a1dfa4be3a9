// Package client is the door for people without an account: the booking page of
// an organization, the page behind the signed link in a client's mail, and the
// join page of every meeting.
//
// It draws and translates; what may be booked is appointment's to decide, and
// where a join link leads is meeting's.
package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"parley/internal/appointment"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the client's pages.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	// Links sign and prove the addresses in a client's mail.
	Links notify.LinkKeys
	// Invite writes an appointment's entry for the client's calendar.
	Invite func(v appointment.View, r words.Reader) ([]byte, error)
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	p.public("GET /book/{org}", p.services)
	p.public("GET /book/{org}/brand.css", p.brand)
	p.public("GET /book/{org}/logo", p.logo)
	p.public("GET /book/{org}/{service}", p.steps)
	p.public("POST /book/{org}/{service}", p.book)
	p.public("GET /manage/{token}", p.manage)
	p.public("GET /manage/{token}/invite.ics", p.invite)
	p.public("GET /manage/{token}/reschedule", p.times)
	p.public("POST /manage/{token}/reschedule", p.reschedule)
	p.public("GET /manage/{token}/cancel", p.askCancel)
	p.public("POST /manage/{token}/cancel", p.cancel)
	p.public("GET /j", p.enterCode)
	p.public("GET /j/{code}", p.join)
	p.public("GET /j/{code}/go", p.enter)
}

func (p *Pages) public(pattern string, h web.Handler) { p.Site.Handle(pattern, org.Public, h) }

// organization finds whose page it is and has it read in that organization's
// language and zone by whoever chose nothing.
func (p *Pages) organization(r *http.Request) (org.Organization, error) {
	o, err := p.Orgs.BySlug(r.Context(), p.Orgs.Read(), r.PathValue("org"))
	if err == nil {
		web.InOrganization(r, o)
	}
	return o, err
}

// shell is the frame of a client's page.
func shell(r *http.Request, o org.Organization, title string) ui.PublicShellProps {
	reader := web.ReaderOf(r)
	return ui.PublicShellProps{
		Page:      ui.PageProps{Title: title, Site: o.Name, Theme: ui.ThemeOf(r), Brand: brandURL(o)},
		Org:       ui.Brand{Name: o.Name, Logo: logoURL(o), Home: "/book/" + o.Slug},
		Languages: languages(r, reader),
		Credit:    reader.T("client.credit"),
	}
}

// languages leads to the same page in each language.
func languages(r *http.Request, reader words.Reader) (list []ui.Language) {
	for _, l := range words.Langs() {
		to := url.Values{"lang": {l.Tag}, "next": {r.URL.RequestURI()}}
		list = append(list, ui.Language{Code: l.Tag, Name: l.Name, Href: "/language?" + to.Encode(), Current: l.Tag == reader.Language()})
	}
	return list
}

func brandURL(o org.Organization) string {
	if o.Accent == "" {
		return ""
	}
	return "/book/" + o.Slug + "/brand.css?v=" + url.QueryEscape(o.Accent)
}

func logoURL(o org.Organization) string {
	if len(o.Logo) == 0 {
		return ""
	}
	return "/book/" + o.Slug + "/logo"
}

func (p *Pages) brand(w http.ResponseWriter, r *http.Request) error {
	o, err := p.organization(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write([]byte(ui.BrandCSS(o.Accent)))
	return err
}

func (p *Pages) logo(w http.ResponseWriter, r *http.Request) error {
	o, err := p.organization(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", o.LogoType)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(o.Logo)
	return err
}

// addressWith is an address with some values set; empty ones are left out.
func addressWith(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
