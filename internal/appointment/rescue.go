package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/meeting"
	"parley/internal/org"
)

const (
	kindRescue  = "appointment.rescue"
	kindRescues = "appointment.rescues"
)

const (
	// rescueStuck is how long before the start another way is taken when somebody
	// would have to act for the link, and has not.
	rescueStuck = time.Hour
	// rescuePassing is the same for what may go away by itself until the last moment.
	rescuePassing = 10 * time.Minute
	// rescueLook is how often it is looked for another way while there was none.
	rescueLook = time.Hour
)

// A Rescue is what was done for a video call whose link could not be made.
type Rescue struct {
	// From are the connections that it was moved away from: it never goes back to
	// one by itself.
	From []string `json:"from,omitempty"`
	// Why is the catalogue key of what kept the link from being made then.
	Why string `json:"why,omitempty"`
	// Asked is the connection for whose sake the staff were asked what to do, and
	// the client was told that the way in may change; empty when nothing is asked now.
	Asked string `json:"asked,omitempty"`
}

// rescueAt is when another way is taken for an appointment, unless its link is
// there by then; false when it needs none. A meeting whose link is at risk has
// one, which is better than a change of plan.
func rescueAt(ap Appointment, m meeting.Meeting) (at time.Time, needed bool) {
	if !ap.State.Standing() || m.Mode != meeting.ByVideo || m.Link != meeting.Pending || m.LinkReason == "" {
		return time.Time{}, false
	}
	switch m.Trouble {
	case meeting.Lost:
		return ap.Booked, true
	case meeting.Stuck:
		return ap.Starts.Add(-rescueStuck), true
	}
	return ap.Starts.Add(-rescuePassing), true
}

// settled reports whether the staff were asked what nobody has to answer any more.
// A link that is tried again is not there yet: its question stays.
func (r Rescue) settled(ap Appointment, m meeting.Meeting) bool {
	return r.Asked != "" && (!ap.State.Standing() || m.Mode != meeting.ByVideo || m.Link != meeting.Pending)
}

// ringRescue has an appointment looked at when it is time to take another way, or
// to take back that one was asked for.
func (a *Appointments) ringRescue(ctx context.Context, tx *db.Tx, ap Appointment, m meeting.Meeting) error {
	at, needed := rescueAt(ap, m)
	if !needed && !ap.Rescue.settled(ap, m) {
		return nil
	}
	if now := tx.Now(); at.Before(now) {
		at = now
	}
	return job.Add(ctx, tx, job.Job{Key: "rescue:" + ap.ID, OrgID: ap.OrgID, Kind: kindRescue, Args: []byte(ap.ID), Due: at})
}

// rescuesJob rings every appointment of an organization whose link is pending.
func (a *Appointments) rescuesJob(ctx context.Context, j job.Job) error {
	now, err := a.db.Now(ctx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		page, err := meeting.WithoutLink(ctx, a.db, j.OrgID, now, after)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		var jobs []job.Job
		for _, m := range page {
			if m.Kind == Kind {
				jobs = append(jobs, job.Job{Key: "rescue:" + m.OwnerID, OrgID: m.OrgID, Kind: kindRescue, Args: []byte(m.OwnerID)})
			}
		}
		if err := a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return job.Add(ctx, tx, jobs...) }); err != nil {
			return err
		}
	}
}

// rescueJob looks whether an appointment needs another way, and takes it when it
// is time. While there is none it looks again, for as long as it could be of use.
func (a *Appointments) rescueJob(ctx context.Context, j job.Job) (err error) {
	defer fault.Op(&err, "find another way for appointment %s", j.Args)
	ap, err := a.appointment(ctx, a.db, j.OrgID, string(j.Args))
	if err != nil {
		return unlessErased(err)
	}
	now, err := a.db.Now(ctx)
	if err != nil {
		return err
	}
	m, err := meeting.Get(ctx, a.db, ap.OrgID, ap.MeetingID)
	if err != nil {
		return unlessErased(err)
	}
	at, needed := rescueAt(ap, m)
	switch {
	case !needed && !ap.Rescue.settled(ap, m), !now.Before(ap.Ends):
		return nil
	case needed && now.Before(at):
		return job.Later(at.Sub(now))
	}
	rescued, err := a.rescue(ctx, ap)
	if err != nil || rescued {
		return err
	}
	return job.Later(rescueLook)
}

func unlessErased(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// rescue moves an appointment to the first way that works, or asks the staff for
// one, or takes that back. It is judged again under the lock: the link may have
// come meanwhile.
func (a *Appointments) rescue(ctx context.Context, ap Appointment) (rescued bool, err error) {
	by := org.System(ap.OrgID)
	err = a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, ap)
		if err != nil {
			return err
		}
		at, needed := rescueAt(v.Appointment, v.Meeting)
		switch rescued = true; {
		case v.Rescue.settled(v.Appointment, v.Meeting):
			return a.unstrand(ctx, tx, &v)
		case !needed || tx.Now().Before(at):
			return errSame
		}
		list, err := a.VideoAlternatives(ctx, tx, v.OrgID)
		if err != nil {
			return err
		}
		way, err := a.alternative(ctx, tx, v, list)
		if err != nil {
			return err
		}
		if rescued = way != ""; rescued {
			return a.holdInstead(ctx, tx, by, v, way)
		}
		return a.strand(ctx, tx, by, v)
	})
	return rescued, err
}

