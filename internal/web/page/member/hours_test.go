package member_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
)

// week is a form with the same hours on Monday to Friday.
func week(from, to string) url.Values {
	form := url.Values{"do": {"save"}}
	for _, d := range []string{"1", "2", "3", "4", "5"} {
		form["from-"+d], form["to-"+d], form["place-"+d] = []string{from}, []string{to}, []string{""}
	}
	return form
}

func (o *office) savedWeek() []calendar.Hours {
	o.t.Helper()
	hours, err := o.cals.Hours(o.t.Context(), o.org.ID, o.amelia.ID)
	o.ok(err)
	return hours
}

func TestTheWeekIsSaved(t *testing.T) {
	o := settle(t, monday)
	b := o.as(o.amelia)
	b.open("/hours").shows(t, 200, "/hours", "London time", `value="09:00"`, `value="17:00"`, "Not working")
	form := week("08:30", "12:00")
	form["from-1"], form["to-1"], form["place-1"] = []string{"08:30", "13:00", ""}, []string{"12:00", "00:00", ""}, []string{"Branch", "", ""}
	b.post("/hours", form).shows(t, 200, "/hours", "Your weekly hours are saved.", `value="08:30"`, `value="00:00"`)
	want := []calendar.Hours{{Weekday: 1, Start: 510, End: 720, Location: "Branch"}, {Weekday: 1, Start: 780, End: 1440}}
	if diff := cmp.Diff(want, o.savedWeek()[:2]); diff != "" {
		t.Error(diff)
	}
}

func TestRowsComeAndGoWithoutAScript(t *testing.T) {
	o := settle(t, monday)
	b := o.as(o.amelia)
	before := o.savedWeek()
	form := week("09:00", "17:00")
	form["from-1"], form["to-1"] = []string{"07:15"}, []string{"11:45"}
	press := func(do string) string {
		form.Set("do", do)
		got := b.post("/hours", form)
		got.shows(t, 200, "/hours", "Not saved yet", "07:15")
		return got.text
	}
	if n := strings.Count(press("add-6"), `name="from-6"`); n != 1 {
		t.Errorf("Saturday has %d rows, want 1", n)
	}
	if n := strings.Count(press("drop-2-0"), `name="from-2"`); n != 0 {
		t.Errorf("Tuesday has %d rows, want 0", n)
	}
	if n := strings.Count(press("copy"), `value="07:15"`); n != 5 {
		t.Errorf("%d days begin as Monday does, want 5", n)
	}
	for _, odd := range []string{"drop-2-9", "drop-9-0", "add-99", "add-", "drop--1--1", "nonsense"} {
		press(odd)
	}
	if diff := cmp.Diff(before, o.savedWeek()); diff != "" {
		t.Errorf("something was saved:\n%s", diff)
	}
}

func TestWhatIsWrongStandsAtItsRow(t *testing.T) {
	o := settle(t, monday)
	b := o.as(o.amelia)
	form := week("09:00", "17:00")
	form["from-2"], form["to-2"] = []string{"09:00", "11:00"}, []string{"12:00", "13:00"}
	form["from-3"], form["to-3"] = []string{"17:00"}, []string{"09:00"}
	form["from-4"], form["to-4"] = []string{"<b>noon</b>"}, []string{"17:00"}
	b.post("/hours", form).shows(t, 422, "/hours", "There is a problem", "Tuesday: Two of these times overlap", `href="#from-2-1"`, `id="from-2-1-error"`,
		"Wednesday: The end must be later", `id="from-3-0-error"`, "Thursday: Write the time", "&lt;b&gt;noon&lt;/b&gt;")
	if diff := cmp.Diff(weekdays(540, 1020), o.savedWeek()); diff != "" {
		t.Error(diff)
	}
}

func TestBookedAppointmentsAreListedFirst(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lind", tuesday(10, 0), appointment.Video)
	b := o.as(o.amelia)
	form := week("11:00", "17:00")
	b.post("/hours", form).shows(t, 200, "/hours", "One appointment is booked in that time", `href="/schedule/`+a.ID, "Noah Lind", `value="11:00"`)
	if diff := cmp.Diff(weekdays(540, 1020), o.savedWeek()); diff != "" {
		t.Errorf("saved without asking:\n%s", diff)
	}
	back := maps(form, "do", "edit")
	b.post("/hours", back).shows(t, 200, "/hours", "Not saved yet", `value="11:00"`)
	form.Set("sure", "true")
	b.post("/hours", form).shows(t, 200, "/hours", "Your weekly hours are saved.")

	// It lies outside already, so nobody is asked about it again.
	off := url.Values{"off-from": {"2026-11-24"}, "off-to": {"2026-11-25"}, "reason": {"Holiday"}}
	b.post("/hours/off", off).shows(t, 200, "/hours", "Your time off is saved.", "Tuesday 24 – Wednesday 25 November 2026", "Holiday")
	if got, err := o.a.Get(t.Context(), o.d, o.org.ID, a.ID); err != nil || got.State != appointment.Confirmed {
		t.Errorf("the appointment is %s (%v)", got.State, err)
	}
}

