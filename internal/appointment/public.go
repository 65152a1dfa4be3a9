package appointment

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A Booking is what an organization's public booking page shows.
type Booking struct {
	Organization org.Organization
	// Services are those that can be booked by at least one method.
	Services []Offered
}

// An Offered is a service as a client may book it.
type Offered struct {
	Service
	// By are the methods that work for somebody now, with those for whom they do.
	By []Offering
}

// An Offering is a method and the staff who can be met by it, by name.
type Offering struct {
	Method Method
	Staff  []org.Person
}

// Offering returns who can be met by a method. Nobody means that it is not offered.
func (o Offered) Offering(m Method) (Offering, bool) {
	i := slices.IndexFunc(o.By, func(x Offering) bool { return x.Method == m })
	if i < 0 {
		return Offering{}, false
	}
	return o.By[i], true
}

// Service returns the offered service of a slug.
func (b Booking) Service(slug string) (Offered, error) {
	for _, s := range b.Services {
		if s.Slug == slug {
			return s, nil
		}
	}
	return Offered{}, fault.New(fault.NotFound, "appointment.service.unknown")
}

// Public returns what can be booked at the organization of a slug. A method
// that works for nobody now is not offered, and neither is a service without any.
func (a *Appointments) Public(ctx context.Context, slug string) (Booking, error) {
	o, err := a.orgs.BySlug(ctx, a.db, slug)
	if err != nil {
		return Booking{}, unknown(err, "appointment.organization.unknown")
	}
	b := Booking{Organization: o}
	all, err := a.Services(ctx, a.db, o.ID)
	if err != nil {
		return b, err
	}
	var staff ids
	for _, s := range all {
		staff.add(s.Staff...)
	}
	people, hosts, err := a.whoIsThere(ctx, a.db, o.ID, staff.list)
	if err != nil {
		return b, err
	}
	for _, s := range all {
		if offered := s.offered(people, hosts); s.Active && len(offered.By) > 0 {
			b.Services = append(b.Services, offered)
		}
	}
	return b, nil
}

// whoIsThere reads people, and which of them can hold a video call.
func (a *Appointments) whoIsThere(ctx context.Context, q db.Q, orgID string, staff []string) (map[string]org.Person, map[string]string, error) {
	if len(staff) == 0 {
		return nil, nil, nil
	}
	people, err := a.orgs.PeopleByID(ctx, q, orgID, staff)
	if err != nil {
		return nil, nil, err
	}
	hosts, err := a.cfg.CanHost(ctx, q, orgID, staff)
	return people, hosts, err
}

func (s Service) offered(people map[string]org.Person, hosts map[string]string) Offered {
	o := Offered{Service: s}
	for _, m := range Methods() {
		var staff []org.Person
		for _, id := range s.Staff {
			if p, ok := people[id]; ok && (m != Video || hosts[id] != "") {
				staff = append(staff, p)
			}
		}
		if s.Offers(m) && len(staff) > 0 {
			slices.SortFunc(staff, byName)
			o.By = append(o.By, Offering{Method: m, Staff: staff})
		}
	}
	return o
}
