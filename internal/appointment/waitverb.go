package appointment

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

const (
	keepWaiting = `ON CONFLICT (org_id, service_id, client_id, appointment_id) DO UPDATE SET version = waiting.version + 1,
method = EXCLUDED.method, location_id = EXCLUDED.location_id, staff_id = EXCLUDED.staff_id, lang = EXCLUDED.lang,
earliest = EXCLUDED.earliest, latest = EXCLUDED.latest,
since = CASE WHEN waiting.state IN ('waiting', 'offered') THEN waiting.since ELSE EXCLUDED.since END,
state = CASE WHEN waiting.state = 'offered' THEN 'offered' ELSE 'waiting' END`
	waitingByID = `SELECT {columns} FROM waiting WHERE org_id = $1 AND id = $2`
	waitingFor  = `SELECT {columns} FROM waiting WHERE org_id = $1 AND service_id = $2 AND client_id = $3 AND appointment_id = $4`
	waitingLine = `SELECT {columns} FROM waiting WHERE org_id = $1 AND service_id = $2 AND state IN ('waiting', 'offered') ORDER BY since, id LIMIT 500`
	waitedFor   = `SELECT DISTINCT w.service_id FROM waiting w JOIN service_staff s ON s.org_id = w.org_id AND s.service_id = w.service_id
WHERE w.org_id = $1 AND s.person_id = $2 AND w.state IN ('waiting', 'offered')`
	saveWaitState = `UPDATE waiting SET state = $3, version = version + 1 WHERE org_id = $1 AND id = $2 AND state IN ('waiting', 'offered')`
	saveOffer     = `UPDATE waiting SET state = 'offered', offer_start = $4, offer_staff = $5, offer_until = $6, past = $7, version = version + 1
WHERE org_id = $1 AND id = $2 AND version = $3 AND state = 'waiting'`
	endOffer    = `UPDATE waiting SET state = 'waiting', version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3 AND state = 'offered'`
	waitedSince = `SELECT COUNT(*) FROM waiting w JOIN people p ON p.org_id = w.org_id AND p.id = w.client_id
WHERE w.org_id = $1 AND p.org_id = $1 AND p.email_folded = ` + addressOf + ` AND w.since > $3`
	eraseWaiting = `DELETE FROM waiting WHERE org_id = $1 AND client_id = $2`
)

// A WaitWish is a client without an appointment who wants to be told when a time
// comes free.
type WaitWish struct {
	Ask
	Client           Client
	Earliest, Latest time.Time
}

// Await puts a client without an appointment on the waiting list, once for each
// service. What is wrong comes back as a fault for each field.
func (a *Appointments) Await(ctx context.Context, wish WaitWish) (w Waiting, err error) {
	defer fault.Op(&err, "await service %s", wish.ServiceID)
	s, _, err := a.service(ctx, a.db, wish.OrgID, wish.ServiceID)
	if err != nil {
		return w, err
	}
	if err := s.bookable(wish.Method, wish.StaffID); err != nil {
		return w, err
	}
	r := Request{Client: wish.Client}.tidy()
	f := r.Client.check(wish.Method, true)
	f.Add("latest", checkWindow(wish.Earliest, wish.Latest))
	if err := f.Err(); err != nil {
		return w, err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := a.orgs.AddOrFindClient(ctx, tx, wish.OrgID, r.Client.Name, r.Client.Email, r.Client.Phone, r.Client.Lang, r.Client.Zone)
		if err != nil {
			return err
		}
		w, err = a.queue(ctx, tx, Waiting{Ask: wish.Ask, ClientID: c.ID, Earliest: wish.Earliest, Latest: wish.Latest}, org.Client(c))
		if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
			return f.At("email")
		}
		return err
	})
	return w, err
}