// alternative is the first of the list by which the appointment can be held;
// empty when there is none.
func (a *Appointments) alternative(ctx context.Context, tx *db.Tx, v View, list []string) (string, error) {
	for _, way := range list {
		switch {
		case way == ByTelephone:
			if v.Service.Offers(Phone) && checkPhone(v.Client.Phone) == nil {
				return way, nil
			}
		case way == v.Meeting.ConnectionID, slices.Contains(v.Rescue.From, way), a.cfg.CanHostAt == nil:
		default:
			can, err := a.cfg.CanHostAt(ctx, tx, v.OrgID, way, []string{v.StaffID})
			if err != nil || can[v.StaffID] {
				return way, err
			}
		}
	}
	return "", nil
}

const saveRescued = `UPDATE appointments SET method = $3, sequence = $4, told = 'appointment.rescued', rescue = $5 WHERE org_id = $1 AND id = $2`

// holdInstead moves an appointment to another connection or to the telephone. A
// link that came meanwhile is kept.
func (a *Appointments) holdInstead(ctx context.Context, tx *db.Tx, by org.Actor, v View, way string) error {
	came := false
	from := v.Meeting.ConnectionID
	why := v.Meeting.LinkReason
	if way == ByTelephone {
		v.Method = Phone
	}
	m, err := meeting.Change(ctx, tx, v.OrgID, v.MeetingID, func(m *meeting.Meeting) {
		switch came = m.Link != meeting.Pending; {
		case came:
		case v.Method == Phone:
			m.Mode, m.Place = meeting.ByPhone, v.Client.Phone
		default:
			m.ConnectionID = way
		}
	})
	if err != nil {
		return err
	}
	if came {
		return errSame
	}
	v.Meeting, v.Sequence, v.Told = m, m.Sequence, KindRescued
	v.Rescue.From, v.Rescue.Why = append(slices.Clone(v.Rescue.From), from), why
	if _, err := tx.Exec(ctx, saveRescued, v.OrgID, v.ID, v.Method, v.Sequence, db.JSON[Rescue]{To: &v.Rescue}); err != nil {
		return err
	}
	if err := a.recordRescue(ctx, tx, by, v, from, way); err != nil {
		return err
	}
	return a.tellChanged(ctx, tx, v)
}

func (a *Appointments) recordRescue(ctx context.Context, tx *db.Tx, by org.Actor, v View, from, way string) error {
	was, err := a.videoName(ctx, tx, v.OrgID, from)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if way == ByTelephone {
		return org.Record(ctx, tx, v.entry(by, "appointment.rescue.phone", "from", was, "place", v.Meeting.Place))
	}
	to, err := a.videoName(ctx, tx, v.OrgID, way)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return org.Record(ctx, tx, v.entry(by, "appointment.rescue.video", "from", was, "to", to))
}

const saveRescue = `UPDATE appointments SET rescue = $3 WHERE org_id = $1 AND id = $2`

// strand asks the staff for another way, and tells the client that the way in may
// change: once, until the question is settled.
func (a *Appointments) strand(ctx context.Context, tx *db.Tx, by org.Actor, v View) error {
	if v.Rescue.Asked == v.Meeting.ConnectionID {
		return errSame
	}
	v.Rescue.Asked, v.Rescue.Why = v.Meeting.ConnectionID, v.Meeting.LinkReason
	if _, err := tx.Exec(ctx, saveRescue, v.OrgID, v.ID, db.JSON[Rescue]{To: &v.Rescue}); err != nil {
		return err
	}
	if err := org.Record(ctx, tx, v.entry(by, "appointment.rescue.asked")); err != nil {
		return err
	}
	return a.cfg.Notify.Tell(ctx, tx, v.stranded()...)
}

// unstrand takes back what was asked, as far as it was not sent yet: there is a way
// in, or the appointment is another than the question was about. The next time that
// a link fails it, somebody is asked again.
func (a *Appointments) unstrand(ctx context.Context, tx *db.Tx, v *View) error {
	if v.Rescue.Asked == "" {
		return nil
	}
	v.Rescue.Asked = ""
	if _, err := tx.Exec(ctx, saveRescue, v.OrgID, v.ID, db.JSON[Rescue]{To: &v.Rescue}); err != nil {
		return err
	}
	return a.cfg.Notify.WithdrawAll(ctx, tx, v.OrgID, v.ID, KindStranded)
}
