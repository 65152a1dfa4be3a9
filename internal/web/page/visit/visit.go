// Package visit is the pages of one appointment for members: what was agreed, how
// far it has come, what was written and sent and happened, and every change of it.
// The schedule and the contact center open the same pages. They decide nothing.
package visit

import (
	"context"
	"net/http"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the pages of one appointment below an address: on the schedule, and
// in the contact center. Whose appointments they show is decided by appointment.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	Notify       *notify.Notify
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
	// Base is the address below which appointments lie by their ids, such as
	// /schedule. May is what it takes to open the pages, and Menu the entry of the
	// menu to which they belong.
	Base string
	May  org.Permission
	Menu string
	// Trail leads back up; nil leads to the schedule that the appointment stands in.
	Trail func(r words.Reader, v appointment.View, own bool) []ui.NavItem
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	at := func(pattern string, h web.Handler) {
		method, path, _ := strings.Cut(pattern, " ")
		p.Site.Handle(method+" "+p.Base+"/{id}"+path, p.May, h)
	}
	at("GET ", p.show)
	at("GET /reschedule", p.times)
	at("POST /reschedule", p.move)
	at("GET /cancel", p.askCancel)
	at("POST /cancel", p.cancel)
	at("POST /state", p.setState)
	at("GET /reassign", p.askReassign)
	at("POST /reassign", p.reassign)
	at("GET /method", p.askMethod)
	at("POST /method", p.changeMethod)
	at("GET /choose", p.askChoose)
	at("POST /choose", p.choose)
	at("GET /colleague", p.askColleague)
	at("POST /colleague", p.inviteColleague)
	at("POST /colleague/{person}/drop", p.dropColleague)
	at("POST /delay", p.delay)
	at("POST /notes", p.addNote)
	at("GET /notes/{note}", p.editNote)
	at("POST /notes/{note}", p.saveNote)
	at("POST /notes/{note}/remove", p.removeNote)
	at("POST /notes/{note}/done", p.finish)
}

// view is what the page of one appointment shows.
type view struct {
	appointment.View
	shell ui.ShellProps
	base  string
	trail []ui.NavItem
	now   time.Time
	own   bool
	me    string
	// may says that the reader may change it, and is not only invited.
	may bool
	// joinURL is the permanent address with the host; empty without a call.
	joinURL string
	way     meeting.Way
	// listed says that the administrator listed ways to hold a call without a link.
	listed  bool
	sent    []notify.Delivery
	names   map[string]org.Person
	history []org.Entry
	notes   []appointment.Note
	// found is what the client said of it afterwards; without a score they have not.
	found appointment.Feedback
	// past are the client's other appointments that took place, and those they missed.
	past, missed int
	// next is where the next appointment of the client is booked; empty for who may not.
	next  string
	form  web.Form
	start time.Time
	times page.Times
	// takers and places are what there is to choose from; others counts those who
	// could take it over as little, and are not named.
	takers []appointment.Taker
	others int
	places []appointment.Location
	// invitable are the colleagues who could be asked to be there too.
	invitable []org.Person
	note      appointment.Note
}

// open reads the appointment of the address, if it is the reader's to change. To
// others it does not exist.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) (view, error) {
	v, err := p.look(w, r)
	if err == nil && !v.may {
		err = fault.New(fault.NotFound, "")
	}
	return v, err
}

// look reads the appointment of the address, if it is the reader's to see: also a
// colleague who was invited looks at it.
func (p *Pages) look(w http.ResponseWriter, r *http.Request) (v view, err error) {
	actor, ctx := web.ActorOf(r), r.Context()
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	if v.View, v.may, err = p.Appointments.Attend(ctx, p.Orgs.Read(), actor, r.PathValue("id")); err != nil {
		return v, withoutSentence(err)
	}
	v.own, v.me, v.base = v.StaffID == actor.PersonID, actor.PersonID, p.Base+"/"+v.ID
	reader := web.ReaderOf(r)
	v.trail = p.trail(reader, v)
	v.shell = page.Frame(w, r, reader.T("schedule.visit", "Name", clientName(reader, v.View)), p.Menu)
	return v, nil
}

