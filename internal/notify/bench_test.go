package notify

import (
	"context"
	"fmt"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// BenchmarkLane sends one notice to many over a channel that takes no time: what
// is left is the ledger, a row for each.
func BenchmarkLane(b *testing.B) {
	for _, workers := range []int{4, 64} {
		for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
			b.Run(fmt.Sprintf("%s/workers=%d", name, workers), func(b *testing.B) {
				const people = 5000
				h := newHouse(b, open(b), people)
				h.post.workers = workers
				for b.Loop() {
					h.tell(h.notice(db.NewID(), h.people...))
					h.runJobs()
					h.ok(h.n.Drain(context.Background()))
				}
				b.ReportMetric(float64(b.N*people)/b.Elapsed().Seconds(), "mails/s")
			})
		}
	}
}
