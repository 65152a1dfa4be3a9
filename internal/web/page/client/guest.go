package client

import (
	"fmt"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func (p *Pages) guestPages() {
	p.public("GET /guest/{token}", p.guest)
	p.public("POST /guest/{token}/decline", p.decline)
}

// guestsOf are the guests of the details form.
func guestsOf(form web.Form) (wishes []appointment.GuestWish) {
	for i := range appointment.GuestsMost {
		at := func(field string) string { return form.Get(guestField(i, field)) }
		wishes = append(wishes, appointment.GuestWish{Name: at("name"), Email: at("email"), Role: appointment.GuestRole(at("role")), Lang: at("lang")})
	}
	return wishes
}

func guestField(i int, field string) string { return fmt.Sprintf("guest.%d.%s", i, field) }

// guestFields are the fields of all guests in the order of the page.
func guestFields() (fields []string) {
	for i := range appointment.GuestsMost {
		for _, f := range []string{"name", "email", "role", "lang"} {
			fields = append(fields, guestField(i, f))
		}
	}
	return fields
}

// hasGuests reports whether anything was typed about guests, so that the
// questions are open when the form comes back.
func hasGuests(form web.Form) bool {
	for i := range appointment.GuestsMost {
		if form.Get(guestField(i, "name")) != "" || form.Get(guestField(i, "email")) != "" {
			return true
		}
	}
	return false
}

func guestRoles(r words.Reader) (list []ui.Option) {
	for _, role := range appointment.GuestRoles() {
		list = append(list, ui.Option{Value: string(role), Label: r.T(role.Label())})
	}
	return list
}

func readingLanguages() (list []ui.Option) {
	for _, l := range words.Langs() {
		list = append(list, ui.Option{Value: l.Tag, Label: l.Name})
	}
	return list
}

// guestView is what a guest's page shows.
type guestView struct {
	appointment.View
	guest appointment.Guest
	shell ui.PublicShellProps
	base  string
	// open says that the guest can still decline.
	open bool
	now  time.Time
}

func (p *Pages) openGuest(w http.ResponseWriter, r *http.Request) (v guestView, err error) {
	if v.now, err = p.Now(r.Context()); err != nil {
		return v, err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), appointment.GuestPath, v.now)
	if err != nil {
		return v, err
	}
	if v.guest, v.View, err = p.Appointments.ForGuest(r.Context(), p.Orgs.Read(), claim.OrgID, claim.PersonID, claim.Object); err != nil {
		return v, err
	}
	web.InOrganization(r, v.Organization)
	web.ReadsAs(r, v.guest.Person.Lang, v.Zone)
	reader := web.ReaderOf(r)
	v.shell = page.Public(w, r, reader.T("client.guest.title"))
	v.shell.Page.ZoneGuess = guess(r, reader)
	v.base = appointment.GuestPath + "/" + r.PathValue("token")
	v.open = v.guest.State == appointment.Invited && v.Upcoming(v.now)
	return v, nil
}

// guest shows an invitation to the one who was invited.
func (p *Pages) guest(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openGuest(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, guestPage(web.ReaderOf(r), v))
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openGuest(w, r)
	if err != nil {
		return err
	}
	err = p.Appointments.DeclineGuest(r.Context(), v.OrgID, v.guest.PersonID, v.guest.ID)
	if err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return web.Redirect(w, r, v.base)
}

// inviteGuest asks somebody more to come along.
func (p *Pages) inviteGuest(r *http.Request, v manageView, form web.Form) error {
	_, err := p.Appointments.InviteGuest(r.Context(), v.by(), appointment.Seen{ID: v.ID}, guestsOf(form)[0])
	return err
}

func (p *Pages) removeGuest(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	err = p.Appointments.RemoveGuest(r.Context(), v.by(), appointment.Seen{ID: v.ID}, r.PathValue("guest"))
	switch {
	case fault.Is(err, fault.NotFound): // removed a moment ago
	case err != nil:
		return err
	default:
		web.Tell(w, r, web.Flash{Tone: "success", Key: "client.guest.removed"})
	}
	return web.Redirect(w, r, v.base)
}
