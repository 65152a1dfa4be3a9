package appointment

import (
	"context"
	"errors"
	"slices"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	placesOf  = `SELECT location_id FROM location_staff WHERE org_id = $1 AND person_id = $2`
	membersAt = `SELECT DISTINCT person_id FROM location_staff WHERE org_id = $1 AND location_id IN (`
)

// reach is the one place that decides whose an appointment is: of its client, of
// its staff, and of the contact center, as far as the role of the actor goes. To
// everybody else it does not exist.
func (a *Appointments) reach(ctx context.Context, q db.Q, by org.Actor, ap Appointment) error {
	switch {
	case by.OrgID != ap.OrgID || !by.SignedIn():
		return fault.New(fault.NotFound, "appointment.unknown")
	case by.PersonID == ap.ClientID, by.PersonID == ap.StaffID:
		return nil
	}
	everywhere, scopes := by.Scopes(org.UseContactCenter)
	if everywhere || ap.LocationID != "" && slices.Contains(scopes, ap.LocationID) {
		return nil
	}
	if len(scopes) > 0 {
		places, err := db.Values[string](ctx, q, placesOf, ap.OrgID, ap.StaffID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(places, func(id string) bool { return slices.Contains(scopes, id) }) {
			return nil
		}
	}
	return fault.New(fault.NotFound, "appointment.unknown")
}

// Open returns an appointment to a member who may see and change it: its staff,
// or the contact center within its locations. To everybody else, its client
// among them, it does not exist.
func (a *Appointments) Open(ctx context.Context, q db.Q, by org.Actor, id string) (View, error) {
	ap, err := a.staffs(ctx, q, by, id)
	if err != nil {
		return View{}, err
	}
	return a.view(ctx, q, ap)
}

// staffs reads an appointment for a verb that only members do.
func (a *Appointments) staffs(ctx context.Context, q db.Q, by org.Actor, id string) (Appointment, error) {
	ap, err := a.appointment(ctx, q, by.OrgID, id)
	if err != nil {
		return Appointment{}, err
	}
	if by.PersonID == ap.ClientID && by.PersonID != ap.StaffID {
		return Appointment{}, fault.New(fault.NotFound, "appointment.unknown")
	}
	return ap, a.reach(ctx, q, by, ap)
}

// mayChange reads an appointment and refuses who may not change it.
func (a *Appointments) mayChange(ctx context.Context, by org.Actor, seen Seen) (Appointment, error) {
	ap, err := a.appointment(ctx, a.db, by.OrgID, seen.ID)
	if err != nil {
		return Appointment{}, err
	}
	return ap, a.reach(ctx, a.db, by, ap)
}

// Watched returns whose schedules the actor may look at beside their own: those
// of everybody, or those of the members at the locations of their role.
func (a *Appointments) Watched(ctx context.Context, q db.Q, by org.Actor) (everybody bool, staff []string, err error) {
	everybody, scopes := by.Scopes(org.UseContactCenter)
	if everybody || len(scopes) == 0 {
		return everybody, nil, nil
	}
	staff, err = db.Values[string](ctx, q, membersAt+db.Params(2, len(scopes))+")", with(scopes, by.OrgID)...)
	return false, staff, err
}

// errSame ends the transaction of a change that is there already.
var errSame = errors.New("it is so already")

// once runs the transaction of a verb. What is so already is not done again: the
// transaction leaves nothing behind, so that nobody else finds the appointment
// changed.
func (a *Appointments) once(ctx context.Context, do func(context.Context, *db.Tx) error) error {
	if err := a.db.Tx(ctx, do); !errors.Is(err, errSame) {
		return err
	}
	return nil
}

// change is the frame of a verb: it locks an appointment and all whose time it
// concerns, and does what is to be done if it still is as the actor saw it. What is
// so already changes nothing and is no error. More are the people who are concerned
// beside the present staff.
func (a *Appointments) change(ctx context.Context, before Appointment, seen Seen, already func(View) bool,
	do func(context.Context, *db.Tx, View) (Appointment, error), more ...string) (after Appointment, err error) {
	err = a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before, more...)
		if err != nil {
			return err
		}
		if after = v.Appointment; already(v) {
			after.Version-- // the transaction ends, and with it what touch raised
			return errSame
		}
		if err := v.unseen(seen); err != nil {
			return err
		}
		after, err = do(ctx, tx, v)
		return err
	})
	return after, err
}

// touch locks the calendars of all concerned, colleagues among them, and then the appointment, and reads
// all that stands around it. Who was read before only says whose calendar to
// touch; if that has changed meanwhile, nothing is done. More are the people who
// are concerned beside the present staff.
func (a *Appointments) touch(ctx context.Context, tx *db.Tx, before Appointment, more ...string) (View, error) {
	if err := calendar.Touch(ctx, tx, before.OrgID, slices.Concat([]string{before.StaffID}, before.Beside, more)...); err != nil {
		return View{}, err
	}
	ap, err := db.One[Appointment](ctx, tx, touchAppointment, before.OrgID, before.ID, db.Time(tx.Now()))
	if err != nil {
		return View{}, unknown(err, "appointment.unknown")
	}
	if ap.StaffID != before.StaffID || !slices.Equal(ap.Beside, before.Beside) {
		return View{}, fault.New(fault.Conflict, "appointment.changed")
	}
	return a.view(ctx, tx, ap)
}
