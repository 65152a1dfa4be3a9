package admin

import (
	"cmp"
	"io"
	"net/http"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/client"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A preview draws a page or a mail as it would look, for a frame.
type preview func(p *Pages, w http.ResponseWriter, r *http.Request, at org.Organization) error

// previews are what can be looked at, by the name in the address; previewParts
// is their order.
var (
	previews     = map[string]preview{"booking": previewBooking, "join": previewJoin, "mail": previewMail}
	previewParts = []string{"booking", "join", "mail"}
)

// preview shows what an organization would look like with the name and the colour
// of the address. It saves nothing, and nothing on it can be pressed.
func (p *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	at.Name, at.Accent = cmp.Or(strings.TrimSpace(q.Get("name")), at.Name), ui.Hex(q.Get("accent"))
	draw := previews[q.Get("part")]
	if draw == nil {
		draw = previewBooking
	}
	return draw(p, w, r, at)
}

// previewSheet is the colour of a preview: BrandCSS as it would be.
func (p *Pages) previewSheet(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, err := io.WriteString(w, ui.BrandCSS(r.URL.Query().Get("accent")))
	return err
}

// previewShell is the frame of the client's pages as it would look.
func previewShell(w http.ResponseWriter, r *http.Request, at org.Organization) ui.PublicShellProps {
	web.InFrame(w, "style-src 'self'; img-src 'self' data:; font-src 'self'", "allow-same-origin")
	web.InOrganization(r, at)
	s := page.Public(w, r, web.ReaderOf(r).T("branding.preview"))
	s.Page.Still, s.Page.Theme = true, r.URL.Query().Get("theme")
	s.Page.Brand = page.Address(brandingPath+"/preview.css", "accent", cmp.Or(at.Accent, ui.DefaultAccent))
	return s
}

func previewBooking(_ *Pages, w http.ResponseWriter, r *http.Request, at org.Organization) error {
	return page.Render(w, r, http.StatusOK, client.SampleBooking(web.ReaderOf(r), previewShell(w, r, at)))
}

func previewJoin(p *Pages, w http.ResponseWriter, r *http.Request, at org.Organization) error {
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	shell := previewShell(w, r, at)
	return page.Render(w, r, http.StatusOK, client.SampleJoin(web.ReaderOf(r), shell, sample(at, web.ReaderOf(r), now), now))
}

// sample is an appointment that nobody has.
func sample(at org.Organization, r words.Reader, now time.Time) appointment.View {
	return appointment.Sample(at, appointment.SampleWords{Service: r.T("branding.sample.service"), Client: r.T("branding.sample.client"), Staff: r.T("branding.sample.staff")}, now)
}

// darkMail is how a mail says what is different where the reader's system is dark.
const darkMail = "@media (prefers-color-scheme: dark)"

// previewMail is the mail that a client gets for a booking, drawn as it is sent. A
// frame cannot be told that the system is dark, so the mail's own rule for that
// is made to hold always, or never.
func previewMail(p *Pages, w http.ResponseWriter, r *http.Request, at org.Organization) error {
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	links := func(a card.Action) string { return p.Site.URL("/" + strings.TrimLeft(a.Path, "/")) }
	_, html, _, err := card.Email(card.Draw(appointment.SampleCard(sample(at, reader, now)), reader, links), page.MailBrand(p.Site, at))
	if err != nil {
		return err
	}
	holds := "@media not all"
	if r.URL.Query().Get("theme") == "dark" {
		holds = "@media all"
	}
	html = strings.Replace(html, darkMail, holds, 1)
	html = strings.Replace(html, "<head>", `<head><base target="_blank">`, 1) // a new window is what the frame may not open
	web.InFrame(w, "style-src 'unsafe-inline'; img-src "+p.Site.BaseURL.Scheme+"://"+p.Site.BaseURL.Host, "")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = io.WriteString(w, html)
	return err
}
