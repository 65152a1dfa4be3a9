// Package holiday knows the public holidays of some countries by their rules, so
// that nobody has to type them in and nothing has to be fetched. It offers; which
// days somebody closes on is theirs to choose.
//
// It does not know holidays that are proclaimed for one year, such as a
// coronation, nor those of a state, a province or a town.
package holiday

import (
	"slices"
	"time"
)

// A Day is a public holiday.
type Day struct {
	// Date is midnight of the day, in UTC.
	Date time.Time
	// Name is its key in the catalogue.
	Name string
	// Substitute is set on the day that is off instead, when the holiday itself
	// falls on a weekend.
	Substitute bool
}

// rules make the holidays of one year, in any order.
type rules func(year int) []Day

var countries = []struct {
	region string
	rules  rules
}{
	{"gb-eaw", englandAndWales}, {"gb-sct", scotland}, {"ie", ireland}, {"fr", france}, {"de", germany}, {"ca", canada}, {"us", unitedStates},
}

// Regions lists the countries and regions whose holidays are known. "holiday."
// with the name of one is its key in the catalogue.
func Regions() (names []string) {
	for _, c := range countries {
		names = append(names, c.region)
	}
	return names
}

// Between returns the holidays of a region from one day to another, both
// included, in order of time. Of an unknown region there are none.
func Between(region string, first, last time.Time) (days []Day) {
	for _, c := range countries {
		if c.region != region {
			continue
		}
		// A holiday on the first of January may be kept in the year before.
		for year := first.Year(); year <= last.Year()+1; year++ {
			days = append(days, c.rules(year)...)
		}
	}
	days = slices.DeleteFunc(days, func(d Day) bool { return d.Date.Before(first) || d.Date.After(last) })
	slices.SortStableFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return days
}
