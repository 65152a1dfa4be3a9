package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

// TestWhatEndsASession holds what each act does to the next refresh of the service account; the number zero means that
// it goes on working.
func TestWhatEndsASession(t *testing.T) {
	for _, x := range []struct {
		name   string
		spoil  func(c *client)
		status int
		err    string
		code   int
	}{
		{"reset in the Entra admin center", func(c *client) { c.ResetPassword(sandbox.Service, sandbox.ResetInEntra) }, 400, "invalid_grant", 50173},
		{"reset in the Azure portal", func(c *client) { c.ResetPassword(sandbox.Service, sandbox.ResetInPortal) }, 200, "", 0},
		{"self-service reset", func(c *client) { c.ResetPassword(sandbox.Service, sandbox.ResetByOneself) }, 200, "", 0},
		{"own change", func(c *client) { c.ResetPassword(sandbox.Service, sandbox.ChangedByOneself) }, 200, "", 0},
		{"expiry of the password", func(c *client) { c.ResetPassword(sandbox.Service, sandbox.PasswordExpired) }, 200, "", 0},
		{"sessions revoked", func(c *client) { c.RevokeTokens(sandbox.Service) }, 400, "invalid_grant", 50173},
		{"disabled", func(c *client) { c.Disable(sandbox.Service, true) }, 400, "invalid_grant", 50057},
		{"deleted", func(c *client) { c.DeleteUser(sandbox.Service) }, 400, "invalid_grant", 50034},
		{"moved to another tenant", func(c *client) { c.MoveUser(sandbox.Service, sandbox.OtherTenant) }, 400, "invalid_grant", 50034},
		{"renamed", func(c *client) { c.Rename(sandbox.Service, "visits@harbourbank.example") }, 200, "", 0},
		{"second factor demanded", func(c *client) { c.Demand(sandbox.Service, 50076) }, 400, "interaction_required", 50076},
		{"blocked by conditional access", func(c *client) { c.Demand(sandbox.Service, 53003) }, 400, "interaction_required", 53003},
		{"sign-in frequency", func(c *client) { c.Demand(sandbox.Service, 70043) }, 400, "invalid_grant", 70043},
		{"secret expired", func(c *client) { c.ExpireSecret(true) }, 401, "invalid_client", 7000222},
		{"secret replaced", func(c *client) { c.SetSecret("another") }, 401, "invalid_client", 7000215},
		{"application disabled", func(c *client) { c.SetAppState(sandbox.TenantID, sandbox.AppDisabled) }, 400, "unauthorized_client", 7000112},
		{"application deleted in the tenant", func(c *client) { c.SetAppState(sandbox.TenantID, sandbox.AppRemoved) }, 400, "unauthorized_client", 700016},
		{"registration deleted", func(c *client) { c.RemoveRegistration(true) }, 400, "unauthorized_client", 700016},
		{"tenant closed", func(c *client) { c.CloseTenant(sandbox.TenantID, true) }, 400, "invalid_tenant", 90002},
		{"tenant in another cloud", func(c *client) { c.MoveTenant(sandbox.TenantID, true) }, 400, "invalid_tenant", 90038},
		{"everything withdrawn", func(c *client) { c.WithdrawConsent(sandbox.TenantID) }, 400, "invalid_grant", 50173},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := connected(t)
			x.spoil(c)
			got := c.token(refresh(c.tok.Refresh))
			if x.code == 0 {
				if got.status != 200 {
					t.Errorf("the session ended: %s", got.Description)
				}
				return
			}
			c.wantRefused(got, x.status, x.err, x.code)
			if !strings.Contains(got.Description, "Correlation ID: ") || !strings.Contains(got.Description, "Trace ID: ") {
				t.Errorf("the description has no ids: %s", got.Description)
			}
		})
	}
}

func TestOneScopeWithdrawn(t *testing.T) {
	c := connected(t)
	if !c.WithdrawScope(sandbox.TenantID, "OnlineMeetings.ReadWrite") || c.WithdrawScope(sandbox.TenantID, "Calendars.ReadWrite") {
		t.Error("only what was granted can be withdrawn")
	}
	c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1")) // the token was given out before
	named := refresh(c.tok.Refresh)
	named.Set("scope", scopes)
	c.wantRefused(c.token(named), 400, "invalid_grant", 65001)
	c.tok = c.token(refresh(c.tok.Refresh))
	if strings.Contains(c.tok.Scope, "OnlineMeetings") || !strings.Contains(c.tok.Scope, "User.ReadBasic.All") {
		t.Errorf("the token is for %s", c.tok.Scope)
	}
	status, body := c.graph("POST", "/me/onlineMeetings/createOrGet", meetingBody("m.2"))
	refusedWith(t, status, body, 403, "Authorization_RequestDenied")
	for _, scope := range []string{"openid", "profile", "User.Read", "User.ReadBasic.All"} {
		c.WithdrawScope(sandbox.TenantID, scope)
	}
	c.wantRefused(c.token(refresh(c.tok.Refresh)), 400, "invalid_grant", 65001)
	c.Consent(sandbox.TenantID, "OnlineMeetings.ReadWrite")
	if c.tok = c.token(refresh(c.tok.Refresh)); !strings.Contains(c.tok.Scope, "OnlineMeetings.ReadWrite") {
		t.Errorf("consented again, the token is for %s", c.tok.Scope)
	}
}

