package calendar

import (
	"context"
	"slices"
	"time"

	"parley/internal/db"
)

// alwaysOpen is every day from midnight to midnight.
var alwaysOpen = func() (week []Hours) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		week = append(week, Hours{Weekday: day, End: minutesADay})
	}
	return week
}()

// margins is how much is worked out on both sides of the window of a place: its
// days may begin and end elsewhere than those of the people who work there.
const margins = 48 * time.Hour

// OpenHours works out when a place is open within a window: its usual week, and
// dates with other hours, on the wall clock of its zone. No week at all means
// always, but for those dates. Hours that meet are joined.
func OpenHours(zone *time.Location, window Span, week []Hours, except []Exception) Line {
	if len(week) == 0 {
		week = alwaysOpen
	}
	wide := Span{window.Start.Add(-margins), window.End.Add(margins)}
	return merge(openLine(zone, wide, Rules{Hours: week, Exceptions: except}))
}

// WholeDays is the line of dates as they pass in a zone.
func WholeDays(zone *time.Location, dates []Date) Line {
	days := make([]Stretch, len(dates))
	for i, d := range dates {
		days[i] = d.In(zone).Stretch()
	}
	return merge(days)
}

// And returns the moments that lie in both lines.
func (l Line) And(other Line) Line { return intersect(nil, l, other) }

// Covers reports whether the line holds a moment.
func (l Line) Covers(at Instant) bool {
	i := l.after(at)
	return i < len(l) && l[i].From <= at
}

// placed works out, for each place that the usual week names, when the person
// works there.
func placed(zone *time.Location, window Span, r Rules) map[string]Line {
	var places map[string]Line
	closed := slices.Clone(r.Exceptions)
	for i := range closed {
		closed[i].Open = nil // a date with other hours is for every place
	}
	for _, h := range r.Hours {
		if h.Location == "" || places[h.Location] != nil {
			continue
		}
		there := slices.DeleteFunc(slices.Clone(r.Hours), func(o Hours) bool { return o.Location != h.Location })
		if places == nil {
			places = map[string]Line{}
		}
		places[h.Location] = openLine(zone, window, Rules{Hours: there, Exceptions: closed})
	}
	return places
}

// At returns a sheet of the hours that the person works at one place: those said
// to be there, and those of which no place is said.
func (s *Sheet) At(place string) *Sheet {
	there := *s
	for name, line := range s.placed {
		if name != place {
			there.open = subtract(nil, there.open, line)
		}
	}
	return &there
}

// Within returns a sheet of the hours that lie in the open line: a person can be
// met where both they and the place are there. Where a place opens later than the
// person's day begins, the raster of starts begins with the place.
func (s *Sheet) Within(open Line) *Sheet {
	cut := *s
	cut.open = intersect(make(Line, 0, len(s.open)), s.open, open)
	return &cut
}

// Outside returns a sheet without the hours that lie in the closed line.
func (s *Sheet) Outside(closed Line) *Sheet {
	if len(closed) == 0 {
		return s
	}
	cut := *s
	cut.open = subtract(make(Line, 0, len(s.open)), s.open, closed)
	return &cut
}

const workedAt = `SELECT COUNT(*) FROM hours WHERE org_id = $1 AND location = $2`

// Worked reports whether anybody's usual week names a place.
func Worked(ctx context.Context, q db.Q, orgID, place string) (bool, error) {
	n, err := db.Value[int64](ctx, q, workedAt, orgID, place)
	return n > 0, err
}
