package ical

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"parley/internal/fault"
)

const (
	// maxSpans bounds how many busy times of the window are kept.
	maxSpans = 20_000
	// maxZones bounds how many clocks one calendar may describe.
	maxZones = 200
)

// A span is a busy time in seconds since 1970.
type span struct{ from, till int64 }

// An occurrence is the busy time of one event of a series, which another event
// may stand for.
type occurrence struct {
	of moment
	span
}

// A moment names an occurrence: the series, and when it would begin.
type moment struct {
	uid uint64
	at  int64
}

// A reading is a calendar being read: what was found in the window so far. It
// holds one event at a time, and never what an event is about.
type reading struct {
	ctx        context.Context
	from, till time.Time
	own        clock
	clocks     map[string]clock

	single   []span
	repeated []occurrence
	replaced map[moment]bool
	complete bool
}

// Read returns when the owner of a calendar is busy within a window, in order and
// joined, from its iCalendar text: events that take time, and free/busy lists.
// It reads the text as it comes and keeps no more than the busy times. Days, and
// times that name no zone, are the calendar's own or the owner's. What cannot be
// read is passed over; what is no calendar at all is a fault.
func Read(ctx context.Context, text io.Reader, from, till time.Time, zone *time.Location) ([][2]time.Time, error) {
	r := &reading{ctx: ctx, from: from, till: till, own: placed{zone}, clocks: map[string]clock{}, replaced: map[moment]bool{}}
	l := unfold(text)
	first, err := l.read()
	switch {
	case errors.Is(err, io.EOF) || err == nil && !begins(first, "VCALENDAR"):
		return nil, fault.New(fault.Invalid, "busy.fault.calendar")
	case err != nil:
		return nil, err
	}
	if err := r.all(l); err != nil {
		return nil, err
	}
	if !r.complete {
		return nil, fault.New(fault.Away, "busy.fault.cut")
	}
	return r.spans(), nil
}

func begins(line []byte, name string) bool { return says(line, "BEGIN", name) }

func says(line []byte, verb, name string) bool {
	key, value, ok := bytes.Cut(line, []byte(":"))
	return ok && strings.EqualFold(string(key), verb) && strings.EqualFold(string(bytes.TrimSpace(value)), name)
}

