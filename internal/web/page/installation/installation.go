// Package installation is the door for who runs the installation, the superuser:
// this Parley's own application at each vendor.
//
// It draws and translates. What counts, what is kept and what a vendor says is
// vault's; it knows no vendor, since each describes its own application.
package installation

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the superuser's pages.
type Pages struct {
	Site  *web.Site
	Orgs  *org.Orgs
	Vault *vault.Vault
}

const (
	appsPath = "/installation/apps"
	// ofWhom names the organization in addresses and forms; empty is all.
	ofWhom = "organization"
	// pemRoom is what a form needs that holds a certificate twice, typed and
	// uploaded.
	pemRoom = 256 << 10
)

// AppPath is the page of our application at a vendor, for the installation or,
// with its id, for one organization alone.
func AppPath(vendor, orgID string) string {
	return page.Address(appsPath+"/"+vendor, ofWhom, orgID)
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	s, may := p.Site, org.ManageInstallation
	s.Handle("GET "+appsPath, may, p.list)
	s.Handle("GET "+appsPath+"/{vendor}", may, p.show)
	s.Handle("POST "+appsPath+"/{vendor}", may, p.save, web.Body(pemRoom))
	s.Handle("POST "+appsPath+"/{vendor}/test", may, p.test, web.Strict)
	s.Handle("GET "+appsPath+"/{vendor}/remove", may, p.askRemove)
	s.Handle("POST "+appsPath+"/{vendor}/remove", may, p.remove)
}

// inSettings is the entry of the menu that the pages belong to.
const inSettings = "settings"

// list shows every registration there is: what serves all, and what serves one
// organization alone.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	reader, q := web.ReaderOf(r), p.Orgs.Read()
	all, err := p.Vault.Registrations(r.Context(), q)
	if err != nil {
		return err
	}
	faults, err := p.Vault.OperatorFaults(r.Context(), q)
	if err != nil {
		return err
	}
	names, err := p.organizations(r)
	if err != nil {
		return err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	var rows []ui.Row
	for _, vendor := range p.Vault.AppVendors() {
		for _, reg := range ordered(vendor, all) {
			rows = append(rows, p.row(reader, reg, nameOf(names, reg.OrgID), faults, now))
		}
	}
	title := reader.T("installation.apps")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("installation.apps.lead"), Breadcrumb: p.above(r, reader)}
	return page.Render(w, r, http.StatusOK, listPage(reader, page.Frame(w, r, title, inSettings), header, rows))
}

// above leads back to the settings, for who may open them.
func (p *Pages) above(r *http.Request, reader words.Reader, more ...ui.NavItem) []ui.NavItem {
	var all []ui.NavItem
	if web.May(r, "GET /settings") {
		all = append(all, ui.NavItem{Label: reader.T("page.menu.settings"), Href: "/settings"})
	}
	return append(all, more...)
}

// ordered are a vendor's registrations, what serves all first. A vendor without
// any has one line all the same, and what does not count says so.
func ordered(vendor string, all []vault.Registration) (some []vault.Registration) {
	for _, reg := range all {
		if reg.Vendor == vendor {
			some = append(some, reg)
		}
	}
	rank := func(reg vault.Registration) int {
		return slices.Index([]vault.Origin{vault.FromEnvironment, vault.FromInstallation, vault.FromOrganization}, reg.Origin)
	}
	slices.SortStableFunc(some, func(a, b vault.Registration) int { return cmp.Compare(rank(a), rank(b)) })
	if len(some) == 0 || some[0].OrgID != "" {
		some = append([]vault.Registration{{Vendor: vendor, Origin: vault.FromNowhere}}, some...)
	}
	if len(some) > 1 && some[0].Origin == vault.FromEnvironment && some[1].Origin == vault.FromInstallation {
		some = slices.Delete(some, 1, 2) // its page tells of it
	}
	return some
}

func (p *Pages) row(r words.Reader, reg vault.Registration, organization string, faults []vault.OperatorFault, now time.Time) ui.Row {
	refused := slices.ContainsFunc(faults, func(f vault.OperatorFault) bool { return f.Vendor == reg.Vendor && f.OrgID == reg.OrgID })
	tone, word := state(r, reg, refused, now)
	whom := organization
	if reg.OrgID == "" {
		whom = r.T("installation.for.all")
	}
	return ui.Row{Cells: []ui.Cell{
		{Text: r.T(p.Vault.Title(reg.Vendor)), Href: AppPath(reg.Vendor, reg.OrgID)},
		{Text: whom}, {Body: ui.Badge(tone, word)}, {Text: reg.ClientID}, {Text: ends(r, reg)},
	}}
}

// state is how a registration is, and how alarming that is.
func state(r words.Reader, reg vault.Registration, refused bool, now time.Time) (ui.Tone, string) {
	switch {
	case reg.Origin == vault.FromNowhere:
		return ui.Neutral, r.T("installation.state.none")
	case !reg.Complete():
		return ui.Danger, r.T("installation.state.part")
	case refused:
		return ui.Danger, r.T("installation.state.refused")
	}
	switch reg.Urgency(now) {
	case 0:
		return ui.Success, r.T("installation.state.set")
	case 1, 2:
		return ui.Warning, r.T("installation.state.soon")
	}
	return ui.Danger, r.T("installation.state.ended")
}

// ends is when a registration ends, which only a certificate says by itself.
func ends(r words.Reader, reg vault.Registration) string {
	switch {
	case !reg.Complete():
		return ""
	case reg.Expires.IsZero():
		return r.T("installation.ends.unknown")
	}
	return day(r, reg)
}

// day is the date a registration ends: that of a secret is a day as the vendor's
// portal wrote it, in no zone; that of a certificate an instant.
func day(r words.Reader, reg vault.Registration) string {
	if reg.Kind == vault.BySecret {
		return r.In(time.UTC).Date(reg.Expires)
	}
	return r.Date(reg.Expires)
}

// organizations are all of them, by name.
func (p *Pages) organizations(r *http.Request) ([]org.Organization, error) {
	all, err := p.Orgs.Organizations(r.Context(), p.Orgs.Read())
	slices.SortFunc(all, func(a, b org.Organization) int { return cmp.Compare(a.Name, b.Name) })
	return all, err
}

func nameOf(all []org.Organization, id string) string {
	for _, o := range all {
		if o.ID == id {
			return o.Name
		}
	}
	return ""
}

// at reads which registration a request is about. An organization that is not
// there is not found.
func (p *Pages) at(r *http.Request, orgID string) (v view, err error) {
	v.vendor, v.orgID = r.PathValue("vendor"), orgID
	if v.app, v.redirect, err = p.Vault.App(v.vendor); err != nil {
		return v, err
	}
	if v.all, err = p.organizations(r); err != nil {
		return v, err
	}
	if v.organization = nameOf(v.all, orgID); orgID != "" && v.organization == "" {
		return v, fault.New(fault.NotFound, "")
	}
	for _, w := range v.app.Webhooks {
		w.Path = p.Site.URL(w.Path)
		v.webhooks = append(v.webhooks, w)
	}
	v.title = web.ReaderOf(r).T(p.Vault.Title(v.vendor))
	v.now, err = p.Orgs.Now(r.Context())
	return v, err
}

// link is a link that looks like a button, for the places that take a component.
func link(b ui.ButtonProps) templ.Component { return ui.LinkButton(b) }
