package appointment

import (
	"context"
	"slices"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
)

// A roster is the table of who belongs to one of something: who offers a service,
// who works at a location. Both are saved together with what they belong to.
type roster struct {
	// all are the texts that read everybody who belongs, clear the one that empties
	// it, and add the one that adds a member.
	all, clear, add string
}

var (
	offering = roster{all: offeringIt, clear: clearStaff, add: addStaff}
	working  = roster{all: staffOfLocation, clear: clearLocation, add: addToLocation}
)

// hold makes ready for belonging to change: it touches the calendars of those who
// do and those who will, whose time depends on it, and returns those who do. The
// members come before their calendars, as where a member is saved: the other way
// round the two could wait for each other.
func (r roster) hold(ctx context.Context, tx *db.Tx, orgID, id string, after []string) (before []string, err error) {
	if before, err = db.Values[string](ctx, tx, r.all, orgID, id); err != nil {
		return nil, err
	}
	if err := raiseMembers(ctx, tx, orgID, before, after); err != nil {
		return nil, err
	}
	return before, calendar.Touch(ctx, tx, orgID, slices.Concat(before, after)...)
}

// stands reports, as the given fault, that others belong by now than those whose
// calendars were touched. It is asked once the row itself is locked.
func (r roster) stands(ctx context.Context, tx *db.Tx, orgID, id string, held []string, stale string) error {
	now, err := db.Values[string](ctx, tx, r.all, orgID, id)
	if err == nil && !slices.Equal(now, held) {
		err = fault.New(fault.Conflict, stale)
	}
	return err
}

// put replaces who belongs. An id that is no member of the organization is refused.
func (r roster) put(ctx context.Context, tx *db.Tx, orgID, id string, staff []string) error {
	if _, err := tx.Exec(ctx, r.clear, orgID, id); err != nil {
		return err
	}
	for _, person := range staff {
		n, err := tx.Exec(ctx, r.add, orgID, id, person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "appointment.staff.unknown").At("staff")
		}
	}
	return nil
}

// distinct are ids in order, each once.
func distinct(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }
