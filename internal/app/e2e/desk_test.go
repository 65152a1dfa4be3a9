package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"parley/internal/sandbox"
)

var callers = []player{{"Agnes Whitlock", "agnes.whitlock@mail.example"}, {"Bruno Keller", "bruno.keller@mail.example"}}

// deskCall is a call to the Contact Center: a client who is new there books, then
// changes everything that can be changed, and cancels.
func (s *scene) deskCall() {
	client := callers[s.telling]
	b := s.signIn("Ruth Adeyemi")
	s.addsClient(b, client)
	s.bookForClient(b)
	first := s.house.entry(client.email, 1, "")
	was := s.house.meetingAt(first.Calendar.Start, "priya.nair@harbourbank.example")
	s.deskMoves(b, client, was)
	s.deskReassigns(b, client, was)
	s.deskPhonesInstead(b, client)
	s.deskCancels(b, client)
	link := joinLink.FindString(first.Text)
	for n := 2; n <= 5; n++ {
		m := s.house.entry(client.email, n, "")
		if m.Calendar.UID != first.Calendar.UID || m.Calendar.Sequence != n-1 {
			s.t.Errorf("entry %d is of %s with the sequence %d", n, m.Calendar.UID, m.Calendar.Sequence)
		}
		if byPhone := n == 4; strings.Contains(m.Text, link) == byPhone {
			s.t.Errorf("mail %d: the join link %s should not have changed (by phone: %t):\n%s", n, link, byPhone, m.Text)
		}
	}
}

// addsClient looks for somebody by telephone, finds nobody, and adds them.
func (s *scene) addsClient(b *tab, client player) {
	b.menu(b.T("page.menu.desk"))
	b.follow(b.T("desk.clients"))
	b.looks("desk-clients")
	b.fill(b.T("desk.clients.search"), client.name)
	b.press(b.T("ui.filter.apply"))
	b.shows(b.T("desk.clients.unfound", "Text", client.name))
	b.looks("desk-unfound")
	b.follow(b.T("desk.client.new"))
	b.fill(b.T("desk.client.email"), client.email)
	b.fill(b.T("desk.client.phone"), "+44 117 496 0177")
	b.pick(b.T("desk.client.lang"), map[string]string{"en": "English", "fr": "Français"}[b.lang])
	b.looks("desk-client-new")
	b.press(b.T("desk.client.save"))
	b.shows(b.T("desk.client.saved", "Name", client.name))
	b.looks("desk-client")
}

// bookForClient books a video call with Priya Nair from the client's file.
func (s *scene) bookForClient(b *tab) {
	b.follow(b.T("desk.client.book"))
	b.pick(b.T("desk.service"), "Mortgage advice")
	b.press(b.T("desk.book.show"))
	b.pick(b.T("desk.method"), b.T("appointment.method.video"))
	b.press(b.T("desk.book.update"))
	b.pick(b.T("desk.staff"), "Priya Nair")
	b.press(b.T("desk.book.update"))
	b.shows(b.T("desk.book.time"))
	b.looks("desk-book")
	b.takeTime(2)
	b.pick("Are you buying", "Remortgaging")
	b.looks("desk-book-details")
	b.press(b.T("desk.book.confirm"))
	b.shows(b.T("desk.booked"))
}

// deskMoves takes the next day instead.
func (s *scene) deskMoves(b *tab, client player, was sandbox.Meeting) {
	b.follow(b.T("schedule.reschedule"))
	b.shows(b.T("schedule.move.title"))
	b.nextDay()
	b.takeTime(1)
	b.shows(b.T("schedule.move.confirm"))
	b.looks("visit-move")
	b.press(b.T("schedule.move.yes"))
	b.shows(b.T("schedule.moved"))
	letter := s.house.entry(client.email, 2, "")
	if now := s.house.meetingAt(letter.Calendar.Start, was.Attendees[0].UPN); now.ID != was.ID {
		s.t.Error("after moving it, Microsoft holds another meeting")
	}
}

// deskReassigns gives it to the colleague whose turn it is.
func (s *scene) deskReassigns(b *tab, client player, was sandbox.Meeting) {
	b.follow(b.T("visit.reassign"))
	b.shows(b.T("visit.reassign.title"))
	b.looks("visit-reassign")
	b.press(b.T("visit.reassign.yes"))
	letter := s.house.entry(client.email, 3, "")
	s.house.until("the meeting has another host", func() error {
		for _, m := range s.house.live() {
			if m.ID != was.ID {
				continue
			}
			if len(m.Attendees) != 1 || m.Attendees[0].UPN == was.Attendees[0].UPN || m.JoinWebURL != was.JoinWebURL || !m.Start.Equal(letter.Calendar.Start) {
				return fmt.Errorf("it is %+v", m)
			}
			return nil
		}
		return fmt.Errorf("it is gone")
	})
}

// deskPhonesInstead makes it a telephone call and a video call again, and looks
// what Microsoft holds.
func (s *scene) deskPhonesInstead(b *tab, client player) {
	b.follow(b.T("visit.method"))
	b.looks("visit-method")
	b.radio(b.T("appointment.method.phone"))
	b.press(b.T("visit.method.yes"))
	b.shows(b.T("visit.method.done"))
	if at := s.house.entry(client.email, 4, "").Calendar.Location; !strings.Contains(at, "+44 117 496 0177") {
		s.t.Errorf("the telephone call is entered at %q", at)
	}
	s.meetingsAt(client, 0)
	b.follow(b.T("visit.method"))
	b.radio(b.T("appointment.method.video"))
	b.press(b.T("visit.method.yes"))
	b.shows(b.T("visit.method.done"))
	s.house.entry(client.email, 5, "")
	s.meetingsAt(client, 1)
}