func TestDemandsMetOrNotBySigningIn(t *testing.T) {
	c := connected(t)
	if c.Demand(sandbox.Service, 12345) {
		t.Error("there is no such rule")
	}
	c.Demand(sandbox.Service, 50079)
	old := c.tok.Refresh
	c.tok = c.signIn(sandbox.Service, scopes)
	if got := c.token(refresh(c.tok.Refresh)); got.status != 200 {
		t.Errorf("after signing in again: %s", got.Description)
	}
	c.wantRefused(c.token(refresh(old)), 400, "interaction_required", 50079)
	c.Demand(sandbox.Service, 50105)
	back := c.back(sandboxtest.SignIn(t, c.authorizeURL(), sandbox.Service))
	if back.Get("error") != "access_denied" {
		t.Errorf("who is not assigned came back with %v", back)
	}
	c.Demand(sandbox.Service, 0)
	c.signIn(sandbox.Service, scopes)
}

func TestSignInRefusedByTheRegistration(t *testing.T) {
	for name, x := range map[string]struct {
		spoil func(c *client)
		want  string
	}{
		"redirect address removed": {func(c *client) { c.RemoveRedirect(callback) }, "AADSTS50011"},
		"application disabled":     {func(c *client) { c.SetAppState(sandbox.TenantID, sandbox.AppDisabled) }, "AADSTS7000112"},
		"registration deleted":     {func(c *client) { c.RemoveRegistration(true) }, "AADSTS700016"},
		"tenant closed":            {func(c *client) { c.CloseTenant(sandbox.TenantID, true) }, "AADSTS90002"},
	} {
		c := start(t)
		x.spoil(c)
		if text, answer := page(t, c.authorizeURL()); answer.StatusCode != 400 || !strings.Contains(text, x.want) {
			t.Errorf("%s answered %d without %s", name, answer.StatusCode, x.want)
		}
	}
}

func TestAccountsComeAndGo(t *testing.T) {
	c := full(t)
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	path := "/users/" + amelia.ID
	c.DeleteUser(amelia.UPN)
	status, body := c.graph("GET", path, nil)
	refusedWith(t, status, body, 404, "Request_ResourceNotFound")
	if !c.RestoreUser(amelia.UPN) || c.RestoreUser(amelia.UPN) {
		t.Error("an account is restored once")
	}
	c.must(200, "GET", path, nil)
	if c.Rename(amelia.UPN, "grace.kim@harbourbank.example") {
		t.Error("a sign-in name was given away twice")
	}
	c.DeleteUser(amelia.UPN)
	again, err := c.AddUser(sandbox.User{Tenant: sandbox.TenantID, UPN: amelia.UPN})
	if err != nil || again.ID == amelia.ID {
		t.Errorf("a new account under an old name has the id %s: %v", again.ID, err)
	}
	if c.RestoreUser(amelia.ID) {
		t.Error("an account was restored though its name is somebody else's")
	}
	moved, ok := c.MoveUser("grace.kim@harbourbank.example", sandbox.OtherTenant)
	if _, left := c.User("grace.kim@harbourbank.example"); !ok || left || moved.UPN != "grace.kim@fjordcredit.example" {
		t.Errorf("who moved is %+v", moved)
	}
	c.ChangeMail("daniel.okafor@harbourbank.example", "dan@harbourbank.example")
	found := people(c.must(200, "GET", "/users?$select=mail,proxyAddresses&$filter="+url.QueryEscape("proxyAddresses/any(p:p eq 'smtp:daniel.okafor@harbourbank.example')"), nil))
	if len(found) != 1 || found[0].(map[string]any)["mail"] != "dan@harbourbank.example" {
		t.Errorf("the old address finds %v", found)
	}
}

