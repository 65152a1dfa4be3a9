package calendar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A branch opens by its own clock, whatever that of the staff shows and whenever
// either changes.
func TestOpenHoursOverTheChangesOfTheClocks(t *testing.T) {
	sunday := []Hours{{Weekday: 0, Start: 60, End: 240}, {Weekday: 0, Start: 540, End: 720}}
	for _, c := range []struct {
		name, zone string
		window     Span
		week       []Hours
		except     []Exception
		want       []string
	}{
		{"London, spring: the hour that is skipped is not open", "Europe/London", span(t, "2027-03-28T00:00:00Z", "2027-03-29T00:00:00Z"), sunday, nil,
			[]string{"2027-03-28T01:00Z 03:00Z", "2027-03-28T08:00Z 11:00Z"}},
		{"London, autumn: the hour that comes twice is open twice", "Europe/London", span(t, "2027-10-31T00:00:00Z", "2027-11-01T00:00:00Z"), sunday, nil,
			[]string{"2027-10-31T00:00Z 04:00Z", "2027-10-31T09:00Z 12:00Z"}},
		{"New York changes two weeks before London", "America/New_York", span(t, "2027-03-14T00:00:00Z", "2027-03-15T00:00:00Z"), sunday, nil,
			[]string{"2027-03-14T06:00Z 08:00Z", "2027-03-14T13:00Z 16:00Z"}},
		{"Samoa lost a whole Friday", "Pacific/Apia", span(t, "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"),
			[]Hours{{Weekday: 4, Start: 540, End: 1020}, {Weekday: 5, Start: 540, End: 1020}, {Weekday: 6, Start: 540, End: 1020}}, nil,
			[]string{"2011-12-29T19:00Z 03:00Z", "2011-12-30T19:00Z 03:00Z"}},
		{"a closed day and a short one", "UTC", span(t, "2027-06-07T00:00:00Z", "2027-06-10T00:00:00Z"), nineToFive,
			[]Exception{{Date: dateOf(t, "2027-06-07")}, {Date: dateOf(t, "2027-06-08"), Open: []Minutes{{600, 660}}}},
			[]string{"2027-06-08T10:00Z 11:00Z", "2027-06-09T09:00Z 17:00Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := OpenHours(zoneOf(t, c.zone), c.window, c.week, c.except)
			got := texts(line.And(Line{c.window.Stretch()}).Spans())
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A place without hours is open but for the days it is closed, and cuts nobody's
// day at a midnight of its own.
func TestNoHoursAreAlways(t *testing.T) {
	window := span(t, "2027-06-07T00:00:00Z", "2027-06-09T00:00:00Z")
	auckland := zoneOf(t, "Pacific/Auckland")
	s := NewSheet("p", zoneOf(t, "Europe/London"), window, Rules{Hours: nineToFive})
	fit := Fit{Length: 30 * time.Minute, Step: 25 * time.Minute}
	open := OpenHours(auckland, window, nil, []Exception{{Date: dateOf(t, "2027-08-01")}})
	if diff := cmp.Diff(slices.Collect(s.Starts(window, fit)), slices.Collect(s.Within(open).Starts(window, fit))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !open.Covers(At(window.Start)) || open.Covers(At(instant(t, "2027-08-01T03:00:00Z"))) {
		t.Error("the line does not cover what it holds")
	}
}

func TestHoursAtPlaces(t *testing.T) {
	window := span(t, "2027-06-07T00:00:00Z", "2027-06-09T00:00:00Z")
	s := NewSheet("p", time.UTC, window, Rules{Hours: []Hours{
		{Weekday: 1, Start: 540, End: 720, Location: "quay"}, {Weekday: 1, Start: 720, End: 900, Location: "bath"}, {Weekday: 1, Start: 900, End: 960},
		{Weekday: 2, Start: 540, End: 720, Location: "quay"},
	}, Exceptions: []Exception{{Date: dateOf(t, "2027-06-08"), Open: []Minutes{{600, 660}}}}})
	for place, want := range map[string][]string{
		"quay":    {"2027-06-07T09:00Z 12:00Z", "2027-06-07T15:00Z 16:00Z", "2027-06-08T10:00Z 11:00Z"},
		"bath":    {"2027-06-07T12:00Z 16:00Z", "2027-06-08T10:00Z 11:00Z"},
		"nowhere": {"2027-06-07T15:00Z 16:00Z", "2027-06-08T10:00Z 11:00Z"},
	} {
		if diff := cmp.Diff(want, texts(s.At(place).Free(window))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", place, diff)
		}
	}
	if got := texts(s.Free(window)); len(got) != 2 {
		t.Errorf("of no place: %v, want all hours", got)
	}
	closed := WholeDays(time.UTC, []Date{dateOf(t, "2027-06-08")})
	if got := texts(s.Outside(closed).Free(window)); len(got) != 1 {
		t.Errorf("outside a closed day: %v", got)
	}
}

// Where a person can be met is where they work and the place is open, moment by
// moment; and whatever can start there could start without the place as well, but
// for the raster, which begins with the later of the two.
func TestWithinIsBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zones := []string{"UTC", "Europe/London", "Australia/Lord_Howe", "America/New_York"}
		staff, _ := Zone(rapid.SampledFrom(zones).Draw(t, "staff"))
		place, _ := Zone(rapid.SampledFrom(zones).Draw(t, "place"))
		first := time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC)
		window := Span{first, first.AddDate(0, 0, 4)}
		s := NewSheet("p", staff, window, drawRules(t, At(first)))
		open := OpenHours(place, window, drawRules(t, At(first)).Hours, nil)
		cut := s.Within(open)
		// What begins in the window may end behind it, so nothing is cut to it here.
		work := subtract(nil, merge(slices.Clone(s.open)), s.off)
		both := subtract(nil, merge(slices.Clone(cut.open)), cut.off)
		if want := intersect(nil, work, open); !slices.Equal(merge(want), both) {
			t.Fatalf("got %v\nwant %v", both, want)
		}
		for at := range cut.Starts(window, Fit{Length: 30 * time.Minute, Step: 10 * time.Minute}) {
			whole := Stretch{at, at.Add(30 * time.Minute)}
			if in := intersect(nil, both, Line{whole}); len(in) != 1 || in[0] != whole {
				t.Fatalf("%v can start while somebody is not there", at.Time())
			}
		}
	})
}
