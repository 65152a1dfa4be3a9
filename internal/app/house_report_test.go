package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/org"
)

// TestAConnectionIsChecked asks for a check on the page, finds what was found
// there, and gives the sheet of it to somebody without an account, until it is
// taken back.
func TestAConnectionIsChecked(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		c := g.connect()
		eleanor := g.signIn(g.people[demoAdministrator])
		path := "/settings/video/" + c.ID + "/doctor"
		contains(t, g.ask("GET", path, eleanor), 200, "was never checked", "Check connection")
		asked := g.post(path, eleanor, url.Values{})
		contains(t, asked, 303)
		contains(t, g.ask("GET", asked.Header().Get("Location"), eleanor), 200, "The connection is being checked", `data-refresh="2"`)
		g.work()
		report, err := g.vault.Reports(t.Context(), g.db, g.org.ID, c.ID, 1)
		g.ok(err)
		if len(report) != 1 || report[0].By != g.people[demoAdministrator].ID {
			t.Fatalf("the reports are %+v", report)
		}
		found := g.ask("GET", asked.Header().Get("Location"), eleanor)
		contains(t, found, 200, "by Eleanor Price", "as they should be", "Link for your security team")
		if strings.Contains(found.Body.String(), "data-refresh") {
			t.Error("the page still looks for a report that is there")
		}
		contains(t, g.post(path+"/share", eleanor, url.Values{"report": {report[0].ID}}), 303)
		now, err := g.db.Now(t.Context())
		g.ok(err)
		shares, err := g.vault.Shares(t.Context(), g.db, g.org.ID, c.ID, now)
		g.ok(err)
		sheet := "/report/" + g.token("/report", g.org.ID, shares[0].ID, "")
		read := g.ask("GET", sheet, nil)
		contains(t, read, 200, "Check of the connection to Microsoft Teams", "as they should be")
		for _, secret := range []string{"Eleanor Price", "/settings/", "Sign out"} {
			if strings.Contains(read.Body.String(), secret) {
				t.Errorf("the sheet says %q", secret)
			}
		}
		contains(t, g.ask("GET", "/report/"+g.token("/manage", g.org.ID, shares[0].ID, ""), nil), 404)
		contains(t, g.ask("GET", "/report/"+g.token("/report", g.org.ID, c.ID, ""), nil), 404)
		g.strangersShareNothing(t, path, shares[0].ID, report[0].ID)
		contains(t, g.post(path+"/revoke", eleanor, url.Values{"share": {shares[0].ID}}), 303)
		contains(t, g.post(path+"/revoke", eleanor, url.Values{"share": {shares[0].ID}}), 303)
		contains(t, g.ask("GET", sheet, nil), http.StatusNotFound)
	})
}

// strangersShareNothing has an adviser, and ids that are not there, refused.
func (g *lodging) strangersShareNothing(t *testing.T, path, share, report string) {
	t.Helper()
	amelia := g.signIn(g.people["Amelia Hart"])
	for _, act := range []string{"", "/share", "/revoke"} {
		contains(t, g.post(path+act, amelia, url.Values{"report": {report}, "share": {share}}), 403)
	}
	eleanor := g.signIn(g.people[demoAdministrator])
	contains(t, g.post(path+"/share", eleanor, url.Values{"report": {share}}), 404)
	contains(t, g.post(path+"/revoke", eleanor, url.Values{"share": {report}}), 404)
	if err := g.vault.AskExamination(t.Context(), org.Actor{OrgID: g.org.ID, PersonID: "x", Roles: []org.Role{org.Member}}, report); err == nil {
		t.Error("a member has a connection examined")
	}
}
