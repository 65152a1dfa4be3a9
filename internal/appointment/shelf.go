package appointment

import (
	"sync"
	"time"

	"parley/internal/calendar"
)

// A reading is a person's sheet as calendar gave it, and with limits and quiet
// laid over.
type reading struct {
	bare, laid *calendar.Sheet
}

// A label says what a reading is of. All that a reading depends on either stands
// in the label or raises the calendar's version when it changes, so a reading
// with the right label is right, whichever process changed what.
type label struct {
	org, person string
	head        calendar.Head
	// location is the branch where the person is asked for; empty when it does not matter.
	location string
	limit    int
	window   calendar.Stretch
}

// A shelf keeps readings of committed states, so that a question about free time
// reads what changed and not everything. It forgets what was not asked for
// during the last shelfSize new readings.
type shelf struct {
	mu         sync.Mutex
	young, old map[label]reading
}

// shelfSize is some megabytes of readings of a month.
const shelfSize = 1000

func (s *shelf) get(l label) (reading, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.young[l]
	if !ok {
		if r, ok = s.old[l]; ok {
			s.keep(l, r)
		}
	}
	return r, ok
}

func (s *shelf) put(l label, r reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(l, r)
}

// keep puts a reading among the young; when these are full, they grow old
// together.
func (s *shelf) keep(l label, r reading) {
	if len(s.young) >= shelfSize || s.young == nil {
		s.old, s.young = s.young, make(map[label]reading)
	}
	s.young[l] = r
}

// wholeDays widens a window to days in UTC, so that the questions of one day
// share a reading.
func wholeDays(w calendar.Span) calendar.Span {
	const day = 24 * time.Hour
	return calendar.Span{Start: w.Start.Truncate(day), End: w.End.Add(day - time.Microsecond).Truncate(day)}
}
