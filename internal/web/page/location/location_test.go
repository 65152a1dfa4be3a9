package location_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/calendar"
)

func (o *office) kept(id string) appointment.Location {
	o.t.Helper()
	l, err := o.a.Location(o.t.Context(), o.orgs.Read(), o.org.ID, id)
	o.ok(err)
	return l
}

func TestALocationIsAdded(t *testing.T) {
	o := settle(t)
	b := o.as(o.eleanor)
	b.get("/locations").says(t, "No locations yet", `href="/locations/new"`)
	b.get("/locations/new").says(t, "New location", "Amelia Hart", "Opening hours", "No closed days are entered.")
	form := values(appointment.Location{Name: "Quayside", Address: "12 Quayside\nBristol", Zone: "Europe/London", Staff: []string{o.amelia.ID}},
		"closed.0.day", "2026-12-24", "closed.0.name", "Christmas Eve", "closed.0.from0", "09:00", "closed.0.to0", "12:00")
	saved := b.post("/locations/new", form)
	saved.says(t, "“Quayside” is saved.", "Christmas Eve", "In service")
	b.get("/locations").says(t, "12 Quayside, Bristol", "Closed, opens at 09:00", "Thursday 24 December 2026: Christmas Eve", "London")
	l := o.kept(strings.TrimPrefix(saved.path, "/locations/"))
	if len(l.Hours) != 2 || l.Hours[1] != (calendar.Hours{Weekday: 1, Start: 780, End: 1020}) || len(l.Staff) != 1 || l.Slug != "quayside" {
		t.Errorf("kept %+v", l)
	}
	if c := l.Closed; len(c) != 1 || len(c[0].Open) != 1 || c[0].Open[0] != (calendar.Minutes{Start: 540, End: 720}) {
		t.Errorf("closed %+v", c)
	}
	if got := b.post("/locations/new", form); got.code != http.StatusUnprocessableEntity {
		t.Errorf("twice the same address: %d", got.code)
	}
}

func TestABadLocationKeepsWhatWasTyped(t *testing.T) {
	o := settle(t)
	b := o.as(o.eleanor)
	good := appointment.Location{Name: "Quayside", Address: "kept as it was", Zone: "Europe/London"}
	for name, c := range map[string]struct{ field, value, says, at string }{
		"no name":            {"name", "", "Give the location a name.", "name"},
		"an unknown zone":    {"zone", "Mars/Olympus", "zone", "zone"},
		"no time":            {"hours.2.0.from", "nine", "Enter a time such as 09:30.", "hours.2.0.from"},
		"half a stretch":     {"hours.2.0.from", "09:00", "Enter a time such as 09:30.", "hours.2.0.to"},
		"hours that overlap": {"hours.1.1.from", "11:00", "overlap", "hours.1.0.from"},
		"a day of nothing":   {"closed.0.day", "", "Enter the day as a date.", "closed.0.day"},
		"a day without name": {"closed.0.day", "2027-01-01", "Say why it is closed", "closed.0.name"},
		"a bad number":       {"phone", "ring the bell", "phone", "phone"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.post("/locations/new", values(good, c.field, c.value))
			got.says(t, "There is a problem", c.says, "kept as it was", `href="#`+c.at+`"`, `id="`+c.at+`"`)
			if got.code != http.StatusUnprocessableEntity {
				t.Errorf("%d", got.code)
			}
		})
	}
	all, err := o.a.Locations(t.Context(), o.orgs.Read(), o.org.ID)
	if err != nil || len(all) > 0 {
		t.Errorf("kept %v, %v", all, err)
	}
}

func TestTheFormIsEditedWithoutAScript(t *testing.T) {
	o := settle(t)
	l, b := o.branch(), o.as(o.eleanor)
	path := "/locations/" + l.ID
	got := b.post(path, values(l, "do", "closed.add", "closed.0.day", "2026-12-25", "closed.0.name", "Christmas Day"))
	got.says(t, `name="closed.1.day"`, "Christmas Day")
	got = b.post(path, values(l, "do", "closed.remove.0", "closed.0.day", "2026-12-25", "closed.0.name", "First", "closed.1.day", "2026-12-26", "closed.1.name", "Second"))
	got.says(t, "Second")
	if strings.Contains(got.text, "First") || strings.Contains(got.text, "closed.1.day") {
		t.Error("the first day is still there")
	}
	got = b.post(path, values(l, "do", "copy"))
	got.says(t, `value="13:00" id="hours.5.1.from"`)
	for _, do := range []string{"closed.remove.99", "closed.remove.x", "nonsense", "find"} {
		if got := b.post(path, values(l, "do", do)); got.code != http.StatusOK {
			t.Errorf("%s: %d", do, got.code)
		}
	}
	if again := o.kept(l.ID); again.Version != l.Version {
		t.Error("a button inside the form saved it")
	}
}

// TestClosedDaysAreFolded: twenty of them are twenty lines, but for what is new or
// wrong.
func TestClosedDaysAreFolded(t *testing.T) {
	o := settle(t)
	l, b := o.branch(), o.as(o.eleanor)
	path := "/locations/" + l.ID
	const folded, open = `<details class="disclosure"><summary>`, `<details class="disclosure" open><summary>`
	count := func(got answer, lines, unfolded int) {
		t.Helper()
		if n, m := strings.Count(got.text, folded), strings.Count(got.text, open); n != lines || m != unfolded {
			t.Errorf("%s: %d lines and %d open, want %d and %d", got.path, n, m, lines, unfolded)
		}
	}
	got := b.get(path)
	got.says(t, "Friday 25 December 2026: Christmas Day</span>")
	count(got, 1, 0)
	days := []string{"closed.0.day", "2026-12-25", "closed.0.name", "Christmas Day"}
	count(b.post(path, values(l, append(days, "do", "closed.add")...)), 1, 1)
	count(b.post(path, values(l, append(days, "closed.1.day", "2026-12-26", "closed.1.name", "")...)), 1, 1)
	count(b.post(path, values(l, append(days, "closed.1.day", "2026-12-26", "closed.1.name", "Boxing Day", "closed.1.to1", "nine")...)), 1, 1)
}

