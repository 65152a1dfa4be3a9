package diary_test

import (
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db/dbtest"
)

// TestTheListSaysWhoBringsSomebody counts those who come, and only them.
func TestTheListSaysWhoBringsSomebody(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 1, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lind", tuesday(10, 0), appointment.Phone)
	o.book(o.staff[0], "Yuki Tanaka", tuesday(11, 0), appointment.Phone)
	list := "/schedule?view=list&person=" + o.staff[0].ID
	o.as(o.eleanor).get(list).hides(t, "Brings")
	g, err := o.a.InviteGuest(t.Context(), o.boss(), appointment.Seen{ID: a.ID}, appointment.GuestWish{Name: "Ana Costa", Email: "ana@mail.example", Role: appointment.Companion})
	o.ok(err)
	o.as(o.eleanor).get(list).shows(t, 200, "Brings one person")
	o.ok(o.a.RemoveGuest(t.Context(), o.boss(), appointment.Seen{ID: a.ID}, g.ID))
	o.as(o.eleanor).get(list).hides(t, "Brings")
}
