package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// bookingPath is the page about the organization's booking page.
const bookingPath = "/settings/booking"

func (p *Pages) bookingPages() {
	p.Site.Handle("GET "+bookingPath, org.ManageOrganization, p.showBooking)
	p.Site.Handle("POST "+bookingPath, org.ManageOrganization, p.saveBooking)
}

// bookingView is what the page shows.
type bookingView struct {
	form web.Form
	// public is the address of the booking page; whole and single are what a site
	// puts into its page for all services and for one.
	public, whole, single string
	// allowed says that some site may show it.
	allowed bool
}

func (p *Pages) showBooking(w http.ResponseWriter, r *http.Request) error {
	orgID := web.ActorOf(r).OrgID
	origins, err := page.OriginsOf(r.Context(), p.Orgs, orgID)
	if err != nil {
		return err
	}
	asks, err := p.Orgs.Setting(r.Context(), p.Orgs.Read(), orgID, appointment.AsksFeedback)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"origins": {strings.Join(origins, "\n")}}}
	if asks.Text == "true" {
		form.Values.Set("asks", "on")
	}
	return p.drawBooking(w, r, http.StatusOK, bookingView{form: form, allowed: len(origins) > 0})
}

func (p *Pages) drawBooking(w http.ResponseWriter, r *http.Request, status int, v bookingView) error {
	reader, at := web.ReaderOf(r), web.ActorOf(r).Organization
	v.public = p.Site.URL("/book/" + at.Slug)
	v.whole = snippet(p.Site.URL("/embed.js"), at.Slug, "", at.Name)
	services, err := p.Appointments.Services(r.Context(), p.Orgs.Read(), at.ID)
	if err != nil {
		return err
	}
	for _, s := range services {
		if s.Active && v.single == "" {
			v.single = snippet(p.Site.URL("/embed.js"), at.Slug, s.Slug, at.Name)
		}
	}
	title := reader.T("admin.booking")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.booking.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, bookingPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

// snippet is what a site puts where the booking page is to appear.
func snippet(script, organization, service, title string) string {
	parts := []string{`<script src="` + script + `"`, `data-organization="` + organization + `"`}
	if service != "" {
		parts = append(parts, `data-service="`+service+`"`)
	}
	quoted := strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(title)
	return strings.Join(append(parts, `data-title="`+quoted+`"`), " ") + " async></script>"
}

func (p *Pages) saveBooking(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	origins, wrong := page.ParseOrigins(form.Get("origins"))
	if wrong != nil {
		if form.Errors, err = web.FieldErrors(r, wrong.At("origins")); err != nil {
			return err
		}
		return p.drawBooking(w, r, http.StatusUnprocessableEntity, bookingView{form: form})
	}
	settings := map[string]string{page.FrameOrigins: strings.Join(origins, " "), appointment.AsksFeedback: strconv.FormatBool(form.On("asks"))}
	if err := p.Orgs.SaveSettings(r.Context(), web.ActorOf(r), org.WholeOrganization, settings); err != nil {
		return err
	}
	return tell(w, r, bookingPath, "success", "admin.booking.saved")
}
