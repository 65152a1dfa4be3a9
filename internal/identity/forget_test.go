package identity_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/sandbox"
)

func TestADirectoryIsReadAgainOnceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.complete(w.begin(graph.Name))
		scans := func() int { return len(w.sandbox.Log(sandbox.Query{Vendor: "graph", Call: "listUsers"})) }
		w.run()
		first := scans()
		if first == 0 {
			t.Fatal("the directory was not read at all")
		}
		w.clock.Advance(12 * time.Hour)
		w.sandbox.AdvanceClock(12 * time.Hour)
		w.round()
		if n := scans(); n != first {
			t.Errorf("after half a day there are %d scans, want %d", n, first)
		}
		w.clock.Advance(12 * time.Hour)
		w.sandbox.AdvanceClock(12 * time.Hour)
		w.round()
		if n := scans(); n != 2*first {
			t.Errorf("after a day there are %d scans, want %d", n, 2*first)
		}
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
		scanned := func() time.Time {
			got, err := w.is.Directory(t.Context(), d, good.OrgID, good.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got.Scanned
		}
		before := scanned()
		dbtest.Exec(t, d, "UPDATE connections SET answers = $3 WHERE org_id = $1 AND id = $2", spoiled.OrgID, spoiled.ID, []byte("spoiled"))
		w.clock.Advance(25 * time.Hour)
		w.round()
		if !scanned().After(before) {
			t.Error("the good directory was not read again")
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
