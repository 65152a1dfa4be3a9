package admin_test

import (
	"context"
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// TestBrandingIsSeenWhileItIsTyped types a pale colour and sees what would come
// of it, in the figures and in the frames, before anything is saved.
func TestBrandingIsSeenWhileItIsTyped(t *testing.T) {
	h := build(t, registered)
	h.as(h.eleanor).upload(branding+"/logo", "logo", lettering(t, color.NRGBA{11, 30, 60, 255})).on(branding)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next="+branding))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "branding")
	uitest.Do(t, ctx, chromedp.SendKeys("#accent", "#ffe600"))
	soon(t, ctx, `document.querySelector("#shades").textContent.includes("#ffe600 would be too pale for text")`)
	soon(t, ctx, `!!document.querySelector("#preview-dark").contentDocument?.querySelector("link[href*='ffe600']")`)
	soon(t, ctx, `document.querySelector("#accent-pick").value === "#ffe600" && !document.querySelector("[data-colour]").hidden`)
	uitest.Do(t, ctx, uitest.Theme("dark"))
	uitest.Looks(t, ctx, "branding-pale-dark")
	uitest.Do(t, ctx, uitest.Theme("light"))
	for _, part := range []string{"join", "mail"} {
		uitest.Press(t, ctx, fmt.Sprintf("#preview-parts a[href*='part=%s']", part))
		uitest.Looks(t, ctx, "branding-"+part)
	}
	at, err := h.orgs.Organization(t.Context(), h.d, h.bank.ID)
	if h.ok(err); at.Accent != "" {
		t.Errorf("looking saved %q", at.Accent)
	}
	uitest.Press(t, ctx, "#look button.btn-primary")
	uitest.Looks(t, ctx, "branding-saved")
	if at, err = h.orgs.Organization(t.Context(), h.d, h.bank.ID); err != nil || !strings.EqualFold(at.Accent, "#ffe600") {
		t.Errorf("saved %q, %v", at.Accent, err)
	}
}

// soon waits until the page fulfils a condition.
func soon(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	limit, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Run(limit, chromedp.Poll[bool](condition)); err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
}
