package appointment

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// To is where an appointment is held after its method changed.
type To struct {
	// LocationID is the branch, for an appointment in person.
	LocationID string
	// Phone is the number that is called; empty means the client's own.
	Phone string
}

// ChangeMethod changes how the client and the staff meet, or only the branch or
// the number. The time stays. A video room comes and goes with it, the join link
// stays and says how the appointment is held now. It can be done while the
// appointment goes on: when a call fails, people telephone.
func (a *Appointments) ChangeMethod(ctx context.Context, by org.Actor, seen Seen, m Method, to To) (_ Appointment, err error) {
	defer fault.Op(&err, "change the method of appointment %s", seen.ID)
	to.Phone = strings.TrimSpace(to.Phone)
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	var after Appointment
	err = a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		after = v.Appointment
		if err != nil {
			return err
		}
		next, err := a.held(ctx, tx, v, m, to)
		if err == nil && next.Method == v.Method && next.Meeting.Place == v.Meeting.Place && next.LocationID == v.LocationID {
			after.Version--
			return errSame
		}
		if err := cmp.Or(v.unseen(seen), v.methodOpen(tx.Now()), err); err != nil {
			return err
		}
		after, err = a.holdBy(ctx, tx, by, v, next)
		return err
	})
	return after, err
}

// methodOpen reports, as a fault, why its method cannot be changed any more.
func (a Appointment) methodOpen(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case !a.State.Standing() || !now.Before(a.Ends):
		return fault.New(fault.Conflict, "appointment.over")
	}
	return nil
}

// CanChangeMethod reports whether it can still be held another way.
func (a Appointment) CanChangeMethod(now time.Time) bool { return a.methodOpen(now) == nil }

// held is the appointment as it would be held by the method, or why it cannot be.
func (a *Appointments) held(ctx context.Context, tx *db.Tx, v View, m Method, to To) (View, error) {
	if m != v.Method && !v.Service.Offers(m) {
		return v, fault.New(fault.Invalid, "appointment.method.unavailable").At("method")
	}
	was := v.LocationID
	v.Method, v.LocationID, v.Location, v.Meeting.Place, v.Meeting.Mode = m, "", Location{}, "", modes[m]
	switch m {
	case Video:
		return a.heldByVideo(ctx, tx, v)
	case Phone:
		phone := cmp.Or(to.Phone, v.Client.Phone)
		if f := checkPhone(phone); f != nil {
			return v, f.At("phone")
		}
		v.Meeting.Place = phone
		return v, nil
	}
	v, err := a.heldAt(ctx, tx, v, to.LocationID)
	if err != nil || v.LocationID == was {
		return v, err
	}
	return v, a.worksThere(ctx, tx, v)
}

// worksThere wants the staff to be at the branch for all of its time, as booking
// does. The time that the appointment itself takes is free for it.
func (a *Appointments) worksThere(ctx context.Context, tx *db.Tx, v View) error {
	k, err := a.askToMove(ctx, tx, v.Appointment)
	if err != nil {
		return err
	}
	k.window, k.fit.Step = moment(v.Starts), time.Minute // the time is agreed already, on whatever raster
	o, err := a.read(ctx, tx, k)
	if err != nil || len(o.free(v.Starts)) == 1 {
		return err
	}
	return fault.New(fault.Invalid, "appointment.method.not_there", "Name", v.Staff.Name, "Place", v.Location.Name).At("location")
}

func (a *Appointments) heldByVideo(ctx context.Context, tx *db.Tx, v View) (View, error) {
	if v.Meeting.ConnectionID != "" {
		return v, nil // it is by video already
	}
	hosts, err := a.cfg.CanHost(ctx, tx, v.OrgID, []string{v.StaffID})
	if err != nil {
		return v, err
	}
	if v.Meeting.ConnectionID = hosts[v.StaffID]; v.Meeting.ConnectionID == "" {
		return v, fault.New(fault.Invalid, "appointment.method.no_video", "Name", v.Staff.Name).At("method")
	}
	return v, nil
}

// heldAt wants a branch that is open for it and where the staff work.
func (a *Appointments) heldAt(ctx context.Context, tx *db.Tx, v View, locationID string) (View, error) {
	if locationID == "" {
		return v, fault.New(fault.Invalid, "appointment.location.missing").At("location")
	}
	l, err := a.Location(ctx, tx, v.OrgID, locationID)
	if fault.Is(err, fault.NotFound) || err == nil && !l.Active {
		return v, fault.New(fault.Invalid, "appointment.location.unavailable").At("location")
	}
	if err != nil {
		return v, err
	}
	if !slices.Contains(l.Staff, v.StaffID) {
		return v, fault.New(fault.Invalid, "appointment.method.no_place", "Name", v.Staff.Name, "Place", l.Name).At("location")
	}
	open, err := l.openFor(v.Span())
	if err == nil && !open {
		err = fault.New(fault.Invalid, "appointment.method.shut", "Place", l.Name).At("location")
	}
	v.LocationID, v.Location, v.Meeting.Place = l.ID, l, l.Where()
	return v, err
}

// openFor reports whether the branch is open for all of a span.
func (l Location) openFor(span calendar.Span) (bool, error) {
	line, err := l.openWithin(calendar.Span{Start: span.Start.Add(-24 * time.Hour), End: span.End.Add(24 * time.Hour)})
	want := span.Stretch()
	return slices.ContainsFunc(line, func(s calendar.Stretch) bool { return s.From <= want.From && want.To <= s.To }), err
}

const saveMethod = `UPDATE appointments SET method = $3, location_id = $4, sequence = $5, told = 'appointment.method' WHERE org_id = $1 AND id = $2`

func (a *Appointments) holdBy(ctx context.Context, tx *db.Tx, by org.Actor, was, v View) (Appointment, error) {
	m, err := meeting.Change(ctx, tx, v.OrgID, v.MeetingID, func(m *meeting.Meeting) {
		m.Mode, m.Place, m.ConnectionID = v.Meeting.Mode, v.Meeting.Place, v.Meeting.ConnectionID
	})
	if err != nil {
		return was.Appointment, err
	}
	v.Meeting, v.Sequence, v.Told = m, m.Sequence, KindMethod
	if _, err := tx.Exec(ctx, saveMethod, v.OrgID, v.ID, v.Method, v.LocationID, v.Sequence); err != nil {
		return v.Appointment, err
	}
	e := v.entry(by, "appointment.method."+string(v.Method), "from", string(was.Method), "place", v.Meeting.Place)
	if err := org.Record(ctx, tx, e); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.tellMethod(ctx, tx, v)
}
