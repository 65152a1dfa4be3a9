package admin_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

// atDashboard is a browser in which the administrator is signed in, and the page
// of a connection with more staff than one page shows.
func (h *house) atDashboard() (ctx context.Context, path string) {
	h.t.Helper()
	h.crowd(60)
	_, path = h.connected()
	ctx = uitest.Browser(h.t)
	uitest.Do(h.t, ctx, chromedp.Navigate(h.url+"/signin?next="+url.QueryEscape(path)))
	uitest.Press(h.t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	return ctx, path
}

// holds expects an expression to be true in the page.
func (h *house) holds(ctx context.Context, what, expression string) {
	h.t.Helper()
	is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
	if err != nil || !is {
		h.t.Errorf("%s: %v, %v", what, is, err)
	}
}

// TestAllThatMatchAreSwitchedInABrowser ticks the head of the table, chooses all
// that match in the second line, and confirms.
func TestAllThatMatchAreSwitchedInABrowser(t *testing.T) {
	h := build(t, registered)
	ctx, path := h.atDashboard()
	uitest.Look(t, ctx, h.url+path, "dashboard")
	uitest.Look(t, ctx, h.url+path+"?match=missed&page=2", "dashboard-missed")
	uitest.Do(t, ctx, chromedp.Click("[data-check-all]"))
	h.holds(ctx, "the page is ticked", `document.querySelectorAll("tbody .pick input:checked").length === 25 && document.querySelector("[data-bulk-scope]").value === "page"`)
	uitest.Looks(t, ctx, "dashboard-page-ticked")
	uitest.Do(t, ctx, chromedp.Click("[data-bulk-set=all]"))
	h.holds(ctx, "all are meant", `document.querySelector("[data-bulk-scope]").value === "all"`)
	uitest.Looks(t, ctx, "dashboard-all-ticked")
	uitest.Press(t, ctx, ".bulk button[value='false']")
	uitest.Looks(t, ctx, "dashboard-all-sure")
	uitest.Press(t, ctx, "main .form-actions button")
	h.holds(ctx, "it is told", `document.querySelector(".flash").textContent.includes("Video calls are off for 62 people.")`)
}

// TestARematchIsWatched begins a rematch from the menu, sees how far it is and
// what came of it, on the same page.
func TestARematchIsWatched(t *testing.T) {
	h := build(t, registered)
	ctx, path := h.atDashboard()
	uitest.Do(t, ctx, chromedp.Click(".page-actions .menu summary"))
	uitest.Keep(t, ctx, "dashboard-menu")
	uitest.Press(t, ctx, fmt.Sprintf("a[href='%s/rematch']", path))
	uitest.Press(t, ctx, "main .form-actions button")
	uitest.Looks(t, ctx, "rematch-going")
	h.ok(h.sandboxRename("amelia.hart@harbourbank.example", "amelia.hart-jones@harbourbank.example"))
	h.work()
	uitest.Appears(t, ctx, "main .callout .btn-row")
	uitest.Looks(t, ctx, "rematch-ended")
	uitest.Press(t, ctx, fmt.Sprintf("main a[href='%s?match=matched']", path))
	uitest.Looks(t, ctx, "rematch-filtered")
}

// TestARematchThatIsNotBelievedLooksRight draws what stands there then, and what is
// asked before another one.
func TestARematchThatIsNotBelievedLooksRight(t *testing.T) {
	h := build(t, registered)
	ctx, path := h.atDashboard()
	h.brake()
	uitest.Look(t, ctx, h.url+path, "rematch-braked")
	uitest.Look(t, ctx, h.url+path+"/rematch", "rematch-insist")
}

func (h *house) sandboxRename(upn, to string) error {
	if !h.sandbox.Rename(upn, to) {
		return fmt.Errorf("nobody is %s", upn)
	}
	return nil
}

// TestTheRarerPagesInABrowser looks at what few administrators ever see: another
// account that signed in, a set-up that waits, a choice by hand, another field.
func TestTheRarerPagesInABrowser(t *testing.T) {
	h := build(t, registered)
	ctx, path := h.atDashboard()
	uitest.Look(t, ctx, h.url+path+"/staff/"+h.staff["Omar Farouk"].ID+"/match?q=ha", "hand-found")
	uitest.Look(t, ctx, h.url+path+"/field", "field-choice")
	uitest.Do(t, ctx, chromedp.Click("label[for='field-1']"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "field-sure")
	uitest.Do(t, ctx, chromedp.Navigate(h.url+path+"/reauthorize"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "reauthorize-problem")
	uitest.Do(t, ctx, chromedp.SendKeys("#tenant", "harbourbank.example"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Press(t, ctx, fmt.Sprintf("button[value='%s']", sandbox.Admin))
	uitest.Press(t, ctx, "button[value='accept']")
	uitest.Looks(t, ctx, "other-account")
	b := h.as(h.eleanor)
	preview := b.asApplication()
	h.work()
	b.post(preview, url.Values{"field": {"email"}})
	uitest.Look(t, ctx, h.url+strings.TrimSuffix(preview, "preview")+"wait", "wait")
	uitest.Look(t, ctx, h.url+"/settings/video", "video-two")
	uitest.Look(t, ctx, h.url+preview, "preview-wait")
}
