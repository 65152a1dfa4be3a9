// Package db is the one room that knows the database engine and the time.
//
// It opens SQLite or PostgreSQL behind one SQL text ($n placeholders, five
// column types), runs transactions as closures and owns the clock that every
// rule, lease and schedule uses. It holds no query of any feature: those stand
// in the sql.go of the room that owns the table.
//
// Five things differ between the engines and stand here and nowhere else: the
// claim suffix, the clock, the error map, the way of writing (one writer with
// group commit on SQLite) and the pair of migrations for claims.
package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"parley/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are the few things a caller may choose when it opens a database.
type Options struct {
	// Offset is added to the database's clock. Only the demo (the sandbox's
	// clock) and tests set it.
	Offset func() time.Duration
}

// A DB is an open database. It is safe for use by many goroutines.
type DB struct {
	engine *engine
	read   *pool
	write  *pool // PostgreSQL: the same as read
	writer *writer
	offset func() time.Duration
	unlock func()
}

// Open opens a database by its address: a file path (SQLite, made if absent)
// or a postgres:// URL. It does not migrate.
func Open(ctx context.Context, url string, opts Options) (_ *DB, err error) {
	defer fault.Op(&err, "open database")
	if opts.Offset == nil {
		opts.Offset = func() time.Duration { return 0 }
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return openPostgres(ctx, url, opts)
	}
	return openSQLite(ctx, strings.TrimPrefix(url, "sqlite://"), opts)
}

// Close closes the database and gives its file back to other processes.
func (d *DB) Close() error {
	err := d.read.close()
	if d.write != d.read {
		if werr := d.write.close(); err == nil {
			err = werr
		}
	}
	if d.unlock != nil {
		d.unlock()
	}
	return err
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	_, err := Value[int64](ctx, d, "SELECT 1")
	return err
}

// Engine names the engine for people and metrics: "sqlite" or "postgres".
// Nothing may decide by it.
func (d *DB) Engine() string { return d.engine.name }

// OneProcess reports whether this process owns the whole database (SQLite), so
// that leases of an earlier process can be taken for dead at once.
func (d *DB) OneProcess() bool { return d.writer != nil }

// Moved is how far the clock is ahead on purpose: zero but for the demo and tests.
func (d *DB) Moved() time.Duration { return d.offset() }

// Now is the database's clock, in UTC with microseconds.
func (d *DB) Now(ctx context.Context) (time.Time, error) {
	now, err := d.engine.now(ctx, d)
	return now.Add(d.offset()), err
}

// Migrate brings the schema up to this program's version. Several processes may
// call it at once on PostgreSQL.
func (d *DB) Migrate(ctx context.Context) (err error) {
	defer fault.Op(&err, "migrate")
	p, err := d.provider()
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Pending reports whether migrations wait to be applied.
func (d *DB) Pending(ctx context.Context) (bool, error) {
	p, err := d.provider()
	if err != nil {
		return false, err
	}
	return p.HasPending(ctx)
}

func (d *DB) provider() (*goose.Provider, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(d.engine.dialect, d.write.db, engineFS{FS: sub, engine: d.engine.name}, d.engine.migrate()...)
}

// engineFS hides the migrations that are written for the other engine: files
// named x.sqlite.sql and x.postgres.sql come in pairs.
type engineFS struct {
	fs.FS
	engine string
}

// Glob lists the migrations of this engine.
func (f engineFS) Glob(pattern string) ([]string, error) {
	all, err := fs.Glob(f.FS, pattern)
	var mine []string
	for _, name := range all {
		if parts := strings.Split(name, "."); len(parts) == 2 || parts[1] == f.engine {
			mine = append(mine, name)
		}
	}
	return mine, err
}

// Params writes the placeholders $from .. $(from+n-1) for an IN list.
func Params(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// A Part is the text of a SELECT with its arguments, to stand inside another
// statement. Its placeholders begin at $1 and therefore come first.
type Part struct {
	SQL  string
	Args []any
}

// pool is a set of connections with, on SQLite, its prepared statements.
type pool struct {
	db    *sql.DB
	stmts *statements
}

func (p *pool) close() error {
	p.stmts.close()
	return p.db.Close()
}
