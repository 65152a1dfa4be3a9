package appointment

import (
	"context"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// Reschedule moves an appointment to another time with the same staff. The join
// link stays. Moving to where it already is changes nothing. The actor is the
// staff member, somebody of the contact center, or the client whom a signed
// link proves (org.Client).
//
// Colleagues move with it. One who is busy then is a Conflict that names them;
// a client is moved without them, since whom the staff brought is not theirs to
// look after.
func (a *Appointments) Reschedule(ctx context.Context, by org.Actor, seen Seen, start time.Time) (Appointment, error) {
	return a.reschedule(ctx, by, seen, start, false)
}

// RescheduleWithout is Reschedule without the colleagues who are busy then: they
// are told that they are not expected any more.
func (a *Appointments) RescheduleWithout(ctx context.Context, by org.Actor, seen Seen, start time.Time) (Appointment, error) {
	return a.reschedule(ctx, by, seen, start, true)
}

func (a *Appointments) reschedule(ctx context.Context, by org.Actor, seen Seen, start time.Time, leave bool) (_ Appointment, err error) {
	defer fault.Op(&err, "reschedule appointment %s", seen.ID)
	start = start.UTC().Truncate(time.Microsecond)
	before, err := a.mayChange(ctx, by, seen)
	if err != nil {
		return before, err
	}
	if err := a.refreshToMove(ctx, before, start); err != nil {
		return before, err
	}
	var after Appointment
	err = a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		if err != nil {
			return err
		}
		after = v.Appointment
		if err := v.changeable(tx.Now()); err != nil {
			return err
		}
		if v.Starts.Equal(start) {
			after.Version--
			return errSame
		}
		if err := v.unseen(seen); err != nil {
			return err
		}
		if err := a.judgeMove(ctx, tx, by, v, start); err != nil {
			return err
		}
		if v, err = a.bringColleagues(ctx, tx, by, v, start, leave); err != nil {
			return err
		}
		after, err = a.move(ctx, tx, by, v, start)
		return err
	})
	return after, err
}

// judgeMove applies the rules of booking to the new time.
func (a *Appointments) judgeMove(ctx context.Context, tx *db.Tx, by org.Actor, v View, start time.Time) error {
	if err := checkStart(start, v.Service, tx.Now(), by.PersonID == v.ClientID); err != nil {
		return err.At("start")
	}
	k, err := a.askToMove(ctx, tx, v.Appointment)
	if err != nil {
		return err
	}
	k.window = moment(start)
	o, err := a.read(ctx, tx, k)
	if err != nil || len(o.free(start)) == 1 {
		return err
	}
	return o.refusal(start)
}

func (a *Appointments) move(ctx context.Context, tx *db.Tx, by org.Actor, v View, start time.Time) (Appointment, error) {
	old := v.Starts
	v.Appointment = v.step(Confirmed, tx.Now()) // who had come for the old time has not come for the new one
	v.Late, v.LateAt, v.Delay, v.DelayAt, v.Told = 0, time.Time{}, 0, time.Time{}, KindMoved
	v.Starts, v.Ends = start, start.Add(v.Span().Duration())
	m, err := meeting.Move(ctx, tx, v.OrgID, v.MeetingID, v.Span())
	if err != nil {
		return v.Appointment, err
	}
	if m, err = a.asShown(ctx, tx, m, meeting.Ready, meeting.ReasonOldTime); err != nil {
		return v.Appointment, err
	}
	v.Meeting, v.Sequence = m, m.Sequence
	if _, err := tx.Exec(ctx, saveTime, v.OrgID, v.ID, db.Time(v.Starts), db.Time(v.Ends), v.Sequence); err != nil {
		return v.Appointment, err
	}
	e := v.entry(by, "appointment.reschedule", "from", old.Format(time.RFC3339))
	if err := org.Record(ctx, tx, e); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.tellMoved(ctx, tx, v)
}

// Cancel calls an appointment off; the staff member's time is free again.
// Cancelling what is cancelled changes nothing and is no error.
func (a *Appointments) Cancel(ctx context.Context, by org.Actor, seen Seen, reason string) (_ Appointment, err error) {
	defer fault.Op(&err, "cancel appointment %s", seen.ID)
	reason = strings.TrimSpace(reason)
	if f := checkText(reason, textMax); f != nil {
		return Appointment{}, f.At("reason")
	}
	before, err := a.mayChange(ctx, by, seen)
	if err != nil {
		return before, err
	}
	cancelled := func(v View) bool { return v.State == Cancelled }
	return a.change(ctx, before, seen, cancelled, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.changeable(tx.Now()); err != nil {
			return v.Appointment, err
		}
		return a.callOff(ctx, tx, by, v, reason)
	})
}

func (a *Appointments) callOff(ctx context.Context, tx *db.Tx, by org.Actor, v View, reason string) (Appointment, error) {
	m, err := meeting.Cancel(ctx, tx, v.OrgID, v.MeetingID)
	if err != nil {
		return v.Appointment, err
	}
	v.Meeting, v.Sequence, v.State, v.Reason = m, m.Sequence, Cancelled, reason
	if _, err := tx.Exec(ctx, saveCancelled, v.OrgID, v.ID, reason, v.Sequence); err != nil {
		return v.Appointment, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.cancel", "reason", reason)); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.tellCancelled(ctx, tx, v, by)
}
