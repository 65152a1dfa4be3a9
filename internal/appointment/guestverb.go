package appointment

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	guestsOfAll  = `SELECT {columns} FROM appointment_guests WHERE org_id = $1 AND state <> 'removed' AND appointment_id IN (`
	guestByID    = `SELECT {columns} FROM appointment_guests WHERE org_id = $1 AND id = $2`
	guestsEverOf = `SELECT COUNT(*) FROM appointment_guests WHERE org_id = $1 AND appointment_id = $2 AND role <> 'colleague'`
	// addressOf is the e-mail address of person $2, whatever name is typed with it;
	// who has none shares it with nobody.
	addressOf   = `(SELECT email_folded FROM people WHERE org_id = $1 AND id = $2 AND email_folded <> '')`
	guestsSince = `SELECT COUNT(*) FROM appointment_guests g JOIN people p ON p.org_id = g.org_id AND p.id = g.person_id
WHERE g.org_id = $1 AND p.org_id = $1 AND p.email_folded = ` + addressOf + ` AND g.invited_at > $3 AND g.role <> 'colleague'`
	saveGuest  = `UPDATE appointment_guests SET state = $3, changed_at = $4 WHERE org_id = $1 AND id = $2 AND state = 'invited'`
	eraseGuest = `DELETE FROM appointment_guests WHERE org_id = $1 AND person_id = $2`
)

// guestsOf reads who comes along to appointments of one organization, with two
// queries however many they are.
func (a *Appointments) guestsOf(ctx context.Context, q db.Q, orgID string, all []Appointment) (map[string]party, error) {
	var of, people ids
	for _, ap := range all {
		of.add(ap.ID)
	}
	list, err := db.All[Guest](ctx, q, guestsOfAll+db.Params(2, len(of.list))+") ORDER BY id", with(of.list, orgID)...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	for _, g := range list {
		people.add(g.PersonID)
	}
	known, err := a.orgs.PeopleByID(ctx, q, orgID, people.list)
	by := map[string]party{}
	for _, g := range list {
		g.Person = known[g.PersonID]
		by[g.AppointmentID] = append(by[g.AppointmentID], g)
	}
	return by, err
}

// ComingAlong counts, for each of some appointments, those whom the client brings.
// Who brings nobody is not in it.
func (a *Appointments) ComingAlong(ctx context.Context, q db.Q, orgID string, list []Brief) (map[string]int, error) {
	var of ids
	for _, b := range list {
		of.add(b.ID)
	}
	if len(of.list) == 0 {
		return nil, nil
	}
	all, err := db.All[Guest](ctx, q, guestsOfAll+db.Params(2, len(of.list))+")", with(of.list, orgID)...)
	by := map[string]int{}
	for _, g := range all {
		if g.Role != Colleague && g.State == Invited {
			by[g.AppointmentID]++
		}
	}
	return by, err
}

// bringAlong writes the guests of a booking that is being made. They are told
// with everybody else.
func (a *Appointments) bringAlong(ctx context.Context, tx *db.Tx, ap Appointment, wishes []GuestWish) (list []Guest, err error) {
	for i, w := range wishes {
		g, err := a.addGuest(ctx, tx, ap, w)
		if err != nil {
			return nil, atGuest(err, i)
		}
		list = append(list, g)
	}
	return list, nil
}

// atGuest says at which of the guests a fault is.
func atGuest(err error, i int) error {
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		return f.At(fmt.Sprintf("guest.%d.email", i))
	}
	return err
}

func (a *Appointments) addGuest(ctx context.Context, tx *db.Tx, ap Appointment, w GuestWish) (g Guest, err error) {
	if g.Person, err = a.orgs.AddOrFindClient(ctx, tx, ap.OrgID, w.Name, w.Email, "", w.Lang, ""); err != nil {
		return g, err
	}
	if g.Person.ID == ap.ClientID {
		return g, fault.New(fault.Invalid, "appointment.guest.self")
	}
	n, err := db.Value[int64](ctx, tx, guestsSince, ap.OrgID, g.Person.ID, db.Time(tx.Now().Add(-24*time.Hour)))
	if err == nil && n >= guestsADay {
		err = fault.New(fault.Invalid, "appointment.guest.often")
	}
	if err != nil {
		return g, err
	}
	g.OrgID, g.ID, g.AppointmentID, g.PersonID = ap.OrgID, db.NewID(), ap.ID, g.Person.ID
	g.Role, g.State, g.Invited, g.Changed = w.Role, Invited, tx.Now(), tx.Now()
	return g, db.Insert(ctx, tx, "appointment_guests", &g)
}

// InviteGuest asks somebody more to come along. They get the invitation, and the
// staff are told.
func (a *Appointments) InviteGuest(ctx context.Context, by org.Actor, seen Seen, w GuestWish) (g Guest, err error) {
	defer fault.Op(&err, "invite a guest to appointment %s", seen.ID)
	list := tidyGuests([]GuestWish{w})
	if len(list) == 0 {
		list = []GuestWish{w}
	}
	if err := checkGuests(list).Err(); err != nil {
		return g, err
	}
	err = a.alter(ctx, by, seen, func(ctx context.Context, tx *db.Tx, v View) error {
		for _, there := range v.Guests {
			if there.State == Invited && db.Fold(there.Person.Email) == db.Fold(list[0].Email) && db.Fold(there.Person.Name) == db.Fold(list[0].Name) {
				g = there // pressed twice
				return nil
			}
		}
		if err := roomForGuest(ctx, tx, v); err != nil {
			return err
		}
		if g, err = a.addGuest(ctx, tx, v.Appointment, list[0]); err != nil {
			return atGuest(err, 0)
		}
		v.Guests = append(v.Guests, g)
		if err := org.Record(ctx, tx, v.entry(by, "appointment.guest.invite", "guest", g.PersonID)); err != nil {
			return err
		}
		return a.tellInvited(ctx, tx, v, g)
	})
	return g, err
}

