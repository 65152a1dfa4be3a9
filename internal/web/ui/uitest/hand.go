package uitest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a step in the browser may take.
const patience = 20 * time.Second

// Do runs steps in the browser, and ends the test at one that fails.
func Do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Do(limit, steps...); err != nil {
		t.Fatal(err)
	}
}

// Press presses what leads to another page, and waits for that page.
func Press(t testing.TB, ctx context.Context, selector string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(limit, chromedp.Click(selector)); err != nil {
		t.Fatalf("pressing %s: %v", selector, err)
	}
}

// Appears waits until something can be seen. The page itself is asked, again and
// again: what a script has just put there is seen at once. A test that waits in vain
// says where the browser is and what is read there.
func Appears(t testing.TB, ctx context.Context, selector string) {
	t.Helper()
	ask := fmt.Sprintf("document.querySelector(%q)?.checkVisibility() ?? false", selector)
	for until := time.Now().Add(patience); ; {
		seen, err := chromedp.Run(ctx, chromedp.Evaluate[bool](ask))
		if seen {
			return
		}
		if ctx.Err() != nil || time.Now().After(until) {
			there, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.activeElement?.outerHTML?.slice(0, 300) + '\\n' + document.body.innerText.slice(-1500)"))
			t.Fatalf("%s does not appear (%v): %s", selector, err, there)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Look opens a page and looks at it; see Looks.
func Look(t testing.TB, ctx context.Context, address, name string) {
	t.Helper()
	Do(t, ctx, chromedp.Navigate(address))
	Looks(t, ctx, name)
}

// Looks looks at the page that is open: at both sizes it must fit and have nothing
// that axe complains about, in the dark as well. Whoever wants to see for
// themselves names a folder for pictures in PARLEY_TEST_PICTURES.
func Looks(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	for size, port := range map[string]Viewport{"390": Phone, "1280": Desk} {
		Do(t, ctx, Resize(port))
		Fits(t, ctx, name+" at "+size)
		for _, theme := range []string{"light", "dark"} {
			Do(t, ctx, Theme(theme))
			if theme == "light" || port == Desk { // colours are the same at every size
				Accessible(t, ctx)
			}
			Keep(t, ctx, name+"-"+size+"-"+theme)
		}
	}
	Do(t, ctx, Resize(Desk), Theme(""))
}

// tooWide names what reaches beyond the right edge of a page that has to be
// scrolled sideways; it is empty for one that fits.
const tooWide = `document.documentElement.scrollWidth <= innerWidth ? "" :
  [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5)
    .map((e) => e.outerHTML.slice(0, 120)).slice(-3).join("\n") || "something"`

// Fits fails for a page that has to be scrolled sideways, and says by what.
func Fits(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[string](tooWide))
	if err != nil || wide != "" {
		t.Errorf("%s is wider than the window: %s (%v)", name, wide, err)
	}
}

// Keep takes a picture for whoever named a folder in PARLEY_TEST_PICTURES, under
// the name of the package and of what it shows.
func Keep(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("PARLEY_TEST_PICTURES")
	if folder == "" {
		return
	}
	here, err := os.Getwd()
	if err == nil {
		err = Picture(ctx, filepath.Join(folder, filepath.Base(here)+"-"+name+".png"))
	}
	if err != nil {
		t.Error(err)
	}
}
