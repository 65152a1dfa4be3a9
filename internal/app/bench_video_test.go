package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/vault"
)

// A bank of fifty thousand staff has its Microsoft directory matched, and looks
// at the dashboard of the connection.

// crowdSize is how many staff and how many accounts there are.
const crowdSize = 50_000

// crowd is a connected bank with so many staff, each with an account.
func crowd(b *testing.B, database string, latency time.Duration) (*lodging, vault.Connection) {
	b.Helper()
	g := lodge(b, database, quiet)
	g.vendors.Fill(sandbox.TenantID, crowdSize, demoDomain)
	// A service of its own: connecting saves the furnished ones as they were.
	offer := appointment.NewService("Everybody's service")
	offer.Methods, offer.Staff = []appointment.Method{appointment.Phone}, g.services[0].Staff
	offer, err := g.appointments.SaveService(b.Context(), g.admin, offer)
	g.ok(err)
	hooks := g.orgs.OnMember
	g.orgs.OnMember = nil // everybody is matched at once, when the account is connected
	for first := 1; first <= crowdSize; first += 1000 {
		g.ok(g.db.Tx(b.Context(), func(ctx context.Context, tx *db.Tx) error {
			return g.crowdIn(ctx, tx, offer.ID, first, min(first+999, crowdSize))
		}))
	}
	g.orgs.OnMember = hooks
	c := g.connect()
	for g.run(c).State != identity.RunEnded {
		g.work()
	}
	g.ok(g.vendors.SetLatency("graph", latency))
	return g, c
}

func (g *lodging) crowdIn(ctx context.Context, tx *db.Tx, service string, first, last int) error {
	for n := first; n <= last; n++ {
		u := sandbox.FilledPerson(n, demoDomain)
		p, err := g.orgs.AddMember(ctx, tx, org.System(g.org.ID), org.Person{Name: u.Name, Email: u.UPN}, org.Member)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO service_staff (org_id, service_id, person_id) VALUES ($1, $2, $3)", g.org.ID, service, p.ID); err != nil {
			return err
		}
	}
	return nil
}

func (g *lodging) run(c vault.Connection) identity.Run {
	d, err := g.identities.Directory(g.t.Context(), g.db, c.OrgID, c.ID)
	g.ok(err)
	return d.Run
}

// BenchmarkRematch reads the directory of fifty thousand people, each call of
// which takes 50 ms at the vendor, and matches as many staff. "of-rate" is the
// least time in which the vendor gives the pages one after the other, as a share
// of the time that the whole took, "read-of-rate" of the time that reading took.
func BenchmarkRematch(b *testing.B) {
	const latency = 50 * time.Millisecond
	for engine, address := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(b) }} {
		b.Run(engine, func(b *testing.B) {
			g, c := crowd(b, address(), latency)
			var peak uint64
			b.ResetTimer()
			for range b.N {
				calls, began := g.vendors.Calls("graph", "listUsers"), time.Now()
				g.ok(g.identities.Rematch(b.Context(), g.admin, c.ID))
				over, read := make(chan struct{}), make(chan time.Duration, 1)
				go func() { read <- g.reading(c, began, over) }()
				for state := identity.RunReading; state != identity.RunEnded; state = g.run(c).State {
					_, err := g.jobs.RunDue(b.Context(), 1)
					g.ok(err)
					peak = max(peak, heap())
				}
				whole := time.Since(began)
				close(over)
				pages := g.vendors.Calls("graph", "listUsers") - calls
				b.ReportMetric(float64(pages), "pages")
				vendor, reading := time.Duration(pages)*latency, <-read
				b.ReportMetric(reading.Seconds(), "read-s")
				b.ReportMetric(whole.Seconds(), "whole-s")
				b.ReportMetric(100*vendor.Seconds()/reading.Seconds(), "read-of-rate-%")
				b.ReportMetric(100*vendor.Seconds()/whole.Seconds(), "of-rate-%")
			}
			b.ReportMetric(float64(peak>>20), "heap-MB")
			b.ReportMetric(0, "ns/op")
			if r := g.run(c); r.Matched < crowdSize {
				b.Errorf("%d of %d are matched", r.Matched, crowdSize)
			}
		})
	}
}

// reading is how long a run reads, until over.
func (g *lodging) reading(c vault.Connection, began time.Time, over <-chan struct{}) time.Duration {
	for {
		select {
		case <-over:
			return time.Since(began)
		case <-time.After(20 * time.Millisecond):
			if g.run(c).State != identity.RunReading {
				return time.Since(began)
			}
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// BenchmarkDashboard asks for the dashboard of a connection with fifty thousand
// staff, by every way to look at it, and measures the time to the first byte.
func BenchmarkDashboard(b *testing.B) {
	for engine, address := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(b) }} {
		b.Run(engine, func(b *testing.B) {
			g, c := crowd(b, address(), 0)
			session := g.signIn(g.people[demoAdministrator])
			for name, query := range map[string]url.Values{
				"as it opens": {}, "by sign-in name": {"sort": {"vendor"}}, "newest changes": {"sort": {"-changed"}}, "in the middle": {"page": {"1000"}}, "last page": {"page": {"9999"}},
				"not matched": {"match": {"missed"}}, "off": {"toggle": {"off"}}, "searched": {"q": {"an"}}, "one person": {"q": {"4242"}},
			} {
				b.Run(name, func(b *testing.B) {
					var delays []time.Duration
					for b.Loop() {
						took, err := firstByte(b.Context(), g.server.URL+"/settings/video/"+c.ID+"?"+query.Encode(), session)
						g.ok(err)
						delays = append(delays, took)
					}
					slices.Sort(delays)
					b.ReportMetric(float64(delays[len(delays)/2].Microseconds())/1000, "p50-ms")
					b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds())/1000, "p99-ms")
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}

// firstByte is how long a page lets its reader wait.
func firstByte(ctx context.Context, address string, session *http.Cookie) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	r.AddCookie(session)
	began := time.Now()
	answer, err := http.DefaultClient.Do(r)
	took := time.Since(began)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %.300s", answer.StatusCode, page)
	}
	return took, err
}
