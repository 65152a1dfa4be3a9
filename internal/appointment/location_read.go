package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
)

const (
	locationByID     = `SELECT {columns} FROM locations WHERE org_id = $1 AND id = $2`
	locationsByIDs   = `SELECT {columns} FROM locations WHERE org_id = $1 AND id IN (`
	allLocations     = `SELECT {columns} FROM locations WHERE org_id = $1 ORDER BY name, id`
	staffOfLocations = `SELECT s.location_id, s.person_id, 0 FROM location_staff s
JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id WHERE s.org_id = $1 AND p.active ORDER BY s.person_id`
	staffOfLocation = `SELECT person_id FROM location_staff WHERE org_id = $1 AND location_id = $2 ORDER BY person_id`
	// workplacesOf is one range of an index for each of the people.
	workplacesOf = `SELECT s.person_id, l.id, l.zone, l.hours, l.closed FROM location_staff s
JOIN locations l ON l.org_id = s.org_id AND l.id = s.location_id WHERE s.org_id = $1 AND l.active AND s.person_id IN (`
	upcomingAt = `SELECT {columns} FROM appointments
WHERE org_id = $1 AND location_id = $2 AND starts_at >= $3 AND state <> 'cancelled' ORDER BY starts_at, id LIMIT $4`
	countUpcomingAt = `SELECT COUNT(*) FROM appointments
WHERE org_id = $1 AND location_id = $2 AND starts_at >= $3 AND state <> 'cancelled'`
)

