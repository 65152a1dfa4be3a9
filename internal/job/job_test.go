package job_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func add(t *testing.T, d *db.DB, j job.Job) {
	t.Helper()
	if err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return job.Add(ctx, tx, j) }); err != nil {
		t.Fatal(err)
	}
}

func runDue(t *testing.T, r *job.Runner) int {
	t.Helper()
	n, err := r.RunDue(context.Background(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAJobRunsOnceAfterItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := job.New(d, quiet())
		var got []string
		r.Handle("greet", func(_ context.Context, j job.Job) error { got = append(got, string(j.Args)); return nil })
		_ = d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_ = job.Add(ctx, tx, job.Job{Key: "lost", Kind: "greet"})
			return errors.New("rolled back")
		})
		add(t, d, job.Job{Key: "a", Kind: "greet", Args: []byte("hello")})
		add(t, d, job.Job{Key: "a", Kind: "greet", Args: []byte("hello again")})
		add(t, d, job.Job{Key: "later", Kind: "greet", Due: time.Now().Add(time.Hour)})
		if n := runDue(t, r); n != 1 || fmt.Sprint(got) != "[hello]" {
			t.Errorf("%d runs, got %v; want one", n, got)
		}
		dbtest.ClockOf(d).Advance(2 * time.Hour)
		if n := runDue(t, r); n != 1 {
			t.Errorf("%d runs when the later one is due, want 1", n)
		}
	})
}

func TestARingWhileItRunsIsNotLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := job.New(d, quiet())
		runs := 0
		r.Handle("fit", func(context.Context, job.Job) error {
			if runs++; runs == 1 {
				add(t, d, job.Job{Key: "meet:1", Kind: "fit"})
				add(t, d, job.Job{Key: "meet:1", Kind: "fit"})
			}
			return nil
		})
		add(t, d, job.Job{Key: "meet:1", Kind: "fit"})
		runDue(t, r)
		if runs != 2 {
			t.Errorf("%d runs, want 2", runs)
		}
	})
}

// TestWishesOfManyWriters is the protocol's own trial: wishes on few keys by
// many writers and workers leave none unfulfilled and never run a key twice at
// once.
func TestWishesOfManyWriters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const keys, writers, each = 10, 6, 40
		var wished, seen [keys]atomic.Int64
		var running [keys]atomic.Int64
		r := job.New(d, quiet())
		r.Handle("wish", func(_ context.Context, j job.Job) error {
			var k int
			_, _ = fmt.Sscanf(j.Key, "k%d", &k)
			if running[k].Add(1) > 1 {
				t.Errorf("%s ran twice at once", j.Key)
			}
			seen[k].Store(wished[k].Load())
			running[k].Add(-1)
			return nil
		})
		ctx, stop := context.WithCancel(context.Background())
		var workers sync.WaitGroup
		workers.Go(func() { r.Run(ctx, 4) })
		dbtest.Race(writers, func(w int) error {
			for i := range each {
				k := (i + w) % keys
				err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
					tx.After(func() {})
					wished[k].Add(1)
					return job.Add(ctx, tx, job.Job{Key: fmt.Sprintf("k%d", k), Kind: "wish"})
				})
				if err != nil {
					t.Error(err)
				}
			}
			return nil
		})
		left := func() int {
			n, _ := db.Value[int](context.Background(), d, "SELECT count(*) FROM jobs")
			return n
		}
		deadline := time.Now().Add(20 * time.Second)
		for left() > 0 && time.Now().Before(deadline) {
			<-time.After(5 * time.Millisecond)
		}
		stop()
		workers.Wait()
		for k := range keys {
			if seen[k].Load() != wished[k].Load() {
				t.Errorf("key %d: %d wishes, the last run saw %d", k, wished[k].Load(), seen[k].Load())
			}
		}
		if n := left(); n != 0 {
			t.Errorf("%d jobs left", n)
		}
	})
}

