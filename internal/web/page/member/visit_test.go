package member_test

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db/dbtest"
)

// seenAs is the version of an appointment, as a form sends it.
func seenAs(v int64) []string { return []string{strconv.FormatInt(v, 10)} }

func (o *office) now(a appointment.Appointment) appointment.View {
	o.t.Helper()
	v, err := o.a.Get(o.t.Context(), o.d, o.org.ID, a.ID)
	o.ok(err)
	return v
}

func TestADayOfAnAppointment(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b, page := o.as(o.amelia), "/schedule/"+a.ID
	got := b.open(page)
	got.hides(t, "The client has arrived")
	b.post(page+"/state", url.Values{"state": {"served"}, "version": seenAs(a.Version)}).shows(t, 200, page, "This appointment is not today yet", "Confirmed")
	dbtest.ClockOf(o.d).Set(tuesday(9, 55))
	b = o.as(o.amelia)
	got = b.open(page)
	got.shows(t, 200, page, "The client has arrived", "Begin")
	got.hides(t, "No show")
	b.post(page+"/state", url.Values{"state": {"arrived"}, "version": seenAs(a.Version)}).shows(t, 200, page, "The status is now “Arrived”.", "Arrived at 09:55", "Back to “Confirmed”")
	b.post(page+"/state", url.Values{"state": {"in_progress"}, "version": seenAs(a.Version)}).
		shows(t, 200, page, "while you were looking at it", "Amelia Hart marked Noah Lind as arrived", "Arrived at 09:55")
	got = b.post(page+"/state", url.Values{"state": {"in_progress"}, "version": seenAs(o.now(a).Version)})
	got.shows(t, 200, page, "Begun at", "Served")
	got.hides(t, page+"/cancel", page+"/reassign")
	b.post(page+"/state", url.Values{"state": {"no_show"}, "version": seenAs(o.now(a).Version)}).shows(t, 200, page, "The appointment is in progress")
	b.post(page+"/state", url.Values{"state": {"served"}, "version": seenAs(o.now(a).Version)}).shows(t, 200, page, "Ended at", "Back to “In progress”")
	if state := o.now(a).State; state != appointment.Served {
		t.Errorf("it is %s", state)
	}
}

func TestReassigningOnThePage(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b, page := o.as(o.amelia), "/schedule/"+a.ID
	b.open(page+"/reassign").shows(t, 200, page+"/reassign", "Who takes this appointment?", "Priya Nair", o.priya.ID)
	savings := appointment.NewService("Savings")
	savings.Methods, savings.Staff = appointment.Methods(), []string{o.eleanor.ID}
	_, err := o.a.SaveService(t.Context(), o.boss(), savings)
	o.ok(err)
	got := b.open(page + "/reassign")
	got.shows(t, 200, page+"/reassign", "1 member of staff does not offer this service.")
	got.hides(t, o.eleanor.ID)
	o.as(o.priya).open(page+"/reassign").shows(t, 404, page+"/reassign")
	_, err = o.a.Book(t.Context(), appointment.Request{Ask: appointment.Ask{OrgID: o.org.ID, ServiceID: o.service.ID, Method: appointment.Phone, StaffID: o.priya.ID}, Start: tuesday(10, 0),
		Client: appointment.Client{Name: "Mia Berg", Email: "mia@example.org", Phone: "+33 1 23 45 67 89", Lang: "en", Zone: "Europe/Paris"}})
	o.ok(err)
	b.post(page+"/reassign", url.Values{"staff": {o.priya.ID}, "version": seenAs(a.Version)}).shows(t, 409, page+"/reassign", "Nobody else is free at that time", "Busy at that time", "Priya Nair", "And 1 other, who does not offer this service or is busy.")
	_, err = o.a.Reschedule(t.Context(), o.boss(), appointment.Seen{ID: a.ID}, tuesday(11, 0))
	o.ok(err)
	b.post(page+"/reassign", url.Values{"staff": {o.priya.ID}, "version": seenAs(a.Version)}).
		shows(t, 200, page+"/reassign", "while you were looking at it", "Eleanor Price moved the appointment", "Reassign the appointment")
	b.post(page+"/reassign", url.Values{"staff": {o.priya.ID}, "version": seenAs(o.now(a).Version)}).shows(t, 200, "/schedule", "The appointment is now with Priya Nair.")
	o.as(o.priya).open(page).shows(t, 200, page, "Noah Lind", "from Amelia Hart to Priya Nair")
	b.open(page).shows(t, 404, page)
}

func TestChangingTheMethodOnThePage(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	b, page := o.as(o.amelia), "/schedule/"+a.ID
	b.open(page+"/method").shows(t, 200, page+"/method", "How will you meet?", "Quayside, 1 Quay Street", "+33 1 23 45 67 89")
	b.post(page+"/method", url.Values{"method": {"phone"}, "phone": {"call <me>"}, "version": seenAs(a.Version)}).shows(t, 422, page+"/method", "There is a problem", `id="phone-error"`, "call &lt;me&gt;")
	b.post(page+"/method", url.Values{"method": {"in_person"}, "version": seenAs(a.Version)}).shows(t, 422, page+"/method", `id="location-error"`)
	b.post(page+"/method", url.Values{"method": {"phone"}, "phone": {"+44 20 7946 0000"}, "version": seenAs(a.Version)}).shows(t, 200, page, "The method is changed.", "+44 20 7946 0000", "a phone call to")
	b.open(page).hides(t, "Join the call")
	if got := o.now(a); got.Method != appointment.Phone || got.Version != a.Version+1 {
		t.Errorf("by %s, version %d", got.Method, got.Version)
	}
}

