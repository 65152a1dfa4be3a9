package client

import (
	"crypto/rand"
	"net/http"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// A doing is what the page of a deed asks before it is done. The texts are those
// of the verb: do.<verb>.title, .text and .go.
type doing struct {
	// field is the argument to choose, with its options; empty when there is none.
	field   string
	options func(r words.Reader) []ui.Choice
}

// doings are the verbs that ask more than whether one is sure.
var doings = map[string]doing{
	appointment.LateVerb: {field: appointment.LateMinutes, options: lateness},
}

// lateness are the lengths to choose from.
func lateness(r words.Reader) (list []ui.Choice) {
	for _, late := range appointment.Lateness() {
		list = append(list, ui.Choice{Value: r.Number(int(late.Minutes())), Title: r.Duration(late)})
	}
	return list
}

// deedView is what the page of a link for a deed shows.
type deedView struct {
	doing
	claim notify.Claim
	verb  string
	actor org.Person
	shell ui.PublicShellProps
	form  web.Form
	// key makes the same form do its deed once.
	key  string
	base string
	// answer is what came of it, once it is done.
	answer *card.Drawn
}

func (p *Pages) openDeed(w http.ResponseWriter, r *http.Request) (v deedView, err error) {
	if v.claim, v.verb, err = p.Notify.VerifyVerb(r.Context(), r.PathValue("token")); err != nil {
		return v, err
	}
	o, err := p.Orgs.Organization(r.Context(), p.Orgs.Read(), v.claim.OrgID)
	if err != nil {
		return v, err
	}
	web.InOrganization(r, o)
	if v.actor, err = p.Orgs.Person(r.Context(), p.Orgs.Read(), v.claim.OrgID, v.claim.PersonID); err != nil {
		return v, err
	}
	web.ReadsAs(r, v.actor.Lang, v.actor.Zone)
	v.doing, v.base, v.key = doings[v.verb], "/do/"+r.PathValue("token"), rand.Text()
	v.shell = page.Public(w, r, web.ReaderOf(r).T("do."+v.verb+".title"))
	return v, nil
}

// askDeed asks before anything is done: mail scanners open every link.
func (p *Pages) askDeed(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openDeed(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, deedPage(web.ReaderOf(r), v))
}

// doDeed does what the link was for, and shows what came of it.
func (p *Pages) doDeed(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.openDeed(w, r)
	if err != nil {
		return err
	}
	args := map[string]string{}
	if v.field != "" {
		args[v.field] = form.Get(v.field)
	}
	v.form, v.key = form, form.Get("key")
	return p.deedDone(w, r, v, p.deed(r, v.claim.OrgID, v.actor, v.verb, v.claim.Object, v.key, args))
}

// deed does a verb as the person whom a link proves.
func (p *Pages) deed(r *http.Request, orgID string, by org.Person, verb, object, key string, args map[string]string) func() (card.Card, error) {
	return func() (card.Card, error) {
		return p.Notify.Do(r.Context(), notify.Deed{
			Key: "link:" + object + ":" + by.ID + ":" + key, OrgID: orgID, Actor: org.Client(by), Verb: verb, Object: object, Args: args,
		})
	}
}

func (p *Pages) deedDone(w http.ResponseWriter, r *http.Request, v deedView, do func() (card.Card, error)) error {
	reader, status := web.ReaderOf(r), http.StatusOK
	outcome, err := do()
	if err != nil {
		if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	} else {
		drawn := card.Draw(outcome, reader, func(a card.Action) string { return a.Path })
		v.answer = &drawn
	}
	return page.Render(w, r, status, deedPage(reader, v))
}
