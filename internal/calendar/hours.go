package calendar

import (
	"cmp"
	"slices"
	"time"

	"parley/internal/fault"
)

// Hours is one stretch of a person's usual week, in minutes of the day on the
// wall clock of the person's own zone: 540 to 1020 is nine to five, whatever
// the clocks do that day.
type Hours struct {
	Weekday time.Weekday
	// Start is the first minute, 0 to 1439; End the minute after the last, up to 1440.
	Start, End int
	// Location says where the person works then; empty when that does not matter.
	Location string
}

// Minutes is a part of one day, like Hours without a weekday.
type Minutes struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// An Exception replaces a person's usual hours on one date. Without any Open
// minutes the day is closed.
type Exception struct {
	Date Date
	Open []Minutes
}

// TimeOff is a span in which a person does not work, whatever the hours say.
type TimeOff struct {
	ID     string
	Span   Span
	Reason string
}

// minutesADay is where a day ends on the wall clock.
const minutesADay = 24 * 60

// checkHours refuses hours that run backwards, leave their day or overlap.
func checkHours(week []Hours) error {
	var days [7][]Minutes
	for _, h := range week {
		if h.Weekday < time.Sunday || h.Weekday > time.Saturday {
			return fault.New(fault.Invalid, "calendar.hours.weekday").At("weekday")
		}
		days[h.Weekday] = append(days[h.Weekday], Minutes{h.Start, h.End})
	}
	for _, day := range days {
		if err := CheckDay(day); err != nil {
			return err
		}
	}
	return nil
}

// CheckDay refuses minutes that run backwards, leave the day or overlap.
func CheckDay(day []Minutes) error {
	day = slices.SortedFunc(slices.Values(day), func(a, b Minutes) int { return cmp.Compare(a.Start, b.Start) })
	for i, m := range day {
		switch {
		case m.Start < 0 || m.End > minutesADay:
			return fault.New(fault.Invalid, "calendar.hours.range").At("hours")
		case m.Start >= m.End:
			return fault.New(fault.Invalid, "calendar.hours.backwards").At("hours")
		case i > 0 && m.Start < day[i-1].End:
			return fault.New(fault.Invalid, "calendar.hours.overlap").At("hours")
		}
	}
	return nil
}
