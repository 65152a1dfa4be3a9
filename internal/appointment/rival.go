package appointment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
)

// A Rival is the appointment that took a time before somebody else could have it.
type Rival struct {
	View
	// ByID and By are who made it take that time: a member, or its client. Both are
	// empty where the program did.
	ByID, By string
	// At is when they did.
	At time.Time
}

// takingVerbs are what makes an appointment take a time, or somebody's time.
var takingVerbs = []string{"appointment.book", "appointment.reschedule", "appointment.reassign"}

const (
	// rivalReach is further than the start of an appointment can lie from a time
	// that it keeps from others.
	rivalReach = longestDuration + 2*longestBuffer
	// rivalsMost is how many appointments in the way are looked at.
	rivalsMost = 5

	standingAround = `SELECT {columns} FROM appointments
WHERE org_id = $1 AND starts_at > $2 AND starts_at < $3 AND state IN ('confirmed', 'arrived', 'in_progress') AND staff_id IN (`
)

// RivalOf finds who was faster than a booking that was refused, as far as the
// member who books may see it. There may be none: somebody's own calendar is
// nobody's appointment.
func (a *Appointments) RivalOf(ctx context.Context, q db.Q, r Request) (Rival, bool, error) {
	s, err := a.Service(ctx, q, r.OrgID, r.ServiceID)
	if err == nil {
		s, err = a.bookedBy(ctx, q, r.By, s)
	}
	if err != nil {
		return Rival{}, false, err
	}
	want := Appointment{OrgID: r.OrgID, Starts: r.Start, Ends: r.Start.Add(s.Duration), BufferBefore: s.BufferBefore, BufferAfter: s.BufferAfter}
	if r.StaffID != "" {
		return a.rival(ctx, q, r.By, want, r.StaffID)
	}
	return a.rival(ctx, q, r.By, want, s.Staff...)
}

// RivalTo finds who was faster than a move of an appointment to another time.
func (a *Appointments) RivalTo(ctx context.Context, q db.Q, by org.Actor, id string, start time.Time) (Rival, bool, error) {
	want, err := a.staffs(ctx, q, by, id)
	if err != nil {
		return Rival{}, false, err
	}
	want.Starts, want.Ends = start, start.Add(want.Span().Duration())
	return a.rival(ctx, q, by, want, append(slices.Clone(want.Beside), want.StaffID)...)
}

// rival is the one that changed last of those that stand in the way: the others
// were there when the times were shown.
func (a *Appointments) rival(ctx context.Context, q db.Q, by org.Actor, want Appointment, staff ...string) (Rival, bool, error) {
	if len(staff) == 0 {
		return Rival{}, false, nil
	}
	all, err := db.All[Appointment](ctx, q, standingAround+db.Params(4, len(staff))+")",
		with(staff, want.OrgID, db.Time(want.Starts.Add(-rivalReach)), db.Time(want.Ends.Add(rivalReach)))...)
	if err != nil {
		return Rival{}, false, err
	}
	all = slices.DeleteFunc(all, func(ap Appointment) bool { return ap.ID == want.ID || !ap.keepsFrom(want) })
	slices.SortFunc(all, func(x, y Appointment) int { return cmp.Or(y.Changed.Compare(x.Changed), cmp.Compare(x.ID, y.ID)) })
	for _, ap := range all[:min(len(all), rivalsMost)] {
		if a.reach(ctx, q, by, ap) == nil {
			return a.told(ctx, q, ap)
		}
	}
	return Rival{}, false, nil
}

// keepsFrom reports whether two appointments cannot both be: each wants what the
// other takes, or the quiet around it.
func (a Appointment) keepsFrom(b Appointment) bool {
	return a.Span().Overlaps(b.whole()) || a.whole().Overlaps(b.Span())
}

// whole is the time of an appointment with the quiet around it.
func (a Appointment) whole() calendar.Span {
	return calendar.Span{Start: a.Starts.Add(-a.BufferBefore), End: a.Ends.Add(a.BufferAfter)}
}

// told says of an appointment who made it take its time.
func (a *Appointments) told(ctx context.Context, q db.Q, ap Appointment) (Rival, bool, error) {
	v, err := a.view(ctx, q, ap)
	if err != nil {
		return Rival{}, false, err
	}
	r := Rival{View: v, At: ap.Booked}
	done, err := a.orgs.Journal(ctx, q, ap.OrgID, org.JournalFilter{Object: "appointment", ObjectID: ap.ID}, org.Page{})
	for _, e := range done {
		if slices.Contains(takingVerbs, e.Verb) {
			r.ByID, r.By, r.At = e.ActorID, e.ActorName, e.At
			break
		}
	}
	return r, true, err
}
