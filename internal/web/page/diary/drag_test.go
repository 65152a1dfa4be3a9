package diary_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/db/dbtest"
	"parley/internal/web/ui/uitest"
)

// TestMovingByMouse drags an appointment to another day and time, says yes, and
// finds it there in the database; then to a time that is taken, where it stays.
func TestMovingByMouse(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 2, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lindqvist", tuesday(10, 0), appointment.Video)
	o.book(o.staff[0], "Fatima El Amrani", tuesday(48+11, 0), appointment.Phone)
	ctx := uitest.Browser(t)
	o.enter(ctx, o.staff[0].ID)
	o.drag(ctx, a, "2026-11-25", tuesday(14, 0))
	uitest.Appears(o.t, ctx, "#drop")
	uitest.Accessible(t, ctx)
	o.says(ctx, "#drop", "Tuesday 24 November 2026, 10:00 am", "Wednesday 25 November 2026, 2:00 pm", "Noah Lindqvist is told")
	o.picture(ctx, "drop")
	o.answer(ctx, "#drop .btn-primary")
	if got := o.now(a).Starts; !got.Equal(tuesday(24+14, 0)) {
		t.Errorf("it begins %v, want Wednesday at two", got)
	}
	o.says(ctx, "main", "The appointment is moved")

	o.drag(ctx, a, "2026-11-26", tuesday(20, 0))
	uitest.Appears(o.t, ctx, "#diary-say")
	o.says(ctx, "#diary-say", "Not free")
	o.drag(ctx, a, "2026-11-25", tuesday(14, 0)) // back on itself
	if got := o.now(a).Starts; !got.Equal(tuesday(24+14, 0)) {
		t.Errorf("it begins %v, though it was never let go on a free time", got)
	}
}

// TestMovingByKeyboard does the same without a mouse, and hands an appointment to
// a colleague.
func TestMovingByKeyboard(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 3, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lindqvist", tuesday(10, 0), appointment.Phone)
	o.book(o.staff[1], "Fatima El Amrani", tuesday(10, 0), appointment.Phone)
	ctx := uitest.Browser(t)
	o.enter(ctx, o.eleanor.ID)
	o.do(ctx, chromedp.Navigate(o.url+"/schedule?day=2026-11-24&person="+o.staff[0].ID))
	o.lift(ctx, a)
	o.keys(ctx, "ArrowDown", "ArrowRight")
	o.says(ctx, "#diary-say", "Wednesday 25 November 2026, 10:30 am, free")
	uitest.Accessible(t, ctx)
	o.picture(ctx, "lifted")
	o.keys(ctx, "Escape")
	o.says(ctx, "#diary-say", "Not moved")
	o.focused(ctx, a)
	o.lift(ctx, a)
	o.keys(ctx, "ArrowUp", "Enter")
	uitest.Appears(o.t, ctx, "#drop")
	o.answer(ctx, "#drop .btn-primary")
	if got := o.now(a).Starts; !got.Equal(tuesday(9, 30)) {
		t.Errorf("it begins %v, want half past nine", got)
	}

	o.do(ctx, chromedp.Navigate(o.url+"/schedule?view=day&day=2026-11-24&person=all"))
	o.lift(ctx, a)
	o.keys(ctx, "ArrowRight")
	o.says(ctx, "#diary-say", "Daniel Okafor, 9:30 am, free")
	o.keys(ctx, "Enter")
	uitest.Appears(o.t, ctx, "#drop")
	o.says(ctx, "#drop", "Give it to Daniel Okafor?", "Noah Lindqvist, Amelia Hart and Daniel Okafor are told")
	o.answer(ctx, "#drop .btn-primary")
	if got := o.now(a); got.StaffID != o.staff[2].ID || !got.Starts.Equal(tuesday(9, 30)) {
		t.Errorf("%s has it at %v", got.Staff.Name, got.Starts)
	}
}

// TestTwoMoveTheSame moves an appointment while a dialog about it is open: the
// second is told who did what, and nothing is overwritten.
func TestTwoMoveTheSame(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 2, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lindqvist", tuesday(10, 0), appointment.Phone)
	ctx := uitest.Browser(t)
	o.enter(ctx, o.eleanor.ID)
	o.do(ctx, chromedp.Navigate(o.url+"/schedule?day=2026-11-24&person="+o.staff[0].ID))
	o.drag(ctx, a, "2026-11-25", tuesday(14, 0))
	uitest.Appears(o.t, ctx, "#drop")
	_, err := o.a.Reschedule(t.Context(), o.boss(), a.Seen(), tuesday(16, 0))
	o.ok(err)
	o.answer(ctx, "#drop .btn-primary")
	o.says(ctx, "main", "changed", "Eleanor Price moved")
	if got := o.now(a).Starts; !got.Equal(tuesday(16, 0)) {
		t.Errorf("it begins %v: the second move overwrote the first", got)
	}
}

