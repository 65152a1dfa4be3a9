package appointment

import (
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

// Colleague is the role of another member whom the staff invited. They hold the
// appointment together: it takes their time too, and at the vendor they may run
// the call. Pages of clients never ask for this role.
const Colleague GuestRole = "colleague"

// ColleaguesMost is how many can be there beside the staff.
const ColleaguesMost = 5

// A party is everybody who was invited to one appointment.
type party []Guest

// along are those whom the client asked.
func (p party) along() []Guest { return p.having(func(g Guest) bool { return g.Role != Colleague }) }

// colleagues are those whom the staff asked.
func (p party) colleagues() []Guest {
	return p.having(func(g Guest) bool { return g.Role == Colleague && g.State == Invited })
}

func (p party) having(is func(Guest) bool) (list []Guest) {
	for _, g := range p {
		if is(g) {
			list = append(list, g)
		}
	}
	return list
}

// colleague is the invitation of a member, if they are invited.
func (v View) colleague(personID string) (Guest, bool) {
	i := slices.IndexFunc(v.Colleagues, func(g Guest) bool { return g.PersonID == personID })
	if i < 0 {
		return Guest{}, false
	}
	return v.Colleagues[i], true
}

// CanInviteColleague reports whether somebody else can still be asked to be there.
func (v View) CanInviteColleague(now time.Time) bool { return v.inviting(now) == nil }

// inviting reports, as a fault, why no colleague can be invited any more. During
// the appointment one can: that is when a second opinion is wanted.
func (v View) inviting(now time.Time) error {
	if err := v.methodOpen(now); err != nil {
		return err
	}
	if len(v.Beside) >= ColleaguesMost {
		return fault.New(fault.Conflict, "appointment.colleague.many", "Max", ColleaguesMost).At("colleague")
	}
	return nil
}

const (
	saveBeside    = `UPDATE appointments SET beside = $3 WHERE org_id = $1 AND id = $2`
	invitationsOf = `SELECT g.appointment_id FROM appointment_guests g
JOIN appointments a ON a.org_id = g.org_id AND a.id = g.appointment_id
WHERE g.org_id = $1 AND g.person_id = $2 AND g.role = 'colleague' AND g.state = 'invited' AND a.starts_at >= $3 AND a.starts_at < $4 LIMIT 500`
)

// InviteColleague has another member be there beside the staff: it takes their
// time, stands in their schedule, and whatever becomes of the appointment is told
// to them too. Who is not matched at the vendor of a video call joins by the link
// like everybody else. Inviting who is invited changes nothing.
func (a *Appointments) InviteColleague(ctx context.Context, by org.Actor, seen Seen, personID string) (_ Appointment, err error) {
	defer fault.Op(&err, "invite a colleague to appointment %s", seen.ID)
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	if err := a.refreshColleague(ctx, before.OrgID, personID); err != nil {
		return before, err
	}
	there := func(v View) bool {
		_, there := v.colleague(personID)
		return there
	}
	return a.change(ctx, before, seen, there, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.inviting(tx.Now()); err != nil {
			return v.Appointment, err
		}
		who, err := a.invitable(ctx, tx, v, personID)
		if err != nil {
			return v.Appointment, err
		}
		return a.joinIn(ctx, tx, by, v, who)
	}, personID)
}

// refreshColleague has a member's calendars elsewhere read before they are asked.
// What cannot be read keeps nobody from inviting a colleague, who can decline.
func (a *Appointments) refreshColleague(ctx context.Context, orgID, personID string) error {
	left := refreshIn
	if err := a.refresh(ctx, orgID, personID, &left); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// invitable is the member, if they can be there.
func (a *Appointments) invitable(ctx context.Context, tx *db.Tx, v View, personID string) (org.Person, error) {
	p, err := a.orgs.Person(ctx, tx, v.OrgID, personID)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && (p.Kind != org.KindMember || !p.Active || p.ID == v.ClientID):
		return p, fault.New(fault.Invalid, "appointment.colleague.unknown").At("colleague")
	case err != nil:
		return p, err
	case p.ID == v.StaffID:
		return p, fault.New(fault.Invalid, "appointment.colleague.staff", "Name", p.Name).At("colleague")
	}
	busy, err := a.engaged(ctx, tx, v, v.Span(), p.ID)
	if err == nil && len(busy) > 0 {
		err = fault.New(fault.Conflict, "appointment.colleague.busy", "Name", p.Name).At("colleague")
	}
	return p, err
}

