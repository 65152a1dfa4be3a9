package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// A Taker is a member of staff who could take an appointment over, or why not.
type Taker struct {
	Person org.Person
	// Why is the catalogue key of why they cannot take it; empty when they can.
	Why string

	// connection gives the link of a video call that they hold.
	connection string
}

// Free reports whether they can take it.
func (t Taker) Free() bool { return t.Why == "" }

// Why somebody cannot take an appointment over, in the order in which it is asked.
const (
	whyService = "appointment.reassign.why.service"
	whyPlace   = "appointment.reassign.why.place"
	whyLang    = "appointment.reassign.why.lang"
	whyVideo   = "appointment.reassign.why.video"
	whyHours   = "appointment.reassign.why.hours"
	whyBusy    = "appointment.reassign.why.busy"
)

// Takers returns who could take an appointment over as it stands: first those
// who can, in the order in which it is their turn, then the others by name, each
// with the reason why not.
func (a *Appointments) Takers(ctx context.Context, by org.Actor, id string) ([]Taker, error) {
	ap, err := a.staffs(ctx, a.db, by, id)
	if err != nil {
		return nil, err
	}
	return a.takers(ctx, a.db, by, ap, "")
}

// takers judges everybody to whom the actor may give it, or only one: who books
// only within some locations gives the appointments of others to nobody elsewhere,
// whom they could not book for either. Their own anybody may take over.
func (a *Appointments) takers(ctx context.Context, q db.Q, by org.Actor, ap Appointment, only string) ([]Taker, error) {
	staff, err := a.Staff(ctx, q, ap.OrgID)
	if err != nil {
		return nil, err
	}
	everybody, watched, err := a.Watched(ctx, q, by)
	if err != nil {
		return nil, err
	}
	everybody = everybody || ap.StaffID == by.PersonID
	var who ids
	for id := range staff {
		if !everybody && id != by.PersonID && !slices.Contains(watched, id) {
			continue
		}
		if id != ap.StaffID && (only == "" || id == only) {
			who.add(id)
		}
	}
	if len(who.list) == 0 {
		return nil, nil
	}
	people, err := a.orgs.PeopleByID(ctx, q, ap.OrgID, who.list)
	if err != nil {
		return nil, err
	}
	var list []Taker
	for _, id := range who.list {
		if p := people[id]; p.ID != "" && p.Active {
			list = append(list, Taker{Person: p})
		}
	}
	if err := a.judge(ctx, q, ap, list); err != nil {
		return nil, err
	}
	return a.inTurn(ctx, ap, list)
}

// judge fills in who can take it and why not. What the eyes see first is asked
// first: somebody who does not offer the service is not also "busy".
func (a *Appointments) judge(ctx context.Context, q db.Q, ap Appointment, list []Taker) error {
	s, limits, err := a.service(ctx, q, ap.OrgID, ap.ServiceID)
	if err != nil {
		return err
	}
	fits, err := a.suited(ctx, q, s, ap)
	if err != nil {
		return err
	}
	s.Staff = nil
	for i := range list {
		if list[i].Why = fits(list[i].Person.ID); list[i].Why == "" {
			s.Staff = append(s.Staff, list[i].Person.ID)
		}
	}
	fit := s.fit()
	fit.Length, fit.Step = ap.Span().Duration(), time.Minute // the time is agreed already, on whatever raster
	o, err := a.read(ctx, q, ask{service: s, limits: limits, method: ap.Method, location: ap.LocationID, window: moment(ap.Starts), fit: fit})
	if err != nil {
		return err
	}
	o.excuse(ap)
	free := o.free(ap.Starts)
	for i := range list {
		if t := &list[i]; t.Why == "" {
			t.Why, t.connection = o.whyNot(t.Person.ID, ap.Starts, free), o.hosts[t.Person.ID]
		}
	}
	return nil
}

// suited tells who could take it at any time: who offers the service, works at
// the branch and speaks the language. The answer is the reason why not.
func (a *Appointments) suited(ctx context.Context, q db.Q, s Service, ap Appointment) (func(id string) string, error) {
	var there, speaking []string
	var err error
	if ap.LocationID != "" {
		if there, err = db.Values[string](ctx, q, staffOfLocation, ap.OrgID, ap.LocationID); err != nil {
			return nil, err
		}
	}
	if ap.Lang != "" {
		if speaking, err = a.speaking(ctx, q, ap.OrgID, ap.Lang, s.Staff); err != nil {
			return nil, err
		}
	}
	return func(id string) string {
		switch {
		case !slices.Contains(s.Staff, id):
			return whyService
		case ap.LocationID != "" && !slices.Contains(there, id):
			return whyPlace
		case ap.Lang != "" && !slices.Contains(speaking, id):
			return whyLang
		}
		return ""
	}, nil
}

