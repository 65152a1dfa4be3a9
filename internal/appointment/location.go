package appointment

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A Location is a branch where appointments are held.
type Location struct {
	OrgID, ID string
	// Slug stands in addresses that choose the branch beforehand.
	Slug    string
	Name    string
	Address string
	Phone   string
	// Zone is the IANA zone of its wall clock; Hours and Closed are read on it.
	Zone string
	// Hours are its opening hours in a usual week. None means whenever its staff work.
	Hours []calendar.Hours
	// Closed are days with other hours or none, such as public holidays.
	Closed  []Closing
	Active  bool
	Version int64

	// Staff are the ids of the members who work there.
	Staff []string
}

// A Closing is a day on which a branch is closed, or open at other hours.
type Closing struct {
	// Day is written as 2026-12-25.
	Day string `json:"day"`
	// Name says why ("Christmas Day").
	Name string             `json:"name"`
	Open []calendar.Minutes `json:"open,omitempty"`
}

// Columns maps the location to its table.
func (l *Location) Columns(c *db.Columns) {
	c.Col("org_id", &l.OrgID)
	c.Col("id", &l.ID)
	c.Col("slug", &l.Slug)
	c.Col("name", &l.Name)
	c.Col("address", &l.Address)
	c.Col("phone", &l.Phone)
	c.Col("zone", &l.Zone)
	c.Col("hours", db.JSON[[]calendar.Hours]{To: &l.Hours})
	c.Col("closed", db.JSON[[]Closing]{To: &l.Closed})
	c.Col("active", &l.Active)
	c.Col("version", &l.Version)
}

// Where is the branch on one line, as cards and calendar entries write it.
func (l Location) Where() string {
	switch {
	case l.Address == "":
		return l.Name
	case l.Name == "" || strings.Contains(l.Address, l.Name):
		return l.Address
	}
	return l.Name + ", " + l.Address
}

// tidy trims what was typed.
func (l Location) tidy() Location {
	for _, text := range []*string{&l.Name, &l.Slug, &l.Address, &l.Phone} {
		*text = strings.TrimSpace(*text)
	}
	l.Slug = cmp.Or(l.Slug, org.Slug(l.Name))
	l.Staff = slices.Clone(l.Staff)
	slices.Sort(l.Staff)
	l.Staff = slices.Compact(l.Staff)
	return l
}

// check returns every fault of the location's fields.
func (l Location) check() error {
	var f fault.Fields
	f.Add("name", checkLine(l.Name, nameMax, "appointment.location.name.missing"))
	if !slugShape.MatchString(l.Slug) || len(l.Slug) > 80 {
		f.Say("slug", "appointment.service.slug.shape")
	}
	f.Add("address", checkLine(l.Address, lineMax, "appointment.location.address.missing"))
	if l.Phone != "" {
		f.Add("phone", checkPhone(l.Phone))
	}
	if _, err := calendar.Zone(l.Zone); err != nil {
		f.Add("zone", fault.As(err))
	}
	return f.Err()
}

