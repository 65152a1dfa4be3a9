package location_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

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
	run(t, ctx, chromedp.Navigate(o.url+"/as/"+o.org.ID+"/"+o.eleanor.ID+"?next=/locations"))
	looks(t, ctx, "list")
	path := o.url + "/locations/" + l.ID
	for name, address := range map[string]string{"edit": path, "new": o.url + "/locations/new", "holidays": path + "/holidays", "close": path + "/close", "delete": path + "/delete"} {
		run(t, ctx, chromedp.Navigate(address))
		looks(t, ctx, name)
	}
	run(t, ctx, chromedp.Navigate(o.url+"/locations/new"))
	press(t, ctx, "main .form-actions button.btn-primary")
	looks(t, ctx, "problem")
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
			if err := uitest.Picture(ctx, filepath.Join(folder, "location-"+name+"-"+size+".png")); err != nil {
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