// meetingsAt waits until Microsoft holds so many meetings with the client.
func (s *scene) meetingsAt(client player, want int) {
	s.t.Helper()
	start := s.house.entry(client.email, 2, "").Calendar.Start
	s.house.until(fmt.Sprintf("Microsoft holds %d meetings for %s", want, client.name), func() error {
		n := 0
		for _, m := range s.house.live() {
			if m.Start.Equal(start) {
				n++
			}
		}
		if n != want {
			return fmt.Errorf("it holds %d", n)
		}
		return nil
	})
}

// deskCancels ends it with a word for the client.
func (s *scene) deskCancels(b *tab, client player) {
	b.follow(b.T("schedule.cancel"))
	b.fill(b.T("schedule.cancel.reason"), "You asked us to.")
	b.looks("visit-cancel")
	b.press(b.T("schedule.cancel.yes"))
	b.shows(b.T("schedule.cancelled"))
	b.looks("visit-cancelled")
	letter := s.house.entry(client.email, 6, "")
	if c := letter.Calendar; c.Method != "CANCEL" || c.Sequence != 5 || !strings.Contains(letter.Text, "You asked us to.") {
		s.t.Errorf("the last entry is %s, sequence %d: %s", c.Method, c.Sequence, letter.Text)
	}
	s.meetingsAt(client, 0)
}

// deskToday books somebody known for today by telephone, sees that they are late,
// then that they are served; in the evening they are asked how it was.
func (s *scene) deskToday() {
	client := []player{{"Oliver Grant", "oliver.grant@mail.example"}, {"Leila Haddad", "leila.haddad@mail.example"}}[s.telling]
	b := s.signIn("Ruth Adeyemi")
	s.looksAround(b)
	b.menu(b.T("page.menu.desk"))
	b.follow(b.T("desk.book.new"))
	b.fill(b.T("desk.clients.search"), client.email)
	b.press(b.T("ui.filter.apply"))
	b.follow(b.T("desk.client.book") + " " + client.name)
	b.pick(b.T("desk.service"), "Everyday banking")
	b.press(b.T("desk.book.show"))
	b.pick(b.T("desk.method"), b.T("appointment.method.phone"))
	b.press(b.T("desk.book.update"))
	b.takeTime(3)
	b.press(b.T("desk.book.confirm"))
	b.shows(b.T("desk.booked"))
	start := s.bookedNow(client)
	b.turnTo(start.Add(7 * time.Minute))
	b.menu(b.T("page.menu.desk"))
	b.shows(b.T("desk.late.client", "Time", b.reader(nil).Duration(7*time.Minute)))
	b.looks("desk-today")
	b.press(b.T("desk.step.arrived") + " " + client.name)
	b.shows(b.T("appointment.state.arrived"))
	b.press(b.T("desk.step.in_progress") + " " + client.name)
	b.press(b.T("desk.step.served") + " " + client.name)
	b.shows(b.T("appointment.state.served"))
	b.looks("desk-today-served")
	b.turnTo(start.Add(26 * time.Hour))
	s.answers(client)
}

// looksAround looks at everybody's week, day and list.
func (s *scene) looksAround(b *tab) {
	b.pick(b.T("schedule.person"), b.T("schedule.person.all"))
	b.press(b.T("ui.filter.apply"))
	b.shows(b.T("schedule.title.all"))
	b.looks("schedule-many")
	b.follow(b.T("schedule.view.day"))
	b.looks("schedule-day")
	b.follow(b.T("schedule.view.list"))
	b.looks("schedule-list")
}

var feedbackLink = regexp.MustCompile(`http://\S+/feedback/\S+`)

// answers opens the mail that asks how it was, and says so.
func (s *scene) answers(client player) {
	link := ""
	s.house.until("the client is asked how it was", func() error {
		mails := s.house.mail(client.email, "/feedback/")
		if len(mails) == 0 {
			return fmt.Errorf("there is no such mail")
		}
		link = feedbackLink.FindString(mails[0].Text)
		return nil
	})
	b := s.visit("Europe/London")
	b.lang = "en" // the bank knows how they read
	b.open(link)
	b.looks("feedback")
	b.radio(b.T("appointment.feedback.score.4"))
	b.press(b.T("client.feedback.send"))
	b.shows(b.T("client.feedback.thanks"))
}

// bookedNow is when the appointment is that the client was told of last.
func (s *scene) bookedNow(client player) (start time.Time) {
	s.house.until("the confirmation is with "+client.email, func() error {
		for _, m := range s.house.mail(client.email, "") {
			if c := m.Calendar; c != nil && c.Sequence == 0 && c.Start.Sub(s.house.now()) > 0 && c.Start.Sub(s.house.now()) < 14*time.Hour && m.At.After(s.house.now().Add(-time.Hour)) {
				start = c.Start
				return nil
			}
		}
		return fmt.Errorf("it is not there")
	})
	return start
}