// at is the middle of an element in the window, once it is scrolled into view.
func (o *office) at(ctx context.Context, script string) (x, y float64) {
	o.t.Helper()
	p, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](script))
	o.ok(err)
	return p[0], p[1]
}

// drag drags an appointment by its upper edge to a time of a column.
func (o *office) drag(ctx context.Context, a appointment.Appointment, column string, to time.Time) {
	o.t.Helper()
	fromX, fromY := o.at(ctx, fmt.Sprintf(`(() => { const e = document.getElementById("a-%s"); e.scrollIntoView({ block: "center" }); const b = e.closest("li").getBoundingClientRect(); return [b.left + 20, b.top + 4]; })()`, a.ID))
	toX, toY := o.at(ctx, fmt.Sprintf(`(() => { const g = document.querySelector("[data-diary]"), b = document.querySelector("[data-column='%s'] .week-body").getBoundingClientRect();
return [b.left + 30, b.top + (%d / 15 - Number(g.dataset.diary)) * parseFloat(getComputedStyle(g).getPropertyValue("--cell")) + 4]; })()`, column, to.Hour()*60+to.Minute()))
	o.do(ctx, chromedp.DragAndDropXY(fromX, fromY, toX, toY, 8))
}

// lift takes an appointment up by the keyboard and waits until that is said.
func (o *office) lift(ctx context.Context, a appointment.Appointment) {
	o.t.Helper()
	o.do(ctx, chromedp.Focus("#a-"+a.ID), chromedp.KeyEvent("m"))
	uitest.Appears(o.t, ctx, ".ghost")
	o.says(ctx, "#diary-say", "Moving Noah Lindqvist")
}

var keys = map[string]string{"ArrowUp": "\u0304", "ArrowDown": "\u0301", "ArrowLeft": "\u0302", "ArrowRight": "\u0303", "Enter": "\r", "Escape": "\u001b"}

func (o *office) keys(ctx context.Context, names ...string) {
	o.t.Helper()
	for _, name := range names {
		o.do(ctx, chromedp.KeyEvent(keys[name]))
	}
}

// answer presses a button that leads to another page, and waits for it.
func (o *office) answer(ctx context.Context, button string) {
	o.t.Helper()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(button))
	o.ok(err)
}

func (o *office) says(ctx context.Context, where string, texts ...string) {
	o.t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.textContent ?? ''", where)))
	o.ok(err)
	for _, text := range texts {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), text) {
			o.t.Errorf("%s does not say %q: %q", where, text, got)
		}
	}
}

func (o *office) focused(ctx context.Context, a appointment.Appointment) {
	o.t.Helper()
	if id, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.activeElement.id")); err != nil || id != "a-"+a.ID {
		o.t.Errorf("the focus is on %q, %v", id, err)
	}
}

// TestAKeyThatIsHeldLetsGoOnce holds Enter down for long: neither the question nor the
// link that has the focus before it takes that for an answer.
func TestAKeyThatIsHeldLetsGoOnce(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 1, 30*time.Minute)
	a := o.book(o.staff[0], "Noah Lindqvist", tuesday(10, 0), appointment.Phone)
	ctx := uitest.Browser(t)
	o.enter(ctx, o.eleanor.ID)
	o.do(ctx, chromedp.Navigate(o.url+"/schedule?day=2026-11-24&person="+o.staff[0].ID))
	o.lift(ctx, a)
	o.keys(ctx, "ArrowUp")
	enter := input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: '\r', NativeVirtualKeyCode: '\r'}
	stroke := func(kind input.DispatchKeyEventType, text string) {
		t.Helper()
		enter.Type, enter.Text = kind, text
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, enter)
		o.ok(err)
	}
	stroke(input.DispatchKeyEventTypeRawKeyDown, "")
	held := true
	enter.AutoRepeat = &held
	for range 130 { // at the pace of a keyboard, until well after the question has come
		stroke(input.DispatchKeyEventTypeRawKeyDown, "")
		stroke(input.DispatchKeyEventTypeChar, "\r")
		time.Sleep(10 * time.Millisecond)
	}
	enter.AutoRepeat = nil
	stroke(input.DispatchKeyEventTypeKeyUp, "")
	uitest.Appears(t, ctx, "#drop")
	o.answer(ctx, "#drop .btn-primary")
	if got := o.now(a).Starts; !got.Equal(tuesday(9, 30)) {
		t.Errorf("it begins %v, want half past nine", got)
	}
}
