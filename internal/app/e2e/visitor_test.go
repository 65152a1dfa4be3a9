package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"parley/internal/sandbox"
)

var (
	guests   = []player{{"Samir Benali", "samir.benali@mail.example"}, {"Lucie Faure", "lucie.faure@mail.example"}}
	online   = []player{{"Paula Winter", "paula.winter@mail.example"}, {"Étienne Morel", "etienne.morel@mail.example"}}
	inBranch = []player{{"Gwen Hughes", "gwen.hughes@mail.example"}, {"Noémie Roux", "noemie.roux@mail.example"}}
	hosts    = []player{{"Priya Nair", "priya.nair@harbourbank.example"}, {"Tomás Herrera", "tomas.herrera@harbourbank.example"}}
)

// stranger opens the booking page as somebody who was never here.
func (s *scene) stranger() *tab {
	b := s.visit("Europe/London")
	b.open(s.house.base + "/book/harbour-bank")
	b.follow("Mortgage advice")
	b.shows(b.T("client.method.title"))
	return b
}

// clientCalls books a video call, brings a companion, keeps the entry, says that
// they are late, and goes in without an account.
func (s *scene) clientCalls() {
	me, host, guest := online[s.telling], hosts[s.telling], guests[s.telling]
	b := s.stranger()
	b.follow(b.T("appointment.method.video"))
	b.shows(b.T("client.staff.title"))
	b.follow(host.name)
	b.nextDay()
	b.takeTime(0)
	s.givesDetails(b, me)
	s.bringsGuest(b, guest)
	b.looks("booking-companion")
	b.press(b.T("client.details.confirm"))
	b.shows(b.T("client.manage.is_booked"), guest.name)
	manage, _, _ := strings.Cut(b.where(), "?")
	join := b.value("#join")
	letter := s.house.entry(me.email, 1, "")
	s.inform(b, letter, join, guest)
	s.keepsEntry(b, letter.Calendar.UID)
	meeting := s.house.meetingAt(letter.Calendar.Start, host.email)
	s.runsLate(b, me, host, manage, letter.Calendar.Start)
	b.open(join)
	b.looks("join-begun")
	b.follow(b.T("client.join.go"))
	if at := b.where(); at != meeting.JoinWebURL || s.house.door(at) != "lobby" {
		s.t.Errorf("the join link leads to %s, want the lobby of %s", at, meeting.JoinWebURL)
	}
}

func (s *scene) givesDetails(b *tab, me player) {
	b.shows(b.T("client.details.title"))
	b.fill(b.T("client.details.name"), me.name)
	b.fill(b.T("client.details.email"), me.email)
	b.pick("Are you buying", "Buying my first home")
}

// bringsGuest names an interpreter, who reads French.
func (s *scene) bringsGuest(b *tab, guest player) {
	b.touch("summary", b.T("client.guest.bring"))
	b.fillIn("fieldset label", b.T("client.guest.name"), guest.name)
	b.fillIn("fieldset label", b.T("client.guest.email"), guest.email)
	b.pick(b.T("client.guest.role"), b.T("appointment.guest.as.interpreter"))
	b.pick(b.T("client.guest.lang"), "Français")
}

// inform proves what the client and their guest were sent: the same link and time,
// to each in their language, and no way to change it for the guest.
func (s *scene) inform(b *tab, letter sandbox.Message, join string, guest player) {
	c := letter.Calendar
	if c.Method != "REQUEST" || c.Sequence != 0 || !strings.Contains(letter.Text, join) || !strings.Contains(plain(letter.Text), plain(b.T("appointment.card.confirmed.title"))) {
		s.t.Errorf("the client was sent %s, sequence %d:\n%s", c.Method, c.Sequence, letter.Text)
	}
	theirs := s.house.entry(guest.email, 1, "")
	if theirs.Calendar.Method != "REQUEST" || !theirs.Calendar.Start.Equal(c.Start) || strings.Contains(theirs.Text, "/manage/") || !strings.Contains(theirs.Subject, "Invitation") {
		s.t.Errorf("the guest was sent %s at %s: %s\n%s", theirs.Calendar.Method, theirs.Calendar.Start, theirs.Subject, theirs.Text)
	}
	if code := join[strings.LastIndex(join, "/"):]; !strings.Contains(theirs.Text+theirs.Calendar.Raw, code) {
		s.t.Errorf("the guest has not the link %s:\n%s", code, theirs.Text)
	}
}

// keepsEntry downloads the calendar entry.
func (s *scene) keepsEntry(b *tab, uid string) {
	answer, err := http.Get(b.address(b.T("client.manage.calendar")))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(text), "UID:"+uid) {
		s.t.Errorf("the entry to keep has not the UID %s (%v):\n%s", uid, err, text)
	}
}

