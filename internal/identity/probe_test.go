package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// TestWhoIsSwitchedOffIsTriedLast: hosts are those with Video Calls on, by name; the
// doctor tries somebody who is switched off where nobody else is matched.
func TestWhoIsSwitchedOffIsTriedLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")},
			connector.Entry{ID: "2", SignInName: emailOf("Daniel Okafor")}, connector.Entry{ID: "3", SignInName: "priya@elsewhere.example"})}
		w := emptyWorld(t, d, l.vendor())
		for n, name := range []string{"Amelia Hart", "Daniel Okafor", "Priya Nair", "Lucas Moreau"} {
			w.add(name, n)
		}
		c := w.begin("lists")
		holds := func(when, probe string, hosts ...string) {
			t.Helper()
			vendorID, personID, err := w.is.Probe(t.Context(), d, c.OrgID, c.ID)
			w.must(err)
			if vendorID != probe || personID == "" {
				t.Errorf("%s, %q (%q) is tried, want %q", when, vendorID, personID, probe)
			}
			got, err := w.is.Hosts(t.Context(), d, c.OrgID, c.ID, 5)
			w.must(err)
			if diff := cmp.Diff(hosts, got); diff != "" {
				t.Errorf("%s, the hosts (-want +got):\n%s", when, diff)
			}
		}
		holds("before the match", "1")
		w.complete(c)
		holds("matched", "1", "1", "2")
		w.must(w.is.MatchByHand(t.Context(), w.actor, c.ID, w.people["Priya Nair"].ID, "3"))
		holds("by hand", "1", "1", "2", "3")
		off := func(name string) {
			w.must(w.is.Toggle(t.Context(), w.actor, c.ID, false, w.people[name].ID))
		}
		off("Amelia Hart")
		holds("one switched off", "2", "2", "3")
		off("Daniel Okafor")
		holds("two switched off", "3", "3")
		off("Priya Nair")
		holds("all switched off", "1")
	})
}
