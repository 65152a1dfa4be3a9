package admin_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// TestTheAuditLogInABrowser narrows the log by keyboard, and looks at it full,
// narrowed, wrong and empty.
func TestTheAuditLogInABrowser(t *testing.T) {
	h := build(t, registered)
	amelia, daniel := h.staff["Amelia Hart"], h.staff["Daniel Okafor"]
	s := h.service("Mortgage review")
	h.record(h.by(amelia).Entry("hours.save", "person", amelia.ID), h.by(daniel).Entry("service.save", "service", s.ID, "name", "Mortgage review"))
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings/audit"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "audit-log")
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys("#who", "okafor\r")); err != nil {
		t.Fatal(err)
	}
	uitest.Looks(t, ctx, "audit-who")
	uitest.Look(t, ctx, h.url+"/settings/audit?person="+amelia.ID, "audit-person")
	uitest.Look(t, ctx, h.url+"/settings/audit?from=yesterday", "audit-problem")
	uitest.Do(t, ctx, uitest.Theme("dark"))
	uitest.Look(t, ctx, h.url+"/settings/audit?kind=service", "audit-dark")
}