func TestWhatAnErrorMeans(t *testing.T) {
	tests := []struct {
		name string
		err  error
		wait time.Duration // when it runs again; 0: given up
	}{
		{"limited waits as told", &fault.Error{Kind: fault.Limited, After: 7 * time.Second}, 7 * time.Second},
		{"away backs off", fault.New(fault.Away, ""), time.Second},
		{"an unknown error backs off", errors.New("boom"), time.Second},
		{"later is not a failure", job.Later(time.Minute), time.Minute},
		{"invalid is given up", fault.New(fault.Invalid, ""), 0},
		{"sign in is given up", fault.New(fault.SignIn, ""), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			r := job.New(d, quiet())
			runs := 0
			r.Handle("x", func(context.Context, job.Job) error {
				if runs++; runs > 1 {
					return nil
				}
				return test.err
			})
			add(t, d, job.Job{Key: "x", OrgID: "o", Kind: "x"})
			runDue(t, r)
			dead, err := job.DeadOf(context.Background(), d, "o")
			if err != nil || (len(dead) == 1) != (test.wait == 0) {
				t.Fatalf("dead = %v, %v", dead, err)
			}
			if test.wait == 0 {
				return
			}
			dbtest.ClockOf(d).Advance(test.wait - 500*time.Millisecond)
			if runDue(t, r); runs != 1 {
				t.Error("it ran too early")
			}
			dbtest.ClockOf(d).Advance(time.Second)
			if runDue(t, r); runs != 2 {
				t.Errorf("%d runs, want 2", runs)
			}
		})
	}
}

func TestADeadJobLivesAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := job.New(d, quiet())
		broken := true
		r.Handle("x", func(context.Context, job.Job) error {
			if broken {
				return fault.New(fault.SignIn, "")
			}
			return nil
		})
		add(t, d, job.Job{Key: "x", OrgID: "o", Kind: "x"})
		runDue(t, r)
		broken = false
		err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return job.Revive(ctx, tx, "other", "x") })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("another organization revived it: %v", err)
		}
		add(t, d, job.Job{Key: "x", OrgID: "o", Kind: "x"})
		if n := runDue(t, r); n != 1 {
			t.Errorf("%d runs after a new wish, want 1", n)
		}
	})
}

func TestASilentProcessLosesItsJobAndMayNotSave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first, second := job.New(d, quiet()), job.New(d, quiet())
		var took bool
		first.Handle("x", func(ctx context.Context, j job.Job) error {
			dbtest.ClockOf(d).Advance(2 * time.Minute) // the lease is over
			runDue(t, second)
			if err := first.Extend(ctx, j); !fault.Is(err, fault.Conflict) {
				t.Errorf("extend after the loss: %v, want conflict", err)
			}
			return errors.New("boom")
		})
		second.Handle("x", func(context.Context, job.Job) error { took = true; return nil })
		add(t, d, job.Job{Key: "x", Kind: "x"})
		runDue(t, first)
		if n, _ := db.Value[int](context.Background(), d, "SELECT count(*) FROM jobs"); !took || n != 0 {
			t.Errorf("taken over: %v, rows left: %d", took, n)
		}
	})
}

func TestAPanicIsAFailureLikeAnyOther(t *testing.T) {
	d := dbtest.SQLite(t)
	r := job.New(d, quiet())
	r.Handle("x", func(context.Context, job.Job) error { panic("boom") })
	add(t, d, job.Job{Key: "x", Kind: "x"})
	if n := runDue(t, r); n != 1 {
		t.Errorf("%d runs, want 1", n)
	}
}

func TestATickElectsOneProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		runs := 0
		var rs []*job.Runner
		for range 3 {
			r := job.New(d, quiet())
			r.Every("sweep", time.Hour, "sweep")
			r.Handle("sweep", func(context.Context, job.Job) error { runs++; return nil })
			rs = append(rs, r)
		}
		for hour := 1; hour <= 3; hour++ {
			for _, err := range dbtest.Race(3, func(i int) error { return rs[i].Tick(context.Background()) }) {
				if err != nil {
					t.Fatal(err)
				}
			}
			runDue(t, rs[0])
			if runs != hour {
				t.Errorf("%d runs after %d hours", runs, hour)
			}
			dbtest.ClockOf(d).Advance(time.Hour + time.Minute)
		}
	})
}

func TestClaimingReadsAnIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Exec(t, d, `INSERT INTO jobs (key, org_id, kind, args, due_at, running, dead, rung, epoch, attempt, failed_at, said)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
			SELECT 'k' || i, 'o', 'x', '', 9000000000000000 + i, FALSE, CASE WHEN i % 2 = 0 THEN TRUE ELSE FALSE END, 0, 0, 0, 0, '' FROM n`)
		plan := dbtest.Plan(t, d, "SELECT key FROM jobs WHERE dead = FALSE AND due_at <= $1 ORDER BY due_at LIMIT 1", 1)
		dbtest.NoScan(t, plan, "jobs")
	})
}