// whyNot says why one of the suited people cannot take it.
func (o offer) whyNot(id string, start time.Time, free []string) string {
	at := slices.Index(o.people, id)
	switch {
	case slices.Contains(free, id):
		return ""
	case at < 0 && o.method == Video:
		return whyVideo
	case at >= 0 && o.bare[at].Unclaimed().CanStart(start, calendar.Fit{Length: o.fit.Length, Step: o.fit.Step}):
		return whyBusy
	}
	return whyHours
}

// inTurn puts those who can first, in the order in which it is fair.
func (a *Appointments) inTurn(ctx context.Context, ap Appointment, list []Taker) ([]Taker, error) {
	var can []string
	for _, c := range list {
		if c.Free() {
			can = append(can, c.Person.ID)
		}
	}
	order, err := a.fair(ctx, Request{Ask: Ask{OrgID: ap.OrgID}, Start: ap.Starts}, can)
	slices.SortFunc(list, func(x, y Taker) int {
		if x.Free() != y.Free() {
			if x.Free() {
				return -1
			}
			return 1
		}
		if x.Free() {
			return slices.Index(order, x.Person.ID) - slices.Index(order, y.Person.ID)
		}
		return byName(x.Person, y.Person)
	})
	return list, err
}

// Reassign gives an appointment to another member of staff, at the same time and
// behind the same join link; with nobody named, to the one whose turn it is. The
// client and both members are told, and each calendar follows.
func (a *Appointments) Reassign(ctx context.Context, by org.Actor, seen Seen, staffID string) (_ Appointment, err error) {
	defer fault.Op(&err, "reassign appointment %s", seen.ID)
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	if staffID != "" {
		return a.reassignTo(ctx, by, seen, before, staffID)
	}
	list, err := a.takers(ctx, a.db, by, before, "")
	if err != nil {
		return before, err
	}
	err = fault.New(fault.Conflict, "appointment.reassign.nobody").At("staff")
	for _, c := range list {
		if !c.Free() {
			break
		}
		after, refused := a.reassignTo(ctx, by, seen, before, c.Person.ID)
		if refused == nil || fault.As(refused).Field != "staff" {
			return after, refused // only a colleague who was taken meanwhile gives way to the next
		}
	}
	return before, err
}

func (a *Appointments) reassignTo(ctx context.Context, by org.Actor, seen Seen, before Appointment, staffID string) (Appointment, error) {
	if err := a.refreshTaker(ctx, before, staffID); err != nil {
		return before, err
	}
	theirs := func(v View) bool { return v.StaffID == staffID }
	return a.change(ctx, before, seen, theirs, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.takeable(tx.Now()); err != nil {
			return v.Appointment, err
		}
		list, err := a.takers(ctx, tx, by, v.Appointment, staffID)
		if err != nil {
			return v.Appointment, err
		}
		if len(list) == 0 {
			return v.Appointment, fault.New(fault.Conflict, "appointment.reassign.gone").At("staff")
		}
		if !list[0].Free() {
			return v.Appointment, fault.New(fault.Conflict, list[0].Why, "Name", list[0].Person.Name).At("staff")
		}
		return a.handOver(ctx, tx, by, v, list[0])
	}, staffID)
}

// takeable reports, as a fault, why nobody else can take it over any more.
func (a Appointment) takeable(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case a.State != Confirmed && a.State != Arrived, !now.Before(a.Ends):
		return fault.New(fault.Conflict, "appointment.begun")
	}
	return nil
}

// CanHandOver reports whether somebody else can still take it over.
func (a Appointment) CanHandOver(now time.Time) bool { return a.takeable(now) == nil }

const saveStaff = `UPDATE appointments SET staff_id = $3, sequence = $4, told = 'appointment.reassigned' WHERE org_id = $1 AND id = $2`

// handOver writes and tells that a colleague has it now.
func (a *Appointments) handOver(ctx context.Context, tx *db.Tx, by org.Actor, v View, to Taker) (Appointment, error) {
	v, err := a.promote(ctx, tx, v, to.Person.ID)
	if err != nil {
		return v.Appointment, err
	}
	m, err := meeting.Change(ctx, tx, v.OrgID, v.MeetingID, func(m *meeting.Meeting) {
		m.HostID, m.CoHosts = to.Person.ID, v.Beside
		if v.Method == Video {
			m.ConnectionID = to.connection
		}
	})
	if err != nil {
		return v.Appointment, err
	}
	v.Meeting, v.Sequence, v.Told = m, m.Sequence, KindReassigned
	was := v
	v.StaffID, v.Staff = to.Person.ID, to.Person
	if _, err := tx.Exec(ctx, saveStaff, v.OrgID, v.ID, v.StaffID, v.Sequence); err != nil {
		return v.Appointment, err
	}
	if _, err := tx.Exec(ctx, moveFollowUps, v.OrgID, v.ID, v.StaffID); err != nil {
		return v.Appointment, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.reassign", "from", was.Staff.Name)); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.tellReassigned(ctx, tx, v, was, by)
}
