package appointment_test

import (
	"testing"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestAnAddressIsTakenOnce: a service and a location each say whose address it is.
func TestAnAddressIsTakenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		s := appointment.NewService("Savings")
		s.Methods, s.Slug = appointment.Methods(), h.service.Slug
		_, err := h.a.SaveService(ctx, h.boss, s)
		refused(t, "a second service", err, fault.Conflict, "appointment.service.slug.taken")
		far := h.branch("Hillside", h.staff)
		far.Slug = h.location.Slug
		_, err = h.a.SaveLocation(ctx, h.boss, far)
		refused(t, "a second location", err, fault.Conflict, "appointment.location.slug.taken")
		for _, bad := range []string{"Quay Side", "-quay", "quay--side"} {
			s.Slug, far.Slug = bad, bad
			_, err = h.a.SaveService(ctx, h.boss, s)
			refused(t, bad, err, fault.Invalid, "appointment.service.slug.shape")
			_, err = h.a.SaveLocation(ctx, h.boss, far)
			refused(t, bad, err, fault.Invalid, "appointment.service.slug.shape")
		}
	})
}
