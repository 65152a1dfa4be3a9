package diary_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// TestAScheduleIsNobodyElses asks for schedules and what belongs to them as
// people who may not see them.
func TestAScheduleIsNobodyElses(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 3, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lind", tuesday(10, 0), appointment.Phone)
	base := "/schedule/" + a.ID
	start := url.Values{"start": {tuesday(14, 0).Format(time.RFC3339)}, "state": {"arrived"}}
	colleague := o.as(o.staff[1])
	for _, path := range []string{"/schedule?person=" + o.staff[0].ID, "/schedule?person=all", base + "/moves?from=2026-11-24&to=2026-11-24", base + "/drop?" + start.Encode()} {
		got := colleague.get(path)
		got.shows(t, 404)
		got.hides(t, "Noah Lind", "Amelia Hart")
	}
	for _, act := range []string{"/drop", "/state"} {
		colleague.post(base+act, start).shows(t, 404)
	}
	colleague.get("/schedule").hides(t, "Noah Lind", "Whose schedule")
	o.as(o.eleanor).get("/schedule?person="+o.staff[0].ID).shows(t, 200, "Schedule of Amelia Hart", "Noah Lind", "Whose schedule", "Quayside")
	o.as(o.eleanor).get("/schedule?person="+a.ClientID).shows(t, 404)

	hill := o.scheduler("Ruth Adeyemi", o.hill.ID)
	hill.get("/schedule?person=all").hides(t, "Noah Lind", "Amelia Hart")
	hill.get("/schedule?person="+o.staff[0].ID).shows(t, 404)
	hill.get("/schedule?person="+o.staff[2].ID).shows(t, 200, "Schedule of Daniel Okafor")
	o.scheduler("Sam Whitfield", o.quay.ID).get("/schedule?person=all&day=2026-11-24").shows(t, 200, "Noah Lind", "Amelia Hart")
}

// scheduler is somebody of the contact center of one branch.
func (o *office) scheduler(name, location string) *visitor {
	o.t.Helper()
	p := o.member(name)
	o.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO roles (org_id, person_id, role, scope) VALUES ($1, $2, $3, $4)", o.org.ID, p.ID, org.Scheduler, location)
		return err
	})
	return o.as(p)
}

// TestEveryView looks for what each view says.
func TestEveryView(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 3, 30*time.Minute)
	video := o.book(o.staff[0], "Noah Lind", tuesday(10, 0), appointment.Video)
	off := o.book(o.staff[0], "Fatima El Amrani", tuesday(11, 0), appointment.Phone)
	_, err := o.a.Cancel(t.Context(), o.boss(), off.Seen(), "ill")
	o.ok(err)
	o.book(o.staff[2], "Yuki Tanaka", tuesday(10, 0), appointment.InPerson)
	_, err = o.cals.AddTimeOff(t.Context(), o.boss(), o.staff[0].ID, calendar.TimeOff{Span: calendar.Span{Start: tuesday(48, 0), End: tuesday(72, 0)}, Reason: "Dentist"})
	o.ok(err)
	b, amelia := o.as(o.eleanor), o.staff[0].ID
	b.get("/schedule?person="+amelia).shows(t, 200, "Noah Lind", "Link pending", "event-over", "London time", "Week 48", "Time off", "All day", `week-name" aria-hidden="true">Fri<`, `data-refresh="60"`)
	b.get("/schedule?person="+amelia).hides(t, "Dentist", `week-name" aria-hidden="true">Sat<`)
	o.as(o.staff[0]).get("/schedule").shows(t, 200, "Dentist", "Next appointment", "My schedule")
	b.get("/schedule?person=all").shows(t, 200, "Everyone’s schedule", "Noah Lind", "Yuki Tanaka", "2 appointments", "1 person is not shown")
	b.get("/schedule?person=all&view=day&day=2026-11-24").shows(t, 200, `data-column="`+amelia, "week-people", "Yuki Tanaka", "1 person is not shown")
	b.get("/schedule?person=all&view=list").shows(t, 200, "Tuesday 24 November", "Amelia Hart · Mortgage review", "Hill", "Cancelled")
	b.get("/schedule?person=all&view=list&state=cancelled").hides(t, "Noah Lind")
	b.get("/schedule?person=all&location="+o.hill.ID+"&day=2026-11-24").shows(t, 200, "Yuki Tanaka", "Clear")
	b.get("/schedule?person=all&location="+o.hill.ID+"&day=2026-11-24").hides(t, "Noah Lind")
	b.get("/schedule?person=all&q=tanaka").hides(t, "Noah Lind")
	b.get("/schedule?person=all&q=nobody").shows(t, 200, "Nothing matches", "Clear the filters")
	b.get("/schedule?person=all&day=2026-12-07").shows(t, 200, "No appointments this week.")
	b.get("/schedule?person=all&view=nonsense&day=yesterday&state=odd&page=-4").shows(t, 200, "Noah Lind")

	dbtest.ClockOf(o.d).Set(tuesday(10, 10))
	b = o.as(o.staff[0])
	b.get("/schedule?view=list").shows(t, 200, "Going on now", "agenda-item tone-info now", `value="in_progress"`)
	b.post("/schedule/"+video.ID+"/state", url.Values{"state": {"in_progress"}, "next": {"/schedule?view=day"}}).shows(t, 200, "Noah Lind: In progress", `value="served"`)
	b.post("/schedule/"+video.ID+"/state", url.Values{"state": {"served"}, "version": {"1"}}).shows(t, 200, "changed", "Amelia Hart")
	b.post("/schedule/"+video.ID+"/state", url.Values{"state": {"served"}, "version": {"latest"}}).shows(t, 200, "changed", "Amelia Hart")
	if got := o.now(video).State; got != appointment.InProgress {
		t.Errorf("its state is %s", got)
	}
}

