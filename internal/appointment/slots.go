package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A Slot is a moment that a client can choose.
type Slot struct {
	Start time.Time
	// Staff are those who are free, in the order of their ids.
	Staff []string
}

// Slots returns what can be booked within a window, as it is asked for.
func (a *Appointments) Slots(ctx context.Context, k Ask, window calendar.Span) ([]Slot, error) {
	o, err := a.open(ctx, k, window)
	if err != nil {
		return nil, err
	}
	return o.slots(), nil
}

// open makes the offer for a client who asks about a service.
func (a *Appointments) open(ctx context.Context, k Ask, window calendar.Span) (offer, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return offer{}, err
	}
	s, limits, err := a.service(ctx, a.db, k.OrgID, k.ServiceID)
	if err != nil {
		return offer{}, err
	}
	if s, err = a.bookedBy(ctx, a.db, k.By, s); err != nil {
		return offer{}, err
	}
	if err := s.bookable(k.Method, k.StaffID); err != nil {
		return offer{}, err
	}
	_, nowhere, err := a.located(ctx, a.db, &k, s)
	if err != nil {
		return offer{}, err
	}
	if nowhere != nil {
		return offer{}, nowhere.At("location")
	}
	return a.read(ctx, a.db, k.of(s, limits, s.within(window, now, !k.By.SignedIn())))
}

// of is the question about free time behind what a client asks for.
func (k Ask) of(s Service, limits map[string]int, window calendar.Span) ask {
	return ask{service: s, limits: limits, method: k.Method, staff: k.StaffID, location: k.LocationID, lang: k.Lang, window: window}
}

// bookable reports, as a fault, why a service cannot be booked like this by anybody.
func (s Service) bookable(m Method, staffID string) error {
	switch {
	case !s.Active:
		return fault.New(fault.NotFound, "appointment.service.unknown")
	case !s.Offers(m):
		return fault.New(fault.Invalid, "appointment.method.unavailable").At("method")
	case staffID != "" && !slices.Contains(s.Staff, staffID):
		return fault.New(fault.Invalid, "appointment.staff.unavailable").At("staff")
	}
	return nil
}

// within cuts a window to what notice, which binds clients only, and the way
// ahead leave of it.
func (s Service) within(window calendar.Span, now time.Time, client bool) calendar.Span {
	earliest := now
	if client {
		earliest = now.Add(s.Notice)
	}
	if window.Start.Before(earliest) {
		window.Start = earliest
	}
	// The last moment itself can be booked.
	if latest := now.Add(s.Ahead).Add(time.Microsecond); window.End.After(latest) {
		window.End = latest
	}
	return window
}

func (o offer) slots() []Slot {
	if !o.window.Valid() {
		return nil
	}
	openings := calendar.Anyone(o.sheets, o.window, o.fit)
	slots, names := make([]Slot, len(openings)), []string(nil)
	for i, opening := range openings {
		first := len(names)
		for _, who := range opening.Who {
			names = append(names, o.people[who])
		}
		slots[i] = Slot{Start: opening.Start.Time(), Staff: slices.Clip(names[first:])}
	}
	return slots
}

// Alternatives returns the slots nearest to a request that could not be had, in
// order of time: same service, method, branch and staff.
func (a *Appointments) Alternatives(ctx context.Context, r Request, count int) ([]Slot, error) {
	const around = 7 * 24 * time.Hour
	if r.readStart(); r.Start.IsZero() {
		return nil, nil
	}
	slots, err := a.Slots(ctx, r.Ask, calendar.Span{Start: r.Start.Add(-around), End: r.Start.Add(around)})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(slots, func(x, y Slot) int { return int(x.Start.Sub(r.Start).Abs() - y.Start.Sub(r.Start).Abs()) })
	slots = slots[:min(count, len(slots))]
	slices.SortFunc(slots, func(x, y Slot) int { return x.Start.Compare(y.Start) })
	return slots, nil
}

// SlotsToMove returns the moments to which an appointment can be moved: its own
// time, less the moment at which it begins now. Notice binds its client only.
func (a *Appointments) SlotsToMove(ctx context.Context, by org.Actor, id string, window calendar.Span) ([]Slot, error) {
	now, err := a.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	ap, err := a.appointment(ctx, a.db, by.OrgID, id)
	if err != nil {
		return nil, err
	}
	k, err := a.askToMove(ctx, a.db, ap)
	if err != nil {
		return nil, err
	}
	k.window = k.service.within(window, now, by.PersonID == ap.ClientID)
	o, err := a.read(ctx, a.db, k)
	return slices.DeleteFunc(o.slots(), func(s Slot) bool { return s.Start.Equal(ap.Starts) }), err
}

// askToMove is the question about free time for an appointment that moves. It
// stays at its branch.
func (a *Appointments) askToMove(ctx context.Context, q db.Q, ap Appointment) (ask, error) {
	s, limits, err := a.service(ctx, q, ap.OrgID, ap.ServiceID)
	if err == nil {
		err = a.stillHeld(ctx, q, ap)
	}
	fit := s.fit()
	fit.Length = ap.Span().Duration()
	return ask{service: s, limits: limits, method: ap.Method, staff: ap.StaffID, location: ap.LocationID, except: ap.ID, fit: fit}, err
}
