package appointment_test

import (
	"log/slog"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
)

func inPerson(h *house) func(*appointment.Request) {
	return func(r *appointment.Request) { r.Method, r.LocationID = appointment.InPerson, h.location.ID }
}

// TestClientsAreToldOfAnotherAddress changes the address of a branch: whoever is
// still to come there is told once, with the entry under its old name.
func TestClientsAreToldOfAnotherAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		jobs := job.New(d, slog.New(slog.DiscardHandler))
		h.a.Work(jobs)
		run := func() {
			t.Helper()
			for range 3 {
				_, err := jobs.RunDue(ctx, 100)
				h.ok(err)
			}
		}
		a, call, off := h.book(1, at(10, 0), inPerson(h)), h.book(2, at(11, 0)), h.book(3, at(12, 0), inPerson(h))
		_, err := h.a.Cancel(ctx, h.boss, off.Seen(), "")
		h.ok(err)
		if n, err := h.a.ComingTo(ctx, d, h.org.ID, h.location.ID, monday); err != nil || n != 1 {
			t.Errorf("%d come, %v", n, err)
		}
		l := h.location
		l.Phone = "+44 117 496 0000"
		l, err = h.a.SaveLocation(ctx, h.boss, l)
		h.ok(err)
		run()
		if n := len(h.told(appointment.KindPlace, a.ID)); n != 0 {
			t.Fatalf("another telephone number told %d", n)
		}
		l.Address = "9 Harbour Way"
		_, err = h.a.SaveLocation(ctx, h.boss, l)
		h.ok(err)
		run()
		cards := h.told(appointment.KindPlace, a.ID)
		if len(cards) != 2 || cards[0].Event.UID != a.ID+"@parley.example" || cards[0].Event.Sequence != 1 {
			t.Fatalf("told %+v", cards)
		}
		if v := h.view(a.ID); v.Meeting.Place != "Quayside, 9 Harbour Way" || v.Sequence != 1 || v.Told != appointment.KindPlace {
			t.Errorf("held at %q, sequence %d", v.Meeting.Place, v.Sequence)
		}
		if n := len(h.told(appointment.KindPlace, call.ID)) + len(h.told(appointment.KindPlace, off.ID)); n != 0 {
			t.Errorf("%d are told who do not come", n)
		}
		dbtest.ClockOf(d).Advance(time.Minute)
		run()
		if n := len(h.told(appointment.KindPlace, a.ID)); n != 2 {
			t.Errorf("told %d times", n)
		}
	})
}
