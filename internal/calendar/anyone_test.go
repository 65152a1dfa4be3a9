package calendar

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A host of workload S: the windows of thirty days that scheduling products are
// measured with. Host h lives in one of four zones, works nine to five on
// weekdays, has one date with other hours, and three things a day to do.
type host struct {
	zone   *time.Location
	rules  Rules
	window Span
}

func workloadS(t testing.TB, count int) (hosts []host) {
	window := Span{instant(t, "2026-12-01T00:00:00Z"), instant(t, "2026-12-01T00:00:00Z").AddDate(0, 0, 30)}
	names := []string{"America/New_York", "Europe/London", "Europe/Berlin", "Asia/Kolkata"}
	for h := range count {
		zone := zoneOf(t, names[h%4])
		r := Rules{
			Hours:      nineToFive,
			Exceptions: []Exception{{Date: dateOf(t, "2026-12-09"), Open: []Minutes{{600, 720}}}},
		}
		for day := dateOf(t, "2026-11-30"); day <= dateOf(t, "2027-01-01"); day++ {
			if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
				continue
			}
			for _, busy := range []Minutes{{600, 630}, {780, 840}, {930, 960}} {
				shift := 15 * (h % 3)
				from, _ := Local(day, busy.Start+shift, zone)
				to, _ := Local(day, busy.End+shift, zone)
				r.Claims = append(r.Claims, Stretch{At(from), At(to)})
			}
		}
		hosts = append(hosts, host{zone, r, window})
	}
	return hosts
}

// openings is one computation of the workload: from the rows to the openings.
func openings(hosts []host, step time.Duration) []Opening {
	sheets := make([]*Sheet, len(hosts))
	for i, h := range hosts {
		sheets[i] = NewSheet("p", h.zone, h.window, h.rules)
	}
	return Anyone(sheets, hosts[0].window, Fit{Length: 30 * time.Minute, Step: step})
}

func TestWorkloadSCounts(t *testing.T) {
	for _, c := range []struct {
		hosts, step, want int
	}{{1, 30, 255}, {20, 30, 770}, {20, 15, 1429}} {
		if got := len(openings(workloadS(t, c.hosts), time.Duration(c.step)*time.Minute)); got != c.want {
			t.Errorf("%d hosts, step %d: %d openings, want %d", c.hosts, c.step, got, c.want)
		}
	}
}

// BenchmarkOpenings is workload S: windows a second on one core.
func BenchmarkOpenings(b *testing.B) {
	for _, count := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d hosts", count), func(b *testing.B) {
			hosts, found := workloadS(b, count), 0
			b.ReportAllocs()
			for b.Loop() {
				found += len(openings(hosts, 30*time.Minute))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "windows/s")
			b.ReportMetric(float64(found)/b.Elapsed().Seconds(), "slots/s")
		})
	}
}

// BenchmarkBusyStaff is thirty days of twenty people with 10,000 busy blocks.
func BenchmarkBusyStaff(b *testing.B) {
	hosts := workloadS(b, 20)
	for i := range hosts {
		hosts[i].rules.Claims = busyBlocks(hosts[i].window.Start, 500)
	}
	b.ReportAllocs()
	for b.Loop() {
		openings(hosts, 15*time.Minute)
	}
}

// busyBlocks spreads claims of ten minutes evenly over thirty days.
func busyBlocks(from time.Time, count int) (l Line) {
	every := 30 * 24 * time.Hour / time.Duration(count)
	for i := range count {
		start := At(from).Add(time.Duration(i) * every)
		l = append(l, Stretch{start, start.Add(10 * time.Minute)})
	}
	return l
}

func TestAnyoneNamesExactlyThoseWhoAreFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC)
		window := Span{first, first.AddDate(0, 0, 3)}
		fit := Fit{Length: 40 * time.Minute, Step: 20 * time.Minute}
		var sheets []*Sheet
		want := map[Instant][]int32{}
		for i := range rapid.IntRange(0, 7).Draw(t, "people") {
			s := NewSheet("p", time.UTC, window, drawRules(t, At(first)))
			sheets = append(sheets, s)
			for at := range s.Starts(window, fit) {
				want[at] = append(want[at], int32(i))
			}
		}
		got := Anyone(sheets, window, fit)
		if len(got) != len(want) {
			t.Fatalf("%d openings, want %d", len(got), len(want))
		}
		for i, o := range got {
			if !slices.Equal(o.Who, want[o.Start]) || i > 0 && got[i-1].Start >= o.Start {
				t.Fatalf("opening %d: %v %v, want %v", i, o.Start.Time(), o.Who, want[o.Start])
			}
		}
	})
}
