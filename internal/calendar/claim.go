package calendar

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// touchedAtOnce is how many calendars one statement touches, in their order.
const touchedAtOnce = 500

// Touch makes the transaction wait until it is alone with the calendars of
// these people, and makes the calendars that are not there yet. It is the first
// statement of every verb that takes or gives back somebody's time. People are
// always touched in the order of their ids: two verbs that touched in another
// order could wait for each other.
func Touch(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error {
	ids := slices.Compact(slices.Sorted(slices.Values(personIDs)))
	for some := range slices.Chunk(ids, touchedAtOnce) {
		args := []any{orgID}
		values := make([]string, len(some))
		for i, id := range some {
			args = append(args, id)
			values[i] = "($1, " + db.Params(i+2, 1) + ", 1)"
		}
		if _, err := tx.Exec(ctx, makeCalendars+strings.Join(values, ", ")+raiseCalendars, args...); err != nil {
			return err
		}
	}
	return nil
}

// TouchOne touches one calendar and returns its version. Who read a sheet before
// and finds its version here plus one less knows that nothing has changed since:
// whatever changes a person's time touches it first. The rule that was true of
// the sheet is then true under the lock, without reading it again.
func TouchOne(ctx context.Context, tx *db.Tx, orgID, personID string) (version int64, err error) {
	return db.Value[int64](ctx, tx, makeCalendars+"($1, $2, 1)"+raiseCalendars+" RETURNING version", orgID, personID)
}

// Claim takes a span of these people's time for a meeting. It gives
// fault.Conflict when any of them is taken; nothing of the transaction then
// remains. The calendars must have been touched.
func Claim(ctx context.Context, tx *db.Tx, orgID, meetingID string, span Span, personIDs ...string) error {
	if !span.Valid() {
		return fault.New(fault.Invalid, "calendar.span.backwards")
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(personIDs))) {
		if _, err := tx.Exec(ctx, insertClaim, orgID, meetingID, id, int64(At(span.Start)), int64(At(span.End))); err != nil {
			return err
		}
	}
	return nil
}

// MoveClaims moves what a meeting has claimed to another span. The meeting's own
// old time is not in its way.
func MoveClaims(ctx context.Context, tx *db.Tx, orgID, meetingID string, span Span) error {
	if !span.Valid() {
		return fault.New(fault.Invalid, "calendar.span.backwards")
	}
	_, err := tx.Exec(ctx, moveClaims, orgID, meetingID, int64(At(span.Start)), int64(At(span.End)))
	return err
}

// Release gives back all time that a meeting has claimed. Releasing twice is once.
func Release(ctx context.Context, tx *db.Tx, orgID, meetingID string) error {
	_, err := tx.Exec(ctx, releaseClaims, orgID, meetingID)
	return err
}

// Holds reports, as fault.Conflict, when a person has something in the span or
// in the quiet asked for around it. It looks at one neighbour, since a person's
// claims never overlap. The answer stays true until the transaction ends only
// if the person's calendar was touched. A meeting that moves names itself as
// except, so that its old time is not in its way.
func Holds(ctx context.Context, tx *db.Tx, orgID, personID string, span Span, before, after time.Duration, except ...string) error {
	own := ""
	if len(except) > 0 {
		own = except[0]
	}
	from, to := At(span.Start.Add(-before)), At(span.End.Add(after))
	starts, err := db.Value[int64](ctx, tx, neighbour, orgID, personID, int64(from), own)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if Instant(starts) < to {
		return fault.New(fault.Conflict, "calendar.taken")
	}
	return nil
}
