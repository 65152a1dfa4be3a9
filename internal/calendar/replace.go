package calendar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// Print is a short mark of a week, for a form that is about to replace it: two
// weeks with the same print are the same. The calendar's version would not do,
// since every booking raises it.
func Print(week []Hours) string {
	h := sha256.New()
	for _, x := range week {
		fmt.Fprintf(h, "%d %d %d %q\n", x.Weekday, x.Start, x.End, x.Location)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// ReplaceHours replaces a person's usual week as SaveHours does, unless it is not
// the week any more that the one who acts saw, by its print.
func (c *Calendars) ReplaceHours(ctx context.Context, by org.Actor, personID, seen string, week []Hours) error {
	if err := checkHours(week); err != nil {
		return err
	}
	return c.change(ctx, by, personID, "hours.save", nil, func(ctx context.Context, tx *db.Tx) error {
		now, err := savedWeek(ctx, tx, by.OrgID, personID)
		if err != nil {
			return err
		}
		if Print(now) != seen {
			return fault.New(fault.Conflict, "calendar.hours.stale")
		}
		return putHours(ctx, tx, by.OrgID, personID, week)
	})
}
