package member_test

import (
	"context"
	"os"
	"path/filepath"
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
	look(t, ctx, h.url+"/", "first-run")
	run(t, ctx, fill("#code", code), fill("#organization", "Harbour Bank"), fill("#name", "Sam Whitfield"))
	press(t, ctx, "form[action='/first-run'] button.btn-primary")
	looks(t, ctx, "first-run-problem")
	run(t, ctx, fill("#email", "sam.whitfield@harbourbank.example"))
	press(t, ctx, "form[action='/first-run'] button.btn-primary")
	at(t, ctx, "/profile")
	looks(t, ctx, "profile")

	first, err := h.orgs.Personas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.member(first[0].Organization, "Eleanor Price", "eleanor.price@harbourbank.example", org.Administrator)
	for _, name := range []string{"Amelia Hart", "Daniel Okafor", "Priya Nair"} {
		h.member(first[0].Organization, name, strings.ReplaceAll(strings.ToLower(name), " ", ".")+"@harbourbank.example")
	}
	look(t, ctx, h.url+"/profile/sessions", "sessions")
	run(t, ctx, chromedp.Click(".viewer"))
	press(t, ctx, "form[action='/signout'] button")
	at(t, ctx, "/signin")
	looks(t, ctx, "signin")
	run(t, ctx, fill("#email", "amelia.hart@harbourbank.example"))
	press(t, ctx, "form[action='/signin'] button.btn-primary")
	looks(t, ctx, "sent")
	look(t, ctx, h.deliver(), "link")
	press(t, ctx, "main button.btn-primary")
	at(t, ctx, "/profile")
	look(t, ctx, h.url+"/nothing", "not-found")
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
		uitest.Accessible(t, ctx)
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
		if err != nil || wide {
			t.Errorf("%s at %s is wider than the window (%v)", name, size, err)
		}
		if folder := os.Getenv("PARLEY_TEST_PICTURES"); folder != "" {
			for theme, word := range map[string]string{"": "", "dark": "-dark"} {
				run(t, ctx, uitest.Theme(theme))
				if err := uitest.Picture(ctx, filepath.Join(folder, "member-"+name+"-"+size+word+".png")); err != nil {
					t.Error(err)
				}
			}
			run(t, ctx, uitest.Theme(""))
		}
	}
	run(t, ctx, uitest.Resize(uitest.Desk))
}

// press presses a button that leads to another page, and waits for it.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(selector)); err != nil {
		t.Fatalf("pressing %s: %v", selector, err)
	}
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

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}
