package appointment_test

import (
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestStaleFormsOfWhoOffersWhat: what one page saves makes the form of the other
// end old, which is then refused and changes nothing.
func TestStaleFormsOfWhoOffersWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		service, location := h.service, h.location
		profiles, err := h.a.Staffing(ctx, d, h.org.ID, h.staff)
		h.ok(err)
		leaves := profiles[h.staff[1]]
		leaves.Services, leaves.Locations = nil, nil
		h.ok(h.a.SaveStaff(ctx, h.boss, leaves)) // the page of the member
		_, err = h.a.SaveService(ctx, h.boss, service)
		refused(t, "the service as it was", err, fault.Conflict, "appointment.service.stale")
		_, err = h.a.SaveLocation(ctx, h.boss, location)
		refused(t, "the location as it was", err, fault.Conflict, "appointment.location.stale")
		now, err := h.a.Service(ctx, d, h.org.ID, service.ID)
		h.ok(err)
		if len(now.Staff) != 1 || now.Staff[0] != h.staff[0] {
			t.Errorf("the service is offered by %v", now.Staff)
		}
		version := func(id string) int64 {
			p, err := h.orgs.Person(ctx, d, h.org.ID, id)
			h.ok(err)
			return p.Version
		}
		stays, comes := version(h.staff[0]), version(h.staff[1])
		now.Staff = h.staff
		saved, err := h.a.SaveService(ctx, h.boss, now) // the page of the service
		h.ok(err)
		if version(h.staff[0]) != stays || version(h.staff[1]) != comes+1 {
			t.Error("the member who came is to be new to whoever has their page open, and nobody else")
		}
		if _, err = h.a.SaveService(ctx, h.boss, saved); err != nil {
			t.Errorf("saved as it was seen: %v", err)
		}
		_, err = h.a.SaveService(ctx, h.boss, saved)
		refused(t, "the second of two administrators", err, fault.Conflict, "appointment.service.stale")
	})
}