// runsLate says so a quarter of an hour before, on the page behind the mail.
func (s *scene) runsLate(b *tab, me, host player, manage string, start time.Time) {
	b.turnTo(start.Add(-15 * time.Minute))
	b.open(manage)
	b.follow(b.T("appointment.late.act"))
	b.looks("late-choose")
	b.radio(b.reader(nil).Duration(10 * time.Minute))
	b.press(b.T("do.appointment.late.go"))
	b.shows(b.T("appointment.late.answer.title", "Staff", host.name))
	s.house.until("the staff know", func() error {
		if len(s.house.mail(host.email, me.name+" will be 10 minutes late")) == 0 {
			return fmt.Errorf("no such mail")
		}
		return nil
	})
	b.open(manage)
	b.shows(b.T("client.late.said", "Name", host.name, "Late", b.reader(nil).Duration(10*time.Minute)))
	b.looks("manage-late")
}

// clientVisits books at a branch, hears of an earlier time and takes it, moves it
// once more, and cancels.
func (s *scene) clientVisits() {
	me := inBranch[s.telling]
	b := s.stranger()
	b.follow(b.T("appointment.method.in_person"))
	b.shows(b.T("client.branch.title"))
	b.looks("booking-location")
	b.follow("Quayside")
	b.follow(b.T("client.staff.anyone"))
	for range 2 {
		b.nextDay()
	}
	b.takeTime(3)
	s.givesDetails(b, me)
	b.press(b.T("client.details.confirm"))
	b.shows(b.T("client.manage.is_booked"))
	b.looks("confirmation-branch")
	first := s.house.entry(me.email, 1, "")
	if c := first.Calendar; c.Method != "REQUEST" || c.Sequence != 0 || !strings.Contains(c.Location, "12 Quayside") || len(s.house.at(c.Start)) != 0 {
		s.t.Errorf("the entry is %s, sequence %d, at %q", c.Method, c.Sequence, c.Location)
	}
	manage, _, _ := strings.Cut(b.where(), "?")
	s.takesEarlier(b, me, first)
	s.movesAgain(b, me, manage)
	s.cancelsVisit(b, me)
}

// at are the meetings that Microsoft holds at a time.
func (h *house) at(start time.Time) (list []sandbox.Meeting) {
	h.t.Helper()
	for _, m := range h.live() {
		if m.Start.Equal(start) {
			list = append(list, m)
		}
	}
	return list
}

var offerLink = regexp.MustCompile(`http://\S+/waiting/\S+`)

// takesEarlier joins the waiting list and takes what is offered by mail.
func (s *scene) takesEarlier(b *tab, me player, first sandbox.Message) {
	was := first.Calendar
	b.follow(b.T("client.waiting.join"))
	b.looks("waiting-ask")
	b.press(b.T("client.waiting.join"))
	b.shows(b.T("client.waiting.joined"))
	b.looks("manage-waiting")
	link := ""
	b.turnTo(s.house.now().Add(11 * time.Minute))
	s.house.until("an earlier time is offered", func() error {
		for _, m := range s.house.mail(me.email, "/waiting/") {
			if plain(m.Text) != "" && strings.Contains(plain(m.Text), plain(b.T("appointment.waiting.offer.title"))) {
				link = offerLink.FindString(m.Text)
				return nil
			}
		}
		return fmt.Errorf("no such mail")
	})
	b.open(link)
	b.shows(b.T("appointment.waiting.offer.title"))
	b.looks("waiting-offer")
	b.press(b.T("appointment.waiting.take"))
	c := s.house.entry(me.email, 2, "").Calendar
	if c.UID != was.UID || c.Sequence != 1 || c.Method != "REQUEST" || !c.Start.Before(was.Start) {
		s.t.Errorf("the entry is %s, sequence %d, at %s; before, at %s", c.Method, c.Sequence, c.Start, was.Start)
	}
}

func (s *scene) movesAgain(b *tab, me player, manage string) {
	b.open(manage)
	b.follow(b.T("client.manage.reschedule"))
	b.nextDay()
	b.takeTime(1)
	b.press(b.T("client.reschedule.yes"))
	b.shows(b.T("client.manage.heading"))
	if c := s.house.entry(me.email, 3, "").Calendar; c.Sequence != 2 || c.Method != "REQUEST" || !strings.Contains(c.Location, "Quayside") {
		s.t.Errorf("the entry is %s, sequence %d, at %q", c.Method, c.Sequence, c.Location)
	}
}

func (s *scene) cancelsVisit(b *tab, me player) {
	b.follow(b.T("client.manage.cancel"))
	b.press(b.T("client.cancel.yes"))
	b.shows(b.T("client.manage.is_cancelled"))
	if c := s.house.entry(me.email, 4, "").Calendar; c.Sequence != 3 || c.Method != "CANCEL" {
		s.t.Errorf("the entry is %s, sequence %d", c.Method, c.Sequence)
	}
}
