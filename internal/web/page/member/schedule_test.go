package member_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// TestASchedulesIsNobodyElses asks for each page as people who may not see it.
func TestAScheduleIsNobodyElses(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	pages := []string{"/schedule/" + a.ID, "/schedule/" + a.ID + "/reschedule", "/schedule/" + a.ID + "/cancel"}
	for _, page := range append(pages, "/schedule", "/hours") {
		if got := o.browser().open(page); !strings.HasPrefix(got.path, "/signin?next=") {
			t.Errorf("a stranger at %s came to %d %s", page, got.status, got.path)
		}
	}
	colleague := o.as(o.priya)
	outsider := o.as(o.house.member(o.organization("Dockside"), "Olga Brandt", "olga@dockside.example", org.Administrator))
	for _, b := range []*browser{colleague, outsider} {
		for _, page := range append(pages, "/schedule?person="+o.amelia.ID) {
			got := b.open(page)
			got.shows(t, 404, page)
			got.hides(t, "Noah Lind", "noah@example.org", "Amelia Hart")
		}
		for _, act := range pages[1:] {
			b.post(act, url.Values{"start": {tuesday(14, 0).Format(time.RFC3339)}}).shows(t, 404, act)
		}
	}
	colleague.open("/schedule").hides(t, "Noah Lind", "Whose schedule")
	scheduler := o.as(o.house.member(o.org, "Sofia Lindqvist", "sofia@harbourbank.example", org.Scheduler))
	scheduler.open("/schedule/"+a.ID).shows(t, 200, "/schedule/"+a.ID, "noah@example.org")
	admin := o.as(o.eleanor)
	admin.open("/schedule?person="+o.amelia.ID+"&day=2026-11-24").shows(t, 200, "/schedule?person="+o.amelia.ID+"&day=2026-11-24", "Schedule of Amelia Hart", "Noah Lind", "Whose schedule", "Priya Nair")
	admin.open("/schedule/"+a.ID).shows(t, 200, "/schedule/"+a.ID, "noah@example.org", "Amelia Hart")
	admin.open("/schedule?person="+a.ClientID).shows(t, 404, "/schedule?person="+a.ClientID)
}

func TestNothingBooked(t *testing.T) {
	o := settle(t, monday)
	o.as(o.amelia).open("/schedule").shows(t, 200, "/schedule", "No appointments yet", o.url+"/book/"+o.org.Slug, `href="/hours"`)
	o.as(o.eleanor).open("/schedule").shows(t, 200, "/schedule", "Nobody can book you yet", `href="/hours"`)
}

func TestAnAppointment(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	page := "/schedule/" + a.ID
	b := o.as(o.amelia)
	got := b.open(page)
	got.shows(t, 200, page, "Noah Lind", `href="mailto:noah@example.org"`, `href="tel:+33123456789"`, `http-equiv="refresh" content="5"`, "Client since?", "2019", "Please speak slowly.",
		"10:00–10:30", "London time", "11:00–11:30", "Paris time", "Link pending", o.url+"/j/", "Confirmation", "E-mail", "Waiting to be sent",
		"Noah Lind booked", "Reschedule", "Cancel appointment")
	got.hides(t, "/go\"")
	o.link(a, "at risk", "meeting.reason.reauthorize")
	b.open(page).shows(t, 200, page, "Link at risk", "has to sign in again", `/go"`)
	b.open(page).hides(t, "http-equiv")
	dbtest.ClockOf(o.d).Set(tuesday(10, 5))
	b = o.as(o.amelia)
	b.open(page).hides(t, "Cancel appointment", "/reschedule")
	b.open(page+"/reschedule").shows(t, 200, page)
	b.open("/schedule/no-such-id").shows(t, 404, "/schedule/no-such-id")
}

