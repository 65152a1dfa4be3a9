package e2e_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// An angle is a way to look at a page.
type angle struct {
	name  string
	width uitest.Viewport
	theme string
}

var angles = []angle{
	{"phone-dark", uitest.Phone, "dark"}, {"phone", uitest.Phone, "light"},
	{"dark", uitest.Desk, "dark"}, {"desk", uitest.Desk, "light"},
}

// pictures are the pages worth showing, and from which angles.
var pictures = map[string][]string{
	"booking-services":  {"desk", "phone"},
	"booking-time":      {"desk", "dark", "phone"},
	"booking-details":   {"desk", "phone"},
	"confirmation":      {"desk", "phone"},
	"join":              {"desk", "dark"},
	"manage-cancelled":  {"desk"},
	"signin":            {"desk"},
	"wizard-field":      {"desk"},
	"wizard-consent":    {"desk"},
	"wizard-preview":    {"desk", "dark"},
	"connection":        {"desk", "phone"},
	"services":          {"desk"},
	"service-edit":      {"desk"},
	"schedule-week":     {"desk", "dark", "phone"},
	"appointment":       {"desk"},
	"mail-confirmation": {"desk"},

	"schedule-many":     {"desk", "dark", "phone"},
	"schedule-day":      {"desk"},
	"schedule-list":     {"phone"},
	"schedule-next":     {"desk", "dark"},
	"schedule-drop":     {"desk"},
	"visit":             {"desk", "phone"},
	"ill-tomorrow":      {"desk", "phone"},
	"desk-today":        {"desk", "dark", "phone"},
	"desk-unfound":      {"desk"},
	"desk-client":       {"desk"},
	"desk-book":         {"desk"},
	"visit-reassign":    {"desk"},
	"booking-location":  {"desk", "phone"},
	"booking-companion": {"desk", "phone"},
	"manage-late":       {"phone"},
	"manage-waiting":    {"desk", "phone"},
	"waiting-offer":     {"phone"},
	"feedback":          {"desk", "phone"},
	"embed":             {"desk"},
	"locations":         {"desk"},
	"location-edit":     {"desk"},
	"branding":          {"desk", "dark"},
	"audit":             {"desk"},
	"staff":             {"desk"},
	"staff-import":      {"desk", "phone"},
	"busy-elsewhere":    {"desk"},
	"help-drawer":       {"desk", "phone"},
	"vendor-app":        {"desk"},

	"article-way":          {"desk", "phone"},
	"article-dashboard":    {"desk", "dark", "phone"},
	"article-service":      {"desk"},
	"article-profile":      {"desk"},
	"article-rematched":    {"desk", "phone"},
	"article-reauthorize":  {"desk"},
	"article-reauthorized": {"desk"},
	"article-disconnect":   {"desk"},
	"article-waiting":      {"desk", "phone"},
	"article-two":          {"desk"},
	"article-doctor":       {"desk", "dark", "phone"},
	"article-doctor-well":  {"desk"},
}

// looks fails the test for a page that somebody could not use: at both widths
// and in both themes when the tab is strict, else at its own width.
func (b *tab) looks(name string) {
	b.t.Helper()
	if !b.strict {
		b.fits(name)
		return
	}
	for _, a := range angles {
		b.from(a)
		b.fits(name + " from " + a.name)
		uitest.Accessible(b.t, b.ctx)
		b.film.take(b, name, a)
	}
	b.from(angle{width: b.width, theme: "light"})
}

// from takes an angle, by what the reader's system asks for.
func (b *tab) from(a angle) {
	b.t.Helper()
	b.do("resizing", uitest.Resize(a.width), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "prefers-color-scheme", Value: a.theme},
		}})
		return err
	}))
}

// fits fails for a page that has to be scrolled sideways, and says by what.
func (b *tab) fits(name string) {
	b.t.Helper()
	wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.documentElement.scrollWidth <= innerWidth ? "" :
  [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 80)).slice(0, 3).join("\n") || "something"`))
	if err != nil || wide != "" {
		b.t.Errorf("%s is wider than the window: %s (%v)", name, wide, err)
	}
}

// A film keeps pictures of pages in a folder; without a folder it keeps none.
type film struct{ folder string }

// loadFilm takes the folder that PARLEY_SCREENS names.
func loadFilm(t testing.TB) *film {
	t.Helper()
	folder := os.Getenv("PARLEY_SCREENS")
	if folder == "" {
		return &film{}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return &film{folder}
}

func (f *film) take(b *tab, name string, a angle) {
	b.t.Helper()
	if f.folder == "" || !slices.Contains(pictures[name], a.name) {
		return
	}
	file := filepath.Join(f.folder, name)
	if a.name != "desk" {
		file += "-" + a.name
	}
	png, err := b.picture(a)
	if err == nil {
		png, err = small(png)
	}
	if err == nil {
		err = os.WriteFile(file+".png", png, 0o644)
	}
	if err != nil {
		b.t.Errorf("the picture of %s: %v", name, err)
	}
}

// highest is where a picture of a long page ends.
const highest = 1500

// picture makes the window as high as the page, so that what stands at its foot
// is at the foot of the picture.
func (b *tab) picture(a angle) ([]byte, error) {
	high, err := chromedp.Run(b.ctx, chromedp.Evaluate[int64]("scrollTo(0, 0), document.documentElement.scrollHeight"))
	if err != nil {
		return nil, err
	}
	b.do("resizing", uitest.Resize(uitest.Viewport{Width: a.width.Width, Height: min(max(high, a.width.Height*2/3), highest)}),
		chromedp.Evaluate[chromedp.Void]("document.activeElement?.blur(), scrollTo(0, 0)"))
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	b.do("resizing", uitest.Resize(a.width))
	return png, err
}
