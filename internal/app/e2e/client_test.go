package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"parley/internal/sandbox"
)

// A client books. One has no mouse, the other no JavaScript.
type client struct {
	name, email, zone string
	staff             string
	scriptless        bool
}

// enter opens the public booking page as somebody who was never here.
func (s *scene) enter() *tab {
	b := s.visit(s.client.zone)
	if s.client.scriptless {
		b.scriptless()
	}
	b.keyboard = !s.client.scriptless
	b.open(s.house.base + "/book/harbour-bank")
	return b
}

// book goes from the services to the confirmation.
func (s *scene) book(b *tab) {
	b.shows("Book an appointment with Harbour Bank")
	b.looks("booking-services")
	b.follow("Mortgage advice")
	b.shows("How would you like to meet?")
	b.looks("booking-method")
	b.follow("Video call")
	b.shows("Who would you like to meet?", "Amelia Hart")
	for _, missed := range []string{"Julia Novak", "Omar Farouk"} {
		if strings.Contains(b.said(), missed) {
			s.t.Errorf("%s cannot hold a video call and is offered for one", missed)
		}
	}
	b.looks("booking-staff")
	b.follow(s.client.staff)
	s.chooseTime(b, 1)
	b.shows("Your details")
	b.fill("Your name", s.client.name)
	b.fill("E-mail address", s.client.email)
	b.choose("Are you buying", "Moving home")
	b.looks("booking-details")
	b.press("Confirm the appointment")
	b.shows("Your appointment is confirmed")
	s.manage, s.join = b.where(), b.value("#join")
	if !strings.HasPrefix(s.join, s.house.base+"/j/") {
		s.t.Fatalf("the confirmation shows the join link %q", s.join)
	}
}

// chooseTime goes some days on in the month and takes the first time of that day.
func (s *scene) chooseTime(b *tab, days int) {
	b.shows("Choose a day and a time", zoneWords[s.client.zone])
	if strings.HasPrefix(b.where(), s.house.base+"/book/") {
		b.looks("booking-time")
	}
	for range days {
		b.nextDay()
	}
	slot, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("a.slot").innerText.replace(/\s+/g, " ").trim()`))
	if err != nil {
		s.t.Fatalf("there is no time on %s: %v", b.chosenDay(), err)
	}
	b.act("a.slot", slot)
}

var zoneWords = map[string]string{"Europe/Zurich": "Zurich", "Europe/London": "London"}

// chosenDay is the day whose times are shown.
func (b *tab) chosenDay() string {
	day, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("a.day[aria-current]")?.innerText.replace(/\s+/g, " ").trim() || ""`))
	return day
}

const daysAfter = `[...document.querySelectorAll("a.day")].slice([...document.querySelectorAll("a.day")].findIndex((d) => d.hasAttribute("aria-current")) + 1)[0]`