func TestRescheduling(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	page := "/schedule/" + a.ID
	b := o.as(o.amelia)
	start := tuesday(14, 0).Format(time.RFC3339)
	choice := page + "/reschedule?day=2026-11-24&start=" + url.QueryEscape(start)
	b.open(page+"/reschedule?day=2026-11-24").shows(t, 200, page+"/reschedule?day=2026-11-24", "November 2026", "Tuesday 24 November", "14:00", strings.ReplaceAll(choice, "&", "&amp;"))
	b.open(choice).shows(t, 200, choice, "Move the appointment?", "14:00–14:30", "15:00–15:30", start)
	night := b.post(page+"/reschedule", url.Values{"start": {tuesday(3, 0).Format(time.RFC3339)}})
	night.shows(t, 422, page+"/reschedule", "There is a problem", "Nobody is available at that time", "November 2026")
	b.post(page+"/reschedule", url.Values{"start": {start}}).shows(t, 200, page, "The appointment is moved", "14:00–14:30", "Amelia Hart moved", "Before: Tuesday 24 November 2026, 10:00", "New time")

	other := o.book("Fatima El Amrani", tuesday(15, 0), appointment.Phone)
	b.post(page+"/reschedule", url.Values{"start": {tuesday(15, 0).Format(time.RFC3339)}}).shows(t, 409, page+"/reschedule", "Taken a moment ago by Fatima El Amrani", "November 2026")
	_, err := o.a.Cancel(t.Context(), o.boss(), other.Seen(), "")
	o.ok(err)
	b.post("/schedule/"+other.ID+"/reschedule", url.Values{"start": {tuesday(16, 0).Format(time.RFC3339)}}).shows(t, 200, "/schedule/"+other.ID, "This appointment was cancelled")
	admin := o.as(o.eleanor)
	admin.post(page+"/reschedule", url.Values{"start": {tuesday(16, 0).Format(time.RFC3339)}}).shows(t, 200, page, "Eleanor Price moved", "16:00–16:30", "Schedule of Amelia Hart")
}

func TestCancelling(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	page := "/schedule/" + a.ID
	b := o.as(o.amelia)
	b.open(page+"/cancel").shows(t, 200, page+"/cancel", "Cancel this appointment?", "Noah Lind")
	long := strings.Repeat("so ", 2000) + "sorry"
	b.post(page+"/cancel", url.Values{"reason": {long}}).shows(t, 422, page+"/cancel", "too long", long)
	b.post(page+"/cancel", url.Values{"reason": {"Amelia is ill"}}).shows(t, 200, page, "The appointment is cancelled", "Amelia is ill", "Cancellation", "Amelia Hart cancelled")
	b.post(page+"/cancel", url.Values{"reason": {"again"}}).shows(t, 200, page, "Amelia is ill")

	late := o.book("Fatima El Amrani", tuesday(11, 0), appointment.Phone)
	dbtest.ClockOf(o.d).Set(tuesday(11, 5))
	o.as(o.amelia).post("/schedule/"+late.ID+"/cancel", nil).shows(t, 200, "/schedule/"+late.ID, "has already begun", "Confirmed")
}

// TestEveryTextIsThere reads every page in French, with a client whose name is
// not harmless and whose data somebody erased.
func TestEveryTextIsThere(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Bobby <b>Tables</b>", tuesday(10, 0), appointment.Video)
	o.link(a, "at risk", "meeting.reason.away")
	gone := o.book("Noah Lind", tuesday(11, 0), appointment.Phone)
	dbtest.Exec(t, o.d, "UPDATE people SET name = '', email = '', phone = '' WHERE org_id = $1 AND id = $2", o.org.ID, gone.ClientID)
	b := o.as(o.amelia)
	b.post("/profile", url.Values{"name": {"Amelia Hart"}, "lang": {"fr"}, "zone": {"Europe/London"}, "clock": {"24"}})
	page := "/schedule/" + a.ID
	for _, path := range []string{"/schedule", "/schedule?view=day&day=2026-11-24", "/schedule?view=list", page, "/schedule/" + gone.ID,
		page + "/reschedule", page + "/reschedule?start=" + tuesday(14, 0).Format(time.RFC3339), page + "/cancel", "/hours"} {
		got := b.open(path)
		got.shows(t, 200, path, `lang="fr"`)
		got.hides(t, "⟦", "<b>Tables", "%!")
	}
	b.open("/schedule/"+gone.ID).shows(t, 200, "/schedule/"+gone.ID, "Nom effacé")
}