const (
	locationByID     = `SELECT {columns} FROM locations WHERE org_id = $1 AND id = $2`
	locationsByIDs   = `SELECT {columns} FROM locations WHERE org_id = $1 AND id IN (`
	allLocations     = `SELECT {columns} FROM locations WHERE org_id = $1 ORDER BY name, id`
	touchLocation    = `UPDATE locations SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveLocation     = `UPDATE locations SET slug = $3, name = $4, address = $5, phone = $6, zone = $7, hours = $8, closed = $9, active = $10 WHERE org_id = $1 AND id = $2`
	staffOfLocations = `SELECT s.location_id, s.person_id, 0 FROM location_staff s
JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id WHERE s.org_id = $1 AND p.active ORDER BY s.person_id`
	staffOfLocation = `SELECT person_id FROM location_staff WHERE org_id = $1 AND location_id = $2 ORDER BY person_id`
	clearLocation   = `DELETE FROM location_staff WHERE org_id = $1 AND location_id = $2`
	addToLocation   = `INSERT INTO location_staff (org_id, location_id, person_id)
SELECT p.org_id, $2, p.id FROM people p WHERE p.org_id = $1 AND p.id = $3 AND p.kind = 'member'`
)

// Locations returns all locations of an organization by name, each with its staff.
func (a *Appointments) Locations(ctx context.Context, q db.Q, orgID string) ([]Location, error) {
	all, err := db.All[Location](ctx, q, allLocations, orgID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	members, err := db.All[member](ctx, q, staffOfLocations, orgID)
	for _, m := range members {
		if i := slices.IndexFunc(all, func(l Location) bool { return l.ID == m.service }); i >= 0 {
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

// SaveLocation adds a location, or changes the one with its id, together with
// who works there. It touches the calendars of those who did and those who do:
// when they can be met depends on it. What is wrong comes back as a fault for
// each field.
func (a *Appointments) SaveLocation(ctx context.Context, by org.Actor, l Location) (_ Location, err error) {
	if !by.May(org.ManageLocations) {
		return l, fault.New(fault.Denied, "")
	}
	l = l.tidy()
	l.OrgID = by.OrgID
	if err := l.check(); err != nil {
		return l, err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := db.Values[string](ctx, tx, staffOfLocation, l.OrgID, l.ID)
		if err != nil {
			return err
		}
		if err := calendar.Touch(ctx, tx, l.OrgID, append(before, l.Staff...)...); err != nil {
			return err
		}
		verb, err := l.put(ctx, tx)
		if err != nil {
			return err
		}
		if err := l.putStaff(ctx, tx); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry(verb, "location", l.ID, "name", l.Name))
	})
	return l, err
}

// put inserts or changes the row and returns which it did, as a verb.
func (l *Location) put(ctx context.Context, tx *db.Tx) (verb string, err error) {
	if l.ID == "" {
		l.ID, l.Version = db.NewID(), 1
		verb, err = "location.add", db.Insert(ctx, tx, "locations", l)
	} else {
		var before Location
		if before, err = db.One[Location](ctx, tx, touchLocation, l.OrgID, l.ID); err != nil {
			return "", unknown(err, "appointment.location.unknown")
		}
		l.Version = before.Version
		verb = "location.save"
		_, err = tx.Exec(ctx, saveLocation, l.OrgID, l.ID, l.Slug, l.Name, l.Address, l.Phone, l.Zone,
			db.JSON[[]calendar.Hours]{To: &l.Hours}, db.JSON[[]Closing]{To: &l.Closed}, l.Active)
	}
	if fault.Is(err, fault.Conflict) {
		err = fault.Wrap(fault.Conflict, err, "appointment.service.slug.taken", "Slug", l.Slug).At("slug")
	}
	return verb, err
}

// putStaff replaces who works there. An id that is no member of the organization
// is refused.
func (l *Location) putStaff(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, clearLocation, l.OrgID, l.ID); err != nil {
		return err
	}
	for _, id := range l.Staff {
		n, err := tx.Exec(ctx, addToLocation, l.OrgID, l.ID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "appointment.staff.unknown").At("staff")
		}
	}
	return nil
}

// located fills in the branch where a request leaves it open and there is only
// one, and refuses a branch that cannot be.
func (a *Appointments) located(ctx context.Context, q db.Q, r *Request) (Location, *fault.Error, error) {
	if r.Method != InPerson {
		r.LocationID = ""
		return Location{}, nil, nil
	}
	all, err := a.Locations(ctx, q, r.OrgID)
	if err != nil {
		return Location{}, nil, err
	}
	all = slices.DeleteFunc(all, func(l Location) bool { return !l.Active || r.LocationID != "" && l.ID != r.LocationID })
	switch {
	case len(all) == 1:
		r.LocationID = all[0].ID
		return all[0], nil, nil
	case r.LocationID == "" && len(all) > 1:
		return Location{}, fault.New(fault.Invalid, "appointment.location.missing"), nil
	}
	return Location{}, fault.New(fault.Invalid, "appointment.location.unavailable"), nil
}
