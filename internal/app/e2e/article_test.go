package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

// TestArticle walks through the menus what docs/articles.md says of Parley, each
// numbered capability as a subtest of its own, and ends each at what the sandbox
// holds. The subtests build on each other: one organization is connected, used,
// repaired and disconnected.
func TestArticle(t *testing.T) {
	if testing.Short() {
		t.Skip("the article in a browser is left out of short runs")
	}
	hand := &baton{TB: t, root: t}
	s := &scene{t: hand, house: settle(hand), browser: uitest.Browser(hand), world: deskMouse, film: loadFilm(hand)}
	s.client = client{name: "Nadia Brunner", email: "nadia.brunner@mail.example", zone: "Europe/Zurich", staff: "Daniel Okafor"}
	a := &article{scene: s, baton: hand}
	a.boss = a.administrator()
	a.walk()
}

// A baton is the test that runs now: a tab that was opened before a subtest
// fails that subtest, and ends with the whole.
type baton struct {
	testing.TB
	root *testing.T
}

func (b *baton) Cleanup(f func())         { b.root.Cleanup(f) }
func (b *baton) Context() context.Context { return b.root.Context() }
func (b *baton) TempDir() string          { return b.root.TempDir() }

// An article is the walk: who administers, and what was made on the way.
type article struct {
	*scene
	baton *baton
	boss  *tab
}

// administrator signs in, and looks at every page from all sides.
func (a *article) administrator() *tab {
	b := a.signIn("Eleanor Price")
	b.strict = true
	return b
}

func (a *article) walk() {
	a.shows("41 the first integration, from the menu", a.startsIntegration)
	a.shows("45 the service account is spoken of before anything is asked", a.readsAdvice)
	a.shows("42 the field that holds the sign-in name", a.choosesField)
	a.shows("43 the tenant id", a.givesTenant)
	a.shows("44 the permissions, Accept, and success", a.accepts)
	a.shows("47 the dashboard with the account on top", a.seesDashboard)
	a.shows("49 a tick for who is matched, a reason for who is not", a.seesMatches)
	a.shows("48 a switch for each person", a.switchesOne)
	a.shows("50 bulk, order, search, filters and rows", a.changesMany)
	a.shows("51 the first provider is the default", a.defaultAtFirst)
	a.shows("53 a service offers video calls", a.offersVideo)
	a.shows("39 each appointment has a link of its own", a.booksUnique)
	a.shows("40 the link with the client, in the schedule, at the Contact Center", a.seesLinkEverywhere)
	a.shows("60 troubles are named by the doctor", a.asksDoctor)
	a.shows("56 the connection is reauthorized", a.reauthorizes)
	a.shows("58 what was booked keeps its link", a.keepsLinks)
	a.shows("54 everybody is matched again", a.rematches)
	a.shows("55 people are matched without being asked", a.rematchesByItself)
	a.shows("46 without a service account, by application access", a.connectsAnother)
	a.shows("52 another platform for one member", a.choosesPlatform)
	a.shows("57 the connection is disconnected", a.disconnects)
	a.shows("59 nobody but administrators", a.keepsOthersOut)
}

// shows runs one capability as a subtest. What builds on one that failed would
// only fail too.
func (a *article) shows(name string, walk func()) {
	ok := a.baton.root.Run(name, func(t *testing.T) {
		a.baton.TB = t
		defer func() { a.baton.TB = a.baton.root }()
		walk()
	})
	if !ok {
		a.baton.root.FailNow()
	}
}

// startsIntegration goes by the menus to the choice of a provider.
func (a *article) startsIntegration() {
	b := a.boss
	b.menu("Settings")
	b.follow("Integrations & API")
	b.follow("Video Calls")
	b.shows("No video calls yet")
	b.follow("New")
	b.shows("Microsoft Teams")
	b.looks("article-new")
	b.follow("Microsoft Teams")
	b.shows("Before you begin")
}

// readsAdvice sees why a generic account is best, and that there is a way without one.
func (a *article) readsAdvice() {
	b := a.boss
	b.shows("generic service account", "its name is seen by everybody in every meeting")
	b.follow("Continue")
	b.shows("It appears as a participant in every meeting", "2,000 meetings a month on one account", "Each staff member (application access)")
	b.looks("article-way")
	b.press("Continue")
}

func (a *article) choosesField() {
	b := a.boss
	b.shows("12 of 12 look like a sign-in name", "What is a User Principal Name?", "most often this is the e-mail address")
	b.radio("E-mail")
	b.press("Continue")
}

// givesTenant gives a domain, of which Parley finds the id.
func (a *article) givesTenant() {
	b := a.boss
	b.shows("Directory (tenant) ID or domain", "Where to find the Directory (tenant) ID", "Where to look")
	b.copies("Microsoft Entra admin center → Identity → Overview → Tenant ID")
	b.fill("Directory", "harbourbank.example")
	b.press("Continue")
	b.shows(sandbox.TenantID)
}

