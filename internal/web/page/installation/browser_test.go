package installation_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/db/dbtest"
	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

// TestInARealBrowser enters an application as a superuser does, asks Microsoft
// whether it is right, and looks at every page at both sizes, light and dark.
// PARLEY_TEST_PICTURES names a folder for what it looked like.
func TestInARealBrowser(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	ctx := uitest.Browser(t)
	run(t, ctx, chromedp.Navigate(h.url+"/enter/"+h.bank.ID+"/"+h.sam.ID))
	looks(t, ctx, "apps-none")
	press(t, ctx, "main table a")
	looks(t, ctx, "app-none")
	run(t, ctx, chromedp.SendKeys("#client_id", sandbox.ClientID), chromedp.SendKeys("#secret", elsewhere))
	press(t, ctx, "main form button.btn-primary")
	looks(t, ctx, "app-problem")
	run(t, ctx, chromedp.SendKeys("#secret", sandbox.ClientSecret), chromedp.SetValue("#expires", h.sandbox.Now().AddDate(0, 0, 40).Format(time.DateOnly)))
	press(t, ctx, "main form button.btn-primary")
	h.connect()
	run(t, ctx, chromedp.Navigate(h.url+teams), chromedp.Click("main details summary"))
	looks(t, ctx, "app")
	run(t, ctx, chromedp.SendKeys("#where", sandbox.OtherTenant))
	press(t, ctx, "form[action$='/test'] button")
	looks(t, ctx, "app-test-problem")
	run(t, ctx, chromedp.SetValue("#where", sandbox.TenantID))
	press(t, ctx, "form[action$='/test'] button")
	looks(t, ctx, "app-test")
	if log := h.sandbox.Calls("entra", "token"); log < 3 {
		t.Errorf("Microsoft was asked %d times", log)
	}
	press(t, ctx, "a[href$='/remove']")
	looks(t, ctx, "app-remove")
	run(t, ctx, chromedp.Navigate(h.url+teams+"?organization="+h.fjord.ID))
	looks(t, ctx, "app-organization")
	run(t, ctx, chromedp.Navigate(h.url+apps))
	looks(t, ctx, "apps")
}

// looks runs axe over the page at both sizes, light and dark, and takes its picture.
func looks(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for size, port := range map[string]uitest.Viewport{"390": uitest.Phone, "1280": uitest.Desk} {
		for _, theme := range []string{"light", "dark"} {
			run(t, ctx, uitest.Resize(port), uitest.Theme(theme))
			if broken, err := uitest.Axe(ctx); err != nil || len(broken) > 0 {
				t.Errorf("%s at %s, %s: %v %v", name, size, theme, broken, err)
			}
			wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
			if err != nil || wide {
				t.Errorf("%s at %s is wider than the window (%v)", name, size, err)
			}
			if folder := os.Getenv("PARLEY_TEST_PICTURES"); folder != "" {
				if err := uitest.Picture(ctx, filepath.Join(folder, "installation-"+name+"-"+size+"-"+theme+".png")); err != nil {
					t.Error(err)
				}
			}
		}
	}
	run(t, ctx, uitest.Resize(uitest.Desk), uitest.Theme("light"))
}

// press presses what leads to another page, and waits for it.
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
