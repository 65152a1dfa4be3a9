// Package uitest drives pages in a real browser for tests: a headless Chromium,
// what axe finds against WCAG 2.2 AA, and pictures. It is for tests only and
// starts nothing where there is no Chromium.
package uitest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Viewport is a size a page is looked at in.
type Viewport struct{ Width, Height int64 }

// The two sizes that every page has to work in.
var (
	Desk  = Viewport{1280, 900}
	Phone = Viewport{390, 844}
)

// programs are the names Chromium goes by.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

func find() (string, bool) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

// Browser starts a headless Chromium for the test and returns the context of
// its tab; chromedp.Do and chromedp.Run take it. The browser ends with the test.
// The test is skipped where there is no Chromium, and fails at its end if a page
// broke its Content-Security-Policy or threw an error.
func Browser(t testing.TB) context.Context {
	t.Helper()
	path, ok := find()
	if !ok {
		t.Skip("no Chromium on this machine: the browser tests are left out")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-US"),
		// Everything but this machine is out of reach.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, Resize(Desk), still); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	watch(t, ctx)
	return ctx
}

// watch fails the test at its end for what the pages complained about.
func watch(t testing.TB, ctx context.Context) {
	t.Helper()
	var mu sync.Mutex
	var complaints []string
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		complaints = append(complaints, fmt.Sprintf(format, args...))
	}
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			complain("script error: %s", ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if ev.Entry.Source == log.EntrySourceSecurity {
				complain("policy: %s", ev.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatalf("listening to Chromium: %v", err)
	}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if len(complaints) > 0 {
			t.Errorf("the browser complained:\n%s", strings.Join(complaints, "\n"))
		}
	})
}

// still asks pages to keep still, so that pictures and contrasts are the same each time.
func still(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
	_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	return chromedp.Void{}, err
}

// Resize sets the size of the window.
func Resize(v Viewport) chromedp.Action[chromedp.Void] {
	return chromedp.EmulateViewport(v.Width, v.Height)
}

// Theme sets the theme of the page as its reader's choice: "light", "dark" or "".
func Theme(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.dataset.theme = %q; undefined", theme))
}

// Picture writes what the whole page looks like to a PNG file.
func Picture(ctx context.Context, file string) error {
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)")); err != nil {
		return err
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o644)
}
