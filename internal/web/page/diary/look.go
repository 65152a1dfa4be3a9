package diary

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web/page"
	"parley/internal/words"
)

// The views of a schedule.
const (
	dayView  = "day"
	weekView = "week"
	listView = "list"
)

// everyone stands in the address for all people whose schedules may be seen.
const everyone = "all"

// listDays is how many days the list shows.
const listDays = 28

// look is what the address of a schedule asks to see.
type look struct {
	base, view string
	day        calendar.Date
	// person is an id, "" for the reader, or everyone.
	person            string
	location, service string
	state             appointment.State
	text              string
	page              int
}

// lookOf reads an address. A value that makes no sense counts as not given.
func lookOf(q url.Values, base string, r words.Reader, now time.Time) look {
	l := look{base: base, view: weekView, person: q.Get("person"), location: q.Get("location"), service: q.Get("service"), text: q.Get("q")}
	if view := q.Get("view"); view == dayView || view == listView {
		l.view = view
	}
	var err error
	if l.day, err = calendar.ParseDate(q.Get("day")); err != nil {
		l.day = calendar.DateOf(now.In(r.Zone))
	}
	if s := appointment.State(q.Get("state")); slices.Contains(states, s) {
		l.state = s
	}
	if l.view == listView {
		n, _ := strconv.Atoi(q.Get("page"))
		l.page = max(n, 1)
	}
	return l
}

// states are those that can be asked for, in the order of a day.
var states = []appointment.State{appointment.Confirmed, appointment.Arrived, appointment.InProgress, appointment.Served, appointment.NoShow, appointment.Cancelled}

// narrowed reports whether something is asked for beside whose and when.
func (l look) narrowed() bool {
	return cmp.Or(l.location, l.service, string(l.state), l.text) != ""
}

// many reports whether more than one person's time is shown.
func (l look) many() bool { return l.person == everyone }

// days are the first day that is shown and the one after the last.
func (l look) days(r words.Reader) (first, next calendar.Date) {
	switch l.view {
	case dayView:
		return l.day, l.day + 1
	case listView:
		return l.day, l.day + listDays
	}
	first = l.day.WeekFrom(r.FirstWeekday())
	return first, first + 7
}

// window is the time that is shown, on the reader's wall clock.
func (l look) window(r words.Reader) calendar.Span {
	first, next := l.days(r)
	return calendar.Span{Start: first.In(r.Zone).Start, End: next.In(r.Zone).Start}
}

// at is the same look at another day.
func (l look) at(day calendar.Date) look {
	l.day, l.page = day, 0
	return l
}

// as is the same look in another view.
func (l look) as(view string) look {
	l.view, l.page = view, 0
	return l
}

// of is the same look at another person, or at everyone.
func (l look) of(person string) look {
	l.person, l.page = person, 0
	return l
}

// address is where the look is seen.
func (l look) address() string {
	paged := ""
	if l.page > 1 {
		paged = strconv.Itoa(l.page)
	}
	return page.Address(l.base, "view", l.view, "day", l.day.String(), "person", l.person, "location", l.location,
		"service", l.service, "state", string(l.state), "q", l.text, "page", paged)
}

// clear is the look without what narrows it.
func (l look) clear() look {
	return look{base: l.base, view: l.view, day: l.day, person: l.person}
}

// weekNumber is the number of the week a day lies in: of ISO 8601 where weeks
// begin on Monday, else counted from the week of 1 January.
func weekNumber(day calendar.Date, first time.Weekday) int {
	at := day.In(time.UTC).Start
	if first == time.Monday {
		_, n := at.ISOWeek()
		return n
	}
	begins := calendar.DateOf(time.Date(at.Year(), 1, 1, 0, 0, 0, 0, time.UTC)).WeekFrom(first)
	return int(day-begins)/7 + 1
}
