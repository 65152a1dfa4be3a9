package identity_test

import (
	"context"
	"testing"
	"time"

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
			is := identity.New(identity.Config{DB: d})
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

// BenchmarkRematch rematches staff at a vendor whose every call takes 50 ms, in
// pages of 999. It reports how long reading and matching took, and how long the
// vendor alone would have.
func BenchmarkRematch(b *testing.B) {
	const people, latency = 10_000, 50 * time.Millisecond
	for engine, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			l := &listed{name: "lists", account: "s", page: 999, entries: list(directoryOf(people, nobody)...)}
			l.step = func() { time.Sleep(latency) }
			w := emptyWorld(b, open(b), l.vendor())
			w.crowd(people)
			c := w.complete(w.begin("lists"))
			w.run()
			b.ResetTimer()
			for b.Loop() {
				w.rematch(c)
			}
			pages := float64(people*4/5/999 + 1)
			b.ReportMetric(pages*float64(latency.Milliseconds()), "vendor-ms/op")
			b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}
