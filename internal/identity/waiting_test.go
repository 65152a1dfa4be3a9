package identity_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/job"
)

// TestWhatWaitsIsTriedOnceThereIsSomebodyToTryItOn: the first look finds a directory
// that is being read; the next is not minutes later but when it was read.
func TestWhatWaitsIsTriedOnceThereIsSomebodyToTryItOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(directoryOf(10, nobody)...), waits: "a policy"}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(10)
		var saw []identity.Progress
		w.jobs.Handle("vault.ready", func(ctx context.Context, j job.Job) error {
			now, err := w.is.Directory(ctx, d, j.OrgID, string(j.Args))
			saw = append(saw, now.State)
			if err != nil {
				return err
			}
			return job.Later(2 * time.Minute)
		})
		l.step = func() {
			l.step = nil
			w.run()
		}
		w.begin("lists")
		w.run()
		if len(saw) != 2 || saw[0] == identity.Read || saw[1] != identity.Read {
			t.Errorf("looked at when the directory was %v; want once before and once after it was read", saw)
		}
	})
}
