package appointment

import (
	"context"
	"strconv"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/org"
)

// The kinds of notices about what the staff change.
const (
	KindReassigned = "appointment.reassigned"
	KindMethod     = "appointment.method"
	KindChoose     = "appointment.choose"
)

// forClient is the card that told the client of the last change.
func (v View) forClient(host string) card.Card {
	switch v.Told {
	case KindReassigned:
		return reassignedForClient(v, host)
	case KindMethod:
		return methodForClient(v, host)
	case KindPlace:
		return placedForClient(v, host)
	case KindRescued:
		return rescuedForClient(v, host)
	case KindMoved:
		return movedForClient(v, host)
	}
	return confirmedForClient(v, host)
}

// forStaff is the card that told the staff of the last change.
func (v View) forStaff(host string) card.Card {
	switch v.Told {
	case KindReassigned:
		return reassignedForStaff(v, host)
	case KindMethod:
		return methodForStaff(v, host)
	case KindPlace:
		return placedForStaff(v, host)
	case KindRescued:
		return rescuedForStaff(v, host)
	case KindMoved:
		return movedForStaff(v, host)
	}
	return confirmedForStaff(v, host)
}

// tellChanged tells both sides of the last change, and has the reminders speak of
// how it is now. It settles how a call without a link is to be held; who has it now
// is asked anew if it still has none.
func (a *Appointments) tellChanged(ctx context.Context, tx *db.Tx, v View, more ...notify.Notice) error {
	if err := a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindReminder); err != nil {
		return err
	}
	if err := a.ringFor(ctx, tx, v); err != nil {
		return err
	}
	if err := a.followUp(ctx, tx, v.Appointment); err != nil {
		return err
	}
	if err := a.unstrand(ctx, tx, &v); err != nil {
		return err
	}
	if err := a.ringRescue(ctx, tx, v.Appointment, v.Meeting); err != nil {
		return err
	}
	list := append(v.both(v.Told, v.forClient(a.cfg.Host), v.forStaff(a.cfg.Host)), more...)
	if v.State == Confirmed {
		list = append(list, v.remind(tx.Now())...)
	}
	return a.cfg.Notify.Tell(ctx, tx, list...)
}

// tellReassigned tells the client and the colleague who has it now, and takes the
// entry out of the calendar of the one who had it.
func (a *Appointments) tellReassigned(ctx context.Context, tx *db.Tx, v, was View, by org.Actor) error {
	if err := a.ringWaiting(ctx, tx, v.OrgID, was.StaffID); err != nil {
		return err
	}
	return a.tellChanged(ctx, tx, v, notify.Notice{
		OrgID: v.OrgID, Key: v.key("left:" + was.StaffID), Kind: KindReassigned, Urgency: notify.Personal,
		To: []string{was.StaffID}, About: v.ID, Always: true, Card: takenFromStaff(was, v, by, a.cfg.Host),
	})
}

// tellMethod tells both sides how they will meet.
func (a *Appointments) tellMethod(ctx context.Context, tx *db.Tx, v View) error {
	return a.tellChanged(ctx, tx, v)
}

// tellChoose asks the client for another time, by e-mail whatever they prefer:
// the link in it is signed for them.
func (a *Appointments) tellChoose(ctx context.Context, tx *db.Tx, v View) error {
	return a.cfg.Notify.Tell(ctx, tx, notify.Notice{
		OrgID: v.OrgID, Key: v.key("choose:" + strconv.FormatInt(v.Version, 10)), Kind: KindChoose, Urgency: notify.Personal,
		To: []string{v.ClientID}, About: v.ID, Until: v.Starts, Card: chooseCard(v),
	})
}
