package member_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web/ui/uitest"
)

// TestAWorkingDayInARealBrowser looks at the pages of a member's work at both
// sizes, and presses what is pressed every day.
func TestAWorkingDayInARealBrowser(t *testing.T) {
	o := settle(t, monday.Add(90*time.Minute))
	ready := o.book("Noah Lindqvist", monday.Add(6*time.Hour), appointment.Video)
	o.link(ready, "ready", "")
	risk := o.book("Fatima El Amrani", tuesday(10, 0), appointment.Video)
	o.link(risk, "at risk", "meeting.reason.reauthorize")
	for i := range 3 {
		o.book(fmt.Sprintf("Client Number %d", i), tuesday(24+10+i, 30), appointment.Methods()[i])
	}
	off := o.book("Jean-Baptiste Moreau", tuesday(14, 0), appointment.InPerson)
	_, err := o.a.Cancel(t.Context(), o.boss(), off.Seen(), "ill")
	o.ok(err)
	_, err = o.cals.AddTimeOff(t.Context(), o.boss(), o.amelia.ID, calendar.TimeOff{Span: calendar.Span{Start: tuesday(72, 0), End: tuesday(96, 0)}, Reason: "Training"})
	o.ok(err)

	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/signin?next=/schedule"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.amelia.ID))
	at(t, ctx, "/schedule")
	uitest.Looks(t, ctx, "schedule")
	uitest.Look(t, ctx, o.url+"/schedule?view=day&day=2026-11-24", "schedule-day")
	uitest.Look(t, ctx, o.url+"/schedule?view=list", "schedule-list")
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID, "appointment")
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID+"/reschedule", "reschedule")
	uitest.Press(t, ctx, "a.slot")
	uitest.Looks(t, ctx, "reschedule-confirm")
	uitest.Press(t, ctx, "main button.btn-primary")
	at(t, ctx, "/schedule/"+risk.ID)
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID+"/cancel", "cancel")
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID+"/reassign", "reassign")
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID+"/method", "method")
	uitest.Look(t, ctx, o.url+"/schedule/"+risk.ID+"/choose", "choose")
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/schedule/"+risk.ID), fill("#text", "Wants to bring the papers next time."))
	uitest.Press(t, ctx, "#notes button.btn:not(.btn-subtle)")
	uitest.Do(t, ctx, fill("#task", "Send the offer"), fill("#due", "2026-11-24"))
	uitest.Press(t, ctx, "#followups button.btn")
	uitest.Looks(t, ctx, "visit-notes")
	uitest.Look(t, ctx, o.url+"/hours/away", "away")
	uitest.Look(t, ctx, o.url+"/hours/away?when=tomorrow", "away-tomorrow")
	uitest.Look(t, ctx, o.url+"/hours", "hours")
	uitest.Press(t, ctx, "button[value='add-1']")
	uitest.Do(t, ctx, fill("#from-1-1", "12:00"), fill("#to-1-1", "11:00"))
	uitest.Press(t, ctx, "#week button.btn-primary")
	uitest.Looks(t, ctx, "hours-problem")
	uitest.Do(t, ctx, fill("#off-from", "2026-11-24"), fill("#off-to", "2026-11-25"))
	uitest.Press(t, ctx, "form[action='/hours/off'] button")
	uitest.Looks(t, ctx, "hours-over")
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "hours-result")
}

// TestEnterSavesTheWeek presses Enter in a box, which is the first button of the
// form and must not be one that removes a row.
func TestEnterSavesTheWeek(t *testing.T) {
	o := settle(t, monday)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/signin?next=/hours"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.amelia.ID))
	uitest.Do(t, ctx, fill("#from-1-0", "08:45"))
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys("#to-1-0", "\r")); err != nil {
		t.Fatal(err)
	}
	if got := o.savedWeek(); len(got) != 5 || got[0].Start != 525 {
		t.Errorf("Enter saved %v", got)
	}
}
