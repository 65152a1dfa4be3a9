package e2e_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"parley/internal/sandbox"
)

var (
	ill      = []player{{"Sofia Lindqvist", "sofia.lindqvist@harbourbank.example"}, {"Grace Kim", "grace.kim@harbourbank.example"}}
	stranded = []player{{"Marta Kovács", "marta.kovacs@mail.example"}, {"Joël Perrin", "joel.perrin@mail.example"}}
)

// adviserIll says in three clicks that they are away tomorrow; a colleague takes
// over who is booked then, with the same link. Before that they change their
// hours.
func (s *scene) adviserIll() {
	me, client := ill[s.telling], stranded[s.telling]
	b := s.signIn(me.name)
	s.bookAsStaff(b, client, 1)
	first := s.house.entry(client.email, 1, "")
	was := s.house.meetingAt(first.Calendar.Start, me.email)
	s.changesHours(b)
	b.menu(b.T("page.menu.schedule"))
	b.follow(b.T("hours.away"))
	b.looks("away")
	b.follow(b.T("hours.away.tomorrow", "Day", ""))
	b.shows(client.name)
	b.looks("ill-tomorrow")
	b.press(b.T("hours.away.settle", "Count", 1))
	b.shows(b.T("hours.result"), b.T("hours.result.told"))
	b.looks("ill-settled")
	s.takenOver(me, client, first.Calendar.UID, was.ID)
}

// changesHours closes a day of next week and stays longer on the usual Monday.
func (s *scene) changesHours(b *tab) {
	b.menu(b.T("page.menu.schedule"))
	b.follow(b.T("schedule.hours"))
	b.looks("hours")
	b.date(b.T("schedule.dates.date"), s.house.now().AddDate(0, 0, 14))
	b.press(b.T("schedule.dates.save"))
	b.shows(b.T("schedule.dates.saved"))
	b.press(b.T("schedule.hours.copy"))
	b.shows(b.T("schedule.hours.unsaved"))
	b.press(b.T("schedule.hours.save"))
	b.shows(b.T("schedule.hours.saved"))
}

// takenOver proves that client, colleague and whoever is ill were told, and that
// Microsoft's meeting is the same with another host.
func (s *scene) takenOver(me, client player, uid, meeting string) {
	letter := s.house.entry(client.email, 2, "")
	c := letter.Calendar
	if c.UID != uid || c.Sequence != 1 || c.Method != "REQUEST" {
		s.t.Errorf("the client's entry is %s %s, sequence %d", c.Method, c.UID, c.Sequence)
	}
	mine := s.house.entry(me.email, 2, uid).Calendar
	if mine.Method != "CANCEL" || !strings.HasPrefix(mine.UID, strings.SplitN(uid, "@", 2)[0]) {
		s.t.Errorf("whoever is ill has the entry %s %s", mine.Method, mine.UID)
	}
	s.house.until("the meeting has another host", func() error {
		for _, m := range s.house.live() {
			if m.ID == meeting && m.Start.Equal(c.Start) && len(m.Attendees) == 1 && m.Attendees[0].UPN != me.email {
				taker := s.house.mail(m.Attendees[0].UPN, client.name)
				if slices.ContainsFunc(taker, func(m sandbox.Message) bool { return m.Calendar != nil && m.Calendar.Start.Equal(c.Start) }) {
					return nil
				}
			}
		}
		return errors.New("not yet")
	})
	if c.Start.Before(s.house.now().Add(12 * time.Hour)) {
		s.t.Errorf("it is at %s now: the time should have stayed", c.Start)
	}
}