// Locations returns all locations of an organization by name, each with its
// staff who are active.
func (a *Appointments) Locations(ctx context.Context, q db.Q, orgID string) ([]Location, error) {
	all, err := db.All[Location](ctx, q, allLocations, orgID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	at := make(map[string]int, len(all))
	for i, l := range all {
		at[l.ID] = i
	}
	members, err := db.All[member](ctx, q, staffOfLocations, orgID)
	for _, m := range members {
		if i, ok := at[m.service]; ok {
			all[i].Staff = append(all[i].Staff, m.person)
		}
	}
	return all, err
}

// Location returns one location with its staff.
func (a *Appointments) Location(ctx context.Context, q db.Q, orgID, id string) (Location, error) {
	l, err := db.One[Location](ctx, q, locationByID, orgID, id)
	if err != nil {
		return l, unknown(err, "appointment.location.unknown")
	}
	l.Staff, err = db.Values[string](ctx, q, staffOfLocation, orgID, id)
	return l, err
}

// UpcomingAt returns the next appointments at a location that stand, and how
// many there are in all.
func (a *Appointments) UpcomingAt(ctx context.Context, q db.Q, orgID, locationID string, now time.Time, limit int) ([]View, int, error) {
	all, err := db.All[Appointment](ctx, q, upcomingAt, orgID, locationID, db.Time(now), limit)
	if err != nil || len(all) < limit {
		views, bad := a.views(ctx, q, orgID, all)
		return views, len(all), firstOf(err, bad)
	}
	count, err := db.Value[int64](ctx, q, countUpcomingAt, orgID, locationID, db.Time(now))
	if err != nil {
		return nil, 0, err
	}
	views, err := a.views(ctx, q, orgID, all)
	return views, int(count), err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// serving are the locations, among all, at which somebody offers the service.
func serving(all []Location, s Service) (some []Location) {
	for _, l := range all {
		if l.Active && slices.ContainsFunc(s.Staff, func(id string) bool { return slices.Contains(l.Staff, id) }) {
			some = append(some, l)
		}
	}
	return some
}

// located fills in the branch where what is asked leaves it open and only one
// serves, and says, as a fault, why a branch cannot be. Only an appointment in
// person has one.
func (a *Appointments) located(ctx context.Context, q db.Q, k *Ask, s Service) (Location, *fault.Error, error) {
	if k.Method != InPerson {
		k.LocationID = ""
		return Location{}, nil, nil
	}
	all, err := a.Locations(ctx, q, k.OrgID)
	if err != nil {
		return Location{}, nil, err
	}
	all = serving(all, s)
	if k.LocationID == "" && len(all) > 1 {
		return Location{}, fault.New(fault.Invalid, "appointment.location.missing"), nil
	}
	all = slices.DeleteFunc(all, func(l Location) bool { return k.LocationID != "" && l.ID != k.LocationID })
	switch {
	case len(all) == 0:
		return Location{}, fault.New(fault.Invalid, "appointment.location.unavailable"), nil
	case k.StaffID != "" && !slices.Contains(all[0].Staff, k.StaffID):
		return Location{}, fault.New(fault.Invalid, "appointment.location.staff", "Name", all[0].Name), nil
	}
	k.LocationID = all[0].ID
	return all[0], nil, nil
}

// stillHeld says, as a fault, why an appointment cannot be held where it is
// agreed any more, at whatever time.
func (a *Appointments) stillHeld(ctx context.Context, q db.Q, ap Appointment) error {
	if ap.LocationID == "" {
		return nil
	}
	l, err := a.Location(ctx, q, ap.OrgID, ap.LocationID)
	switch {
	case err != nil:
		return err
	case !l.Active:
		return fault.New(fault.Invalid, "appointment.location.closed", "Name", l.Name).At("start")
	case !slices.Contains(l.Staff, ap.StaffID):
		return fault.New(fault.Invalid, "appointment.location.left", "Name", l.Name).At("start")
	}
	return nil
}

// A workplace is a branch as one of its staff knows it.
type workplace struct {
	person string
	branch Location
}

func (w *workplace) Columns(c *db.Columns) {
	c.Col("person_id", &w.person)
	c.Col("id", &w.branch.ID)
	c.Col("zone", &w.branch.Zone)
	c.Col("hours", db.JSON[[]calendar.Hours]{To: &w.branch.Hours})
	c.Col("closed", db.JSON[[]Closing]{To: &w.branch.Closed})
}

// premises are the branches of some people, and when these are open.
type premises struct {
	// of are the branches of each person.
	of map[string][]string
	// open and closed are the opening hours and the closed days of each branch.
	open, closed map[string]calendar.Line
}

// readPremises reads the branches of people with one query. It is asked after
// their heads: whatever changes a branch touches its staff, so what is read here
// is as new as their heads say, or newer.
func readPremises(ctx context.Context, q db.Q, orgID string, people []string, window calendar.Span) (premises, error) {
	p := premises{map[string][]string{}, map[string]calendar.Line{}, map[string]calendar.Line{}}
	rows, err := db.All[workplace](ctx, q, workplacesOf+db.Params(2, len(people))+")", with(people, orgID)...)
	for _, w := range rows {
		p.of[w.person] = append(p.of[w.person], w.branch.ID)
		if p.open[w.branch.ID] != nil {
			continue
		}
		if p.open[w.branch.ID], err = w.branch.openWithin(window); err != nil {
			return p, err
		}
		if p.closed[w.branch.ID], err = w.branch.closedDays(); err != nil {
			return p, err
		}
	}
	return p, err
}

// lay cuts a person's hours to when the branch is open, or, where no branch is
// asked for, to the days on which not all of theirs are closed.
func (p premises) lay(s *calendar.Sheet, location string) *calendar.Sheet {
	own := p.of[s.PersonID]
	switch {
	case location != "" && !slices.Contains(own, location):
		return s.Within(nil)
	case location != "":
		return s.At(location).Within(p.open[location])
	case len(own) == 0:
		return s
	}
	closed := p.closed[own[0]]
	for _, id := range own[1:] {
		closed = closed.And(p.closed[id])
	}
	return s.Outside(closed)
}

// Place is where the appointment is held, or the number that is called: of a
// branch the name and address that it has now, since it may have moved.
func (v View) Place() string {
	if v.Method == InPerson && v.Location.ID != "" {
		return v.Location.Where()
	}
	return v.Meeting.Place
}
