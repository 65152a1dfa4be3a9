package diary

import (
	"context"

	"parley/internal/appointment"
	"parley/internal/calendar"
)

// readDue reads what the reader has still to do, beside their own schedule.
func (d *Diary) readDue(ctx context.Context, v *View) (err error) {
	if v.own() {
		v.due, err = d.Appointments.FollowUps(ctx, d.Orgs.Read(), v.me.OrgID, v.me.PersonID, v.today())
	}
	return err
}

// dueWord says until when a follow-up was to be done.
func (v *View) dueWord(t appointment.Task) (text string, late bool) {
	day, err := calendar.ParseDate(t.Due)
	if err != nil || day == v.today() {
		return v.r.T("schedule.due.today"), false
	}
	return v.r.T("schedule.due.since", "Day", v.r.ShortDate(day.In(v.r.Zone).Start)), true
}
