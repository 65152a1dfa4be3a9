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

// TestWhoTookATimeIsNamed refuses a second agent, and tells them who was faster
// and for whom, where they may know.
func TestWhoTookATimeIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		ruth := org.Actor{OrgID: h.org.ID, PersonID: h.staff[1], Name: "Ruth Adeyemi", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler}}}
		byRuth := func(r *appointment.Request) { r.By = ruth }
		first := h.book(1, at(10, 0), with(h.staff[0]), byRuth)
		late := h.request(2, at(10, 0), with(h.staff[0]), func(r *appointment.Request) { r.By = h.boss })
		if _, err := h.a.Book(ctx, late); !fault.Is(err, fault.Conflict) {
			t.Fatalf("the second agent was not refused: %v", err)
		}
		got, found, err := h.a.RivalOf(ctx, h.d, late)
		h.ok(err)
		if !found || got.ID != first.ID || got.By != "Ruth Adeyemi" || got.ByID != ruth.PersonID || got.Client.ID != first.ClientID || got.At.IsZero() {
			t.Errorf("it was taken by %+v (%t)", got, found)
		}
		for who, by := range map[string]org.Actor{"a client": {}, "a colleague": h.member(h.staff[1])} {
			late.By = by
			if r, found, err := h.a.RivalOf(ctx, h.d, late); found || err != nil {
				t.Errorf("%s is told of %s (%v)", who, r.Client.Name, err)
			}
		}
		second := h.book(3, at(14, 0), with(h.staff[0]))
		if got, found, err = h.a.RivalTo(ctx, h.d, h.boss, second.ID, at(10, 15)); err != nil || !found || got.ID != first.ID {
			t.Errorf("moving onto it is told %+v, %t, %v", got, found, err)
		}
		if _, found, err = h.a.RivalTo(ctx, h.d, h.boss, second.ID, at(14, 15)); err != nil || found {
			t.Errorf("an appointment is in its own way: %t, %v", found, err)
		}
		if _, found, err = h.a.RivalTo(ctx, h.d, h.boss, second.ID, at(16, 0)); err != nil || found {
			t.Errorf("something is in the way of a free time: %t, %v", found, err)
		}
		moved, err := h.a.Reschedule(ctx, h.boss, now(second), at(15, 0))
		h.ok(err)
		late.By, late.Start = ruth, at(15, 0)
		if got, _, err = h.a.RivalOf(ctx, h.d, late); err != nil || got.ID != moved.ID || got.By != h.boss.Name || got.At.Sub(moved.Changed).Abs() > time.Second {
			t.Errorf("what was moved there is told as %+v, %v", got, err)
		}
	})
}
