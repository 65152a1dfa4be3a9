package diary

import (
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// The quarters of an hour that a grid shows at least: eight to six.
const (
	gridFirst = 8 * 4
	gridLast  = 18 * 4
	aDay      = 24 * 4
)

// grid draws the hours of one person's days, or of many people's day, on the
// reader's wall clock. A day on which the clocks change is as long as any other:
// what the clock on the wall shows twice is drawn side by side, and the times in
// words say which is which.
func (v *View) grid() ui.WeekGridProps {
	g := ui.WeekGridProps{ID: "week", Caption: v.caption(), People: v.many(), Zone: v.r.Zone.String(), Says: v.says()}
	if v.many() {
		g.Days = v.peopleColumns()
	} else {
		g.Days = v.dayColumns()
	}
	from, to := bounds(g.Days)
	g.First = from
	for q := from; q < to; q += 4 {
		g.Hours = append(g.Hours, hourLabel(v.r, q/4))
	}
	return g
}

// dayColumns are the days of one person. A weekend on which nothing is is left out.
func (v *View) dayColumns() (days []ui.GridDay) {
	first, next := v.days(v.r)
	for d := first; d < next; d++ {
		day := v.column(v.people[0], d)
		if weekend(d) && v.view == weekView && len(day.Open)+len(day.Events) == 0 {
			continue
		}
		span := d.In(v.r.Zone)
		day.Key, day.Name, day.Label = d.String(), v.r.ShortWeekday(d.Weekday()), v.r.DayMonth(span.Start)
		day.Number, day.Today = span.Start.In(v.r.Zone).Day(), d == v.today()
		if v.view == weekView {
			day.Href = v.at(d).as(dayView).address()
		}
		days = append(days, day)
	}
	return days
}

// peopleColumns are the people of one day. Who neither works nor has anything is
// left out.
func (v *View) peopleColumns() (days []ui.GridDay) {
	for _, p := range v.people {
		day := v.column(p, v.day)
		if len(day.Open)+len(day.Events) == 0 {
			continue
		}
		day.Key, day.Name, day.Label, day.Href = p.ID, p.Name, p.Name, v.of(p.ID).address()
		days = append(days, day)
	}
	return days
}

// column is the time of a person on a day.
func (v *View) column(p org.Person, d calendar.Date) (day ui.GridDay) {
	span := d.In(v.r.Zone)
	if d == v.today() {
		day.Now = quarter(v.now, d, v.r.Zone, 0)
	}
	outline := v.outlines[p.ID]
	for _, s := range outline.Working {
		if s.Overlaps(span) {
			day.Open = append(day.Open, gridSpan(s, d, v.r.Zone))
		}
	}
	for _, s := range outline.Busy {
		if s.Overlaps(span) {
			day.Busy = append(day.Busy, gridSpan(s, d, v.r.Zone))
		}
	}
	for _, off := range outline.Off {
		if off.Span.Overlaps(span) {
			day.Events = append(day.Events, v.offEvent(off, d, p))
		}
	}
	for _, b := range v.list {
		if there(b, p.ID) && v.dayOf(b.Starts) == d {
			day.Events = append(day.Events, v.eventOf(b, p, d))
		}
	}
	return day
}

func weekend(d calendar.Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// hourLabel writes a full hour; a day without changes of the clocks is as good as any.
func hourLabel(r words.Reader, hour int) string {
	return r.In(time.UTC).Time(time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC))
}

// bounds are the whole hours that hold everything on the days.
func bounds(days []ui.GridDay) (from, to int) {
	from, to = gridFirst, gridLast
	for _, d := range days {
		for _, s := range d.Open {
			from, to = min(from, s.From), max(to, s.To)
		}
		for _, e := range d.Events {
			if e.To-e.From < aDay { // a whole day off does not stretch the grid
				from, to = min(from, e.From), max(to, e.To)
			}
		}
	}
	return from / 4 * 4, (to + 3) / 4 * 4
}

// offEvent shows time off. Why is nobody's business but the member's own.
func (v *View) offEvent(off calendar.TimeOff, d calendar.Date, p org.Person) ui.GridEvent {
	s := gridSpan(off.Span, d, v.r.Zone)
	e := ui.GridEvent{From: s.From, To: s.To, Time: v.r.Span(off.Span.Start, off.Span.End), Title: v.r.T("schedule.off"), Icon: "sun", Tone: ui.Neutral}
	if s.To-s.From == aDay {
		e.Time = v.r.T("schedule.off.day")
	}
	if p.ID == v.me.PersonID {
		e.Detail, e.Href = off.Reason, "/hours#off"
	}
	return e
}

// event is an appointment in its place.
func (v *View) event(b appointment.Brief, d calendar.Date) ui.GridEvent {
	s, f := gridSpan(b.Span(), d, v.r.Zone), v.face
	e := ui.GridEvent{
		ID: "a-" + b.ID, From: s.From, To: s.To, Time: v.r.Times(b.Starts, b.Ends), Title: f.name(b), Detail: f.services[b.ServiceID],
		Href: home + "/" + b.ID, Icon: methodIcons[b.Method], Tone: page.LookOf(b.State).Tone, Spoken: f.spoken(b), Marks: f.marks(b), Over: b.State == appointment.Cancelled,
	}
	if b.State != appointment.Confirmed {
		e.Status = f.states[b.State]
		e.Marks = append(e.Marks, ui.GridMark{Icon: page.LookOf(b.State).Icon, Tone: e.Tone})
	}
	if call, has := page.CallOf(b, v.me.PersonID, v.url); has && call.Hosts || v.view == dayView && v.mayChange(b) && v.nextState(b) != "" {
		e.Actions = v.gridActs(b)
	}
	if v.mayChange(b) && b.Upcoming(v.now) {
		e.Move, e.MoveHref, e.MoveLabel = e.Href, e.Href+"/reschedule", v.r.T("schedule.move.of", "Name", e.Title)
	}
	return e
}

// gridSpan is the part of a span that a wall clock shows on a date, in quarters.
func gridSpan(s calendar.Span, d calendar.Date, zone *time.Location) ui.GridSpan {
	const almost = 14
	from, to := quarter(s.Start, d, zone, 0), quarter(s.End, d, zone, almost)
	return ui.GridSpan{From: from, To: max(to, from+1)}
}

// quarter is the quarter of the date that a wall clock shows at a moment, within
// the date; so many minutes are added first, to round up.
func quarter(t time.Time, d calendar.Date, zone *time.Location, more int) int {
	local := t.In(zone)
	switch on := calendar.DateOf(local); {
	case on < d:
		return 0
	case on > d:
		return aDay
	}
	return (local.Hour()*60 + local.Minute() + more) / 15
}

// says are the sentences of moving an appointment in the grid.
func (v *View) says() ui.MoveSays {
	return ui.MoveSays{Lifted: v.r.T("schedule.drag.lifted"), None: v.r.T("schedule.drag.none"), Taken: v.r.T("schedule.drag.taken"),
		Back: v.r.T("schedule.drag.back"), Failed: v.r.T("schedule.drag.failed")}
}
