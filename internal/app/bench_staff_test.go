package app

import (
	"testing"
	"time"

	"parley/internal/db/dbtest"
)

// BenchmarkImportStaff takes over a file of ten thousand members of staff with
// what they offer, in the whole house: accounts, roles, calendars, matching at
// the vendor, journal. Everything is saved in one transaction of the apply step.
func BenchmarkImportStaff(b *testing.B) {
	for engine, address := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(b) }} {
		b.Run(engine, func(b *testing.B) {
			var previewing, applying time.Duration
			for range b.N {
				g := lodge(b, address(), quiet)
				g.connect()
				preview, apply, err := g.take(crowdFile(10_000, "Everyday banking"))
				g.ok(err)
				previewing, applying = previewing+preview, applying+apply
			}
			b.ReportMetric(float64(previewing.Milliseconds())/float64(b.N), "preview-ms/op")
			b.ReportMetric(float64(applying.Milliseconds())/float64(b.N), "apply-ms/op")
		})
	}
}
