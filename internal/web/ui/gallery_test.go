package ui_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"parley/internal/web/ui"
	"parley/internal/web/ui/uitest"
	"parley/internal/words"
)

// policy is the Content-Security-Policy that pages are served under.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// gallery serves the gallery's pages as the product serves its own.
func gallery(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	page := func(path string, c func(words.Reader) templ.Component) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			templ.Handler(c(words.Reader{Lang: r.FormValue("lang")})).ServeHTTP(w, r)
		})
	}
	mux.Handle("GET /assets/", ui.Assets())
	page("/ui", ui.Gallery)
	page("/ui/booking", ui.GalleryBooking)
	page("/ui/bare", ui.GalleryBare)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

// views are the pages, sizes and themes that are looked at.
func views() (all []view) {
	for _, page := range []string{"/ui", "/ui/booking", "/ui/bare"} {
		for size, port := range map[string]uitest.Viewport{"1280": uitest.Desk, "390": uitest.Phone} {
			for _, theme := range []string{"light", "dark"} {
				all = append(all, view{page, size, theme, port})
			}
		}
	}
	return all
}

type view struct {
	page, size, theme string
	port              uitest.Viewport
}

func (v view) name() string { return filepath.Base(v.page) + "-" + v.size + "-" + v.theme }

func (v view) open(t *testing.T, ctx context.Context, base string) {
	t.Helper()
	err := chromedp.Do(ctx, uitest.Resize(v.port), chromedp.Navigate(base+v.page), uitest.Theme(v.theme))
	if err != nil {
		t.Fatal(err)
	}
}

// TestGalleryIsAccessible runs axe over every component, closed and opened, and
// checks that nothing is wider than the window. With PARLEY_PICTURES set to a
// folder it also leaves pictures there.
func TestGalleryIsAccessible(t *testing.T) {
	ctx, base := uitest.Browser(t), gallery(t)
	for _, v := range views() {
		t.Run(v.name(), func(t *testing.T) {
			v.open(t, ctx, base)
			picture(t, ctx, v.name())
			fits(t, ctx)
			opened(t, ctx, "details:not([name]) > summary")
			uitest.Accessible(t, ctx)
			for _, what := range []string{".viewer", ".help-menu > summary", "tr:last-child .menu > summary", ".nav-more > summary"} {
				if opened(t, ctx, what) {
					uitest.Accessible(t, ctx, "details[open]")
				}
			}
		})
	}
}

// picture leaves a picture of the page in the folder PARLEY_PICTURES, if it is set.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if dir := os.Getenv("PARLEY_PICTURES"); dir != "" {
		if err := uitest.Picture(ctx, filepath.Join(dir, name+".png")); err != nil {
			t.Fatal(err)
		}
	}
}

// fits fails when the page is wider than the window (WCAG 1.4.10).
func fits(t *testing.T, ctx context.Context) {
	t.Helper()
	over, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("body *")].filter(e => {
  const r = e.getBoundingClientRect();
  return document.documentElement.scrollWidth > innerWidth && r.right > innerWidth + 1 && r.width > 0;
}).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range over {
		t.Errorf("wider than the window: %s", e)
	}
}

// opened opens the disclosures that the selector finds, by themselves or by
// their summary, and reports whether one of them can be seen.
func opened(t *testing.T, ctx context.Context, selector string) bool {
	t.Helper()
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => {
  const box = e.closest("details");
  box.open = true;
  return box.checkVisibility();
}).includes(true)`, selector)))
	if err != nil {
		t.Fatal(err)
	}
	return seen
}
