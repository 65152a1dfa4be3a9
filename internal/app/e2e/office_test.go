package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
)

const harbourTeal = "#0b5c6b"

var hex = regexp.MustCompile(`#[0-9a-f]{6}`)

// opensBranch opens a branch that keeps the public holidays, chooses a colour that
// is too pale, and sees both in what a client is sent; the audit log has all.
func (s *scene) opensBranch() {
	name := []string{"Redcliffe", "Bedminster"}[s.telling]
	client := []player{{"Hanna Vogel", "hanna.vogel@mail.example"}, {"Luc Gautier", "luc.gautier@mail.example"}}[s.telling]
	b := s.signIn("Eleanor Price")
	s.addsBranch(b, name)
	used := s.choosesColour(b)
	s.sendsSomebody(client, name, used)
	s.restoresColour(b)
	s.readsAudit(b, name)
}

func (s *scene) addsBranch(b *tab, name string) {
	b.menu(b.T("page.menu.services"))
	b.follow(b.T("location.title"))
	b.looks("locations")
	b.follow(b.T("location.add"))
	b.fill(b.T("location.name"), name)
	b.fill(b.T("location.address"), "7 Harbour Street, Bristol BS1 9ZZ")
	b.touch(labels, "Amelia Hart")
	b.press(b.T("location.save"))
	b.shows(b.T("location.saved", "Name", name))
	b.menu(b.T("page.menu.services"))
	b.follow(b.T("location.title"))
	b.follow(name)
	b.follow(b.T("location.holidays"))
	b.pick(b.T("location.holidays.region"), b.T("holiday.gb-eaw"))
	b.press(b.T("ui.filter.apply"))
	b.looks("location-holidays")
	b.press(b.T("location.holidays.add"))
	b.shows(b.T("location.holidays.added", "Name", name))
	b.looks("location-edit")
}

// choosesColour asks for a yellow and returns what is used instead.
func (s *scene) choosesColour(b *tab) string {
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("branding.title"))
	b.refill(b.T("admin.organization.accent"), "#f2c200")
	b.shows(b.T("branding.corrected.title"))
	b.looks("branding")
	said := b.said()
	before, _, _ := strings.Cut(b.T("branding.used", "Colour", "#", "Ratio", ""), "#")
	_, rest, _ := strings.Cut(said, plain(before))
	used := hex.FindString(rest)
	if used == "" || used == "#f2c200" {
		s.t.Errorf("the page does not say which colour is used: %s", said)
	}
	b.press(b.T("admin.save"))
	b.shows(b.T("branding.saved.corrected", "Asked", "#f2c200", "Used", used))
	return used
}

func (s *scene) restoresColour(b *tab) {
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("branding.title"))
	b.refill(b.T("admin.organization.accent"), harbourTeal)
	b.press(b.T("admin.save"))
	b.shows(b.T("branding.saved"))
}

// sendsSomebody lets a client book at the branch.
func (s *scene) sendsSomebody(client player, name, used string) {
	b := s.stranger()
	b.follow(b.T("appointment.method.in_person"))
	b.follow(name) // only one works there, so nobody asks with whom
	b.takeTime(0)
	s.givesDetails(b, client)
	b.press(b.T("client.details.confirm"))
	b.shows(b.T("client.manage.is_booked"))
	letter := s.house.entry(client.email, 1, "")
	if at := letter.Calendar.Location; !strings.Contains(at, "7 Harbour Street") {
		s.t.Errorf("the client is sent to %q", at)
	}
	s.colours(used)
}

// colours looks at a mail with a button: the link that lets somebody sign in.
func (s *scene) colours(used string) {
	b := s.visit("Europe/London")
	b.open(s.house.base + "/signin")
	b.fill(b.T("member.email"), "amelia.hart@harbourbank.example")
	b.press(b.T("member.signin.send"))
	s.house.until("the link is in the colour", func() error {
		for _, m := range s.house.mail("amelia.hart@harbourbank.example", "/signin/link/") {
			if html := strings.ToLower(m.HTML); strings.Contains(html, used) && !strings.Contains(html, "#f2c200") {
				return nil
			}
		}
		return fmt.Errorf("no such mail")
	})
}

func (s *scene) readsAudit(b *tab, name string) {
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("admin.audit"))
	b.looks("audit")
	b.fill(b.T("admin.audit.search"), name)
	b.press(b.T("ui.filter.apply"))
	b.shows(name, "Eleanor Price")
	b.looks("audit-found")
}

// caresForStaff imports staff from a file with a bad row, lets members add their
// own calendars, says who helps, and asks for help. Each ends in the sandbox: the
// sign-in link of the new colleague, the calendar that was read, the question.
func (s *scene) caresForStaff() {
	b := s.signIn("Eleanor Price")
	s.importsStaff(b)
	s.closesStale(b)
	s.asksForHelp(b)
	s.addsCalendar()
}

