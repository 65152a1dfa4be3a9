package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func dateOf(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLocalTimesAroundChangesOfTheClocks(t *testing.T) {
	for _, c := range []struct {
		zone, date string
		minute     int
		want       string
		exists     bool
	}{
		{"Europe/London", "2027-03-28", 59, "2027-03-28T00:59:00Z", true},
		{"Europe/London", "2027-03-28", 60, "2027-03-28T01:00:00Z", false}, // 01:00 is skipped
		{"Europe/London", "2027-03-28", 119, "2027-03-28T01:00:00Z", false},
		{"Europe/London", "2027-03-28", 120, "2027-03-28T01:00:00Z", true},
		{"Europe/London", "2027-10-31", 60, "2027-10-31T00:00:00Z", true}, // twice: the first
		{"Europe/London", "2027-10-31", 119, "2027-10-31T00:59:00Z", true},
		{"Europe/London", "2027-10-31", 120, "2027-10-31T02:00:00Z", true},
		{"America/New_York", "2027-03-14", 150, "2027-03-14T07:00:00Z", false},
		{"America/New_York", "2027-03-14", 180, "2027-03-14T07:00:00Z", true},
		{"America/New_York", "2027-11-07", 90, "2027-11-07T05:30:00Z", true},
		{"America/New_York", "2027-11-07", 120, "2027-11-07T07:00:00Z", true},
		{"America/Sao_Paulo", "2018-11-04", 15, "2018-11-04T03:00:00Z", false}, // midnight itself was skipped
		{"America/Sao_Paulo", "2027-11-07", 15, "2027-11-07T03:15:00Z", true},  // abolished since 2019
		{"America/Sao_Paulo", "2027-02-21", 0, "2027-02-21T03:00:00Z", true},
		{"Asia/Kolkata", "2027-03-28", 90, "2027-03-27T20:00:00Z", true},
		{"Australia/Lord_Howe", "2027-10-03", 130, "2027-10-02T15:30:00Z", false}, // half an hour forward
		{"Australia/Lord_Howe", "2027-10-03", 150, "2027-10-02T15:30:00Z", true},
		{"Australia/Lord_Howe", "2027-04-04", 100, "2027-04-03T14:40:00Z", true}, // 01:30 to 02:00 twice
		{"Australia/Lord_Howe", "2027-04-04", 120, "2027-04-03T15:30:00Z", true},
		{"Pacific/Apia", "2011-12-30", 720, "2011-12-30T10:00:00Z", false}, // the day that Samoa left out
		{"Asia/Kathmandu", "2027-06-01", 540, "2027-06-01T03:15:00Z", true},
		{"UTC", "2027-06-01", 1440, "2027-06-02T00:00:00Z", true},
	} {
		got, exists := Local(dateOf(t, c.date), c.minute, zoneOf(t, c.zone))
		if text := got.Format(time.RFC3339); text != c.want || exists != c.exists {
			t.Errorf("%s %s minute %d = %s, %t; want %s, %t", c.zone, c.date, c.minute, text, exists, c.want, c.exists)
		}
	}
}

// A clock that remembers its period must read as one that looks anew each time.
func TestWallRemembersRightly(t *testing.T) {
	names := []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia"}
	rapid.Check(t, func(t *rapid.T) {
		zone, _ := Zone(rapid.SampledFrom(names).Draw(t, "zone"))
		kept := wall{zone: zone}
		for _, day := range rapid.SliceOfN(rapid.IntRange(14000, 21500), 1, 30).Draw(t, "days") {
			minute := rapid.IntRange(0, 1440).Draw(t, "minute")
			fresh := wall{zone: zone}
			if a, b := kept.instant(Date(day), minute), fresh.instant(Date(day), minute); a != b {
				t.Fatalf("%v minute %d: kept %v, fresh %v", Date(day), minute, a.Time(), b.Time())
			}
		}
	})
}

func TestZoneRefusesNamesThatMeanAnotherPlaceEverywhere(t *testing.T) {
	for _, name := range []string{"", "Local", "Europe/Atlantis", "../../etc/passwd"} {
		if _, err := Zone(name); err == nil {
			t.Errorf("Zone(%q) gave no error", name)
		}
	}
}

func TestDates(t *testing.T) {
	if got := dateOf(t, "2026-11-22").Weekday(); got != time.Sunday {
		t.Errorf("2026-11-22 is a %v", got)
	}
	if got := dateOf(t, "1969-12-31").Weekday(); got != time.Wednesday {
		t.Errorf("1969-12-31 is a %v", got)
	}
	if got := dateOf(t, "2027-03-28").In(zoneOf(t, "Europe/London")).Duration(); got != 23*time.Hour {
		t.Errorf("the day the clocks go forward lasts %v", got)
	}
	sunday := dateOf(t, "2026-11-22")
	if got := sunday.WeekFrom(time.Monday).String() + " " + sunday.WeekFrom(time.Sunday).String(); got != "2026-11-16 2026-11-22" {
		t.Errorf("the weeks of that Sunday begin on %s", got)
	}
	if _, err := ParseDate("2027-02-30"); err == nil {
		t.Error("30 February was taken")
	}
}
