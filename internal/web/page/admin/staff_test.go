package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/org"
)

func TestStaffAreFoundPageByPage(t *testing.T) {
	h := build(t, registered)
	for i := range 30 {
		h.member(h.bank, org.Person{Name: fmt.Sprintf("Zoe %02d", i), Email: fmt.Sprintf("zoe%d@harbourbank.example", i)})
	}
	b := h.as(h.eleanor)
	first := b.open("/staff").on("/staff").shows("Amelia Hart", "amelia.hart@harbourbank.example", "Administrator", "No video calls connected").lacks("Zoe 29")
	next := "/staff?at=" + first.between(`href="/staff?at=`, `"`)
	second := b.open(next).on(next).shows("Zoe 29").lacks("Amelia Hart")
	second.shows(`href="/staff"`)
	b.open("/staff?rows=100").shows("Amelia Hart", "Zoe 29")
	b.open("/staff?q=TOMAS").shows("Tomás Herrera").lacks("Amelia Hart")
	b.open("/staff?q=nobody+of+that+name").shows("Nothing matches your search", `class="toolbar-clear" href="/staff"`)
	b.open("/staff?role=administrator").shows("Eleanor Price").lacks("Amelia Hart")
	b.open("/staff?at=" + h.bank.ID).is(http.StatusNotFound)
}

func TestSomebodyIsAddedByHand(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open("/staff/new").on("/staff/new").shows("New staff member", "Scheduler").lacks("Superuser")
	form := url.Values{"name": {"Nora Quinn"}, "email": {"nora.quinn@harbourbank.example"}, "roles": {"scheduler"}, "zone": {"Europe/Paris"}, "daily_limit": {"4"}}
	hours := b.post("/staff/new", form).is(http.StatusOK).shows("Nora Quinn is added.", "Paris")
	profile := strings.TrimSuffix(hours.path, "/hours")
	b.open(profile).on(profile).shows(`value="4"`, "nora.quinn@harbourbank.example", `value="scheduler" checked`)
	b.post("/staff/new", form).is(http.StatusUnprocessableEntity).shows("Somebody in your organization already has the address", "Nora Quinn")
	b.post("/staff/new", url.Values{"name": {""}, "email": {"no address"}}).is(http.StatusUnprocessableEntity).
		shows("Enter a name.", "Enter an e-mail address such as", "no address")
	b.post("/staff/new", url.Values{"name": {"X"}, "email": {"x@example.com"}, "roles": {"superuser"}}).is(http.StatusForbidden)
}

func TestAMemberIsChanged(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	amelia := h.staff["Amelia Hart"]
	path := "/staff/" + amelia.ID
	form := url.Values{"name": {"Amelia Stone"}, "email": {"amelia.stone@harbourbank.example"}, "username": {"astone"}, "employee_no": {"H2"}, "phone": {"+44 20 7946 0000"},
		"zone": {"Europe/London"}, "lang": {"fr"}, "roles": {"administrator"}, "daily_limit": {"6"}}
	b.post(path, form).on(path).shows("Amelia Stone is saved.", "amelia.stone@harbourbank.example", "astone", `value="administrator" checked`, `value="6"`)
	form.Del("roles")
	form.Set("daily_limit", "many")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("Enter a whole number", "many")
	form.Set("daily_limit", "201")
	b.post(path, form).is(http.StatusUnprocessableEntity).shows("The daily limit must be between 0")
	form.Set("daily_limit", "")
	b.post(path, form).on(path).lacks(`value="administrator" checked`)
	b.post("/staff/"+h.eleanor.ID, url.Values{"name": {"Eleanor Price"}, "email": {h.eleanor.Email}}).is(http.StatusUnprocessableEntity).shows("This is the last person with this role.")
	b.open(path+"/deactivate").shows("Deactivate Amelia Stone?", "Amelia Stone has no appointments ahead.")
	b.post(path+"/deactivate", nil).on(path).shows("Amelia Stone is deactivated.", "Inactive")
	b.open("/staff?q=amelia").lacks("Amelia Stone<")
	b.open("/staff?show=all").shows("Amelia Stone")
	b.post(path+"/activate", nil).on(path).shows("Amelia Stone is active again.")
	b.post("/staff/"+h.eleanor.ID+"/deactivate", nil).on("/staff/" + h.eleanor.ID).shows("This is the last person with this role.")
	b.open("/settings/audit").shows("Eleanor Price changed the details of Amelia Stone.", "the role “Administrator”")
}

