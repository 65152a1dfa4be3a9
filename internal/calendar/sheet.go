package calendar

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// A Sheet is what is known of one person's time within a window. It is made
// once from the rows and then only read, so that any number of questions can be
// asked of it, by any number of goroutines.
type Sheet struct {
	// PersonID is whose time this is.
	PersonID string
	// Zone is where the person's wall clock hangs.
	Zone *time.Location
	// Version is the calendar's version when the sheet was read.
	Version int64

	window Stretch
	open   Line            // the hours of each day, in order; days that meet are not joined
	off    Line            // time off
	busy   Line            // claims
	placed map[string]Line // of the hours, those that are worked at a place; see At
}

// Rules are what a sheet is made of, as they stand in the database. Claims
// must be sorted by time and must not overlap, which is what the database
// promises; TimeOff and Busy may come in any order.
type Rules struct {
	Hours      []Hours
	Exceptions []Exception
	TimeOff    []Stretch
	Claims     Line
	// Busy is what the person has on in other calendars.
	Busy []Stretch
}

// NewSheet works out a person's sheet for a window. The day after the window is
// worked out too, since an appointment may begin in the window and end there.
func NewSheet(personID string, zone *time.Location, window Span, r Rules) *Sheet {
	s := &Sheet{PersonID: personID, Zone: zone, window: window.Stretch(), busy: r.Claims}
	s.open = openLine(zone, window, r)
	s.placed = placed(zone, window, r)
	s.off = merge(r.TimeOff)
	return s.Pad(r.Busy)
}

// openLine lays the weekly hours and their exceptions over the dates of a window.
func openLine(zone *time.Location, window Span, r Rules) Line {
	week := weekOf(r.Hours)
	except := make(map[Date][]Minutes, len(r.Exceptions))
	for _, e := range r.Exceptions {
		except[e.Date] = e.Open
	}
	clock := wall{zone: zone}
	first, last := clock.date(window.Start), clock.date(window.End)+1
	open := make(Line, 0, int(last-first+1)*max(1, len(r.Hours)/5))
	for day := first; day <= last; day++ {
		minutes, other := except[day]
		if !other {
			minutes = week[day.Weekday()]
		}
		for _, m := range minutes {
			open = appendOpen(open, Stretch{clock.instant(day, m.Start), clock.instant(day, m.End)})
		}
	}
	return open
}

// appendOpen keeps the line in order when a change of the clocks pushes
// stretches into each other, and leaves out those that it swallows.
func appendOpen(open Line, s Stretch) Line {
	if n := len(open); n > 0 {
		s.From = max(s.From, open[n-1].To)
	}
	if s.From >= s.To {
		return open
	}
	return append(open, s)
}

// weekOf sorts weekly hours into days.
func weekOf(hours []Hours) (week [7][]Minutes) {
	for _, h := range hours {
		week[h.Weekday] = append(week[h.Weekday], Minutes{h.Start, h.End})
	}
	for _, day := range week {
		slices.SortFunc(day, func(a, b Minutes) int { return cmp.Compare(a.Start, b.Start) })
	}
	return week
}

// Free returns when the person works and nothing is claimed, within a window.
func (s *Sheet) Free(window Span) []Span {
	working := s.working(window.Stretch())
	return subtract(nil, working, s.busy).Spans()
}

// Working returns when the person works within a window, taken or not: hours
// and their exceptions, less time off.
func (s *Sheet) Working(window Span) []Span { return s.working(window.Stretch()).Spans() }

// Busy returns what is taken and touches a window: claims, and what is on elsewhere.
func (s *Sheet) Busy(window Span) []Span {
	w := window.Stretch()
	var spans []Span
	for _, c := range s.busy[s.busy.after(w.From):] {
		if c.From >= w.To {
			break
		}
		spans = append(spans, c.Span())
	}
	return spans
}

func (s *Sheet) working(w Stretch) Line {
	w = Stretch{max(w.From, s.window.From), min(w.To, s.window.To)}
	if w.From >= w.To {
		return nil
	}
	open := intersect(make(Line, 0, len(s.open)), s.open, Line{w})
	return subtract(make(Line, 0, len(open)+len(s.off)), merge(open), s.off)
}

// Pad returns a sheet on which other stretches are busy too: what is on
// elsewhere, or the quiet that appointments already agreed on ask for around
// themselves. More may overlap.
func (s *Sheet) Pad(more []Stretch) *Sheet {
	if len(more) == 0 {
		return s
	}
	padded := *s
	padded.busy = merge(slices.Concat([]Stretch(s.busy), more))
	return &padded
}

// Without returns a sheet on which a stretch is not busy: the old time of an
// appointment that is about to move.
func (s *Sheet) Without(own Stretch) *Sheet {
	freed := *s
	freed.busy = subtract(nil, s.busy, Line{own})
	return &freed
}

// Shut returns a sheet without the hours that begin in the stretches: days on
// which the person takes no more.
func (s *Sheet) Shut(days []Stretch) *Sheet {
	if len(days) == 0 {
		return s
	}
	closed := merge(slices.Clone(days))
	shut := *s
	shut.open = slices.DeleteFunc(slices.Clone(s.open), func(b Stretch) bool {
		i := closed.after(b.From)
		return i < len(closed) && closed[i].From <= b.From
	})
	return &shut
}

// Starts yields, in order, each moment of the window at which the appointment
// may start. It starts on the raster of its day's hours, lies within working
// time from beginning to end, and keeps its quiet before and after from every
// claim. The quiet itself may lie outside working time.
func (s *Sheet) Starts(window Span, fit Fit) iter.Seq[Instant] {
	return func(yield func(Instant) bool) {
		w := window.Stretch()
		from, to := max(w.From, s.window.From), min(w.To, s.window.To)
		walk := newWalk(s, from, fit)
		var run Instant
		for i := s.open.after(from); i < len(s.open) && s.open[i].From < to; i++ {
			if run < s.open[i].To {
				run = s.runEnd(i)
			}
			if !walk.block(s.open[i], from, to, run, yield) {
				return
			}
		}
	}
}

// CanStart reports whether the appointment may start at exactly this moment.
func (s *Sheet) CanStart(at time.Time, fit Fit) bool {
	for range s.Starts(Span{at, at.Add(time.Microsecond)}, fit) {
		return true
	}
	return false
}

// runEnd is where work that goes on from block i without a break ends: an
// appointment may reach from one block into the next.
func (s *Sheet) runEnd(i int) Instant {
	for i+1 < len(s.open) && s.open[i+1].From == s.open[i].To {
		i++
	}
	return s.open[i].To
}

// Unclaimed returns the sheet as it would be if nothing were taken, to tell
// "taken" from "does not work then".
func (s *Sheet) Unclaimed() *Sheet {
	idle := *s
	idle.busy = nil
	return &idle
}
