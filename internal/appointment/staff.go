package appointment

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/words"
)

// A StaffProfile is what an organization says of a member as staff: what they
// offer, where, in which languages, and how much of it a day.
type StaffProfile struct {
	PersonID string
	// Languages are those in which they can serve a client, as tags; none means
	// the organization's own.
	Languages []string
	// DailyLimit is how many appointments they take a day; 0 is no limit.
	DailyLimit int
	// Services and Locations are ids.
	Services  []string
	Locations []string
}

// tidy puts the lists in order and drops what stands there twice.
func (s StaffProfile) tidy() StaffProfile {
	for _, list := range []*[]string{&s.Languages, &s.Services, &s.Locations} {
		*list = distinct(*list)
	}
	return s
}

func (s StaffProfile) equal(o StaffProfile) bool {
	return s.PersonID == o.PersonID && s.DailyLimit == o.DailyLimit && slices.Equal(s.Languages, o.Languages) &&
		slices.Equal(s.Services, o.Services) && slices.Equal(s.Locations, o.Locations)
}

func (s StaffProfile) check() error {
	var bad fault.Fields
	if s.DailyLimit < 0 || s.DailyLimit > dailyLimitMost {
		bad.Say("daily_limit", "appointment.limit.range", "Most", dailyLimitMost)
	}
	for _, tag := range s.Languages {
		if !words.IsSpoken(tag) {
			bad.Say("languages", "appointment.language.unknown", "Text", tag)
		}
	}
	return bad.Err()
}

// tie is that a person offers a service, or works at a location.
type tie struct{ person, what string }

func (o *tie) Columns(c *db.Columns) {
	c.Col("person_id", &o.person)
	c.Col("what", &o.what)
}

const (
	profilesOf  = `SELECT {columns} FROM staff WHERE org_id = $1 AND person_id IN (`
	offersOf    = `SELECT person_id, service_id FROM service_staff WHERE org_id = $1 AND person_id IN (`
	branchesOf  = `SELECT person_id, location_id FROM location_staff WHERE org_id = $1 AND person_id IN (`
	allProfiles = `SELECT {columns} FROM staff WHERE org_id = $1`
	allOffers   = `SELECT person_id, service_id FROM service_staff WHERE org_id = $1`
	allBranches = `SELECT person_id, location_id FROM location_staff WHERE org_id = $1`

	keepStaff    = `ON CONFLICT (org_id, person_id) DO UPDATE SET daily_limit = EXCLUDED.daily_limit, languages = EXCLUDED.languages`
	dropOffers   = `DELETE FROM service_staff WHERE org_id = $1 AND person_id IN (`
	dropBranches = `DELETE FROM location_staff WHERE org_id = $1 AND person_id IN (`
	addOffer     = `INSERT INTO service_staff (org_id, service_id, person_id) SELECT org_id, id, $3 FROM services WHERE org_id = $1 AND id = $2`
	addBranch    = `INSERT INTO location_staff (org_id, location_id, person_id) SELECT org_id, id, $3 FROM locations WHERE org_id = $1 AND id = $2`
)

// Staffing returns the profiles of members, by person. Who has none yet has the
// zero profile.
func (a *Appointments) Staffing(ctx context.Context, q db.Q, orgID string, people []string) (map[string]StaffProfile, error) {
	all := map[string]StaffProfile{}
	for some := range slices.Chunk(people, 500) {
		in := db.Params(2, len(some)) + ")"
		if err := staffing(ctx, q, all, profilesOf+in, offersOf+in, branchesOf+in, with(some, orgID)...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// staffing adds what three queries read to the profiles.
func staffing(ctx context.Context, q db.Q, all map[string]StaffProfile, profiles, offers, branches string, args ...any) error {
	kept, err := db.All[profile](ctx, q, profiles, args...)
	if err != nil {
		return err
	}
	for _, k := range kept {
		s := all[k.person]
		s.PersonID, s.DailyLimit, s.Languages = k.person, k.limit, k.languages
		all[k.person] = s
	}
	offered, err := db.All[tie](ctx, q, offers, args...)
	if err != nil {
		return err
	}
	for _, o := range offered {
		s := all[o.person]
		s.PersonID, s.Services = o.person, append(s.Services, o.what)
		all[o.person] = s
	}
	placed, err := db.All[tie](ctx, q, branches, args...)
	for _, o := range placed {
		s := all[o.person]
		s.PersonID, s.Locations = o.person, append(s.Locations, o.what)
		all[o.person] = s
	}
	return err
}

// SaveStaff changes the profile of a member. It touches their calendar, so that
// a booking that runs now sees it or comes before it. Appointments that are
// agreed stay as they are.
func (a *Appointments) SaveStaff(ctx context.Context, by org.Actor, s StaffProfile) error {
	step := a.StaffStep(by, s)
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := a.orgs.Person(ctx, tx, by.OrgID, s.PersonID)
		if err != nil || p.Kind != org.KindMember {
			return cmp.Or(err, error(fault.New(fault.NotFound, "appointment.staff.unknown")))
		}
		return step(ctx, tx, p)
	})
}

// StaffStep is SaveStaff as a part of saving the member. It saves nothing, and
// tells of nothing, when the profile is as it was.
func (a *Appointments) StaffStep(by org.Actor, s StaffProfile) org.Step {
	return func(ctx context.Context, tx *db.Tx, p org.Person) error {
		if !by.May(org.ManageStaff) {
			return fault.New(fault.Denied, "")
		}
		s.PersonID = p.ID
		s = s.tidy()
		if err := s.check(); err != nil {
			return err
		}
		if err := calendar.Touch(ctx, tx, p.OrgID, p.ID); err != nil {
			return err
		}
		before, err := a.Staffing(ctx, tx, p.OrgID, []string{p.ID})
		if err != nil {
			return err
		}
		was := before[p.ID]
		was.PersonID = p.ID
		if was.tidy().equal(s) {
			return nil
		}
		if err := s.put(ctx, tx, p.OrgID); err != nil {
			return err
		}
		if err := raise(ctx, tx, raiseService, p.OrgID, differing(was.Services, s.Services)); err != nil {
			return err
		}
		if err := raise(ctx, tx, raiseLocation, p.OrgID, differing(was.Locations, s.Locations)); err != nil {
			return err
		}
		if differing(was.Services, s.Services) != nil {
			if err := a.staffed(ctx, tx, p.OrgID, []string{p.ID}); err != nil {
				return err
			}
		}
		return org.Record(ctx, tx, by.Entry("staff.save", "person", p.ID, "name", p.Name))
	}
}

// put replaces the profile. A service or location of nobody is refused.
func (s StaffProfile) put(ctx context.Context, tx *db.Tx, orgID string) error {
	row := &profile{org: orgID, person: s.PersonID, limit: s.DailyLimit, languages: s.Languages}
	if err := db.Insert(ctx, tx, "staff", row, keepStaff); err != nil {
		return err
	}
	if err := s.putAll(ctx, tx, orgID, dropOffers, addOffer, "services", s.Services); err != nil {
		return err
	}
	return s.putAll(ctx, tx, orgID, dropBranches, addBranch, "locations", s.Locations)
}

func (s StaffProfile) putAll(ctx context.Context, tx *db.Tx, orgID, drop, add, field string, ids []string) error {
	if _, err := tx.Exec(ctx, drop+"$2)", orgID, s.PersonID); err != nil {
		return err
	}
	for _, id := range ids {
		n, err := tx.Exec(ctx, add, orgID, id, s.PersonID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Invalid, "appointment.offer.unknown").At(field)
		}
	}
	return nil
}
