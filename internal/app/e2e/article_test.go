package e2e_test

import (
	"context"
	"fmt"
	"slices"
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
	a := &article{scene: s, baton: hand}
	a.boss = s.signIn("Eleanor Price")
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

func (a *article) walk() {
	a.shows("41 the first integration, from the menu", a.startsIntegration)
	a.shows("45 the service account is spoken of before anything is asked", a.readsAdvice)
	a.shows("42 the field that holds the sign-in name", a.choosesField)
	a.shows("43 the tenant id", a.givesTenant)
	a.shows("44 the permissions, Accept, and success", a.accepts)
	a.shows("47 the dashboard with the account on top", a.seesDashboard)
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

// copies fails unless a field to copy from holds a text.
func (b *tab) copies(text string) {
	b.t.Helper()
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("main input, main textarea, main pre, main code")].map((e) => e.value || e.textContent).join("\n")`))
	if err != nil || !strings.Contains(all, text) {
		b.t.Errorf("nothing on %s has %q to copy (%v): %.600s", b.where(), text, err, all)
	}
}

// accepts sees at Microsoft what Parley announced, and comes back to the matches.
func (a *article) accepts() {
	b := a.boss
	b.shows("OnlineMeetings.ReadWrite", "User.ReadBasic.All")
	b.press("Continue to Microsoft Teams")
	a.microsoft(b)
	b.shows("9 of 12 match")
	b.press("Finish")
	b.shows("9 of 12 staff can take video calls", "Microsoft Teams is connected")
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
	b.t.Log(b.said())
}

var _ = fmt.Sprint
var _ = slices.Contains[[]string]
var _ = strings.Contains
var _ = time.Now
var _ = sandbox.TenantID
