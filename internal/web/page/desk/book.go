package desk

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// bookPath is the page on which a member books for a client.
const bookPath = "/schedule/new"

// bookView is the one page on which staff book: what is asked for at the top, the
// times that fit it below, and the questions once a time is chosen.
type bookView struct {
	shell ui.ShellProps
	// client is who is booked for; zero for one who is not known yet.
	client    org.Person
	services  []appointment.Service
	locations []appointment.Location
	people    map[string]org.Person
	// speaks are the languages in which each of the staff can serve.
	speaks map[string][]string
	ask    appointment.Ask
	// start is the time that was chosen; zero while none is.
	start time.Time
	times page.Times
	// why says that nothing can be had as it is asked for.
	why  string
	form web.Form
	key  string
	// zone is the organization's, where a client who is not known yet is taken to be.
	zone string
	near []appointment.Slot
	// asked says that the method was chosen, and is not only the first there is.
	asked bool
	now   time.Time
}

// service is the service that is asked for; zero while none is.
func (v bookView) service() (s appointment.Service) {
	if i := slices.IndexFunc(v.services, func(s appointment.Service) bool { return s.ID == v.ask.ServiceID }); i >= 0 {
		return v.services[i]
	}
	return s
}

// with is the address of the page with some values set, or unset when empty.
func (v bookView) with(pairs ...string) string {
	at := []string{"client", v.client.ID, "service", v.ask.ServiceID, "method", string(v.ask.Method), "location", v.ask.LocationID, "staff", v.ask.StaffID, "lang", v.ask.Lang}
	if !v.start.IsZero() {
		at = append(at, "start", v.start.UTC().Format(time.RFC3339))
	}
	return page.Address(bookPath, append(at, pairs...)...)
}

// times shows the times for what is asked, or the questions of the chosen one.
func (p *Pages) times(w http.ResponseWriter, r *http.Request) error {
	v, err := p.booking(w, r)
	if err != nil {
		return err
	}
	v.key = rand.Text()
	v.form = web.Form{Values: map[string][]string{"phone": {v.client.Phone}, "lang": {web.OrganizationOf(r).Lang}}}
	if v.client.ID == "" {
		v.form.Set(guess(r.URL.Query().Get("q")))
	}
	return p.drawBooking(w, r, http.StatusOK, v)
}

// booking reads the address: what the desk asks for this client. What is not
// there (any more) counts as not chosen.
func (p *Pages) booking(w http.ResponseWriter, r *http.Request) (v bookView, err error) {
	ctx, q, actor, reader := r.Context(), p.Orgs.Read(), web.ActorOf(r), web.ReaderOf(r)
	if id := r.URL.Query().Get("client"); id != "" {
		if v.client, err = p.Appointments.Client(ctx, q, actor, id); err != nil {
			return v, err
		}
	}
	v.shell = page.Frame(w, r, v.title(reader), v.current(actor))
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	if v.services, err = p.Appointments.Bookable(ctx, q, actor); err != nil {
		return v, err
	}
	if v.locations, err = p.Appointments.Locations(ctx, q, actor.OrgID); err != nil {
		return v, err
	}
	var staff []string
	for _, s := range v.services {
		staff = append(staff, s.Staff...)
	}
	if v.people, err = p.Orgs.PeopleByID(ctx, q, actor.OrgID, slices.Compact(slices.Sorted(slices.Values(staff)))); err != nil {
		return v, err
	}
	v.read(r, actor)
	v.speaks, err = p.Appointments.Speaks(ctx, q, actor.OrgID, v.service().Staff)
	return v, err
}

func (v bookView) title(r words.Reader) string {
	if v.client.ID == "" {
		return r.T("desk.book.new")
	}
	return r.T("desk.book.title", "Name", nameOf(r, v.client))
}

// current is the entry of the menu that the page belongs to.
func (v bookView) current(actor org.Actor) string {
	if actor.May(org.UseContactCenter) {
		return "desk"
	}
	return "schedule"
}

