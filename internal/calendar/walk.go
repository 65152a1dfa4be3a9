package calendar

import "time"

// A walk goes along a sheet in one direction and keeps its place in the time
// off and in the claims, so that finding all starts costs one pass.
type walk struct {
	off, busy          Line
	length, step       Instant
	before, afterwards Instant
}

func newWalk(s *Sheet, from Instant, fit Fit) *walk {
	w := &walk{
		length: micros(fit.Length), step: micros(fit.Step),
		before: micros(fit.Before), afterwards: micros(fit.After),
	}
	if w.step <= 0 {
		w.step = max(w.length, 1)
	}
	w.off = s.off[s.off.after(from):]
	w.busy = s.busy[s.busy.after(from-w.before):]
	return w
}

func micros(d time.Duration) Instant { return Instant(d / time.Microsecond) }

// block yields the starts on the raster of one block of hours. It returns false
// when the listener has heard enough.
func (w *walk) block(b Stretch, from, to, run Instant, yield func(Instant) bool) bool {
	last := min(b.To, to) - 1
	for t := w.raster(b.From, from); t <= last && t+w.length <= run; {
		if clear := w.clear(t); clear > t {
			t = w.raster(b.From, clear)
			continue
		}
		if !yield(t) {
			return false
		}
		t += w.step
	}
	return true
}

// raster returns the first start of the block's raster that is not before t.
func (w *walk) raster(first, t Instant) Instant {
	if t <= first {
		return first
	}
	return first + (t-first+w.step-1)/w.step*w.step
}

// clear returns t when the appointment fits at t, and otherwise the first
// moment after what stands in its way.
func (w *walk) clear(t Instant) Instant {
	for len(w.off) > 0 && w.off[0].To <= t {
		w.off = w.off[1:]
	}
	if len(w.off) > 0 && w.off[0].From < t+w.length {
		return w.off[0].To
	}
	for len(w.busy) > 0 && w.busy[0].To <= t-w.before {
		w.busy = w.busy[1:]
	}
	if len(w.busy) > 0 && w.busy[0].From < t+w.length+w.afterwards {
		return w.busy[0].To + w.before
	}
	return t
}
