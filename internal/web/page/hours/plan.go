package hours

import (
	"context"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
)

// A plan is all that a person says about their own time from now on.
type plan struct {
	zone   *time.Location
	hours  []calendar.Hours
	dates  []calendar.Exception
	off    []calendar.TimeOff
	booked []appointment.View
}

// planAhead is how far ahead dates and time off are looked at: further than
// anything can be booked.
const planAhead = 800 * 24 * time.Hour

// bookedMost is how many appointments are looked at when the plan changes.
const bookedMost = 1000

func (e *Editor) plan(ctx context.Context, who org.Person, now time.Time) (p plan, err error) {
	q, orgID, personID := e.Orgs.Read(), who.OrgID, who.ID
	heads, err := calendar.Heads(ctx, q, orgID, []string{personID})
	if err != nil {
		return p, err
	}
	if p.zone, err = calendar.Zone(heads[personID].Zone); err != nil {
		return p, err
	}
	if p.hours, err = e.Calendars.Hours(ctx, orgID, personID); err != nil {
		return p, err
	}
	today := calendar.DateOf(now.In(p.zone))
	if p.dates, err = e.Calendars.Exceptions(ctx, orgID, personID, today, today+calendar.Date(planAhead/(24*time.Hour))); err != nil {
		return p, err
	}
	if p.off, err = e.Calendars.TimeOff(ctx, orgID, personID, calendar.Span{Start: now, End: now.Add(planAhead)}); err != nil {
		return p, err
	}
	p.booked, err = e.Appointments.Upcoming(ctx, q, orgID, personID, now, bookedMost)
	return p, err
}

// withDate is the plan with other hours on a date.
func (p plan) withDate(e calendar.Exception) plan {
	p.dates = slices.DeleteFunc(slices.Clone(p.dates), func(x calendar.Exception) bool { return x.Date == e.Date })
	p.dates = append(p.dates, e)
	return p
}

// withOff is the plan with more time off.
func (p plan) withOff(off calendar.TimeOff) plan {
	p.off = append(slices.Clone(p.off), off)
	return p
}

// isOff reports whether exactly this time off is there already.
func (p plan) isOff(off calendar.TimeOff) bool {
	return slices.ContainsFunc(p.off, func(o calendar.TimeOff) bool {
		return o.Span.Start.Equal(off.Span.Start) && o.Span.End.Equal(off.Span.End) && o.Reason == off.Reason
	})
}

// left are the booked appointments that lie in working time now and would not by
// the plan. What lies outside already is not told again.
func (p plan) left(by plan) (list []appointment.View) {
	if len(p.booked) == 0 {
		return nil
	}
	window := calendar.Span{Start: p.booked[0].Starts, End: p.booked[0].Ends}
	for _, a := range p.booked {
		if a.Ends.After(window.End) {
			window.End = a.Ends
		}
	}
	before, after := p.sheet(window), by.sheet(window)
	for _, a := range p.booked {
		if covers(before, a) && !covers(after, a) {
			list = append(list, a)
		}
	}
	return list
}

func (p plan) sheet(window calendar.Span) *calendar.Sheet {
	off := make([]calendar.Stretch, len(p.off))
	for i, o := range p.off {
		off[i] = o.Span.Stretch()
	}
	return calendar.NewSheet("", p.zone, window, calendar.Rules{Hours: p.hours, Exceptions: p.dates, TimeOff: off})
}

// covers reports whether all of an appointment is working time, at its branch if
// it is held at one.
func covers(s *calendar.Sheet, a appointment.View) bool {
	if a.LocationID != "" {
		s = s.At(a.LocationID)
	}
	span := a.Span()
	working := s.Working(span)
	return len(working) == 1 && working[0].Start.Equal(span.Start) && working[0].End.Equal(span.End)
}
