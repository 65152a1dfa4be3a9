package location_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// TestInARealBrowser looks at every page of the room at both sizes.
// PARLEY_TEST_PICTURES names a folder for what they looked like.
func TestInARealBrowser(t *testing.T) {
	o := settle(t)
	l := o.branch()
	o.booked(l)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/as/"+o.org.ID+"/"+o.eleanor.ID+"?next=/locations"))
	uitest.Looks(t, ctx, "list")
	path := o.url + "/locations/" + l.ID
	for name, address := range map[string]string{"edit": path, "new": o.url + "/locations/new", "holidays": path + "/holidays", "close": path + "/close", "delete": path + "/delete"} {
		uitest.Do(t, ctx, chromedp.Navigate(address))
		uitest.Looks(t, ctx, name)
	}
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/locations/new"))
	uitest.Press(t, ctx, "main .form-actions button.btn-primary")
	uitest.Looks(t, ctx, "problem")
}
