package desk

import (
	"fmt"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/words"
)

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// brief is half an hour from nine.
func brief(state appointment.State, late time.Duration) appointment.Brief {
	return appointment.Brief{ID: "a", State: state, Starts: nine, Ends: nine.Add(30 * time.Minute), Late: late}
}

func TestWhoIsLate(t *testing.T) {
	for _, c := range []struct {
		name  string
		b     appointment.Brief
		after time.Duration
		want  lag
	}{
		{"nobody yet", brief(appointment.Confirmed, 0), -time.Minute, lag{}},
		{"on the minute", brief(appointment.Confirmed, 0), 0, lag{}},
		{"the client", brief(appointment.Confirmed, 0), 5 * time.Minute, lag{"desk.late.client", 5 * time.Minute}},
		{"the client, who said so", brief(appointment.Confirmed, 10*time.Minute), 5 * time.Minute, lag{"desk.late.said", 10 * time.Minute}},
		{"the client, and later than said", brief(appointment.Confirmed, 10*time.Minute), 12 * time.Minute, lag{"desk.late.client", 12 * time.Minute}},
		{"nobody: the client is early", brief(appointment.Arrived, 0), -5 * time.Minute, lag{}},
		{"the staff", brief(appointment.Arrived, 0), 7 * time.Minute, lag{"desk.late.waiting", 7 * time.Minute}},
		{"nobody: they talk", brief(appointment.InProgress, 0), 20 * time.Minute, lag{}},
		{"the talk", brief(appointment.InProgress, 0), 40 * time.Minute, lag{"desk.late.over", 10 * time.Minute}},
		{"nobody: it is over", brief(appointment.Served, 0), 40 * time.Minute, lag{}},
		{"nobody: it is off", brief(appointment.Cancelled, 0), 40 * time.Minute, lag{}},
	} {
		if got := lateness(c.b, nine.Add(c.after)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestADayHasPages shows every appointment of the chosen tile on exactly one page.
func TestADayHasPages(t *testing.T) {
	r := words.Reader{Lang: "en", Zone: time.UTC}
	v := todayView{now: nine.Add(-time.Hour), show: "coming"}
	for i := range 250 {
		b := brief(appointment.Confirmed, 0)
		b.ID = fmt.Sprint(i)
		v.all = append(v.all, b, brief(appointment.Cancelled, 0))
	}
	seen := map[string]int{}
	for v.page = 1; v.page <= v.pages(r).Pages; v.page++ {
		for _, row := range v.rows(r) {
			seen[row.ID]++
		}
	}
	if v.page != 4 || len(seen) != 250 {
		t.Errorf("%d appointments on %d pages, want 250 on 3", len(seen), v.page-1)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is on %d pages", id, n)
		}
	}
}
