package identity_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
)

// TestWhomWeKnowIsReadAgainOnceADay: by id whom we matched, by name whom we missed,
// and everybody once a week.
func TestWhomWeKnowIsReadAgainOnceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		amelia := connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")}
		l := &listed{name: "lists", account: "1", entries: list(amelia)}
		w := emptyWorld(t, d, l.vendor())
		w.add("Amelia Hart", 0)
		w.add("Priya Nair", 1)
		c := w.complete(w.begin("lists"))
		w.run()
		l.asked, l.reread, l.scans = 0, 0, 0
		passes := func(by time.Duration, scans, reread, asked int) {
			t.Helper()
			w.clock.Advance(by)
			w.round()
			if l.scans != scans || l.reread != reread || l.asked != asked {
				t.Errorf("%d scans, %d read again, %d looked for; want %d, %d, %d", l.scans, l.reread, l.asked, scans, reread, asked)
			}
		}
		passes(12*time.Hour, 0, 0, 0)
		amelia.SignInName = "amelia.park@harbourbank.example"
		l.entries = list(amelia, connector.Entry{ID: "2", SignInName: emailOf("Priya Nair")})
		passes(12*time.Hour, 0, 1, 1)
		if got := w.of(c, "Amelia Hart"); got.State != identity.Matched || got.SignInName != amelia.SignInName {
			t.Errorf("Amelia, renamed there, is %+v", got)
		}
		if got := w.of(c, "Priya Nair"); got.State != identity.Matched {
			t.Errorf("Priya, new there, is %+v", got)
		}
		l.entries = list(amelia)
		passes(24*time.Hour, 0, 3, 2)
		if got := w.of(c, "Priya Nair"); got.State != identity.Missed || got.Reason != "identity.reason.gone" || got.Enabled {
			t.Errorf("Priya, gone there, is %+v", got)
		}
		passes(6*24*time.Hour, 1, 3, 2)
	})
}

// TestOneConnectionThatCannotBeOpenedStopsNoOther spoils what is sealed of one
// connection and looks whether the other's directory is still read each day.
func TestOneConnectionThatCannotBeOpenedStopsNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "1", entries: list()}
		w := emptyWorld(t, d, l.vendor())
		spoiled := w.complete(w.begin("lists"))
		l.account = "2"
		w.clock.Advance(time.Minute) // the spoiled one comes first in the round
		good := w.complete(w.begin("lists"))
		w.run()
		dbtest.Exec(t, d, "UPDATE connections SET answers = $3 WHERE org_id = $1 AND id = $2", spoiled.OrgID, spoiled.ID, []byte("spoiled"))
		scans := l.scans
		w.clock.Advance(8 * 24 * time.Hour)
		w.round()
		if got, err := w.is.Directory(t.Context(), d, good.OrgID, good.ID); err != nil || l.scans != scans+1 || got.Scanned.IsZero() {
			t.Errorf("the good directory was not read again: %v", err)
		}
	})
}

// TestNobodyStarvesBehindManyDirectories puts more directories that nothing can be
// done about before one than are read at a time.
func TestNobodyStarvesBehindManyDirectories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")})}
		w := emptyWorld(t, d, l.vendor())
		w.add("Amelia Hart", 0)
		c := w.complete(w.begin("lists"))
		w.run()
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			for n := range 1000 {
				if err := identity.Abandoned(ctx, tx, c.OrgID, fmt.Sprintf("0000-%04d", n)); err != nil {
					return err
				}
			}
			return nil
		})
		l.reread = 0
		w.clock.Advance(24 * time.Hour)
		w.round()
		if l.reread != 1 {
			t.Errorf("%d people behind a thousand directories were read again, want 1", l.reread)
		}
	})
}

// round adds the hourly job, whatever hour it is, and does what it rings.
func (w *world) round() {
	w.t.Helper()
	if err := w.jobs.Tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.run()
}

func TestWhoIsErasedIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		grace, daniel := w.people["Grace Kim"].ID, w.people["Daniel Okafor"].ID
		for _, id := range []string{grace, daniel} {
			if err := w.is.SetPlatform(t.Context(), w.actor, id, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.is.SetPlatform(t.Context(), w.actor, daniel, ""); err != nil {
			t.Fatal(err)
		}
		if n := w.count("platforms", daniel); n != 0 {
			t.Errorf("%d platforms of who went back to the default", n)
		}
		w.tx(func(ctx context.Context, tx *db.Tx) error { return w.is.Erase(ctx, tx, w.actor.OrgID, grace) })
		if n := w.count("platforms", grace) + w.count("identities", grace); n != 0 {
			t.Errorf("%d rows of who was erased", n)
		}
		if got := w.of(c, "Daniel Okafor"); got.State != identity.Matched {
			t.Errorf("another person is %+v", got)
		}
	})
}

func (w *world) count(table, personID string) int64 {
	w.t.Helper()
	n, err := db.Value[int64](w.t.Context(), w.d, "SELECT COUNT(*) FROM "+table+" WHERE org_id = $1 AND person_id = $2", w.actor.OrgID, personID)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}
