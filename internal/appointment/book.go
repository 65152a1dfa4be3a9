package appointment

import (
	"context"
	"errors"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// errTwin ends the transaction of a form that was booked by its twin a moment before.
var errTwin = errors.New("the same form was booked a moment ago")

// Book books an appointment. What is wrong with the form comes back as a fault
// for each field; a slot that is gone is fault.Conflict "appointment.taken" (see
// Alternatives). The same form sent twice gives the same appointment.
func (a *Appointments) Book(ctx context.Context, r Request) (Appointment, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return Appointment{}, err
	}
	s, limits, err := a.service(ctx, a.db, r.OrgID, r.ServiceID)
	if err != nil {
		return Appointment{}, err
	}
	if !s.Active {
		return Appointment{}, fault.New(fault.NotFound, "appointment.service.unknown")
	}
	if s, err = a.bookedBy(ctx, a.db, r.By, s); err != nil {
		return Appointment{}, err
	}
	r = r.tidy()
	if err := a.introduce(ctx, a.db, &r); err != nil {
		return Appointment{}, err
	}
	where, nowhere, err := a.located(ctx, a.db, &r.Ask, s)
	if err != nil {
		return Appointment{}, err
	}
	wrong := r.check(s, now, nowhere)
	if done, ok, err := booked(ctx, a.db, r); ok || err != nil {
		return done, err // a form that was booked is booked, whatever has changed since
	}
	if wrong != nil {
		return Appointment{}, wrong
	}
	o, err := a.read(ctx, a.db, r.of(s, limits, moment(r.Start)))
	if err != nil {
		return Appointment{}, err
	}
	return a.bookAny(ctx, r, o, where)
}

// booked finds the appointment that the same form already made.
func booked(ctx context.Context, q db.Q, r Request) (Appointment, bool, error) {
	if r.Key == "" {
		return Appointment{}, false, nil
	}
	done, err := db.One[Appointment](ctx, q, byFormKey, r.OrgID, r.formKey())
	if fault.Is(err, fault.NotFound) {
		return Appointment{}, false, nil
	}
	return done, err == nil, err
}

// moment is the window that holds one start and nothing else.
func moment(start time.Time) calendar.Span {
	return calendar.Span{Start: start, End: start.Add(time.Microsecond)}
}

// bookAny tries those who are free, the fairest first, in one transaction each.
// Trying several in one would lock them in the order of fairness, and two such
// transactions could wait for each other.
func (a *Appointments) bookAny(ctx context.Context, r Request, o offer, where Location) (Appointment, error) {
	if len(o.people) == 0 && r.Lang != "" {
		return Appointment{}, fault.New(fault.Invalid, "appointment.lang.nobody").At("lang")
	}
	if len(o.people) == 0 && r.Method == Video {
		return Appointment{}, fault.New(fault.Invalid, "appointment.video.nobody").At("method")
	}
	order, err := a.fair(ctx, r, o.free(r.Start))
	if err != nil {
		return Appointment{}, err
	}
	s, err := a.stage(ctx, r, order)
	if err != nil {
		return Appointment{}, err
	}
	s.location = where
	err = o.refusal(r.Start)
	left := refreshIn
	for _, staff := range order {
		var done Appointment
		if err = a.refresh(ctx, r.OrgID, staff, &left); err == nil {
			done, err = a.bookWith(ctx, r, o, s, staff)
		}
		if err == nil {
			return done, nil
		}
		if !fault.Is(err, fault.Conflict) && !errors.Is(err, errTwin) {
			return Appointment{}, err
		}
	}
	if fault.Is(err, fault.Conflict) && fault.As(err).Key != "appointment.taken" {
		err = fault.Wrap(fault.Conflict, err, "appointment.taken").At("start")
	}
	return a.twin(ctx, r, err)
}

// twin looks whether who was refused was refused because of their own form,
// sent twice. It looks inside a transaction: the twin may not be committed yet,
// and is when this one is.
func (a *Appointments) twin(ctx context.Context, r Request, refusal error) (done Appointment, err error) {
	if r.Key == "" {
		return Appointment{}, refusal
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, ok, err := booked(ctx, tx, r)
		if err == nil && !ok {
			err = refusal
		}
		done = found
		return err
	})
	return done, err
}

// fair puts those who are free in the order in which it is their turn.
func (a *Appointments) fair(ctx context.Context, r Request, ids []string) ([]string, error) {
	if len(ids) < 2 {
		return ids, nil
	}
	const around = 84 * time.Hour // half a week
	loads, err := db.All[load](ctx, a.db, loadsOf(len(ids)), with(ids, r.OrgID, db.Time(r.Start.Add(-around)), db.Time(r.Start.Add(around)))...)
	return spread(loads), err
}

// A stage is what the cards of a booking speak of beside it, read before any
// transaction begins.
type stage struct {
	organization org.Organization
	location     Location
	staff        map[string]org.Person
}

func (a *Appointments) stage(ctx context.Context, r Request, staff []string) (s stage, err error) {
	if s.organization, err = a.orgs.Organization(ctx, a.db, r.OrgID); err != nil {
		return s, err
	}
	s.staff, err = a.orgs.PeopleByID(ctx, a.db, r.OrgID, staff)
	return s, err
}

