package appointment_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/meeting"
)

func TestOnlyThoseWhoCanHostAreOfferedForVideo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.cannot[h.staff[1]] = true
		slots, err := h.a.Slots(ctx, h.asked(""), day)
		h.ok(err)
		if len(slots) != 16 || !slices.Equal(slots[0].Staff, []string{h.staff[0], h.staff[2]}) {
			t.Errorf("%d slots, first %v", len(slots), slots[0].Staff)
		}
		can, of, why, err := h.a.CanTakeVideo(ctx, d, h.org.ID, h.service.ID)
		h.ok(err)
		if can != 2 || of != 3 || len(why) != 1 || why[0].Person.ID != h.staff[1] || why[0].Reason != "identity.missed" {
			t.Errorf("%d of %d, %v", can, of, why)
		}
		_, err = h.a.Book(ctx, h.request(1, at(10, 0), with(h.staff[1])))
		refused(t, "somebody who cannot", err, fault.Invalid, "appointment.video.nobody")
		h.book(2, at(10, 0), with(h.staff[1]), func(r *appointment.Request) { r.Method = appointment.InPerson })
		for _, id := range h.staff {
			h.cannot[id] = true
		}
		b, err := h.a.Public(ctx, h.org.Slug)
		h.ok(err)
		offered, err := b.Service("mortgage-review")
		h.ok(err)
		if _, ok := offered.Offering(appointment.Video); ok || len(offered.By) != 2 {
			t.Errorf("offered by %v", offered.By)
		}
	})
}

func TestScheduleShowsClientAndLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(10, 0), with(h.staff[1]))
		views, err := h.a.Upcoming(ctx, d, h.org.ID, h.staff[0], day.Start, 100)
		h.ok(err)
		if len(views) != 1 || views[0].Client.Name != "Client 1" || views[0].Meeting.Link != meeting.Pending || views[0].Service.Name != "Mortgage review" {
			t.Fatalf("schedule %+v", views)
		}
		if all, err := h.a.Diary(ctx, d, h.boss, appointment.ScheduleFilter{}, day); err != nil || len(all) != 2 {
			t.Errorf("the schedule of all has %d appointments, %v", len(all), err)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			return h.a.OnChange(ctx, tx, views[0].Meeting, meeting.Ready)
		})
		text, err := db.Value[string](ctx, d, "SELECT card FROM notices WHERE org_id = $1 AND key = $2", h.org.ID, "appointment:"+a.ID+":0:staff")
		h.ok(err)
		if !strings.Contains(text, "appointment.link.ready") {
			t.Errorf("the staff's card was not retold: %s", text)
		}
		next, err := h.a.Upcoming(ctx, d, h.org.ID, h.staff[0], monday, 10)
		if err != nil || len(next) != 1 {
			t.Errorf("upcoming %v, %v", next, err)
		}
	})
}

// What was judged on an older reading is judged again when the calendar has
// changed since, whoever changed it.
func TestHoursThatChangeMeanwhileCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		errs := dbtest.Race(20, func(i int) error {
			if i%2 == 0 {
				return h.cals.SaveException(ctx, h.boss, h.staff[0], calendar.Exception{Date: calendar.DateOf(at(10, 0))})
			}
			_, err := h.a.Book(ctx, h.request(i, at(9, 0).Add(time.Duration(i)*15*time.Minute-15*time.Minute)))
			return err
		})
		for i, err := range errs {
			if i%2 == 0 {
				h.ok(err)
			}
		}
		_, err := h.a.Book(ctx, h.request(99, at(16, 30)))
		refused(t, "a closed day", err, fault.Invalid, "appointment.start.hours")
	})
}

func TestAlternatives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.book(1, at(10, 0))
		near, err := h.a.Alternatives(ctx, h.request(2, at(10, 0)), 3)
		h.ok(err)
		var got []string
		for _, s := range near {
			got = append(got, s.Start.Format("15:04"))
		}
		if diff := cmp.Diff([]string{"09:00", "09:30", "10:30"}, got); diff != "" { // of two as near, the earlier
			t.Errorf("(-want +got):\n%s", diff)
		}
		moving := h.book(3, at(11, 0))
		free, err := h.a.SlotsToMove(ctx, h.client(moving), moving.ID, day)
		h.ok(err)
		if len(free) != 14 || slices.ContainsFunc(free, func(s appointment.Slot) bool { return s.Start.Equal(at(11, 0)) }) {
			t.Errorf("%d slots to move to, want all but the one that another holds and its own", len(free))
		}
	})
}

// Two programs on one database each keep readings; neither may show what the
// other has taken or given back.
func TestTwoProgramsAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		other := appointment.New(appointment.Config{DB: d, Orgs: h.orgs, Notify: h.n, Host: "parley.example", CanHost: h.canHost, WhyNot: h.whyNot})
		count := func() (n int) {
			slots, err := other.Slots(ctx, h.asked(""), day)
			h.ok(err)
			for _, s := range slots {
				n += len(s.Staff)
			}
			return n
		}
		want := func(what string, n int) {
			t.Helper()
			if got := count(); got != n {
				t.Errorf("%s: %d, want %d", what, got, n)
			}
		}
		want("at first", 32)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		want("one booked", 31)
		_, err := h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(12, 0))
		h.ok(err)
		want("one moved", 31)
		h.limit(h.staff[0], 1)
		want("a full day", 16)
		_, err = h.a.Cancel(ctx, h.client(a), appointment.Seen{ID: a.ID}, "")
		h.ok(err)
		want("one cancelled", 32)
		off, err := h.cals.AddTimeOff(ctx, h.boss, h.staff[1], calendar.TimeOff{Span: calendar.Span{Start: at(9, 0), End: at(13, 0)}})
		h.ok(err)
		want("time off", 24)
		h.ok(h.cals.RemoveTimeOff(ctx, h.boss, h.staff[1], off.ID))
		h.service.Staff = h.staff[:1]
		_, err = h.a.SaveService(ctx, h.boss, h.service)
		h.ok(err)
		want("one offers it no more", 16)
	})
}

func TestEraseForgetsWhatWasSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0), func(r *appointment.Request) { r.Notes = "private" })
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, a.ClientID) })
		got, err := h.a.Get(ctx, d, h.org.ID, a.ID)
		h.ok(err)
		if got.Notes != "" || got.State != appointment.Confirmed {
			t.Errorf("kept %+v", got.Appointment)
		}
	})
}
