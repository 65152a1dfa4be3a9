package client_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"parley/internal/appointment"
	"parley/internal/web/ui/uitest"
)

// A walker uses the client's pages with the keyboard alone, with or without
// JavaScript.
type walker struct {
	*house
	ctx  context.Context
	site string
}

// opens goes to an address and waits for what the page must say.
func (w walker) opens(path, says string) {
	w.t.Helper()
	do(w.t, w.ctx, chromedp.Navigate(w.site+path))
	reads(w.t, w.ctx, says)
}

// presses reaches a link or a button by its words, presses it, and waits for
// what the page that answers must say.
func (w walker) presses(words, says string) {
	w.t.Helper()
	reach(w.t, w.ctx, fmt.Sprintf(`e.matches("a, button") && e.innerText.trim().startsWith(%q)`, words))
	do(w.t, w.ctx, chromedp.KeyEvent("\r"))
	reads(w.t, w.ctx, says)
}

// types fills in the field of a name.
func (w walker) types(name, text string) {
	w.t.Helper()
	reach(w.t, w.ctx, fmt.Sprintf(`e.name === %q`, name))
	do(w.t, w.ctx, chromedp.KeyEvent(text))
}

// chooses takes the n-th of the answers of a name.
func (w walker) chooses(name string, n int) {
	w.t.Helper()
	w.types(name, " "+strings.Repeat(kb.ArrowDown, n-1))
}

// TestTheClientsOwnPagesByKeyboard does everything that a client can do behind
// the links in their mails, once with JavaScript and once without.
func TestTheClientsOwnPagesByKeyboard(t *testing.T) {
	for name, off := range map[string]bool{"with JavaScript": false, "without JavaScript": true} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			server := httptest.NewServer(h.site)
			t.Cleanup(server.Close)
			w := walker{house: h, ctx: uitest.Browser(t), site: server.URL}
			if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
				t.Fatal(err)
			}
			w.brings()
			w.waits()
			w.waitsWithNone()
			w.runsLate()
		})
	}
}

// brings invites an interpreter, and takes it back.
func (w walker) brings() {
	w.t.Helper()
	own := w.book(appointment.InPerson, at(15, 0))
	w.opens(own, "Who comes along")
	w.presses("Invite somebody", "gets an invitation by e-mail")
	w.types("guest.0.name", "Ana Costa")
	w.types("guest.0.email", "ana")
	w.presses("Send the invitation", "This does not look like an e-mail address.")
	w.types("guest.0.email", kb.End+"@example.org")
	w.presses("Send the invitation", "Ana Costa")
	if v := w.claimed(own); len(v.Coming()) != 1 || v.Coming()[0].Person.Email != "ana@example.org" {
		w.t.Errorf("coming along: %+v", v.Guests)
	}
	w.presses("Remove", "no longer expected")
	if v := w.claimed(own); len(v.Coming()) != 0 {
		w.t.Errorf("still coming along: %+v", v.Guests)
	}
}

// waits joins the list for an earlier time, leaves it, joins again and takes
// what is offered.
func (w walker) waits() {
	w.t.Helper()
	own := w.post(w.when(appointment.InPerson, at(16, 0)), details("name", "Ruth Cole", "email", "ruth@example.org")).header.Get("Location")
	own, _, _ = strings.Cut(own, "?")
	w.opens(own, "Would an earlier time suit you?")
	w.presses("Tell me about earlier times", "Not before")
	w.presses("Tell me about earlier times", "You have been on the waiting list since")
	w.presses("Leave the waiting list", "You are no longer on the waiting list.")
	w.presses("Tell me about earlier times", "Not before")
	w.presses("Tell me about earlier times", "You have been on the waiting list since")
	w.work()
	w.opens(own, "It is yours if you take it first.")
	w.presses("See the offer", "A time has come free")
	w.presses("Take it", "Your appointment has been moved.")
	offered := w.line()[0]
	if v := w.claimed(own); !v.Starts.Equal(offered.Start) || offered.State != appointment.Took {
		w.t.Errorf("it begins at %v, offered was %v, %s", v.Starts, offered.Start, offered.State)
	}
}

// waitsWithNone asks on the page of times, and books from the mail.
func (w walker) waitsWithNone() {
	w.t.Helper()
	field := w.asking("What is it about?")
	w.opens(w.service+"?method=video&staff="+w.staff, "No time suits?")
	w.presses("Tell me when one comes free", "We send the free times here.")
	w.types("name", "Kit Lowe")
	w.types("email", "kit@example.org")
	w.presses("Tell me when one comes free", "You are on the waiting list")
	w.work()
	offer := w.line()[1]
	w.opens(w.sign(appointment.WaitingPath, offer.ClientID, offer.ID), "A time has come free")
	w.types(field, "A loan")
	w.presses("Take it", "Your appointment is confirmed")
	if got := w.line()[1]; got.State != appointment.Took {
		w.t.Errorf("on the list they are %s", got.State)
	}
}

// runsLate says so on the client's page and by the link of the reminder, and
// says afterwards how it was.
func (w walker) runsLate() {
	w.t.Helper()
	own := w.post(w.when(appointment.InPerson, at(11, 0)), details("name", "Bo Lind", "email", "bo@example.org", w.field(), "A loan")).header.Get("Location")
	own, _, _ = strings.Cut(own, "?")
	v := w.claimed(own)
	clock(w.house, at(10, 40))
	w.opens(own, "Not there in time?")
	w.presses("I’m running late", "How late will you be?")
	w.presses("Tell them", "Choose how late you will be.")
	w.chooses("minutes", 1)
	w.presses("Tell them", "Amelia Hart knows")
	w.opens(w.sign("do "+appointment.LateVerb, v.ClientID, v.ID), "How late will you be?")
	w.chooses("minutes", 3)
	w.presses("Tell them", "Amelia Hart knows")
	if late := w.claimed(own).Late; late != 15*time.Minute {
		w.t.Errorf("they are %v late", late)
	}
	clock(w.house, at(12, 5))
	w.work()
	w.opens(w.sign(appointment.FeedbackPath, v.ClientID, v.ID), "How was your appointment with Amelia Hart?")
	w.chooses("score", 2)
	w.types("comment", "Clear and kind")
	w.presses("Send", "Thank you")
	if f, _, err := w.a.FeedbackOf(w.t.Context(), w.d, w.org.ID, v.ID); err != nil || f.Score != 4 || f.Comment != "Clear and kind" {
		w.t.Errorf("said %+v: %v", f, err)
	}
	w.presses("Do not ask me again", "You will not be asked again.")
}

// field is the field of the question that is asked by now.
func (w walker) field() string {
	w.t.Helper()
	all, err := w.a.Services(w.t.Context(), w.d, w.org.ID)
	w.ok(err)
	return "answer." + all[0].Questions[0].ID
}
