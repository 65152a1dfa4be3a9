package member

import (
	"cmp"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/meeting"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// The quarters of an hour that a grid shows at least: eight to six.
const (
	gridFirst = 8 * 4
	gridLast  = 18 * 4
	aDay      = 24 * 4
)

// grid draws the days of the view on the reader's wall clock. A day on which
// the clocks change is as long as any other: what the clock on the wall shows
// twice is drawn side by side, and the times in words say which is which.
func (v scheduleView) grid(r words.Reader) ui.WeekGridProps {
	g := ui.WeekGridProps{ID: "week", Caption: v.caption(r)}
	first, next := v.days(r)
	for d := first; d < next; d++ {
		day := v.gridDay(r, d)
		if weekend(d) && v.view == "week" && len(day.Open)+len(day.Events) == 0 {
			continue
		}
		g.Days = append(g.Days, day)
	}
	from, to := bounds(g.Days)
	g.First = from
	for q := from; q < to; q += 4 {
		g.Hours = append(g.Hours, hourLabel(r, q/4))
	}
	return g
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

func (v scheduleView) gridDay(r words.Reader, d calendar.Date) ui.GridDay {
	span := d.In(r.Zone)
	day := ui.GridDay{Name: r.ShortWeekday(d.Weekday()), Number: span.Start.In(r.Zone).Day(), Label: r.DayMonth(span.Start)}
	if calendar.DateOf(v.now.In(r.Zone)) == d {
		day.Today, day.Now = true, quarter(v.now, d, r.Zone, 0)
	}
	for _, s := range v.sheet.Working(span) {
		day.Open = append(day.Open, gridSpan(s, d, r.Zone))
	}
	for _, off := range v.off {
		if off.Span.Overlaps(span) {
			day.Events = append(day.Events, v.offEvent(r, off, d))
		}
	}
	for _, a := range v.list {
		if calendar.DateOf(a.Starts.In(r.Zone)) == d {
			day.Events = append(day.Events, event(r, a, d))
		}
	}
	return day
}

// offEvent shows time off. Why is nobody's business but the member's own.
func (v scheduleView) offEvent(r words.Reader, off calendar.TimeOff, d calendar.Date) ui.GridEvent {
	s := gridSpan(off.Span, d, r.Zone)
	e := ui.GridEvent{From: s.From, To: s.To, Time: r.Span(off.Span.Start, off.Span.End), Title: r.T("schedule.off"), Icon: "sun", Tone: ui.Neutral}
	if s.To-s.From == aDay {
		e.Time = r.T("schedule.off.day")
	}
	if v.own {
		e.Detail, e.Href = off.Reason, "/hours#off"
	}
	return e
}

// event is an appointment in its place. A link that is not ready is said beside
// the time, where it is seen even in a short event.
func event(r words.Reader, a appointment.View, d calendar.Date) ui.GridEvent {
	s := gridSpan(a.Span(), d, r.Zone)
	tone, word := status(r, a)
	e := ui.GridEvent{
		From: s.From, To: s.To, Time: r.Times(a.Starts, a.Ends), Title: heading(r, a), Detail: a.Service.Name,
		Href: "/schedule/" + a.ID, Icon: icon(a), Tone: tone, Status: r.T(a.Method.Key()),
	}
	if tone == ui.Success {
		e.Status += ", " + word
	} else if a.State == appointment.Confirmed {
		e.Time += " · " + word
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

var methodIcons = map[appointment.Method]string{appointment.InPerson: "place", appointment.Phone: "phone", appointment.Video: "video"}

func icon(a appointment.View) string {
	if a.State == appointment.Cancelled {
		return "close"
	}
	return methodIcons[a.Method]
}

// heading names an appointment by its client, and says at once when it is off.
func heading(r words.Reader, a appointment.View) string {
	name := clientName(r, a)
	if a.State == appointment.Cancelled {
		return r.T("schedule.cancelled.name", "Name", name)
	}
	return name
}

// clientName is never empty, since it stands in links.
func clientName(r words.Reader, a appointment.View) string {
	return cmp.Or(a.Client.Name, r.T("schedule.client.gone"))
}

// status is what to know first about an appointment: that it is off, else what
// can be promised about its link.
func status(r words.Reader, a appointment.View) (ui.Tone, string) {
	switch {
	case a.State == appointment.Cancelled:
		return ui.Neutral, r.T(a.State.Key())
	case a.Method != appointment.Video:
		return ui.Success, r.T(a.State.Key())
	}
	return linkTones[a.Meeting.Link], r.T("meeting.link." + string(a.Meeting.Link))
}

var linkTones = map[meeting.LinkState]ui.Tone{
	meeting.NoLink: ui.Neutral, meeting.Pending: ui.Info, meeting.Ready: ui.Success, meeting.AtRisk: ui.Warning,
}