// AwaitEarlier puts the client of an appointment on the waiting list for an
// earlier time. The appointment stands until they take one.
func (a *Appointments) AwaitEarlier(ctx context.Context, by org.Actor, id string, earliest, latest time.Time) (w Waiting, err error) {
	defer fault.Op(&err, "await an earlier time for appointment %s", id)
	if f := checkWindow(earliest, latest); f != nil {
		return w, f.At("latest")
	}
	before, err := a.mayChange(ctx, by, Seen{ID: id})
	if err != nil {
		return w, err
	}
	err = a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := a.touch(ctx, tx, before)
		if err != nil {
			return err
		}
		if err := v.changeable(tx.Now()); err != nil {
			return err
		}
		w, err = a.queue(ctx, tx, Waiting{Ask: v.asked(), AppointmentID: v.ID, ClientID: v.ClientID, Earliest: earliest, Latest: latest}, by)
		return err
	})
	return w, err
}

// asked is what the client of an appointment asks for: the same, earlier.
func (a Appointment) asked() Ask {
	return Ask{OrgID: a.OrgID, ServiceID: a.ServiceID, Method: a.Method, LocationID: a.LocationID, StaffID: a.StaffID, Lang: a.Lang}
}

func checkWindow(earliest, latest time.Time) *fault.Error {
	if !earliest.IsZero() && !latest.IsZero() && !earliest.Before(latest) {
		return fault.New(fault.Invalid, "appointment.waiting.window")
	}
	return nil
}

// queue writes the entry, says so in the journal and tells the client, and has
// the list looked at: there may be a time already.
func (a *Appointments) queue(ctx context.Context, tx *db.Tx, w Waiting, by org.Actor) (Waiting, error) {
	w.ID, w.Since, w.State, w.Version = db.NewID(), tx.Now(), Waits, 1
	if err := db.Insert(ctx, tx, "waiting", &w, keepWaiting); err != nil {
		return w, err
	}
	w, err := db.One[Waiting](ctx, tx, waitingFor, w.Ask.OrgID, w.Ask.ServiceID, w.ClientID, w.AppointmentID)
	if err != nil {
		return w, err
	}
	if err := a.oftenQueued(ctx, tx, w); err != nil {
		return w, err
	}
	s, _, err := a.service(ctx, tx, w.Ask.OrgID, w.Ask.ServiceID)
	if err != nil {
		return w, err
	}
	if err := org.Record(ctx, tx, by.Entry("waiting.join", "service", s.ID, "service", s.Name)); err != nil {
		return w, err
	}
	if err := a.tellQueued(ctx, tx, w, s); err != nil {
		return w, err
	}
	return w, job.Add(ctx, tx, waitingJob(w.Ask.OrgID, w.Ask.ServiceID))
}

// oftenQueued reports, as a fault, that an address came onto more lists today
// than one does who looks for a time: each of them writes to it, and nobody has
// proved yet that it is theirs.
func (a *Appointments) oftenQueued(ctx context.Context, tx *db.Tx, w Waiting) error {
	n, err := db.Value[int64](ctx, tx, waitedSince, w.Ask.OrgID, w.ClientID, db.Time(tx.Now().Add(-24*time.Hour)))
	if err == nil && n > guestsADay { // w is among them
		err = fault.New(fault.Invalid, "appointment.waiting.often")
	}
	return err
}

// LeaveWaiting takes a client off the list. The signed link of their mail proves
// who they are. Who left before is left alone.
func (a *Appointments) LeaveWaiting(ctx context.Context, orgID, personID, id string) error {
	w, err := a.waitingOf(ctx, a.db, orgID, personID, id)
	if err != nil || !w.Open() {
		return err
	}
	return a.endWaiting(ctx, w, LeftList)
}

func (a *Appointments) endWaiting(ctx context.Context, w Waiting, to WaitState) error {
	return a.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, saveWaitState, w.Ask.OrgID, w.ID, to)
		if err != nil || n == 0 {
			return err
		}
		if err := a.cfg.Notify.WithdrawAll(ctx, tx, w.Ask.OrgID, w.ID, KindWaiting); err != nil {
			return err
		}
		return job.Add(ctx, tx, waitingJob(w.Ask.OrgID, w.Ask.ServiceID))
	})
}

