package calendar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nineToFive = []Hours{
	{Weekday: 1, Start: 540, End: 1020}, {Weekday: 2, Start: 540, End: 1020}, {Weekday: 3, Start: 540, End: 1020},
	{Weekday: 4, Start: 540, End: 1020}, {Weekday: 5, Start: 540, End: 1020},
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func span(t testing.TB, from, to string) Span { return Span{instant(t, from), instant(t, to)} }

func texts(spans []Span) (s []string) {
	for _, span := range spans {
		s = append(s, span.Start.Format("2006-01-02T15:04Z")+" "+span.End.Format("15:04Z"))
	}
	return s
}

func TestFreeTimeOverTheChangesOfTheClocks(t *testing.T) {
	nights := func(days ...time.Weekday) (h []Hours) {
		for _, d := range days {
			h = append(h, Hours{Weekday: d, Start: 60, End: 180}) // 01:00 to 03:00
		}
		return h
	}
	for _, c := range []struct {
		name, zone string
		window     Span
		hours      []Hours
		want       []string
	}{
		{"London, nine to five before and after spring", "Europe/London", span(t, "2027-03-26T00:00:00Z", "2027-03-30T00:00:00Z"), nineToFive,
			[]string{"2027-03-26T09:00Z 17:00Z", "2027-03-29T08:00Z 16:00Z"}},
		{"London, a night that loses an hour", "Europe/London", span(t, "2027-03-27T12:00:00Z", "2027-03-28T12:00:00Z"), nights(0),
			[]string{"2027-03-28T01:00Z 02:00Z"}},
		{"London, a night that wins an hour", "Europe/London", span(t, "2027-10-30T12:00:00Z", "2027-10-31T12:00:00Z"), nights(0),
			[]string{"2027-10-31T00:00Z 03:00Z"}},
		{"New York, spring", "America/New_York", span(t, "2027-03-12T00:00:00Z", "2027-03-16T00:00:00Z"), nineToFive,
			[]string{"2027-03-12T14:00Z 22:00Z", "2027-03-15T13:00Z 21:00Z"}},
		{"New York, autumn", "America/New_York", span(t, "2027-11-05T00:00:00Z", "2027-11-09T00:00:00Z"), nineToFive,
			[]string{"2027-11-05T13:00Z 21:00Z", "2027-11-08T14:00Z 22:00Z"}},
		{"Sao Paulo keeps its clocks", "America/Sao_Paulo", span(t, "2027-11-05T00:00:00Z", "2027-11-09T00:00:00Z"), nineToFive,
			[]string{"2027-11-05T12:00Z 20:00Z", "2027-11-08T12:00Z 20:00Z"}},
		{"Kolkata, half an hour off", "Asia/Kolkata", span(t, "2027-03-26T00:00:00Z", "2027-03-27T00:00:00Z"), nineToFive,
			[]string{"2027-03-26T03:30Z 11:30Z"}},
		{"Lord Howe, half an hour forward", "Australia/Lord_Howe", span(t, "2027-10-01T00:00:00Z", "2027-10-05T00:00:00Z"), append(nights(0), nineToFive[0]),
			[]string{"2027-10-02T14:30Z 16:00Z", "2027-10-03T22:00Z 06:00Z"}},
		{"Lord Howe, half an hour back", "Australia/Lord_Howe", span(t, "2027-04-03T00:00:00Z", "2027-04-04T12:00:00Z"), nights(0),
			[]string{"2027-04-03T14:00Z 16:30Z"}},
		{"hours inside the gap vanish", "Europe/London", span(t, "2027-03-28T00:00:00Z", "2027-03-29T00:00:00Z"), []Hours{{Weekday: 0, Start: 65, End: 110}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSheet("p", zoneOf(t, c.zone), c.window, Rules{Hours: c.hours})
			if diff := cmp.Diff(c.want, texts(s.Free(c.window))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExceptionsReplaceTheDay(t *testing.T) {
	window := span(t, "2027-06-07T00:00:00Z", "2027-06-10T00:00:00Z")
	s := NewSheet("p", zoneOf(t, "UTC"), window, Rules{
		Hours: nineToFive,
		Exceptions: []Exception{
			{Date: dateOf(t, "2027-06-08")},
			{Date: dateOf(t, "2027-06-09"), Open: []Minutes{{600, 720}, {780, 800}}},
		},
		TimeOff: []Stretch{span(t, "2027-06-07T12:00:00Z", "2027-06-07T13:00:00Z").Stretch()},
		Claims:  Line{span(t, "2027-06-07T09:00:00Z", "2027-06-07T10:00:00Z").Stretch()},
	})
	want := []string{"2027-06-07T10:00Z 12:00Z", "2027-06-07T13:00Z 17:00Z", "2027-06-09T10:00Z 12:00Z", "2027-06-09T13:00Z 13:20Z"}
	if diff := cmp.Diff(want, texts(s.Free(window))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStarts(t *testing.T) {
	day := span(t, "2027-06-07T00:00:00Z", "2027-06-08T00:00:00Z")
	claim := span(t, "2027-06-07T10:00:00Z", "2027-06-07T10:30:00Z").Stretch()
	hour := []Hours{{Weekday: 1, Start: 550, End: 720}}
	split := []Hours{{Weekday: 1, Start: 540, End: 600}, {Weekday: 1, Start: 600, End: 660}}
	for _, c := range []struct {
		name  string
		rules Rules
		fit   Fit
		want  []string
	}{
		{"raster begins with the hours", Rules{Hours: hour}, Fit{Length: 30 * time.Minute, Step: 30 * time.Minute}, []string{"09:10", "09:40", "10:10", "10:40", "11:10"}},
		{"raster goes on behind a claim", Rules{Hours: hour, Claims: Line{claim}}, Fit{Length: 30 * time.Minute, Step: 30 * time.Minute}, []string{"09:10", "10:40", "11:10"}},
		{"quiet before", Rules{Hours: hour, Claims: Line{claim}}, Fit{Length: 30 * time.Minute, Step: 30 * time.Minute, Before: 15 * time.Minute}, []string{"09:10", "11:10"}},
		{"quiet after", Rules{Hours: hour, Claims: Line{claim}}, Fit{Length: 30 * time.Minute, Step: 30 * time.Minute, After: 21 * time.Minute}, []string{"10:40", "11:10"}},
		{"into the next block without a break", Rules{Hours: split}, Fit{Length: 40 * time.Minute, Step: 20 * time.Minute}, []string{"09:00", "09:20", "09:40", "10:00", "10:20"}},
		{"no step means one after the other", Rules{Hours: split}, Fit{Length: time.Hour}, []string{"09:00", "10:00"}},
		{"too long for the day", Rules{Hours: split}, Fit{Length: 3 * time.Hour, Step: time.Hour}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSheet("p", time.UTC, day, c.rules)
			var got []string
			for at := range s.Starts(day, c.fit) {
				got = append(got, at.Time().Format("15:04"))
				if !s.CanStart(at.Time(), c.fit) {
					t.Errorf("%v is listed but CanStart says no", at.Time())
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Starts must be the starts of the raster that the slow and obvious rule allows.
func TestStartsAgreeWithTheObviousRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, _ := Zone(rapid.SampledFrom([]string{"UTC", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"}).Draw(t, "zone"))
		first := time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC)
		window := Span{first, first.AddDate(0, 0, 4)}
		r := drawRules(t, At(first))
		fit := Fit{
			Length: time.Duration(rapid.IntRange(1, 12).Draw(t, "length")) * 10 * time.Minute,
			Step:   time.Duration(rapid.IntRange(1, 6).Draw(t, "step")) * 10 * time.Minute,
			Before: time.Duration(rapid.IntRange(0, 3).Draw(t, "before")) * 10 * time.Minute,
			After:  time.Duration(rapid.IntRange(0, 3).Draw(t, "after")) * 10 * time.Minute,
		}
		s := NewSheet("p", zone, window, r)
		got := slices.Collect(s.Starts(window, fit))
		if want := obviousStarts(s, window, fit); !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func drawRules(t *rapid.T, first Instant) (r Rules) {
	for day := range time.Weekday(7) {
		at := 0
		for at < 1300 && rapid.Bool().Draw(t, "more") {
			start := at + 10*rapid.IntRange(0, 40).Draw(t, "gap")
			end := min(start+10*rapid.IntRange(1, 60).Draw(t, "length"), 1440)
			if start < end {
				r.Hours = append(r.Hours, Hours{Weekday: day, Start: start, End: end})
			}
			at = end
		}
	}
	draw := func(name string) []Stretch {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stretch {
			from := first.Add(time.Duration(rapid.IntRange(-10, 600).Draw(t, "from")) * 10 * time.Minute)
			return Stretch{from, from.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "length")) * 10 * time.Minute)}
		}), 0, 12).Draw(t, name)
	}
	r.TimeOff, r.Claims = draw("off"), merge(draw("claims"))
	return r
}

func obviousStarts(s *Sheet, window Span, fit Fit) (starts []Instant) {
	working := subtract(nil, merge(slices.Clone(s.open)), s.off)
	for _, block := range s.open {
		for t := block.From; t < block.To; t = t.Add(fit.Step) {
			whole := Stretch{t, t.Add(fit.Length)}
			quiet := Stretch{t.Add(-fit.Before), t.Add(fit.Length + fit.After)}
			in := intersect(nil, working, Line{whole})
			inside := len(in) == 1 && in[0] == whole
			if t >= At(window.Start) && t < At(window.End) && inside && len(intersect(nil, s.busy, Line{quiet})) == 0 {
				starts = append(starts, t)
			}
		}
	}
	return starts
}

func TestPadKeepsQuietThatOthersAskFor(t *testing.T) {
	day := span(t, "2027-06-07T00:00:00Z", "2027-06-08T00:00:00Z")
	s := NewSheet("p", time.UTC, day, Rules{Hours: []Hours{{Weekday: 1, Start: 540, End: 660}}})
	fit := Fit{Length: 30 * time.Minute, Step: 30 * time.Minute}
	padded := s.Pad([]Stretch{span(t, "2027-06-07T09:15:00Z", "2027-06-07T10:05:00Z").Stretch()})
	if got := len(slices.Collect(padded.Starts(day, fit))); got != 1 {
		t.Errorf("%d starts on the padded sheet, want 1", got)
	}
	if got := len(slices.Collect(s.Starts(day, fit))); got != 4 {
		t.Errorf("%d starts on the sheet itself, want 4", got)
	}
}

func TestCheckHours(t *testing.T) {
	for _, c := range []struct {
		name string
		week []Hours
		ok   bool
	}{
		{"a usual week", nineToFive, true},
		{"to midnight", []Hours{{Weekday: 6, Start: 0, End: 1440}}, true},
		{"meeting blocks", []Hours{{Weekday: 1, Start: 60, End: 120}, {Weekday: 1, Start: 0, End: 60}}, true},
		{"overlap", []Hours{{Weekday: 1, Start: 0, End: 61}, {Weekday: 1, Start: 60, End: 120}}, false},
		{"backwards", []Hours{{Weekday: 1, Start: 100, End: 100}}, false},
		{"beyond midnight", []Hours{{Weekday: 1, Start: 100, End: 1441}}, false},
		{"no such weekday", []Hours{{Weekday: 7, Start: 0, End: 1}}, false},
	} {
		if err := checkHours(c.week); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
