package appointment_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// engines runs a benchmark on both.
func engines(b *testing.B, run func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { run(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, dbtest.Postgres(b)) })
}

func perSecond(b *testing.B, what string) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), what+"/s")
}

func byPhone(r *appointment.Request) {
	r.Method, r.Client.Phone = appointment.Phone, "+44 20 7946 0000"
}

// ahead lets the whole workload of eighty days be booked.
func ahead(s *appointment.Service) { s.Ahead, s.Step = 120*24*time.Hour, 15*time.Minute }

// BenchmarkHours is workload A1: the open slots of one day, the dates going
// round over thirty days, of one adviser and of any of twenty.
func BenchmarkHours(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		h := settle(b, d, 20, ahead)
		ask := func(i int, staff string) {
			first := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%30)
			_, err := h.a.Slots(ctx, appointment.Ask{OrgID: h.org.ID, ServiceID: h.service.ID, Method: appointment.Phone, StaffID: staff}, calendar.Span{Start: first, End: first.AddDate(0, 0, 1)})
			h.ok(err)
		}
		for _, filled := range []int{0, 12000} {
			h.fill(filled)
			for name, staff := range map[string]string{"one": h.staff[0], "any of 20": ""} {
				b.Run(fmt.Sprintf("%s, %d booked", name, filled), func(b *testing.B) {
					for i := 0; b.Loop(); i++ {
						ask(i, staff)
					}
					perSecond(b, "questions")
				})
				b.Run(fmt.Sprintf("%s, %d booked, at once", name, filled), func(b *testing.B) {
					var n atomic.Int64
					b.SetParallelism(4)
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							ask(int(n.Add(1)), staff)
						}
					})
					perSecond(b, "questions")
				})
			}
		}
	})
}

// BenchmarkBook is workload A2: each booking takes a slot that was never asked
// for, for a client who was never seen.
func BenchmarkBook(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		for _, clients := range []int{1, 8} {
			b.Run(fmt.Sprintf("%d at once", clients), func(b *testing.B) {
				h := settle(b, d, 20, ahead)
				var n atomic.Int64
				next := func() appointment.Request {
					i := int(n.Add(1)) - 1
					day := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i/(16*20)/5*7+i/(16*20)%5)
					return h.request(i, day.Add(time.Duration(i/20%16)*30*time.Minute), byPhone, with(h.staff[i%20]))
				}
				b.SetParallelism(max(clients/2, 1))
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := h.a.Book(ctx, next()); err != nil && n.Load() < 16*20*60 {
							b.Error(err)
						}
					}
				})
				perSecond(b, "bookings")
			})
		}
	})
}

// BenchmarkRace is workload A3: fifty clients for one slot; the figure is a round.
func BenchmarkRace(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		h := settle(b, d, 1, ahead)
		for round := 0; b.Loop(); round++ {
			start := at(9, 0).AddDate(0, 0, round/16/4*7+round/16%4).Add(time.Duration(round%16) * 30 * time.Minute)
			won := 0
			for _, err := range dbtest.Race(50, func(i int) error {
				_, err := h.a.Book(ctx, h.request(i, start, byPhone))
				return err
			}) {
				if err == nil {
					won++
				}
			}
			if won != 1 && round < 16*40 {
				b.Fatalf("round %d has %d winners", round, won)
			}
		}
	})
}
