package e2e_test

import (
	"testing"
	"time"

	"parley/internal/web/ui/uitest"
)

// A job is what somebody comes for, told in two worlds or more. In the first of
// them every page is looked at from all sides.
type job struct {
	name   string
	tell   func(*scene)
	worlds []world
}

// Those who look at many appointments come first, while the bank has some.
var jobs = []job{
	{"the day at the Contact Center", (*scene).deskToday, []world{phoneKeys, phoneTouch}},
	{"an adviser's day", (*scene).adviserDay, []world{deskMouse, deskKeys}},
	{"an adviser is ill tomorrow", (*scene).adviserIll, []world{phoneKeys, phoneTouch}},
	{"a client comes to a video call", (*scene).clientCalls, []world{deskMouse, deskKeys}},
	{"a client comes to a branch", (*scene).clientVisits, []world{phoneKeys, phoneTouch}},
	{"a call to the Contact Center", (*scene).deskCall, []world{deskMouse, deskKeys}},
	{"an administrator opens a branch in other colours", (*scene).opensBranch, []world{deskMouse, deskKeys}},
	{"an administrator cares for the staff", (*scene).caresForStaff, []world{phoneKeys, phoneTouch}},
	{"a client books on the bank's own site", (*scene).booksElsewhere, []world{deskMouse, phoneTouch}},
	{"a superuser tests a vendor's app", (*scene).testsVendor, []world{deskMouse, phoneKeys, phoneTouch}},
}

// TestJobs tells them in one house, one after the other, each on a day of its own.
func TestJobs(t *testing.T) {
	if testing.Short() {
		t.Skip("the stories in a browser are left out of short runs")
	}
	browser, h := uitest.Browser(t), settle(t)
	first := &scene{t: t, house: h, browser: browser, world: deskMouse, film: &film{}}
	first.newDay()
	boss := first.signIn("Eleanor Price")
	first.connect(boss)
	first.offerVideo(boss)
	for _, j := range jobs {
		for i, w := range j.worlds {
			t.Run(j.name+" "+w.String(), func(t *testing.T) {
				own := *h
				own.t = t
				s := &scene{t: t, house: &own, browser: browser, world: w, strict: i == 0, film: &film{}, telling: i}
				if s.strict {
					s.film = loadFilm(t)
				}
				s.newDay()
				j.tell(s)
			})
		}
	}
}

// newDay turns the clock to the next morning on which the bank works, and works
// on the day after.
func (s *scene) newDay() {
	s.t.Helper()
	day := s.house.now().AddDate(0, 0, 1)
	for day.Weekday() == time.Friday || day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	s.house.turnTo(time.Date(day.Year(), day.Month(), day.Day(), 7, 30, 0, 0, time.UTC))
}
