package diary

import (
	"slices"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web/ui"
)

// there reports whether a member holds an appointment, or was invited to it.
func there(b appointment.Brief, personID string) bool {
	return b.StaffID == personID || slices.Contains(b.Beside, personID)
}

// mayChange reports whether an appointment is the reader's to change, and not
// only one to which they were invited.
func (v *View) mayChange(b appointment.Brief) bool {
	everywhere, scopes := v.me.Scopes(org.UseContactCenter)
	return everywhere || b.StaffID == v.me.PersonID || len(scopes) > 0 && !slices.Contains(b.Beside, v.me.PersonID)
}

// with says whose appointment it is, in the schedule of a colleague.
func (v *View) with(b appointment.Brief) string {
	return v.r.T("schedule.beside", "Name", v.staff(b))
}

// eventOf is an appointment in the column of somebody who is there: with a name of
// its own and the one who holds it, where it is a colleague's.
func (v *View) eventOf(b appointment.Brief, p org.Person, d calendar.Date) ui.GridEvent {
	e := v.event(b, d)
	if b.StaffID == p.ID {
		return e
	}
	e.Detail = v.with(b) + " · " + e.Detail
	e.Marks = append(e.Marks, ui.GridMark{Icon: "people", Tone: ui.Info, Word: v.with(b)}) // a short one has no room for its detail
	if v.many() {
		e.ID += "-" + p.ID
	}
	e.Move, e.MoveHref, e.MoveLabel = "", "", "" // it is moved where it is held
	return e
}

// chipOf is an appointment on the row of somebody who is there.
func (v *View) chipOf(b appointment.Brief, personID string) ui.Chip {
	c := v.face.chip(b)
	if b.StaffID != personID {
		c.Word += ", " + v.with(b)
	}
	return c
}

// books reports whether the reader books appointments: who offers a service, and
// the contact center.
func (v *View) books() bool {
	return v.me.May(org.UseContactCenter) || slices.ContainsFunc(v.services, func(s appointment.Service) bool {
		return s.Active && slices.Contains(s.Staff, v.me.PersonID)
	})
}
