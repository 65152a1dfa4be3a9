package appointment

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// Services returns all services of an organization by name, each with its staff.
func (a *Appointments) Services(ctx context.Context, q db.Q, orgID string) ([]Service, error) {
	all, err := db.All[Service](ctx, q, allServices, orgID)
	if err != nil {
		return nil, err
	}
	members, err := db.All[member](ctx, q, staffOfAll, orgID)
	for _, m := range members {
		if i := slices.IndexFunc(all, func(s Service) bool { return s.ID == m.service }); i >= 0 {
			all[i].Staff = append(all[i].Staff, m.person)
		}
	}
	return all, err
}

// Service returns one service with its staff.
func (a *Appointments) Service(ctx context.Context, q db.Q, orgID, id string) (Service, error) {
	s, _, err := a.service(ctx, q, orgID, id)
	return s, err
}

// SaveService adds a service, or changes the one with its id, together with who
// offers it. It touches the calendars of those who did and those who do, so that a
// booking that runs now sees it or comes before it. Its version is the one that was
// seen; an older one is refused, since somebody else changed it meanwhile, and 0
// accepts any. What is wrong comes back as a fault for each field.
func (a *Appointments) SaveService(ctx context.Context, by org.Actor, s Service) (_ Service, err error) {
	if !by.May(org.ManageServices) {
		return s, fault.New(fault.Denied, "")
	}
	s = s.tidy()
	s.OrgID = by.OrgID
	if err := s.check(); err != nil {
		return s, err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		s := &s
		after, err := offering.keep(ctx, tx, s.OrgID, s.ID, s.Staff)
		if err != nil {
			return err
		}
		before, err := offering.hold(ctx, tx, s.OrgID, s.ID, after)
		if err != nil {
			return err
		}
		verb, err := s.put(ctx, tx, before)
		if err != nil {
			return err
		}
		if err := offering.put(ctx, tx, s.OrgID, s.ID, after); err != nil {
			return err
		}
		if err := a.staffed(ctx, tx, s.OrgID, differing(before, after)); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry(verb, "service", s.ID, "name", s.Name))
	})
	return s, err
}

// put inserts or changes the row and returns which it did, as a verb.
func (s *Service) put(ctx context.Context, tx *db.Tx, held []string) (string, error) {
	const taken = "appointment.service.slug.taken"
	if s.ID == "" {
		s.ID, s.Version = db.NewID(), 1
		return "service.add", slugTaken(db.Insert(ctx, tx, "services", s), taken, s.Slug)
	}
	before, err := db.One[Service](ctx, tx, touchService, s.OrgID, s.ID)
	if err != nil {
		return "", unknown(err, "appointment.service.unknown")
	}
	const stale = "appointment.service.stale"
	if s.Version != 0 && s.Version != before.Version-1 {
		return "", fault.New(fault.Conflict, stale)
	}
	if err := offering.stands(ctx, tx, s.OrgID, s.ID, held, stale); err != nil {
		return "", err
	}
	s.Version = before.Version
	return "service.save", slugTaken(s.save(ctx, tx), taken, s.Slug)
}

// dailyLimitMost is more than anybody can hold in a day.
const dailyLimitMost = 200

// A WhyNot is a member of staff who cannot take video appointments.
type WhyNot struct {
	Person org.Person
	// Reason is the catalogue key of why.
	Reason string
}

// CanTakeVideo says how many of a service's staff can take video appointments,
// and who cannot and why, by name.
func (a *Appointments) CanTakeVideo(ctx context.Context, q db.Q, orgID, serviceID string) (can, of int, why []WhyNot, err error) {
	s, _, err := a.service(ctx, q, orgID, serviceID)
	if err != nil || len(s.Staff) == 0 {
		return 0, 0, nil, err
	}
	people, hosts, err := a.whoIsThere(ctx, q, orgID, s.Staff)
	if err != nil {
		return 0, 0, nil, err
	}
	reasons, err := a.cfg.WhyNot(ctx, q, orgID, s.Staff)
	for _, id := range s.Staff {
		if hosts[id] == "" {
			why = append(why, WhyNot{Person: people[id], Reason: cmp.Or(reasons[id], "appointment.video.why.unknown")})
		}
	}
	slices.SortFunc(why, func(x, y WhyNot) int { return byName(x.Person, y.Person) })
	return len(s.Staff) - len(why), len(s.Staff), why, err
}

// byName orders people as a reader looks for them.
func byName(a, b org.Person) int {
	return cmp.Or(cmp.Compare(db.Fold(a.Name), db.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
}
