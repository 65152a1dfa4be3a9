package installation_test

import (
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
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/enter/"+h.bank.ID+"/"+h.sam.ID))
	uitest.Looks(t, ctx, "apps-none")
	uitest.Press(t, ctx, "main table a")
	uitest.Looks(t, ctx, "app-none")
	uitest.Do(t, ctx, chromedp.SendKeys("#client_id", sandbox.ClientID), chromedp.SendKeys("#secret", elsewhere))
	uitest.Press(t, ctx, "main form button.btn-primary")
	uitest.Looks(t, ctx, "app-problem")
	uitest.Do(t, ctx, chromedp.SendKeys("#secret", sandbox.ClientSecret), chromedp.SetValue("#expires", h.sandbox.Now().AddDate(0, 0, 40).Format(time.DateOnly)))
	uitest.Press(t, ctx, "main form button.btn-primary")
	h.connect()
	uitest.Do(t, ctx, chromedp.Navigate(h.url+teams), chromedp.Click("main details summary"))
	uitest.Looks(t, ctx, "app")
	uitest.Do(t, ctx, chromedp.SendKeys("#where", sandbox.OtherTenant))
	uitest.Press(t, ctx, "form[action$='/test'] button")
	uitest.Looks(t, ctx, "app-test-problem")
	uitest.Do(t, ctx, chromedp.SetValue("#where", sandbox.TenantID))
	uitest.Press(t, ctx, "form[action$='/test'] button")
	uitest.Looks(t, ctx, "app-test")
	if log := h.sandbox.Calls("entra", "token"); log < 3 {
		t.Errorf("Microsoft was asked %d times", log)
	}
	uitest.Press(t, ctx, "a[href$='/remove']")
	uitest.Looks(t, ctx, "app-remove")
	uitest.Do(t, ctx, chromedp.Navigate(h.url+teams+"?organization="+h.fjord.ID))
	uitest.Looks(t, ctx, "app-organization")
	uitest.Do(t, ctx, chromedp.Navigate(h.url+apps))
	uitest.Looks(t, ctx, "apps")
}
