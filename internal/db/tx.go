package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"parley/internal/fault"
)

// Q runs queries that change nothing. A *DB reads the last committed state; a
// *Tx reads its own. A function that takes a Q runs anywhere; one that takes a
// *Tx must be called inside a transaction, and the compiler holds callers to it.
type Q interface {
	query(ctx context.Context, text string, args []any) (*sql.Rows, error)
	fail(error) error
}

// A Tx is an open transaction. It belongs to one goroutine.
type Tx struct {
	d      *DB
	raw    execer
	now    time.Time
	after  []func()
	broken error
}

// execer is what *sql.Tx and *sql.Conn have in common.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

type inTx struct{}

// attempts bounds the retries of a transaction that lost against another.
const attempts = 10

// Tx runs do in a transaction: committed when do returns nil, else rolled
// back. A transaction that lost against another (deadlock, serialization, busy)
// is run again, so do must have no effect outside the database; what must
// happen once goes into tx.After. Calls to the network do not belong inside.
//
// The context that do receives is marked: opening a second transaction with it
// panics, because on SQLite it would wait for itself for ever.
func (d *DB) Tx(ctx context.Context, do func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		panic("db: a transaction was opened inside a transaction")
	}
	inner := context.WithValue(ctx, inTx{}, true)
	run := d.runSQL
	if d.writer != nil {
		run = d.writer.run
	}
	for n := 1; ; n++ {
		tx, err := run(inner, d, do)
		if err == nil {
			for _, f := range tx.after {
				f()
			}
			return nil
		}
		again, f := d.engine.fails(err)
		if !again || n == attempts || ctx.Err() != nil {
			return kept(err, f)
		}
		// Rivals that met once meet again unless they part by chance.
		time.Sleep(time.Duration(rand.Int64N(int64(n) * int64(5*time.Millisecond))))
	}
}

// kept is the error of a transaction: the fault that a room made of it, with its
// sentence and field, else what the engine's error means.
func kept(err, sorted error) error {
	var own *fault.Error
	if errors.As(err, &own) {
		return err
	}
	return sorted
}

// runSQL is one attempt on an engine with many writers.
func (d *DB) runSQL(ctx context.Context, _ *DB, do func(context.Context, *Tx) error) (tx *Tx, err error) {
	raw, err := d.write.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	tx = &Tx{d: d, raw: raw}
	done := false
	defer func() {
		if !done { // an error, a panic or a test that ended here
			_ = raw.Rollback()
		}
	}()
	if err := tx.finish(do(ctx, tx)); err != nil {
		return nil, err
	}
	done = true
	return tx, raw.Commit()
}

// finish turns a swallowed statement error into the transaction's error:
// PostgreSQL would refuse to commit, and both engines must behave alike.
func (t *Tx) finish(err error) error {
	if err == nil {
		err = t.broken
	}
	return err
}

// Exec runs a statement and returns how many rows it touched. After an error
// the transaction is over: every later statement returns the same error.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if t.broken != nil {
		return 0, t.broken
	}
	res, err := t.raw.ExecContext(ctx, text, plain(args)...)
	if err != nil {
		return 0, t.fail(err)
	}
	return res.RowsAffected()
}

// Now is the database's clock, read once a transaction.
func (t *Tx) Now() time.Time {
	if t.now.IsZero() {
		now, err := t.d.engine.now(context.Background(), t)
		if err != nil {
			t.fail(err)
		}
		t.now = now.Add(t.d.offset())
	}
	return t.now
}

// After has f called once the transaction is committed, not if it is rolled back.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

func (t *Tx) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if t.broken != nil {
		return nil, t.broken
	}
	return t.raw.QueryContext(ctx, text, plain(args)...)
}

// fail sorts an error and ends the transaction with it.
func (t *Tx) fail(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if t.broken == nil {
		if again, f := t.d.engine.fails(err); !again {
			err = f
		}
		t.broken = err
	}
	return t.broken
}

func (d *DB) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if d.read.stmts == nil {
		return d.read.db.QueryContext(ctx, text, plain(args)...)
	}
	stmt, err := d.read.stmts.get(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return d.read.db.QueryContext(ctx, text, plain(args)...)
	}
	return stmt.QueryContext(ctx, plain(args)...)
}

func (d *DB) fail(err error) error {
	_, f := d.engine.fails(err)
	return f
}
