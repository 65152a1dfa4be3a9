package ui

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/a-h/templ"
)

// quartersADay is how many rows a day of the time grid has: 15 minutes each,
// and four more for the hour a day gains when the clocks go back.
const quartersADay = 100

// maxLanes is how many overlapping events are drawn side by side.
const maxLanes = 4

// WeekGridProps describes a schedule of one or more days.
type WeekGridProps struct {
	ID string
	// Caption says whose schedule it is and of when.
	Caption string
	// First is the first quarter of an hour that is drawn (28 is 7 o'clock).
	First int
	// Hours are the labels of the hours drawn, from First on.
	Hours []string
	Days  []GridDay
	// Zone names the clock on the wall that the hours are on, for the script.
	Zone string
	// People is set where each column is a person and not a day.
	People bool
	// Says are what the script says while an event is moved; without them nothing
	// can be moved here.
	Says MoveSays
}

// MoveSays are the sentences of moving an event by keyboard or pointer. Lifted
// and None hold the name of the event in place of "{name}".
type MoveSays struct {
	Lifted, None, Taken, Back, Failed string
}

// A GridDay is a column of a WeekGrid. Quarters count 15 minutes from midnight.
type GridDay struct {
	// Key names the column for the script: a date, or a person's id.
	Key string
	// Name and Number are its heading ("Mon", 23), Label says it in full. A column
	// of a person has a name and no number.
	Name   string
	Number int
	Label  string
	// Href is where the heading leads; empty when it leads nowhere.
	Href  string
	Today bool
	// Now is the quarter it is now, or 0.
	Now int
	// Open are the working hours, Busy what else keeps the person from being met.
	Open, Busy []GridSpan
	Events     []GridEvent
}

// A GridSpan is a run of quarters, To not included.
type GridSpan struct{ From, To int }

// A GridMark says something of an event beside its name: colour, shape and word.
// Without a word it is said elsewhere.
type GridMark struct {
	Icon string
	Tone Tone
	Word string
}

// A GridEvent is something that takes time.
type GridEvent struct {
	// ID is the element's id, by which the focus finds it again.
	ID       string
	From, To int
	// Time is the span in words ("09:30 – 10:00").
	Time, Title, Detail, Href string
	// Icon says what kind it is (video, phone, place); the tone's shape if empty.
	Icon string
	Tone Tone
	// Status is the word that goes with the tone; Spoken is said after it to those
	// who listen.
	Status, Spoken string
	// Marks stand at the right of the name, however short the event is.
	Marks []GridMark
	// Over is drawn struck through: it will not be.
	Over bool
	// Move is the address under which the event can be moved; empty when it
	// cannot. MoveHref is the page that does the same without a script, MoveLabel
	// what its link says.
	Move, MoveHref, MoveLabel string
	// Actions are small buttons beside that.
	Actions templ.Component
}

// now is the row of the line that shows what time it is, if that is drawn.
func (p WeekGridProps) now(d GridDay) string {
	if d.Now < max(p.First, 1) || d.Now >= p.First+4*len(p.Hours) {
		return ""
	}
	return p.place(d.Now, d.Now+1)
}

// place gives the classes for a span, cut to what is drawn.
func (p WeekGridProps) place(from, to int) string {
	last := p.First + 4*len(p.Hours)
	from, to = min(max(from, p.First), last-1), min(max(to, p.First+1), last)
	return "row-" + strconv.Itoa(from-p.First+1) + " span-" + strconv.Itoa(max(to-from, 1))
}

// A lanedEvent is an event with its place among those it overlaps.
type lanedEvent struct {
	GridEvent
	index, count int
}

func (e lanedEvent) lane() string {
	return "lane-" + strconv.Itoa(e.index+1) + "-" + strconv.Itoa(e.count)
}

// size names events too short for more than one line.
func (e lanedEvent) size() string {
	switch n := e.To - e.From; {
	case n <= 1:
		return "event-15"
	case n == 2:
		return "event-30"
	case n == 3:
		return "event-45"
	}
	return ""
}

// laned orders events by time and gives each the first lane that is free; events
// that overlap, directly or through others, share the width.
func laned(events []GridEvent) []lanedEvent {
	sorted := slices.SortedStableFunc(slices.Values(events), func(a, b GridEvent) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	out := make([]lanedEvent, 0, len(sorted))
	var ends []int // when each lane of the running cluster is free again
	start := 0     // where the cluster begins in out
	for _, e := range sorted {
		if len(ends) > 0 && e.From >= slices.Max(ends) {
			share(out[start:], len(ends))
			start, ends = len(out), nil
		}
		lane := slices.IndexFunc(ends, func(end int) bool { return end <= e.From })
		switch {
		case lane >= 0:
			ends[lane] = e.To
		case len(ends) < maxLanes:
			lane, ends = len(ends), append(ends, e.To)
		default:
			lane = maxLanes - 1
			ends[lane] = max(ends[lane], e.To)
		}
		out = append(out, lanedEvent{GridEvent: e, index: lane})
	}
	share(out[start:], len(ends))
	return out
}

func share(cluster []lanedEvent, lanes int) {
	for i := range cluster {
		cluster[i].count = lanes
	}
}