// trail leads back to where the appointment stands.
func (p *Pages) trail(r words.Reader, v view) []ui.NavItem {
	switch {
	case p.Trail != nil:
		return p.Trail(r, v.View, v.own)
	case v.own, !v.may:
		return []ui.NavItem{{Label: r.T("schedule.title"), Href: "/schedule"}}
	}
	return []ui.NavItem{{Label: r.T("schedule.title.of", "Name", v.Staff.Name), Href: page.Address("/schedule", "person", v.StaffID)}}
}

// withoutSentence drops what a client would be told about the link in their e-mail.
func withoutSentence(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "")
	}
	return err
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.look(w, r)
	if err != nil {
		return err
	}
	if err := p.readAround(r, &v); err != nil {
		return err
	}
	if v.State.Standing() && v.Meeting.Link == meeting.Pending && v.Meeting.LinkReason == "" {
		v.shell.Page.Refresh = pendingLook
	}
	return page.Render(w, r, http.StatusOK, visitPage(web.ReaderOf(r), v))
}

// pendingLook is how often, in seconds, the page looks again for a link that is
// being made. One that waits for somebody is not looked for.
const pendingLook = "5"

// readAround reads the way into the call, what was written, what was sent and
// what happened.
func (p *Pages) readAround(r *http.Request, v *view) (err error) {
	ctx, q := r.Context(), p.Orgs.Read()
	if path := v.JoinPath(); path != "" {
		v.joinURL = p.Site.URL(path)
		if v.way, err = meeting.Join(ctx, q, v.Meeting.Code, v.now); err != nil {
			return err
		}
		list, err := p.Appointments.VideoAlternatives(ctx, q, v.OrgID)
		if err != nil {
			return err
		}
		v.listed = len(list) > 0
	}
	if v.sent, err = p.Notify.Ledger(ctx, q, v.OrgID, v.ID); err != nil {
		return err
	}
	if v.notes, err = p.Appointments.Notes(ctx, q, v.OrgID, v.ID); err != nil {
		return err
	}
	if v.found, _, err = p.Appointments.FeedbackOf(ctx, q, v.OrgID, v.ID); err != nil {
		return err
	}
	if v.names, err = p.Orgs.PeopleByID(ctx, q, v.OrgID, v.people()); err != nil {
		return err
	}
	if err := p.readPast(r, v); err != nil {
		return err
	}
	v.history, err = p.Orgs.Journal(ctx, q, v.OrgID, org.JournalFilter{Object: "appointment", ObjectID: v.ID}, org.Page{Limit: historyMost})
	return err
}

// people are those whose names the page says.
func (v view) people() (ids []string) {
	for _, d := range v.sent {
		ids = append(ids, d.PersonID)
	}
	for _, n := range v.notes {
		ids = append(ids, n.AuthorID)
	}
	return ids
}

// readPast counts how often the client was there before, as far as the reader may
// see, and says where their next appointment is booked.
func (p *Pages) readPast(r *http.Request, v *view) error {
	all, err := p.Appointments.OfClient(r.Context(), p.Orgs.Read(), web.ActorOf(r), v.ClientID)
	for _, a := range all {
		switch {
		case a.ID == v.ID:
		case a.State == appointment.NoShow:
			v.missed++
		case a.State == appointment.Served, a.State == appointment.Confirmed && a.Ends.Before(v.now):
			v.past++
		}
	}
	if web.May(r, "GET "+bookPath) {
		v.next = page.Address(bookPath, "client", v.ClientID, "service", v.ServiceID, "method", string(v.Method), "location", v.LocationID, "staff", v.StaffID, "lang", v.Lang)
	}
	return err
}

