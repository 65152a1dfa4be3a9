package ical

import (
	"strconv"
	"strings"
	"time"
)

// A stamp is a day or a moment as a calendar writes it: on a clock in UTC, on
// one that it names, or on whichever clock the reader looks at.
type stamp struct {
	wall time.Time
	zone string
	utc  bool
	day  bool
}

// The years that a calendar of appointments speaks of. Anything else is a slip
// of a program, or bait.
const firstYear, lastYear = 1900, 2200

// readStamp reads a DATE or a DATE-TIME.
func readStamp(p property) (stamp, bool) {
	s := stamp{zone: p.param("TZID")}
	text := p.value
	if s.utc = strings.HasSuffix(text, "Z"); s.utc {
		text = text[:len(text)-1]
	}
	layout := "20060102T150405"
	if s.day = len(text) == len("20060102"); s.day {
		layout = "20060102"
	}
	var err error
	s.wall, err = time.Parse(layout, text)
	return s, err == nil
}

// sane reports whether the stamp is of a time that a calendar speaks of.
func (s stamp) sane() bool { return s.wall.Year() >= firstYear && s.wall.Year() <= lastYear }

// A length is a DURATION: days are days on the wall, the rest is exact.
type length struct {
	days  int
	exact time.Duration
}

// longest bounds what is read as one event.
const longest = 10 * 366

// readLength reads P1D, PT1H30M or P2W. Nothing lasts less than nothing.
func readLength(text string) (l length, ok bool) {
	text, ok = strings.CutPrefix(strings.TrimPrefix(text, "+"), "P")
	if !ok || text == "" {
		return l, false
	}
	units := map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	for clock := false; text != ""; {
		if text[0] == 'T' {
			clock, text = true, text[1:]
			continue
		}
		i := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if i < 1 || i > 8 {
			return l, false
		}
		n, _ := strconv.Atoi(text[:i])
		unit := text[i]
		text = text[i+1:]
		switch {
		case unit == 'W' && !clock:
			l.days += 7 * n
		case unit == 'D' && !clock:
			l.days += n
		case clock && units[unit] > 0:
			l.exact += time.Duration(n) * units[unit]
		default:
			return l, false
		}
	}
	return l, l.days <= longest && l.exact <= longest*24*time.Hour
}
