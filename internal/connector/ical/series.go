package ical

import (
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	// longestRule is more than any program writes for a rule.
	longestRule = 500
	// maxStep is the largest INTERVAL that is believed.
	maxStep = 1000
	// maxTimes bounds how often a day a rule may name a time.
	maxTimes = 50
	// maxLooked is how many occurrences of one rule are looked at, and
	// maxFound how many may lie in the window.
	maxLooked, maxFound = 50_000, 5_000
)

// units are the lengths of what a rule can count in, where they are the same always.
var units = map[rrule.Frequency]time.Duration{
	rrule.WEEKLY: 7 * 24 * time.Hour, rrule.DAILY: 24 * time.Hour, rrule.HOURLY: time.Hour, rrule.MINUTELY: time.Minute, rrule.SECONDLY: time.Second,
}

// series yields the wall times between two of them at which a rule lets an
// event begin. It ends whatever the rule says, and soon.
func series(text string, start time.Time, c clock, from, till time.Time, yield func(time.Time)) {
	option := readRule(text, c)
	if option == nil {
		yield(start)
		return
	}
	if !option.Until.IsZero() && option.Until.Before(till) {
		till = option.Until
	}
	if option.Freq > rrule.DAILY {
		stepwise(*option, start, from, till, yield)
		return
	}
	option.Dtstart = nearer(*option, start, from)
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		yield(start)
		return
	}
	next, found := rule.Iterator(), 0
	for range maxLooked {
		at, ok := next()
		if !ok || at.After(till) || found == maxFound {
			return
		}
		if !at.Before(from) {
			found++
			yield(at)
		}
	}
}

// readRule reads a rule, and gives nil for one that is none, or that asks for
// more than any calendar program lets people ask for: such an event counts once.
func readRule(text string, c clock) *rrule.ROption {
	if len(text) > longestRule || strings.Contains(strings.ToUpper(text), "BYEASTER") {
		return nil
	}
	option, err := rrule.StrToROption(text)
	if err != nil || option.Interval < 0 || option.Interval > maxStep || option.Count < 0 {
		return nil
	}
	if len(option.Byhour)+len(option.Byminute)+len(option.Bysecond) > 0 {
		if max(len(option.Byhour), 1)*max(len(option.Byminute), 1)*max(len(option.Bysecond), 1) > maxTimes {
			return nil
		}
	}
	if option.Freq > rrule.DAILY && narrowed(*option) {
		return nil
	}
	option.Until = untilWall(text, option.Until, c)
	return option
}

// narrowed reports whether the rule has any BY part.
func narrowed(o rrule.ROption) bool {
	return len(o.Bysetpos)+len(o.Bymonth)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byweekday)+len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0
}

// untilWall is the last moment of a rule on the wall. It is written in UTC; a
// bare day means all of it.
func untilWall(text string, until time.Time, c clock) time.Time {
	if until.IsZero() {
		return until
	}
	_, written, _ := strings.Cut(strings.ToUpper(text), "UNTIL=")
	written, _, _ = strings.Cut(written, ";")
	switch {
	case len(written) == len("20060102"):
		return until.Add(24*time.Hour - time.Second)
	case strings.HasSuffix(written, "Z"):
		return c.wall(until)
	}
	return until
}

// nearer moves the start of a rule without a count towards the window, by whole
// steps: a daily meeting of ten years costs no more than a new one. Months and
// years are few enough to walk.
func nearer(o rrule.ROption, start, from time.Time) time.Time {
	unit := units[o.Freq] * time.Duration(max(o.Interval, 1))
	if unit == 0 || o.Count > 0 || !start.Before(from) {
		return start
	}
	return start.Add(max(from.Sub(start)/unit-1, 0) * unit)
}

// stepwise is a rule by the hour, the minute or the second: plain arithmetic.
func stepwise(o rrule.ROption, start, from, till time.Time, yield func(time.Time)) {
	step := units[o.Freq] * time.Duration(max(o.Interval, 1))
	first := 0
	if start.Before(from) {
		first = int((from.Sub(start) + step - 1) / step)
	}
	for i := first; i < first+maxFound && (o.Count == 0 || i < o.Count); i++ {
		at := start.Add(time.Duration(i) * step)
		if at.After(till) {
			return
		}
		yield(at)
	}
}
