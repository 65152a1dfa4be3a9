package diary_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// fill writes so many appointments of the week straight into the tables, in turn
// for every adviser, and as many again of other weeks.
func (o *office) fill(count int) {
	o.t.Helper()
	states := []appointment.State{appointment.Confirmed, appointment.Arrived, appointment.InProgress, appointment.Served, appointment.NoShow, appointment.Cancelled}
	o.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range 2 * count {
			week := i / count * 7
			n := i % count / len(o.staff)
			starts := monday.Add(time.Hour).AddDate(0, 0, n%5+week).Add(time.Duration(n/5) * time.Hour)
			if err := o.fillOne(ctx, tx, i, o.staff[i%len(o.staff)].ID, starts, states[i%7%6]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *office) fillOne(ctx context.Context, tx *db.Tx, i int, staff string, starts time.Time, state appointment.State) error {
	client, err := o.orgs.AddOrFindClient(ctx, tx, o.org.ID, fmt.Sprintf("Client Number %d", i), fmt.Sprintf("c%d@example.org", i), "", "en", "UTC")
	if err != nil {
		return err
	}
	id := db.NewID()
	a := appointment.Appointment{OrgID: o.org.ID, ID: id, ServiceID: o.service.ID, StaffID: staff, ClientID: client.ID, MeetingID: id, Method: appointment.Methods()[i%3],
		Starts: starts, Ends: starts.Add(30 * time.Minute), Zone: "UTC", State: state, Source: appointment.FromClient, Version: 1}
	if err := db.Insert(ctx, tx, "appointments", &a); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE appointments SET form_key = id WHERE org_id = $1 AND id = $2", o.org.ID, id)
	return err
}

// BenchmarkScheduleWeek is the week of everybody, fifty people with two thousand
// appointments, over HTTP, until the first byte and until the last.
func BenchmarkScheduleWeek(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			o := settle(b, open(b), 50, 30*time.Minute)
			o.fill(2000)
			v := o.as(o.eleanor)
			var first []time.Duration
			var size int64
			b.ResetTimer()
			for b.Loop() {
				at, n := o.firstByte(v, "/schedule?person=all")
				first, size = append(first, at), n
			}
			b.StopTimer()
			slices.Sort(first)
			b.ReportMetric(float64(first[len(first)/2].Microseconds())/1000, "first-byte-p50-ms")
			b.ReportMetric(float64(first[len(first)*99/100].Microseconds())/1000, "first-byte-p99-ms")
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}

// firstByte asks for a page and tells when its first byte came, and its size.
func (o *office) firstByte(v *visitor, path string) (time.Duration, int64) {
	o.t.Helper()
	began := time.Now()
	var at time.Duration
	ctx := httptrace.WithClientTrace(o.t.Context(), &httptrace.ClientTrace{GotFirstResponseByte: func() { at = time.Since(began) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.url+path, nil)
	o.ok(err)
	r.Header.Set("Accept", "text/html")
	res, err := v.client.Do(r)
	o.ok(err)
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	o.ok(err)
	if res.StatusCode != http.StatusOK {
		o.t.Fatalf("%s answers %d", path, res.StatusCode)
	}
	return at, n
}
