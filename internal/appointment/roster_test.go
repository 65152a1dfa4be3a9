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

// TestWhoIsAwayKeepsWhatIsTheirs saves a service and a location by forms that do
// not show who may not sign in, and lets them come back.
func TestWhoIsAwayKeepsWhatIsTheirs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		sign := func(in bool) {
			p, err := h.orgs.Person(ctx, d, h.org.ID, h.staff[1])
			h.ok(err)
			p.Active = in
			h.ok(h.orgs.SaveMember(ctx, h.boss, p))
		}
		sign(false)
		s, l := h.service, h.location
		s.Staff, l.Staff = h.staff[:1], h.staff[:1]
		s, err := h.a.SaveService(ctx, h.boss, s)
		h.ok(err)
		_, err = h.a.SaveLocation(ctx, h.boss, l)
		h.ok(err)
		if len(s.Staff) != 1 {
			t.Errorf("saved with %v", s.Staff)
		}
		sign(true)
		profiles, err := h.a.Staffing(ctx, d, h.org.ID, h.staff)
		h.ok(err)
		for i, want := range []int{1, 1, 0} {
			if p := profiles[h.staff[i]]; len(p.Services) != want || len(p.Locations) != want {
				t.Errorf("adviser %d offers %v at %v", i, p.Services, p.Locations)
			}
		}
	})
}
