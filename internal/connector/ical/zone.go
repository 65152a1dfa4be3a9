package ical

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// instant is the moment that a stamp means.
func (r *reading) instant(s stamp) time.Time { return r.clockOf(s).instant(s.wall) }

// clockOf is the clock that a stamp is read from. A day belongs to whoever lives
// through it, and so does a time that names no zone, or one that nobody knows.
func (r *reading) clockOf(s stamp) clock {
	switch {
	case s.utc:
		return placed{time.UTC}
	case s.day || s.zone == "":
		return r.own
	}
	return r.known(s.zone, r.own)
}

// known finds a clock by its name: a zone of the IANA database, one of Windows,
// one that the calendar describes; otherwise the given one.
func (r *reading) known(name string, otherwise clock) clock {
	if c, ok := r.clocks[name]; ok {
		return c
	}
	c := otherwise
	if zone := zoneNamed(name); zone != nil {
		c = placed{zone}
		if len(r.clocks) < maxZones {
			r.clocks[name] = c
		}
	}
	return c
}

// zoneNamed finds a zone by its IANA or Windows name. Some programs put a path
// of their own before the IANA name.
func zoneNamed(name string) *time.Location {
	if len(name) > 100 || name == "" || name == "Local" {
		return nil
	}
	if iana, ok := windowsZones[name]; ok {
		name = iana
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	if len(parts) < 3 {
		return nil
	}
	zone, err := time.LoadLocation(strings.Join(parts[len(parts)-2:], "/"))
	if err != nil {
		return nil
	}
	return zone
}

// describe reads a VTIMEZONE. Zones that we know by name are not read from it:
// what we know of them is newer than what a calendar program once wrote.
func (r *reading) describe(l *unfolder) error {
	var name string
	var all []observance
	err := r.component(l, func(line []byte) {
		if is(line, "TZID") {
			name = split(line).value
		}
	}, func(kind string) error {
		var o observance
		err := r.component(l, func(line []byte) { o.take(split(line)) }, nil)
		if (kind == "STANDARD" || kind == "DAYLIGHT") && o.begins && o.sets && len(all) < maxObservances {
			all = append(all, o)
		}
		return err
	})
	if err != nil || len(all) == 0 || len(r.clocks) >= maxZones || len(name) > 100 || zoneNamed(name) != nil {
		return err
	}
	var d defined
	for _, o := range all {
		d.shifts = append(d.shifts, o.shifts(r.from, r.till)...)
	}
	slices.SortFunc(d.shifts, func(a, b shift) int { return cmp.Compare(a.wall.Unix(), b.wall.Unix()) })
	r.clocks[name] = d
	return nil
}
