package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/words"
)

// demoVisitors have booked this week and the next.
var demoVisitors = []string{
	"Hazel Thornton", "Imran Qureshi", "Beatriz Costa", "Callum Reid", "Freya Sandberg", "Nikos Papadakis", "Adaeze Obi", "Marek Zielinski",
	"Sunita Rao", "Elliot Barnes", "Camille Perrin", "Joao Teixeira", "Moira Doyle", "Hugo Lindgren", "Zainab Yusuf", "Viktor Petrov",
	"Lin Wei", "Rosa Delgado", "Owen Pritchard", "Ines Moreira",
}

// demoPast is how long before this week it was booked.
const demoPast = 3 * 24 * time.Hour

// furnishWeek lets the bank live this week up to now, and books the next: set
// moves the clock of the house. What took place was served, or nobody came.
func (h *house) furnishWeek(ctx context.Context, set func(time.Time)) error {
	now, err := h.db.Now(ctx)
	if err != nil {
		return err
	}
	o, err := h.orgs.BySlug(ctx, h.db, demoSlug)
	if err != nil {
		return err
	}
	services, err := h.appointments.Services(ctx, h.db, o.ID)
	if err != nil {
		return err
	}
	zone, _ := words.Zone(o.Zone)
	monday := calendar.DateOf(now.In(zone)).WeekFrom(time.Monday)
	set(monday.In(zone).Start.Add(-demoPast))
	var booked []appointment.Appointment
	for i := range 6 * 10 { // six people, ten working days
		day := monday + calendar.Date(i/6%5+i/30*7)
		a, found, err := h.furnishVisit(ctx, o, services, i, day.In(zone))
		if err != nil {
			return err
		}
		if found {
			booked = append(booked, a)
		}
	}
	for i, a := range booked {
		if err := h.furnishOutcome(ctx, set, a, i, now); err != nil {
			return fmt.Errorf("what became of %s: %w", a.ID, err)
		}
	}
	return nil
}

// furnishVisit books the i-th appointment of the week on a day, if there is time.
func (h *house) furnishVisit(ctx context.Context, o org.Organization, services []appointment.Service, i int, day calendar.Span) (a appointment.Appointment, found bool, err error) {
	s := services[i%len(services)]
	ask := appointment.Ask{OrgID: o.ID, ServiceID: s.ID, Method: appointment.Phone, StaffID: s.Staff[(i%6+1)%len(s.Staff)]}
	if i%2 == 0 {
		if ask.LocationID, err = h.demoPlaceFor(ctx, o.ID, ask.StaffID); err != nil {
			return a, false, err
		}
		if ask.LocationID != "" {
			ask.Method = appointment.InPerson
		}
	}
	slots, err := h.appointments.Slots(ctx, ask, day)
	if err != nil || len(slots) == 0 {
		return a, false, err
	}
	name := demoVisitors[i%len(demoVisitors)]
	a, err = h.appointments.Book(ctx, appointment.Request{
		Ask: ask, Start: slots[i*5%len(slots)].Start, Answers: demoAnswers(s),
		Client: appointment.Client{Name: name, Email: strings.ReplaceAll(db.Fold(name), " ", ".") + "@mail.example", Phone: fmt.Sprintf("+44 117 496 02%02d", i), Lang: "en", Zone: o.Zone},
	})
	if err != nil {
		return a, false, fmt.Errorf("book for %s: %w", name, err)
	}
	return a, true, h.hush(ctx, a)
}

// furnishOutcome is what became of an appointment by now: one in nine was called
// off, and to one in seven of those that are over nobody came.
func (h *house) furnishOutcome(ctx context.Context, set func(time.Time), a appointment.Appointment, i int, now time.Time) (err error) {
	by := org.Actor{OrgID: a.OrgID, PersonID: a.StaffID}
	step := func(at time.Time, to appointment.State) {
		if err == nil && at.Before(now) {
			set(at)
			_, err = h.appointments.SetState(ctx, by, appointment.Seen{ID: a.ID}, to)
		}
	}
	switch {
	case i%9 == 4:
		set(a.Booked.Add(time.Hour))
		_, err = h.appointments.Cancel(ctx, by, appointment.Seen{ID: a.ID}, "The client cannot come.")
	case i%7 == 3:
		step(a.Starts.Add(15*time.Minute), appointment.NoShow)
	default:
		step(a.Starts.Add(-4*time.Minute), appointment.Arrived)
		step(a.Starts.Add(time.Minute), appointment.InProgress)
		step(a.Ends, appointment.Served)
	}
	if err != nil {
		return err
	}
	return h.hush(ctx, a)
}

// hush takes back what people would be told: it was long ago.
func (h *house) hush(ctx context.Context, a appointment.Appointment) error {
	return h.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, kind := range []string{appointment.KindConfirmed, appointment.KindCancelled, appointment.KindFeedback} {
			if err := h.notify.WithdrawAll(ctx, tx, a.OrgID, a.ID, kind); err != nil {
				return err
			}
		}
		return nil
	})
}
