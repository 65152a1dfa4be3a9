package client

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/notify"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// services lists what can be booked.
func (p *Pages) services(w http.ResponseWriter, r *http.Request) error {
	b, err := p.Appointments.Public(r.Context(), r.PathValue("org"))
	if err != nil {
		return err
	}
	web.InOrganization(r, b.Organization)
	readHere(r)
	reader := web.ReaderOf(r)
	s := page.Public(w, r, reader.T("client.services.title", "Organization", b.Organization.Name))
	s.Wide = true
	if err := p.frame(w, r, b.Organization.ID, &s); err != nil {
		return err
	}
	s.Page.Description = reader.T("client.services.text", "Organization", b.Organization.Name)
	return page.Render(w, r, http.StatusOK, servicesPage(reader, s, b, bookBase(r), readTail(r)))
}

// bookView is what the pages of one service show.
type bookView struct {
	choice
	shell ui.PublicShellProps
	when  when
	form  web.Form
	// key makes a form that is sent twice book once.
	key string
	// near are other times, when the chosen one cannot be had; taken says that it
	// was there and somebody else was quicker.
	near  []ui.Slot
	taken bool
	now   time.Time
}

// steps asks the next question about a booking.
func (p *Pages) steps(w http.ResponseWriter, r *http.Request) error {
	c, err := p.choiceOf(r)
	if err != nil {
		return err
	}
	if done, err := changeZone(w, r, c.with("month", r.URL.Query().Get("month"))); done && !c.framed {
		return err
	}
	v, err := p.view(w, r, c)
	if err != nil {
		return err
	}
	v.key = rand.Text()
	return page.Render(w, r, http.StatusOK, bookPage(web.ReaderOf(r), v))
}

func (p *Pages) view(w http.ResponseWriter, r *http.Request, c choice) (v bookView, err error) {
	reader := web.ReaderOf(r)
	v = bookView{choice: c, shell: page.Public(w, r, c.service.Name)}
	v.shell.Wide = true
	v.shell.Page.ZoneGuess = guess(r, reader)
	if err := p.frame(w, r, c.booking.Organization.ID, &v.shell); err != nil {
		return v, err
	}
	if v.now, err = p.Now(r.Context()); err != nil || c.step() != "time" {
		return v, err
	}
	ask := page.TimesAsk{
		Reader: reader, Query: r.URL.Query(), Now: v.now, Furthest: v.now.Add(c.service.Ahead), Link: c.with,
		Slots: func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error) {
			return p.Appointments.Slots(ctx, c.ask(), window)
		},
	}
	v.when.times, err = ask.Read(r.Context())
	v.when.zone = zonesOf(r, v.now, c.path(), "method", string(c.method), "location", c.branch.ID, "lang", c.lang, "staff", c.staff)
	return v, err
}

// book books, and leads to the client's own page of the appointment. What the
// page showed is read again only when there is something to say about it.
func (p *Pages) book(w http.ResponseWriter, r *http.Request) error {
	form, wish, odd, err := p.asked(r)
	if err != nil {
		return err
	}
	if odd != nil {
		return p.refused(w, r, form, wish, odd)
	}
	a, err := p.Appointments.Book(r.Context(), wish)
	if err == nil {
		return web.Redirect(w, r, p.afterBooking(r, a))
	}
	return p.refused(w, r, form, wish, err)
}

// asked reads a form that was posted for a service, and what it asks for. What is
// odd about it is for the page to say.
func (p *Pages) asked(r *http.Request) (form web.Form, wish appointment.Request, odd, err error) {
	if form, odd, err = web.ReadTyped(r); err != nil {
		return form, wish, nil, err
	}
	o, service, err := p.Appointments.Find(r.Context(), r.PathValue("org"), r.PathValue("service"))
	if err != nil {
		return form, wish, nil, err
	}
	web.InOrganization(r, o)
	readHere(r)
	wish = request(r, form)
	wish.OrgID, wish.ServiceID = o.ID, service
	return form, wish, odd, nil
}

// request is what the form asks for; the address holds what was chosen before.
func request(r *http.Request, form web.Form) appointment.Request {
	reader, q := web.ReaderOf(r), r.URL.Query()
	wish := appointment.Request{
		Ask:     appointment.Ask{Method: appointment.Method(q.Get("method")), LocationID: q.Get("location"), StaffID: staffOf(q.Get("staff")), Lang: q.Get("lang")},
		Local:   form.Get("local"),
		Answers: page.Answers(form), Notes: form.Get("notes"), Key: form.Get("key"), Guests: guestsOf(form),
		Client: appointment.Client{
			Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"),
			Lang: reader.Language(), Zone: reader.Zone.String(),
		},
	}
	wish.Start, _ = time.Parse(time.RFC3339, q.Get("start")) // none, or nonsense, is refused at its field
	return wish
}

// refused draws the form again with what was typed and what is wrong at each
// field, and with other times when the chosen one cannot be had.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, form web.Form, wish appointment.Request, cause error) error {
	fields, err := web.FieldErrors(r, cause)
	if err != nil {
		return err
	}
	form.Errors = fields
	c, err := p.choiceOf(r)
	if err != nil {
		return err
	}
	v, err := p.view(w, r, c)
	if err != nil {
		return err
	}
	v.form, v.key = form, form.Get("key")
	reader := web.ReaderOf(r)
	if fields["start"] != "" {
		near, err := p.Appointments.Alternatives(r.Context(), wish, 6)
		if err != nil {
			return err
		}
		v.near, v.taken = nearby(reader, near), isGone(cause)
	}
	status := http.StatusUnprocessableEntity
	if v.taken {
		status = http.StatusConflict
	}
	return page.Render(w, r, status, bookPage(reader, v))
}

// nearby offers other times as buttons of the same form, so that what was typed
// comes along.
func nearby(r words.Reader, near []appointment.Slot) (list []ui.Slot) {
	for _, s := range near {
		list = append(list, ui.Slot{Label: r.DayMonth(s.Start) + ", " + r.Time(s.Start), Href: s.Start.UTC().Format(time.RFC3339)})
	}
	return list
}

// manageURL is the signed address of a client's own page of an appointment.
func (p *Pages) manageURL(a appointment.Appointment) string {
	return appointment.ManagePath + "/" + p.Links.Sign(notify.Claim{
		Purpose: appointment.ManagePath, OrgID: a.OrgID, Object: a.ID, PersonID: a.ClientID, Expires: a.Booked.Add(notify.LinkLife),
	})
}

// detailFields are the fields of the details form in the order of the page.
func (c choice) detailFields() []string {
	fields := []string{"start", "method", "location", "lang", "staff", "name", "email", "phone"}
	fields = append(fields, page.AnswerFields(c.service.Questions)...)
	return append(append(fields, "notes"), guestFields()...)
}

// asksPhone reports whether the client must be reachable by telephone.
func (c choice) asksPhone() bool { return c.method == appointment.Phone }

var methodIcons = map[appointment.Method]string{appointment.InPerson: "place", appointment.Phone: "phone", appointment.Video: "video"}

// methodsOf names the methods of a service, for its card.
func methodsOf(r words.Reader, s appointment.Offered) []ui.Label {
	var names []ui.Label
	for _, o := range s.By {
		names = append(names, ui.Label{Icon: methodIcons[o.Method], Word: r.T(o.Method.Key())})
	}
	return names
}
