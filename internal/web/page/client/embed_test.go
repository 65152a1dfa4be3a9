package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web/page"
	"parley/internal/web/ui/uitest"
)

// bank serves the page of a site that has put the booking page into it, under
// another name of this machine: to a browser that is another site, whose frames
// get no cookies of ours.
func bank(t *testing.T, parley, organization, service string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>The bank</title><link rel="icon" href="data:,"></head><body><h1>The bank</h1>
<script src="%s/embed.js" data-organization="%s" data-service="%s" data-title="Book" async></script></body></html>`, parley, organization, service)
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// frameAt waits until the page holds a frame at an address and returns its tab.
func frameAt(t *testing.T, ctx context.Context, address string) context.Context {
	t.Helper()
	for range 200 {
		targets, err := chromedp.Targets(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, address) {
				frame, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(info.TargetID))
				t.Cleanup(cancel)
				return frame
			}
		}
		do(t, ctx, chromedp.Sleep(50*time.Millisecond))
	}
	t.Fatalf("no frame came to %s", address)
	return nil
}

// frameSaid waits until the only frame of a tab has loaded, and returns where it is.
func frameSaid(t *testing.T, ctx context.Context) (address string) {
	t.Helper()
	for range 100 {
		targets, err := chromedp.Targets(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type != "iframe" {
				continue
			}
			frame, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(info.TargetID))
			address, err = chromedp.Run(frame, chromedp.Evaluate[string]("document.readyState === 'complete' ? location.href : ''"))
			cancel()
			if err == nil && address != "" && address != "about:blank" {
				return address
			}
		}
		do(t, ctx, chromedp.Sleep(50*time.Millisecond))
	}
	return "nothing, not even a refusal; " + address
}

// reads waits until the page in a tab says something.
func reads(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	said := ""
	for range 200 {
		var err error
		if said, err = chromedp.Run(ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''")); err == nil && strings.Contains(said, text) {
			return
		}
		_ = chromedp.Do(ctx, chromedp.Sleep(50*time.Millisecond)) // between two pages there is none to ask
	}
	t.Fatalf("it never says %q, but %q", text, said)
}

// press clicks the first link or button with these words.
func press(t *testing.T, ctx context.Context, words string) {
	t.Helper()
	do(t, ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll("main a, main button")].find(e => e.innerText.includes(%q)).click(); undefined`, words)))
}

// TestASiteShowsTheBookingPage embeds it in a page of another site and books;
// the same page of a site that is not named gets nothing.
func TestASiteShowsTheBookingPage(t *testing.T) {
	h := build(t)
	server := httptest.NewServer(h.site)
	t.Cleanup(server.Close)
	slug := strings.TrimPrefix(h.service, "/book/"+h.org.Slug+"/")
	named, other := bank(t, server.URL, h.org.Slug, slug), bank(t, server.URL, h.org.Slug, slug)
	boss := org.Actor{OrgID: h.org.ID, Roles: []org.Role{org.Administrator}}
	h.ok(h.orgs.SaveSetting(t.Context(), boss, page.FrameOrigins, org.WholeOrganization, named))
	ctx := uitest.Browser(t)
	do(t, ctx, chromedp.Navigate(named), chromedp.WaitVisible("iframe"))
	frame := frameAt(t, ctx, server.URL+"/embed/")
	reads(t, frame, "How would you like to meet?")
	high := `Number(document.querySelector("iframe").height)`
	height, err := chromedp.Run(ctx, chromedp.Evaluate[int](high+" === 720 ? new Promise(r => setTimeout(() => r("+high+"), 500)) : "+high, chromedp.EvalAwaitPromise))
	if err != nil || height == 720 || height < 200 {
		t.Errorf("the frame is %d high: %v", height, err)
	}
	press(t, frame, "Video")
	reads(t, frame, "Choose a day and a time")
	do(t, frame, chromedp.Evaluate[chromedp.Void](`document.querySelector("a.slot").click(); undefined`))
	reads(t, frame, "Your details")
	fits(t, ctx, frame)
	picture(t, ctx, "embed-details")
	do(t, frame, chromedp.SendKeys("#name", "Ruth Cole"), chromedp.SendKeys("#email", "ruth.cole@example.org"))
	press(t, frame, "Confirm the appointment")
	reads(t, frame, "Your appointment is confirmed")
	picture(t, ctx, "embed-booked")
	target, err := chromedp.Run(frame, chromedp.Evaluate[string](`document.querySelector("main a.btn-primary").target`))
	if err != nil || target != "_blank" {
		t.Errorf("the client's own page opens in %q: %v", target, err)
	}
	n, err := db.Value[int64](t.Context(), h.d, "SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND state = 'confirmed'", h.org.ID)
	if err != nil || n != 1 {
		t.Errorf("%d appointments: %v", n, err)
	}
	do(t, ctx, chromedp.Navigate("about:blank"))
	stranger, cancel := chromedp.NewContext(ctx) // not watched: the browser complains, and should
	t.Cleanup(cancel)
	do(t, stranger, chromedp.Navigate(other), chromedp.WaitVisible("iframe"))
	if said := frameSaid(t, stranger); !strings.HasPrefix(said, "chrome-error:") {
		t.Errorf("a site that is not named shows %s", said)
	}
}

