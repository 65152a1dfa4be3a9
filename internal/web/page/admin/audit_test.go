package admin_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/words"
)

// record writes into the bank's journal what somebody did.
func (h *house) record(entries ...org.Entry) {
	h.t.Helper()
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, e := range entries {
			if err := org.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (h *house) by(p org.Person) org.Actor {
	return org.Actor{OrgID: p.OrgID, PersonID: p.ID, Name: p.Name}
}

func TestTheAuditLogIsNarrowed(t *testing.T) {
	h := build(t, registered)
	amelia, daniel := h.staff["Amelia Hart"], h.staff["Daniel Okafor"]
	s := h.service("Mortgage review")
	h.record(
		h.by(amelia).Entry("hours.save", "person", amelia.ID),
		h.by(daniel).Entry("service.save", "service", s.ID, "name", "Crédit immobilier"),
		h.by(daniel).Entry("odd.verb", "oddity", "x"),
	)
	b := h.as(h.eleanor)
	changed, hours := "Daniel Okafor changed the service “Crédit immobilier”.", "Amelia Hart changed their own weekly hours."
	b.open("/settings/audit").shows(changed, hours, `href="/services/`+s.ID+`"`, `href="/staff/`+amelia.ID+`"`, `href="/settings/audit?person=`+daniel.ID+`"`, "Times are in ", "did “odd.verb”")
	for query, c := range map[string]struct{ shows, lacks string }{
		"who=okafor":             {changed, hours},
		"who=OKAFOR+":            {changed, hours},
		"person=" + amelia.ID:    {hours, changed},
		"kind=service":           {changed, hours},
		"verb=hours.save":        {hours, changed},
		"q=credit":               {changed, hours},
		"q=credit+IMMO":          {changed, hours},
		"q=%25":                  {"Nothing matches your search", changed},
		"who=parley":             {"Parley added Omar Farouk", changed},
		"who=nobody+of+the+name": {"Nothing matches your search", changed},
		"of=" + s.ID:             {changed, hours},
		"to=2000-01-01":          {"Nothing matches your search", changed},
		"who=okafor&kind=person": {"Nothing matches your search", changed},
	} {
		t.Run(query, func(t *testing.T) { b.open("/settings/audit?" + query).is(http.StatusOK).shows(c.shows).lacks(c.lacks) })
	}
	b.open("/settings/audit?q=" + strings.Repeat("x", 201)).is(http.StatusUnprocessableEntity).shows("Shorten it")
	b.open("/settings/audit?to=tomorrow").is(http.StatusUnprocessableEntity).shows("“tomorrow” is not a date.")
}

// TestTheAuditLogSaysWhatItWasDoneTo lets an administrator change somebody's time
// and the organization's settings, and reads what the log makes of it.
func TestTheAuditLogSaysWhatItWasDoneTo(t *testing.T) {
	h := build(t, registered)
	amelia := h.staff["Amelia Hart"]
	boss := h.by(h.eleanor)
	boss.Roles = []org.Role{org.Administrator, org.Member}
	cals := calendar.Open(h.d)
	day, err := calendar.ParseDate("2026-12-24")
	h.ok(err)
	start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	h.ok(cals.SaveHours(t.Context(), boss, amelia.ID, nil))
	h.ok(cals.SaveHours(t.Context(), boss, h.eleanor.ID, nil))
	h.ok(cals.SaveException(t.Context(), boss, amelia.ID, calendar.Exception{Date: day}))
	h.ok(cals.DropException(t.Context(), boss, amelia.ID, day))
	off, err := cals.AddTimeOff(t.Context(), boss, amelia.ID, calendar.TimeOff{Span: calendar.Span{Start: start, End: start.Add(time.Hour)}})
	h.ok(err)
	h.ok(cals.RemoveTimeOff(t.Context(), boss, amelia.ID, off.ID))
	set := func(key, value string) {
		h.ok(h.orgs.SaveSetting(t.Context(), boss, key, org.WholeOrganization, value))
	}
	set("busy.enabled", "true")
	set("busy.stale", "close")
	set("busy.after", "60")
	set("appointment.feedback", "false")
	set("booking.origins", "")
	h.record(boss.Entry("staff.limit", "person", amelia.ID)) // as it was written once, without a name
	b := h.as(h.eleanor)
	b.open("/settings/audit?who=eleanor&rows=50").is(http.StatusOK).shows(
		"Eleanor Price changed the weekly hours of Amelia Hart.", "Eleanor Price changed their own weekly hours.",
		"set other hours of Amelia Hart for ", "went back to the usual hours of Amelia Hart on ",
		"added time off of Amelia Hart from ", "removed time off of Amelia Hart.", "changed the daily limit of a member of staff.",
		"set Busy elsewhere to “on”.", "set what an outdated calendar means to “close slots”.",
		"set after how long a calendar is out of date to “1 hour”.", "set asking clients how it was to “off”.", "the booking page to “nothing”.")
	b.open("/settings/audit?q=amelia&verb=hours.save").shows("of Amelia Hart").lacks("their own weekly hours")
	head, _, _ := strings.Cut(b.open("/settings/audit/export.csv").raw, "\r\n")
	if want := "Who,What happened,Action (code),Kind of thing (code),Object ID"; !strings.Contains(head, want) {
		t.Errorf("the headings are %q, want %q", head, want)
	}
}

// TestTheAuditLogInFrench reads the same sentences in the other language: none
// misses a word.
func TestTheAuditLogInFrench(t *testing.T) {
	for _, verb := range words.Keys("admin.audit.of.") {
		text := words.Reader{Lang: "fr"}.T("admin.audit.of."+verb, "Actor", "Inès", "Of", "Amélia", "Date", "24", "From", "1", "To", "2")
		if !strings.HasPrefix(text, "Inès ") || !strings.Contains(text, "de Amélia") {
			t.Errorf("%s reads %q", verb, text)
		}
	}
}

func TestTheAuditLogAsAFile(t *testing.T) {
	h := build(t, registered)
	daniel := h.staff["Daniel Okafor"]
	var many []org.Entry
	for i := range 1203 {
		many = append(many, h.by(daniel).Entry("service.save", "service", fmt.Sprint("s", i), "name", fmt.Sprint("Advice, \"part\" ", i)))
	}
	for _, evil := range []string{"=HYPERLINK(1)", "+1", "-1", "@sum", "\tx"} {
		a := h.by(daniel)
		a.Name = evil
		many = append(many, a.Entry("service.save", "service", "s", "name", "Evil"))
	}
	h.record(many...)
	b := h.as(h.eleanor)
	page := b.open("/settings/audit?kind=service&rows=25")
	address := page.between(`href="/settings/audit/export.csv`, `"`)
	got := b.open("/settings/audit/export.csv" + address).is(http.StatusOK)
	if !strings.HasPrefix(got.raw, "\xEF\xBB\xBF") || !strings.Contains(got.header.Get("Content-Disposition"), `attachment; filename="audit-harbour-bank-`) {
		t.Errorf("the file is no spreadsheet's: %q %v", got.raw[:20], got.header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.raw, "\xEF\xBB\xBF"))).ReadAll()
	h.ok(err)
	if len(rows) != 1+len(many) {
		t.Errorf("%d rows, want %d", len(rows), 1+len(many))
	}
	seen := map[string]bool{}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
		seen[row[2]] = true
	}
	if !seen["'=HYPERLINK(1)"] || !seen["Daniel Okafor"] {
		t.Errorf("who did it: %v", seen)
	}
	b.open("/settings/audit/export.csv?from=x").is(http.StatusBadRequest)
	h.as(daniel).open("/settings/audit/export.csv").is(http.StatusForbidden)
	fjord := h.organization("Fjord Credit")
	ola := h.member(fjord, org.Person{Name: "Ola Berg", Email: "ola@fjordcredit.example"}, org.Administrator)
	h.as(ola).open("/settings/audit/export.csv").is(http.StatusOK).lacks("Daniel Okafor")
	h.as(ola).open("/settings/audit?" + url.Values{"person": {daniel.ID}}.Encode()).is(http.StatusOK).lacks("Daniel Okafor")
}