// all reads to the end of the text.
func (r *reading) all(l *unfolder) error {
	for {
		line, err := l.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case begins(line, "VCALENDAR"):
			r.complete = false
		case says(line, "END", "VCALENDAR"):
			r.complete = true
		case begins(line, "VEVENT"):
			err = r.entry(l)
		case begins(line, "VFREEBUSY"):
			err = r.component(l, r.freeBusy, nil)
		case begins(line, "VTIMEZONE"):
			err = r.describe(l)
		case is(line, "BEGIN"):
			err = r.component(l, func([]byte) {}, nil)
		case is(line, "X-WR-TIMEZONE"):
			r.own = r.known(split(line).value, r.own)
		}
		if errors.Is(err, io.EOF) {
			r.complete = false
			return nil
		}
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// component hands out the lines of a component that has begun, up to its end.
// Components inside it are passed over, or given to inner.
func (r *reading) component(l *unfolder, take func(line []byte), inner func(name string) error) error {
	for depth := 1; ; {
		line, err := l.read()
		if err != nil {
			return err
		}
		switch {
		case is(line, "BEGIN"):
			if inner != nil {
				if err := inner(strings.ToUpper(split(line).value)); err != nil {
					return err
				}
				continue
			}
			depth++
		case is(line, "END"):
			if depth--; depth == 0 {
				return nil
			}
		case depth == 1:
			take(line)
		}
	}
}

func (r *reading) entry(l *unfolder) error {
	var e entry
	err := r.component(l, func(line []byte) {
		if isInteresting(line) {
			e.take(split(line))
		}
	}, nil)
	if err != nil || !e.begins || !e.start.sane() {
		return err
	}
	return r.lay(&e)
}

// lay adds the times of an event.
func (r *reading) lay(e *entry) error {
	lasts := e.extent(r)
	if e.replaces != nil {
		r.replace(moment{e.uid, r.instant(*e.replaces).Unix()})
	}
	if e.idle || len(r.replaced) > maxSpans {
		return r.full()
	}
	if e.replaces != nil || len(e.rules) == 0 && len(e.more) == 0 {
		r.add(r.spanOf(e.start, lasts))
		return r.full()
	}
	r.repeat(e, lasts)
	return r.full()
}

// full refuses a calendar that holds more than a person can do.
func (r *reading) full() error {
	if len(r.single) > maxSpans {
		r.single = merge(r.single)
	}
	if max(len(r.single), len(r.repeated), len(r.replaced)) > maxSpans {
		return fault.New(fault.Invalid, "busy.fault.many")
	}
	return nil
}

// replace remembers that an occurrence does not take place as its series says.
func (r *reading) replace(m moment) {
	if m.at >= r.from.AddDate(0, 0, -longest).Unix() && m.at < r.till.Unix() {
		r.replaced[m] = true
	}
}

// repeat adds the occurrences of a series.
func (r *reading) repeat(e *entry, lasts length) {
	c, not := r.clockOf(e.start), r.exceptions(e)
	reach := lasts.exact + time.Duration(lasts.days+1)*24*time.Hour
	at := func(wall time.Time) {
		s := e.start
		s.wall = wall
		m := moment{e.uid, r.instant(s).Unix()}
		if !not[m.at] {
			r.addRepeated(m, r.spanOf(s, lasts))
		}
	}
	for _, rule := range e.rules {
		series(rule, e.start.wall, c, c.wall(r.from).Add(-reach), c.wall(r.till).Add(24*time.Hour), at)
	}
	if len(e.rules) == 0 {
		at(e.start.wall)
	}
	for _, p := range e.more {
		if t := r.instant(p.start); p.start.sane() && !not[t.Unix()] {
			r.addRepeated(moment{e.uid, t.Unix()}, r.periodSpan(p, lasts))
		}
	}
}

func (r *reading) exceptions(e *entry) map[int64]bool {
	not := make(map[int64]bool, len(e.except))
	for _, s := range e.except {
		if s.day && !e.start.day { // some write the day alone
			s.day, s.zone, s.utc = false, e.start.zone, e.start.utc
			s.wall = s.wall.Add(e.start.wall.Sub(e.start.wall.Truncate(24 * time.Hour)))
		}
		not[r.instant(s).Unix()] = true
	}
	return not
}

// freeBusy takes a line of a free/busy list (RFC 5545, 3.8.2.6).
func (r *reading) freeBusy(line []byte) {
	if !is(line, "FREEBUSY") {
		return
	}
	p := split(line)
	if strings.EqualFold(p.param("FBTYPE"), "FREE") {
		return
	}
	for _, text := range strings.Split(p.value, ",") {
		d, ok := readPeriod(property{params: p.params, value: strings.TrimSpace(text)})
		if ok && d.start.sane() && len(r.single) <= maxSpans {
			r.add(r.periodSpan(d, length{}))
		}
	}
}

func (r *reading) periodSpan(p period, lasts length) span {
	switch {
	case p.end != nil:
		return span{r.instant(p.start).Unix(), r.instant(*p.end).Unix()}
	case p.lasts != nil:
		lasts = *p.lasts
	}
	return r.spanOf(p.start, lasts)
}

// spanOf is where a length leads from a start: days by the wall, the rest exactly.
func (r *reading) spanOf(start stamp, lasts length) span {
	end := start
	end.wall = end.wall.AddDate(0, 0, lasts.days)
	return span{r.instant(start).Unix(), r.instant(end).Add(lasts.exact).Unix()}
}

// cut is the part of a span that lies in the window; ok is false when none does.
func (r *reading) cut(s span) (span, bool) {
	s = span{max(s.from, r.from.Unix()), min(s.till, r.till.Unix())}
	return s, s.from < s.till
}

func (r *reading) add(s span) {
	if s, ok := r.cut(s); ok {
		r.single = append(r.single, s)
	}
}

func (r *reading) addRepeated(m moment, s span) {
	if s, ok := r.cut(s); ok && len(r.repeated) <= maxSpans {
		r.repeated = append(r.repeated, occurrence{m, s})
	}
}

// spans puts together what was found.
func (r *reading) spans() [][2]time.Time {
	for _, o := range r.repeated {
		if !r.replaced[o.of] {
			r.single = append(r.single, o.span)
		}
	}
	var all [][2]time.Time
	for _, s := range merge(r.single) {
		all = append(all, [2]time.Time{time.Unix(s.from, 0).UTC(), time.Unix(s.till, 0).UTC()})
	}
	return all
}

// merge sorts spans and joins those that overlap or touch, in place.
func merge(list []span) []span {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	n := 0
	for _, s := range list {
		if n > 0 && s.from <= list[n-1].till {
			list[n-1].till = max(list[n-1].till, s.till)
			continue
		}
		list[n] = s
		n++
	}
	return list[:n]
}
