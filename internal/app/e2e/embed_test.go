package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/chromedp/chromedp"
)

// booksElsewhere lets the bank's own site show the booking page, and books there.
func (s *scene) booksElsewhere() {
	client := []player{{"Tobias Lang", "tobias.lang@mail.example"}, {"Manon Girard", "manon.girard@mail.example"}}[s.telling]
	site := s.site()
	boss := s.signIn("Eleanor Price")
	boss.menu(boss.T("page.menu.settings"))
	boss.follow(boss.T("admin.booking"))
	boss.refill(boss.T("admin.booking.origins"), site)
	boss.press(boss.T("admin.save"))
	boss.shows(boss.T("admin.booking.saved"))
	boss.looks("booking-setting")
	b := s.visit("Europe/London")
	b.open(site)
	frame := s.frame(b)
	frame.inside(b.T("appointment.method.phone"), b.T("client.staff.title"))
	b.looks("embed")
	frame.inside(b.T("client.staff.anyone"), b.T("client.time.title"))
	frame.inside("a.slot", b.T("client.details.title"))
	frame.do("filling in the details", chromedp.SendKeys("#name", client.name), chromedp.SendKeys("#email", client.email), chromedp.SendKeys("#phone", "+44 117 496 0188"))
	frame.inside(b.T("client.details.confirm"), b.T("client.manage.is_booked"))
	c := s.house.entry(client.email, 1, "").Calendar
	if c.Method != "REQUEST" || !strings.Contains(c.Location, "+44 117 496 0188") {
		s.t.Errorf("the entry is %s at %q", c.Method, c.Location)
	}
}

// site is the bank's own: another site to the browser, with the line of text in
// it that the settings give.
func (s *scene) site() string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="%s"><head><title>Harbour Bank</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body { margin: 0; font: 16px/1.5 Georgia, serif; color: #1d2b36; background: #fff } header { background: #0b2a3a; color: #fff; padding: 24px } main { max-width: 960px; margin: auto; padding: 24px }
@media (prefers-color-scheme: dark) { body { background: #14202a; color: #e8eef2 } }</style></head>
<body><header>Harbour Bank</header><main><h1>%s</h1><script src="%s/embed.js" data-organization="harbour-bank" data-service="everyday-banking" data-title="Harbour Bank" data-lang="%s" async></script></main></body></html>`,
			s.lang, s.T("client.services.title", "Organization", "Harbour Bank"), s.house.base, s.lang)
	}))
	s.t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

// frame is the tab within the tab in which the booking page is.
func (s *scene) frame(b *tab) *tab {
	s.t.Helper()
	within := *b
	s.house.until("the site shows the booking page", func() error {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			return err
		}
		for _, info := range targets {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, s.house.base+"/embed/") {
				ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID))
				s.t.Cleanup(cancel)
				within.ctx = ctx
				return nil
			}
		}
		return fmt.Errorf("there are %d targets", len(targets))
	})
	return &within
}

// inside presses what has these words in a frame and waits for the next words: a
// press in a frame turns no page that the browser would tell of.
func (b *tab) inside(words, then string) {
	b.t.Helper()
	it := finder("main a, main button", words)
	if strings.HasPrefix(words, "a.") {
		it = fmt.Sprintf("document.querySelector(%q)", words)
	}
	b.h.until("there is "+words, func() error {
		_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](it+".click() || true"))
		return err
	})
	b.shows(then)
}