// TestDroppingWithoutAScript asks, says yes, and is refused what is not free.
func TestDroppingWithoutAScript(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 2, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lind", tuesday(10, 0), appointment.Phone)
	o.book(o.staff[0], "Fatima El Amrani", tuesday(11, 0), appointment.Phone)
	b, base := o.as(o.eleanor), "/schedule/"+a.ID
	moves := b.get(base + "/moves?from=2026-11-24&to=2026-11-24")
	moves.shows(t, 200, `"quarters":2`, `"minute":840`, "Tuesday 24 November 2026, 14:00, free", `"column":"2026-11-24"`)
	moves.hides(t, `"minute":660`, `"minute":1020`)
	b.get(base+"/moves?from=2026-11-24&to=2026-11-24&people=1").shows(t, 200, "Priya Nair, 10:00, free", `"column":"`+o.staff[1].ID)
	b.get(base+"/moves?from=never&to=2026-11-24").shows(t, 400)
	two := url.Values{"start": {tuesday(14, 0).Format(time.RFC3339)}, "version": {"1"}, "next": {"/schedule?person=all"}}
	b.get(base+"/drop?"+two.Encode()).shows(t, 200, "Move the appointment?", "10:00–10:30", "14:00–14:30", "Noah Lind is told")
	taken := url.Values{"start": {tuesday(11, 0).Format(time.RFC3339)}}
	b.post(base+"/drop", taken).shows(t, 200, "Nothing was moved", "taken")
	b.post(base+"/drop", url.Values{"start": {tuesday(3, 0).Format(time.RFC3339)}}).shows(t, 200, "Nothing was moved")
	if got := o.now(a).Starts; !got.Equal(tuesday(10, 0)) {
		t.Errorf("it was refused, and begins %v", got)
	}
	got := b.post(base+"/drop", two)
	if got.shows(t, 200, "The appointment is moved"); !strings.HasPrefix(got.path, "/schedule?person=all") {
		t.Errorf("it leads to %s", got.path)
	}
	b.post(base+"/drop", taken).shows(t, 200, "Nothing was moved")
	b.post(base+"/drop", two).shows(t, 200) // pressed twice: it is there already
	b.post(base+"/drop", url.Values{"staff": {o.staff[1].ID}, "version": {"1"}}).shows(t, 200, "Eleanor Price moved")
	b.post(base+"/drop", url.Values{"staff": {o.staff[1].ID}, "version": {"latest"}}).shows(t, 200, "Eleanor Price moved")
	b.post(base+"/drop", url.Values{"staff": {o.staff[1].ID}}).shows(t, 200, "with Priya Nair now")
	if got := o.now(a); got.StaffID != o.staff[1].ID || !got.Starts.Equal(tuesday(14, 0)) {
		t.Errorf("%s has it at %v", got.Staff.Name, got.Starts)
	}
}

// TestAWeekWithAChangeOfTheClocks sees half past nine at the same height on both
// sides of the change, and tells the hour that comes twice apart.
func TestAWeekWithAChangeOfTheClocks(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 2, 30*time.Minute)
	dbtest.ClockOf(o.d).Set(time.Date(2027, 3, 22, 8, 0, 0, 0, time.UTC))
	week := []calendar.Hours{{Weekday: time.Saturday, Start: 540, End: 1020}, {Weekday: time.Sunday, Start: 0, End: 1020}}
	o.ok(o.cals.SaveHours(t.Context(), o.boss(), o.staff[0].ID, week))
	o.book(o.staff[0], "Saturday Client", time.Date(2027, 3, 27, 9, 30, 0, 0, time.UTC), appointment.Phone)
	o.book(o.staff[0], "Sunday Client", time.Date(2027, 3, 28, 8, 30, 0, 0, time.UTC), appointment.Phone)
	got := o.as(o.staff[0]).get("/schedule?day=2027-03-28")
	if n := strings.Count(got.text, "row-39 span-2"); n != 2 {
		t.Errorf("%d appointments stand at half past nine, want 2", n)
	}
	dbtest.ClockOf(o.d).Set(time.Date(2027, 10, 25, 8, 0, 0, 0, time.UTC))
	o.book(o.staff[0], "First Client", time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC), appointment.Phone)
	o.book(o.staff[0], "Second Client", time.Date(2027, 10, 31, 1, 30, 0, 0, time.UTC), appointment.Phone)
	o.as(o.staff[0]).get("/schedule?view=day&day=2027-10-31").shows(t, 200, "First Client", "Second Client", "01:30 BST–01:00 GMT", "01:30–02:00")
}
