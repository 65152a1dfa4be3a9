package calendar

import (
	"cmp"
	"slices"
)

// A Stretch is a span in the arithmetic: From is inside it, To is not.
type Stretch struct {
	From, To Instant
}

// Span returns the stretch as two times in UTC.
func (s Stretch) Span() Span { return Span{s.From.Time(), s.To.Time()} }

// A Line is a set of moments, written as stretches that are sorted, not empty
// and do not overlap. Every operation takes Lines and gives a Line, in one walk
// over both. Results are appended to dst, which may be nil but must not share
// memory with an operand.
type Line []Stretch

// merge makes a Line of any stretches: it drops empty ones, sorts, and joins
// those that overlap or touch. It works in place.
func merge(s []Stretch) Line {
	s = slices.DeleteFunc(s, func(a Stretch) bool { return a.From >= a.To })
	byStart := func(a, b Stretch) int { return cmp.Compare(a.From, b.From) }
	if !slices.IsSortedFunc(s, byStart) {
		slices.SortFunc(s, byStart)
	}
	n := 0
	for _, a := range s {
		if n > 0 && a.From <= s[n-1].To {
			s[n-1].To = max(s[n-1].To, a.To)
			continue
		}
		s[n] = a
		n++
	}
	return Line(s[:n])
}

// intersect appends the moments that lie in both lines.
func intersect(dst, a, b Line) Line {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		from, to := max(a[i].From, b[j].From), min(a[i].To, b[j].To)
		if from < to {
			dst = append(dst, Stretch{from, to})
		}
		if a[i].To < b[j].To {
			i++
		} else {
			j++
		}
	}
	return dst
}

// subtract appends the moments of a that do not lie in b.
func subtract(dst, a, b Line) Line {
	j := 0
	for _, s := range a {
		from := s.From
		for j < len(b) && b[j].To <= from {
			j++
		}
		// b[j] may reach into the next stretch of a, so it is looked at from here without moving j.
		for k := j; k < len(b) && b[k].From < s.To; k++ {
			if from < b[k].From {
				dst = append(dst, Stretch{from, b[k].From})
			}
			from = max(from, b[k].To)
		}
		if from < s.To {
			dst = append(dst, Stretch{from, s.To})
		}
	}
	return dst
}

// Spans returns the line as spans of time.
func (l Line) Spans() []Span {
	spans := make([]Span, len(l))
	for i, s := range l {
		spans[i] = s.Span()
	}
	return spans
}

// after returns the index of the first stretch that ends after t.
func (l Line) after(t Instant) int {
	i, _ := slices.BinarySearchFunc(l, t, func(s Stretch, t Instant) int {
		if s.To <= t {
			return -1
		}
		return 1
	})
	return i
}