// bookWith books with one member of staff. The rule was judged on what was read
// before; the touch tells whether that still stands, and if it does not, it is
// read and judged again under the lock.
func (a *Appointments) bookWith(ctx context.Context, r Request, o offer, s stage, staff string) (done Appointment, err error) {
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		version, err := calendar.TouchOne(ctx, tx, r.OrgID, staff)
		if err != nil {
			return err
		}
		if version != o.version(staff)+1 {
			if err := a.judgeAgain(ctx, tx, o, staff, r.Start); err != nil {
				return err
			}
		}
		v, err := a.write(ctx, tx, r, o, s.view(o.service, staff))
		if err != nil {
			return err
		}
		done = v.Appointment
		if err := org.Record(ctx, tx, v.entry(r.actor(v.Client), "appointment.book")); err != nil {
			return err
		}
		return a.tellBooked(ctx, tx, v)
	})
	return done, err
}

// judgeAgain reads one person's time, and whether they still offer the service,
// inside the transaction that holds it: who left, or does something else now, has
// not only other hours.
func (a *Appointments) judgeAgain(ctx context.Context, tx *db.Tx, o offer, staff string, start time.Time) error {
	again := o.ask
	again.staff = staff
	s, limits, err := a.service(ctx, tx, o.service.OrgID, o.service.ID)
	if err != nil {
		return err
	}
	if again.limits = limits; s.Active && slices.Contains(s.Staff, staff) {
		fresh, err := a.read(ctx, tx, again)
		if err != nil || len(fresh.free(start)) == 1 {
			return err
		}
	}
	return fault.New(fault.Conflict, "appointment.taken").At("start")
}

// view is the booking before there is one.
func (s stage) view(service Service, staff string) View {
	return View{Service: service, Organization: s.organization, Location: s.location, Staff: s.staff[staff]}
}

// write makes the client, the appointment and the agreed meeting.
func (a *Appointments) write(ctx context.Context, tx *db.Tx, r Request, o offer, v View) (_ View, err error) {
	if v.Client, err = a.client(ctx, tx, r); err != nil {
		return v, err
	}
	v.Appointment = r.appointment(o.service, v.Staff.ID, v.Client.ID, tx.Now())
	added, err := db.InsertCount(ctx, tx, "appointments", &v.Appointment, insertOnce)
	if err != nil {
		return v, err
	}
	if added == 0 {
		return v, errTwin
	}
	if v.Meeting, err = meeting.Book(ctx, tx, r.meeting(v, o.hosts[v.Staff.ID])); err != nil {
		return v, err
	}
	v.Guests, err = a.bringAlong(ctx, tx, v.Appointment, r.Guests)
	return v, err
}

// client is who it is for: the one who is named, else whoever goes by that name
// and address.
func (a *Appointments) client(ctx context.Context, tx *db.Tx, r Request) (org.Person, error) {
	if r.ClientID != "" {
		return a.orgs.Client(ctx, tx, r.OrgID, r.ClientID)
	}
	c := r.Client
	return a.orgs.AddOrFindClient(ctx, tx, r.OrgID, c.Name, c.Email, c.Phone, c.Lang, c.Zone)
}

// appointment is the booking that a request asks for.
func (r Request) appointment(s Service, staff, client string, now time.Time) Appointment {
	a := Appointment{
		OrgID: r.OrgID, ID: db.NewID(), ServiceID: s.ID, StaffID: staff, ClientID: client, MeetingID: db.NewID(),
		Method: r.Method, LocationID: r.LocationID, Lang: r.Lang, Starts: r.Start, Ends: r.Start.Add(s.Duration), BufferBefore: s.BufferBefore, BufferAfter: s.BufferAfter,
		Zone: r.Client.Zone, Answers: answered(s, r.Answers), Notes: r.Notes, State: Confirmed, Source: FromClient,
		Booked: now, Changed: now, Version: 1, formKey: r.formKey(),
	}
	if r.By.SignedIn() {
		a.Source = FromStaff
	}
	if a.formKey == "" {
		a.formKey = a.ID
	}
	return a
}

// meeting is the agreed time behind the booking.
func (r Request) meeting(v View, connection string) meeting.Meeting {
	m := meeting.Meeting{
		OrgID: v.OrgID, ID: v.MeetingID, Kind: Kind, OwnerID: v.ID, Title: v.Service.Name + ": " + v.Client.Name,
		Starts: v.Starts, Ends: v.Ends, Zone: v.Zone, Mode: modes[v.Method], HostID: v.StaffID, Lobby: v.Service.Lobby, Presenters: v.Service.Presenters, Lang: v.Client.Lang,
	}
	switch v.Method {
	case Video:
		m.ConnectionID = connection
	case InPerson:
		m.Place = v.Location.Where()
	case Phone:
		m.Place = r.Client.Phone
	}
	return m
}

// actor is who books.
func (r Request) actor(client org.Person) org.Actor {
	if r.By.SignedIn() {
		return r.By
	}
	return org.Client(client)
}

// Kind is what meetings of appointments call their owner.
const Kind = "appointment"