func TestNotesAndFollowUpsOnThePage(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b, page := o.as(o.amelia), "/schedule/"+a.ID
	b.post(page+"/notes", url.Values{"kind": {"note"}, "text": {" "}}).shows(t, 422, page+"/notes", "Write the note first.", `id="text-error"`)
	b.post(page+"/notes", url.Values{"kind": {"followup"}, "task": {"Send the <offer>"}, "due": {"soon"}}).shows(t, 422, page+"/notes", "Choose the day on which it is due.", "Send the &lt;offer&gt;")
	b.post(page+"/notes", url.Values{"kind": {"note"}, "text": {"Wants to sell."}}).shows(t, 200, page, "The note is added.", "Wants to sell.")
	b.post(page+"/notes", url.Values{"kind": {"followup"}, "task": {"Send the offer"}, "due": {"2026-11-23"}}).shows(t, 200, page, "The follow-up is added.", "Due on Monday 23 November 2026")
	notes, err := o.a.Notes(t.Context(), o.d, o.org.ID, a.ID)
	o.ok(err)
	task, note := page+"/notes/"+notes[0].ID, page+"/notes/"+notes[1].ID
	b.open("/schedule").shows(t, 200, "/schedule", "One follow-up is due", "Send the offer", "Today")
	o.as(o.priya).open("/schedule").hides(t, "Send the offer")
	b.open(note).shows(t, 200, note, "Wants to sell.")
	b.post(note, url.Values{"text": {"Wants to let."}}).shows(t, 200, page, "The note is saved.", "Wants to let.")
	boss := o.as(o.eleanor)
	boss.post(note, url.Values{"text": {"Mine"}}).shows(t, 422, note, "Only the person who wrote a note can change it.")
	boss.post(note+"/remove", nil).shows(t, 200, page, "Only the person who wrote a note can change it.", "Wants to let.")
	b.post(note+"/remove", nil).shows(t, 200, page, "The note is removed.")
	b.open(page).hides(t, "Wants to let.")
	b.post(task+"/done", url.Values{"done": {"true"}})
	b.open("/schedule").hides(t, "Send the offer")
	b.open(page).shows(t, 200, page, "Done on", "Not done after all")
	for _, path := range []string{note, note + "/remove", task + "/done"} {
		o.as(o.priya).post(path, url.Values{"text": {"x"}, "done": {"true"}}).shows(t, 404, path)
	}
}

func TestAskingForAnotherTimeOnThePage(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b, page := o.as(o.amelia), "/schedule/"+a.ID
	b.open(page+"/choose").shows(t, 200, page+"/choose", "Noah Lind gets an e-mail")
	b.post(page+"/choose", url.Values{"version": seenAs(a.Version)}).shows(t, 200, page, "Noah Lind is asked to choose another time.", "Request for another time", "Confirmed")
	b.post(page+"/choose", url.Values{"version": seenAs(a.Version)}).shows(t, 200, page, "while you were looking at it")
}

func TestBeingAway(t *testing.T) {
	o := settle(t, monday)
	a, c := o.book("Noah Lind", tuesday(10, 0), appointment.Phone), o.book("Mia Berg", tuesday(11, 0), appointment.Phone)
	o.works(o.priya, weekdays(540, 630)...) // she can take the first
	b := o.as(o.amelia)
	b.open("/hours/away?when=tomorrow").shows(t, 200, "/hours/away?when=tomorrow", "2 appointments are booked in that time", "Away: Tuesday 24 November 2026", "Nobody else is free then.", "Save the time off and settle 2 appointments",
		`value="reassign" selected`, `value="ask" selected`)
	b.open("/hours/away?off-from=2026-11-26").shows(t, 200, "/hours/away?off-from=2026-11-26", "Nothing is booked in that time", `<span class="btn-label">Save the time off `)
	b.open("/hours/away?off-from=2026-11-26&off-to=2026-11-24").shows(t, 422, "/hours/away?off-from=2026-11-26&off-to=2026-11-24", "The end must be later")
	form := url.Values{"off-from": {"2026-11-24"}, "off-to": {"2026-11-24"}, "sure": {"true"}, "stranded": {a.ID, c.ID}, "all": {"reassign"},
		"version-" + a.ID: seenAs(a.Version), "version-" + c.ID: seenAs(c.Version)}
	got := b.post("/hours/off", form)
	got.shows(t, 200, "/hours/off", "Your time off is saved.", "Now with Priya Nair", "One appointment is still to be settled", "Nobody else is free for this appointment")
	form = url.Values{"stranded": {c.ID}, "remedy-" + c.ID: {"ask"}, "version-" + c.ID: {"latest"}}
	b.post("/hours/settle", form).shows(t, 200, "/hours/settle", "One appointment is still to be settled")
	form["version-"+c.ID] = seenAs(c.Version)
	b.post("/hours/settle", form).shows(t, 200, "/hours/settle", "Client asked", "Mia Berg")
	if v := o.now(a); v.StaffID != o.priya.ID {
		t.Errorf("it is with %s", v.Staff.Name)
	}
	off, err := o.cals.TimeOff(t.Context(), o.org.ID, o.amelia.ID, calendar.Span{Start: tuesday(0, 0), End: tuesday(23, 0)})
	o.ok(err)
	if len(off) != 1 {
		t.Errorf("%d times off", len(off))
	}
	if v := o.now(c); v.State != appointment.Confirmed || !v.Starts.Equal(tuesday(11, 0)) {
		t.Errorf("who was asked has %s at %v", v.State, v.Starts.Format(time.RFC3339))
	}
}