// engaged returns who of these members has something else on, is off, or is busy
// elsewhere in a span. Hours are not asked: a colleague comes as a favour.
func (a *Appointments) engaged(ctx context.Context, tx *db.Tx, v View, span calendar.Span, people ...string) (busy []string, err error) {
	if len(people) == 0 {
		return nil, nil
	}
	outlines, err := calendar.Outlines(ctx, tx, v.OrgID, people, span)
	if err != nil {
		return nil, err
	}
	for _, id := range people {
		o := outlines[id]
		away := slices.ContainsFunc(o.Off, func(off calendar.TimeOff) bool { return off.Span.Overlaps(span) }) || slices.ContainsFunc(o.Busy, span.Overlaps)
		held := calendar.Holds(ctx, tx, v.OrgID, id, span, 0, 0, v.MeetingID)
		if held != nil && !fault.Is(held, fault.Conflict) {
			return nil, held
		}
		if away || held != nil {
			busy = append(busy, id)
		}
	}
	return busy, nil
}

// joinIn writes and tells that a colleague will be there.
func (a *Appointments) joinIn(ctx context.Context, tx *db.Tx, by org.Actor, v View, who org.Person) (Appointment, error) {
	g := Guest{OrgID: v.OrgID, ID: db.NewID(), AppointmentID: v.ID, PersonID: who.ID, Role: Colleague, State: Invited, Invited: tx.Now(), Changed: tx.Now(), Person: who}
	if err := db.Insert(ctx, tx, "appointment_guests", &g); err != nil {
		return v.Appointment, err
	}
	v.Colleagues = append(slices.Clone(v.Colleagues), g)
	v, err := a.saveBeside(ctx, tx, v)
	if err != nil {
		return v.Appointment, err
	}
	if err := a.coHost(ctx, tx, &v); err != nil {
		return v.Appointment, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.colleague.invite", "colleague", who.Name)); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.tellJoined(ctx, tx, by, v, g)
}

// saveBeside writes who is there into the appointment itself, which is what its
// verbs touch.
func (a *Appointments) saveBeside(ctx context.Context, tx *db.Tx, v View) (View, error) {
	v.Beside = make([]string, 0, len(v.Colleagues))
	for _, g := range v.Colleagues {
		v.Beside = append(v.Beside, g.PersonID)
	}
	slices.Sort(v.Beside)
	_, err := tx.Exec(ctx, saveBeside, v.OrgID, v.ID, db.JSON[[]string]{To: &v.Beside})
	return v, err
}

// coHost has the meeting take the time of those who are there, and make them
// co-organizers where the vendor knows them. The entries of client and staff do
// not say who else is there, so their sequence stays.
func (a *Appointments) coHost(ctx context.Context, tx *db.Tx, v *View) error {
	m, err := meeting.Change(ctx, tx, v.OrgID, v.MeetingID, func(m *meeting.Meeting) { m.CoHosts = v.Beside })
	if err == nil {
		v.Meeting = m
	}
	return err
}

// DropColleague says that a colleague will not be there after all. Colleagues may
// say so themselves. Who is not invited any more is left alone.
func (a *Appointments) DropColleague(ctx context.Context, by org.Actor, seen Seen, personID string) (_ Appointment, err error) {
	defer fault.Op(&err, "drop a colleague from appointment %s", seen.ID)
	before, may, err := a.attended(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	if !may && by.PersonID != personID {
		return before, fault.New(fault.NotFound, "appointment.unknown")
	}
	gone := func(v View) bool {
		_, there := v.colleague(personID)
		return !there
	}
	return a.change(ctx, before, seen, gone, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.methodOpen(tx.Now()); err != nil {
			return v.Appointment, err
		}
		g, _ := v.colleague(personID)
		v, err := a.leave(ctx, tx, by, v, g)
		return v.Appointment, err
	})
}

// leave ends a colleague's invitation, gives their time back and tells them and
// the staff, whoever of them did not do it.
func (a *Appointments) leave(ctx context.Context, tx *db.Tx, by org.Actor, v View, g Guest) (View, error) {
	v, err := a.uninvite(ctx, tx, v, g)
	if err != nil {
		return v, err
	}
	if err := a.coHost(ctx, tx, &v); err != nil {
		return v, err
	}
	if err := a.ringWaiting(ctx, tx, v.OrgID, g.PersonID); err != nil {
		return v, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.colleague.drop", "colleague", g.Person.Name)); err != nil {
		return v, err
	}
	return v, a.tellLeft(ctx, tx, by, v, g)
}

// uninvite is the view without an invitation, as it is saved.
func (a *Appointments) uninvite(ctx context.Context, tx *db.Tx, v View, g Guest) (View, error) {
	if _, err := tx.Exec(ctx, saveGuest, v.OrgID, g.ID, Removed, db.Time(tx.Now())); err != nil {
		return v, err
	}
	v.Colleagues = slices.DeleteFunc(slices.Clone(v.Colleagues), func(c Guest) bool { return c.ID == g.ID })
	return a.saveBeside(ctx, tx, v)
}

// promote ends the invitation of a colleague who takes the appointment over: what
// they have in their calendar from now on is the entry of its staff.
func (a *Appointments) promote(ctx context.Context, tx *db.Tx, v View, personID string) (View, error) {
	g, there := v.colleague(personID)
	if !there {
		return v, nil
	}
	now, err := a.uninvite(ctx, tx, v, g)
	if err != nil {
		return v, err
	}
	return now, a.endEntry(ctx, tx, now, g, "promoted")
}

// bringColleagues has the colleagues come to the new time too. Who is busy then is
// named as a fault, or left behind where that was asked for, as it is for every
// client who moves.
func (a *Appointments) bringColleagues(ctx context.Context, tx *db.Tx, by org.Actor, v View, start time.Time, leave bool) (View, error) {
	busy, err := a.engaged(ctx, tx, v, calendar.Span{Start: start, End: start.Add(v.Span().Duration())}, v.Beside...)
	if err != nil || len(busy) == 0 {
		return v, err
	}
	var names []string
	for _, id := range busy {
		g, _ := v.colleague(id)
		names = append(names, g.Person.Name)
	}
	if !leave && by.PersonID != v.ClientID {
		return v, fault.New(fault.Conflict, "appointment.colleague.move", "Count", len(names), "Names", strings.Join(names, ", ")).At("start")
	}
	for _, id := range busy {
		g, _ := v.colleague(id)
		if v, err = a.leave(ctx, tx, by, v, g); err != nil {
			return v, err
		}
	}
	return v, nil
}

// excuse takes the appointment itself out of the sheets of those who are there
// beside its staff: it does not keep them from taking it over.
func (o *offer) excuse(ap Appointment) {
	for i, id := range o.people {
		if slices.Contains(ap.Beside, id) {
			o.sheets[i] = o.sheets[i].Without(ap.Span().Stretch())
		}
	}
}

// ringFor has the waiting list look at the time of all who hold an appointment.
func (a *Appointments) ringFor(ctx context.Context, tx *db.Tx, v View) error {
	for _, id := range append([]string{v.StaffID}, v.Beside...) {
		if err := a.ringWaiting(ctx, tx, v.OrgID, id); err != nil {
			return err
		}
	}
	return nil
}

// Attend returns an appointment to a member who may see it: who may change it, and
// a colleague who was invited, who may join the call and write notes. May says
// which. To everybody else it does not exist.
func (a *Appointments) Attend(ctx context.Context, q db.Q, by org.Actor, id string) (v View, may bool, err error) {
	ap, may, err := a.attended(ctx, q, by, id)
	if err != nil {
		return v, may, err
	}
	v, err = a.view(ctx, q, ap)
	return v, may, err
}

// attended reads an appointment for what a colleague may do too.
func (a *Appointments) attended(ctx context.Context, q db.Q, by org.Actor, id string) (ap Appointment, may bool, err error) {
	ap, err = a.staffs(ctx, q, by, id)
	if fault.Is(err, fault.NotFound) && by.SignedIn() && by.OrgID == ap.OrgID && slices.Contains(ap.Beside, by.PersonID) {
		return ap, false, nil
	}
	return ap, err == nil, err
}

// Invitable are the active members who could be invited to an appointment, by
// name. Whether they are free is asked when they are.
func (a *Appointments) Invitable(ctx context.Context, q db.Q, v View) ([]org.Person, error) {
	people, err := a.orgs.People(ctx, q, v.OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: watchableMost})
	return slices.DeleteFunc(people, func(p org.Person) bool {
		return p.ID == v.StaffID || p.ID == v.ClientID || slices.Contains(v.Beside, p.ID)
	}), err
}

// withInvitations adds to what is looked for the appointments of others to which
// the one whose schedule it is was invited.
func (a *Appointments) withInvitations(ctx context.Context, q db.Q, by org.Actor, f ScheduleFilter, window calendar.Span) (ScheduleFilter, error) {
	whose := f.StaffID
	if whose == "" && !by.May(org.UseContactCenter) {
		whose = by.PersonID
	}
	if whose == "" {
		return f, nil
	}
	var err error
	f.beside, err = db.Values[string](ctx, q, invitationsOf, by.OrgID, whose, db.Time(window.Start), db.Time(window.End))
	return f, err
}

// held leaves what a member holds, or was invited to.
func (f ScheduleFilter) held(s *search, personID string) {
	if len(f.beside) == 0 {
		s.add(" AND a.staff_id = " + s.arg(personID))
		return
	}
	s.add(" AND (a.staff_id = " + s.arg(personID) + " OR a.id IN (" + s.list(f.beside) + "))")
}