// fits waits until the frame is as high as what it holds.
func fits(t *testing.T, ctx, frame context.Context) {
	t.Helper()
	var holds, high int
	for range 100 {
		var err1, err2 error
		holds, err1 = chromedp.Run(frame, chromedp.Evaluate[int](`Math.ceil(document.querySelector(".public").getBoundingClientRect().height)`))
		high, err2 = chromedp.Run(ctx, chromedp.Evaluate[int](`Number(document.querySelector("iframe").height)`))
		if err1 == nil && err2 == nil && high == holds {
			return
		}
		do(t, ctx, chromedp.Sleep(50*time.Millisecond))
	}
	t.Errorf("the frame is %d high and holds %d", high, holds)
}

// picture keeps what the tab shows, if anybody wants to look.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if dir := pictures(); dir != "" {
		if err := uitest.Picture(ctx, dir+"/"+name+".png"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheClientsOwnPagesInABrowser looks at every page behind a link in a mail,
// at both sizes and in both themes.
func TestTheClientsOwnPagesInABrowser(t *testing.T) {
	h := build(t)
	server := httptest.NewServer(h.site)
	t.Cleanup(server.Close)
	a := h.post(h.when(appointment.InPerson, at(10, 0)), details("guest.0.name", "Ana Costa", "guest.0.email", "ana@example.org", "guest.0.role", "interpreter"))
	own, _, _ := strings.Cut(a.header.Get("Location"), "?")
	v := h.claimed(own)
	w, err := h.a.AwaitEarlier(t.Context(), org.Client(v.Client), v.ID, time.Time{}, time.Time{})
	h.ok(err)
	h.work()
	g := v.Guests[0]
	waiting, guest := h.sign(appointment.WaitingPath, v.ClientID, w.ID), h.sign(appointment.GuestPath, g.PersonID, g.ID)
	late, feedback := h.sign("do "+appointment.LateVerb, v.ClientID, v.ID), h.sign(appointment.FeedbackPath, v.ClientID, v.ID)
	ctx := uitest.Browser(t)
	for _, p := range [][2]string{
		{h.when(appointment.InPerson, at(11, 0)), "details"}, {own, "manage"}, {own + "/guest", "guest-add"}, {own + "/earlier", "earlier"}, {waiting, "waiting"}, {guest, "guest"},
		{strings.Replace(h.when(appointment.Video, at(11, 0)), "?", "/waiting?", 1), "waiting-ask"}, {h.service + "?method=video&staff=" + h.staff, "times"},
	} {
		h.looks(ctx, server.URL+p[0], p[1])
	}
	kit := h.post(strings.Replace(h.when(appointment.Video, at(9, 0)), "?", "/waiting?", 1), details("name", "Kit Lowe", "email", "kit@example.org"))
	if kit.code != http.StatusOK {
		t.Fatalf("on the list: %d", kit.code)
	}
	h.asking("What is it about?")
	h.work()
	line := h.line()
	h.looks(ctx, server.URL+h.sign(appointment.WaitingPath, line[1].ClientID, line[1].ID), "waiting-book")
	h.looks(ctx, server.URL+"/j/"+v.Meeting.Code, "join")
	clock(h, at(9, 40))
	_, err = h.a.RunBehind(t.Context(), h.boss, appointment.Seen{ID: v.ID}, 15*time.Minute)
	h.ok(err)
	h.looks(ctx, server.URL+"/j/"+v.Meeting.Code, "join-behind")
	h.looks(ctx, server.URL+late, "late")
	h.looks(ctx, server.URL+own, "manage-late")
	clock(h, at(11, 5))
	h.work()
	h.looks(ctx, server.URL+feedback, "feedback")
}

// looks opens a page at both sizes and in both themes and has axe look at it.
func (h *house) looks(ctx context.Context, address, name string) {
	h.t.Helper()
	for size, view := range map[string]uitest.Viewport{"desk": uitest.Desk, "phone": uitest.Phone} {
		do(h.t, ctx, uitest.Resize(view), chromedp.Navigate(address))
		for _, theme := range []string{"light", "dark"} {
			do(h.t, ctx, uitest.Theme(theme))
			uitest.Accessible(h.t, ctx)
			picture(h.t, ctx, name+"-"+size+"-"+theme)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
		if err != nil || wide {
			h.t.Errorf("%s is wider than the %s: %v", name, size, err)
		}
	}
}

func clock(h *house, to time.Time) { dbtest.ClockOf(h.d).Set(to) }

// pictures is the folder in which whoever wants to look finds what pages looked like.
func pictures() string { return os.Getenv("PARLEY_TEST_PICTURES") }
