package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var weekdayKeys = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Weekday names a day of the week, such as "Tuesday".
func (r Reader) Weekday(d time.Weekday) string { return r.T("words.weekday." + weekdayKeys[d%7]) }

// ShortWeekday names a day of the week in a narrow column, such as "Tue".
func (r Reader) ShortWeekday(d time.Weekday) string {
	return r.T("words.weekday.short." + weekdayKeys[d%7])
}

// Month names a month, such as "November".
func (r Reader) Month(m time.Month) string { return r.T("words.month." + strconv.Itoa(int(m))) }

// ShortMonth names a month in a narrow column, such as "Nov".
func (r Reader) ShortMonth(m time.Month) string {
	return r.T("words.month.short." + strconv.Itoa(int(m)))
}

// Weekdays are the days of a week in the order in which the reader has them.
func (r Reader) Weekdays() (days [7]time.Weekday) {
	for i := range days {
		days[i] = (r.FirstWeekday() + time.Weekday(i)) % 7
	}
	return days
}

// FirstWeekday is the day with which a week begins.
func (r Reader) FirstWeekday() time.Weekday {
	n, err := strconv.Atoi(r.raw("words.week.first"))
	if err != nil {
		return time.Monday
	}
	return time.Weekday(n % 7)
}

// Date writes a day out: "Tuesday 24 November 2026".
func (r Reader) Date(t time.Time) string {
	t = t.In(r.location())
	return r.T("words.date", "Weekday", r.Weekday(t.Weekday()), "Day", r.day(t), "Month", r.Month(t.Month()), "Year", year(t))
}

// DayMonth writes a day of a year that is clear: "Tuesday 24 November".
func (r Reader) DayMonth(t time.Time) string {
	t = t.In(r.location())
	return r.T("words.date.daymonth", "Weekday", r.Weekday(t.Weekday()), "Day", r.day(t), "Month", r.Month(t.Month()))
}

// ShortDate writes a day for a table: "24 Nov 2026".
func (r Reader) ShortDate(t time.Time) string {
	t = t.In(r.location())
	return r.T("words.date.short", "Day", r.day(t), "Month", r.ShortMonth(t.Month()), "Year", year(t))
}

// MonthYear writes the heading of a calendar: "November 2026".
func (r Reader) MonthYear(t time.Time) string {
	t = t.In(r.location())
	return r.T("words.date.month", "Month", r.Month(t.Month()), "Year", year(t))
}

// day is the number of a day; French writes the first as an ordinal.
func (r Reader) day(t time.Time) string {
	if t.Day() == 1 {
		return r.T("words.date.first")
	}
	return strconv.Itoa(t.Day())
}

// year is text, so that it gets no thousands separator.
func year(t time.Time) string { return strconv.Itoa(t.Year()) }

// Time writes the time of day: "14:30", or "2:30 pm" for a reader of the
// 12-hour clock.
func (r Reader) Time(t time.Time) string {
	t = t.In(r.location())
	minute := fmt.Sprintf("%02d", t.Minute())
	if !r.Clock12 {
		return r.T("words.time", "Hour", fmt.Sprintf("%02d", t.Hour()), "Minute", minute)
	}
	half := "words.time.am"
	if t.Hour() >= 12 {
		half = "words.time.pm"
	}
	return r.T(half, "Hour", strconv.Itoa((t.Hour()+11)%12+1), "Minute", minute)
}

// DateTime writes an instant: "Tuesday 24 November 2026, 14:30".
func (r Reader) DateTime(t time.Time) string {
	return r.T("words.datetime", "Date", r.Date(t), "Time", r.Time(t))
}

// Span writes from when to when: "Tuesday 24 November 2026, 14:30–15:00". Whole
// days are written as days; another span that ends on another day names both.
// Where the clocks change inside the span, each time says which of the two clocks
// it means.
func (r Reader) Span(start, end time.Time) string {
	start, end = start.In(r.location()), end.In(r.location())
	if wholeDays(start, end) {
		return r.Dates(start, end.Add(-time.Nanosecond))
	}
	if year(start) == year(end) && start.YearDay() == end.YearDay() {
		return r.T("words.span.day", "Date", r.Date(start), "Times", r.Times(start, end))
	}
	return r.T("words.span.days", "Start", r.DateTime(start), "End", r.DateTime(end))
}

// Times writes from when to when within a day: "14:30–15:00", or that it is all
// of it.
func (r Reader) Times(start, end time.Time) string {
	start, end = start.In(r.location()), end.In(r.location())
	if wholeDays(start, end) {
		return r.T("words.span.whole")
	}
	from, to := r.Time(start), r.Time(end)
	if clock(start) != clock(end) {
		from, to = from+" "+clock(start), to+" "+clock(end)
	}
	return r.T("words.span.times", "Start", from, "End", to)
}

// clock names the clock in use at an instant: its abbreviation, or for zones
// that have none its offset.
func clock(t time.Time) string {
	name, seconds := t.Zone()
	if name == "" || strings.ContainsAny(name[:1], "+-0123456789") {
		return offset(seconds)
	}
	return name
}
