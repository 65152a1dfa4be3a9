package client_test

import (
	"net/http"
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
