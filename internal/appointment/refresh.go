package appointment

import (
	"context"
	"time"

	"parley/internal/fault"
)

// refreshIn is how long a booking waits for calendars elsewhere, those of all
// who are tried together.
const refreshIn = 2 * time.Second

// refresh has a member's calendars elsewhere read again before an appointment
// with them is confirmed: what was on the page may be minutes old. It stands
// before the transaction, never in it; what it finds raises the calendar's
// version, and the rule is judged again. Conflict means that the administrator
// wants no appointment on old knowledge. It takes from the time that is left.
func (a *Appointments) refresh(ctx context.Context, orgID, staffID string, left *time.Duration) error {
	if a.cfg.Refresh == nil {
		return nil
	}
	begun := time.Now()
	err := a.cfg.Refresh(ctx, orgID, staffID, *left)
	*left -= time.Since(begun)
	return err
}

// refreshToMove is refresh for an appointment that moves with the same staff.
func (a *Appointments) refreshToMove(ctx context.Context, ap Appointment, start time.Time) error {
	if ap.Starts.Equal(start) {
		return nil
	}
	left := refreshIn
	err := a.refresh(ctx, ap.OrgID, ap.StaffID, &left)
	if fault.Is(err, fault.Conflict) {
		err = fault.Wrap(fault.Conflict, err, "appointment.taken").At("start")
	}
	return err
}

// refreshTaker is refresh for somebody who is to take an appointment over.
func (a *Appointments) refreshTaker(ctx context.Context, ap Appointment, staffID string) error {
	if ap.StaffID == staffID {
		return nil
	}
	left := refreshIn
	err := a.refresh(ctx, ap.OrgID, staffID, &left)
	if fault.Is(err, fault.Conflict) {
		err = fault.Wrap(fault.Conflict, err, "appointment.reassign.unread").At("staff")
	}
	return err
}
