package appointment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
)

// KindDelay tells the client, and all who are there beside the staff, that the
// staff run late.
const KindDelay = "appointment.delay"

const saveDelay = `UPDATE appointments SET staff_late_minutes = $3, staff_late_at = $4, staff_late_said = staff_late_said + 1 WHERE org_id = $1 AND id = $2`

// CanSayDelay reports whether it is time to say that the staff run late.
func (a Appointment) CanSayDelay(now time.Time) bool { return a.delayable(now) == nil }

func (a Appointment) delayable(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case a.State == InProgress:
		return fault.New(fault.Conflict, "appointment.begun")
	case !a.State.Standing() || !now.Before(a.Ends):
		return fault.New(fault.Conflict, "appointment.over")
	case now.Before(a.Starts.Add(-lateOpens)):
		return fault.New(fault.Conflict, "appointment.delay.early")
	}
	return nil
}

// Behind is how late the staff will be, while a client waits for them.
func (a Appointment) Behind(now time.Time) (time.Duration, bool) {
	return a.Delay, a.Delay > 0 && (a.State == Confirmed || a.State == Arrived) && now.Before(a.Ends.Add(a.Delay))
}

// RunBehind says that the staff of an appointment run late by one of Lateness: the
// client is told at once, and all who come along. Saying another length later
// changes it; saying the same again changes nothing. The actor is the staff, or
// the contact center for them.
func (a *Appointments) RunBehind(ctx context.Context, by org.Actor, seen Seen, late time.Duration) (_ Appointment, err error) {
	defer fault.Op(&err, "say that the staff of appointment %s run late", seen.ID)
	if !slices.Contains(Lateness(), late) {
		return Appointment{}, fault.New(fault.Invalid, "appointment.delay.choose").At(LateMinutes)
	}
	before, err := a.staffs(ctx, a.db, by, seen.ID)
	if err != nil {
		return before, err
	}
	said := func(v View) bool { return v.Delay == late }
	return a.change(ctx, before, seen, said, func(ctx context.Context, tx *db.Tx, v View) (Appointment, error) {
		if err := v.delayable(tx.Now()); err != nil {
			return v.Appointment, err
		}
		if v.delaySaid >= latesMost {
			return v.Appointment, fault.New(fault.Conflict, "appointment.delay.often")
		}
		return a.saveDelay(ctx, tx, by, v, late)
	})
}

func (a *Appointments) saveDelay(ctx context.Context, tx *db.Tx, by org.Actor, v View, late time.Duration) (Appointment, error) {
	v.Delay, v.DelayAt = late, tx.Now()
	if _, err := tx.Exec(ctx, saveDelay, v.OrgID, v.ID, db.Minutes(v.Delay), db.Time(v.DelayAt)); err != nil {
		return v.Appointment, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.delay", "minutes", strconv.Itoa(int(late.Minutes())))); err != nil {
		return v.Appointment, err
	}
	// Before the newest word, an older one that has not left is of no use.
	if err := a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindDelay); err != nil {
		return v.Appointment, err
	}
	return v.Appointment, a.cfg.Notify.Tell(ctx, tx, v.delayNotices()...)
}

// delayNotices tell each of those who wait, with the way that is theirs.
func (v View) delayNotices() (list []notify.Notice) {
	tell := func(to string, actions []card.Action) {
		list = append(list, notify.Notice{
			OrgID: v.OrgID, Key: fmt.Sprintf("appointment:%s:delay:%d:%s", v.ID, v.Version, to), Kind: KindDelay, Urgency: notify.Action,
			To: []string{to}, About: v.ID, Until: v.Ends.Add(v.Delay), Card: delayCard(v, actions),
		})
	}
	tell(v.ClientID, v.clientActions())
	for _, g := range v.Coming() {
		tell(g.PersonID, append(v.joinAction(), card.Action{Label: card.Say("appointment.guest.card.open"), Path: GuestPath, Signed: true, Object: g.ID}))
	}
	for _, g := range v.Colleagues {
		tell(g.PersonID, v.besideActions())
	}
	return list
}

// delayCard says how late the staff will be, and when that is. The agreed time
// stays what it was.
func delayCard(v View, actions []card.Action) card.Card {
	says := func(key string) card.Text {
		return card.Say("appointment.delay.card."+key, card.Person("Staff", v.StaffID, v.Staff.Name), card.Duration("Late", v.Delay), card.String("Service", v.Service.Name))
	}
	return card.Card{
		Kind: KindDelay, Title: says("title"), Subject: ref(says("subject")),
		Lead:    []card.Text{says("lead." + string(v.Method))},
		Facts:   v.facts(v.when(), fact("expected", card.Instant("", v.Starts.Add(v.Delay), v.Zone)), v.withStaff(), v.where()),
		Actions: actions,
	}
}