// roomForGuest reports, as a fault, that nobody more may be invited.
func roomForGuest(ctx context.Context, tx *db.Tx, v View) error {
	ever, err := db.Value[int64](ctx, tx, guestsEverOf, v.OrgID, v.ID)
	switch {
	case err != nil:
		return err
	case len(v.Coming()) >= GuestsMost:
		return fault.New(fault.Invalid, "appointment.guest.many", "Max", GuestsMost).At("guest.0.name")
	case ever >= guestsEver:
		return fault.New(fault.Invalid, "appointment.guest.ever").At("guest.0.name")
	}
	return nil
}

// RemoveGuest takes an invitation back; the guest and the staff are told. Who is
// not invited any more is left alone.
func (a *Appointments) RemoveGuest(ctx context.Context, by org.Actor, seen Seen, guestID string) (err error) {
	defer fault.Op(&err, "remove guest %s", guestID)
	return a.alter(ctx, by, seen, func(ctx context.Context, tx *db.Tx, v View) error {
		if g, ok := v.guest(guestID); ok {
			return a.endGuest(ctx, tx, by, v, g, Removed)
		}
		g, err := db.One[Guest](ctx, tx, guestByID, v.OrgID, guestID)
		if err != nil || g.AppointmentID != v.ID || g.Role == Colleague {
			return fault.Wrap(fault.NotFound, err, "appointment.guest.unknown")
		}
		return nil // removed before
	})
}

// DeclineGuest says that a guest cannot come: the client and the staff are told,
// and the entry leaves the guest's calendar. The signed link of their invitation
// proves who they are.
func (a *Appointments) DeclineGuest(ctx context.Context, orgID, personID, guestID string) (err error) {
	defer fault.Op(&err, "decline as guest %s", guestID)
	g, err := a.guestOf(ctx, a.db, orgID, personID, guestID)
	if err != nil || g.State != Invited {
		return err
	}
	before, err := a.appointment(ctx, a.db, orgID, g.AppointmentID)
	if err != nil {
		return err
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		if err := cmp.Or(err, v.changeable(tx.Now())); err != nil {
			return err
		}
		now, ok := v.guest(guestID)
		if !ok {
			return nil
		}
		return a.endGuest(ctx, tx, org.Client(now.Person), v, now, Declined)
	})
}

// endGuest ends an invitation once and tells who has to know.
func (a *Appointments) endGuest(ctx context.Context, tx *db.Tx, by org.Actor, v View, g Guest, to GuestState) error {
	n, err := tx.Exec(ctx, saveGuest, v.OrgID, g.ID, to, db.Time(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	verb := map[GuestState]string{Removed: "appointment.guest.remove", Declined: "appointment.guest.decline"}[to]
	if err := org.Record(ctx, tx, v.entry(by, verb, "guest", g.PersonID)); err != nil {
		return err
	}
	g.State = to
	return a.tellUninvited(ctx, tx, v, g)
}

// alter runs a change of an appointment that has not begun, for who may.
func (a *Appointments) alter(ctx context.Context, by org.Actor, seen Seen, do func(context.Context, *db.Tx, View) error) error {
	before, err := a.mayChange(ctx, by, seen)
	if err != nil {
		return err
	}
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		if err != nil {
			return err
		}
		if err := cmp.Or(v.changeable(tx.Now()), v.unseen(seen)); err != nil {
			return err
		}
		return do(ctx, tx, v)
	})
}

func (v View) guest(id string) (Guest, bool) {
	for _, g := range v.Guests {
		if g.ID == id {
			return g, true
		}
	}
	return Guest{}, false
}

// guestOf is an invitation, to the one who was invited.
func (a *Appointments) guestOf(ctx context.Context, q db.Q, orgID, personID, id string) (Guest, error) {
	g, err := db.One[Guest](ctx, q, guestByID, orgID, id)
	if err != nil {
		return g, unknown(err, "appointment.guest.unknown")
	}
	if personID == "" || g.PersonID != personID || g.Role == Colleague {
		return Guest{}, fault.New(fault.NotFound, "appointment.guest.unknown")
	}
	return g, nil
}

// ForGuest returns an invitation with what a guest may see of the appointment:
// neither the answers and notes of the client, nor who else comes.
func (a *Appointments) ForGuest(ctx context.Context, q db.Q, orgID, personID, id string) (Guest, View, error) {
	g, err := a.guestOf(ctx, q, orgID, personID, id)
	if err != nil {
		return g, View{}, err
	}
	v, err := a.Get(ctx, q, orgID, g.AppointmentID)
	if err != nil {
		return g, v, err
	}
	if g.Person, err = a.orgs.Person(ctx, q, orgID, g.PersonID); err != nil {
		return g, v, err
	}
	v.Answers, v.Notes, v.Reason, v.Guests = nil, "", "", nil
	v.Client.Email, v.Client.Phone = "", ""
	return g, v, nil
}
