package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/web/ui/uitest"
)

var busyOn = url.Values{"on": {"true"}, "stale": {"close"}, "after": {"60"}}

// publish has a member add the calendar that the sandbox publishes for them.
func (h *house) publish(name, address string) {
	h.t.Helper()
	p := h.staff[name]
	_, err := h.pages.Busy.Add(h.t.Context(), org.Actor{OrgID: p.OrgID, PersonID: p.ID, Name: p.Name, Roles: []org.Role{org.Member}}, h.sandbox.CalendarURL(address))
	h.ok(err)
}

// withdraw makes one calendar unreadable, and lets it grow old.
func (h *house) withdraw(address string) {
	h.t.Helper()
	h.sandbox.Fault(sandbox.Fault{Vendor: "calendar", Who: address, Status: http.StatusNotFound})
	dbtest.ClockOf(h.d).Advance(2 * time.Hour)
	h.work()
}

func TestAdministratorDecidesAboutCalendarsElsewhere(t *testing.T) {
	h := build(t, registered)
	b := h.as(h.eleanor)
	b.open("/settings").shows("Busy elsewhere")
	b.open("/settings/busy").is(http.StatusOK).lacks("Who uses it")
	b.post("/settings/busy", busyOn).on("/settings/busy").shows("Saved. Calendars are read", "0 members have added a calendar", "All can be read")
	h.publish("Amelia Hart", "amelia.hart")
	h.publish("Grace Kim", "grace.kim")
	h.withdraw("grace.kim")
	b.open("/settings/busy").shows("2 members have added a calendar", "Grace Kim", "Out of date", "The link was withdrawn", "2 hours ago").lacks("Amelia Hart")
	b.post("/settings/busy", url.Values{"on": {"true"}, "stale": {"perhaps"}, "after": {"1"}}).is(http.StatusUnprocessableEntity).shows("Choose what becomes of slots")
	b.post("/settings/busy", url.Values{"stale": {"open"}, "after": {"60"}}).on("/settings/busy").shows("No calendar is read")
}

func TestBusyElsewhereInARealBrowser(t *testing.T) {
	h := build(t, registered)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(h.url+"/signin?next=/settings/busy"))
	uitest.Press(t, ctx, fmt.Sprintf("form:has(input[value='%s']) button", h.eleanor.ID))
	uitest.Looks(t, ctx, "busy-off")
	uitest.Do(t, ctx, chromedp.Click("label[for='on']"))
	uitest.Press(t, ctx, "main button.btn-primary")
	uitest.Looks(t, ctx, "busy-on")
	h.publish("Amelia Hart", "amelia.hart")
	h.publish("Grace Kim", "grace.kim")
	h.withdraw("grace.kim")
	uitest.Look(t, ctx, h.url+"/settings/busy", "busy-failing")
}