func TestHours(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	path := "/staff/" + h.staff["Amelia Hart"].ID + "/hours"
	b.open(path).on(path).shows("Weekly hours", "Amelia Hart works on London time", "Monday")
	week := url.Values{"from-1": {"09:00", "13:30"}, "to-1": {"12:30", "17:00"}, "from-5": {"22:00"}, "to-5": {"00:00"}}
	b.post(path, week).on(path).shows("The weekly hours of Amelia Hart are saved.", `value="12:30"`, `value="13:30"`, `id="from-1-1"`, `value="22:00"`, `value="00:00"`)
	for name, c := range map[string]struct{ field, value, says string }{
		"backwards": {"to-1", "08:00", "The end must be later than the start."},
		"overlap":   {"to-1", "14:00", "Two of these times overlap."},
		"half":      {"from-3", "09:00", "Write the time"},
		"words":     {"from-1", "nine", "Write the time"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := url.Values{}
			for k, v := range week {
				bad[k] = append([]string(nil), v...)
			}
			bad[c.field] = append([]string{c.value}, bad[c.field][min(1, len(bad[c.field])):]...)
			b.post(path, bad).is(http.StatusUnprocessableEntity).shows(c.says, "There is a problem", `value="`+c.value+`"`)
		})
	}
	profile := strings.TrimSuffix(path, "/hours")
	b.post(profile+"/exceptions", url.Values{"date": {"2030-02-30"}, "kind": {"closed"}}).is(http.StatusUnprocessableEntity).shows("There is a problem", `value="12:30"`)
	b.post(profile+"/exceptions", url.Values{"date": {"2030-12-24"}, "kind": {"open"}}).is(http.StatusUnprocessableEntity).shows("Say from when to when Amelia Hart works")
	b.post(profile+"/exceptions", url.Values{"date": {"2030-12-24"}, "kind": {"open"}, "from-x": {"12:00"}, "to-x": {"09:00"}}).
		is(http.StatusUnprocessableEntity).shows("The end must be later than the start.")
	b.post(profile+"/timeoff", url.Values{"off-from": {""}}).is(http.StatusUnprocessableEntity).shows("There is a problem")
	b.post(profile+"/timeoff", url.Values{"off-from": {"2026-12-24"}, "off-to": {"2026-12-23"}}).is(http.StatusUnprocessableEntity).shows("The end must be later than the start.")
}

// TestHoursThatSomebodyElseSavedAreNotOverwrittenUnseen has two administrators
// change the same week.
func TestHoursThatSomebodyElseSavedAreNotOverwrittenUnseen(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	path := "/staff/" + h.staff["Amelia Hart"].ID + "/hours"
	seen := b.open(path).between(`name="seen" value="`, `"`)
	b.post(path, url.Values{"seen": {seen}, "from-1": {"08:00"}, "to-1": {"12:00"}}).on(path).shows("are saved.")
	late := b.post(path, url.Values{"seen": {seen}, "from-2": {"10:00"}, "to-2": {"14:00"}})
	late.is(http.StatusConflict).shows("Somebody saved these hours while you were changing them.", "08:00–12:00", `value="14:00"`)
	b.post(path, url.Values{"seen": {late.between(`name="seen" value="`, `"`)}, "from-2": {"10:00"}, "to-2": {"14:00"}}).on(path).shows("are saved.", `value="14:00"`)
}

func TestDatesAndTimeOffComeAndGo(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	now, err := h.orgs.Now(t.Context())
	h.ok(err)
	day := now.AddDate(0, 1, 0).Format("2006-01-02")
	profile := "/staff/" + h.staff["Amelia Hart"].ID
	b.post(profile+"/exceptions", url.Values{"date": {day}, "kind": {"open"}, "from-x": {"10:00"}, "to-x": {"12:00"}}).on(profile+"/hours").shows("The date is saved.", "10:00–12:00")
	b.post(profile+"/exceptions", url.Values{"date": {day}, "kind": {"closed"}}).lacks("10:00–12:00")
	b.post(profile+"/exceptions/"+day+"/drop", nil).on(profile + "/hours").shows("The weekly hours of Amelia Hart count on that date again.").lacks("/exceptions/" + day + "/drop")
	b.post(profile+"/exceptions/not-a-date/drop", nil).is(http.StatusNotFound)
	off := b.post(profile+"/timeoff", url.Values{"off-from": {day}, "off-to": {day}, "off-from-time": {"13:00"}, "off-to-time": {"15:30"}, "reason": {"Dentist <b>"}}).
		on(profile+"/hours").shows("The time off of Amelia Hart is saved.", "13:00–15:30", "Dentist <b>")
	remove := profile + "/timeoff/" + off.between(profile+"/timeoff/", `"`)
	b.post(remove, nil).on(profile + "/hours").shows("The time off is removed.").lacks("Dentist")
	b.post(remove, nil).is(http.StatusNotFound)
}
