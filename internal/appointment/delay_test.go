package appointment_test

import (
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func TestTheClientIsToldOfADelay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 2), settle(t, d, 1)
		a := h.book(1, at(10, 0), with(h.staff[0]), bringing(guest(0)))
		_, err := h.a.InviteColleague(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, h.staff[1])
		h.ok(err)
		seen := appointment.Seen{ID: a.ID}
		_, err = h.a.RunBehind(ctx, h.member(h.staff[0]), seen, 10*time.Minute)
		refused(t, "too early", err, fault.Conflict, "appointment.delay.early")
		dbtest.ClockOf(d).Set(at(9, 40))
		_, err = h.a.RunBehind(ctx, h.member(h.staff[0]), seen, 7*time.Minute)
		refused(t, "no length of ours", err, fault.Invalid, "appointment.delay.choose")
		for name, by := range map[string]org.Actor{"a colleague": h.member(h.staff[1]), "the client": h.client(a), "a stranger": other.boss} {
			_, err = h.a.RunBehind(ctx, by, seen, 10*time.Minute)
			refused(t, name, err, fault.NotFound, "appointment.unknown")
		}
		_, err = h.a.RunBehind(ctx, h.member(h.staff[0]), a.Seen(), 10*time.Minute)
		refused(t, "an old page", err, fault.Conflict, "appointment.seen.stale")
		for _, by := range []org.Actor{h.member(h.staff[0]), h.boss} { // the desk says the same again
			_, err = h.a.RunBehind(ctx, by, seen, 10*time.Minute)
			h.ok(err)
		}
		if n := len(h.told(appointment.KindDelay, a.ID)); n != 3 { // client, guest, colleague
			t.Errorf("%d are told", n)
		}
		after, err := h.a.RunBehind(ctx, h.boss, seen, 30*time.Minute)
		h.ok(err)
		if late, ok := after.Behind(at(10, 20)); !ok || late != 30*time.Minute || after.DelayAt.Sub(h.view(a.ID).DelayAt).Abs() > time.Second {
			t.Errorf("behind by %v, %v", late, ok)
		}
		if list := h.own(0); len(list) != 1 || list[0].Delay != 30*time.Minute {
			t.Errorf("the schedule says %+v", list)
		}
		moved, err := h.a.Reschedule(ctx, h.member(h.staff[0]), seen, at(14, 0))
		h.ok(err)
		if v := h.view(a.ID); v.Delay != 0 || moved.Delay != 0 || !v.DelayAt.IsZero() {
			t.Errorf("after a move it is still late by %v", v.Delay)
		}
		dbtest.ClockOf(d).Set(at(14, 0))
		_, err = h.a.SetState(ctx, h.member(h.staff[0]), seen, appointment.InProgress)
		h.ok(err)
		_, err = h.a.RunBehind(ctx, h.member(h.staff[0]), seen, 5*time.Minute)
		refused(t, "begun", err, fault.Conflict, "appointment.begun")
	})
}