// TakeOffer moves the client's appointment to the time that was offered. Taking
// it again changes nothing. Whoever was quicker has it: then it is
// fault.Conflict "appointment.waiting.gone", and the client waits on.
func (a *Appointments) TakeOffer(ctx context.Context, orgID, personID, id string) (_ Appointment, err error) {
	defer fault.Op(&err, "take the offer of %s", id)
	w, err := a.waitingOf(ctx, a.db, orgID, personID, id)
	if err != nil {
		return Appointment{}, err
	}
	now, err := a.db.Now(ctx)
	if err != nil {
		return Appointment{}, err
	}
	ap, err := a.appointment(ctx, a.db, orgID, w.AppointmentID)
	switch {
	case err != nil:
		return ap, err
	case w.State == Took && ap.Starts.Equal(w.Start):
		return ap, nil
	case !w.Good(now):
		return ap, fault.New(fault.Conflict, "appointment.waiting.gone")
	}
	client, err := a.orgs.Person(ctx, a.db, orgID, personID)
	if err != nil {
		return ap, err
	}
	moved, err := a.Reschedule(ctx, org.Client(client), Seen{ID: ap.ID}, w.Start)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return ap, fault.Wrap(fault.Conflict, err, "appointment.waiting.gone")
	}
	if err != nil {
		return ap, err
	}
	return moved, a.endWaiting(ctx, w, Took)
}

// waitingOf is an entry of the list, to the one who waits.
func (a *Appointments) waitingOf(ctx context.Context, q db.Q, orgID, personID, id string) (Waiting, error) {
	w, err := db.One[Waiting](ctx, q, waitingByID, orgID, id)
	if err != nil {
		return w, unknown(err, "appointment.waiting.unknown")
	}
	if personID == "" || w.ClientID != personID {
		return Waiting{}, fault.New(fault.NotFound, "appointment.waiting.unknown")
	}
	return w, nil
}

// WaitingFor is the entry of the client of an appointment, if they wait for an
// earlier time.
func (a *Appointments) WaitingFor(ctx context.Context, q db.Q, ap Appointment) (Waiting, bool, error) {
	w, err := db.One[Waiting](ctx, q, waitingFor, ap.OrgID, ap.ServiceID, ap.ClientID, ap.ID)
	if fault.Is(err, fault.NotFound) {
		return w, false, nil
	}
	return w, err == nil && w.Open(), err
}

// ForWaiting returns an entry to the one who waits, with its service and, if it
// has one, the appointment that is to be earlier.
func (a *Appointments) ForWaiting(ctx context.Context, q db.Q, orgID, personID, id string) (w Waiting, v View, err error) {
	if w, err = a.waitingOf(ctx, q, orgID, personID, id); err != nil {
		return w, v, err
	}
	if w.AppointmentID != "" {
		v, err = a.ForClient(ctx, q, orgID, personID, w.AppointmentID)
		return w, v, err
	}
	v, err = a.onOfferView(ctx, q, w)
	return w, v, err
}

// kindServe is the job that serves a waiting list.
const kindServe = "appointment.waiting"

func waitingJob(orgID, serviceID string) job.Job {
	return job.Job{Key: "waiting:" + orgID + ":" + serviceID, OrgID: orgID, Kind: kindServe, Args: []byte(serviceID)}
}

// ringWaiting has the waiting lists looked at for which these members' time may
// have come free.
func (a *Appointments) ringWaiting(ctx context.Context, tx *db.Tx, orgID string, staff ...string) error {
	for _, id := range staff {
		services, err := db.Values[string](ctx, tx, waitedFor, orgID, id)
		if err != nil {
			return err
		}
		for _, s := range services {
			if err := job.Add(ctx, tx, waitingJob(orgID, s)); err != nil {
				return err
			}
		}
	}
	return nil
}
