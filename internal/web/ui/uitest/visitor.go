package uitest

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// Visitor opens a tab with cookies of its own in the Chromium of ctx, for one
// more person in the same test. It is watched as the first tab is, and ends with
// the test.
func Visitor(t testing.TB, ctx context.Context) context.Context {
	t.Helper()
	tab, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(tab, Resize(Desk), still); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	watch(t, tab)
	return tab
}
