package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

// callMost is how long a caller waits for all that an agent does.
const callMost = time.Minute

// TestContactCenter has an agent serve a caller with the keyboard alone: find them
// by their telephone number, book, move, hand over, and mark them as arrived,
// within a minute. A second agent, who has another client on the line, is shown
// the same time and takes it a moment later.
func TestContactCenter(t *testing.T) {
	if testing.Short() {
		t.Skip("the Contact Center in a browser is left out of short runs")
	}
	s := &scene{t: t, house: settle(t), browser: uitest.Browser(t), world: deskMouse, film: loadFilm(t)}
	s.newDay()
	boss := s.signIn("Eleanor Price")
	s.connect(boss)
	s.offerVideo(boss)
	first, second := s.agents()
	ruth, sam := &agent{tab: first.signIn("Ruth Adeyemi"), scene: first}, &agent{tab: second.signIn("Eleanor Price"), scene: second}
	const mine, theirs = "Kwame Mensah", "Yuki Tanaka"
	sam.finds("+44 117 496 0104", theirs)
	sam.choosesTime()

	ruth.begins()
	ruth.finds("0117 4960103", mine)
	ruth.choosesTime()
	if at, other := ruth.value("input[name=key]"), sam.value("input[name=key]"); at == "" || at == other {
		t.Fatalf("the two forms have the keys %q and %q", at, other)
	}
	if at, other := ruth.start(), sam.start(); at != other {
		t.Fatalf("Ruth is at %s, and the second agent at %s", at, other)
	}
	ruth.books()
	ruth.rests()
	sam.isRefused("Ruth Adeyemi", mine)
	booked := ruth.meeting(mine)
	ruth.goesOn()
	ruth.moves()
	ruth.handsOver()
	ruth.marksArrived()
	ruth.ends()

	now := ruth.meeting(mine)
	if now.JoinWebURL != booked.JoinWebURL || now.Start.Equal(booked.Start) {
		t.Errorf("Microsoft held %+v, and holds %+v", booked, now)
	}
	s.house.until("Microsoft has the colleague as its host", func() error {
		if m := ruth.meeting(mine); len(m.Attendees) != 1 || m.Attendees[0].UPN == booked.Attendees[0].UPN {
			return fmt.Errorf("it holds %+v", m.Attendees)
		}
		return nil
	})
}

// agents are two tellers with the keyboard alone, one of them looking at every page.
func (s *scene) agents() (first, second *scene) {
	one, two := *s, *s
	one.world, two.world = deskKeys, deskKeys
	one.lang, two.lang = "en", "en"
	two.film = &film{}
	return &one, &two
}

// An agent works at the Contact Center without a mouse.
type agent struct {
	*tab
	scene *scene
	// began is when the agent was last busy with the caller, spent how long before.
	began time.Time
	spent time.Duration
}

// begins is when the caller is on the line; what is on screen is the Contact Center.
func (a *agent) begins() {
	a.t.Helper()
	a.menu(a.T("page.menu.desk"))
	_, err := chromedp.Call(a.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `addEventListener("keydown", () => { sessionStorage.keys = Number(sessionStorage.keys || 0) + 1; }, true);`,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.goesOn()
}

// rests and goesOn leave out of the time what others do.
func (a *agent) rests()  { a.spent += time.Since(a.began) }
func (a *agent) goesOn() { a.began = time.Now() }

// ends says how long it took, and with how many keys.
func (a *agent) ends() {
	a.t.Helper()
	a.rests()
	keys, err := chromedp.Run(a.ctx, chromedp.Evaluate[string](`sessionStorage.keys`))
	if err != nil {
		a.t.Fatal(err)
	}
	took := a.spent.Round(100 * time.Millisecond)
	a.t.Logf("found, booked, moved, handed over and arrived in %s, with %s keys and no mouse", took, keys)
	if took > callMost {
		a.t.Errorf("it took %s, more than %s", took, callMost)
	}
}

// finds looks for a caller by their number, and begins to book for them.
func (a *agent) finds(number, name string) {
	a.t.Helper()
	if a.began.IsZero() {
		a.menu(a.T("page.menu.desk"))
	}
	a.follow(a.T("desk.book.new"))
	a.fill(a.T("desk.clients.search"), number)
	a.turn("pressing Enter", chromedp.KeyEvent("\r"))
	a.follow(a.T("desk.client.book") + " " + name)
}

// choosesTime asks for a video call with Priya Nair, and takes the second time.
func (a *agent) choosesTime() {
	a.t.Helper()
	a.pick(a.T("desk.service"), "Mortgage advice")
	a.press(a.T("desk.book.show"))
	a.pick(a.T("desk.method"), a.T("appointment.method.video"))
	a.press(a.T("desk.book.update"))
	a.pick(a.T("desk.staff"), "Priya Nair")
	a.press(a.T("desk.book.update"))
	a.shows(a.T("desk.book.time"))
	a.takeTime(1)
	a.pick("Are you buying", "Remortgaging")
}

// start is the time that the form is about.
func (a *agent) start() string {
	a.t.Helper()
	_, query, _ := strings.Cut(a.where(), "start=")
	at, _, _ := strings.Cut(query, "&")
	return at
}

func (a *agent) books() {
	a.t.Helper()
	a.press(a.T("desk.book.confirm"))
	a.shows(a.T("desk.booked"))
}

func (a *agent) moves() {
	a.t.Helper()
	a.follow(a.T("schedule.reschedule"))
	a.takeTime(4)
	a.press(a.T("schedule.move.yes"))
	a.shows(a.T("schedule.moved"))
}

func (a *agent) handsOver() {
	a.t.Helper()
	a.follow(a.T("visit.reassign"))
	a.press(a.T("visit.reassign.yes"))
	a.shows(a.T("schedule.fact.staff"))
}

func (a *agent) marksArrived() {
	a.t.Helper()
	a.press(a.T("visit.step.arrived"))
	a.shows(a.T("visit.state.done", "State", a.T("appointment.state.arrived")))
}

// isRefused presses on, and is told who has the time and for whom.
func (a *agent) isRefused(who, client string) {
	a.t.Helper()
	a.refusal = "409 (Conflict)"
	a.reach(buttons, a.T("desk.book.confirm"))
	a.do("pressing Enter", chromedp.KeyEvent("\r"))
	a.shows(a.T("desk.book.gone"), a.T("page.rival.just.by", "Who", who, "Client", client, "Staff", "Priya Nair"), a.T("desk.book.gone.text"))
	a.looks("desk-taken")
}

// meeting waits for the one that Microsoft holds for a client.
func (a *agent) meeting(client string) (found sandbox.Meeting) {
	a.t.Helper()
	a.scene.house.until("Microsoft holds the meeting with "+client, func() error {
		for _, m := range a.scene.house.live() {
			if strings.HasSuffix(m.Subject, client) {
				found = m
				return nil
			}
		}
		return fmt.Errorf("it holds %d others", len(a.scene.house.live()))
	})
	return found
}
