package appointment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"parley/internal/calendar"
	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
)

const (
	// LateVerb is the deed of a client who runs late. Its object is the
	// appointment, its argument LateMinutes.
	LateVerb = "appointment.late"
	// LateMinutes is the name of the argument: one of Lateness.
	LateMinutes = "minutes"
	// KindLate tells the staff.
	KindLate = "appointment.late"
	// lateOpens is how long before the start a client can say so.
	lateOpens = time.Hour
	// latesMost is how often one side of an appointment can say that it runs late:
	// each time the other is told at once, and a link must not be a bell to ring
	// all day.
	latesMost = 6
)

// Lateness lists how late a client can say they are.
func Lateness() []time.Duration {
	return []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute}
}

const (
	saveLate = `UPDATE appointments SET late_minutes = $3, late_at = $4, late_said = late_said + 1 WHERE org_id = $1 AND id = $2`
	nextOf   = `SELECT {columns} FROM appointments WHERE org_id = $1 AND staff_id = $2 AND starts_at > $3
AND state IN ('confirmed', 'arrived', 'in_progress') ORDER BY starts_at, id LIMIT 1`
)

// CanRunLate reports whether it is time to say that one runs late.
func (a Appointment) CanRunLate(now time.Time) bool { return a.lateable(now) == nil }

func (a Appointment) lateable(now time.Time) error {
	switch {
	case a.State == Cancelled:
		return fault.New(fault.Conflict, "appointment.cancelled.already")
	case a.State == Arrived || a.State == InProgress:
		return fault.New(fault.Conflict, "appointment.late.there")
	case a.State != Confirmed || !now.Before(a.Ends):
		return fault.New(fault.Conflict, "appointment.late.over")
	case now.Before(a.Starts.Add(-lateOpens)):
		return fault.New(fault.Conflict, "appointment.late.early")
	}
	return nil
}

// RunLate does the deed of a client who says that they run late: the staff are
// told at once. Saying another length later changes it; saying the same again
// changes nothing. It is meant for the table of verbs of notify.
func (a *Appointments) RunLate(ctx context.Context, tx *db.Tx, d notify.Deed) (card.Card, error) {
	late, err := lateness(d.Args[LateMinutes])
	if err != nil {
		return card.Card{}, err
	}
	before, err := a.appointment(ctx, tx, d.OrgID, d.Object)
	if err != nil {
		return card.Card{}, err
	}
	if d.Actor.PersonID == "" || d.Actor.PersonID != before.ClientID {
		return card.Card{}, fault.New(fault.NotFound, "appointment.unknown")
	}
	v, err := a.touch(ctx, tx, before)
	if err != nil {
		return card.Card{}, err
	}
	if err := v.lateable(tx.Now()); err != nil {
		return card.Card{}, err
	}
	if v.Late == late {
		return lateAnswer(v), nil
	}
	if v.lateSaid >= latesMost {
		return card.Card{}, fault.New(fault.Conflict, "appointment.late.often", "Staff", v.Staff.Name)
	}
	return a.saveLate(ctx, tx, d.Actor, v, late)
}

// lateness reads how late somebody says they are.
func lateness(text string) (time.Duration, error) {
	n, err := strconv.Atoi(text)
	late := time.Duration(n) * time.Minute
	if err != nil || !slices.Contains(Lateness(), late) {
		return 0, fault.New(fault.Invalid, "appointment.late.choose").At(LateMinutes)
	}
	return late, nil
}

func (a *Appointments) saveLate(ctx context.Context, tx *db.Tx, by org.Actor, v View, late time.Duration) (card.Card, error) {
	v.Late, v.LateAt = late, tx.Now()
	if _, err := tx.Exec(ctx, saveLate, v.OrgID, v.ID, db.Minutes(v.Late), db.Time(v.LateAt)); err != nil {
		return card.Card{}, err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.late", "minutes", strconv.Itoa(int(late.Minutes())))); err != nil {
		return card.Card{}, err
	}
	next, collides, err := a.collision(ctx, tx, v.Appointment)
	if err != nil {
		return card.Card{}, err
	}
	if !collides {
		next = Appointment{}
	}
	// Before the newest word, an older one that has not left is of no use.
	if err := a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindLate); err != nil {
		return card.Card{}, err
	}
	return lateAnswer(v), a.cfg.Notify.Tell(ctx, tx, notify.Notice{
		OrgID: v.OrgID, Key: fmt.Sprintf("appointment:%s:late:%d", v.ID, v.Version), Kind: KindLate, Urgency: notify.Action,
		To: append([]string{v.StaffID}, v.Beside...), About: v.ID, Until: v.Ends, Card: lateForStaff(v, next),
	})
}

// collision finds the next appointment of the same staff if it begins before
// this one ends, should it begin late and last as long as it was to.
func (a *Appointments) collision(ctx context.Context, q db.Q, ap Appointment) (Appointment, bool, error) {
	next, err := db.One[Appointment](ctx, q, nextOf, ap.OrgID, ap.StaffID, db.Time(ap.Starts))
	if fault.Is(err, fault.NotFound) {
		return next, false, nil
	}
	return next, err == nil && next.Starts.Before(ap.Ends.Add(ap.Late)), err
}

// RunningLate is the span to expect instead of the agreed one, while a client
// who said that they run late is not there yet.
func (a Appointment) RunningLate(now time.Time) (calendar.Span, bool) {
	span := calendar.Span{Start: a.Starts.Add(a.Late), End: a.Ends.Add(a.Late)}
	return span, a.Late > 0 && a.State == Confirmed && now.Before(span.End)
}

// lateAction is the button of who runs late.
func (v View) lateAction() card.Action {
	return card.Action{Label: card.Say("appointment.late.act"), Verb: LateVerb, Object: v.ID}
}

// lateForStaff tells the staff how late the client is, and whether that runs
// into the next appointment.
func lateForStaff(v View, next Appointment) card.Card {
	c := card.Card{
		Kind:    KindLate,
		Title:   card.Say("appointment.late.staff.title", card.Person("Client", v.ClientID, v.Client.Name), card.Duration("Late", v.Late)),
		Facts:   v.facts(v.when(), fact("late", card.Instant("", v.Starts.Add(v.Late), v.Zone)), fact("client", card.Person("", v.ClientID, v.Client.Name)), said("phone", v.Client.Phone)),
		Actions: v.besideActions(),
	}
	if next.ID != "" {
		c.Lead = []card.Text{card.Say("appointment.late.staff.collides", card.Instant("Next", next.Starts, v.Zone))}
	}
	return c
}

// lateAnswer tells the client that the staff know.
func lateAnswer(v View) card.Card {
	return card.Card{
		Kind:  KindLate,
		Title: card.Say("appointment.late.answer.title", card.String("Staff", v.Staff.Name)),
		Lead: []card.Text{
			card.Say("appointment.late.answer.text", card.Duration("Late", v.Late)),
			card.Say("appointment.late.answer.again"),
		},
		Facts: v.facts(v.when(), v.where()),
	}
}

// Verbs are the deeds of this room, for notify's table.
func (a *Appointments) Verbs() map[string]notify.Verb {
	return map[string]notify.Verb{LateVerb: a.RunLate}
}
