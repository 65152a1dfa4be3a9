package client_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
)

const (
	taken = "That time has just been taken"
	near  = "Other times near the one you asked for"
)

// TestOnlyWhatWasTakenWasTaken asks that a time is called taken when somebody
// else has it, and not when nobody ever offered it.
func TestOnlyWhatWasTakenWasTaken(t *testing.T) {
	h := build(t)
	h.book(appointment.InPerson, at(10, 0))
	for what, c := range map[string]struct {
		start time.Time
		code  int
		says  string
		not   string
	}{
		"taken":         {at(10, 0), http.StatusConflict, taken, near},
		"outside hours": {at(20, 0), http.StatusUnprocessableEntity, near, taken},
		"past":          {monday.Add(-time.Hour), http.StatusUnprocessableEntity, near, taken},
		"off the grid":  {at(11, 7), http.StatusUnprocessableEntity, near, taken},
	} {
		got := h.post(h.when(appointment.InPerson, c.start), details("name", "Ruth Cole"))
		if got.code != c.code || !got.says(c.says) || got.says(c.not) || !got.says("Ruth Cole") {
			t.Errorf("%s: %d, says %q: %v, says %q: %v", what, got.code, c.says, got.says(c.says), c.not, got.says(c.not))
		}
	}
}

// TestNothingTypedIsLost sends what no field takes: it is told at the field, and
// the form comes back with all that can be shown.
func TestNothingTypedIsLost(t *testing.T) {
	h := build(t)
	const leftOut, long = "they were left out", "This is too long."
	for what, c := range map[string]struct{ field, typed, shown, says string }{
		"a zero":             {"notes", "my\x00 papers", "my papers", leftOut},
		"no UTF-8":           {"name", "Ruth\xff Cole", "Ruth Cole", leftOut},
		"a long name":        {"name", strings.Repeat("Ruth ", 100) + "Cole", "Ruth Ruth Cole", long},
		"100 kB in the note": {"notes", strings.Repeat("paper ", 17_000) + "end", "paper paper end", long},
	} {
		got := h.post(h.when(appointment.InPerson, at(10, 0)), details(c.field, c.typed, "phone", "+44 20 7946 0000"))
		if got.code != http.StatusUnprocessableEntity || !got.says(c.shown) || !got.says("+44 20 7946 0000") {
			t.Errorf("%s: %d, shown %v, the telephone kept %v", what, got.code, got.says(c.shown), got.says("+44 20 7946 0000"))
		}
		if !got.says(`href="#`+c.field+`"`) || strings.Count(got.text, c.says) < 2 {
			t.Errorf("%s: not told in the summary and at the field %q", what, c.field)
		}
	}
	if got := h.get("/book/" + h.org.Slug); got.code != http.StatusOK {
		t.Errorf("the services: %d", got.code)
	}
	h.book(appointment.InPerson, at(10, 0)) // nothing was booked meanwhile
}
