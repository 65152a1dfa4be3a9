package member_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web/ui/uitest"
)

const published = "https://outlook.office365.example/owa/calendar/s3cret/calendar.ics"

// A publisher answers whoever reads a calendar.
type publisher struct {
	spans [][2]time.Time
	err   error
}

func (p *publisher) read(context.Context, connector.Published) (connector.Busy, error) {
	return connector.Busy{Spans: p.spans}, p.err
}

func (o *office) openBusy() *calendar.Busy {
	o.t.Helper()
	keys, err := vault.ParseKeys(vault.NewKey("k"))
	o.ok(err)
	quiet := slog.New(slog.DiscardHandler)
	v := vault.New(vault.Config{DB: o.d, Orgs: o.orgs, Keys: keys, Log: quiet})
	o.published.spans = [][2]time.Time{{tuesday(10, 0), tuesday(11, 30)}, {tuesday(14, 0), tuesday(15, 0)}, {tuesday(34, 0), tuesday(34, 45)}}
	o.busy = calendar.OpenBusy(calendar.BusyConfig{DB: o.d, Orgs: o.orgs, Vault: v, Log: quiet, Read: o.published.read})
	return o.busy
}

func (o *office) busyRules(r calendar.BusyRules) {
	o.t.Helper()
	o.ok(o.busy.SaveRules(o.t.Context(), o.boss(), r))
}

var busyOn = calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour}

func TestBusyElsewhereOnThePage(t *testing.T) {
	o := settle(t, monday)
	b := o.as(o.amelia)
	b.open("/hours/busy").shows(t, http.StatusOK, "/hours/busy", "has not switched this on")
	o.busyRules(busyOn)
	b.open("/hours/busy").shows(t, http.StatusOK, "/hours/busy", "Publish a calendar", "Secret address in iCal format")

	got := b.post("/hours/busy", url.Values{"address": {published}})
	got.shows(t, http.StatusOK, "/hours/busy", "outlook.office365.example …cret", "3 busy times in the next 60 days", "10:00")
	got.hides(t, "s3cret")

	o.published.err = fault.New(fault.NotFound, "busy.fault.withdrawn")
	got = b.post("/hours/busy", url.Values{"address": {published + "?2"}})
	got.shows(t, http.StatusUnprocessableEntity, "/hours/busy", "The link was withdrawn", published+"?2")

	all, err := o.busy.Sources(t.Context(), o.orgs.Read(), o.org.ID, o.amelia.ID)
	o.ok(err)
	at := "/hours/busy/" + all[0].ID
	b.post(at+"/read", nil).shows(t, http.StatusOK, "/hours/busy", "The link was withdrawn", "Cannot be read", "what was known before still counts")
	b.open(at+"/remove").shows(t, http.StatusOK, at+"/remove", "Remove outlook.office365.example")
	b.post(at+"/remove", nil).shows(t, http.StatusOK, "/hours/busy", "was removed")
	b.open("/hours/busy").hides(t, "office365.example …")
}

func TestBusyElsewhereIsNobodyElses(t *testing.T) {
	o := settle(t, monday)
	o.busyRules(busyOn)
	s, err := o.busy.Add(t.Context(), org.Actor{OrgID: o.org.ID, PersonID: o.amelia.ID, Roles: []org.Role{org.Member}}, published)
	o.ok(err)
	other := o.organization("Fjord Credit")
	for _, p := range []org.Person{o.priya, o.eleanor, o.house.member(other, "Ida Berg", "ida@fjordcredit.example", org.Administrator)} {
		b := o.as(p)
		if got := b.open("/hours/busy/" + s.ID + "/remove"); got.status != http.StatusNotFound {
			t.Errorf("%s sees it: %d", p.Name, got.status)
		}
		for _, act := range []string{"/remove", "/read"} {
			if got := b.post("/hours/busy/"+s.ID+act, nil); got.status != http.StatusNotFound {
				t.Errorf("%s may %s: %d", p.Name, act, got.status)
			}
		}
	}
}

func TestBusyElsewhereInARealBrowser(t *testing.T) {
	o := settle(t, monday)
	ctx := uitest.Browser(t)
	uitest.Do(t, ctx, chromedp.Navigate(o.url+"/signin?next=/hours"))
	uitest.Press(t, ctx, "form:has(input[value='"+o.amelia.ID+"']) button")
	uitest.Press(t, ctx, "main nav a[href='/hours/busy']")
	at(t, ctx, "/hours/busy")
	uitest.Looks(t, ctx, "busy-off")
	o.busyRules(busyOn)
	uitest.Look(t, ctx, o.url+"/hours/busy", "busy-empty")
	uitest.Do(t, ctx, fill("#address", "outlook"))
	o.published.err = fault.New(fault.Invalid, "busy.fault.address")
	uitest.Press(t, ctx, "form[action='/hours/busy'] button.btn-primary")
	uitest.Looks(t, ctx, "busy-problem")
	o.published.err = nil
	uitest.Do(t, ctx, fill("#address", published))
	uitest.Press(t, ctx, "form[action='/hours/busy'] button.btn-primary")
	uitest.Looks(t, ctx, "busy-added")
	o.busyRules(calendar.BusyRules{On: true, Stale: calendar.CloseSlots, After: time.Hour})
	o.published.err = fault.New(fault.NotFound, "busy.fault.withdrawn")
	dbtest.ClockOf(o.d).Advance(2 * time.Hour)
	uitest.Look(t, ctx, o.url+"/hours/busy", "busy-before")
	uitest.Press(t, ctx, "form[action$='/read'] button")
	uitest.Looks(t, ctx, "busy-stale")
	uitest.Press(t, ctx, "a[href$='/remove']")
	uitest.Looks(t, ctx, "busy-remove")
	uitest.Press(t, ctx, "main button.btn-danger")
	at(t, ctx, "/hours/busy")
	all, err := o.busy.Sources(t.Context(), o.orgs.Read(), o.org.ID, o.amelia.ID)
	if err != nil || len(all) != 0 {
		t.Errorf("%d calendars are left, %v", len(all), err)
	}
}
