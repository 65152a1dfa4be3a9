package identity_test

import (
	"context"
	"log/slog"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
)

// BenchmarkList draws pages of a connection with 50,000 people: the first, the one
// furthest from both ends, and searches with few hits and with many.
func BenchmarkList(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := open(b)
			org, connection := db.NewID(), db.NewID()
			err := d.Tx(b.Context(), func(ctx context.Context, tx *db.Tx) error { return identity.Fill(ctx, tx, org, connection, 50_000) })
			if err != nil {
				b.Fatal(err)
			}
			dbtest.Exec(b, d, "ANALYZE")
			is := identity.New(identity.Config{DB: d, Log: slog.New(slog.DiscardHandler)})
			b.Cleanup(is.Settle)
			for name, f := range map[string]identity.Filter{"first": {}, "middle": {Page: 500}, "missed-middle": {Match: identity.OnlyMissed, Page: 100}, "few": {Text: "surname77 "},
				"many": {Text: "bank"}, "many-middle": {Text: "bank", Page: 500}, "outcome": {Outcome: identity.Lost}, "many-missed": {Text: "surname1", Match: identity.OnlyMissed}} {
				for _, f.Sort = range identity.Sorts {
					b.Run(name+"/"+f.Sort, func(b *testing.B) {
						for b.Loop() {
							if _, err := is.Ids(b.Context(), d, org, connection, f); err != nil {
								b.Fatal(err)
							}
						}
					})
				}
			}
		})
	}
}
