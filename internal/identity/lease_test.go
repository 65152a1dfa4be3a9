package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/job"
)

// slow has each look-up take so long, and fails the test when a job that is at it
// could be taken over by another process.
func (w *world) slow(l *listed, took time.Duration) {
	l.found = func() {
		w.clock.Advance(took)
		now, err := w.d.Now(w.t.Context())
		w.must(err)
		late, err := db.Value[int64](w.t.Context(), w.d, "SELECT COUNT(*) FROM jobs WHERE running = TRUE AND due_at <= $1", db.Time(now))
		w.must(err)
		if late != 0 {
			w.t.Fatal("the lease of a job that works has ended")
		}
	}
}

// TestLongJobsKeepTheirLease: looking for people one by one, and reading again many
// who changed, at a vendor that takes its time.
func TestLongJobsKeepTheirLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, l, f := fullWorld(t, d)
		l.entries = list()
		c := w.complete(w.begin("lists"))
		w.run()
		w.slow(l, 45*time.Second)
		sought := func(n int, asked int) {
			t.Helper()
			l.asked = 0
			w.crowd(n)
			w.tx(func(ctx context.Context, tx *db.Tx) error {
				var ids []string
				for _, p := range w.people {
					ids = append(ids, p.ID)
				}
				return w.is.PeopleChanged(ctx, tx, c.OrgID, ids...)
			})
			w.run()
			if l.asked != asked {
				t.Errorf("%d were looked for, want %d", l.asked, asked)
			}
		}
		sought(10, 10)
		l.entries = list(directoryOf(700, func(i int) bool { return i < 10 })...)
		for _, e := range directoryOf(700, nobody) {
			f.all = append(f.all, connector.Change{ID: e.ID})
		}
		w.clock.Advance(24 * time.Hour)
		l.reread = 0
		w.round()
		if l.reread != 560 {
			t.Errorf("%d who changed were read again, want 560", l.reread)
		}
	})
}

// TestAVendorThatRefusesLeavesPeopleSought: what a person has to put right is no
// failure of the job, and who is sought is asked about when it is.
func TestAVendorThatRefusesLeavesPeopleSought(t *testing.T) {
	for _, kind := range []fault.Kind{fault.SignIn, fault.Denied, fault.Invalid} {
		t.Run(kind.String(), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w, l, _ := fullWorld(t, d)
				l.entries = list()
				c := w.complete(w.begin("lists"))
				w.run()
				l.refuses = fault.Wrap(kind, errors.New("not now"), "")
				l.entries = list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")})
				w.add("Amelia Hart", 0)
				w.tx(func(ctx context.Context, tx *db.Tx) error {
					return w.is.PeopleChanged(ctx, tx, c.OrgID, w.people["Amelia Hart"].ID)
				})
				w.run()
				dead, err := job.DeadOf(t.Context(), d, c.OrgID)
				w.must(err)
				if len(dead) != 0 || l.asked != 1 || w.of(c, "Amelia Hart").State != identity.Missed {
					t.Errorf("refused, %d asked, dead jobs %+v", l.asked, dead)
				}
				l.refuses = nil
				w.clock.Advance(24 * time.Hour)
				w.round()
				if got := w.of(c, "Amelia Hart"); got.State != identity.Matched {
					t.Errorf("Amelia a day later: %+v", got)
				}
			})
		})
	}
}