func (v *bookView) read(r *http.Request, actor org.Actor) {
	q := r.URL.Query()
	v.zone = web.OrganizationOf(r).Zone
	v.ask = appointment.Ask{OrgID: actor.OrgID, ServiceID: q.Get("service"), By: actor}
	s := v.service()
	if s.ID == "" {
		v.ask.ServiceID = ""
		return
	}
	v.asked = q.Get("method") != ""
	if v.ask.Method = appointment.Method(q.Get("method")); !s.Offers(v.ask.Method) {
		v.ask.Method = s.Methods[0]
	}
	if v.ask.Method == appointment.InPerson {
		at := v.branches()
		if i := slices.IndexFunc(at, func(l appointment.Location) bool { return l.ID == q.Get("location") }); i >= 0 {
			v.ask.LocationID = at[i].ID
		} else if len(at) > 0 {
			v.ask.LocationID = at[0].ID
		}
	}
	if slices.Contains(s.Staff, q.Get("staff")) {
		v.ask.StaffID = q.Get("staff")
	}
	if words.IsSpoken(q.Get("lang")) {
		v.ask.Lang = q.Get("lang")
	}
	v.start, _ = time.Parse(time.RFC3339, q.Get("start"))
}

// branches are the locations where somebody offers the service.
func (v bookView) branches() (at []appointment.Location) {
	s := v.service()
	for _, l := range v.locations {
		if l.Active && slices.ContainsFunc(l.Staff, func(id string) bool { return slices.Contains(s.Staff, id) }) {
			at = append(at, l)
		}
	}
	return at
}

// drawBooking reads the times, if a time is still to be chosen.
func (p *Pages) drawBooking(w http.ResponseWriter, r *http.Request, status int, v bookView) (err error) {
	reader := web.ReaderOf(r)
	if v.ask.ServiceID != "" && v.start.IsZero() {
		ask := page.TimesAsk{
			Reader: reader, Query: r.URL.Query(), Now: v.now, Furthest: v.now.Add(v.service().Ahead), Link: v.with,
			Slots: func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error) {
				return p.Appointments.Slots(ctx, v.ask, window)
			},
		}
		v.times, err = ask.Read(r.Context())
		if v.asked {
			v.times = v.times.Begin(r.URL.Query())
		}
		if fault.Is(err, fault.Invalid) {
			v.why, err = words.Fault(reader, fault.As(err)), nil
		}
		if err != nil {
			return err
		}
	}
	return page.Render(w, r, status, bookPage(reader, v))
}

// book books for the client and leads to the appointment.
func (p *Pages) book(w http.ResponseWriter, r *http.Request) error {
	form, odd, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	v, err := p.booking(w, r)
	if err != nil {
		return err
	}
	v.form, v.key = form, form.Get("key")
	var done appointment.Appointment
	if err = odd; err == nil {
		done, err = p.Appointments.Book(r.Context(), v.request(form))
	}
	if err == nil {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "desk.booked"})
		return web.Redirect(w, r, "/schedule/"+done.ID)
	}
	cause := err
	if v.form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	if err := p.nameRival(r, &v, cause); err != nil {
		return err
	}
	if v.form.Errors["start"] != "" {
		if v.near, err = p.Appointments.Alternatives(r.Context(), v.request(form), 6); err != nil {
			return err
		}
	}
	status := http.StatusUnprocessableEntity
	if fault.Is(cause, fault.Conflict) {
		status = http.StatusConflict
	}
	return p.drawBooking(w, r, status, v)
}

// nameRival tells who took the time, where the reader may know.
func (p *Pages) nameRival(r *http.Request, v *bookView, cause error) error {
	if !page.Taken(cause) {
		return nil
	}
	rival, found, err := p.Appointments.RivalOf(r.Context(), p.Orgs.Read(), v.request(v.form))
	if found {
		v.form.Errors["start"] = page.RivalText(web.ReaderOf(r), rival, v.ask.By.PersonID, v.now)
	}
	return err
}

func (v bookView) request(form web.Form) appointment.Request {
	return appointment.Request{
		Ask: v.ask, Start: v.start, ClientID: v.client.ID,
		Client: appointment.Client{
			Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Lang: form.Get("lang"), Zone: v.zone,
		},
		Answers: page.Answers(form), Notes: form.Get("notes"), Key: form.Get("key"),
	}
}

// focus are the attributes of what is to be filled in next.
func focus(here bool) templ.Attributes {
	if !here {
		return nil
	}
	return templ.Attributes{"autofocus": true}
}

// fields are those of the page in its order.
func (v bookView) fields() []string {
	fields := []string{"start", "service", "method", "location", "lang", "staff", "name", "email", "phone"}
	return append(append(fields, page.AnswerFields(v.service().Questions)...), "notes")
}
