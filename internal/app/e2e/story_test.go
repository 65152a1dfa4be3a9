// Package e2e_test tells the story of the product in a real browser: an
// administrator connects Microsoft Teams, a client books a video appointment and
// gets a link, the staff see it. It goes through the menus of the demo as people
// do, and ends by asking the sandbox what arrived. It reads no database and calls
// no room but that of the words. Then it follows each kind of person through what
// they come for, in both languages, at both widths, by mouse and by keys alone.
package e2e_test

import (
	"context"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

// A scene is one telling of the story.
type scene struct {
	t       testing.TB
	house   *house
	browser context.Context
	world
	strict bool
	film   *film

	// the client, and what was found on the way
	client   client
	join     string
	manage   string
	meeting  sandbox.Meeting
	hostName string
	// telling counts the tellings of a job, so that each has people of its own.
	telling int
}

// TestStory tells it twice. At 1280 pixels the client has no mouse, and every
// page is looked at from all sides; at 390 the client has no JavaScript.
func TestStory(t *testing.T) {
	if testing.Short() {
		t.Skip("the story in a browser is left out of short runs")
	}
	browser := uitest.Browser(t)
	t.Run("at 1280 pixels", func(t *testing.T) {
		s := &scene{t: t, house: settle(t), browser: browser, world: world{width: uitest.Desk}, strict: true, film: loadFilm(t),
			client: client{name: "Nadia Brunner", email: "nadia.brunner@mail.example", zone: "Europe/Zurich", staff: "Daniel Okafor"}}
		s.tell()
	})
	t.Run("at 390 pixels", func(t *testing.T) {
		s := &scene{t: t, house: settle(t), browser: browser, world: world{width: uitest.Phone}, film: &film{},
			client: client{name: "Emil Sørensen", email: "emil.sorensen@mail.example", zone: "Europe/London", staff: "Anyone available", scriptless: true}}
		s.tell()
	})
}

func (s *scene) tell() {
	boss := s.signIn("Eleanor Price")
	s.connect(boss)
	s.offerVideo(boss)
	s.toggle(boss)
	visitor := s.enter()
	s.book(visitor)
	s.linkArrives(visitor)
	s.joins(visitor)
	s.staffSees()
	s.moves(visitor)
	s.cancels(visitor)
	s.inbox()
}
