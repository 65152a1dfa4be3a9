package e2e_test

import (
	"strings"
	"time"

	"parley/internal/sandbox"
)

// A player is somebody of the bank or one of its clients.
type player struct{ name, email string }

var (
	advisers = []player{{"Daniel Okafor", "daniel.okafor@harbourbank.example"}, {"Hannah Weiss", "hannah.weiss@harbourbank.example"}}
	walkIns  = []player{{"Ines Carvalho", "ines.carvalho@mail.example"}, {"Thierry Blanc", "thierry.blanc@mail.example"}}
)

// adviserDay books a client for today, sees them arrive, enters the call, and
// leaves a note and a follow-up.
func (s *scene) adviserDay() {
	me, client := advisers[s.telling], walkIns[s.telling]
	b := s.signIn(me.name)
	s.bookAsStaff(b, client, 0)
	s.movesInGrid(b, me, client)
	letter := s.house.entry(client.email, 2, "")
	s.arrives(b, client, letter.Calendar.Start)
	s.entersCall(b, me, letter)
	s.serves(b, client, letter.Calendar.Start)
	s.followsUp(b, client)
	if mails := s.house.mail(client.email, "notary"); len(mails) > 0 {
		s.t.Errorf("the client was sent the note: %s", mails[0].Subject)
	}
}

// bookAsStaff books a video call for a client who is not known yet, from the
// Schedule, so many days ahead.
func (s *scene) bookAsStaff(b *tab, client player, ahead int) {
	b.follow(b.T("desk.book.new"))
	b.pick(b.T("desk.service"), "Mortgage advice")
	b.press(b.T("desk.book.show"))
	b.pick(b.T("desk.method"), b.T("appointment.method.video"))
	b.press(b.T("desk.book.update"))
	b.shows(b.T("desk.book.time"))
	b.looks("staff-book-time")
	for range ahead {
		b.nextDay()
	}
	b.takeTime(0)
	b.fill(b.T("desk.client.name"), client.name)
	b.fill(b.T("desk.client.email"), client.email)
	b.pick(b.T("desk.client.lang"), map[string]string{"en": "English", "fr": "Français"}[b.lang])
	b.pick("Are you buying", "Moving home")
	b.looks("staff-book-details")
	b.press(b.T("desk.book.confirm"))
	b.shows(b.T("desk.booked"))
}

// movesInGrid moves the appointment within the week, with the mouse or with keys.
func (s *scene) movesInGrid(b *tab, me, client player) {
	first := s.house.entry(client.email, 1, "")
	was := s.house.meetingAt(first.Calendar.Start, me.email)
	if confirmed := b.T("appointment.card.confirmed.title"); !strings.Contains(plain(first.Text), plain(confirmed)) {
		s.t.Errorf("the client does not read %q in their language: %s", confirmed, first.Text)
	}
	b.menu(b.T("page.menu.schedule"))
	if b.keyboard {
		b.carry(client.name)
	} else {
		b.drag(client.name)
	}
	b.shows(b.T("schedule.move.text", "Name", client.name))
	b.looks("schedule-drop")
	b.act("#drop button", b.T("schedule.move.yes"))
	letter := s.house.entry(client.email, 2, "")
	if c := letter.Calendar; c.UID != first.Calendar.UID || c.Sequence != 1 || c.Method != "REQUEST" || c.Start.Equal(first.Calendar.Start) {
		s.t.Errorf("the client's entry is %s, sequence %d, at %s", c.Method, c.Sequence, c.Start)
	}
	if now := s.house.meetingAt(letter.Calendar.Start, me.email); now.ID != was.ID || now.JoinWebURL != was.JoinWebURL {
		s.t.Error("Microsoft holds another meeting than before")
	}
}

// arrives sees the client come, a little early, in the Schedule.
func (s *scene) arrives(b *tab, client player, start time.Time) {
	b.turnTo(start.Add(-3 * time.Minute))
	b.menu(b.T("page.menu.schedule"))
	b.shows(b.T("schedule.next"), client.name)
	b.looks("schedule-next")
	b.press(b.T("schedule.do.arrived") + " " + client.name)
	b.shows(b.T("schedule.stepped", "Name", client.name, "State", b.T("appointment.state.arrived")))
}

// entersCall follows the one link in the Schedule, which leads into the meeting
// that Microsoft holds.
func (s *scene) entersCall(b *tab, me player, letter sandbox.Message) {
	meeting := s.house.meetingAt(letter.Calendar.Start, me.email)
	if a := meeting.Attendees; len(a) != 1 || a[0].Role != "coorganizer" || meeting.Lobby == "everyone" {
		s.t.Errorf("the meeting has the attendees %+v and lets in %s", a, meeting.Lobby)
	}
	link := b.address(b.T("schedule.join"))
	if !strings.Contains(letter.Text, strings.TrimSuffix(link, "/go")) {
		s.t.Errorf("the client was not sent the link %s that the adviser has", link)
	}
	at := b.where()
	b.open(link)
	if got := b.where(); got != meeting.JoinWebURL {
		s.t.Errorf("Join leads to %s, want %s", got, meeting.JoinWebURL)
	}
	b.open(at)
}

// serves begins and ends it, with a note on its page.
func (s *scene) serves(b *tab, client player, start time.Time) {
	b.turnTo(start.Add(2 * time.Minute))
	b.menu(b.T("page.menu.schedule"))
	b.press(b.T("schedule.do.in_progress") + " " + client.name)
	b.shows(b.T("schedule.stepped", "Name", client.name, "State", b.T("appointment.state.in_progress")))
	b.follow(client.name)
	b.shows(b.T("visit.status"), client.email)
	s.invites(b, start)
	b.fill(b.T("visit.note"), "Brought a letter of the notary.")
	b.press(b.T("visit.note.add"))
	b.shows(b.T("visit.note.done"), "Brought a letter of the notary.")
	b.fill(b.T("visit.followup.what"), "Send the offer in principle")
	b.date(b.T("visit.followup.due"), start)
	b.press(b.T("visit.followup.add"))
	b.shows(b.T("visit.followup.done"))
	b.looks("visit")
	b.press(b.T("visit.step.served"))
	b.shows(b.T("visit.state.done", "State", b.T("appointment.state.served")))
	b.looks("visit-served")
}

// invites has a colleague come to what is going on; the entry is in their inbox.
func (s *scene) invites(b *tab, start time.Time) {
	b.follow(b.T("visit.colleague.invite"))
	b.pick(b.T("visit.colleague.who"), "Eleanor Price")
	b.looks("visit-colleague")
	b.press(b.T("visit.colleague.yes"))
	b.shows(b.T("visit.colleague.done", "Name", "Eleanor Price"))
	entry := s.house.entry("eleanor.price@harbourbank.example", s.telling+1, "").Calendar
	if entry.Method != "REQUEST" || !entry.Start.Equal(start) {
		s.t.Errorf("the colleague's entry is %s at %s, want %s", entry.Method, entry.Start, start)
	}
}

// followsUp finds the follow-up in the Schedule and says that it is done.
func (s *scene) followsUp(b *tab, client player) {
	b.menu(b.T("page.menu.schedule"))
	b.shows(b.T("schedule.due", "Count", 1), "Send the offer in principle")
	b.looks("schedule-due")
	b.press(b.T("visit.followup.finish") + " Send the offer in principle")
}
