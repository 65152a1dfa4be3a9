package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func credentials() url.Values {
	return url.Values{"client_id": {sandbox.ClientID}, "client_secret": {sandbox.ClientSecret}, "grant_type": {"client_credentials"}, "scope": {"https://graph.microsoft.com/.default"}}
}

// applicationToken gets a token of the application itself.
func applicationToken(t testing.TB, login, tenant string) string {
	t.Helper()
	answer, err := http.PostForm(login+"/"+tenant+"/oauth2/v2.0/token", credentials())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got tokens
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || got.Access == "" {
		t.Fatalf("no token: %v %s", err, got.Description)
	}
	return got.Access
}

// nextPage reads a page and returns where the next one is, or the beginning after the last.
func nextPage(t testing.TB, address, token, beginning string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var page struct {
		Next string `json:"@odata.nextLink"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("a page answered %d: %v", answer.StatusCode, err)
	}
	if page.Next == "" {
		return beginning
	}
	return page.Next
}

// application is a client that holds a token of the application itself.
func application(t *testing.T, permissions ...string) *client {
	t.Helper()
	c := start(t)
	c.GrantPermissions(sandbox.TenantID, permissions...)
	c.tok.Access = applicationToken(t, c.LoginURL(), sandbox.TenantID)
	return c
}

func TestApplicationReadsWithItsOwnPermissions(t *testing.T) {
	for permission, calls := range map[string]map[string]int{
		"User.ReadBasic.All":           {"/users": 200, "/users/delta": 403, "/organization": 403, "/users/amelia.hart@harbourbank.example/licenseDetails": 403},
		"User.Read.All":                {"/users": 200, "/users/delta": 200, "/organization": 200, "/users/amelia.hart@harbourbank.example/licenseDetails": 200},
		"LicenseAssignment.Read.All":   {"/users/amelia.hart@harbourbank.example/licenseDetails/getTeamsLicensingDetails": 403, "/users": 403, "/users/amelia.hart@harbourbank.example/licenseDetails": 200},
		"OnlineMeetings.ReadWrite.All": {"/users": 403, "/subscriptions": 403},
	} {
		c := application(t, permission)
		for path, want := range calls {
			if status, body := c.graph("GET", path, nil); status != want {
				t.Errorf("%s with %s answered %d: %v", path, permission, status, body)
			}
		}
		status, body := c.graph("GET", "/me", nil)
		refusedWith(t, status, body, 400, "BadRequest")
		status, body = c.graph("POST", "/me/onlineMeetings/createOrGet", meetingBody("m"))
		refusedWith(t, status, body, 400, "BadRequest")
	}
	c := application(t, "User.ReadBasic.All")
	if got := c.must(200, "GET", "/users?$top=999&$filter="+url.QueryEscape("accountEnabled eq false"), nil); len(people(got)) != 0 {
		t.Error("a basic application permission read who is disabled")
	}
	c.HideUsers(sandbox.TenantID, true)
	c.must(200, "GET", "/users", nil) // the rule is for users, not for applications
	c.WithdrawPermission(sandbox.TenantID, "User.ReadBasic.All")
	c.must(200, "GET", "/users", nil) // the token was given out before
	c.tok.Access = applicationToken(t, c.LoginURL(), sandbox.TenantID)
	status, body := c.graph("GET", "/users", nil)
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
}

func TestApplicationHoldsMeetings(t *testing.T) {
	c := application(t)
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	grace, _ := c.User("grace.kim@harbourbank.example")
	theirs := "/users/" + amelia.ID + "/onlineMeetings"
	status, body := c.graph("POST", theirs+"/createOrGet", meetingBody("m.1"))
	refusedWith(t, status, body, 403, "Forbidden")
	if text := body["error"].(map[string]any)["message"].(string); !strings.HasPrefix(text, "No application access policy found for this app") {
		t.Errorf("Graph says %s", text)
	}
	c.GrantPolicy(sandbox.TenantID, 30*time.Minute, amelia.ID)
	c.AdvanceClock(29 * time.Minute)
	c.must(403, "POST", theirs+"/createOrGet", meetingBody("m.1"))
	c.AdvanceClock(time.Minute)
	made := c.must(201, "POST", theirs+"/createOrGet", meetingBody("m.1"))
	if organizer := made["participants"].(map[string]any)["organizer"].(map[string]any); organizer["upn"] != amelia.UPN {
		t.Errorf("the organizer is %v", organizer)
	}
	one := theirs + "/" + made["id"].(string)
	c.must(200, "POST", theirs+"/createOrGet", meetingBody("m.1"))
	c.must(200, "GET", one, nil)
	c.must(200, "PATCH", one, map[string]any{"subject": "Other", "participants": map[string]any{"attendees": []any{map[string]any{"upn": grace.UPN, "role": "coorganizer"}}}})
	c.must(200, "GET", theirs+"?$filter="+url.QueryEscape("JoinWebUrl eq '"+made["joinWebUrl"].(string)+"'"), nil)
	c.must(201, "POST", theirs, map[string]any{"subject": "Plain"})
	c.must(403, "GET", "/users/"+grace.ID+"/onlineMeetings/"+made["id"].(string), nil)
	status, body = c.graph("POST", "/users/"+amelia.UPN+"/onlineMeetings/createOrGet", meetingBody("m.2"))
	refusedWith(t, status, body, 404, "NotFound")
	c.RemovePolicy(sandbox.TenantID, "", time.Minute)
	c.must(204, "DELETE", one, nil)
	c.AdvanceClock(time.Minute)
	c.must(403, "POST", theirs+"/createOrGet", meetingBody("m.3"))
	c.GrantPolicy(sandbox.TenantID, 0) // for everyone
	for _, spoil := range []func(){func() { c.SwitchTeams(grace.UPN, false) }, func() { c.License(grace.UPN, false) }, func() { c.Disable(grace.UPN, true) }} {
		c.must(201, "POST", "/users/"+grace.ID+"/onlineMeetings", map[string]any{})
		spoil()
		status, body = c.graph("POST", "/users/"+grace.ID+"/onlineMeetings", map[string]any{})
		refusedWith(t, status, body, 403, "Forbidden")
		c.SwitchTeams(grace.UPN, true)
		c.License(grace.UPN, true)
		c.Disable(grace.UPN, false)
	}
	c.DeleteUser(amelia.UPN)
	c.must(404, "POST", theirs+"/createOrGet", meetingBody("m.4"))
}

func TestAMonthOfMeetings(t *testing.T) {
	c := connected(t)
	if n := c.UseUpMeetings(sandbox.Service, 1999); n != 1999 {
		t.Errorf("%d meetings were made", n)
	}
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	status, body := c.graph("POST", "/me/onlineMeetings/createOrGet", meetingBody("m.2"))
	refusedWith(t, status, body, 429, "TooManyRequests")
	c.must(200, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	c.tok = c.signIn("amelia.hart@harbourbank.example", scopes)
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.2"))
	if id := c.LiveMeetings()[0].ID; !c.DeleteMeeting(id) || c.DeleteMeeting(id) || len(c.LiveMeetings()) != 1 {
		t.Error("a meeting is deleted by hand once")
	}
	if !c.DeleteMeeting("m.2") || len(c.LiveMeetings()) != 0 {
		t.Error("a meeting is deleted by its externalId")
	}
}

func (c *client) adminConsentURL(path, scope string) string {
	query := url.Values{"client_id": {sandbox.ClientID}, "redirect_uri": {callback}, "state": {"state-9"}}
	if scope != "" {
		query.Set("scope", scope)
	}
	return c.LoginURL() + path + "?" + query.Encode()
}

func TestAdministratorConsents(t *testing.T) {
	for path, scope := range map[string]string{
		"/" + sandbox.TenantID + "/v2.0/adminconsent": "https://graph.microsoft.com/.default",
		"/organizations/v2.0/adminconsent":            "https://graph.microsoft.com/.default",
		"/" + sandbox.TenantID + "/adminconsent":      "",
		"/common/adminconsent":                        "",
	} {
		c := start(t)
		back := c.back(sandboxtest.SignIn(t, c.adminConsentURL(path, scope), sandbox.Admin))
		if back.Get("error") != "" || back.Get("admin_consent") != "True" || back.Get("tenant") != sandbox.TenantID || back.Get("state") != "state-9" || (back.Get("scope") != "") != (scope != "") {
			t.Errorf("%s came back with %v", path, back)
		}
		c.tok.Access = applicationToken(t, c.LoginURL(), sandbox.TenantID)
		c.must(200, "GET", "/users/delta", nil)
		c.tok = c.signIn(sandbox.Service, fullScopes)
		c.must(200, "GET", "/users/delta", nil)
	}
	c := start(t)
	explicit := c.adminConsentURL("/"+sandbox.TenantID+"/v2.0/adminconsent", "https://graph.microsoft.com/User.Read.All")
	if back := c.back(sandboxtest.SignIn(t, explicit, sandbox.Admin)); back.Get("scope") != "https://graph.microsoft.com/User.Read.All" {
		t.Errorf("explicit scopes came back as %v", back)
	}
	c.tok.Access = applicationToken(t, c.LoginURL(), sandbox.TenantID)
	status, body := c.graph("GET", "/users", nil) // an explicit scope is a delegated one
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
}

func TestAdministratorsConsentRefused(t *testing.T) {
	c := start(t)
	modern, older := "/"+sandbox.TenantID+"/v2.0/adminconsent", "/"+sandbox.TenantID+"/adminconsent"
	all := "https://graph.microsoft.com/.default"
	for _, x := range []struct {
		path, scope, who string
		choice           sandboxtest.Choice
		want             string
	}{
		{modern, all, sandbox.Admin, sandboxtest.Choice{Decline: true}, "consent_required"},
		{older, "", sandbox.Admin, sandboxtest.Choice{Decline: true}, "permission_denied"},
		{modern, all, sandbox.Service, sandboxtest.Choice{}, "access_denied"},
		{modern, "https://graph.microsoft.com/OnlineMeetings.ReadWrite.All", sandbox.Admin, sandboxtest.Choice{}, "invalid_scope"},
	} {
		back := c.back(sandboxtest.SignIn(t, c.adminConsentURL(x.path, x.scope), x.who, x.choice))
		if back.Get("error") != x.want || back.Get("admin_consent") != "True" || back.Get("state") != "state-9" || back.Get("tenant") != "" {
			t.Errorf("%s %s by %s came back with %v", x.path, x.scope, x.who, back)
		}
	}
	if text, answer := page(t, c.adminConsentURL("/common/v2.0/adminconsent", all)); answer.StatusCode != 400 || !strings.Contains(text, "AADSTS90009") {
		t.Errorf("common answered %d", answer.StatusCode)
	}
	got := c.tokenAt(sandbox.OtherTenant, credentials())
	c.wantRefused(got, 401, "invalid_client", 7000229)
}
