package holiday

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/words"
)

func TestEaster(t *testing.T) {
	for _, want := range []string{"1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2038-04-25", "2285-03-22"} {
		day, _ := time.Parse(time.DateOnly, want)
		if got := Easter(day.Year()); !got.Equal(day) {
			t.Errorf("Easter is %s, want %s", got.Format(time.DateOnly), want)
		}
	}
}

// The days of known years, as the countries published them; a star marks the day
// that is off instead of one on a weekend.
func TestKnownYears(t *testing.T) {
	for region, years := range map[string]map[int]string{
		"gb-eaw": {
			2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-25 12-26 12-27* 12-28*",
			2022: "01-01 01-03* 04-15 04-18 05-02 05-30 08-29 12-25 12-26 12-27*",
			2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28*",
			2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27* 12-28*",
		},
		"gb-sct": {
			2023: "01-01 01-02 01-03* 04-07 05-01 05-29 08-07 11-30 12-25 12-26",
			2027: "01-01 01-02 01-04* 03-26 05-03 05-31 08-02 11-30 12-25 12-26 12-27* 12-28*",
		},
		"ie": {
			2027: "01-01 02-01 03-17 03-29 05-03 06-07 08-02 10-25 12-25 12-26",
			2030: "01-01 02-01 03-17 04-22 05-06 06-03 08-05 10-28 12-25 12-26",
		},
		"fr": {2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"},
		"de": {2026: "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"},
		"ca": {
			2026: "01-01 04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-26 12-28*",
			2027: "01-01 03-26 05-24 07-01 09-06 09-30 10-11 11-11 12-25 12-26 12-27* 12-28*",
		},
		"us": {
			2026: "01-01 01-19 02-16 05-25 06-19 07-03* 07-04 09-07 10-12 11-11 11-26 12-25",
			2027: "01-01 01-18 02-15 05-31 06-18* 06-19 07-04 07-05* 09-06 10-11 11-11 11-25 12-24* 12-25 12-31*",
		},
	} {
		for year, want := range years {
			var got []string
			for _, d := range Between(region, on(year, 1, 1), on(year, 12, 31)) {
				text := d.Date.Format("01-02")
				if d.Substitute {
					text += "*"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
				t.Errorf("%s %d (-want +got):\n%s", region, year, diff)
			}
		}
	}
}

func TestEveryYearIsWhole(t *testing.T) {
	for _, region := range Regions() {
		for year := 2020; year < 2120; year++ {
			days := Between(region, on(year, 1, 1), on(year, 12, 31))
			for i, d := range days {
				if d.Substitute && isWeekend(d.Date) {
					t.Errorf("%s: %s is off instead and on a weekend", region, d.Date)
				}
				if i > 0 && d.Date.Equal(days[i-1].Date) && !slices.Contains([]string{"holiday.ascension", "holiday.labour_may", "holiday.victory_1945"}, d.Name) {
					t.Errorf("%s: %s is twice", region, d.Date)
				}
			}
		}
	}
	if Between("atlantis", on(2027, 1, 1), on(2028, 1, 1)) != nil {
		t.Error("Atlantis has holidays")
	}
}

func TestEveryHolidayHasAName(t *testing.T) {
	for _, l := range words.Langs() {
		r := words.Reader{Lang: l.Tag}
		for _, region := range Regions() {
			if !r.Has("holiday." + region) {
				t.Errorf("%s has no name for %s", l.Tag, region)
			}
			for _, d := range Between(region, on(2027, 1, 1), on(2028, 12, 31)) {
				if !r.Has(d.Name) {
					t.Errorf("%s has no name for %s", l.Tag, d.Name)
				}
			}
		}
	}
}
