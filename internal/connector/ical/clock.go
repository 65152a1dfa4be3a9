package ical

import (
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A clock is a wall clock as a calendar names one: it says when its hands show a
// time. Wall times are written as times in UTC.
type clock interface {
	instant(wall time.Time) time.Time
	wall(t time.Time) time.Time
}

// A placed clock hangs in a zone that we know.
type placed struct{ zone *time.Location }

func (p placed) instant(w time.Time) time.Time {
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, p.zone)
}

func (p placed) wall(t time.Time) time.Time {
	t = t.In(p.zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// A defined clock is one that the calendar itself describes (VTIMEZONE). It
// knows its shifts around the time that is asked for.
type defined struct{ shifts []shift }

// A shift sets the clock: from this wall time on, by the clock before it, the
// hands are so far ahead of UTC.
type shift struct {
	wall         time.Time
	offset, from time.Duration
}

func (d defined) instant(w time.Time) time.Time {
	offset := d.shifts[0].from
	for _, t := range d.shifts {
		if w.Before(t.wall) {
			break
		}
		offset = t.offset
	}
	return w.Add(-offset)
}

func (d defined) wall(at time.Time) time.Time {
	offset := d.shifts[0].from
	for _, t := range d.shifts {
		if at.Before(t.wall.Add(-t.from)) {
			break
		}
		offset = t.offset
	}
	return at.UTC().Add(offset)
}

// An observance is a part of a described zone: its summer or its winter.
type observance struct {
	start        time.Time
	offset, from time.Duration
	rule         string
	begins, sets bool
}

// maxObservances is more than any zone has had; maxShifts bounds what the rules
// of one may give.
const (
	maxObservances = 200
	maxShifts      = 64
)

func (o *observance) take(p property) {
	switch p.name {
	case "DTSTART":
		var s stamp
		s, o.begins = readStamp(p)
		o.start = s.wall
	case "TZOFFSETTO":
		o.offset, o.sets = readOffset(p.value)
	case "TZOFFSETFROM":
		o.from, _ = readOffset(p.value)
	case "RRULE":
		o.rule = p.value
	}
}

// shifts lists when the observance begins, as far as that matters for the years
// around a window.
func (o observance) shifts(from, till time.Time) []shift {
	list := []shift{{o.start, o.offset, o.from}}
	option, err := rrule.StrToROption(o.rule)
	if o.rule == "" || err != nil || option.Freq != rrule.YEARLY {
		return list
	}
	option.Dtstart = o.start
	if early := from.Year() - 3; o.start.Year() < early && option.Count == 0 {
		// A zone that began long ago turned every year since; only the last matter.
		step := max(option.Interval, 1)
		option.Dtstart = o.start.AddDate((early-o.start.Year())/step*step, 0, 0)
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return list
	}
	next := rule.Iterator()
	for range maxShifts {
		at, ok := next()
		if !ok || at.After(till.AddDate(2, 0, 0)) {
			break
		}
		list = append(list, shift{at, o.offset, o.from})
	}
	return list
}

// readOffset reads +0100 or -023000.
func readOffset(text string) (time.Duration, bool) {
	sign := time.Duration(1)
	switch {
	case strings.HasPrefix(text, "-"):
		sign = -1
	case !strings.HasPrefix(text, "+"):
		return 0, false
	}
	digits := text[1:]
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 4 && len(digits) != 6 {
		return 0, false
	}
	if len(digits) == 4 {
		n *= 100
	}
	d := time.Duration(n/10000)*time.Hour + time.Duration(n/100%100)*time.Minute + time.Duration(n%100)*time.Second
	return sign * d, d < 24*time.Hour
}
