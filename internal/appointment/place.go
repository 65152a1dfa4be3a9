package appointment

import (
	"context"
	"time"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/meeting"
	"parley/internal/org"
)

// KindPlace tells that the branch of an appointment has another name or address.
const KindPlace = "appointment.place"

// kindPlace is the job that brings the appointments at one location to where the
// location is now.
const kindPlace = "appointment.place"

// placesAtOnce is how many appointments one run of the job looks up.
const placesAtOnce = 100

const (
	misplaced = `SELECT a.id FROM appointments a JOIN meetings m ON m.org_id = a.org_id AND m.id = a.meeting_id
WHERE a.org_id = $1 AND a.location_id = $2 AND a.starts_at > $3 AND a.state IN ('confirmed', 'arrived') AND m.place <> $4 ORDER BY a.starts_at, a.id LIMIT $5`
	comingTo = `SELECT COUNT(*) FROM appointments
WHERE org_id = $1 AND location_id = $2 AND starts_at > $3 AND state IN ('confirmed', 'arrived')`
	savePlace = `UPDATE appointments SET sequence = $3, told = 'appointment.place' WHERE org_id = $1 AND id = $2`
)

// ComingTo counts the appointments that are still to come at a location: so many
// clients are told when its name or address changes.
func (a *Appointments) ComingTo(ctx context.Context, q db.Q, orgID, locationID string, now time.Time) (int, error) {
	n, err := db.Value[int64](ctx, q, comingTo, orgID, locationID, db.Time(now))
	return int(n), err
}

// ringPlace has the appointments at a location looked at once it is saved.
func ringPlace(ctx context.Context, tx *db.Tx, l Location) error {
	return job.Add(ctx, tx, job.Job{Key: "place:" + l.OrgID + ":" + l.ID, OrgID: l.OrgID, Kind: kindPlace, Args: []byte(l.ID)})
}

// relocate tells everybody whose appointment is agreed for where the location is
// no longer. Each is a transaction of its own, and what fails is done again.
func (a *Appointments) relocate(ctx context.Context, j job.Job) error {
	l, err := a.Location(ctx, a.db, j.OrgID, string(j.Args))
	if err != nil {
		return missed(err)
	}
	now, err := a.db.Now(ctx)
	if err != nil {
		return err
	}
	list, err := db.Values[string](ctx, a.db, misplaced, l.OrgID, l.ID, db.Time(now), l.Where(), placesAtOnce)
	if err != nil {
		return err
	}
	for _, id := range list {
		if err := a.replace(ctx, l.OrgID, id); err != nil {
			return err
		}
	}
	if len(list) == placesAtOnce {
		return job.Later(0)
	}
	return nil
}

// missed is no error where what a job is about is not there any more.
func missed(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// replace agrees one appointment for where its location is now.
func (a *Appointments) replace(ctx context.Context, orgID, id string) error {
	before, err := a.appointment(ctx, a.db, orgID, id)
	if err != nil {
		return missed(err)
	}
	return a.once(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		if err != nil {
			return err
		}
		where := v.Location.Where()
		if v.Method != InPerson || v.Location.ID == "" || !v.Upcoming(tx.Now()) || v.Meeting.Place == where {
			return errSame
		}
		m, err := meeting.Change(ctx, tx, v.OrgID, v.MeetingID, func(m *meeting.Meeting) { m.Place = where })
		if err != nil {
			return err
		}
		v.Meeting, v.Sequence, v.Told = m, m.Sequence, KindPlace
		if _, err := tx.Exec(ctx, savePlace, v.OrgID, v.ID, v.Sequence); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, v.entry(org.System(v.OrgID), "appointment.place", "place", where)); err != nil {
			return err
		}
		return a.tellChanged(ctx, tx, v)
	})
}

// placedForClient tells the client where to come now.
func placedForClient(v View, host string) card.Card {
	c := confirmedForClient(v, host)
	c.Kind, c.Title, c.Subject = KindPlace, card.Say("appointment.card.place.title"), subject("appointment.card.place.subject", v)
	return c
}

// placedForStaff tells the staff where it is held now.
func placedForStaff(v View, host string) card.Card {
	c := confirmedForStaff(v, host)
	c.Kind, c.Title = KindPlace, card.Say("appointment.card.staff.place.title", card.Person("Client", v.ClientID, v.Client.Name))
	c.Subject = subject("appointment.card.staff.place.subject", v)
	return c
}
