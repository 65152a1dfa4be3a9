package ical

import (
	"hash/maphash"
	"strings"
	"time"
)

// most bounds the lists of one event: rules, exceptions, more dates.
const most = 2000

// An entry is as much of a VEVENT as says when its owner is busy. What it is
// about is not read.
type entry struct {
	uid        uint64
	start, end stamp
	lasts      length
	// begins, ends and lasting say which of them it has.
	begins, ends, lasting bool
	// replaces is the occurrence of a series that this event stands for.
	replaces *stamp
	rules    []string
	except   []stamp
	more     []period
	// idle events take no time: free, cancelled, or marked as seen through.
	idle bool
}

// A period is a start with an end or a length; a plain date of a series has neither.
type period struct {
	start stamp
	end   *stamp
	lasts *length
}

// interesting are the properties that are taken apart; all others are passed over.
var interesting = []string{"DTSTART", "DTEND", "DURATION", "UID", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "TRANSP", "STATUS",
	"X-MICROSOFT-CDO-BUSYSTATUS"}

func isInteresting(line []byte) bool {
	for _, name := range interesting {
		if is(line, name) {
			return true
		}
	}
	return false
}

var seed = maphash.MakeSeed()

// take adds a property. One that cannot be read is as if it were not there.
func (e *entry) take(p property) {
	switch p.name {
	case "UID":
		e.uid = maphash.String(seed, p.value)
	case "DTSTART":
		e.start, e.begins = readStamp(p)
	case "DTEND":
		e.end, e.ends = readStamp(p)
	case "DURATION":
		e.lasts, e.lasting = readLength(p.value)
	case "RECURRENCE-ID":
		if s, ok := readStamp(p); ok {
			e.replaces = &s
		}
	case "RRULE":
		if len(e.rules) < 4 {
			e.rules = append(e.rules, p.value)
		}
	case "EXDATE", "RDATE":
		e.takeDates(p)
	default:
		e.idle = e.idle || idle(p.name, strings.ToUpper(p.value))
	}
}

// idle reports whether the property says that the event takes no time. Outlook
// writes the same in a property of its own (MS-OXCICAL, 2.1.3.1.1.20.31).
func idle(name, value string) bool {
	switch name {
	case "TRANSP":
		return value == "TRANSPARENT"
	case "STATUS":
		return value == "CANCELLED"
	}
	return value == "FREE" || value == "WORKINGELSEWHERE"
}

func (e *entry) takeDates(p property) {
	for _, text := range strings.Split(p.value, ",") {
		if len(e.except)+len(e.more) >= most {
			return
		}
		one := property{name: p.name, params: p.params, value: strings.TrimSpace(text)}
		if p.name == "EXDATE" {
			if s, ok := readStamp(one); ok {
				e.except = append(e.except, s)
			}
			continue
		}
		if d, ok := readPeriod(one); ok {
			e.more = append(e.more, d)
		}
	}
}

// readPeriod reads 20270301T090000Z/PT1H, .../20270301T100000Z, or a start alone.
func readPeriod(p property) (d period, ok bool) {
	start, rest, _ := strings.Cut(p.value, "/")
	p.value = start
	if d.start, ok = readStamp(p); !ok || rest == "" {
		return d, ok
	}
	if l, isLength := readLength(rest); isLength {
		d.lasts = &l
		return d, true
	}
	p.value = rest
	end, ok := readStamp(p)
	d.end = &end
	return d, ok
}

// extent is how the event's end follows from its start. A day without an end
// is that day; a moment without one takes no time (RFC 5545, 3.6.1).
func (e *entry) extent(r *reading) length {
	switch {
	case e.ends && e.start.day && e.end.day:
		return length{days: min(max(int(e.end.wall.Sub(e.start.wall)/(24*time.Hour)), 1), longest)}
	case e.ends:
		exact := r.instant(e.end).Sub(r.instant(e.start))
		return length{exact: min(max(exact, 0), longest*24*time.Hour)}
	case e.lasting:
		return e.lasts
	case e.start.day:
		return length{days: 1}
	}
	return length{}
}
