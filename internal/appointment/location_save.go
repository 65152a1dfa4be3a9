package appointment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	touchLocation = `UPDATE locations SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveLocation  = `UPDATE locations SET slug = $3, name = $4, address = $5, phone = $6, zone = $7, hours = $8, closed = $9, active = $10 WHERE org_id = $1 AND id = $2`
	clearLocation = `DELETE FROM location_staff WHERE org_id = $1 AND location_id = $2`
	addToLocation = `INSERT INTO location_staff (org_id, location_id, person_id)
SELECT p.org_id, $2, p.id FROM people p WHERE p.org_id = $1 AND p.id = $3 AND p.kind = 'member'`
)

// closingMost is more closed days than anybody enters for years ahead.
const closingMost = 400

// addressMax is more than any address in several lines.
const addressMax = 500

// tidy trims what was typed.
func (l Location) tidy() Location {
	for _, text := range []*string{&l.Name, &l.Slug, &l.Address, &l.Phone} {
		*text = strings.TrimSpace(*text)
	}
	l.Address = strings.ReplaceAll(l.Address, "\r\n", "\n")
	l.Slug = cmp.Or(l.Slug, org.Slug(l.Name))
	l.Staff = distinct(l.Staff)
	return l
}

// check returns every fault of the location's fields. Hours are told at their
// weekday (hours.1 is Monday), closed days at their place in the list.
func (l Location) check() error {
	var f fault.Fields
	f.Add("name", checkLine(l.Name, nameMax, "appointment.location.name.missing"))
	f.Add("slug", checkSlug(l.Slug))
	if l.Address == "" {
		f.Say("address", "appointment.location.address.missing")
	}
	f.Add("address", checkText(l.Address, addressMax))
	if l.Phone != "" {
		f.Add("phone", checkPhone(l.Phone))
	}
	if _, err := calendar.Zone(l.Zone); err != nil {
		f.Add("zone", fault.As(err))
	}
	f = append(f, l.checkHours()...)
	return append(f, l.checkClosed()...).Err()
}

func (l Location) checkHours() (f fault.Fields) {
	var week [7][]calendar.Minutes
	for _, h := range l.Hours {
		if h.Weekday < time.Sunday || h.Weekday > time.Saturday {
			f.Say("hours", "calendar.hours.weekday")
			continue
		}
		week[h.Weekday] = append(week[h.Weekday], calendar.Minutes{Start: h.Start, End: h.End})
	}
	for day, minutes := range week {
		f.Add(fmt.Sprintf("hours.%d", day), fault.As(calendar.CheckDay(minutes)))
	}
	return f
}

func (l Location) checkClosed() (f fault.Fields) {
	if len(l.Closed) > closingMost {
		f.Say("closed", "appointment.location.closed.many", "Max", closingMost)
		return f
	}
	seen := map[string]bool{}
	for i, c := range l.Closed {
		field := fmt.Sprintf("closed.%d", i)
		if _, err := calendar.ParseDate(c.Day); err != nil {
			f.Say(field, "appointment.location.closed.day")
		} else if seen[c.Day] {
			f.Say(field, "appointment.location.closed.twice")
		}
		seen[c.Day] = true
		f.Add(field+".name", checkLine(c.Name, lineMax, "appointment.location.closed.name"))
		f.Add(field+".hours", fault.As(calendar.CheckDay(c.Open)))
	}
	return f
}

// SaveLocation adds a location, or changes the one with its id, together with
// who works there. It touches the calendars of those who did and those who do:
// when they can be met depends on all of it. Its version is the one that was
// seen; an older one is refused, since somebody else changed it meanwhile, and 0
// accepts any. What is wrong comes back as a fault for each field.
func (a *Appointments) SaveLocation(ctx context.Context, by org.Actor, l Location) (_ Location, err error) {
	if !by.May(org.ManageLocations) {
		return l, fault.New(fault.Denied, "")
	}
	l = l.tidy()
	l.OrgID = by.OrgID
	if err := l.check(); err != nil {
		return l, err
	}
	slices.SortFunc(l.Closed, func(a, b Closing) int { return cmp.Compare(a.Day, b.Day) })
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		l := &l
		after, err := working.keep(ctx, tx, l.OrgID, l.ID, l.Staff)
		if err != nil {
			return err
		}
		before, err := working.hold(ctx, tx, l.OrgID, l.ID, after)
		if err != nil {
			return err
		}
		verb, err := l.put(ctx, tx, before)
		if err != nil {
			return err
		}
		if err := working.put(ctx, tx, l.OrgID, l.ID, after); err != nil {
			return err
		}
		if err := ringPlace(ctx, tx, *l); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry(verb, "location", l.ID, "name", l.Name))
	})
	return l, err
}

// put inserts or changes the row and returns which it did, as a verb.
func (l *Location) put(ctx context.Context, tx *db.Tx, touched []string) (verb string, err error) {
	if l.ID == "" {
		l.ID, l.Version = db.NewID(), 1
		verb, err = "location.add", db.Insert(ctx, tx, "locations", l)
	} else {
		if err := l.touch(ctx, tx, touched); err != nil {
			return "", err
		}
		verb = "location.save"
		_, err = tx.Exec(ctx, saveLocation, l.OrgID, l.ID, l.Slug, l.Name, l.Address, l.Phone, l.Zone,
			db.JSON[[]calendar.Hours]{To: &l.Hours}, db.JSON[[]Closing]{To: &l.Closed}, l.Active)
	}
	return verb, slugTaken(err, "appointment.location.slug.taken", l.Slug)
}

// touch locks the row and refuses what was seen before somebody else changed it.
// The staff were read before the lock; if they are others by now, their
// calendars were not touched, and that is refused as well.
func (l *Location) touch(ctx context.Context, tx *db.Tx, touched []string) error {
	before, err := db.One[Location](ctx, tx, touchLocation, l.OrgID, l.ID)
	if err != nil {
		return unknown(err, "appointment.location.unknown")
	}
	if l.Version != 0 && before.Version != l.Version+1 {
		return fault.New(fault.Conflict, "appointment.location.stale")
	}
	if err := working.stands(ctx, tx, l.OrgID, l.ID, touched, "appointment.location.stale"); err != nil {
		return err
	}
	l.Version = before.Version
	l.Name = cmp.Or(l.Name, before.Name)
	return nil
}

const (
	everAt       = `SELECT COUNT(*) FROM (SELECT 1 FROM appointments WHERE org_id = $1 AND location_id = $2 LIMIT 1) a`
	deletedPlace = `DELETE FROM locations WHERE org_id = $1 AND id = $2`
)

// DropLocation removes a location for good. One at which an appointment was ever
// booked stays, because its history names it, and so does one that somebody's
// hours name.
func (a *Appointments) DropLocation(ctx context.Context, by org.Actor, id string) error {
	if !by.May(org.ManageLocations) {
		return fault.New(fault.Denied, "")
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		staff, err := db.Values[string](ctx, tx, staffOfLocation, by.OrgID, id)
		if err != nil {
			return err
		}
		if err := calendar.Touch(ctx, tx, by.OrgID, staff...); err != nil {
			return err
		}
		l := Location{OrgID: by.OrgID, ID: id}
		if err := l.touch(ctx, tx, staff); err != nil {
			return err
		}
		if err := l.Unused(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, clearLocation, l.OrgID, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deletedPlace, l.OrgID, id); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry("location.drop", "location", id, "name", l.Name))
	})
}

// Unused reports, as a fault, what still names the location and keeps it from
// being deleted. Who books there touches the calendar of one of its staff: a
// transaction that holds these gets an answer that stays true.
func (l Location) Unused(ctx context.Context, q db.Q) error {
	if n, err := db.Value[int64](ctx, q, everAt, l.OrgID, l.ID); err != nil || n > 0 {
		return cmp.Or(err, error(fault.New(fault.Conflict, "appointment.location.used")))
	}
	worked, err := calendar.Worked(ctx, q, l.OrgID, l.ID)
	if err == nil && worked {
		err = fault.New(fault.Conflict, "appointment.location.worked")
	}
	return err
}
