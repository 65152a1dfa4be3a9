package app

import (
	"context"
	"fmt"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
)

// furnishCompany has the first clients bring somebody along, one of them wait for
// an earlier time, and somebody wait who has no appointment yet.
func (h *house) furnishCompany(ctx context.Context, o org.Organization, services []appointment.Service, booked []appointment.Appointment) error {
	for i, g := range []appointment.GuestWish{
		{Name: "Harriet Grant", Email: "harriet.grant@mail.example", Role: appointment.Companion, Lang: "en"},
		{Name: "Lucia Ferri", Email: "lucia.ferri@interpreters.example", Role: appointment.Interpreter, Lang: "en"},
	} {
		client, err := h.orgs.Person(ctx, h.db, o.ID, booked[i].ClientID)
		if err != nil {
			return err
		}
		if _, err := h.appointments.InviteGuest(ctx, org.Client(client), appointment.Seen{ID: booked[i].ID}, g); err != nil {
			return fmt.Errorf("invite %s: %w", g.Name, err)
		}
	}
	return h.furnishWaiting(ctx, o, services)
}

// furnishWaiting has somebody wait for whom only the coming Sunday would do, on
// which nobody works: so they wait.
func (h *house) furnishWaiting(ctx context.Context, o org.Organization, services []appointment.Service) error {
	now, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	zone, err := calendar.Zone(o.Zone)
	if err != nil {
		return err
	}
	sunday := calendar.DateOf(now.In(zone)).WeekFrom(time.Monday) + 6
	day := sunday.In(zone)
	_, err = h.appointments.Await(ctx, appointment.WaitWish{
		Ask:      appointment.Ask{OrgID: o.ID, ServiceID: services[2].ID, Method: appointment.Phone},
		Client:   appointment.Client{Name: "Anneke de Vries", Email: "anneke.devries@mail.example", Phone: "+44 117 496 0120", Lang: "en", Zone: o.Zone},
		Earliest: day.Start, Latest: day.End,
	})
	if err != nil {
		return fmt.Errorf("the waiting list: %w", err)
	}
	return nil
}