// accepts sees at Microsoft what Parley announced, and comes back to the matches.
func (a *article) accepts() {
	b := a.boss
	b.shows("OnlineMeetings.ReadWrite", "User.ReadBasic.All")
	b.press("Continue to Microsoft Teams")
	a.microsoft(b)
	b.shows("10 of 12 match")
	b.press("Finish")
	b.shows("10 of 12 staff can take video calls", "Microsoft Teams is connected")
	b.looks("article-connected")
	if got := len(a.house.calls("graph", "listUsers")); got == 0 {
		b.t.Error("Microsoft was never asked who is in the directory")
	}
}

// dashboard goes by the menus to the connection of an account.
func (a *article) dashboard(account string) *tab {
	b := a.boss
	b.menu("Settings")
	b.follow("Integrations & API")
	b.follow("Video Calls")
	b.shows(account)
	b.act(links, "Microsoft Teams")
	b.shows(account, "Connected by")
	return b
}

func (a *article) seesDashboard() {
	b := a.dashboard(sandbox.Service)
	b.shows("Connected account "+sandbox.Service, "Connected by Eleanor Price", "Last successful call", "Next renewal", "Level of consent Basic",
		"Staff 12 Matched 10 Not matched 2", "Parley user Microsoft Teams user", "Amelia Hart amelia.hart@harbourbank.example")
	b.looks("article-dashboard")
}

// seesMatches compares the ticks with the directory that Microsoft holds.
func (a *article) seesMatches() {
	b := a.boss
	for name, match := range map[string]string{"Amelia Hart": "Matched amelia.hart@harbourbank.example", "Omar Farouk": "Nobody in the directory has", "Maria Silva": "Matched msilva@harbourbank.example"} {
		if row := b.row(name); !strings.Contains(row, match) {
			b.t.Errorf("the row of %s says %q, want %q", name, row, match)
		}
	}
	for _, u := range a.house.people() {
		if u.UPN == "omar.farouk@harbourbank.example" {
			b.t.Error("Microsoft has somebody whom Parley does not find")
		}
	}
}

// switchesOne moves the switch of one person, and back.
func (a *article) switchesOne() {
	b := a.boss
	b.press("Video calls of Amelia Hart")
	b.shows("Amelia Hart takes no more video calls")
	if row := b.row("Amelia Hart"); !strings.HasSuffix(row, "Off") {
		b.t.Errorf("the row of Amelia Hart says %q", row)
	}
	b.press("Video calls of Amelia Hart")
	b.shows("Amelia Hart takes video calls now")
}

// changesMany uses the list: search, order, filters, rows, and the box at its head.
func (a *article) changesMany() {
	b := a.boss
	b.refill("Search name, e-mail or account", "hannah")
	b.press("Apply")
	b.lists("Hannah Weiss")
	a.dashboard(sandbox.Service)
	b.act(links, "Parley user") // turns the order
	if names := b.rows(); names[0] != "Tomás Herrera" || len(names) != 12 {
		b.t.Errorf("backwards it lists %q", names)
	}
	b.pick("Match", "Not matched")
	b.press("Apply")
	b.lists("Julia Novak", "Omar Farouk")
	b.follow("Clear filters")
	b.act("a.page-size", "50")
	if !strings.Contains(b.where(), "rows=50") {
		b.t.Errorf("more rows are at %s", b.where())
	}
	a.switchesAll("Switch video calls off", "Video calls are off for 12 people", "Off")
	a.switchesAll("Switch video calls on", "Video calls are on for 12 people", "On")
}

// switchesAll ticks the box at the head of the list and switches all of them.
func (a *article) switchesAll(button, said, state string) {
	b := a.boss
	b.touch("thead label, thead input", "Select")
	b.press(button)
	b.shows(said)
	if row := b.row("Daniel Okafor"); !strings.HasSuffix(row, state) {
		b.t.Errorf("the row of Daniel Okafor says %q", row)
	}
}

// defaultAtFirst sees that the first provider is everybody's, and where that is said.
func (a *article) defaultAtFirst() {
	b := a.boss
	b.menu("Staff")
	b.follow("Daniel Okafor")
	b.shows("Video Calls Platform", "In use now Microsoft Teams ("+sandbox.Service+")", "Where this comes from The organization’s default")
}

// offersVideo opens More of a service and takes Video call among the methods.
func (a *article) offersVideo() {
	b := a.boss
	b.menu("Services")
	b.follow("Mortgage advice")
	b.unfold("More · Meeting Method")
	b.shows("Meeting Method")
	b.touch(labels, "Video call")
	b.shows("Who waits to be let into a video call?", "Who may present in a video call?", "What your client meets at the door of a video call")
	b.looks("article-service")
	b.press("Save")
	b.shows("10 of 12")
}

