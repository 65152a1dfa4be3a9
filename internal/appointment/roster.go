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
	// all reads everybody who belongs, away those of them who may not sign in; clear
	// empties it, and add adds a member.
	all, away, clear, add string
}

var (
	offering = roster{all: offeringIt, away: offeringAway, clear: clearStaff, add: addStaff}
	working  = roster{all: staffOfLocation, away: workingAway, clear: clearLocation, add: addToLocation}
)

const (
	offeringAway = `SELECT s.person_id FROM service_staff s JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
WHERE s.org_id = $1 AND s.service_id = $2 AND NOT p.active`
	workingAway = `SELECT s.person_id FROM location_staff s JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
WHERE s.org_id = $1 AND s.location_id = $2 AND NOT p.active`
)

// keep adds to who is to belong those who do and may not sign in: no form shows
// them, and when they come back they find what was theirs.
func (r roster) keep(ctx context.Context, tx *db.Tx, orgID, id string, staff []string) ([]string, error) {
	away, err := db.Values[string](ctx, tx, r.away, orgID, id)
	return distinct(append(away, staff...)), err
}

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
