package words

import "time"

// Dates writes from one day to another, without saying twice what they share:
// "Tuesday 24 – Thursday 26 November 2026".
func (r Reader) Dates(first, last time.Time) string {
	return r.interval("words.dates.", first, last, r.Date, r.Month)
}

// ShortDates writes from one day to another for a heading: "23–29 Nov 2026".
func (r Reader) ShortDates(first, last time.Time) string {
	return r.interval("words.dates.short.", first, last, r.ShortDate, r.ShortMonth)
}

// interval writes two days by the largest thing in which they differ, as each
// language orders and joins the parts.
func (r Reader) interval(key string, first, last time.Time, date func(time.Time) string, month func(time.Month) string) string {
	first, last = first.In(r.location()), last.In(r.location())
	switch {
	case first.Year() != last.Year():
		return r.T(key+"years", "From", date(first), "To", date(last))
	case first.Month() != last.Month():
		key += "months"
	case first.Day() != last.Day():
		key += "days"
	default:
		return date(first)
	}
	return r.T(key, "FromWeekday", r.Weekday(first.Weekday()), "FromDay", r.day(first), "FromMonth", month(first.Month()),
		"ToWeekday", r.Weekday(last.Weekday()), "ToDay", r.day(last), "ToMonth", month(last.Month()), "Year", year(last))
}

// wholeDays reports whether a span begins and ends with days of its zone. A day
// begins at its first moment, which where the clocks change may not be midnight.
func wholeDays(start, end time.Time) bool {
	return start.Before(end) && dayBegins(start) && dayBegins(end)
}

func dayBegins(t time.Time) bool {
	y, m, d := t.Date()
	by, bm, bd := t.Add(-time.Nanosecond).Date()
	return y != by || m != bm || d != bd
}
