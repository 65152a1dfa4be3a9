package appointment

import (
	"time"

	"parley/internal/calendar"
)

// exceptions are the location's closings as calendar takes them.
func (l Location) exceptions() ([]calendar.Exception, error) {
	days := make([]calendar.Exception, len(l.Closed))
	for i, c := range l.Closed {
		day, err := calendar.ParseDate(c.Day)
		if err != nil {
			return nil, err
		}
		days[i] = calendar.Exception{Date: day, Open: c.Open}
	}
	return days, nil
}

// openWithin is when the location is open within a window.
func (l Location) openWithin(window calendar.Span) (calendar.Line, error) {
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		return nil, err
	}
	days, err := l.exceptions()
	return calendar.OpenHours(zone, window, l.Hours, days), err
}

// closedDays are the days on which the location is closed from midnight to
// midnight.
func (l Location) closedDays() (calendar.Line, error) {
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		return nil, err
	}
	days, err := l.exceptions()
	var closed []calendar.Date
	for _, d := range days {
		if len(d.Open) == 0 {
			closed = append(closed, d.Date)
		}
	}
	return calendar.WholeDays(zone, closed), err
}

// Opening says how a location stands at a moment.
type Opening struct {
	// Open is whether it is open now.
	Open bool
	// Until is when that changes next; zero when it does not within three weeks.
	Until time.Time
}

// Opening tells whether the location is open at a moment, and until when it
// stays so. A location without hours has none to tell.
func (l Location) Opening(now time.Time) (Opening, error) {
	const ahead = 21 * 24 * time.Hour
	if len(l.Hours) == 0 {
		return Opening{}, nil
	}
	line, err := l.openWithin(calendar.Span{Start: now, End: now.Add(ahead)})
	at := calendar.At(now)
	for _, s := range line {
		switch {
		case s.To <= at:
		case s.From <= at:
			return Opening{Open: true, Until: s.To.Time()}, err
		default:
			return Opening{Until: s.From.Time()}, err
		}
	}
	return Opening{}, err
}

// NextClosing is the location's next day with other hours or none, from a moment
// on; false when there is none.
func (l Location) NextClosing(now time.Time) (next Closing, ok bool) {
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		return next, false
	}
	today := calendar.DateOf(now.In(zone)).String()
	for _, c := range l.Closed {
		if c.Day >= today && (!ok || c.Day < next.Day) {
			next, ok = c, true
		}
	}
	return next, ok
}
