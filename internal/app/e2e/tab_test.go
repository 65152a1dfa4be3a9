package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/internal/web/ui/uitest"
)

// A tab is one person's browser: their own cookies, their own hands.
type tab struct {
	t   testing.TB
	h   *house
	ctx context.Context
	world
	// strict looks at every page at both widths and in both themes.
	strict bool
	film   *film
	// refusal is what the browser calls a refusal that the story is about.
	refusal string
}

// visit opens a tab for somebody who lives in a time zone.
func (s *scene) visit(zone string) *tab {
	s.t.Helper()
	b := s.tab(zone)
	b.clock()
	return b
}

// tab is a tab as it comes, with the machine's clock. It is for the inbox, whose
// letters are shown in frames that run no script, not even a test's.
func (s *scene) tab(zone string) *tab {
	s.t.Helper()
	b := &tab{t: s.t, h: s.house, ctx: uitest.Visitor(s.t, s.browser), world: s.world, strict: s.strict, film: s.film}
	_, err := chromedp.Call(b.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
	if err == nil {
		_, err = chromedp.Call(b.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": s.accepts()}})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.listen()
	b.do("resizing", uitest.Resize(b.width))
	return b
}

// scriptless takes JavaScript away from the pages.
func (b *tab) scriptless() *tab {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return b
}

func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, late)
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s, on %s: %v", what, b.where(), err)
	}
}

// turn does something that leads to another page, and waits for it.
func (b *tab) turn(what string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, late)
	defer stop()
	answer, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		b.t.Fatalf("%s, on %s: %v; it says: %.900s", what, b.where(), err, b.said())
	}
	if answer != nil && answer.Status >= 400 {
		b.t.Fatalf("%s led to %s, status %d: %.900s", what, b.where(), answer.Status, b.said())
	}
}

func (b *tab) open(address string) {
	b.t.Helper()
	b.turn("opening "+address, chromedp.Navigate(address))
}

func (b *tab) where() string {
	at, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href"))
	return at
}