// bookPath is where members book for a client.
const bookPath = "/schedule/new"

// historyMost is more than happens to an appointment.
const historyMost = 100

// elsewhere reports whether the client reads another clock than the reader does
// at the time of the appointment, and returns it.
func (v view) elsewhere(r words.Reader) (words.Reader, bool) {
	zone, ok := words.Zone(v.Zone)
	if !ok {
		return r, false
	}
	_, here := v.Starts.In(r.Zone).Zone()
	_, there := v.Starts.In(zone).Zone()
	return r.In(zone), here != there
}

// facts are what was agreed.
func (v view) facts(r words.Reader) []ui.Fact {
	facts := []ui.Fact{
		{Icon: "calendar", Term: r.T("schedule.fact.when"), Text: r.Span(v.Starts, v.Ends)},
		{Icon: "globe", Term: r.T("schedule.fact.zone"), Text: r.ZoneName(v.Starts)},
	}
	if there, other := v.elsewhere(r); other {
		facts = append(facts, ui.Fact{Icon: "clock", Term: r.T("schedule.fact.client_time"), Text: there.Span(v.Starts, v.Ends) + ", " + there.ZoneName(v.Starts)})
	}
	facts = append(facts, ui.Fact{Icon: "services", Term: r.T("schedule.fact.service"), Text: v.Service.Name},
		ui.Fact{Icon: methodIcons[v.Method], Term: r.T("schedule.fact.how"), Text: r.T(v.Method.Key())})
	switch v.Method {
	case appointment.InPerson:
		facts = append(facts, ui.Fact{Icon: "place", Term: r.T("schedule.fact.where"), Text: v.Place()})
	case appointment.Phone:
		facts = append(facts, ui.Fact{Icon: "phone", Term: r.T("schedule.fact.call"), Body: telLink(v.Meeting.Place)})
	}
	if !v.own {
		facts = append(facts, ui.Fact{Icon: "person", Term: r.T("schedule.fact.staff"), Text: v.Staff.Name})
	}
	if v.Lang != "" {
		facts = append(facts, ui.Fact{Icon: "language", Term: r.T("schedule.fact.lang"), Text: r.LanguageName(v.Lang)})
	}
	if v.Reason != "" {
		facts = append(facts, ui.Fact{Term: r.T("schedule.fact.reason"), Text: v.Reason})
	}
	return facts
}

// client is who comes, and what they said.
func (v view) client(r words.Reader) []ui.Fact {
	facts := []ui.Fact{{Icon: "person", Term: r.T("schedule.fact.name"), Text: clientName(r, v.View)}}
	if v.Client.Email != "" {
		facts = append(facts, ui.Fact{Icon: "mail", Term: r.T("schedule.fact.email"), Body: mailLink(v.Client.Email)})
	}
	if v.Client.Phone != "" {
		facts = append(facts, ui.Fact{Icon: "phone", Term: r.T("schedule.fact.phone"), Body: telLink(v.Client.Phone)})
	}
	if v.past+v.missed > 0 {
		facts = append(facts, ui.Fact{Icon: "calendar", Term: r.T("visit.past"), Text: v.pastText(r)})
	}
	for _, g := range v.Guests {
		facts = append(facts, ui.Fact{Icon: "people", Term: r.T(g.Role.Label()), Text: g.Person.Name + " · " + r.T(g.State.Label())})
	}
	for _, a := range v.Answers {
		facts = append(facts, ui.Fact{Term: a.Label, Text: a.Text})
	}
	if v.Notes != "" {
		facts = append(facts, ui.Fact{Term: r.T("schedule.fact.notes"), Text: v.Notes})
	}
	return facts
}

// pastText says how often the client was there, and how often not.
func (v view) pastText(r words.Reader) string {
	text := r.T("visit.past.served", "Count", v.past)
	if v.missed > 0 {
		text += ", " + r.T("visit.past.missed", "Count", v.missed)
	}
	return text
}
