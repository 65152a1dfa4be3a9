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

// unableMost is how many of those who cannot take an appointment over are named.
const unableMost = 50

// offersElse counts the members who offer services, but not this one. What else
// is asked of them is added to it.
const offersElse = `SELECT COUNT(DISTINCT s.person_id) FROM service_staff s
JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
WHERE s.org_id = $1 AND p.active AND s.person_id <> $2
AND NOT EXISTS (SELECT 1 FROM service_staff o WHERE o.org_id = s.org_id AND o.service_id = $3 AND o.person_id = s.person_id)`

// offersAny counts what an active member offers.
const offersAny = `SELECT COUNT(*) FROM service_staff s JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
WHERE s.org_id = $1 AND s.person_id = $2 AND p.active`

// Takers returns who could take an appointment over as it stands: first all who
// can, in the order in which it is their turn, then some of those who offer the
// service and cannot, by name, each with the reason why not. More counts all
// others to whom the actor may give appointments.
func (a *Appointments) Takers(ctx context.Context, by org.Actor, id string) (list []Taker, more int, err error) {
	ap, err := a.staffs(ctx, a.db, by, id)
	if err != nil {
		return nil, 0, err
	}
	if list, err = a.takers(ctx, by, ap); err != nil {
		return nil, 0, err
	}
	first := slices.IndexFunc(list, func(t Taker) bool { return !t.Free() })
	if cut := first + unableMost; first >= 0 && cut < len(list) {
		list, more = list[:cut], len(list)-cut
	}
	others, err := a.elsewhere(ctx, by, ap)
	return list, more + others, err
}

// elsewhere counts the staff who do not offer the service of an appointment, as
// far as the actor may give it to them.
func (a *Appointments) elsewhere(ctx context.Context, by org.Actor, ap Appointment) (int, error) {
	s := &search{args: []any{ap.OrgID, ap.StaffID, ap.ServiceID}}
	s.add(offersElse)
	if everybody, scopes := by.Scopes(org.UseContactCenter); !everybody && ap.StaffID != by.PersonID {
		s.add(" AND (s.person_id = " + s.arg(by.PersonID))
		if len(scopes) > 0 {
			s.add(" OR s.person_id IN (" + thoseAt + s.list(scopes) + "))")
		}
		s.add(")")
	}
	n, err := db.Value[int64](ctx, a.db, s.String(), s.args...)
	return int(n), err
}

// takers judges those who offer the service, as far as the actor may give it to
// them, and puts those who can first.
func (a *Appointments) takers(ctx context.Context, by org.Actor, ap Appointment) ([]Taker, error) {
	s, limits, err := a.service(ctx, a.db, ap.OrgID, ap.ServiceID)
	if err != nil {
		return nil, err
	}
	may, err := a.givesTo(ctx, a.db, by, ap)
	if err != nil {
		return nil, err
	}
	var who []string
	for _, id := range s.Staff {
		if may(id) {
			who = append(who, id)
		}
	}
	list, err := a.judge(ctx, a.db, ap, s, limits, who)
	if err != nil {
		return nil, err
	}
	return a.inTurn(ctx, ap, list)
}

// taker judges one member. Who offers nothing, or is out of the actor's reach, is
// gone.
func (a *Appointments) taker(ctx context.Context, tx *db.Tx, by org.Actor, ap Appointment, id string) (Taker, error) {
	may, err := a.givesTo(ctx, tx, by, ap)
	if err != nil {
		return Taker{}, err
	}
	offers, err := db.Value[int64](ctx, tx, offersAny, ap.OrgID, id)
	if err != nil {
		return Taker{}, err
	}
	if offers == 0 || !may(id) {
		return Taker{}, fault.New(fault.Conflict, "appointment.reassign.gone").At("staff")
	}
	s, limits, err := a.service(ctx, tx, ap.OrgID, ap.ServiceID)
	if err != nil {
		return Taker{}, err
	}
	list, err := a.judge(ctx, tx, ap, s, limits, []string{id})
	if err != nil {
		return Taker{}, err
	}
	return list[0], nil
}

