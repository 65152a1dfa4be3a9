package diary

import (
	"cmp"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web/ui"
)

// own reports whether it is the reader's own schedule.
func (v *View) own() bool { return v.person == "" }

// heading names the page.
func (v *View) heading() string {
	switch {
	case v.own():
		return v.r.T("schedule.title")
	case v.many():
		return v.r.T("schedule.title.all")
	}
	return v.r.T("schedule.title.of", "Name", v.people[0].Name)
}

// when names the time that is shown.
func (v *View) when() string {
	first, next := v.days(v.r)
	from := first.In(v.r.Zone).Start
	if v.view == dayView {
		return v.r.Date(from)
	}
	return v.r.ShortDates(from, (next - 1).In(v.r.Zone).Start)
}

// week names the week by its number, where weeks have one.
func (v *View) week() string {
	if v.view == listView {
		return ""
	}
	return v.r.T("schedule.week.number", "Number", weekNumber(v.day, v.r.FirstWeekday()))
}

// caption says of when, and of whom if it is somebody else's, the schedule is.
func (v *View) caption() string {
	return v.r.T("schedule.caption", "Name", v.heading(), "When", v.when())
}

// zoneName names the clock that the times are on.
func (v *View) zoneName() string {
	return v.r.T("schedule.zone", "Zone", v.r.ZoneName(v.window(v.r).Start))
}

// printed says what a sheet of paper must say of itself.
func (v *View) printed() string {
	return v.r.T("schedule.printed", "When", v.r.DateTime(v.now))
}

func (v *View) today() calendar.Date { return calendar.DateOf(v.now.In(v.r.Zone)) }

// step is the same look so many steps away.
func (v *View) step(n int) string {
	first, next := v.days(v.r)
	return v.at(first + calendar.Date(n)*(next-first)).address()
}

func (v *View) views() (items []ui.NavItem) {
	for _, view := range []string{dayView, weekView, listView} {
		items = append(items, ui.NavItem{Label: v.r.T("schedule.view." + view), Href: v.as(view).address(), Current: view == v.view})
	}
	return items
}

// persons are the people whose schedules can be looked at, the reader first, then
// everyone together.
func (v *View) persons() []ui.Option {
	options := []ui.Option{{Value: v.me.PersonID, Label: v.r.T("schedule.person.me")}, {Value: everyone, Label: v.r.T("schedule.person.all")}}
	listed := v.own() || v.many()
	for _, p := range v.watch {
		if p.ID != v.me.PersonID {
			options = append(options, ui.Option{Value: p.ID, Label: p.Name})
			listed = listed || p.ID == v.person
		}
	}
	if !listed {
		options = append(options, ui.Option{Value: v.person, Label: v.people[0].Name})
	}
	return options
}

func (v *View) branches() []ui.Option {
	options := []ui.Option{{Label: v.r.T("schedule.location.all")}}
	everywhere, scopes := v.me.Scopes(org.UseContactCenter)
	for _, l := range v.locations {
		if everywhere || slices.Contains(scopes, l.ID) {
			options = append(options, ui.Option{Value: l.ID, Label: l.Name})
		}
	}
	return options
}

func (v *View) offered() []ui.Option {
	options := []ui.Option{{Label: v.r.T("schedule.service.all")}}
	for _, s := range v.services {
		options = append(options, ui.Option{Value: s.ID, Label: s.Name})
	}
	return options
}

func (v *View) stateOptions() []ui.Option {
	options := []ui.Option{{Label: v.r.T("schedule.state.all")}}
	for _, s := range states {
		options = append(options, ui.Option{Value: string(s), Label: v.face.states[s]})
	}
	return options
}

// clearing leads to the schedule without filters, where there are any.
func (v *View) clearing() string {
	if !v.narrowed() {
		return ""
	}
	return v.clear().address()
}

// going reports whether an appointment takes place now.
func (v *View) going(b appointment.Brief) bool {
	return b.State.Standing() && !v.now.Before(b.Starts) && v.now.Before(b.Ends)
}

// staff names who holds an appointment.
func (v *View) staff(b appointment.Brief) string {
	return cmp.Or(v.names[b.StaffID], v.r.T("schedule.client.gone"))
}

// where is the branch of an appointment in person, or how it is held.
func (v *View) how(b appointment.Brief) string {
	if place := v.face.places[b.LocationID]; place != "" {
		return place
	}
	return v.face.methods[b.Method]
}

// dayOf is the date of a moment on the reader's wall clock.
func (v *View) dayOf(t time.Time) calendar.Date { return calendar.DateOf(t.In(v.r.Zone)) }

// byDay cuts the list, which is in order of time, into days.
func (v *View) byDay() (days [][]appointment.Brief) {
	last := calendar.Date(-1)
	for i, b := range v.list {
		if day := v.dayOf(b.Starts); day != last {
			days, last = append(days, v.list[i:i:i]), day
		}
		n := len(days) - 1
		days[n] = v.list[i-len(days[n]) : i+1 : i+1]
	}
	return days
}

// absent counts the people who neither work nor have anything, and are left out.
func (v *View) absent(shown int) string {
	if n := len(v.people) - shown; n > 0 {
		return v.r.T("schedule.absent", "Count", n)
	}
	return ""
}
