package admin_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// TestInARealBrowser connects Teams as an administrator does, through
// Microsoft's own pages, and looks at every page of the room at both sizes.
// PARLEY_TEST_PICTURES names a folder for what it looked like.
func TestInARealBrowser(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	ctx := uitest.Browser(t)
	run(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings"))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	looks(t, ctx, "settings")
	look(t, ctx, h.url+"/settings/integrations", "integrations")
	look(t, ctx, h.url+"/settings/video", "video-empty")
	press(t, ctx, "main a.btn-primary")
	looks(t, ctx, "vendors")
	press(t, ctx, "main .link-card a")
	looks(t, ctx, "wizard-1")
	press(t, ctx, "main a.btn-primary")
	looks(t, ctx, "wizard-2")
	run(t, ctx, chromedp.Click("label[for='field']"))
	press(t, ctx, "main button.btn-primary")
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "wizard-3-problem")
	run(t, ctx, chromedp.SendKeys("#tenant", "harbourbank.example"))
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "wizard-4")
	h.atMicrosoft(ctx)
	looks(t, ctx, "wizard-5-reading")
	h.work()
	run(t, ctx, chromedp.WaitVisible("main .choice-card"))
	looks(t, ctx, "wizard-5")
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "video")
	h.lookAround(ctx, s.ID)
}

// atMicrosoft goes on to Microsoft, chooses the service account and accepts.
func (h *house) atMicrosoft(ctx context.Context) {
	h.t.Helper()
	press(h.t, ctx, "main button.btn-primary")
	press(h.t, ctx, "button[value='appointments@harbourbank.example']")
	press(h.t, ctx, "button[value='accept']")
	address, err := chromedp.Run(ctx, chromedp.Location())
	h.ok(err)
	if !strings.HasPrefix(address, h.url+"/settings/video/") {
		h.t.Fatalf("came back to %s", address)
	}
}

// lookAround looks at the pages that are not part of the set-up.
func (h *house) lookAround(ctx context.Context, serviceID string) {
	h.t.Helper()
	connections, err := h.pages.Vault.Connections(h.t.Context(), h.orgs.Read(), h.bank.ID)
	h.ok(err)
	connection, amelia := "/settings/video/"+connections[0].ID, "/staff/"+h.staff["Amelia Hart"].ID
	for _, page := range [][2]string{
		{connection, "connection"}, {connection + "/reauthorize", "reauthorize"}, {connection + "/rematch", "rematch"}, {connection + "/disconnect", "disconnect"},
		{"/services", "services"}, {"/services/" + serviceID, "service"}, {"/services/new", "service-new"},
		{"/staff", "staff"}, {amelia, "member"}, {amelia + "/hours", "hours"}, {amelia + "/deactivate", "deactivate"},
		{"/settings/organization", "organization"}, {"/settings/audit", "audit"}, {"/settings/audit?from=2999-01-01", "audit-nothing"},
	} {
		look(h.t, ctx, h.url+page[0], page[1])
	}
	look(h.t, ctx, h.url+"/services/new", "service-new")
	press(h.t, ctx, "button[value='add']")
	press(h.t, ctx, "main .form-actions button.btn-primary")
	looks(h.t, ctx, "service-problem")
}

// TestEnterSavesAService presses Enter in a box, which is the first button of
// the form and must not be one that adds or removes a question.
func TestEnterSavesAService(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	ctx := uitest.Browser(t)
	run(t, ctx, chromedp.Navigate(h.url+"/signin?next=/services/"+s.ID))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	run(t, ctx, chromedp.SetValue("#name", "Mortgage review II"))
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys("#name", "\r")); err != nil {
		t.Fatal(err)
	}
	if got, err := h.pages.Appointments.Service(t.Context(), h.orgs.Read(), h.bank.ID, s.ID); err != nil || got.Name != "Mortgage review II" {
		t.Errorf("Enter saved %q, %v", got.Name, err)
	}
}

// look opens a page and looks at it.
func look(t *testing.T, ctx context.Context, address, name string) {
	t.Helper()
	run(t, ctx, chromedp.Navigate(address))
	looks(t, ctx, name)
}

// looks runs axe over the page at both sizes and takes its picture.
func looks(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for size, port := range map[string]uitest.Viewport{"390": uitest.Phone, "1280": uitest.Desk} {
		run(t, ctx, uitest.Resize(port))
		if broken, err := uitest.Axe(ctx); err != nil || len(broken) > 0 {
			t.Errorf("%s at %s: %v %v", name, size, broken, err)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
		if err != nil || wide {
			t.Errorf("%s at %s is wider than the window (%v)", name, size, err)
		}
		if folder := os.Getenv("PARLEY_TEST_PICTURES"); folder != "" {
			if err := uitest.Picture(ctx, filepath.Join(folder, "admin-"+name+"-"+size+".png")); err != nil {
				t.Error(err)
			}
		}
	}
	run(t, ctx, uitest.Resize(uitest.Desk))
}

// press presses a button that leads to another page, and waits for it.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(limit, chromedp.Click(selector)); err != nil {
		t.Fatalf("pressing %s: %v", selector, err)
	}
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(limit, actions...); err != nil {
		t.Fatal(err)
	}
}
