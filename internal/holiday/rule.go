package holiday

import "time"

func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// fixed is a holiday on the same date every year.
func fixed(name string, year int, month time.Month, day int) Day {
	return Day{Date: on(year, month, day), Name: "holiday." + name}
}

// nth is a holiday on the nth such weekday of a month; -1 is the last.
func nth(name string, n int, weekday time.Weekday, year int, month time.Month) Day {
	first := on(year, month, 1)
	if n < 0 {
		last := on(year, month+1, 0)
		return Day{Date: last.AddDate(0, 0, -int(last.Weekday()-weekday+7)%7), Name: "holiday." + name}
	}
	return Day{Date: first.AddDate(0, 0, int(weekday-first.Weekday()+7)%7+7*(n-1)), Name: "holiday." + name}
}

// feast is a holiday so many days after Easter Sunday.
func feast(name string, year, after int) Day {
	return Day{Date: Easter(year).AddDate(0, 0, after), Name: "holiday." + name}
}

// Easter is Easter Sunday in the Gregorian calendar, by the rule that Meeus
// gives as "valid for all years" (Astronomical Algorithms, chapter 8).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return on(year, time.Month(n/31), n%31+1)
}

func isWeekend(t time.Time) bool {
	return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
}

// later gives each holiday on a weekend the next weekday that is none, in
// addition: a branch that opens on Saturdays wants both.
func later(days []Day) []Day {
	taken := map[time.Time]bool{}
	for _, d := range days {
		taken[d.Date] = true
	}
	for _, d := range days {
		if !isWeekend(d.Date) {
			continue
		}
		instead := Day{Date: d.Date, Name: d.Name, Substitute: true}
		for isWeekend(instead.Date) || taken[instead.Date] {
			instead.Date = instead.Date.AddDate(0, 0, 1)
		}
		taken[instead.Date] = true
		days = append(days, instead)
	}
	return days
}

// nearest gives each holiday on a Saturday the Friday before, and each on a
// Sunday the Monday after, in addition.
func nearest(days []Day) []Day {
	for _, d := range days {
		switch d.Date.Weekday() {
		case time.Saturday:
			days = append(days, Day{Date: d.Date.AddDate(0, 0, -1), Name: d.Name, Substitute: true})
		case time.Sunday:
			days = append(days, Day{Date: d.Date.AddDate(0, 0, 1), Name: d.Name, Substitute: true})
		}
	}
	return days
}
