package identity_test

import (
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
)

// TestADirectoryWithoutMostPeopleIsNotBelieved: by night, by a rematch and by night
// again nobody loses their match; who has looked and asks once more is obeyed.
func TestADirectoryWithoutMostPeopleIsNotBelieved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n, matched, left = 60, 48, 16
		whole, short := list(directoryOf(n, nobody)...), list(directoryOf(n, func(i int) bool { return i >= 20 })...)
		l := &listed{name: "lists", account: "s", entries: whole}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(n)
		c := w.complete(w.begin("lists"))
		w.run()
		stands := func(when string, braked bool, want int) {
			t.Helper()
			got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
			w.must(err)
			totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{})
			w.must(err)
			if got.Run.Braked() != braked || totals.Matched != want || (got.State == identity.Failed) != braked || braked && (got.Run.Lost != matched-left || got.Run.Matched != matched) {
				t.Errorf("%s, %d are matched, want %d: %+v", when, totals.Matched, want, got)
			}
			w.facetsAreTrue(c)
		}
		night := func() {
			w.clock.Advance(24 * time.Hour)
			w.round()
		}
		stands("at first", false, matched)
		l.entries, l.scans = short, 0
		night()
		stands("in the night", true, matched)
		night()
		stands("in the next night", true, matched)
		if journal := w.rows("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND verb = 'identity.rematch.braked'", c.OrgID); journal != 2 || l.scans != 2 {
			t.Errorf("%d entries in the journal, %d scans; want 2 and 2", journal, l.scans)
		}
		l.entries = whole
		night()
		stands("when it is whole again", false, matched)
		l.entries = short
		w.rematch(c)
		stands("in a rematch", true, matched)
		w.rematch(c)
		stands("when somebody insists", false, left)
		night()
		stands("in the night after", false, left)
	})
}
