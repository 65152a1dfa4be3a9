package location_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/web/ui/uitest"
)

// TestInARealBrowser looks at every page of the room at both sizes.
// PARLEY_TEST_PICTURES names a folder for what they looked like.
func TestInARealBrowser(t *testing.T) {
	o := settle(t)
	l := o.branch()
	o.booked(l)
	closed := l
	closed.Name, closed.Slug, closed.ID, closed.Version = "Castle Street", "castle-street", "", 0
	for day := range 20 {
		closed.Closed = append(closed.Closed, appointment.Closing{Day: fmt.Sprintf("2027-02-%02d", day+1), Name: "Building works"})
	}
	closed, err := o.a.SaveLocation(t.Context(), o.boss(), closed)
	o.ok(err)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/as/"+o.org.ID+"/"+o.eleanor.ID+"?next=/locations"))
	uitest.Looks(t, ctx, "list")
	path := o.url + "/locations/" + l.ID
	for name, address := range map[string]string{"edit": path, "new": o.url + "/locations/new", "holidays": path + "/holidays", "close": path + "/close", "delete": o.url + "/locations/" + closed.ID + "/delete",
		"old-delete": path + "/delete", "many": o.url + "/locations/" + closed.ID} {
		uitest.Do(t, ctx, chromedp.Navigate(address))
		uitest.Looks(t, ctx, name)
	}
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/locations/new"))
	uitest.Press(t, ctx, "main .form-actions button.btn-primary")
	uitest.Looks(t, ctx, "problem")
}
