package ical

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// A change is one turn of a zone's clocks.
type change struct {
	at       time.Time // the instant, in the zone
	from, to int       // seconds east of UTC
	name     string
	daylight bool
}

// wall is the local time at which the change comes, by the clock before it.
func (c change) wall() time.Time { return c.at.UTC().Add(time.Duration(c.from) * time.Second) }

// timezone defines the zone for the years around the event, from the same data
// that the rest of the program reckons with. A change that comes by a yearly
// rule is written as that rule, which is what calendar programs know best; any
// other is written by its date.
func timezone(zone *time.Location, starts, ends time.Time) *ics.VTimezone {
	begin := time.Date(starts.Year()-1, 1, 1, 0, 0, 0, 0, zone)
	end := time.Date(ends.Year()+2, 1, 1, 0, 0, 0, 0, zone)
	years := ends.Year() - starts.Year() + 3
	tz := ics.NewTimezone(zone.String())
	all := changes(begin, end)
	groups, regular := group(all), true
	for _, g := range groups {
		regular = regular && len(g) == years && yearly(g) != ""
	}
	switch {
	case len(all) > 0 && regular:
		for _, g := range groups {
			observe(tz, g[0], yearly(g))
		}
	default:
		observe(tz, opening(begin), "")
		for _, c := range all {
			observe(tz, c, "")
		}
	}
	return tz
}

// changes lists the turns of the clocks between two instants.
//
// Past the last turn that the zone's data lists, package time reckons year by
// year: it ends its bounds at the turn of the year, where nothing changes, and
// a day early in leap years. Hence the two conditions.
func changes(begin, end time.Time) []change {
	var list []change
	for t := begin; ; {
		_, next := t.ZoneBounds()
		if next.IsZero() || !next.Before(end) {
			return list
		}
		if !next.After(t) {
			next = t.AddDate(0, 0, 1)
		}
		c := turn(next)
		if name, _ := next.Add(-time.Second).Zone(); c.from != c.to || name != c.name {
			list = append(list, c)
		}
		t = next
	}
}

func turn(at time.Time) change {
	name, to := at.Zone()
	_, from := at.Add(-time.Second).Zone()
	return change{at: at, from: from, to: to, name: name, daylight: at.IsDST()}
}

// opening is the state of the clocks at the beginning, written as a change that
// changes nothing.
func opening(begin time.Time) change {
	name, offset := begin.Zone()
	return change{at: begin, from: offset, to: offset, name: name, daylight: begin.IsDST()}
}

// group puts together the changes that do the same.
func group(all []change) [][]change {
	var groups [][]change
next:
	for _, c := range all {
		for i, g := range groups {
			if g[0].from == c.from && g[0].to == c.to && g[0].name == c.name && g[0].daylight == c.daylight {
				groups[i] = append(g, c)
				continue next
			}
		}
		groups = append(groups, []change{c})
	}
	return groups
}

var weekdays = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// yearly is the rule by which the changes come, such as the last Sunday of
// March at one o'clock, or empty if they do not come by such a rule.
func yearly(g []change) string {
	first := g[0].wall()
	fromStart, fromEnd := true, true
	for i, c := range g {
		w := c.wall()
		if w.Year() != first.Year()+i || w.Month() != first.Month() || w.Weekday() != first.Weekday() ||
			w.Format("150405") != first.Format("150405") {
			return ""
		}
		fromStart = fromStart && week(w) == week(first)
		fromEnd = fromEnd && w.AddDate(0, 0, 7).Month() != w.Month()
	}
	nth := "-1"
	switch {
	case fromEnd:
	case fromStart && week(first) <= 4:
		nth = strconv.Itoa(week(first))
	default:
		return ""
	}
	return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%s%s", first.Month(), nth, weekdays[first.Weekday()])
}

// week says which of its weekday in the month a day is.
func week(t time.Time) int { return (t.Day()-1)/7 + 1 }

func observe(tz *ics.VTimezone, c change, rule string) {
	var base ics.ComponentBase
	base.AddProperty(ics.ComponentPropertyDtStart, c.wall().Format(localFormat))
	base.AddProperty("TZOFFSETFROM", offset(c.from))
	base.AddProperty("TZOFFSETTO", offset(c.to))
	if !strings.ContainsAny(c.name, "+-") {
		base.AddProperty("TZNAME", c.name)
	}
	if rule != "" {
		base.AddProperty(ics.ComponentPropertyRrule, rule)
	}
	if c.daylight {
		tz.Components = append(tz.Components, &ics.Daylight{ComponentBase: base})
		return
	}
	tz.Components = append(tz.Components, &ics.Standard{ComponentBase: base})
}

// offset writes seconds east of UTC as "+0530". Seconds are written only where
// there are any, as in the local mean times of old.
func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := fmt.Sprintf("%s%02d%02d", sign, seconds/3600, seconds%3600/60)
	if s := seconds % 60; s != 0 {
		text += fmt.Sprintf("%02d", s)
	}
	return text
}
