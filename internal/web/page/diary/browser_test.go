package diary_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db/dbtest"
	"parley/internal/web/ui/uitest"
)

// TestSchedulesInARealBrowser looks at every view at both sizes and in both
// themes. PARLEY_TEST_PICTURES names a folder for what it looked like.
func TestSchedulesInARealBrowser(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 6, 15*time.Minute)
	o.furnish()
	ctx := uitest.Browser(t)
	o.enter(ctx, o.eleanor.ID)
	for name, path := range map[string]string{
		"own-empty": "/schedule", "week-all": "/schedule?person=all", "day-all": "/schedule?person=all&view=day", "list-all": "/schedule?person=all&view=list",
		"week-one": "/schedule?person=" + o.staff[0].ID, "day-one": "/schedule?view=day&person=" + o.staff[0].ID,
		"none": "/schedule?person=all&q=nobody", "later": "/schedule?person=all&day=2027-02-01",
	} {
		o.do(ctx, chromedp.Navigate(o.url+path))
		uitest.Looks(t, ctx, name)
	}
	o.enter(ctx, o.staff[0].ID)
	o.do(ctx, chromedp.Navigate(o.url+"/schedule"))
	uitest.Looks(t, ctx, "own-week")
}

// TestOnPaper prints: the week of one and of everybody on one sheet, a list with
// a sheet for each day.
func TestOnPaper(t *testing.T) {
	o := settle(t, dbtest.SQLite(t), 6, 15*time.Minute)
	o.furnish()
	ctx := uitest.Browser(t)
	o.enter(ctx, o.eleanor.ID)
	for name, c := range map[string]struct {
		path   string
		sheets int
		wide   bool
	}{
		"week":  {"/schedule?person=" + o.staff[0].ID, 1, true},
		"board": {"/schedule?person=all", 1, true},
		"day":   {"/schedule?view=day&person=" + o.staff[0].ID, 1, false},
		"list":  {"/schedule?view=list&person=" + o.staff[0].ID, 5, false},
	} {
		o.do(ctx, chromedp.Navigate(o.url+c.path))
		if n := sheets(t, ctx); n != c.sheets {
			t.Errorf("%s needs %d sheets, want %d", name, n, c.sheets)
		}
		if os.Getenv("PARLEY_TEST_PICTURES") != "" {
			o.paper(ctx, name, c.wide)
		}
	}
}

// sheets prints the page to PDF and counts the sheets.
func sheets(t *testing.T, ctx context.Context) int {
	t.Helper()
	size := true
	var pdf []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		printed, err := cdp.Call(ctx, tab, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &size})
		pdf = printed.Data
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(pdf, -1))
}

// paper takes a picture of what would be printed.
func (o *office) paper(ctx context.Context, name string, wide bool) {
	o.t.Helper()
	media := func(kind string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind})
			return err
		})
	}
	sheet := uitest.Viewport{Width: 673, Height: 1002}
	if wide {
		sheet = uitest.Viewport{Width: 1047, Height: 718}
	}
	o.do(ctx, uitest.Resize(sheet), media("print"))
	uitest.Keep(o.t, ctx, "paper-"+name)
	o.do(ctx, uitest.Resize(uitest.Desk), media(""))
}

// furnish fills the week: every method and state, a link at risk, a late client,
// somebody away.
func (o *office) furnish() {
	o.t.Helper()
	states := []appointment.State{appointment.Confirmed, appointment.Arrived, appointment.InProgress, appointment.Served, appointment.NoShow, appointment.Cancelled}
	clients := []string{"Noah Lindqvist", "Fatima El Amrani", "Jean-Baptiste Moreau", "Yuki Tanaka", "Kwame Mensah", "Leila Haddad", "George Baker"}
	for n, p := range o.staff {
		for i := range 9 {
			start := monday.Add(time.Hour).AddDate(0, 0, i%5).Add(time.Duration((i*5+n*3)%28) * 15 * time.Minute)
			a := o.book(p, clients[(n+i)%len(clients)], start, appointment.Methods()[(n+i)%3])
			if i%5 == 0 {
				dbtest.Exec(o.t, o.d, "UPDATE appointments SET state = $3 WHERE org_id = $1 AND id = $2", a.OrgID, a.ID, string(states[(n+i)%6]))
			}
			if i == 6 {
				dbtest.Exec(o.t, o.d, "UPDATE meetings SET link = 'at risk' WHERE org_id = $1 AND id = $2", a.OrgID, a.MeetingID)
				dbtest.Exec(o.t, o.d, "UPDATE appointments SET late_minutes = 10 WHERE org_id = $1 AND id = $2", a.OrgID, a.ID)
			}
		}
	}
	_, err := o.cals.AddTimeOff(o.t.Context(), o.boss(), o.staff[1].ID, calendar.TimeOff{Span: calendar.Span{Start: tuesday(72, 0), End: tuesday(96, 0)}, Reason: "Training"})
	o.ok(err)
	dbtest.ClockOf(o.d).Set(monday.Add(3*time.Hour + 20*time.Minute))
}

func (o *office) enter(ctx context.Context, id string) {
	o.t.Helper()
	o.do(ctx, chromedp.Navigate(fmt.Sprintf("%s/as/%s/%s?next=/schedule", o.url, o.org.ID, id)))
}

// do waits at most a while, and then shows what there was instead.
func (o *office) do(ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	o.t.Helper()
	soon, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(soon, actions...); err != nil {
		uitest.Keep(o.t, ctx, "stuck")
		o.t.Fatal(err)
	}
}

func (o *office) picture(ctx context.Context, name string) { uitest.Keep(o.t, ctx, name) }
