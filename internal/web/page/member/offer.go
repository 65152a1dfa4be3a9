package member

import (
	"net/http"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// offerView is what a member offers, which administrators decide, and the
// platform of their video calls, which they choose.
type offerView struct {
	facts    []ui.Fact
	platform page.Platform
}

func (k *Work) offerPages() {
	k.own("GET /profile/offer", k.showOffer)
	k.own("POST /profile/platform", k.savePlatform)
}

func (k *Work) showOffer(w http.ResponseWriter, r *http.Request) (err error) {
	actor, reader := web.ActorOf(r), web.ReaderOf(r)
	var v offerView
	if v.facts, err = k.offered(r, reader, actor); err != nil {
		return err
	}
	if v.platform, err = (page.Platforms{Orgs: k.Orgs, Vault: k.Vault, Identities: k.Identities}).Of(r, actor.PersonID); err != nil {
		return err
	}
	shell := page.Frame(w, r, reader.T("member.offer"), "")
	return page.Render(w, r, http.StatusOK, offerPage(reader, shell, v))
}

// offered says in names what clients can book this member for.
func (k *Work) offered(r *http.Request, reader words.Reader, actor org.Actor) ([]ui.Fact, error) {
	q := k.Orgs.Read()
	profiles, err := k.Appointments.Staffing(r.Context(), q, actor.OrgID, []string{actor.PersonID})
	if err != nil {
		return nil, err
	}
	services, err := k.Appointments.Services(r.Context(), q, actor.OrgID)
	if err != nil {
		return nil, err
	}
	locations, err := k.Appointments.Locations(r.Context(), q, actor.OrgID)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range services {
		names[s.ID] = s.Name
	}
	for _, l := range locations {
		names[l.ID] = l.Name
	}
	mine := profiles[actor.PersonID]
	spoken := mine.Languages
	if len(spoken) == 0 {
		spoken = []string{actor.Organization.Lang}
	}
	return []ui.Fact{
		{Term: reader.T("admin.staff.services"), Text: listed(reader, mine.Services, func(id string) string { return names[id] })},
		{Term: reader.T("admin.staff.locations"), Text: listed(reader, mine.Locations, func(id string) string { return names[id] })},
		{Term: reader.T("member.offer.languages"), Text: listed(reader, spoken, reader.LanguageName)},
	}, nil
}

func listed(reader words.Reader, ids []string, name func(string) string) string {
	if len(ids) == 0 {
		return reader.T("member.offer.none")
	}
	var all []string
	for _, id := range ids {
		all = append(all, name(id))
	}
	return reader.List(all...)
}

// savePlatform saves the reader's own platform: the form names nobody else.
func (k *Work) savePlatform(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	actor := web.ActorOf(r)
	if err := k.Identities.SetPlatform(r.Context(), actor, actor.PersonID, form.Get("platform")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.profile.saved"})
	return web.Redirect(w, r, "/profile/offer")
}
