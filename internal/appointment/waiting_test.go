package appointment_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// work runs the jobs that are due.
func (h *house) work() {
	h.t.Helper()
	r := job.New(h.d, quiet)
	h.a.Work(r)
	r.Handle("meeting.fit", func(context.Context, job.Job) error { return nil })
	_, err := r.RunDue(ctx, 100)
	h.ok(err)
}

func (h *house) waits(a appointment.Appointment) appointment.Waiting {
	h.t.Helper()
	w, err := h.a.AwaitEarlier(ctx, h.client(a), a.ID, time.Time{}, time.Time{})
	h.ok(err)
	return w
}

// now is how it stands with one who waits.
func (h *house) now(w appointment.Waiting) appointment.Waiting {
	h.t.Helper()
	w, _, err := h.a.ForWaiting(ctx, h.d, h.org.ID, w.ClientID, w.ID)
	h.ok(err)
	return w
}

// fullMorning books every half hour of the Tuesday's first two hours.
func (h *house) fullMorning() (all []appointment.Appointment) {
	for i := range 4 {
		all = append(all, h.book(i, at(9, 30*i)))
	}
	return all
}

// One member of staff, a service whose first bookable time is the Tuesday.
func (h *house) tight() {
	h.t.Helper()
	h.service.Notice = 20 * time.Hour
	s, err := h.a.SaveService(ctx, h.boss, h.service)
	h.ok(err)
	h.service = s
}

func TestWhoWaitsLongestIsOfferedFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		first, second := h.waits(day[3]), h.waits(day[2])
		h.work()
		if w := h.now(first); w.State != appointment.Waits {
			t.Fatalf("nothing is free, and yet: %+v", w)
		}
		_, err := h.a.Cancel(ctx, h.client(day[1]), appointment.Seen{ID: day[1].ID}, "")
		h.ok(err)
		h.work()
		h.work()
		one, two := h.now(first), h.now(second)
		if one.State != appointment.OnOffer || !one.Start.Equal(at(9, 30)) || two.State != appointment.Waits {
			t.Fatalf("the first has %s %v, the second %s", one.State, one.Start, two.State)
		}
		if n := len(h.told(appointment.KindWaiting, first.ID)); n != 2 {
			t.Errorf("the first was told %d times, want the list and the offer", n)
		}
		dbtest.ClockOf(d).Set(one.Until) // it lapses, and the next in line is asked
		h.work()
		one, two = h.now(first), h.now(second)
		if one.State != appointment.Waits || two.State != appointment.OnOffer || !two.Start.Equal(at(9, 30)) {
			t.Fatalf("after it lapsed: %s, %s %v", one.State, two.State, two.Start)
		}
		_, err = h.a.TakeOffer(ctx, h.org.ID, first.ClientID, first.ID)
		refused(t, "what lapsed", err, fault.Conflict, "appointment.waiting.gone")
		moved, err := h.a.TakeOffer(ctx, h.org.ID, second.ClientID, second.ID)
		h.ok(err)
		if !moved.Starts.Equal(at(9, 30)) {
			t.Errorf("moved to %v", moved.Starts)
		}
		h.work() // 10:00 came free by it: the first is offered that, not what it had
		if one = h.now(first); one.State != appointment.OnOffer || !one.Start.Equal(at(10, 0)) {
			t.Errorf("then the first has %s %v", one.State, one.Start)
		}
	})
}

// TestTakingAnOfferHappensOnce presses the link fifty times at once.
func TestTakingAnOfferHappensOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		w := h.waits(day[3])
		_, err := h.a.Cancel(ctx, h.client(day[0]), appointment.Seen{ID: day[0].ID}, "")
		h.ok(err)
		h.work()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				a, err := h.a.TakeOffer(ctx, h.org.ID, w.ClientID, w.ID)
				if err != nil || !a.Starts.Equal(at(9, 0)) {
					t.Errorf("taken: %v %v", a.Starts, err)
				}
			})
		}
		all.Wait()
		if n := len(h.told(appointment.KindMoved, day[3].ID)); n != 2 {
			t.Errorf("%d notices of the move, want one a side", n)
		}
		if v := h.view(day[3].ID); v.Sequence != 1 || h.now(w).State != appointment.Took {
			t.Errorf("sequence %d, %s", v.Sequence, h.now(w).State)
		}
	})
}

// TestSomebodyElseMayBeQuicker books what was offered: it is not held.
func TestSomebodyElseMayBeQuicker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		w := h.waits(day[3])
		_, err := h.a.Cancel(ctx, h.client(day[0]), appointment.Seen{ID: day[0].ID}, "")
		h.ok(err)
		h.work()
		h.book(9, at(9, 0))
		_, err = h.a.TakeOffer(ctx, h.org.ID, w.ClientID, w.ID)
		refused(t, "taken by another", err, fault.Conflict, "appointment.waiting.gone")
		dbtest.ClockOf(d).Set(monday.Add(11 * time.Minute))
		h.work()
		if got := h.now(w); got.State != appointment.Waits {
			t.Errorf("it stands at %s", got.State)
		}
		if n := len(h.told(appointment.KindWaiting, w.ID)); n != 3 {
			t.Errorf("told %d times, want the list, the offer and that it is gone", n)
		}
	})
}

func TestTheWaitingListKnowsWhoseItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		w := h.waits(day[3])
		if again := h.waits(day[3]); again.ID != w.ID || !again.Since.Equal(w.Since) {
			t.Errorf("twice on the list: %+v", again)
		}
		_, _, err := h.a.ForWaiting(ctx, d, h.org.ID, day[0].ClientID, w.ID)
		refused(t, "another client", err, fault.NotFound, "appointment.waiting.unknown")
		_, err = h.a.TakeOffer(ctx, other.org.ID, w.ClientID, w.ID)
		refused(t, "another organization", err, fault.NotFound, "appointment.waiting.unknown")
		refused(t, "another leaves it", h.a.LeaveWaiting(ctx, h.org.ID, day[0].ClientID, w.ID), fault.NotFound, "appointment.waiting.unknown")
		_, err = h.a.AwaitEarlier(ctx, h.client(day[0]), day[3].ID, time.Time{}, time.Time{})
		refused(t, "for another's appointment", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.AwaitEarlier(ctx, org.Actor{OrgID: h.org.ID}, day[3].ID, time.Time{}, time.Time{})
		refused(t, "as nobody", err, fault.NotFound, "appointment.unknown")
		for range 2 {
			h.ok(h.a.LeaveWaiting(ctx, h.org.ID, w.ClientID, w.ID))
		}
		if got := h.now(w); got.State != appointment.LeftList {
			t.Errorf("it stands at %s", got.State)
		}
	})
}

// TestWhoHasNoAppointmentWaitsToo is told of a time and books it like everybody.
func TestWhoHasNoAppointmentWaitsToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		wish := appointment.WaitWish{Ask: h.asked(""), Client: h.request(7, at(9, 0)).Client, Latest: at(11, 0)}
		w, err := h.a.Await(ctx, wish)
		h.ok(err)
		wish.Client.Email = "nowhere"
		_, err = h.a.Await(ctx, wish)
		refused(t, "no address", err, fault.Invalid, "appointment.email.shape")
		_, err = h.a.Cancel(ctx, h.client(day[2]), appointment.Seen{ID: day[2].ID}, "")
		h.ok(err)
		h.work()
		if got := h.now(w); got.State != appointment.OnOffer || !got.Start.Equal(at(10, 0)) {
			t.Fatalf("offered %s %v", got.State, got.Start)
		}
		dbtest.ClockOf(d).Set(monday.Add(time.Minute))
		h.book(7, at(10, 0))
		dbtest.ClockOf(d).Set(monday.Add(15 * time.Minute))
		h.work()
		if got := h.now(w); got.State != appointment.Took {
			t.Errorf("it stands at %s", got.State)
		}
	})
}

// TestNobodyIsPutOnEndlessLists types one address with other names, and joins and
// leaves in turns: each entry writes to whoever has the address.
func TestNobodyIsPutOnEndlessLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(0, at(16, 0))
		wish := func(name, email string) error {
			client := h.request(7, at(9, 0)).Client
			client.Name, client.Email = name, email
			_, err := h.a.Await(ctx, appointment.WaitWish{Ask: h.asked(""), Client: client})
			return err
		}
		for _, name := range []string{"Ana", "Bo", "Chloé", "Dan", "Eve"} {
			h.ok(wish(name, "victim@example.org"))
		}
		err := wish("Finn", "Victim@Example.org")
		refused(t, "the sixth", err, fault.Invalid, "appointment.waiting.often")
		if f := fault.As(err); f.Field != "email" {
			t.Errorf("it is said at %q", f.Field)
		}
		h.ok(wish("Ana", "victim@example.org")) // pressed twice
		h.ok(wish("Finn", "finn@example.org"))
		dbtest.ClockOf(d).Set(monday.Add(25 * time.Hour))
		h.ok(wish("Finn", "victim@example.org"))
		var w appointment.Waiting
		for range 3 {
			w = h.waits(a)
			h.ok(h.a.LeaveWaiting(ctx, h.org.ID, w.ClientID, w.ID))
		}
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND about = '" + w.ID + "'"); n != 1 {
			t.Errorf("who comes and goes is told %d times", n)
		}
	})
}

// TestAnOfferIsBookedOnce presses the button of the offer fifty times at once.
func TestAnOfferIsBookedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.tight()
		day := h.fullMorning()
		w, err := h.a.Await(ctx, appointment.WaitWish{Ask: h.asked(""), Client: h.request(7, at(9, 0)).Client, Latest: at(11, 0)})
		h.ok(err)
		_, err = h.a.BookOffer(ctx, h.org.ID, w.ClientID, w.ID, nil)
		refused(t, "nothing is on offer", err, fault.Conflict, "appointment.waiting.gone")
		_, err = h.a.Cancel(ctx, h.client(day[2]), appointment.Seen{ID: day[2].ID}, "")
		h.ok(err)
		h.work()
		_, err = h.a.BookOffer(ctx, h.org.ID, day[0].ClientID, w.ID, nil)
		refused(t, "another's offer", err, fault.NotFound, "appointment.waiting.unknown")
		answers := h.request(7, at(10, 0)).Answers
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				a, err := h.a.BookOffer(ctx, h.org.ID, w.ClientID, w.ID, answers)
				if err != nil || a.ClientID != w.ClientID || !a.Starts.Equal(at(10, 0)) {
					t.Errorf("booked: %v for %s: %v", a.Starts, a.ClientID, err)
				}
			})
		}
		all.Wait()
		n, err := db.Value[int64](ctx, d, "SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND client_id = $2 AND state = 'confirmed'", h.org.ID, w.ClientID)
		if err != nil || n != 1 || h.now(w).State != appointment.Took {
			t.Errorf("%d appointments, %s: %v", n, h.now(w).State, err)
		}
	})
}