func (s *scene) importsStaff(b *tab) {
	fresh := []player{{"Ottilie Brandt", "ottilie.brandt@harbourbank.example"}, {"Céleste Aubert", "celeste.aubert@harbourbank.example"}}[s.telling]
	b.menu(b.T("page.menu.staff"))
	b.looks("staff")
	b.follow(b.T("admin.import.button"))
	b.looks("staff-upload")
	b.upload("staff.csv", "Name,E-mail,Languages,Services\n"+
		fresh.name+","+fresh.email+",en;fr,Everyday banking\n"+
		"Daniel Okafor,daniel.okafor@harbourbank.example,en;it,\n"+
		"Nobody Atall,not-an-address,en,Everyday banking\n")
	b.press(b.T("admin.import.upload"))
	b.shows(b.T("admin.import.preview"), fresh.name, "not-an-address")
	b.looks("staff-import")
	b.radio(b.T("admin.import.policy.good", "Count", 2-s.telling))
	b.press(b.T("admin.import.start"))
	b.shows(b.T("admin.import.done.title", "Count", 2-s.telling))
	b.looks("staff-imported")
	new := s.visit("Europe/London")
	new.open(s.house.base + "/signin")
	new.fill(new.T("member.email"), fresh.email)
	new.press(new.T("member.signin.send"))
	s.house.until("the new colleague has a sign-in link", func() error {
		if len(s.house.mail(fresh.email, "/signin/link/")) != 1 {
			return fmt.Errorf("there is none")
		}
		return nil
	})
	if mails := s.house.mail("not-an-address", ""); len(mails) != 0 {
		s.t.Errorf("the row with an error was sent %d mails", len(mails))
	}
}

// closesStale chooses that a calendar out of date closes a member's times.
func (s *scene) closesStale(b *tab) {
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("busy.title"))
	b.radio(b.T("busy.stale.close"))
	b.press(b.T("admin.save"))
	b.shows(b.T("busy.admin.saved"))
	b.looks("busy-admin")
}

// asksForHelp names who helps, and writes to them over the "?".
func (s *scene) asksForHelp(b *tab) {
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("help.setting"))
	b.refill(b.T("help.setting.address"), "helpdesk@harbourbank.example")
	b.press(b.T("help.setting.save"))
	b.shows(b.T("help.setting.saved"))
	b.looks("support")
	b.menu(b.T("page.menu.staff"))
	b.touch("summary", b.T("ui.help"))
	b.touch(links, b.T("help.open"))
	b.shows(b.T("help.trouble"))
	b.looks("help-drawer")
	b.touch("dialog button", b.T("ui.close"))
	b.touch("summary", b.T("ui.help"))
	b.follow(b.T("help.contact"))
	b.fill(b.T("help.message"), "Where do I see who was imported? password: hunter2 ("+b.lang+")")
	b.looks("help-contact")
	b.press(b.T("help.send"))
	s.house.until("the question is with the help desk", func() error {
		mails := s.house.mail("helpdesk@harbourbank.example", "("+b.lang+")")
		if len(mails) != 1 {
			return fmt.Errorf("there are %d", len(mails))
		}
		if m := mails[0]; strings.Contains(m.Raw, "hunter2") || !strings.Contains(m.Text, "/staff") {
			s.t.Errorf("the question has the password, or not the page:\n%s", m.Text)
		}
		return nil
	})
}

// addsCalendar adds a published calendar to somebody's hours.
func (s *scene) addsCalendar() {
	me := []string{"Amelia Hart", "Daniel Okafor"}[s.telling]
	b := s.signIn(me)
	b.follow(b.T("schedule.hours"))
	b.follow(b.T("busy.title"))
	b.fill(b.T("busy.address"), s.house.vendors+"/calendar/"+strings.ToLower(strings.ReplaceAll(me, " ", "."))+".ics")
	before := len(s.house.calls("calendar", "ics"))
	b.press(b.T("busy.add"))
	b.shows(b.T("busy.state.fine"), b.T("busy.next"))
	b.looks("busy-elsewhere")
	if len(s.house.calls("calendar", "ics")) == before {
		s.t.Error("the calendar was never read")
	}
}

// testsVendor looks at the registration at Microsoft and lets it be tested there.
func (s *scene) testsVendor() {
	b := s.signIn("Sam Whitfield")
	b.menu(b.T("page.menu.settings"))
	b.follow(b.T("installation.apps"))
	b.looks("vendor-apps")
	b.follow("Microsoft")
	b.looks("vendor-app")
	before := len(s.house.calls("entra", "token"))
	if b.has(labels, b.T("teams.app.where")) {
		b.refill(b.T("teams.app.where"), "7c2f0f5e-3b0a-4f0e-9a51-5d1c8e4b2a10")
	}
	b.press(b.T("installation.test.go"))
	b.shows(b.T("installation.test.ok", "Vendor", "Microsoft Teams"))
	if len(s.house.calls("entra", "token")) == before {
		s.t.Error("Microsoft was never asked")
	}
}