// booksUnique books two video calls: each has a link and a meeting of its own.
func (a *article) booksUnique() {
	second := client{name: "Emil Sørensen", email: "emil.sorensen@mail.example", zone: "Europe/London", staff: "Priya Nair"}
	a.scene.book(a.enter())
	a.linkArrives(a.visitor())
	first, manage, kept := a.scene.join, a.manage, a.client
	a.client = second
	a.scene.book(a.enter())
	if a.scene.join == first {
		a.t.Error("two appointments have one link")
	}
	a.house.until("Microsoft holds both meetings", func() error {
		if live := a.house.live(); len(live) != 2 || live[0].JoinWebURL == live[1].JoinWebURL {
			return fmt.Errorf("it holds %d", len(live))
		}
		return nil
	})
	a.client, a.join, a.manage = kept, first, manage
}

// visitor is the client's browser again.
func (a *article) visitor() *tab { return a.visit(a.client.zone) }

// seesLinkEverywhere finds the same link with the client, in the schedule of the
// staff member, and at the Contact Center.
func (a *article) seesLinkEverywhere() {
	b := a.visitor()
	b.open(a.manage)
	if got := b.value("#join"); got != a.join {
		b.t.Errorf("the client's page has the link %q, want %q", got, a.join)
	}
	staff := a.signIn(a.client.staff)
	staff.keyboard = true
	a.weekOf(staff)
	staff.follow(a.client.name)
	if !staff.holds(a.code()) {
		staff.t.Errorf("the staff member's page has no %s: %.600s", a.code(), staff.said())
	}
	a.house.turnTo(a.meeting.Start.Add(-time.Hour))
	a.boss = a.administrator() // a night has passed
	desk := a.signIn("Ruth Adeyemi")
	desk.menu("Contact Center")
	desk.shows(a.client.name, "Link ready", "Copy link")
	if !strings.Contains(desk.said(), "/j/"+a.code()) {
		desk.t.Errorf("the Contact Center has no %s: %.900s", a.code(), desk.said())
	}
	desk.looks("article-desk")
}

// connectsAnother adds a second integration beside the first: an application,
// which has to wait until the policy is there.
func (a *article) connectsAnother() {
	b := a.boss
	b.menu("Settings")
	b.follow("Integrations & API")
	b.follow("Video Calls")
	b.follow("New")
	b.follow("Microsoft Teams")
	b.follow("Continue")
	b.radio("Each staff member (application access)")
	b.press("Continue")
	b.radio("E-mail")
	b.press("Continue")
	b.fill("Directory", "harbourbank.example")
	b.press("Continue")
	b.shows("OnlineMeetings.ReadWrite.All")
	a.approves(b)
	b.press("Continue to Microsoft Teams")
	b.shows("Pick an account")
	b.press("Rosa Delgado")
	b.shows("13 of 14 match")
	b.press("Continue")
	b.shows("Not there yet", "Microsoft finds no application access policy", "Waiting since")
	b.copies("New-CsApplicationAccessPolicy -Identity Parley -AppIds " + sandbox.ClientID)
	b.looks("article-waiting")
	a.house.act("policy", `{"tenant":"`+sandbox.TenantID+`","global":true}`)
	b.press("Check now")
	b.shows("Everything is in place")
	b.press("Finish")
	b.shows("Microsoft Teams is connected")
	b.menu("Settings")
	b.follow("Integrations & API")
	b.follow("Video Calls")
	b.shows(sandbox.Service, "harbourbank.example (application)", "Default for your organization")
	b.looks("article-two")
}

// approves forwards the approval link, which an administrator of Microsoft opens
// in a browser of their own.
func (a *article) approves(b *tab) {
	link, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("input, textarea")].map((e) => e.value).find((v) => v.includes("adminconsent")) || ""`))
	if err != nil || link == "" {
		b.t.Fatalf("there is no approval link on %s (%v)", b.where(), err)
	}
	admin := a.visit("Europe/London")
	admin.open(link)
	admin.press("Rosa Delgado")
	admin.press("Accept")
	admin.shows("Parley is allowed in your organization now")
}

// choosesPlatform gives one staff member another platform, and takes it back.
func (a *article) choosesPlatform() {
	b := a.boss
	b.menu("Staff")
	b.follow("Daniel Okafor")
	b.shows("Video Calls Platform")
	b.pick("Video Calls Platform", "Microsoft Teams (harbourbank.example (application))")
	b.press("Save")
	b.shows("In use now Microsoft Teams (harbourbank.example (application))", "Where this comes from Own choice")
	b.looks("article-profile")
	b.pick("Video Calls Platform", "The organization’s default")
	b.press("Save")
	b.shows("Where this comes from The organization’s default")
}
