package member_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/org"
	"parley/internal/web/ui/uitest"
)

// TestInARealBrowser walks the way in at both sizes. PARLEY_TEST_PICTURES names
// a folder for what it looked like.
func TestInARealBrowser(t *testing.T) {
	h := build(t, true)
	code, err := h.orgs.NewSetupCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx := uitest.Browser(t)
	uitest.Look(t, ctx, h.url+"/", "first-run")
	uitest.Do(t, ctx, fill("#code", code), fill("#organization", "Harbour Bank"), fill("#name", "Sam Whitfield"))
	uitest.Press(t, ctx, "form[action='/first-run'] button.btn-primary")
	uitest.Looks(t, ctx, "first-run-problem")
	uitest.Do(t, ctx, fill("#email", "sam.whitfield@harbourbank.example"))
	uitest.Press(t, ctx, "form[action='/first-run'] button.btn-primary")
	at(t, ctx, "/profile")
	uitest.Looks(t, ctx, "profile")

	first, err := h.orgs.Personas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.member(first[0].Organization, "Eleanor Price", "eleanor.price@harbourbank.example", org.Administrator)
	for _, name := range []string{"Amelia Hart", "Daniel Okafor", "Priya Nair"} {
		h.member(first[0].Organization, name, strings.ReplaceAll(strings.ToLower(name), " ", ".")+"@harbourbank.example")
	}
	uitest.Look(t, ctx, h.url+"/profile/sessions", "sessions")
	uitest.Do(t, ctx, chromedp.Click(".viewer"))
	uitest.Press(t, ctx, "form[action='/signout'] button")
	at(t, ctx, "/signin")
	uitest.Looks(t, ctx, "signin")
	uitest.Do(t, ctx, fill("#email", "amelia.hart@harbourbank.example"))
	uitest.Press(t, ctx, "form[action='/signin'] button.btn-primary")
	uitest.Looks(t, ctx, "sent")
	uitest.Look(t, ctx, h.deliver(), "link")
	uitest.Press(t, ctx, "main button.btn-primary")
	at(t, ctx, "/profile")
	uitest.Look(t, ctx, h.url+"/nothing", "not-found")
}

func at(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil || !strings.HasSuffix(where, path) {
		t.Fatalf("the browser is at %s, want %s (%v)", where, path, err)
	}
}

func fill(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue(selector, text)
}
