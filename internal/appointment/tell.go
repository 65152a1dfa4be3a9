package appointment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/meeting"
	"parley/internal/notify"
	"parley/internal/org"
)

// The kinds of notices about appointments.
const (
	KindConfirmed = "appointment.confirmed"
	KindMoved     = "appointment.moved"
	KindCancelled = "appointment.cancelled"
	KindReminder  = "appointment.reminder"
)

// reminders are how long before the start the client is reminded, the longest
// first.
var reminders = []time.Duration{24 * time.Hour, time.Hour}

// key names the notice that tells one side of the present state.
func (v View) key(side string) string {
	return fmt.Sprintf("appointment:%s:%d:%s", v.ID, v.Sequence, side)
}

// The two sides of an appointment that are told.
const (
	clientSide = "client"
	staffSide  = "staff"
)

// both are the notices to client and staff, and to all who are there beside them. They carry the entry for their
// calendars, so the e-mail is sent whatever else they prefer.
func (v View) both(kind string, forClient, forStaff card.Card) []notify.Notice {
	n := notify.Notice{OrgID: v.OrgID, Kind: kind, Urgency: notify.Personal, About: v.ID, Always: true}
	client, staff := n, n
	client.Key, client.To, client.Card = v.key(clientSide), []string{v.ClientID}, forClient
	staff.Key, staff.To, staff.Card = v.key(staffSide), []string{v.StaffID}, forStaff
	return slices.Concat([]notify.Notice{client, staff}, v.forGuests(kind, forClient.Event), v.forColleagues(kind, forStaff.Event))
}

// remind are the reminders that lie ahead. One whose time is past already is
// left out: a booking an hour ahead needs no reminder of a day. For the same
// reason one that is held up is not sent any more when the next is due, nor the
// last when the appointment begins. A mark tells them from those of the same time
// that were withdrawn.
func (v View) remind(now time.Time, mark ...string) (list []notify.Notice) {
	for i, before := range reminders {
		at := v.Starts.Add(-before)
		if !at.After(now) {
			continue
		}
		until := v.Starts
		if i+1 < len(reminders) {
			until = v.Starts.Add(-reminders[i+1])
		}
		list = append(list, notify.Notice{
			OrgID: v.OrgID, Key: v.key("remind:" + before.String() + strings.Join(mark, "")), Kind: KindReminder, Urgency: notify.Personal,
			To: []string{v.ClientID}, About: v.ID, At: at, Until: until, Card: reminderCard(v, before <= lateOpens),
		})
	}
	return list
}

func (a *Appointments) tellBooked(ctx context.Context, tx *db.Tx, v View) error {
	list := v.both(KindConfirmed, confirmedForClient(v, a.cfg.Host), confirmedForStaff(v, a.cfg.Host))
	if err := a.followUp(ctx, tx, v.Appointment); err != nil {
		return err
	}
	return a.cfg.Notify.Tell(ctx, tx, append(list, v.remind(tx.Now())...)...)
}

func (a *Appointments) tellMoved(ctx context.Context, tx *db.Tx, v View) error {
	return a.tellChanged(ctx, tx, v)
}

func (a *Appointments) tellCancelled(ctx context.Context, tx *db.Tx, v View, by org.Actor) error {
	if err := a.ringFor(ctx, tx, v); err != nil {
		return err
	}
	if err := a.unstrand(ctx, tx, &v); err != nil {
		return err
	}
	if err := a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindReminder); err != nil {
		return err
	}
	return a.cfg.Notify.Tell(ctx, tx, v.both(KindCancelled, cancelledForClient(v, by, a.cfg.Host), cancelledForStaff(v, by, a.cfg.Host))...)
}

// OnChange retells the present notices of an appointment when the video link
// behind it changed. It is meant for meeting.OnChange, and runs in the
// transaction that holds the meeting; the appointment itself is only read, since
// its verbs lock it before the meeting.
func (a *Appointments) OnChange(ctx context.Context, tx *db.Tx, m meeting.Meeting, link meeting.LinkState) error {
	if m.Kind != Kind {
		return nil
	}
	ap, err := a.appointment(ctx, tx, m.OrgID, m.OwnerID)
	if err != nil || !ap.State.Standing() {
		return err
	}
	v, err := a.view(ctx, tx, ap)
	if err != nil {
		return err
	}
	v.Meeting = m
	v.Meeting.Link = link
	if err := a.ringRescue(ctx, tx, ap, v.Meeting); err != nil {
		return err
	}
	forClient := a.Invite(v)
	if err := a.cfg.Notify.Retell(ctx, tx, v.OrgID, v.key(clientSide), forClient); err != nil {
		return err
	}
	forStaff := v.forStaff(a.cfg.Host)
	for _, n := range append(v.forGuests(v.told(), forClient.Event), v.forColleagues(v.told(), forStaff.Event)...) {
		if err := a.cfg.Notify.Retell(ctx, tx, v.OrgID, n.Key, n.Card); err != nil {
			return err
		}
	}
	return a.cfg.Notify.Retell(ctx, tx, v.OrgID, v.key(staffSide), forStaff)
}
