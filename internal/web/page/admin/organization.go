package admin

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// organizationView is what the page of the organization shows.
type organizationView struct {
	form web.Form
	at   org.Organization
	now  time.Time
	// public is the address of the booking page.
	public string
}

// staleOrganization is the fault of who saves what somebody else changed meanwhile.
const staleOrganization = "org.organization.stale"

// version is the state of an organization, as a form carries it.
func version(at org.Organization) string { return strconv.FormatInt(at.Version, 10) }

func (p *Pages) organization(r *http.Request) (org.Organization, error) {
	return p.Orgs.Organization(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
}

func (p *Pages) showOrganization(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"organization": {at.Name}, "slug": {at.Slug}, "zone": {at.Zone}, "lang": {at.Lang}, "version": {version(at)}}}
	return p.drawOrganization(w, r, http.StatusOK, organizationView{form: form, at: at})
}

func (p *Pages) drawOrganization(w http.ResponseWriter, r *http.Request, status int, v organizationView) (err error) {
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	title := reader.T("admin.organization")
	shell := page.Frame(w, r, title, inSettings)
	v.public = p.Site.URL("/book/" + v.at.Slug)
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.organization.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, organizationPage(reader, shell, header, v))
}

func (p *Pages) saveOrganization(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	n := at
	n.Name, n.Slug, n.Zone, n.Lang = form.Get("organization"), form.Get("slug"), form.Get("zone"), form.Get("lang")
	n.Slug, n.Version = cmp.Or(n.Slug, at.Slug), form.Version()
	bad := p.Orgs.SaveOrganization(r.Context(), web.ActorOf(r), n)
	if form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	form.Overtaken(bad, staleOrganization, at.Version)
	if form.Errors != nil {
		return p.drawOrganization(w, r, http.StatusUnprocessableEntity, organizationView{form: form, at: at})
	}
	return tell(w, r, "/settings/organization", "success", "admin.organization.saved")
}