// givesTo tells to whom the actor may give an appointment: who books only within
// some locations gives those of others to nobody elsewhere, whom they could not
// book for either. Their own anybody may take over.
func (a *Appointments) givesTo(ctx context.Context, q db.Q, by org.Actor, ap Appointment) (func(id string) bool, error) {
	everybody, watched, err := a.Watched(ctx, q, by)
	everybody = everybody || ap.StaffID == by.PersonID
	among := setOf(append(watched, by.PersonID))
	return func(id string) bool { return id != ap.StaffID && (everybody || among[id]) }, err
}

// judge says of members who can take it and why not. What the eyes see first is
// asked first: somebody who does not offer the service is not also "busy".
func (a *Appointments) judge(ctx context.Context, q db.Q, ap Appointment, s Service, limits map[string]int, who []string) ([]Taker, error) {
	if len(who) == 0 {
		return nil, nil
	}
	people, err := a.orgs.PeopleByID(ctx, q, ap.OrgID, who)
	if err != nil {
		return nil, err
	}
	fits, err := a.suited(ctx, q, s, ap)
	if err != nil {
		return nil, err
	}
	list := make([]Taker, len(who))
	s.Staff = nil
	for i, id := range who {
		list[i] = Taker{Person: people[id], Why: fits(id)}
		if list[i].Free() {
			s.Staff = append(s.Staff, id)
		}
	}
	fit := s.fit()
	fit.Length, fit.Step = ap.Span().Duration(), time.Minute // the time is agreed already, on whatever raster
	o, err := a.read(ctx, q, ask{service: s, limits: limits, method: ap.Method, location: ap.LocationID, window: moment(ap.Starts), fit: fit})
	if err != nil {
		return nil, err
	}
	o.excuse(ap)
	why := o.whyNot(ap.Starts)
	for i := range list {
		if t := &list[i]; t.Free() {
			t.Why, t.connection = why(t.Person.ID), o.hosts[t.Person.ID]
		}
	}
	return list, nil
}

// suited tells who could take it at any time: who offers the service, works at
// the branch and speaks the language. The answer is the reason why not.
func (a *Appointments) suited(ctx context.Context, q db.Q, s Service, ap Appointment) (func(id string) string, error) {
	offering := setOf(s.Staff)
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
	atPlace, inLang := setOf(there), setOf(speaking)
	return func(id string) string {
		switch {
		case !offering[id]:
			return whyService
		case ap.LocationID != "" && !atPlace[id]:
			return whyPlace
		case ap.Lang != "" && !inLang[id]:
			return whyLang
		}
		return ""
	}, nil
}

// setOf is for asking many times who is in a long list.
func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// whyNot says why each of the suited people cannot take it.
func (o offer) whyNot(start time.Time) func(id string) string {
	free, at := setOf(o.free(start)), make(map[string]int, len(o.people))
	for i, id := range o.people {
		at[id] = i
	}
	return func(id string) string {
		i, asked := at[id]
		switch {
		case free[id]:
			return ""
		case !asked && o.method == Video:
			return whyVideo
		case asked && o.bare[i].Unclaimed().CanStart(start, calendar.Fit{Length: o.fit.Length, Step: o.fit.Step}):
			return whyBusy
		}
		return whyHours
	}
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
	turn := make(map[string]int, len(list))
	for i, id := range order {
		turn[id] = i
	}
	slices.SortFunc(list, func(x, y Taker) int {
		if x.Free() != y.Free() {
			if x.Free() {
				return -1
			}
			return 1
		}
		if x.Free() {
			return turn[x.Person.ID] - turn[y.Person.ID]
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
	list, err := a.takers(ctx, by, before)
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
		to, err := a.taker(ctx, tx, by, v.Appointment, staffID)
		if err != nil {
			return v.Appointment, err
		}
		if !to.Free() {
			return v.Appointment, fault.New(fault.Conflict, to.Why, "Name", to.Person.Name).At("staff")
		}
		return a.handOver(ctx, tx, by, v, to)
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
	if m, err = a.asShown(ctx, tx, m, meeting.AtRisk, meeting.ReasonOldHosts); err != nil {
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
