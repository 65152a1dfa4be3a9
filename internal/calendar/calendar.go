// Package calendar owns what a person's time looks like: weekly hours, dates
// with other hours, time off, and claims, which are the spans taken by agreed
// meetings. It answers one question for every room of the house: when is this
// person free?
//
// The arithmetic (Line, Sheet) is pure. Around it stand the protocol that keeps
// anybody from being in two places (Touch, Holds, Claim), and the verbs by which
// people change their hours. It does not know what a meeting is about, who may
// book it, or how free time is cut into appointments that are offered.
package calendar

import "time"

// A Span is a stretch of time from Start up to, but without, End.
type Span struct {
	Start, End time.Time
}

// Valid reports whether the span has a beginning and lasts.
func (s Span) Valid() bool { return !s.Start.IsZero() && s.Start.Before(s.End) }

// Overlaps reports whether the two spans share any moment. Spans that only
// touch do not.
func (s Span) Overlaps(o Span) bool { return s.Start.Before(o.End) && o.Start.Before(s.End) }

// Duration is how long the span lasts.
func (s Span) Duration() time.Duration { return s.End.Sub(s.Start) }

// Stretch is the span as the arithmetic holds it.
func (s Span) Stretch() Stretch { return Stretch{At(s.Start), At(s.End)} }

// An Instant is a moment in microseconds since 1970 UTC, which is how the
// database keeps time. The arithmetic runs on it because it is a third of the
// size of a time.Time and compares in one instruction.
type Instant int64

// At returns the instant of t.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time returns the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add returns the instant that lies d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d/time.Microsecond) }

// A Fit says what an appointment needs of free time: its length, the quiet
// before and after it, and the raster on which it may start.
type Fit struct {
	Length, Before, After, Step time.Duration
}
