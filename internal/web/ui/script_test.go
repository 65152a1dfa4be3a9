package ui_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"parley/internal/web/ui/uitest"
)

// TestScripts operates the gallery as a reader with a mouse and a keyboard does.
func TestScripts(t *testing.T) {
	ctx, base := uitest.Browser(t), gallery(t)
	steps := []struct {
		name string
		do   []chromedp.Action[chromedp.Void]
		want string // an expression that is true afterwards
	}{
		{"the choice of a theme is kept", press(`summary[title="Light or dark"]`, `button[value=dark]`),
			`document.documentElement.dataset.theme === "dark" && document.cookie.includes("parley_theme=dark") && !document.querySelector("details[name=menu][open]")`},
		{"the system's theme comes back", press(`summary[title="Light or dark"]`, `button[value=auto]`),
			`!("theme" in document.documentElement.dataset) && !document.cookie.includes("parley_theme")`},
		{"the reader's zone is told", nil, `document.cookie.includes("parley_zone=")`},
		{"a dialog opens", press(`[data-dialog=g-dialog]`), `document.getElementById("g-dialog").matches(":modal")`},
		{"a dialog closes with its second button", press(`#g-dialog [data-dialog-close]`),
			`!document.getElementById("g-dialog").open && document.activeElement.matches("[data-dialog=g-dialog]")`},
		{"a dangerous button asks", press(`[data-confirm]`), `document.activeElement.value === "no" && !!document.querySelector("dialog:modal")`},
		{"and takes no for an answer", press(`dialog:modal button[value=no]`), `!document.querySelector("dialog:modal")`},
		{"a menu opens with the arrow key", []chromedp.Action[chromedp.Void]{focus(".menu-start > summary"), chromedp.KeyEvent(kb.ArrowDown)},
			`document.activeElement.matches(".menu-start .menu-item")`},
		{"a menu closes with Escape", []chromedp.Action[chromedp.Void]{chromedp.KeyEvent(kb.Escape)},
			`document.activeElement.matches(".menu-start > summary") && !document.querySelector(".menu-start").open`},
		{"the arrow keys move in the month", []chromedp.Action[chromedp.Void]{focus("#g-month a.day"), chromedp.KeyEvent(kb.ArrowRight)},
			`document.activeElement.textContent.startsWith("24")`},
		{"down is a week later", []chromedp.Action[chromedp.Void]{focus("#g-month a.day"), chromedp.KeyEvent(kb.ArrowDown)},
			`document.activeElement.textContent.startsWith("30")`},
		{"one box ticks all rows", press(`[data-check-all]`), `[...document.querySelectorAll("tbody .pick input")].every(b => b.checked)`},
		{"the second line offers all that match", nil, `!document.querySelector("[data-bulk-shown=page]").hidden && document.querySelector("[data-bulk-scope]").value === "page"`},
		{"all that match are chosen", press(`[data-bulk-set=all]`), `document.querySelector("[data-bulk-scope]").value === "all" && document.activeElement.dataset.bulkSet === "ticked"`},
		{"a row that is unticked ends it", press(`tbody .pick input`), `document.querySelector("[data-bulk-scope]").value === "ticked" && document.querySelector("[data-bulk-shown=all]").hidden`},
		{"the error summary leads to the field", press(`.error-summary a`), `document.activeElement.id === "g-email"`},
		{"the countdown speaks the page's language", nil, `/^[\d,]+ days\b/.test(document.querySelector("[data-countdown] time").textContent)`},
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/ui"), chromedp.WaitReady("[data-check-all]:not([hidden])")); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if err := chromedp.Do(ctx, s.do...); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		holds(t, ctx, s.name, s.want)
	}
}

func press(selectors ...string) (steps []chromedp.Action[chromedp.Void]) {
	for _, s := range selectors {
		steps = append(steps, chromedp.Click(s))
	}
	return steps
}

func focus(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).focus()", selector))
}

func holds(t *testing.T, ctx context.Context, name, want string) {
	t.Helper()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+want+")"))
	if err != nil || !ok {
		t.Errorf("%s: not so (%v): %s", name, err, want)
	}
}

// TestDialogsAreAccessible opens each dialog of the gallery and runs axe in it.
func TestDialogsAreAccessible(t *testing.T) {
	ctx, base := uitest.Browser(t), gallery(t)
	for _, id := range []string{"g-dialog", "g-drawer"} {
		for _, port := range []uitest.Viewport{uitest.Desk, uitest.Phone} {
			err := chromedp.Do(ctx, uitest.Resize(port), chromedp.Navigate(base+"/ui"), chromedp.WaitReady("[data-check-all]:not([hidden])"))
			if err == nil {
				err = chromedp.Do(ctx, press("[data-dialog="+id+"]")...)
			}
			if err != nil {
				t.Fatal(err)
			}
			fits(t, ctx)
			uitest.Accessible(t, ctx, "#"+id)
			picture(t, ctx, fmt.Sprintf("%s-%d", id, port.Width))
		}
	}
}
