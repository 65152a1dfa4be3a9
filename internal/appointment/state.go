package appointment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	// dayOpens is how long before its start the day of an appointment begins:
	// nobody has arrived for tomorrow's.
	dayOpens = 12 * time.Hour
	// undoFor is how long a step can be taken back.
	undoFor = 24 * time.Hour
)

// Standing reports whether it is agreed, and not over.
func (s State) Standing() bool { return s == Confirmed || s == Arrived || s == InProgress }

// Ended reports whether it took place, or would have, had the client come.
func (s State) Ended() bool { return s == Served || s == NoShow }

// forward are the steps of a usual day. Staff who forgot to press may go on from
// Confirmed as from Arrived. Cancelling is a verb of its own.
var forward = map[State][]State{
	Confirmed:  {Arrived, InProgress, Served, NoShow},
	Arrived:    {InProgress, Served, NoShow},
	InProgress: {Served},
}

// back is the state before the last step; empty when there was none, or when it
// is too long ago to be a slip of the finger.
func (a Appointment) back(now time.Time) State {
	before := Confirmed
	if !a.Arrived.IsZero() && a.State != Arrived {
		before = Arrived
	}
	at := a.Arrived
	switch a.State {
	case InProgress:
		at = a.Begun
	case Served, NoShow:
		at = a.Ended
		if !a.Begun.IsZero() {
			before = InProgress
		}
	case Confirmed, Cancelled:
		return ""
	}
	if now.Sub(at) > undoFor {
		return ""
	}
	return before
}

// Steps returns the states that can follow now, the most likely first, and the
// one to which the last step can be taken back, if it can.
func (a Appointment) Steps(now time.Time) (next []State, back State) {
	for _, s := range forward[a.State] {
		if a.stepTo(s, now) == nil {
			next = append(next, s)
		}
	}
	return next, a.back(now)
}

// stepTo reports, as a fault, why a state cannot follow.
func (a Appointment) stepTo(to State, now time.Time) error {
	if a.State == Cancelled {
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	}
	undo := to != "" && a.back(now) == to
	allowed := undo || slices.Contains(forward[a.State], to)
	switch {
	case !allowed && to == Confirmed && a.State != Confirmed:
		return fault.New(fault.Conflict, "appointment.state.late")
	case !allowed:
		return fault.New(fault.Conflict, "appointment.state.order."+string(a.State))
	case undo:
		return nil
	case now.Before(a.Starts.Add(-dayOpens)):
		return fault.New(fault.Conflict, "appointment.state.early")
	case to == NoShow && now.Before(a.Starts), to == Served && a.State != InProgress && now.Before(a.Starts):
		return fault.New(fault.Conflict, "appointment.state.unbegun")
	}
	return nil
}

// step is the appointment in its next state, or in the one before. When it
// became so is kept, and forgotten when it is taken back.
func (a Appointment) step(to State, now time.Time) Appointment {
	a.State = to
	switch to {
	case Confirmed:
		a.Arrived, a.Begun, a.Ended = time.Time{}, time.Time{}, time.Time{}
	case Arrived:
		if a.Arrived.IsZero() {
			a.Arrived = now
		}
		a.Begun, a.Ended = time.Time{}, time.Time{}
	case InProgress:
		if a.Begun.IsZero() {
			a.Begun = now
		}
		a.Ended = time.Time{}
	case Served, NoShow:
		a.Ended = now
	}
	return a
}

const saveState = `UPDATE appointments SET state = $3, arrived_at = $4, begun_at = $5, ended_at = $6 WHERE org_id = $1 AND id = $2`

// SetState says how far an appointment has come, or takes the last step back. A
// state that cannot follow is refused and changes nothing; pressing twice is no
// error. Who is there needs no reminder, so that those still due are withdrawn.
func (a *Appointments) SetState(ctx context.Context, by org.Actor, seen Seen, to State) (_ Appointment, err error) {
	defer fault.Op(&err, "set the state of appointment %s", seen.ID)
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	there := func(v View) bool { return v.State == to }
	return a.change(ctx, before, seen, there, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.stepTo(to, tx.Now()); err != nil {
			return v.Appointment, err
		}
		after := v.step(to, tx.Now())
		return after, a.saveStep(ctx, tx, by, v, after)
	})
}

func (a *Appointments) saveStep(ctx context.Context, tx *db.Tx, by org.Actor, v View, after Appointment) error {
	if _, err := tx.Exec(ctx, saveState, v.OrgID, v.ID, after.State, db.Time(after.Arrived), db.Time(after.Begun), db.Time(after.Ended)); err != nil {
		return err
	}
	from := v.State
	v.Appointment = after
	if err := org.Record(ctx, tx, v.entry(by, "appointment.state."+string(after.State), "from", string(from))); err != nil {
		return err
	}
	switch {
	case from == Confirmed:
		return a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindReminder)
	case after.State == Confirmed:
		return a.cfg.Notify.Tell(ctx, tx, v.remind(tx.Now(), ":again:"+strconv.FormatInt(v.Version, 10))...)
	}
	return nil
}
