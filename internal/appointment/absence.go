package appointment

import (
	"context"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const strandedOf = `SELECT {columns} FROM appointments
WHERE org_id = $1 AND staff_id = $2 AND starts_at > $3 AND starts_at < $4 AND ends_at > $5
AND state IN ('confirmed', 'arrived') ORDER BY starts_at, id LIMIT 500`

// Stranded returns the appointments of a member of staff that stand and would
// not be kept if the member were away in a span, in order of time. What goes on
// already is not among them.
func (a *Appointments) Stranded(ctx context.Context, q db.Q, orgID, staffID string, away calendar.Span) ([]View, error) {
	all, err := db.All[Appointment](ctx, q, strandedOf, orgID, staffID,
		db.Time(away.Start.Add(-longestDuration)), db.Time(away.End), db.Time(away.Start))
	if err != nil {
		return nil, err
	}
	return a.views(ctx, q, orgID, all)
}

// A Remedy is what is done about an appointment that its staff cannot keep.
type Remedy string

// The remedies.
const (
	// Keep leaves it as it is.
	Keep Remedy = "keep"
	// HandOver reassigns it to a colleague who is free.
	HandOver Remedy = "reassign"
	// AskClient asks the client to choose another time.
	AskClient Remedy = "ask"
)

// A Plan is what is to be done about one appointment.
type Plan struct {
	Seen
	Remedy Remedy
	// StaffID is who takes it over; empty means whose turn it is.
	StaffID string
}

// An Outcome is what became of a plan. An Err says that nothing was changed.
type Outcome struct {
	Plan
	After Appointment
	Err   error
}

// Settle does what was planned, each in a transaction of its own: what fails
// leaves the others done, and is told.
func (a *Appointments) Settle(ctx context.Context, by org.Actor, plans []Plan) []Outcome {
	list := make([]Outcome, len(plans))
	for i, c := range plans {
		list[i].Plan = c
		switch c.Remedy {
		case HandOver:
			list[i].After, list[i].Err = a.Reassign(ctx, by, c.Seen, c.StaffID)
		case AskClient:
			list[i].After, list[i].Err = a.AskAnotherTime(ctx, by, c.Seen)
		default:
			list[i].Remedy = Keep
			list[i].After, list[i].Err = a.staffs(ctx, a.db, by, c.ID)
		}
	}
	return list
}

// AskAnotherTime asks the client to choose another time by the link that they
// manage the appointment with. It stands, and keeps its time, until they do.
func (a *Appointments) AskAnotherTime(ctx context.Context, by org.Actor, seen Seen) (_ Appointment, err error) {
	defer fault.Op(&err, "ask the client of appointment %s for another time", seen.ID)
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	var after Appointment
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		after = v.Appointment
		if err != nil {
			return err
		}
		if err := v.unseen(seen); err != nil {
			return err
		}
		if err := v.choosable(tx.Now()); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, v.entry(by, "appointment.choose")); err != nil {
			return err
		}
		return a.tellChoose(ctx, tx, v)
	})
	return after, err
}

// choosable reports, as a fault, why the client can choose no other time.
func (a Appointment) choosable(now time.Time) error {
	if err := a.changeable(now); err != nil {
		return err
	}
	if a.State != Confirmed {
		return fault.New(fault.Conflict, "appointment.choose.early")
	}
	return nil
}
