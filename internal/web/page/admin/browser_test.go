package admin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

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
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "settings")
	uitest.Look(t, ctx, h.url+"/settings/integrations", "integrations")
	uitest.Look(t, ctx, h.url+"/settings/video", "video-empty")
	uitest.Press(t, ctx, "main a.btn-primary")
	uitest.Looks(t, ctx, "vendors")
	uitest.Press(t, ctx, "main .link-card a")
	uitest.Looks(t, ctx, "wizard-1")
	uitest.Press(t, ctx, "main a.btn-primary")
	uitest.Looks(t, ctx, "wizard-way")
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "wizard-2")
	uitest.Do(t, ctx, chromedp.Click("label[for='field']"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "wizard-3-problem")
	uitest.Do(t, ctx, chromedp.SendKeys("#tenant", "harbourbank.example"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "wizard-4")
	h.atMicrosoft(ctx)
	uitest.Looks(t, ctx, "wizard-5-reading")
	h.work()
	uitest.Appears(t, ctx, "main .choice-card")
	uitest.Looks(t, ctx, "wizard-5")
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "video")
	h.lookAround(ctx, s.ID)
}

// atMicrosoft goes on to Microsoft, chooses the service account and accepts.
func (h *house) atMicrosoft(ctx context.Context) {
	h.t.Helper()
	uitest.Press(h.t, ctx, "main button.btn-primary")
	uitest.Press(h.t, ctx, "button[value='appointments@harbourbank.example']")
	uitest.Press(h.t, ctx, "button[value='accept']")
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
		{connection + "/field", "field"}, {connection + "/left", "left"}, {connection + "?q=nobody", "connection-nobody"}, {"/settings/video/links", "links"},
		{connection + "/staff/" + h.staff["Omar Farouk"].ID + "/match", "hand"},
		{"/services", "services"}, {"/services/" + serviceID, "service"}, {"/services/new", "service-new"},
		{"/staff", "staff"}, {amelia, "member"}, {amelia + "/hours", "hours"}, {amelia + "/deactivate", "deactivate"},
		{"/settings/organization", "organization"}, {"/settings/audit", "audit"}, {"/settings/audit?from=2999-01-01", "audit-nothing"},
	} {
		uitest.Look(h.t, ctx, h.url+page[0], page[1])
	}
	uitest.Look(h.t, ctx, h.url+"/services/new", "service-new")
	uitest.Press(h.t, ctx, "button[value='add']")
	uitest.Press(h.t, ctx, "main .form-actions button.btn-primary")
	uitest.Looks(h.t, ctx, "service-problem")
}

// TestEnterSavesAService presses Enter in a box, which is the first button of
// the form and must not be one that adds or removes a question.
func TestEnterSavesAService(t *testing.T) {
	h := build(t, registered)
	s := h.service("Mortgage review")
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/services/"+s.ID))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Do(t, ctx, chromedp.SetValue("#name", "Mortgage review II"))
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys("#name", "\r")); err != nil {
		t.Fatal(err)
	}
	if got, err := h.pages.Appointments.Service(t.Context(), h.orgs.Read(), h.bank.ID, s.ID); err != nil || got.Name != "Mortgage review II" {
		t.Errorf("Enter saved %q, %v", got.Name, err)
	}
}
