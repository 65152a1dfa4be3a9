package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// The benchmarks ask the program over HTTP what the peers were asked: the free
// times of a day (A1), bookings of ever fresh slots (A2), and many clients who
// want the same one (A3). Client and server share the machine's processors.

// booth is a house with twenty advisers of one service, open nine to six with a
// break, and a web server in front of it.
type booth struct {
	*house
	b       *testing.B
	org     org.Organization
	service appointment.Service
	staff   []string
	server  *httptest.Server
	client  *http.Client
	next    atomic.Int64
	ctx     context.Context
}

// engines runs a benchmark on both.
func engines(b *testing.B, run func(b *testing.B, t *booth)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			address := filepath.Join(b.TempDir(), "parley.db")
			if engine == "postgres" {
				address = dbtest.PostgresURL(b)
			}
			run(b, newBooth(b, address, 20))
		})
	}
}

func newBooth(b *testing.B, database string, advisers int) *booth {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	cfg, _, err := LoadConfig([]string{"PARLEY_KEYS=" + strings.Repeat("A", 43) + "="}, map[string]string{"DATABASE_URL": database, "BASE_URL": "http://" + l.Addr().String()})
	if err != nil {
		b.Fatal(err)
	}
	t := &booth{b: b, ctx: b.Context(), client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if t.house, err = open(t.ctx, cfg, slog.New(slog.DiscardHandler), nil, true); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = t.db.Close() })
	t.settle(advisers)
	t.server = httptest.NewUnstartedServer(t.site)
	t.server.Listener = l
	t.server.Start()
	b.Cleanup(t.server.Close)
	return t
}

func (t *booth) ok(err error) {
	if err != nil {
		t.b.Helper()
		t.b.Fatal(err)
	}
}

func (t *booth) settle(advisers int) {
	t.ok(t.db.Tx(t.ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if t.org, err = t.orgs.Create(ctx, tx, org.Organization{Slug: "bench", Name: "Bench", Lang: "en", Zone: "UTC"}); err != nil {
			return err
		}
		for i := range advisers {
			p, err := t.orgs.AddMember(ctx, tx, org.System(t.org.ID), org.Person{OrgID: t.org.ID, Kind: org.KindMember, Name: fmt.Sprintf("Adviser %d", i),
				Email: fmt.Sprintf("a%d@bench.example", i), Active: true}, org.Member)
			if err != nil {
				return err
			}
			t.staff = append(t.staff, p.ID)
		}
		return nil
	}))
	admin := org.Actor{OrgID: t.org.ID, PersonID: t.staff[0], Roles: []org.Role{org.Administrator}}
	var week []calendar.Hours
	for day := range 7 {
		week = append(week, calendar.Hours{Weekday: time.Weekday(day), Start: 9 * 60, End: 14*60 + 30}, calendar.Hours{Weekday: time.Weekday(day), Start: 15 * 60, End: 18 * 60})
	}
	for _, id := range t.staff {
		t.ok(t.calendars.SaveHours(t.ctx, admin, id, week))
	}
	s := appointment.NewService("Advice")
	s.Methods, s.Staff, s.Notice, s.Ahead = []appointment.Method{appointment.Phone}, t.staff, 0, 300*24*time.Hour
	var err error
	t.service, err = t.appointments.SaveService(t.ctx, admin, s)
	t.ok(err)
}

// day0 is tomorrow, when the first slot is surely ahead.
func day0() time.Time { return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1) }

// slot is the n-th of ever fresh slots: eleven half-hours a day from nine, eighty
// days, then the next adviser.
func (t *booth) slot(n int) (staff string, start time.Time) {
	const perDay, days = 11, 80
	return t.staff[n/(perDay*days)%len(t.staff)], day0().AddDate(0, 0, n/perDay%days).Add(9*time.Hour + time.Duration(n%perDay)*30*time.Minute)
}