// maps is a form with one value changed.
func maps(form url.Values, name, value string) url.Values {
	changed := url.Values{}
	for k, v := range form {
		changed[k] = v
	}
	changed.Set(name, value)
	return changed
}

func TestTimeOff(t *testing.T) {
	o := settle(t, monday)
	o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b := o.as(o.amelia)
	form := url.Values{"off-from": {"2026-11-24"}, "off-from-time": {"09:00"}, "off-to": {"2026-11-24"}, "off-to-time": {"10:15"}, "reason": {"Dentist"}}
	b.post("/hours/off", form).shows(t, 200, "/hours/off", "One appointment is booked", "Noah Lind", `value="10:15"`)
	b.post("/hours/off", maps(form, "do", "edit")).shows(t, 200, "/hours/off", `value="10:15"`, `value="Dentist"`)
	b.post("/hours/off", maps(form, "sure", "true")).shows(t, 200, "/hours", "Tuesday 24 November 2026, 09:00–10:15")
	off, err := o.cals.TimeOff(t.Context(), o.org.ID, o.amelia.ID, calendar.Span{Start: monday, End: monday.Add(48 * time.Hour)})
	o.ok(err)
	o.as(o.priya).post("/hours/off/"+off[0].ID+"/remove", nil).shows(t, 404, "/hours/off/"+off[0].ID+"/remove")
	b.post("/hours/off/"+off[0].ID+"/remove", nil).shows(t, 200, "/hours", "The time off is removed.")

	for field, bad := range map[string]url.Values{
		"off-from":      {"off-to": {"2026-11-24"}, "reason": {"Kept"}},
		"off-to":        {"off-from": {"2026-11-24"}, "off-to": {"2026-11-20"}, "reason": {"Kept"}},
		"off-from-time": {"off-from": {"2026-11-24"}, "off-to": {"2026-11-24"}, "off-from-time": {"25:99"}, "reason": {"Kept"}},
	} {
		b.post("/hours/off", bad).shows(t, 422, "/hours/off", "There is a problem", `id="`+field+`-error"`, `value="Kept"`)
	}
	b.post("/hours/off", url.Values{"off-from": {"2026-12-24"}, "off-to": {"2026-12-24"}, "reason": {strings.Repeat("x", 300)}}).
		shows(t, 422, "/hours/off", `id="reason-error"`)
}

func TestDatesWithOtherHours(t *testing.T) {
	o := settle(t, monday)
	o.book("Noah Lind", tuesday(10, 0), appointment.Phone)
	b := o.as(o.amelia)
	closed := url.Values{"date": {"2026-11-24"}, "kind": {"closed"}}
	b.post("/hours/dates", closed).shows(t, 200, "/hours/dates", "One appointment is booked", "Noah Lind")
	open := url.Values{"date": {"2026-11-24"}, "kind": {"open"}, "from-x": {"08:00", "14:00"}, "to-x": {"12:00", "16:00"}}
	b.post("/hours/dates", open).shows(t, 200, "/hours", "The date is saved.", "Tuesday 24 November 2026", "08:00–12:00 and 14:00–16:00")
	b.post("/hours/dates", maps(closed, "sure", "true")).shows(t, 200, "/hours", "The date is saved.")
	b.post("/hours/dates/2026-11-24/usual", nil).shows(t, 200, "/hours", "count on that date again")
	b.post("/hours/dates/never/usual", nil).shows(t, 404, "/hours/dates/never/usual")

	for field, bad := range map[string]url.Values{
		"date":     {"date": {"2026-11-22"}, "kind": {"closed"}},
		"from-x-0": {"date": {"2026-12-24"}, "kind": {"open"}, "from-x": {"", ""}, "to-x": {"", ""}},
		"from-x-1": {"date": {"2026-12-24"}, "kind": {"open"}, "from-x": {"09:00", "11:00"}, "to-x": {"12:00", "13:00"}},
	} {
		b.post("/hours/dates", bad).shows(t, 422, "/hours/dates", "There is a problem", `id="`+field+`-error"`, bad.Get("date"))
	}
}

// TestHoursAreOnTheWallOfTheirOwner reads and writes hours in the zone of the
// profile, and time off across a change of the clocks.
func TestHoursAreOnTheWallOfTheirOwner(t *testing.T) {
	o := settle(t, monday)
	b := o.as(o.amelia)
	b.post("/profile", url.Values{"name": {"Amelia Hart"}, "lang": {"fr"}, "zone": {"America/New_York"}, "clock": {"24"}})
	b.open("/hours").shows(t, 200, "/hours", "New York", "Mes horaires")
	b.post("/hours/off", url.Values{"off-from": {"2027-03-14"}, "off-to": {"2027-03-14"}}).shows(t, 200, "/hours", "dimanche 14 mars 2027")
	off, err := o.cals.TimeOff(t.Context(), o.org.ID, o.amelia.ID, calendar.Span{Start: monday, End: monday.AddDate(1, 0, 0)})
	o.ok(err)
	if len(off) != 1 || off[0].Span.Duration() != 23*time.Hour {
		t.Errorf("a day off when the clocks go forward is %v", off)
	}
}
