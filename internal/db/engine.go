package db

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/internal/fault"
)

// An engine is what differs between SQLite and PostgreSQL, and all of it.
type engine struct {
	name    string
	dialect goose.Dialect
	// claim ends a SELECT that picks one row among rivals.
	claim string
	// now reads the database's clock.
	now func(context.Context, Q) (time.Time, error)
	// fails sorts a driver's error: retry, or a fault.
	fails func(error) (again bool, f error)
	// migrate holds what the migration tool needs on this engine.
	migrate func() []goose.ProviderOption
}

var sqliteEngine = &engine{
	name:    "sqlite",
	dialect: goose.DialectSQLite3,
	// One writer: nobody else can be picking.
	claim: "",
	// SQLite runs in this process, so its clock is the machine's.
	now:     func(context.Context, Q) (time.Time, error) { return time.Now().UTC().Truncate(time.Microsecond), nil },
	fails:   sqliteFails,
	migrate: func() []goose.ProviderOption { return nil },
}

var postgresEngine = &engine{
	name:    "postgres",
	dialect: goose.DialectPostgres,
	claim:   "FOR UPDATE SKIP LOCKED",
	now: func(ctx context.Context, q Q) (time.Time, error) {
		micros, err := Value[int64](ctx, q, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")
		return time.UnixMicro(micros).UTC(), err
	},
	fails: postgresFails,
	migrate: func() []goose.ProviderOption {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil
		}
		return []goose.ProviderOption{goose.WithSessionLocker(locker)}
	},
}

// overlap is the name of the exclusion constraint and of the triggers' message.
const overlap = "claims_overlap"

func sqliteFails(err error) (bool, error) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false, err
	}
	switch code := e.Code(); {
	case code&0xff == sqlite3.SQLITE_BUSY || code&0xff == sqlite3.SQLITE_LOCKED:
		return true, fault.Wrap(fault.Away, err, "")
	case strings.Contains(e.Error(), overlap):
		return false, fault.Wrap(fault.Conflict, err, "calendar.overlap")
	case code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return false, fault.Wrap(fault.Conflict, err, "")
	}
	return false, err
}

func postgresFails(err error) (bool, error) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false, err
	}
	switch e.Code {
	case "40001", "40P01": // serialization failure, deadlock
		return true, fault.Wrap(fault.Away, err, "")
	case "23P01": // exclusion violation
		return false, fault.Wrap(fault.Conflict, err, "calendar.overlap")
	case "23505": // unique violation
		return false, fault.Wrap(fault.Conflict, err, "")
	}
	return false, err
}

// ClaimSuffix ends a SELECT that picks rows among rivals: FOR UPDATE SKIP
// LOCKED on PostgreSQL, nothing on SQLite, which has one writer.
func (t *Tx) ClaimSuffix() string { return t.d.engine.claim }