func TestTwoAdministratorsAtOneLocation(t *testing.T) {
	o := settle(t)
	l, b := o.branch(), o.as(o.eleanor)
	path, old := "/locations/"+l.ID, fmt.Sprint(l.Version)
	b.post(path, values(l, "version", old, "phone", "+44 117 496 0011")).says(t, "is saved.")
	got := b.post(path, values(l, "version", old, "name", "Harbourside"))
	got.says(t, "Somebody else changed this location", "Harbourside")
	if got.code != http.StatusUnprocessableEntity || o.kept(l.ID).Name != "Quayside" {
		t.Errorf("%d, and it is called %s", got.code, o.kept(l.ID).Name)
	}
	b.post(path, values(l, "version", fmt.Sprint(o.kept(l.ID).Version), "name", "Harbourside")).says(t, "“Harbourside” is saved.")
}

func TestPublicHolidaysAreAdded(t *testing.T) {
	o := settle(t)
	l, b := o.branch(), o.as(o.eleanor)
	path := "/locations/" + l.ID + "/holidays"
	page := b.get(path)
	page.says(t, "England and Wales", "Friday 1 January 2027", "Good Friday", "Boxing Day (substitute day)", "One of them is among the closed days already.")
	if strings.Contains(page.text, `value="2026-12-25"`) {
		t.Error("what is there is offered again")
	}
	b.get(path+"?region=fr").says(t, "Ascension Day", "National Day")
	form := values(l, "region", "gb-eaw", "day", "2027-01-01")
	form.Add("day", "2027-03-26")
	form.Add("day", "2027-03-27") // no holiday
	b.post(path, form).says(t, "is closed on the days you ticked", "Good Friday")
	if c := o.kept(l.ID).Closed; len(c) != 3 || c[1].Name != "New Year’s Day" || c[2].Day != "2027-03-26" {
		t.Errorf("closed %v", c)
	}
	if got := b.post(path, form); got.code != http.StatusUnprocessableEntity {
		t.Errorf("the same again: %d", got.code)
	}
}

func TestALocationGoesOutOfService(t *testing.T) {
	o := settle(t)
	l, b := o.branch(), o.as(o.eleanor)
	path := "/locations/" + l.ID
	b.get(path).says(t, path+"/delete")
	o.booked(l)
	inUse := func() {
		t.Helper()
		got := b.get(path)
		got.says(t, "This location cannot be deleted: appointments were booked there")
		if strings.Contains(got.text, path+"/delete") {
			t.Error("what is always refused is offered")
		}
	}
	inUse()
	if got := b.get(path + "/delete"); got.code != http.StatusConflict || !strings.Contains(got.text, "cannot be deleted") || strings.Contains(got.text, `method="post" action="`+path) {
		t.Errorf("an old page leads to the question: %d", got.code)
	}
	b.get(path+"/close").says(t, "Put Quayside out of service?", "One upcoming appointment", "Oliver Grant", "Mortgage review")
	b.post(path+"/close", values(l, "version", fmt.Sprint(l.Version))).says(t, "“Quayside” is out of service.", "Put back into service")
	inUse()
	if got := b.post(path+"/open", values(l, "version", fmt.Sprint(l.Version))); got.code != http.StatusConflict {
		t.Errorf("an old page put it back: %d", got.code)
	}
	if got := b.post(path+"/delete", nil); got.code != http.StatusConflict || !strings.Contains(got.text, "cannot be deleted") {
		t.Errorf("deleted with its history: %d", got.code)
	}
	b.post(path+"/open", values(l, "version", fmt.Sprint(o.kept(l.ID).Version))).says(t, "is in service again")
	empty, err := o.a.SaveLocation(t.Context(), o.boss(), appointment.Location{Name: "Mistake", Address: "Nowhere", Zone: "Europe/London", Active: true})
	o.ok(err)
	b.get("/locations/"+empty.ID+"/delete").says(t, "Delete Mistake?")
	b.post("/locations/"+empty.ID+"/delete", nil).says(t, "“Mistake” is deleted.")
	if got := b.get("/locations/" + empty.ID); got.code != http.StatusNotFound {
		t.Errorf("still there: %d", got.code)
	}
}

func TestOfManyStaffSomeAreShown(t *testing.T) {
	o := settle(t)
	for i := range 30 {
		o.member(fmt.Sprintf("Member %02d", i))
	}
	l, b := o.branch(), o.as(o.eleanor)
	path := "/locations/" + l.ID
	got := b.get(path)
	got.says(t, "Amelia Hart", "32 more members are not shown")
	if strings.Contains(got.text, "Member 17") {
		t.Error("everybody is shown")
	}
	b.post(path, values(l, "do", "find", "find", "member 17")).says(t, "Member 17", "Amelia Hart")
}

func TestMembersSeeNoLocations(t *testing.T) {
	o := settle(t)
	l := o.branch()
	if got := o.as(o.amelia).get("/locations/" + l.ID); got.code != http.StatusForbidden {
		t.Errorf("a member gets %d", got.code)
	}
}
