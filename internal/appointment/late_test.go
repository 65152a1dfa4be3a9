package appointment_test

import (
	"strconv"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
)

// lateBy does the deed of running late as a link in a mail does.
func (h *house) lateBy(a appointment.Appointment, by org.Actor, key, minutes string) error {
	_, err := h.n.Do(ctx, notify.Deed{Key: key, OrgID: h.org.ID, Actor: by, Verb: appointment.LateVerb, Object: a.ID, Args: map[string]string{appointment.LateMinutes: minutes}})
	return err
}

func TestRunningLateIsToldOnceAndCanBeChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.n.AddVerbs(h.a.Verbs())
		a, next := h.book(1, at(10, 0)), h.book(2, at(10, 30))
		client := h.client(a)
		refused(t, "too early", h.lateBy(a, client, "k0", "5"), fault.Conflict, "appointment.late.early")
		dbtest.ClockOf(d).Set(at(9, 30))
		refused(t, "no length of ours", h.lateBy(a, client, "k1", "7"), fault.Invalid, "appointment.late.choose")
		refused(t, "another client", h.lateBy(a, h.client(next), "k2", "5"), fault.NotFound, "appointment.unknown")
		for _, key := range []string{"k3", "k3", "k4"} { // the same form twice, and the same word again
			h.ok(h.lateBy(a, client, key, "10"))
		}
		cards := h.told(appointment.KindLate, a.ID)
		if len(cards) != 1 || len(cards[0].Lead) != 1 {
			t.Fatalf("told %d times; the collision is said: %v", len(cards), cards)
		}
		h.ok(h.lateBy(a, client, "k5", "30"))
		v := h.view(a.ID)
		if v.Late != 30*time.Minute || v.LateAt.Sub(at(9, 30)).Abs() > time.Minute {
			t.Errorf("late by %v since %v", v.Late, v.LateAt)
		}
		if span, ok := v.RunningLate(at(10, 20)); !ok || !span.Start.Equal(at(10, 30)) {
			t.Errorf("expected at %v, %v", span, ok)
		}
		h.ok(h.lateBy(next, h.client(next), "k6", "5"))
		if cards := h.told(appointment.KindLate, next.ID); len(cards) != 1 || len(cards[0].Lead) != 0 {
			t.Errorf("nothing follows, and yet: %v", cards)
		}
		dbtest.ClockOf(d).Set(at(10, 31))
		refused(t, "over", h.lateBy(a, client, "k7", "5"), fault.Conflict, "appointment.late.over")
	})
}

// TestNobodyRingsWithALateLink says another length again and again, from either
// side: each time somebody is told, so there is an end to it.
func TestNobodyRingsWithALateLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.n.AddVerbs(h.a.Verbs())
		a := h.book(1, at(10, 0))
		staff, seen := h.member(h.staff[0]), appointment.Seen{ID: a.ID}
		dbtest.ClockOf(d).Set(at(9, 30))
		say := func(i int) (client, late error) {
			minutes := []string{"5", "10"}[i%2]
			_, late = h.a.RunBehind(ctx, staff, seen, []time.Duration{5 * time.Minute, 10 * time.Minute}[i%2])
			return h.lateBy(a, h.client(a), "again"+strconv.Itoa(i), minutes), late
		}
		for i := range 6 {
			client, late := say(i)
			h.ok(client)
			h.ok(late)
		}
		client, late := say(6)
		refused(t, "the client's seventh", client, fault.Conflict, "appointment.late.often")
		refused(t, "the staff's seventh", late, fault.Conflict, "appointment.delay.often")
		if v := h.view(a.ID); v.Late != 10*time.Minute || v.Delay != 10*time.Minute {
			t.Errorf("what was said last is %v and %v", v.Late, v.Delay)
		}
		client, late = say(5)
		h.ok(client) // the same again tells nobody
		h.ok(late)
	})
}
