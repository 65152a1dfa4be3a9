package db

import (
	"context"
	"database/sql"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
)

// postgresConns bounds the connections of one process. PostgreSQL allows 100
// by default, shared by all processes.
const postgresConns = 24

func openPostgres(ctx context.Context, url string, opts Options) (*DB, error) {
	raw, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	raw.SetMaxOpenConns(postgresConns)
	raw.SetMaxIdleConns(postgresConns)
	p := &pool{db: raw}
	d := &DB{engine: postgresEngine, read: p, write: p, offset: opts.Offset}
	if err := raw.PingContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return d, nil
}
