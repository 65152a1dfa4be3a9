package location

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const (
	// rangesADay is how many stretches a day has room for on the form.
	rangesADay = 3
	// daysMost is more rows than a location may have closed days; what is too
	// many is said by the location, this only bounds the page.
	daysMost = 450
)

func weekField(day time.Weekday, row int, end string) string {
	return fmt.Sprintf("hours.%d.%d.%s", day, row, end)
}

func dayField(row int, field string) string { return fmt.Sprintf("closed.%d.%s", row, field) }

// usualWeek is what a new location starts with.
func usualWeek() (week []calendar.Hours) {
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: 9 * 60, End: 17 * 60})
	}
	return week
}

// clock writes a minute of the day as time boxes do; the end of the day is
// midnight.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60%24, minute%60) }

// minuteOf reads a time box. As an end, midnight is that of the day's end.
func minuteOf(text string, end bool) (int, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "location.time")
	}
	minute := t.Hour()*60 + t.Minute()
	if end && minute == 0 {
		minute = 24 * 60
	}
	return minute, nil
}

// minutesIn reads one stretch. Where neither end is filled in there is none.
func minutesIn(f web.Form, from, to string) (m calendar.Minutes, given bool, err error) {
	if f.Get(from) == "" && f.Get(to) == "" {
		return m, false, nil
	}
	var bad []error
	if m.Start, err = minuteOf(f.Get(from), false); err != nil {
		bad = append(bad, fault.As(err).At(from))
	}
	if m.End, err = minuteOf(f.Get(to), true); err != nil {
		bad = append(bad, fault.As(err).At(to))
	}
	return m, true, errors.Join(bad...)
}

// read is the location that a form describes, seen as its reader saw it.
func read(l appointment.Location, f web.Form) (appointment.Location, error) {
	l.Name, l.Slug, l.Address, l.Phone, l.Zone = f.Get("name"), f.Get("slug"), f.Get("address"), f.Get("phone"), f.Get("zone")
	l.Staff = slices.Clone(f.Values["staff"])
	if l.ID != "" {
		l.Version = f.Version()
	}
	var bad []error
	l.Hours = nil
	for day := time.Sunday; day <= time.Saturday; day++ {
		for row := range rangesADay {
			m, given, err := minutesIn(f, weekField(day, row, "from"), weekField(day, row, "to"))
			if err != nil {
				bad = append(bad, err)
			} else if given {
				l.Hours = append(l.Hours, calendar.Hours{Weekday: day, Start: m.Start, End: m.End})
			}
		}
	}
	l.Closed = nil
	for i := range daysIn(f) {
		c, err := closingIn(f, i)
		bad = append(bad, err)
		l.Closed = append(l.Closed, c)
	}
	return l, errors.Join(bad...)
}

func closingIn(f web.Form, i int) (c appointment.Closing, err error) {
	c.Day, c.Name = f.Get(dayField(i, "day")), f.Get(dayField(i, "name"))
	var bad []error
	for n := range 2 {
		m, given, err := minutesIn(f, dayField(i, fmt.Sprint("from", n)), dayField(i, fmt.Sprint("to", n)))
		if err != nil {
			bad = append(bad, err)
		} else if given {
			c.Open = append(c.Open, m)
		}
	}
	return c, errors.Join(bad...)
}

// daysIn counts the closed days of a form.
func daysIn(f web.Form) int {
	for i := range daysMost {
		if _, there := f.Values[dayField(i, "day")]; !there {
			return i
		}
	}
	return daysMost
}

// edit does what a button inside the form asks: another closed day, one less,
// the same hours on every weekday, or nothing but to look for staff.
func (v *view) edit(do string) {
	switch {
	case do == "copy":
		v.copyMonday()
	case do == "closed.add" && v.days < daysMost:
		v.form.Set(dayField(v.days, "day"), "")
		v.days++
	case strings.HasPrefix(do, "closed.remove."):
		if row, err := strconv.Atoi(strings.TrimPrefix(do, "closed.remove.")); err == nil && row >= 0 && row < v.days {
			v.removeDay(row)
		}
	}
}

func (v *view) copyMonday() {
	for day := time.Tuesday; day <= time.Friday; day++ {
		for row := range rangesADay {
			for _, end := range []string{"from", "to"} {
				v.form.Set(weekField(day, row, end), v.form.Get(weekField(time.Monday, row, end)))
			}
		}
	}
}

// removeDay takes a closed day away and moves up those below it.
func (v *view) removeDay(row int) {
	for i := row; i < v.days; i++ {
		for _, field := range dayFields {
			delete(v.form.Values, dayField(i, field))
			if next, ok := v.form.Values[dayField(i+1, field)]; ok {
				v.form.Values[dayField(i, field)] = next
			}
		}
	}
	v.days--
}

// rows is how many stretches the form shows for a weekday: those there are, and
// one that is free.
func (v view) rows(day time.Weekday) int {
	n := 0
	for i := range rangesADay {
		if v.form.Get(weekField(day, i, "from")) != "" || v.form.Get(weekField(day, i, "to")) != "" {
			n = i + 1
		}
	}
	return min(n+1, rangesADay)
}

// dayHint says that a weekday without hours is closed.
func (v view) dayHint(r words.Reader, day time.Weekday) string {
	if v.rows(day) > 1 {
		return ""
	}
	return r.T("location.hours.closed")
}

// closingTitle names a row of the closed days by its day, once it has one.
func (v view) closingTitle(r words.Reader, row int) string {
	if text := v.form.Get(dayField(row, "day")); text != "" {
		return closingDay(r, appointment.Closing{Day: text})
	}
	return r.T("location.closing.n", "N", strconv.Itoa(row+1))
}

// closingLine is the line of a closed day while it is folded: its day and its name.
func (v view) closingLine(r words.Reader, row int) string {
	if name := v.form.Get(dayField(row, "name")); name != "" {
		return r.T("location.closing.on", "Day", v.closingTitle(r, row), "Name", name)
	}
	return v.closingTitle(r, row)
}

// dayFields are the fields of a closed day.
var dayFields = []string{"day", "name", "from0", "to0", "from1", "to1"}

// openDay reports whether a closed day is unfolded: one without a date is new, and
// what is wrong must be seen.
func (v view) openDay(row int) bool {
	return v.form.Get(dayField(row, "day")) == "" || slices.ContainsFunc(dayFields, func(field string) bool { return v.dayError(row, field) != "" })
}

// weekError is what is wrong with a time of the week; what is wrong with the
// whole day is told at its first.
func (v view) weekError(day time.Weekday, row int, end string) string {
	if text := v.form.Errors[weekField(day, row, end)]; text != "" || row > 0 || end != "from" {
		return text
	}
	return v.form.Errors[fmt.Sprintf("hours.%d", day)]
}

// dayError is what is wrong with a field of a closed day; what is wrong with the
// day itself is told at its date, and with its hours at their beginning.
func (v view) dayError(row int, field string) string {
	switch {
	case v.form.Errors[dayField(row, field)] != "":
		return v.form.Errors[dayField(row, field)]
	case field == "day":
		return v.form.Errors[fmt.Sprintf("closed.%d", row)]
	case field == "from0":
		return v.form.Errors[dayField(row, "hours")]
	}
	return ""
}

// problems are the errors of the form from top to bottom.
func (v view) problems(r words.Reader) []ui.Problem {
	all := page.Problems(v.form.Errors, "name", "address", "phone", "slug", "zone", "hours")
	add := func(field, text string) {
		if text != "" {
			all = append(all, ui.Problem{Field: field, Text: text})
		}
	}
	for _, day := range r.Weekdays() {
		for row := range v.rows(day) {
			for _, end := range []string{"from", "to"} {
				add(weekField(day, row, end), v.weekError(day, row, end))
			}
		}
	}
	add("closed", v.form.Errors["closed"])
	for row := range v.days {
		for _, field := range dayFields {
			add(dayField(row, field), v.dayError(row, field))
		}
	}
	add("staff", v.form.Errors["staff"])
	return all
}
