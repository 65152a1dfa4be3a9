package client_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"parley/internal/appointment"
	"parley/internal/web"
)

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// zoneForm is what the form that changes the zone sends for a zone.
func zoneForm(t *testing.T, a answer, zone string) string {
	t.Helper()
	_, form, found := strings.Cut(a.text, `role="search"`)
	form, _, ended := strings.Cut(form, "</form>")
	if !found || !ended || !strings.Contains(form, `name="zone"`) {
		t.Fatalf("no choice of zones: %s", a.text)
	}
	q := url.Values{"zone": {zone}}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		q.Set(m[1], m[2])
	}
	return q.Encode()
}

// TestAnotherZoneKeepsTheDay changes the zone as a browser without a script
// does, on both pages with times.
func TestAnotherZoneKeepsTheDay(t *testing.T) {
	h := build(t)
	own := h.book(appointment.InPerson, at(10, 0))
	chosen := h.service + "?method=in_person&staff=" + h.staff
	for _, c := range []struct{ from, kept, says string }{
		{chosen + "&day=2026-12-21", "day=2026-12-21", "Monday 21 December"},
		{chosen + "&month=2026-12", "month=2026-12", "December 2026"},
		{own + "/reschedule?day=2026-12-21", "day=2026-12-21", "Monday 21 December"},
		{own + "/reschedule?month=2026-12", "month=2026-12", "December 2026"},
	} {
		page := h.get(c.from)
		if !page.says(c.says) {
			t.Errorf("%s does not say %q: %s", c.from, c.says, page.text)
		}
		path, _, _ := strings.Cut(c.from, "?")
		got := h.get(path + "?" + zoneForm(t, page, "Asia/Kolkata"))
		to := got.header.Get("Location")
		if got.code != http.StatusSeeOther || !strings.Contains(to, c.kept) {
			t.Errorf("%s: %d, leads to %s", c.from, got.code, to)
			continue
		}
		if back := h.get(to, "Cookie", web.ZoneCookie+"=Asia/Kolkata"); !back.says(c.says) || !back.says("Kolkata") {
			t.Errorf("%s does not say %q: %s", to, c.says, back.text)
		}
	}
}
