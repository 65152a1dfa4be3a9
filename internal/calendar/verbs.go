package calendar

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// Calendars is the room's door for people: what they say about their own time,
// or an administrator about that of the staff.
type Calendars struct {
	db *db.DB
}

// Open returns the calendars of a database.
func Open(d *db.DB) *Calendars { return &Calendars{db: d} }

const (
	reasonMax  = 200
	longestOff = 366 * 24 * time.Hour
)

// SaveHours replaces a person's usual week.
func (c *Calendars) SaveHours(ctx context.Context, by org.Actor, personID string, week []Hours) error {
	if err := checkHours(week); err != nil {
		return err
	}
	return c.change(ctx, by, personID, "hours.save", nil, func(ctx context.Context, tx *db.Tx) error {
		return putHours(ctx, tx, by.OrgID, personID, week)
	})
}

func putHours(ctx context.Context, tx *db.Tx, orgID, personID string, week []Hours) error {
	if _, err := tx.Exec(ctx, deleteHours, orgID, personID); err != nil {
		return err
	}
	for _, h := range week {
		if err := db.Insert(ctx, tx, "hours", &hoursRow{orgID, personID, h}); err != nil {
			return err
		}
	}
	return nil
}

// SaveException gives one date other hours, or closes it.
func (c *Calendars) SaveException(ctx context.Context, by org.Actor, personID string, e Exception) error {
	if err := CheckDay(e.Open); err != nil {
		return err
	}
	row, err := exceptionRowOf(by.OrgID, personID, e)
	if err != nil {
		return err
	}
	return c.change(ctx, by, personID, "hours.except", []string{"date", row.day}, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "hours_exceptions", row, replaceException)
	})
}

// DropException gives a date its usual hours back. Dropping twice is once.
func (c *Calendars) DropException(ctx context.Context, by org.Actor, personID string, day Date) error {
	return c.change(ctx, by, personID, "hours.usual", []string{"date", day.String()}, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteException, by.OrgID, personID, day.String())
		return err
	})
}

// AddTimeOff takes a span out of a person's working time. Meetings already
// agreed in it stay as they are.
func (c *Calendars) AddTimeOff(ctx context.Context, by org.Actor, personID string, off TimeOff) (TimeOff, error) {
	switch {
	case !off.Span.Valid():
		return off, fault.New(fault.Invalid, "calendar.span.backwards").At("end")
	case off.Span.Duration() > longestOff:
		return off, fault.New(fault.Invalid, "calendar.off.long").At("end")
	case utf8.RuneCountInString(off.Reason) > reasonMax || !utf8.ValidString(off.Reason):
		return off, fault.New(fault.Invalid, "calendar.off.reason", "Max", reasonMax).At("reason")
	}
	off.ID = db.NewID()
	err := c.change(ctx, by, personID, "timeoff.add", []string{"from", off.Span.Start.UTC().Format(time.RFC3339), "to", off.Span.End.UTC().Format(time.RFC3339)},
		func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "time_off", &timeOffRow{by.OrgID, personID, off})
		})
	return off, err
}

// RemoveTimeOff gives a span back to a person's working time.
func (c *Calendars) RemoveTimeOff(ctx context.Context, by org.Actor, personID, id string) error {
	return c.change(ctx, by, personID, "timeoff.remove", nil, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, deleteTimeOff, by.OrgID, personID, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "")
		}
		return err
	})
}

// change is the shape of every verb of this room: touch, change, record.
func (c *Calendars) change(ctx context.Context, by org.Actor, personID, verb string, data []string, do func(context.Context, *db.Tx) error) error {
	if by.PersonID != personID && !by.May(org.ManageStaff) || !by.May(org.Own) {
		return fault.New(fault.Denied, "")
	}
	return c.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := Touch(ctx, tx, by.OrgID, personID); err != nil {
			return err
		}
		name, err := db.Value[string](ctx, tx, nameOf, by.OrgID, personID)
		if err != nil {
			return err
		}
		if by.PersonID != personID { // whose it is goes without saying for one's own
			data = append(slices.Clip(data), "of", name)
		}
		if err := do(ctx, tx); err != nil {
			return err
		}
		return org.Record(ctx, tx, by.Entry(verb, "person", personID, data...))
	})
}

func notFound(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "")
}

// Hours returns a person's usual week, as it was saved.
func (c *Calendars) Hours(ctx context.Context, orgID, personID string) ([]Hours, error) {
	return savedWeek(ctx, c.db, orgID, personID)
}

func savedWeek(ctx context.Context, q db.Q, orgID, personID string) ([]Hours, error) {
	rows, err := db.All[hoursRow](ctx, q, hoursOf+"$2) ORDER BY weekday, start_minute", orgID, personID)
	week := make([]Hours, len(rows))
	for i, row := range rows {
		week[i] = row.Hours
	}
	return week, err
}

// Exceptions returns the dates of a window that have hours of their own.
func (c *Calendars) Exceptions(ctx context.Context, orgID, personID string, first, last Date) ([]Exception, error) {
	rows, err := db.All[exceptionRow](ctx, c.db, exceptionsOf+"$4) ORDER BY day", orgID, first.String(), last.String(), personID)
	all := make([]Exception, 0, len(rows))
	for _, row := range rows {
		e, err := row.exception()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, err
}

// TimeOff returns a person's time off that touches a window, soonest first.
func (c *Calendars) TimeOff(ctx context.Context, orgID, personID string, window Span) ([]TimeOff, error) {
	rows, err := db.All[timeOffRow](ctx, c.db, timeOffOf+"$4) ORDER BY starts_at, id", orgID, db.Time(window.Start), db.Time(window.End), personID)
	all := make([]TimeOff, len(rows))
	for i, row := range rows {
		all[i] = row.TimeOff
	}
	return all, err
}
