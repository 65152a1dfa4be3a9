package org_test

import (
	"fmt"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// BenchmarkImport takes over a file of ten thousand members of staff, and says
// how long each of its steps takes. What a booking may have to wait for is the
// saving alone.
func BenchmarkImport(b *testing.B) {
	const staff = 10_000
	file := crowdOf(staff)
	for engine, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) { benchImport(b, open, file, staff) })
	}
}

func benchImport(b *testing.B, open func(testing.TB) *db.DB, file []byte, staff int) {
	spent := map[string]time.Duration{}
	for range b.N {
		h := build(b, open(b))
		clock := func(step string, do func()) {
			began := time.Now()
			do()
			spent[step] += time.Since(began)
		}
		var im org.Import
		clock("upload", func() { im = h.upload(string(file)) })
		var plan org.ImportPlan
		clock("preview", func() { _, plan = h.told(im) })
		if err := h.StartImport(b.Context(), h.boss, im.ID, plan.Digest, org.ImportAll); err != nil {
			b.Fatal(err)
		}
		clock("apply", h.work)
		if got := h.again(im); got.State != org.ImportDone || plan.New != staff {
			b.Fatal(fmt.Sprint(got.State, got.Fault, plan))
		}
	}
	for step, d := range spent {
		b.ReportMetric(float64(d.Milliseconds())/float64(b.N), step+"-ms/op")
	}
}
