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
	run(t, ctx, chromedp.Navigate(o.url+"/signin?next=/schedule"))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.amelia.ID))
	at(t, ctx, "/schedule")
	looks(t, ctx, "schedule")
	look(t, ctx, o.url+"/schedule?view=day&day=2026-11-24", "schedule-day")
	look(t, ctx, o.url+"/schedule?view=list", "schedule-list")
	look(t, ctx, o.url+"/schedule/"+risk.ID, "appointment")
	look(t, ctx, o.url+"/schedule/"+risk.ID+"/reschedule", "reschedule")
	press(t, ctx, "a.slot")
	looks(t, ctx, "reschedule-confirm")
	press(t, ctx, "main button.btn-primary")
	at(t, ctx, "/schedule/"+risk.ID)
	look(t, ctx, o.url+"/schedule/"+risk.ID+"/cancel", "cancel")
	look(t, ctx, o.url+"/schedule/"+risk.ID+"/reassign", "reassign")
	look(t, ctx, o.url+"/schedule/"+risk.ID+"/method", "method")
	look(t, ctx, o.url+"/schedule/"+risk.ID+"/choose", "choose")
	run(t, ctx, chromedp.Navigate(o.url+"/schedule/"+risk.ID), fill("#text", "Wants to bring the papers next time."))
	press(t, ctx, "#notes button.btn:not(.btn-subtle)")
	run(t, ctx, fill("#task", "Send the offer"), fill("#due", "2026-11-24"))
	press(t, ctx, "#followups button.btn")
	looks(t, ctx, "visit-notes")
	look(t, ctx, o.url+"/hours/away", "away")
	look(t, ctx, o.url+"/hours/away?when=tomorrow", "away-tomorrow")
	look(t, ctx, o.url+"/hours", "hours")
	press(t, ctx, "button[value='add-1']")
	run(t, ctx, fill("#from-1-1", "12:00"), fill("#to-1-1", "11:00"))
	press(t, ctx, "#week button.btn-primary")
	looks(t, ctx, "hours-problem")
	run(t, ctx, fill("#off-from", "2026-11-24"), fill("#off-to", "2026-11-25"))
	press(t, ctx, "form[action='/hours/off'] button")
	looks(t, ctx, "hours-over")
	press(t, ctx, "main button.btn-primary")
	looks(t, ctx, "hours-result")
}

// TestEnterSavesTheWeek presses Enter in a box, which is the first button of the
// form and must not be one that removes a row.
func TestEnterSavesTheWeek(t *testing.T) {
	o := settle(t, monday)
	ctx := uitest.Browser(t)
	run(t, ctx, chromedp.Navigate(o.url+"/signin?next=/hours"))
	press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.amelia.ID))
	run(t, ctx, fill("#from-1-0", "08:45"))
	if _, err := chromedp.RunResponse(ctx, chromedp.SendKeys("#to-1-0", "\r")); err != nil {
		t.Fatal(err)
	}
	if got := o.savedWeek(); len(got) != 5 || got[0].Start != 525 {
		t.Errorf("Enter saved %v", got)
	}
}