func TestClocksApart(t *testing.T) {
	c := connected(t)
	c.SkewClock(20 * time.Minute)
	r := c.request("GET", c.GraphURL()+"/v1.0/me", nil)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	answer, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	at, err := http.ParseTime(answer.Header.Get("Date"))
	if apart := time.Until(at); err != nil || apart < 19*time.Minute || apart > 21*time.Minute {
		t.Errorf("Graph's clock is %v apart", apart)
	}
	c.AdvanceClock(30 * 24 * time.Hour)
	c.SkewClock(0)
	answer, err = c.http.Do(c.request("GET", c.GraphURL()+"/v1.0/me", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if at, err = http.ParseTime(answer.Header.Get("Date")); err != nil || time.Until(at) > time.Minute {
		t.Errorf("time that was made to pass shows as %v", at)
	}
}

func TestLatency(t *testing.T) {
	c := connected(t, func(o *sandbox.Options) { o.Latency = map[string]time.Duration{"graph": 40 * time.Millisecond} })
	took := func() time.Duration {
		begun := time.Now()
		parts := []any{}
		for _, id := range strings.Split("1 2 3 4 5 6 7 8 9 10", " ") {
			parts = append(parts, map[string]any{"id": id, "method": "GET", "url": "/me"})
		}
		c.must(200, "POST", "/$batch", map[string]any{"requests": parts})
		return time.Since(begun)
	}
	if d := took(); d < 40*time.Millisecond || d > 350*time.Millisecond {
		t.Errorf("a batch of ten took %v: its parts wait with it, once", d)
	}
	if err := c.SetLatency("graph", 80*time.Millisecond); err != nil || took() < 80*time.Millisecond {
		t.Errorf("the latency did not change: %v", err)
	}
	if c.SetLatency("mail", time.Second) == nil || c.SetLatency("graph", time.Hour) == nil {
		t.Error("a latency that is none was taken")
	}
}

func TestFaultsByTheVendorsOwnCodes(t *testing.T) {
	c := connected(t)
	c.Fault(sandbox.Fault{Vendor: "graph", Call: "me", Status: 403, Code: "accessDenied", Message: "No."})
	status, body := c.graph("GET", "/me", nil)
	refusedWith(t, status, body, 403, "accessDenied")
	for code, want := range map[string]string{"50196": "invalid_grant", "AADSTS50079": "interaction_required"} {
		id := c.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: 400, Code: code})
		got := c.token(refresh(c.tok.Refresh))
		if got.Error != want || len(got.Codes) != 1 || !strings.Contains(got.Description, strings.TrimPrefix(code, "AADSTS")) {
			t.Errorf("%s came as %s %v", code, got.Error, got.Codes)
		}
		c.Server.RemoveFault(id)
	}
	c.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: 400, Code: "700011", Error: "unauthorized_client"})
	c.wantRefused(c.token(refresh(c.tok.Refresh)), 400, "unauthorized_client", 700011)
	for _, odd := range []sandbox.Fault{{Vendor: "mail", Status: 450, Code: "x"}, {Vendor: "graph", Status: 200, Code: "x"}, {Vendor: "graph", Status: 400, Code: "x", Body: "{}"}} {
		if _, err := c.AddFault(odd); err == nil {
			t.Errorf("%+v was taken", odd)
		}
	}
}

