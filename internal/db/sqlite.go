package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"parley/internal/fault"
)

// readers is the size of SQLite's pool of reading connections.
const readers = 8

// batchMax bounds how many transactions share one commit.
const batchMax = 64

// openSQLite opens the file for this process alone: WAL, synchronous FULL (a
// confirmed booking survives a power cut), one writing connection and a pool
// of reading ones.
func openSQLite(ctx context.Context, path string, opts Options) (_ *DB, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, err, "db.in-use", "Path", path)
	}
	d := &DB{engine: sqliteEngine, offset: opts.Offset, unlock: unlock}
	defer func() {
		if err != nil {
			unlock()
		}
	}()
	if d.write, err = sqlitePool(path, 2, "synchronous(FULL)", "cache_size(-16000)"); err != nil {
		return nil, err
	}
	if d.read, err = sqlitePool(path, readers, "query_only(1)"); err != nil {
		return nil, err
	}
	// The writing pool has two connections: the writer keeps one for good, the
	// other serves migrations.
	conn, err := d.write.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	d.write.stmts = &statements{prepare: conn.PrepareContext}
	d.writer = &writer{conn: conn, raw: prepared{conn: conn, stmts: d.write.stmts}}
	return d, nil
}

func sqlitePool(path string, size int, pragmas ...string) (*pool, error) {
	values := url.Values{"_pragma": append([]string{"journal_mode(WAL)", "busy_timeout(5000)", "foreign_keys(1)", "temp_store(MEMORY)"}, pragmas...)}
	db, err := sql.Open("sqlite", fmt.Sprintf("file:%s?%s", (&url.URL{Path: path}).EscapedPath(), values.Encode()))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return &pool{db: db, stmts: &statements{prepare: db.PrepareContext}}, nil
}

// A writer lets transactions take turns on SQLite's one writing connection.
// Those that wait meanwhile join the open batch, each in a savepoint of its
// own, and one commit (one fsync) serves them all.
type writer struct {
	conn    *sql.Conn
	raw     prepared
	waiting atomic.Int64
	mu      sync.Mutex
	open    *batch
}

// A batch is one SQLite transaction that carries several of ours.
type batch struct {
	n    int
	done chan struct{}
	err  error
}

// run executes do in the caller's goroutine when its turn comes, and returns
// once the batch is committed.
func (w *writer) run(ctx context.Context, d *DB, do func(context.Context, *Tx) error) (*Tx, error) {
	w.waiting.Add(1)
	w.mu.Lock()
	w.waiting.Add(-1)
	// An interrupted statement would roll the whole batch back, the others'
	// work included: inside a batch there is no cancellation.
	inner := context.WithoutCancel(ctx)
	b, err := w.begin(ctx, inner)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	tx := &Tx{d: d, raw: w.raw}
	err = w.turn(inner, b, tx, do)
	// A failure waits as well: it may rest on what others in the batch wrote,
	// and whoever is told of a conflict must find the row that is in the way.
	<-b.done
	if err != nil {
		return nil, err
	}
	return tx, b.err
}

func (w *writer) begin(ctx, inner context.Context) (*batch, error) {
	if w.open != nil {
		return w.open, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := w.raw.ExecContext(inner, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	w.open = &batch{done: make(chan struct{})}
	return w.open, nil
}

// turn runs one transaction in its savepoint and commits the batch when nobody
// waits. It releases the lock whatever do does, a panic included.
func (w *writer) turn(ctx context.Context, b *batch, tx *Tx, do func(context.Context, *Tx) error) (err error) {
	defer w.mu.Unlock()
	defer w.commit(ctx, b)
	b.n++
	if _, err := w.raw.ExecContext(ctx, "SAVEPOINT turn"); err != nil {
		return err
	}
	good := false
	defer func() {
		if !good {
			_, _ = w.raw.ExecContext(ctx, "ROLLBACK TO turn")
		}
		if _, rerr := w.raw.ExecContext(ctx, "RELEASE turn"); rerr != nil && err == nil {
			err = rerr
		}
	}()
	if err := tx.finish(do(ctx, tx)); err != nil {
		return err
	}
	good = true
	return nil
}

// commit ends the batch, unless somebody waits who will end it.
func (w *writer) commit(ctx context.Context, b *batch) {
	if w.waiting.Load() > 0 && b.n < batchMax {
		return
	}
	w.open = nil
	if _, b.err = w.raw.ExecContext(ctx, "COMMIT"); b.err != nil {
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
	}
	close(b.done)
}

// prepared runs texts as prepared statements of the writing connection.
type prepared struct {
	conn  *sql.Conn
	stmts *statements
}

// ExecContext runs a statement.
func (p prepared) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	stmt, err := p.stmts.get(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.conn.ExecContext(ctx, text, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (p prepared) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := p.stmts.get(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return p.conn.QueryContext(ctx, text, args...)
	}
	return stmt.QueryContext(ctx, args...)
}
