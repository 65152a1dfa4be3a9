package member

import (
	"net/http"
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

// visitView is what the page of one appointment shows.
type visitView struct {
	appointment.View
	shell ui.ShellProps
	base  string
	now   time.Time
	own   bool
	// joinURL is the permanent address with the host; empty without a call.
	joinURL string
	way     meeting.Way
	sent    []notify.Delivery
	names   map[string]org.Person
	history []org.Entry
	form    web.Form
	start   time.Time
	times   page.Times
}

// open reads the appointment of the address, if it is the reader's to see: their
// own, or anybody's for the contact center. To others it does not exist.
func (k *Work) open(w http.ResponseWriter, r *http.Request) (v visitView, err error) {
	actor, ctx := web.ActorOf(r), r.Context()
	if v.now, err = k.Now(ctx); err != nil {
		return v, err
	}
	if v.View, err = k.Appointments.Get(ctx, k.Orgs.Read(), actor.OrgID, r.PathValue("id")); err != nil {
		return v, withoutSentence(err)
	}
	v.own = v.StaffID == actor.PersonID
	if !v.own && !actor.May(org.UseContactCenter) {
		return v, fault.New(fault.NotFound, "")
	}
	v.base = "/schedule/" + v.ID
	reader := web.ReaderOf(r)
	v.shell = page.Frame(w, r, reader.T("schedule.visit", "Name", clientName(reader, v.View)), "schedule")
	return v, nil
}

// withoutSentence drops what a client would be told about the link in their e-mail.
func withoutSentence(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "")
	}
	return err
}

func (k *Work) visit(w http.ResponseWriter, r *http.Request) error {
	v, err := k.open(w, r)
	if err != nil {
		return err
	}
	if err := k.readAround(r, &v); err != nil {
		return err
	}
	if v.State == appointment.Confirmed && v.Meeting.Link == meeting.Pending && v.Meeting.LinkReason == "" {
		v.shell.Page.Refresh = pendingLook
	}
	return page.Render(w, r, http.StatusOK, visitPage(web.ReaderOf(r), v))
}

// pendingLook is how often, in seconds, the page looks again for a link that is
// being made. One that waits for somebody is not looked for.
const pendingLook = "5"

// readAround reads the way into the call, what was sent and what happened.
func (k *Work) readAround(r *http.Request, v *visitView) (err error) {
	ctx, q := r.Context(), k.Orgs.Read()
	if path := v.JoinPath(); path != "" {
		v.joinURL = k.Site.URL(path)
		if v.way, err = meeting.Join(ctx, q, v.Meeting.Code, v.now); err != nil {
			return err
		}
	}
	if v.sent, err = k.Notify.Ledger(ctx, q, v.OrgID, v.ID); err != nil {
		return err
	}
	var people []string
	for _, d := range v.sent {
		people = append(people, d.PersonID)
	}
	if v.names, err = k.Orgs.PeopleByID(ctx, q, v.OrgID, people); err != nil {
		return err
	}
	v.history, err = k.Orgs.Journal(ctx, q, v.OrgID, org.JournalFilter{Object: "appointment", ObjectID: v.ID}, org.Page{Limit: historyMost})
	return err
}

// historyMost is more than happens to an appointment.
const historyMost = 100

// elsewhere reports whether the client reads another clock than the reader does
// at the time of the appointment, and returns it.
func (v visitView) elsewhere(r words.Reader) (words.Reader, bool) {
	zone, ok := words.Zone(v.Zone)
	if !ok {
		return r, false
	}
	_, here := v.Starts.In(r.Zone).Zone()
	_, there := v.Starts.In(zone).Zone()
	return r.In(zone), here != there
}

// facts are what was agreed.
func (v visitView) facts(r words.Reader) []ui.Fact {
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
	if v.Reason != "" {
		facts = append(facts, ui.Fact{Term: r.T("schedule.fact.reason"), Text: v.Reason})
	}
	return facts
}

// client is who comes, and what they said.
func (v visitView) client(r words.Reader) []ui.Fact {
	facts := []ui.Fact{{Icon: "person", Term: r.T("schedule.fact.name"), Text: clientName(r, v.View)}}
	if v.Client.Email != "" {
		facts = append(facts, ui.Fact{Icon: "mail", Term: r.T("schedule.fact.email"), Body: mailLink(v.Client.Email)})
	}
	if v.Client.Phone != "" {
		facts = append(facts, ui.Fact{Icon: "phone", Term: r.T("schedule.fact.phone"), Body: telLink(v.Client.Phone)})
	}
	for _, a := range v.Answers {
		facts = append(facts, ui.Fact{Term: a.Label, Text: a.Text})
	}
	if v.Notes != "" {
		facts = append(facts, ui.Fact{Term: r.T("schedule.fact.notes"), Text: v.Notes})
	}
	return facts
}
