package member_test

import (
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db/dbtest"
	"parley/internal/web/ui/uitest"
)

// version is what a form of the appointment carries now.
func (o *office) version(id string) string {
	o.t.Helper()
	v, err := o.a.Get(o.t.Context(), o.d, o.org.ID, id)
	o.ok(err)
	return strconv.FormatInt(v.Version, 10)
}

func TestAColleagueIsInvitedOnThePage(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lindqvist", tuesday(10, 0), appointment.Video)
	amelia, priya := o.as(o.amelia), o.as(o.priya)
	at := "/schedule/" + a.ID
	priya.open(at).shows(t, 404, at)
	amelia.open(at+"/colleague").shows(t, 200, at+"/colleague", "Priya Nair")
	amelia.post(at+"/colleague", url.Values{"version": {o.version(a.ID)}}).shows(t, 422, at+"/colleague", "Choose a colleague.")
	amelia.post(at+"/colleague", url.Values{"version": {o.version(a.ID)}, "colleague": {o.priya.ID}}).shows(t, 200, at, "Priya Nair is invited", "Take off")
	seen := priya.open(at)
	seen.shows(t, 200, at, "You are invited to this appointment of Amelia Hart", "I cannot come", "Noah Lindqvist")
	seen.hides(t, "Reassign", "Change method", "Take off", "Invite a colleague")
	priya.open("/schedule?view=list").shows(t, 200, "/schedule?view=list", "with Amelia Hart", "Noah Lindqvist")
	for _, path := range []string{"/reschedule", "/cancel", "/reassign", "/method", "/choose", "/colleague"} {
		priya.open(at+path).shows(t, 404, at+path)
	}
	for path, form := range map[string]url.Values{"/cancel": {}, "/state": {"state": {"served"}}, "/delay": {"minutes": {"5"}}, "/colleague": {"colleague": {o.eleanor.ID}}} {
		priya.post(at+path, form).shows(t, 404, at+path)
	}
	priya.post(at+"/notes", url.Values{"kind": {"note"}, "text": {"I bring the figures."}}).shows(t, 200, at, "I bring the figures.")
	priya.post(at+"/colleague/"+o.priya.ID+"/drop", url.Values{"version": {o.version(a.ID)}}).shows(t, 200, "/schedule", "You are no longer expected there.")
	priya.open(at).shows(t, 404, at)
}

func TestMovingWithoutABusyColleague(t *testing.T) {
	o := settle(t, monday)
	a := o.book("Noah Lindqvist", tuesday(10, 0), appointment.Video)
	amelia := o.as(o.amelia)
	at := "/schedule/" + a.ID
	amelia.post(at+"/colleague", url.Values{"colleague": {o.priya.ID}}).shows(t, 200, at, "Priya Nair is invited")
	_, err := o.cals.AddTimeOff(t.Context(), o.boss(), o.priya.ID, calendar.TimeOff{Span: calendar.Span{Start: tuesday(13, 0), End: tuesday(15, 0)}})
	o.ok(err)
	form := url.Values{"version": {o.version(a.ID)}, "start": {tuesday(14, 0).Format(time.RFC3339)}}
	amelia.post(at+"/reschedule", form).shows(t, 409, at+"/reschedule", "Priya Nair was invited and is not free then", "Move it without them")
	ask := at + "/reschedule?start=2026-11-24T14%3A00%3A00Z&without=yes"
	amelia.post(at+"/drop", form).shows(t, 200, ask, "Priya Nair was invited and is not free then", "Move it without them")
	form.Set("without", "yes")
	amelia.post(at+"/reschedule", form).shows(t, 200, at, "14:00")
	v, err := o.a.Get(t.Context(), o.d, o.org.ID, a.ID)
	o.ok(err)
	if !v.Starts.Equal(tuesday(14, 0)) || len(v.Colleagues) != 0 {
		t.Errorf("at %v with %v", v.Starts, v.Colleagues)
	}
}

// TestColleaguesInARealBrowser invites, looks at both schedules and says that one
// runs late.
func TestColleaguesInARealBrowser(t *testing.T) {
	o := settle(t, monday.Add(90*time.Minute))
	a := o.book("Noah Lindqvist", monday.Add(6*time.Hour), appointment.Video)
	o.link(a, "ready", "")
	dbtest.ClockOf(o.d).Set(monday.Add(5*time.Hour + 40*time.Minute))
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/signin?next=/schedule/"+a.ID+"/colleague"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.amelia.ID))
	uitest.Looks(t, ctx, "colleague")
	uitest.Do(t, ctx, fill("#colleague", o.priya.ID))
	uitest.Press(t, ctx, "main button.btn-primary")
	at(t, ctx, "/schedule/"+a.ID)
	uitest.Looks(t, ctx, "colleague-invited")
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/schedule?view=day"))
	uitest.Looks(t, ctx, "colleague-day")
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/schedule/"+a.ID))
	uitest.Press(t, ctx, "#delay form:has(input[value='10']) button")
	at(t, ctx, "/schedule/"+a.ID)
	uitest.Looks(t, ctx, "delay")
	uitest.Look(t, ctx, o.url+"/schedule/"+a.ID+"/reschedule?start="+monday.Add(7*time.Hour).Format(time.RFC3339)+"&without=yes", "without")
}

// TestAColleaguesSideInARealBrowser looks at an appointment of somebody else as
// the one who was invited to it.
func TestAColleaguesSideInARealBrowser(t *testing.T) {
	o := settle(t, monday.Add(90*time.Minute))
	a := o.book("Noah Lindqvist", monday.Add(6*time.Hour), appointment.Video)
	_, err := o.a.InviteColleague(t.Context(), o.boss(), a.Seen(), o.priya.ID)
	o.ok(err)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/signin?next=/schedule"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", o.priya.ID))
	uitest.Looks(t, ctx, "beside-week")
	uitest.Look(t, ctx, o.url+"/schedule?view=list", "beside-list")
	uitest.Look(t, ctx, o.url+"/schedule/"+a.ID, "beside")
	uitest.Press(t, ctx, "form[action*='/colleague/'] button")
	at(t, ctx, "/schedule")
}
