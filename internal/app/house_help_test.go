package app

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"parley/internal/org"
	"parley/internal/web/page/help"
)

// TestEveryPageHasItsGuide walks all pages for signed-in people.
func TestEveryPageHasItsGuide(t *testing.T) {
	g := lodge(t, "", quiet)
	found := 0
	for _, r := range g.site.Routes() {
		if method(r.Pattern) != http.MethodGet || r.Permission == org.Public {
			continue
		}
		if found++; !help.HasGuide(r.Pattern) {
			t.Errorf("%s has no guide: add its path to a topic of web/page/help", r.Pattern)
		}
	}
	if found < 20 {
		t.Errorf("only %d pages were found", found)
	}
}

var guideLink = regexp.MustCompile(`href="(/help\?from=[^"]*)"`)

// TestHelpIsAskedForAndArrives goes from a page over its "?" to the message, and
// looks into the mailbox of whoever helps.
func TestHelpIsAskedForAndArrives(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		eleanor, amelia := g.signIn(g.people[demoAdministrator]), g.signIn(g.people["Amelia Hart"])
		settings := g.ask(http.MethodGet, "/settings/organization", eleanor).Body.String()
		link := guideLink.FindStringSubmatch(settings)
		if link == nil {
			t.Fatal("the page has no ?")
		}
		guide := g.ask(http.MethodGet, strings.ReplaceAll(link[1], "&amp;", "&"), eleanor)
		if guide.Code != http.StatusOK || !strings.Contains(guide.Body.String(), "Share your booking page") {
			t.Errorf("the ? leads to %d %s", guide.Code, link[1])
		}
		g.ask(http.MethodPost, "/settings/support/remove", eleanor) // what the furnishing set
		contact := g.ask(http.MethodGet, "/help/contact?page=/schedule", amelia).Body.String()
		if !strings.Contains(contact, "No support contact is set") || !strings.Contains(contact, demoAdministrator) {
			t.Errorf("with nobody to ask: %s", contact)
		}
		form := url.Values{"address": {"desk@harbourbank.example"}, "hours": {"Monday to Friday, 9 to 5"}, "zone": {"Europe/London"}}
		if w := g.ask(http.MethodPost, "/settings/support", eleanor, with(form)); w.Code != http.StatusSeeOther {
			t.Fatalf("the contact is refused with %d", w.Code)
		}
		w := g.ask(http.MethodGet, "/help/contact?from=GET+%2Fschedule%2F%7Bid%7D&page=%2Fschedule%2F1%3Ftoken%3Dabc&reference=ABC123", amelia).Body.String()
		for _, want := range []string{"desk@harbourbank.example", "Monday to Friday, 9 to 5, London time", "ABC123", "One appointment", "<code>/schedule/1</code>"} {
			if !strings.Contains(w, want) {
				t.Errorf("the form does not say %q", want)
			}
		}
		message := url.Values{"from": {"GET /schedule/{id}"}, "page": {"/manage/secret-token"}, "key": {"k1"}, "reference": {"ABC123"}, "reply": {"on"},
			"message": {"The link is pending.\npassword: hunter2"}}
		if w := g.ask(http.MethodPost, "/help/contact", amelia, with(message)); w.Code != http.StatusSeeOther {
			t.Fatalf("the message is refused with %d: %s", w.Code, w.Body)
		}
		g.work()
		mails := g.vendors.Messages("desk@harbourbank.example")
		if len(mails) != 1 {
			t.Fatalf("%d mails arrived, want 1", len(mails))
		}
		text := mails[0].Subject + mails[0].Text
		if !strings.Contains(text, "ABC123") || !strings.Contains(text, "The link is pending.") || strings.Contains(text, "hunter2") || strings.Contains(text, "secret-token") {
			t.Errorf("arrived: %s", text)
		}
		message.Set("message", "")
		if w := g.ask(http.MethodPost, "/help/contact", amelia, with(message)); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Write what you need help with.") {
			t.Errorf("an empty message gets %d", w.Code)
		}
	})
}
