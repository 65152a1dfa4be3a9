package app

import (
	"strings"
	"testing"
)

// TestMembersSeeWhatWasReadOfThem connects Microsoft and looks as two members:
// whoever the scan found is told of it, whoever it did not find is not.
func TestMembersSeeWhatWasReadOfThem(t *testing.T) {
	g := lodge(t, "", quiet)
	g.connect()
	for name, read := range map[string]bool{"Amelia Hart": true, "Omar Farouk": false} {
		w := newWalker()
		g.ok(w.open(t.Context(), g.cfg.BaseURL+"/signin"))
		g.ok(w.press(t.Context(), name))
		g.ok(w.open(t.Context(), "/profile/reads"))
		if said := w.said(); strings.Contains(said, "The directory was read") != read || strings.Contains(said, "Nothing was read") == read {
			t.Errorf("%s reads: %s", name, said)
		}
	}
}
