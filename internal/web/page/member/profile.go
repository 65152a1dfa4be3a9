package member

import (
	"net/http"
	"net/url"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

func (p pages) showProfile(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	me, err := p.orgs.Person(r.Context(), p.orgs.Read(), actor.OrgID, actor.PersonID)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"name": {me.Name}, "phone": {me.Phone}, "lang": {me.Lang}, "zone": {me.Zone}, "clock": {me.Clock}}}
	return p.drawProfile(w, r, http.StatusOK, form)
}

func (p pages) drawProfile(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	actor := web.ActorOf(r)
	me, err := p.orgs.Person(r.Context(), p.orgs.Read(), actor.OrgID, actor.PersonID)
	if err != nil {
		return err
	}
	now, err := p.orgs.Now(r.Context())
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	shell := page.Frame(w, r, reader.T("member.profile"), "")
	return page.Render(w, r, status, profilePage(reader, shell, profileView{form: form, me: me, at: actor.Organization, now: now}))
}

func (p pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.orgs.SaveProfile(r.Context(), web.ActorOf(r), org.Profile{Name: form.Get("name"), Phone: form.Get("phone"),
		Lang: form.Get("lang"), Zone: form.Get("zone"), Clock: form.Get("clock")})
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawProfile(w, r, http.StatusUnprocessableEntity, form)
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.profile.saved"})
	return web.Redirect(w, r, "/profile")
}
