package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"parley/internal/sandbox"
)

// turnTo moves the demo's clock, and the browser's with it.
func (b *tab) turnTo(at time.Time) {
	b.t.Helper()
	b.h.turnTo(at)
	b.clock()
}

// pick chooses the entry of a list that begins so, with the arrow keys.
func (b *tab) pick(label, entry string) {
	b.t.Helper()
	it := b.reach(labels, label)
	if !b.keyboard {
		b.do("choosing "+label, chromedp.Focus(chromedp.JSPath(it)))
	}
	chosen := func() bool {
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf("%s.selectedOptions[0].text.trim().startsWith(%q)", it, entry)))
		return err == nil && got
	}
	if chosen() {
		return
	}
	b.do("going to the first entry", chromedp.KeyEvent(kb.Home))
	for range 40 {
		if chosen() {
			return
		}
		b.do("going on to "+entry, chromedp.KeyEvent(kb.ArrowDown))
	}
	list, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("[..."+it+".options].map((o) => o.text).join(', ')"))
	b.t.Fatalf("%s has no entry %q; it has %s", label, entry, list)
}

// refill replaces what a field holds.
func (b *tab) refill(label, text string) {
	b.t.Helper()
	it := b.reach(labels, label)
	if !b.keyboard {
		b.do("filling in "+label, chromedp.Focus(chromedp.JSPath(it)))
	}
	b.do("selecting all of "+label, chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.do("typing "+text, chromedp.KeyEvent(text))
	if got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](it+".value")); err != nil || got != text {
		b.t.Fatalf("%s holds %q, want %q (%v)", label, got, text, err)
	}
}

// upload gives a file to the only field that takes one.
func (b *tab) upload(name, text string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.do("choosing "+name, chromedp.SetUploadFiles("input[type=file]", []string{file}))
}

// radio chooses one of several. The keyboard reaches the group by Tab, and the one
// in it with the arrow keys.
func (b *tab) radio(label string) {
	b.t.Helper()
	if !b.keyboard {
		b.touch(labels, label)
		return
	}
	it := finder(labels, label)
	b.tabTo(fmt.Sprintf("((a, it) => a.name === it.name ? a : it)(document.activeElement, %s)", it), label)
	for range 10 {
		if on, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](it+".checked && document.activeElement === "+it)); err == nil && on {
			return
		}
		b.do("going on to "+label, chromedp.KeyEvent(kb.ArrowDown))
	}
	b.t.Fatalf("the arrow keys do not reach %q on %s", label, b.where())
}

// date types a day into the field with a label, as the browser's language orders it.
func (b *tab) date(label string, day time.Time) {
	b.t.Helper()
	it := b.reach(labels, label)
	if !b.keyboard {
		b.do("filling in "+label, chromedp.Focus(chromedp.JSPath(it)))
	}
	b.do("filling in "+label, chromedp.KeyEvent(day.Format("01022006")))
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](it+".value"))
	if err != nil || got != day.Format(time.DateOnly) {
		b.t.Fatalf("%s holds %q, want %s (%v)", label, got, day.Format(time.DateOnly), err)
	}
}

// takeTime takes the n-th time of the day that is shown.
func (b *tab) takeTime(n int) {
	b.t.Helper()
	b.h.until("there are times", func() error {
		if many, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`document.querySelectorAll("a.slot").length`)); err != nil || many <= n {
			return fmt.Errorf("there are %d on %s (%v): %.900s", many, b.chosenDay(), err, b.said())
		}
		return nil
	})
	slot, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelectorAll("a.slot")[%d].innerText.replace(/\s+/g, " ").trim()`, n)))
	if err != nil {
		b.t.Fatal(err)
	}
	b.act("a.slot", slot)
}

// address is where a link leads.
func (b *tab) address(words string) string {
	b.t.Helper()
	it := b.reach(links, words)
	href, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](it+".href"))
	if err != nil {
		b.t.Fatal(err)
	}
	return href
}

// joinLink is the permanent link of a video call in a mail.
var joinLink = regexp.MustCompile(`http://\S+/j/[A-Z0-9-]+`)

// entry waits for the n-th calendar entry of an appointment that somebody was
// sent, and returns the mail that brought it. The UID may be known to its "@", or
// not at all.
func (h *house) entry(to string, n int, uid string) sandbox.Message {
	h.t.Helper()
	uid, _, _ = strings.Cut(uid, "@")
	var found sandbox.Message
	h.until(fmt.Sprintf("calendar entry %d is with %s", n, to), func() error {
		with := slices.DeleteFunc(h.mail(to, ""), func(m sandbox.Message) bool { return m.Calendar == nil || !strings.HasPrefix(m.Calendar.UID, uid) })
		if len(with) < n {
			return fmt.Errorf("there are %d", len(with))
		}
		found = with[n-1]
		return nil
	})
	return found
}

// meetingAt waits for the meeting that Microsoft holds at a time with somebody.
func (h *house) meetingAt(start time.Time, upn string) sandbox.Meeting {
	h.t.Helper()
	var found sandbox.Meeting
	h.until("Microsoft holds the meeting of "+upn, func() error {
		live := h.live()
		for _, m := range live {
			if m.Start.Equal(start) && len(m.Attendees) > 0 && m.Attendees[0].UPN == upn {
				found = m
				return nil
			}
		}
		return fmt.Errorf("it holds %d others", len(live))
	})
	return found
}

// drag carries an appointment of the week's grid with the mouse to the last free
// time of its day in sight, of those that are marked while it is carried.
func (b *tab) drag(name string) {
	b.t.Helper()
	it := b.reach("a.event-box", name)
	from := b.point(it + `.closest("li")`)
	x, y := from[0]+20, from[1]+4
	b.do("lifting "+name, chromedp.MouseEvent(chromedp.MousePressed, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.MouseEvent(chromedp.MouseMoved, x+8, y+8, chromedp.ButtonLeft), chromedp.WaitReady(".free-time"))
	to := b.point(`[...` + it + `.closest("[data-column]").querySelectorAll(".free-time")].filter((e) => e.getBoundingClientRect().bottom < innerHeight - 20).at(-1)`)
	x, y = to[0]+10, to[1]+4
	b.do("carrying "+name, chromedp.MouseEvent(chromedp.MouseMoved, x, y-8, chromedp.ButtonLeft), chromedp.MouseEvent(chromedp.MouseMoved, x, y, chromedp.ButtonLeft),
		chromedp.MouseEvent(chromedp.MouseReleased, x, y, chromedp.ButtonLeft), chromedp.WaitVisible("#drop"))
}

// point is the upper left corner of an element in the window.
func (b *tab) point(it string) []float64 {
	b.t.Helper()
	p, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf("(() => { const r = %s.getBoundingClientRect(); return [r.left, r.top]; })()", it)))
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// carry takes an appointment of the week's grid up by the keyboard, and lets it
// go two free times later.
func (b *tab) carry(name string) {
	b.t.Helper()
	b.reach("a.event-box", name)
	b.do("pressing M", chromedp.KeyEvent("m"), chromedp.WaitVisible(".ghost"))
	for range 2 {
		b.do("pressing the down arrow", chromedp.KeyEvent(kb.ArrowDown))
	}
	b.do("pressing Enter", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#drop"))
}
