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
	// Speaks are the languages in which each of the staff can serve, by their ids.
	Speaks map[string][]string
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
	// At are the branches where they can be met; only in person has any.
	At []Branch
}

// A Branch is a location, and those of its staff who offer the service there.
type Branch struct {
	Location
	Met []org.Person
}

// Branch returns the branch of an id, among those of the offering.
func (o Offering) Branch(id string) (Branch, bool) {
	i := slices.IndexFunc(o.At, func(b Branch) bool { return b.ID == id })
	if i < 0 {
		return Branch{}, false
	}
	return o.At[i], true
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
	places, err := a.Locations(ctx, a.db, o.ID)
	if err != nil {
		return b, err
	}
	if b.Speaks, err = a.Speaks(ctx, a.db, o.ID, staff.list); err != nil {
		return b, err
	}
	for _, s := range all {
		if offered := s.offered(people, hosts, places); s.Active && len(offered.By) > 0 {
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

func (s Service) offered(people map[string]org.Person, hosts map[string]string, places []Location) Offered {
	o := Offered{Service: s}
	for _, m := range Methods() {
		if !s.Offers(m) {
			continue
		}
		offering := Offering{Method: m}
		if m == InPerson {
			offering.meetAt(s, people, places)
		} else {
			offering.Staff = known(s.Staff, people, func(id string) bool { return m != Video || hosts[id] != "" })
		}
		if len(offering.Staff) > 0 {
			o.By = append(o.By, offering)
		}
	}
	return o
}

// meetAt fills in where the service can be had in person, and with whom.
func (o *Offering) meetAt(s Service, people map[string]org.Person, places []Location) {
	var all ids
	for _, l := range serving(places, s) {
		b := Branch{Location: l, Met: known(s.Staff, people, func(id string) bool { return slices.Contains(l.Staff, id) })}
		for _, p := range b.Met {
			all.add(p.ID)
		}
		o.At = append(o.At, b)
	}
	o.Staff = known(all.list, people, func(string) bool { return true })
}

// known are those of the staff whom the rule allows, by name.
func known(staff []string, people map[string]org.Person, rule func(id string) bool) (some []org.Person) {
	for _, id := range staff {
		if p, ok := people[id]; ok && rule(id) {
			some = append(some, p)
		}
	}
	slices.SortFunc(some, byName)
	return some
}

// InPerson says where a service can be had in person, and, when nowhere, why not
// as a catalogue key.
func (a *Appointments) InPerson(ctx context.Context, q db.Q, s Service) (at []Location, why string, err error) {
	all, err := a.Locations(ctx, q, s.OrgID)
	if err != nil {
		return nil, "", err
	}
	at = serving(all, s)
	switch {
	case len(at) > 0:
		return at, "", nil
	case !slices.ContainsFunc(all, func(l Location) bool { return l.Active }):
		return nil, "appointment.in_person.why.none", nil
	case len(s.Staff) == 0:
		return nil, "appointment.in_person.why.nobody", nil
	}
	return nil, "appointment.in_person.why.staff", nil
}
