package member

import (
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// agenda lists appointments as the lines of a day.
func (v scheduleView) agenda(r words.Reader, list []appointment.View) []ui.AgendaItem {
	items := make([]ui.AgendaItem, len(list))
	for i, a := range list {
		tone, word := status(r, a)
		items[i] = ui.AgendaItem{
			Time: r.Times(a.Starts, a.Ends), Title: heading(r, a), Detail: a.Service.Name + " · " + r.T(a.Method.Key()),
			Href: "/schedule/" + a.ID, Icon: icon(a), Tone: tone, Status: word,
			Past: a.State == appointment.Cancelled || !v.now.Before(a.Ends),
			Now:  v.going(a),
		}
	}
	return items
}

func (v scheduleView) going(a appointment.View) bool {
	return a.State == appointment.Confirmed && !v.now.Before(a.Starts) && v.now.Before(a.Ends)
}

// An agendaDay is the appointments of one day of the list.
type agendaDay struct {
	label string
	list  []appointment.View
}

// byDay cuts the list, which is in order of time, into days.
func (v scheduleView) byDay(r words.Reader) (days []agendaDay) {
	last := calendar.Date(-1)
	for _, a := range v.list {
		if d := calendar.DateOf(a.Starts.In(r.Zone)); d != last {
			days, last = append(days, agendaDay{label: r.DayMonth(a.Starts)}), d
		}
		days[len(days)-1].list = append(days[len(days)-1].list, a)
	}
	return days
}

// join is where the Join button of an appointment leads; empty without a call.
func (v scheduleView) join(a appointment.View) string {
	if a.State != appointment.Confirmed {
		return ""
	}
	return a.JoinPath()
}

// caption says of when, and of whom if it is somebody else's, the schedule is.
func (v scheduleView) caption(r words.Reader) string {
	if v.own {
		return v.title(r)
	}
	return r.T("schedule.caption", "Name", v.who.Name, "When", v.title(r))
}

// title is the heading of what is shown.
func (v scheduleView) title(r words.Reader) string {
	first, next := v.days(r)
	from := first.In(r.Zone).Start
	switch v.view {
	case "day":
		return r.Date(from)
	case "list":
		return r.MonthYear(from)
	}
	return r.T("schedule.week", "From", r.ShortDate(from), "To", r.ShortDate((next - 1).In(r.Zone).Start))
}

// step is the same look so many steps away: a day, a week or a month.
func (v scheduleView) step(r words.Reader, n int) string {
	first, next := v.days(r)
	if v.view == "list" {
		at := first.In(time.UTC).Start.AddDate(0, n, 0)
		return v.address(v.view, calendar.DateOf(at))
	}
	return v.address(v.view, first+calendar.Date(n)*(next-first))
}

func (v scheduleView) views(r words.Reader) (items []ui.NavItem) {
	for _, view := range []string{"week", "day", "list"} {
		items = append(items, ui.NavItem{Label: r.T("schedule.view." + view), Href: v.address(view, v.day), Current: view == v.view})
	}
	return items
}

// choices are the people whose schedules can be looked at, the shown one
// always among them.
func (v scheduleView) choices() (options []ui.Option) {
	listed := false
	for _, p := range v.people {
		options = append(options, ui.Option{Value: p.ID, Label: p.Name})
		listed = listed || p.ID == v.who.ID
	}
	if !listed {
		options = append(options, ui.Option{Value: v.who.ID, Label: v.who.Name})
	}
	return options
}