// nextDay chooses the next day with times: with the arrow keys, or by touch. At
// the end of a month it goes on to the next one.
func (b *tab) nextDay() {
	b.t.Helper()
	more, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!"+daysAfter))
	if err != nil {
		b.t.Fatal(err)
	}
	before := b.chosenDay()
	switch {
	case !more:
		b.nextMonth()
	case b.keyboard:
		b.tabTo(`document.querySelector("a.day[aria-current]")`, "the chosen day")
		b.do("pressing the right arrow", chromedp.KeyEvent(kb.ArrowRight))
		b.do("pressing Enter", chromedp.KeyEvent("\r"))
	default:
		b.turn("choosing a day", chromedp.Click(chromedp.JSPath(daysAfter)))
	}
	b.h.until("another day is chosen", func() error {
		if now := b.chosenDay(); now == "" || now == before {
			return fmt.Errorf("it is still %s", now)
		}
		return nil
	})
	if kept, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.activeElement.matches("a.day[aria-current]")`)); b.keyboard && more && (err != nil || !kept) {
		b.t.Errorf("after choosing a day the keyboard is no longer there (%v)", err)
	}
}

func (b *tab) nextMonth() {
	b.t.Helper()
	if b.keyboard {
		b.tabTo(`document.querySelector("[data-step=next]")`, "the next month")
		b.do("pressing Enter", chromedp.KeyEvent("\r"))
		return
	}
	b.turn("the next month", chromedp.Click("[data-step=next]"))
}

// linkArrives waits until the video call is ready, and asks Microsoft, the
// mailboxes and the client's page whether they agree.
func (s *scene) linkArrives(b *tab) {
	s.house.until("Microsoft holds the meeting", func() error {
		live := s.house.live()
		if len(live) != 1 {
			return fmt.Errorf("it holds %d", len(live))
		}
		s.meeting = live[0]
		return nil
	})
	if m := s.meeting; len(m.Attendees) != 1 || m.Attendees[0].Role != "coorganizer" || m.Lobby == "everyone" {
		s.t.Errorf("the meeting has the attendees %+v and lets in %s", m.Attendees, m.Lobby)
	}
	s.house.until("the client's page says that it is ready", func() error {
		b.open(s.manage)
		if said := b.said(); !strings.Contains(said, "The video call is ready") {
			return fmt.Errorf("it says: %.600s", said)
		}
		return nil
	})
	b.looks("confirmation")
	if got := b.value("#join"); got != s.join {
		s.t.Errorf("the join link is now %s, was %s", got, s.join)
	}
	s.told(1, "REQUEST", 0)
}

// told proves that client and staff have each had their n-th mail about the
// appointment, with the calendar entry as it should be.
func (s *scene) told(n int, method string, sequence int) {
	uid := ""
	for _, to := range []string{s.client.email, s.meeting.Attendees[0].UPN} {
		s.house.until(fmt.Sprintf("mail %d is with %s", n, to), func() error {
			mails := slices.DeleteFunc(s.house.mail(to, ""), func(m sandbox.Message) bool { return m.Calendar == nil || !strings.HasPrefix(m.Calendar.UID, uid) })
			if len(mails) != n {
				return fmt.Errorf("there are %d", len(mails))
			}
			m := mails[n-1]
			uid, _, _ = strings.Cut(m.Calendar.UID, "@") // the staff's own entry is called after it
			if m.Calendar.Method != method || m.Calendar.Sequence != sequence || !m.Calendar.Start.Equal(s.meeting.Start) {
				return fmt.Errorf("its calendar entry is %s, sequence %d, at %s", m.Calendar.Method, m.Calendar.Sequence, m.Calendar.Start)
			}
			if method == "REQUEST" && !strings.Contains(m.Text, s.join) || strings.Contains(m.Raw, "meetup-join") {
				return fmt.Errorf("it has not the permanent link, or Microsoft's own:\n%s", m.Text)
			}
			return nil
		})
	}
}

// code is the join link's own part.
func (s *scene) code() string { return s.join[strings.LastIndex(s.join, "/")+1:] }

// joins opens the permanent link and goes in, up to Microsoft's lobby.
func (s *scene) joins(b *tab) {
	b.open(s.join)
	b.shows("Join now", "Starts in")
	b.looks("join")
	b.follow("Join now")
	if at := b.where(); at != s.meeting.JoinWebURL {
		s.t.Errorf("the join link leads to %s, want %s", at, s.meeting.JoinWebURL)
	}
	if got := s.house.door(s.meeting.JoinWebURL); got != "lobby" {
		s.t.Errorf("at Microsoft's door the client gets %q, want the lobby", got)
	}
}

// moves takes another time; the link and the meeting stay the same.
func (s *scene) moves(b *tab) {
	b.open(s.manage)
	b.follow("Reschedule")
	b.looks("reschedule")
	s.chooseTime(b, 2)
	b.shows("Move the appointment?")
	b.looks("reschedule-confirm")
	b.press("Move the appointment")
	b.shows("Your appointment has been moved")
	if got := b.value("#join"); got != s.join {
		s.t.Errorf("the join link is now %s, was %s", got, s.join)
	}
	was := s.meeting
	s.house.until("Microsoft has moved the meeting", func() error {
		live := s.house.live()
		if len(live) != 1 || live[0].ID != was.ID || live[0].JoinWebURL != was.JoinWebURL {
			return fmt.Errorf("it holds %d meetings, or another one", len(live))
		}
		if live[0].Start.Equal(was.Start) {
			return fmt.Errorf("it still begins at %s", was.Start.Format(time.RFC1123))
		}
		s.meeting = live[0]
		return nil
	})
	s.told(2, "REQUEST", 1)
	b.open(s.join)
	b.shows("This meeting was moved", "Join now")
	b.looks("join-moved")
}

// cancels ends it, for everybody and at Microsoft.
func (s *scene) cancels(b *tab) {
	b.open(s.manage)
	b.follow("Cancel appointment")
	b.shows("Cancel this appointment?")
	b.looks("manage-cancel")
	b.fill("Reason", "My plans have changed.")
	b.press("Cancel the appointment")
	b.shows("This appointment is cancelled")
	b.looks("manage-cancelled")
	s.house.until("Microsoft has let the meeting go", func() error {
		if n := len(s.house.live()); n != 0 {
			return fmt.Errorf("it holds %d", n)
		}
		return nil
	})
	if all := s.house.meetings(); len(all) != 1 {
		s.t.Errorf("Microsoft was asked for %d meetings in all, want 1", len(all))
	}
	if got := s.house.door(s.meeting.JoinWebURL); got == "joined" {
		s.t.Error("the old link of Microsoft's still lets the client in")
	}
	s.told(3, "CANCEL", 2)
	b.open(s.join)
	b.shows("This meeting was cancelled")
	b.looks("join-cancelled")
}
