package e2e_test

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"

	"parley/internal/sandbox"
)

// staffSees signs the staff member in by a link in the mail, and looks at the
// week, the day and the appointment.
func (s *scene) staffSees() {
	b := s.visit("Europe/London")
	s.signInByMail(b, s.meeting.Attendees[0].UPN)
	b.menu(b.local("Schedule"))
	s.weekOf(b)
	b.shows(s.client.name)
	b.looks("schedule-week")
	b.follow(b.local("Day"))
	b.looks("schedule-day")
	b.follow(b.local("Week"))
	b.follow(s.client.name)
	b.shows(s.client.name, s.client.email)
	b.h.until("the staff member has the same link", func() error {
		if said, code := b.said()+b.value("#join"), s.code(); !strings.Contains(said, code) && !b.holds(s.join) {
			return fmt.Errorf("no %s: %.900s", code, said)
		}
		return nil
	})
	b.looks("appointment")
}

// weekOf goes on to the week of the appointment.
func (s *scene) weekOf(b *tab) {
	for range 3 {
		if strings.Contains(b.said(), s.client.name) {
			return
		}
		b.follow(b.local("Next week"))
	}
}

// holds reports whether a box to copy from has the text.
func (b *tab) holds(text string) bool {
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`[...document.querySelectorAll("input, a")].some((e) => (e.value || e.href || "").includes(%q))`, text)))
	return err == nil && found
}

// signInByMail asks for a link, reads the mail in the sandbox's inbox and opens it.
func (s *scene) signInByMail(b *tab, email string) {
	b.open(s.house.base + "/signin")
	b.fill("E-mail", email)
	b.press("Send me a link")
	b.shows(email)
	b.looks("signin-sent")
	var letter sandbox.Message
	s.house.until("the sign-in link is in the mail", func() error {
		mails := s.house.mail(email, "/signin/link/")
		if len(mails) != 1 {
			return fmt.Errorf("there are %d", len(mails))
		}
		letter = mails[0]
		return nil
	})
	inbox := s.tab("Europe/London")
	inbox.open(s.house.vendors + "/mail?to=" + email)
	inbox.follow(letter.Subject)
	inbox.shows("/signin/link/")
	inbox.open(s.house.vendors + "/mail/" + letter.ID + "/html")
	link, err := chromedp.Run(inbox.ctx, chromedp.Evaluate[string](`document.querySelector("a[href*='/signin/link/']").href`))
	if err != nil {
		s.t.Fatal(err)
	}
	b.open(link)
	b.looks("signin-link")
	b.press("Continue to Harbour Bank")
	b.shows(b.local("My schedule"))
}

// inFrench is what those read who chose French in their profile.
var inFrench = map[string]string{
	"Schedule": "Agenda", "My schedule": "Mon agenda", "Day": "Jour", "Week": "Semaine", "Next week": "Semaine suivante",
}

// local is a word as the page writes it in its reader's language.
func (b *tab) local(word string) string {
	b.t.Helper()
	lang, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.documentElement.lang"))
	if err != nil {
		b.t.Fatal(err)
	}
	if lang == "fr" {
		return inFrench[word]
	}
	return word
}

// inbox looks at the mail that the client got, as a mail program would show it.
func (s *scene) inbox() {
	b := s.tab(s.client.zone)
	b.open(s.house.vendors + "/mail")
	b.shows(s.client.email)
	b.looks("inbox")
	letter := s.house.mail(s.client.email, s.code())[0]
	b.follow(letter.Subject)
	b.shows(s.join, "SEQUENCE")
	b.looks("inbox-message")
	b.open(s.house.vendors + "/mail/" + letter.ID + "/html")
	b.shows("Your appointment is confirmed", s.join)
	b.fits("the mail")
	for _, a := range angles {
		if s.strict {
			b.from(a)
			b.fits("the mail from " + a.name)
			b.film.take(b, "mail-confirmation", a)
		}
	}
}