func TestActsOfTheControlAPI(t *testing.T) {
	c := full(t)
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	call := func(method, path, body string) (int, string) {
		text, answer := visit(t, c.request(method, c.URL()+"/_sandbox"+path, strings.NewReader(body)))
		return answer.StatusCode, text
	}
	amelia, grace := "/people/amelia.hart@harbourbank.example/", "/people/grace.kim@harbourbank.example/"
	tenant := "/tenants/" + sandbox.TenantID + "/"
	for _, x := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/people", `{"tenant":"harbourbank.example","userPrincipalName":"n@harbourbank.example","displayName":"N"}`, 201, `"licensed":true`},
		{"POST", "/people", `{"tenant":"nowhere","userPrincipalName":"n@x.example"}`, 400, "no tenant"},
		{"POST", "/people/fill", `{"count":3,"domain":"many.example"}`, 201, `"added":3`},
		{"POST", "/people/fill", `{"count":3,"domain":"none"}`, 400, "domain"},
		{"POST", amelia + "disable", "", 204, ""}, {"POST", amelia + "disable", `{"on":false}`, 204, ""},
		{"POST", amelia + "mail", `{"to":"a@harbourbank.example"}`, 204, ""}, {"POST", amelia + "name", `{"to":"Amelia Stone"}`, 204, ""},
		{"POST", amelia + "alias", `{"address":"stone@harbourbank.example"}`, 204, ""}, {"POST", amelia + "alias", `{"address":"stone"}`, 400, "cannot"},
		{"POST", amelia + "licence", `{"on":false}`, 204, ""}, {"POST", amelia + "teams", `{"on":false}`, 204, ""}, {"POST", amelia + "guest", ``, 204, ""},
		{"POST", amelia + "password", `{"how":"entra-admin"}`, 204, ""}, {"POST", amelia + "password", `{"how":"magic"}`, 400, "cannot"},
		{"POST", amelia + "demand", `{"code":50076}`, 204, ""}, {"POST", amelia + "demand", `{"code":1}`, 400, "cannot"},
		{"POST", amelia + "revoke", ``, 204, ""}, {"POST", amelia + "expire", ``, 204, ""}, {"POST", amelia + "use-up", `{"count":5}`, 204, ""},
		{"POST", amelia + "dance", ``, 400, "revoke"}, {"POST", "/people/nobody/revoke", ``, 400, "no such account"},
		{"POST", amelia + "rename", `{"to":"amelia.stone@harbourbank.example"}`, 204, ""},
		{"POST", grace + "delete", ``, 204, ""}, {"POST", grace + "restore", ``, 204, ""}, {"POST", grace + "move", `{"to":"fjordcredit.example"}`, 204, ""},
		{"POST", tenant + "withdraw", `{"scope":"User.Read.All"}`, 204, ""}, {"POST", tenant + "withdraw", `{"scope":"Calendars.ReadWrite"}`, 400, "not granted"},
		{"POST", tenant + "grant", `{"scope":"OnlineMeetings.ReadWrite.All","application":true}`, 204, ""}, {"POST", tenant + "grant", `{"scope":"Nonsense"}`, 400, "no such permission"},
		{"POST", tenant + "approval", ``, 204, ""}, {"POST", tenant + "hide", ``, 204, ""}, {"POST", tenant + "app", `{"how":"disabled"}`, 204, ""},
		{"POST", tenant + "app", `{"how":"odd"}`, 400, "present"}, {"POST", tenant + "throttle", `{"for":"10s"}`, 204, ""}, {"POST", tenant + "throttle", `{}`, 400, "how long"},
		{"POST", tenant + "gone", ``, 204, ""}, {"POST", tenant + "gone", `{"on":false}`, 204, ""}, {"POST", "/tenants/none/hide", ``, 400, "no such tenant"},
		{"GET", "/tenants", "", 200, "OnlineMeetings.ReadWrite.All"},
		{"POST", "/app", `{"secretExpired":true}`, 204, ""}, {"POST", "/app", `{"application":["Nonsense"]}`, 400, "no application permission"},
		{"POST", "/app", `{"removeRedirect":"http://x"}`, 400, "no such address"},
		{"POST", "/policy", `{"tenant":"harbourbank.example","users":["daniel.okafor@harbourbank.example"],"after":"30m"}`, 204, ""},
		{"POST", "/policy", `{"tenant":"harbourbank.example"}`, 400, "global"}, {"POST", "/policy", `{"tenant":"harbourbank.example","global":true,"after":"31m"}`, 400, "30 minutes"},
		{"GET", "/policy", "", 200, `"from"`}, {"DELETE", "/policy", `{"tenant":"harbourbank.example"}`, 204, ""}, {"DELETE", "/policy", `{"tenant":"harbourbank.example"}`, 400, "no such policy"},
		{"GET", "/subscriptions", "", 200, "[]"}, {"POST", "/subscriptions/x/missed", "", 400, "no such"},
		{"POST", "/cursors", `{"pages":true,"delta":true}`, 204, ""},
		{"POST", "/latency", `{"vendor":"graph","delay":"1ms"}`, 204, ""}, {"GET", "/latency", "", 200, `"graph":"1ms"`}, {"POST", "/latency", `{"vendor":"zoom","delay":"1ms"}`, 400, "zoom"},
		{"POST", "/clock", `{"skew":"-7m"}`, 200, `"skew":"-7m0s"`},
		{"DELETE", "/meetings/" + made["id"].(string), "", 204, ""}, {"DELETE", "/meetings/" + made["id"].(string), "", 400, "deleted already"},
		{"POST", "/reset", "", 204, ""}, {"GET", "/policy", "", 200, "[]"}, {"GET", "/clock", "", 200, `"skew":"0s"`},
	} {
		if status, text := call(x.method, x.path, x.body); status != x.status || !strings.Contains(text, x.want) {
			t.Errorf("%s %s %s answered %d %.300s", x.method, x.path, x.body, status, text)
		}
	}
	if u, there := c.User("amelia.hart@harbourbank.example"); !there || u.Demand.Code != 0 || u.Guest {
		t.Errorf("the reset left %+v", u)
	}
}
