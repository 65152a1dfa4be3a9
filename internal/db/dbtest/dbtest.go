// Package dbtest gives tests a database: each test runs on SQLite and on
// PostgreSQL, migrated and empty, with a clock that the test moves.
//
// PostgreSQL is the server that PARLEY_TEST_POSTGRES names, or a private one
// started from the machine's own programs; where there is none, that half of
// the test is skipped and says so.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
)

// A Clock is the offset that a test gives to its database's clock.
type Clock struct{ offset atomic.Int64 }

// Advance moves the clock forward.
func (c *Clock) Advance(by time.Duration) { c.offset.Add(int64(by)) }

// Set moves the clock so that the database's time is now.
func (c *Clock) Set(now time.Time) { c.offset.Store(int64(time.Until(now))) }

// Offset is what the database adds to its clock.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

var clocks sync.Map // of *db.DB to *Clock

// ClockOf returns the clock of a database that this package opened.
func ClockOf(d *db.DB) *Clock {
	c, _ := clocks.Load(d)
	return c.(*Clock)
}

// Each runs the test on each engine, as a subtest of its own.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite opens a migrated, empty SQLite database in a folder of the test's.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "parley.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

// sqliteTemplate migrates one database a process; each test gets a copy.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "parley-dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	return d.Close()
}

// Postgres opens a migrated, empty PostgreSQL database, or skips the test.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL makes a migrated, empty PostgreSQL database and returns its
// address, or skips the test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server, err := postgresServer()
	if err != nil {
		t.Skipf("left out: PostgreSQL (%v)", err)
	}
	url, err := server.database()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	clock := &Clock{}
	d, err := db.Open(context.Background(), url, db.Options{Offset: clock.Offset})
	if err != nil {
		t.Fatal(err)
	}
	clocks.Store(d, clock)
	t.Cleanup(func() {
		clocks.Delete(d)
		if err := d.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return d
}

// Exec runs a statement in a transaction of its own, for arranging a test.
func Exec(t testing.TB, d *db.DB, text string, args ...any) {
	t.Helper()
	err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, text, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Plan returns how the engine would run a statement, after it has counted its
// tables (ANALYZE). Tests assert that an index is named and no scan is.
func Plan(t testing.TB, d *db.DB, text string, args ...any) string {
	t.Helper()
	Exec(t, d, "ANALYZE")
	var lines []string
	err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Engine() == "postgres" {
			lines, err = db.Values[string](ctx, tx, "EXPLAIN "+text, args...)
			return err
		}
		steps, err := db.All[step](ctx, tx, "EXPLAIN QUERY PLAN "+text, args...)
		for _, s := range steps {
			lines = append(lines, s.detail)
		}
		return err
	})
	if err != nil {
		t.Fatalf("plan of %s: %v", text, err)
	}
	return strings.Join(lines, "\n")
}

// step is a row of SQLite's EXPLAIN QUERY PLAN.
type step struct {
	id, parent, unused int64
	detail             string
}

func (s *step) Columns(c *db.Columns) {
	c.Col("id", &s.id)
	c.Col("parent", &s.parent)
	c.Col("notused", &s.unused)
	c.Col("detail", &s.detail)
}

// NoScan fails the test when the plan reads a whole table.
func NoScan(t testing.TB, plan string, tables ...string) {
	t.Helper()
	for _, table := range tables {
		for _, scan := range []string{"SCAN " + table, "Seq Scan on " + table} {
			for _, line := range strings.Split(plan, "\n") {
				if strings.Contains(line+" ", scan+" ") && !strings.Contains(line, "USING") {
					t.Errorf("the plan reads all of %s:\n%s", table, plan)
				}
			}
		}
	}
}

// Race runs do n times at once and returns what each returned.
func Race(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func (s *server) database() (string, error) {
	name := fmt.Sprintf("t%d_%d", os.Getpid(), s.count.Add(1))
	return s.create(name, templateName)
}
