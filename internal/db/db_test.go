package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// tick is a row of the ticks table, the smallest there is.
type tick struct {
	Name string
	Next time.Time
}

func (t *tick) Columns(c *db.Columns) {
	c.Col("name", &t.Name)
	c.Col("next_at", (*db.Time)(&t.Next))
}

func insert(d *db.DB, t tick) error {
	return d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "ticks", &t)
	})
}

func TestARowComesBackAsItWent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		want := tick{"sweep", time.Date(2026, 3, 29, 1, 59, 59, 123456000, time.UTC)}
		if err := insert(d, want); err != nil {
			t.Fatal(err)
		}
		got, err := db.One[tick](context.Background(), d, "SELECT {columns} FROM ticks WHERE name = $1", "sweep")
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
		got, err = db.One[tick](context.Background(), d, "SELECT {t.columns} FROM ticks t WHERE t.name = $1", "sweep")
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("with an alias: got %v, %v; want %v", got, err, want)
		}
	})
}

func TestPlaceholdersAreNumbersNotPositions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got, err := db.Value[string](context.Background(), d, "SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)", "one", "two")
		if err != nil || got != "twoonetwo" {
			t.Fatalf("got %q, %v; want twoonetwo", got, err)
		}
	})
}

func TestFaultsOfTheEnginesAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := insert(d, tick{Name: "a"}); err != nil {
			t.Fatal(err)
		}
		if err := insert(d, tick{Name: "a"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a double key gives %v, want conflict", err)
		}
		_, err := db.One[tick](context.Background(), d, "SELECT {columns} FROM ticks WHERE name = $1", "b")
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a missing row gives %v, want not found", err)
		}
	})
}

func TestAnErrorRollsBackAndASwallowedOneToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		boom := errors.New("boom")
		err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_ = db.Insert(ctx, tx, "ticks", &tick{Name: "a"})
			tx.After(func() { t.Error("after-commit hook of a rolled back transaction ran") })
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("err = %v, want boom", err)
		}
		err = d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_ = db.Insert(ctx, tx, "ticks", &tick{Name: "b"})
			_ = db.Insert(ctx, tx, "ticks", &tick{Name: "b"}) // swallowed
			return nil
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("err = %v, want conflict", err)
		}
		if n, _ := db.Value[int](ctx, d, "SELECT count(*) FROM ticks"); n != 0 {
			t.Errorf("%d rows stayed, want none", n)
		}
	})
}

func TestManyTransactionsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Exec(t, d, "INSERT INTO ticks (name, next_at) VALUES ('n', 0)")
		ctx := context.Background()
		bad := errors.New("every third gives up")
		errs := dbtest.Race(60, func(i int) error {
			return d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, "UPDATE ticks SET next_at = next_at + 1 WHERE name = 'n'"); err != nil {
					return err
				}
				if i%3 == 0 {
					return bad
				}
				return nil
			})
		})
		for i, err := range errs {
			if (i%3 == 0) != errors.Is(err, bad) {
				t.Errorf("transaction %d: %v", i, err)
			}
		}
		if n, _ := db.Value[int](ctx, d, "SELECT next_at FROM ticks"); n != 40 {
			t.Errorf("counted %d, want 40", n)
		}
	})
}

func TestAPanicAndACancelledCallerLeaveTheWriterFree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() { _ = recover() }()
			_ = d.Tx(context.Background(), func(context.Context, *db.Tx) error { panic("boom") })
		}()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := d.Tx(ctx, func(context.Context, *db.Tx) error { return nil }); err == nil {
			t.Error("a cancelled caller got its transaction")
		}
		if err := insert(d, tick{Name: "a"}); err != nil {
			t.Errorf("after that: %v", err)
		}
	})
}

func TestATransactionInsideATransactionPanics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		defer func() {
			if recover() == nil {
				t.Error("it was let in")
			}
		}()
		_ = d.Tx(context.Background(), func(ctx context.Context, _ *db.Tx) error {
			return d.Tx(ctx, func(context.Context, *db.Tx) error { return nil })
		})
	})
}

func TestTheClockIsReadOnceAndMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		before, err := d.Now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		dbtest.ClockOf(d).Advance(time.Hour)
		err = d.Tx(ctx, func(_ context.Context, tx *db.Tx) error {
			now := tx.Now()
			dbtest.ClockOf(d).Advance(time.Hour)
			if tx.Now() != now {
				t.Error("the clock moved inside a transaction")
			}
			if passed := now.Sub(before); passed < time.Hour || passed > time.Hour+time.Minute {
				t.Errorf("%v passed, want an hour", passed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestOneProcessOwnsASQLiteFile(t *testing.T) {
	path := t.TempDir() + "/parley.db"
	d, err := db.Open(context.Background(), path, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(context.Background(), path, db.Options{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second opener got %v, want conflict", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := db.Open(context.Background(), path, db.Options{})
	if err != nil {
		t.Fatalf("after closing: %v", err)
	}
	_ = again.Close()
}

func TestFoldServesPeopleWhoSearch(t *testing.T) {
	for in, want := range map[string]string{"  ÉCOLE  Élan ": "ecole elan", "Tomás": "tomas", "Łódź": "łodz", "": ""} {
		if got := db.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlansAreReadable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if plan := dbtest.Plan(t, d, "SELECT name FROM ticks WHERE name = $1", "a"); !strings.Contains(plan, "ticks") {
			t.Errorf("plan = %s", plan)
		}
	})
}
