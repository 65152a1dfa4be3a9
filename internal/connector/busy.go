package connector

import (
	"context"
	"time"
)

// A Published is a calendar that its owner published, and what is asked of it.
type Published struct {
	// Address leads to the calendar: whoever has it reads the calendar.
	Address Secret
	// From and Till bound what is asked for.
	From, Till time.Time
	// Zone is the owner's, for days and times that name none.
	Zone *time.Location
	// ETag and Modified are what the last answer was known by; empty asks for
	// the calendar whatever it was.
	ETag, Modified string
}

// A Busy is when the owner of a published calendar has something on. It says
// nothing of what, where or with whom.
type Busy struct {
	// Same says that the calendar has not changed since the answer that the
	// question named; then there are no spans.
	Same bool
	// Spans are pairs of a start and an end, in order; they neither overlap nor touch.
	Spans [][2]time.Time
	// ETag and Modified are what this answer is known by, for the next question.
	ETag, Modified string
}

// ReadBusy reads a published calendar. Its faults are sentences for the owner:
// kind Away may pass by itself, every other wants somebody to do something.
// Only calendar calls it.
type ReadBusy func(ctx context.Context, p Published) (Busy, error)
