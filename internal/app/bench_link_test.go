package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/meeting"
)

// BenchmarkConfirmedWithLink books video appointments one after the other and
// measures the time from the commit of the booking to the commit in which its
// link is ready, less what the vendor took to answer in between: our own share.
// Workers, lanes, database and sandbox share the machine's processors.
func BenchmarkConfirmedWithLink(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			address := ""
			if engine == "postgres" {
				address = dbtest.PostgresURL(b)
			}
			c := newLinkClock(b)
			g := lodge(b, address, quiet)
			g.connect()
			c.run(g)
			c.report(b)
		})
	}
}

// A linkClock measures how long a link takes.
type linkClock struct {
	b *testing.B
	http.RoundTripper
	mu sync.Mutex
	// vendor is what calls to make a meeting took since it was last set to zero.
	vendor time.Duration
	ready  chan time.Time
	own    []time.Duration
}

// newLinkClock stands between the vault, which is built after it, and the vendor.
func newLinkClock(b *testing.B) *linkClock {
	c := &linkClock{b: b, RoundTripper: http.DefaultTransport, ready: make(chan time.Time, 1)}
	http.DefaultTransport = c
	b.Cleanup(func() { http.DefaultTransport = c.RoundTripper })
	return c
}

// RoundTrip measures the calls that a link waits for.
func (c *linkClock) RoundTrip(r *http.Request) (*http.Response, error) {
	begun := time.Now()
	res, err := c.RoundTripper.RoundTrip(r)
	if strings.HasSuffix(r.URL.Path, "/createOrGet") {
		c.mu.Lock()
		c.vendor += time.Since(begun)
		c.mu.Unlock()
	}
	return res, err
}

// run books b.N appointments, each when the one before has come to rest.
func (c *linkClock) run(g *lodging) {
	ctx, stop := context.WithCancel(c.b.Context())
	g.meetings.OnChange = append(g.meetings.OnChange, func(_ context.Context, tx *db.Tx, _ meeting.Meeting, s meeting.LinkState) error {
		if s == meeting.Ready {
			tx.After(func() { c.ready <- time.Now() })
		}
		return nil
	})
	var rooms sync.WaitGroup
	rooms.Go(func() { g.jobs.Run(ctx, g.cfg.Workers) })
	rooms.Go(func() { _ = g.notify.Run(ctx) })
	defer rooms.Wait()
	defer stop()
	free := c.free(g)
	c.b.ResetTimer()
	for n := range c.b.N {
		c.one(ctx, g, free[n%len(free)], n)
	}
	c.b.StopTimer()
}

// free are requests for times that are free, a service for each.
func (c *linkClock) free(g *lodging) (all []appointment.Request) {
	now, err := g.db.Now(c.b.Context())
	g.ok(err)
	for _, s := range g.services {
		for _, staff := range s.Staff {
			ask := appointment.Ask{OrgID: s.OrgID, ServiceID: s.ID, Method: appointment.Video, StaffID: staff}
			slots, err := g.appointments.Slots(c.b.Context(), ask, calendar.Span{Start: now.Add(48 * time.Hour), End: now.Add(9 * 24 * time.Hour)})
			g.ok(err)
			for _, slot := range slots {
				all = append(all, appointment.Request{Ask: ask, Start: slot.Start, Answers: demoAnswers(s)})
			}
		}
	}
	return all
}

// one books, waits for the link and keeps our share; then it cancels, so that the
// time is free again, and waits until the vendor has been told everything.
func (c *linkClock) one(ctx context.Context, g *lodging, r appointment.Request, n int) {
	r.Client = appointment.Client{Name: "Clara Voss", Email: fmt.Sprintf("clara%d@mail.example", n), Phone: "+44 117 496 0199", Lang: "en", Zone: "Europe/London"}
	c.mu.Lock()
	c.vendor = 0
	c.mu.Unlock()
	a, err := g.appointments.Book(ctx, r)
	booked := time.Now()
	g.ok(err)
	ready := <-c.ready
	c.mu.Lock()
	c.own = append(c.own, ready.Sub(booked)-c.vendor)
	c.mu.Unlock()
	c.rest(ctx, g)
	_, err = g.appointments.Cancel(ctx, g.admin, a.Seen(), "")
	g.ok(err)
	c.rest(ctx, g)
}

// rest waits until no meeting has anything to do, and the vendor's pace allows
// the next call at once.
func (c *linkClock) rest(ctx context.Context, g *lodging) {
	for {
		now, err := g.db.Now(ctx)
		g.ok(err)
		due, err := db.Value[int64](ctx, g.db, "SELECT COUNT(*) FROM jobs WHERE kind = 'meeting.fit' AND due_at <= $1 OR running = TRUE", db.Time(now))
		g.ok(err)
		if due == 0 {
			time.Sleep(60 * time.Millisecond)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (c *linkClock) report(b *testing.B) {
	slices.Sort(c.own)
	b.ReportMetric(float64(c.own[len(c.own)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(c.own[len(c.own)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		b.Logf("load of the machine: %s", load)
	}
}