// fill books n slots before anything is measured.
func (t *booth) fill(n int) {
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				i := int(t.next.Add(1)) - 1
				if i >= n {
					return
				}
				staff, start := t.slot(i)
				if _, err := t.appointments.Book(t.ctx, appointment.Request{
					Ask: appointment.Ask{OrgID: t.org.ID, ServiceID: t.service.ID, Method: appointment.Phone, StaffID: staff}, Start: start,
					Client: appointment.Client{Name: "Filler", Email: fmt.Sprintf("f%d@mail.example", i), Phone: "+44 20 7946 0000", Lang: "en", Zone: "UTC"},
				}); err != nil {
					t.b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	t.next.Store(int64(n))
}

// load runs ask b.N times with so many workers in a closed loop, and reports
// the rate and the delays of the middle and of the slowest hundredth.
func load(b *testing.B, workers int, ask func(n int) error) {
	delays := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range workers {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				began := time.Now()
				if err := ask(n); err != nil {
					b.Error(err)
					return
				}
				delays[n] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(delays)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(delays[b.N/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(delays[b.N*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// hours asks for the free times of one day.
func (t *booth) hours(n int, staff string) error {
	day := day0().AddDate(0, 0, n%30).Format(time.DateOnly)
	answer, err := t.client.Get(t.server.URL + "/book/bench/advice/slots.json?method=phone&staff=" + staff + "&day=" + day)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != 200 || !strings.Contains(string(body), "T17:00:00")) {
		err = fmt.Errorf("status %d: %.200s", answer.StatusCode, body)
	}
	return err
}

// book posts the form of the booking page and returns the answer's status.
func (t *booth) book(staff string, start time.Time, client string) (int, error) {
	q := url.Values{"method": {"phone"}, "staff": {staff}, "start": {start.Format(time.RFC3339)}}
	form := url.Values{"name": {"A B"}, "email": {client + "@example.org"}, "phone": {"+44 20 7946 0000"}, "key": {client}}
	answer, err := t.client.PostForm(t.server.URL+"/book/bench/advice?"+q.Encode(), form)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, answer.Body.Close()
}

func BenchmarkA1Hours(b *testing.B) {
	engines(b, func(b *testing.B, t *booth) {
		for _, c := range []struct {
			name    string
			workers int
			staff   string
		}{{"one adviser, c=1", 1, t.staff[0]}, {"one adviser, c=8", 8, t.staff[0]}, {"any of 20, c=8", 8, "any"}} {
			b.Run(c.name, func(b *testing.B) { load(b, c.workers, func(n int) error { return t.hours(n, c.staff) }) })
		}
	})
}

func BenchmarkA2Booking(b *testing.B) {
	for _, filled := range []int{0, 12000} {
		for _, workers := range []int{1, 8} {
			b.Run(fmt.Sprintf("c=%d, %d booked", workers, filled), func(b *testing.B) {
				engines(b, func(b *testing.B, t *booth) {
					t.fill(filled)
					load(b, workers, func(int) error {
						n := int(t.next.Add(1)) - 1
						staff, start := t.slot(n)
						status, err := t.book(staff, start, fmt.Sprintf("c%d", n))
						if err == nil && status != http.StatusSeeOther {
							err = fmt.Errorf("status %d for slot %d", status, n)
						}
						return err
					})
				})
			})
		}
	}
}

func BenchmarkA3Race(b *testing.B) {
	engines(b, func(b *testing.B, t *booth) {
		for n := 0; b.Loop(); n++ {
			staff, start := t.slot(n)
			var won, taken atomic.Int64
			dbtest.Race(50, func(i int) error {
				switch status, err := t.book(staff, start, fmt.Sprintf("r%dc%d", n, i)); {
				case err != nil:
					b.Error(err)
				case status == http.StatusSeeOther:
					won.Add(1)
				case status == http.StatusConflict:
					taken.Add(1)
				}
				return nil
			})
			if won.Load() != 1 || taken.Load() != 49 {
				b.Fatalf("round %d: %d won and %d were told that it is taken, want 1 and 49", n, won.Load(), taken.Load())
			}
		}
	})
}