// said is all that the page says.
func (b *tab) said() string {
	text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("dialog[open]"), document.querySelector("main") || document.body].map((e) => e.innerText).join(" ").replace(/\s+/g, " ")`))
	return text
}

// shows waits until the page says all of it.
func (b *tab) shows(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.h.until(fmt.Sprintf("%s says %q", b.where(), text), func() error {
			if said := b.said(); !strings.Contains(said, plain(text)) {
				return fmt.Errorf("it says: %.900s", said)
			}
			return nil
		})
	}
}

// find is the JavaScript that finds what a person would: the visible thing of a
// kind with these words on it, exactly these if there is one.
const find = `((kinds, words) => {
  const named = (e) => (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.innerText || "").join(" ");
  const says = (e) => (named(e) + " " + (e.innerText || "") + " " + (e.getAttribute("aria-label") || "")).replace(/\s+/g, " ").trim();
  const seen = [...document.querySelectorAll(kinds)].filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest("[aria-hidden=true]"));
  const it = seen.find((e) => says(e) === words) || seen.find((e) => says(e).startsWith(words)) || seen.find((e) => says(e).includes(words));
  return it && it.tagName === "LABEL" && it.control ? it.control : it;
})(%s, %s)`

const (
	links   = "a[href]"
	buttons = "button, summary"
	labels  = "label"
)

// plain is a text as it is read from a page: with one kind of space.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

func finder(kinds, words string) string {
	k, _ := json.Marshal(kinds)
	w, _ := json.Marshal(plain(words))
	return fmt.Sprintf(find, k, w)
}

// has reports whether there is such a thing to be seen.
func (b *tab) has(kinds, words string) bool {
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!"+finder(kinds, words)))
	return err == nil && found
}

// reach brings the focus or the eye to a thing: with the keyboard by Tab, else
// by scrolling there.
func (b *tab) reach(kinds, words string) string {
	b.t.Helper()
	it := finder(kinds, words)
	b.h.until(fmt.Sprintf("there is %q (%s) on %s", words, kinds, b.where()), func() error {
		if !b.has(kinds, words) {
			return fmt.Errorf("it says: %.900s", b.said())
		}
		return nil
	})
	if b.keyboard {
		b.tabTo(it, words)
	} else {
		b.do("scrolling", chromedp.Evaluate[chromedp.Void](it+`.scrollIntoView({block: "center"})`))
	}
	return it
}

// tabTo presses Tab until the focus is there, or Shift and Tab if it lies behind.
func (b *tab) tabTo(it, words string) {
	b.t.Helper()
	if there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.activeElement === "+it)); err == nil && there {
		b.focusSeen(words)
		return
	}
	var back []chromedp.KeyOption
	for i := range 250 {
		b.do("pressing Tab", chromedp.KeyEvent("\t", back...))
		there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.activeElement === "+it))
		if err == nil && there {
			b.focusSeen(words)
			return
		}
		if before, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+it+".compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)")); i == 0 && err == nil && before {
			back = []chromedp.KeyOption{chromedp.KeyModifiers(chromedp.ModifierShift)}
		}
	}
	b.t.Fatalf("the keyboard does not reach %q on %s", words, b.where())
}

// focusSeen fails when nothing shows where the focus is.
func (b *tab) focusSeen(words string) {
	b.t.Helper()
	seen, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`(() => {
  const e = document.activeElement;
  const drawn = (x, part) => { const s = getComputedStyle(x, part); return s.outlineStyle !== "none" || s.boxShadow !== "none"; };
  return [e, e.parentElement, e.labels?.[0], e.closest(".link-card")].some((x) => x && (drawn(x) || drawn(x, "::after")));
})()`))
	if err != nil || !seen {
		b.t.Errorf("nothing shows that the focus is on %q on %s (%v)", words, b.where(), err)
	}
}

// follow opens a link, press presses a button; both lead to another page.
func (b *tab) follow(words string) { b.t.Helper(); b.act(links, words) }
func (b *tab) press(words string)  { b.t.Helper(); b.act(buttons, words) }

// act presses what leads to another page, and waits for that page.
func (b *tab) act(kinds, words string) {
	b.t.Helper()
	it := b.reach(kinds, words)
	if b.keyboard {
		b.turn("pressing Enter on "+words, chromedp.KeyEvent("\r"))
	} else {
		b.turn("pressing "+words, chromedp.Click(chromedp.JSPath(it)))
	}
}

// touch presses something that stays on the page.
func (b *tab) touch(kinds, words string) {
	b.t.Helper()
	it := b.reach(kinds, words)
	if b.keyboard {
		if link, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](it+`.matches("a")`)); err == nil && link {
			b.enter()
			return
		}
		b.do("pressing Space on "+words, chromedp.KeyEvent(" "))
	} else {
		b.do("pressing "+words, chromedp.Click(chromedp.JSPath(it)))
	}
}

// enter presses Enter in two strokes, as a keyboard does: what the first of them
// opens does not get the second.
func (b *tab) enter() {
	b.t.Helper()
	key := input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: '\r', NativeVirtualKeyCode: '\r'}
	for _, stroke := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeChar, input.DispatchKeyEventTypeKeyUp} {
		if key.Type, key.Text = stroke, ""; stroke == input.DispatchKeyEventTypeChar {
			key.Text = "\r"
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, key); err != nil {
			b.t.Fatal(err)
		}
	}
}

// menu goes to a place of the navigation, on a phone behind "More" if need be.
func (b *tab) menu(words string) {
	b.t.Helper()
	const places = ".rail a, .bottombar a"
	if !b.has(places, words) {
		b.touch("summary", b.T("ui.nav.more"))
	}
	b.act(places, words)
}

// fill types into the field with a label, fillIn into one among some labels.
func (b *tab) fill(label, text string) { b.t.Helper(); b.fillIn(labels, label, text) }

func (b *tab) fillIn(kinds, label, text string) {
	b.t.Helper()
	it := b.reach(kinds, label)
	if !b.keyboard {
		b.do("filling in "+label, chromedp.Focus(chromedp.JSPath(it)))
	}
	b.do("filling in "+label, chromedp.KeyEvent(text))
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](it+".value"))
	if err != nil || !strings.HasSuffix(got, text) {
		b.t.Fatalf("%s holds %q, want %q (%v)", label, got, text, err)
	}
}

// choose picks an entry of a list by typing how it begins.
func (b *tab) choose(label, entry string) {
	b.t.Helper()
	it := b.reach(labels, label)
	if !b.keyboard {
		b.do("choosing "+label, chromedp.Focus(chromedp.JSPath(it)))
	}
	b.do("choosing "+entry, chromedp.KeyEvent(entry))
	b.h.until(entry+" is chosen", func() error {
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](it+".selectedOptions[0].text"))
		if err == nil && !strings.HasPrefix(got, entry) {
			err = fmt.Errorf("%s holds %q", label, got)
		}
		return err
	})
}

// value is what a field holds.
func (b *tab) value(selector string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf("(document.querySelector(%q)?.value) || ''", selector)))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// clock sets the browser's clock by the demo's, which is ahead on a weekend:
// otherwise what counts down counts to another day.
func (b *tab) clock() {
	b.t.Helper()
	var clock struct{ Now time.Time }
	b.h.ask("GET", "/_sandbox/clock", "", &clock)
	ahead := time.Until(clock.Now).Milliseconds()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf("{ const now = Date.asItIs ??= Date.now; Date.now = () => now.call(Date) + %d; }", ahead),
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
