package appointment

import (
	"cmp"
	"context"
	"fmt"

	"parley/internal/db"
	"parley/internal/fault"
)

// BookOffer books the time that a client without an appointment was offered. Who
// they are is known from when they joined the list; answers are what they say to
// the service's questions now. Booking it again gives the same appointment.
// Whoever was quicker has it: then it is fault.Conflict "appointment.waiting.gone",
// and the client waits on.
func (a *Appointments) BookOffer(ctx context.Context, orgID, personID, id string, answers map[string]string) (_ Appointment, err error) {
	defer fault.Op(&err, "book the offer of %s", id)
	w, v, err := a.ForWaiting(ctx, a.db, orgID, personID, id)
	if err != nil {
		return Appointment{}, err
	}
	if w.AppointmentID != "" {
		return Appointment{}, fault.New(fault.NotFound, "appointment.waiting.unknown")
	}
	now, err := a.db.Now(ctx)
	if err != nil {
		return Appointment{}, err
	}
	r := w.request(v)
	if done, ok, err := booked(ctx, a.db, r); ok || err != nil {
		return done, err
	}
	if !w.Good(now) {
		return Appointment{}, fault.New(fault.Conflict, "appointment.waiting.gone")
	}
	if err := checkAnswers(v.Service, answers).Err(); err != nil {
		return Appointment{}, err
	}
	r.Answers = answers
	done, err := a.Book(ctx, r)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return done, fault.Wrap(fault.Conflict, err, "appointment.waiting.gone")
	}
	if err != nil {
		return done, err
	}
	return done, a.endWaiting(ctx, w, Took)
}

// request is what the one who waits would ask for on the form, had they to fill
// it in again. Its key is of the offer, so that pressing twice books once.
func (w Waiting) request(v View) Request {
	return Request{
		Ask: w.Ask, Start: w.Start, Key: fmt.Sprintf("waiting:%s:%d", w.ID, w.Start.UnixMicro()),
		Client: Client{
			Name: v.Client.Name, Email: v.Client.Email, Phone: v.Client.Phone,
			Lang: cmp.Or(v.Client.Lang, v.Organization.Lang), Zone: cmp.Or(v.Client.Zone, v.Organization.Zone),
		},
	}.tidy()
}

// onOfferView is the appointment as it would be, for a client without one.
func (a *Appointments) onOfferView(ctx context.Context, q db.Q, w Waiting) (v View, err error) {
	if v.Service, _, err = a.service(ctx, q, w.Ask.OrgID, w.Ask.ServiceID); err != nil {
		return v, err
	}
	if v.Client, err = a.orgs.Person(ctx, q, w.Ask.OrgID, w.ClientID); err != nil {
		return v, err
	}
	if v.Organization, err = a.orgs.Organization(ctx, q, w.Ask.OrgID); err != nil {
		return v, err
	}
	ask := w.Ask
	if v.Location, _, err = a.located(ctx, q, &ask, v.Service); err != nil {
		return v, err
	}
	v.OrgID, v.ServiceID, v.ClientID, v.Method, v.LocationID, v.StaffID = ask.OrgID, ask.ServiceID, w.ClientID, ask.Method, ask.LocationID, ask.StaffID
	if !w.Start.IsZero() {
		v.Starts, v.Ends = w.Start, w.Start.Add(v.Service.Duration)
	}
	return v, nil
}
