package help

import (
	"net/http"
	"net/url"
	"time"

	"parley/internal/org"
	"parley/internal/support"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// A place is where a support contact is set: for one organization, or for all.
type place struct {
	name, path string
	may        org.Permission
	scope      org.Scope
}

var (
	organizationPlace = place{"organization", "/settings/support", org.ManageOrganization, org.WholeOrganization}
	installationPlace = place{"installation", "/installation/support", org.ManageInstallation, org.Installation}
)

// settingView is what the page of the support contact shows.
type settingView struct {
	at   place
	form web.Form
	now  time.Time
	// counts is the contact that counts here now.
	counts support.Contact
}

// set reports whether it is set in this very place.
func (v settingView) set() bool { return v.counts.Origin == v.at.scope }

// current is what counts in a place.
func (p *Pages) current(r *http.Request, at place) (support.Contact, error) {
	if at.scope == org.Installation {
		return p.Support.Installed(r.Context(), p.Orgs.Read())
	}
	return p.Support.Contact(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
}

func (p *Pages) showSetting(at place) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		now, err := p.current(r, at)
		if err != nil {
			return err
		}
		form := web.Form{Values: url.Values{"zone": {web.OrganizationOf(r).Zone}}}
		if now.Origin == at.scope {
			form.Values = url.Values{"address": {now.Address}, "hours": {now.Hours}, "zone": {now.Zone}, "phone": {now.Phone}}
		}
		return p.drawSetting(w, r, http.StatusOK, settingView{at: at, form: form, counts: now})
	}
}

func (p *Pages) drawSetting(w http.ResponseWriter, r *http.Request, status int, v settingView) (err error) {
	if v.now, err = p.Now(r.Context()); err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	title := reader.T("help.setting")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("help.setting.lead." + v.at.name)}
	if web.May(r, "GET /settings") {
		header.Breadcrumb = []ui.NavItem{{Label: reader.T("admin.settings"), Href: "/settings"}}
	}
	return page.Render(w, r, status, settingPage(reader, page.Frame(w, r, title, "settings"), header, v))
}

func (p *Pages) saveSetting(at place) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		err = p.Support.Save(r.Context(), web.ActorOf(r), at.scope, support.Contact{
			Address: form.Get("address"), Hours: form.Get("hours"), Zone: form.Get("zone"), Phone: form.Get("phone")})
		if form.Errors, err = web.FieldErrors(r, err); err != nil {
			return err
		}
		if form.Errors == nil {
			return told(w, r, at, "help.setting.saved")
		}
		now, err := p.current(r, at)
		if err != nil {
			return err
		}
		return p.drawSetting(w, r, http.StatusUnprocessableEntity, settingView{at: at, form: form, counts: now})
	}
}

func (p *Pages) clearSetting(at place) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := p.Support.Clear(r.Context(), web.ActorOf(r), at.scope); err != nil {
			return err
		}
		return told(w, r, at, "help.setting.removed")
	}
}

func told(w http.ResponseWriter, r *http.Request, at place, key string) error {
	web.Tell(w, r, web.Flash{Tone: "success", Key: key})
	return web.Redirect(w, r, at.path)
}
