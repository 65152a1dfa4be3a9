package sandbox_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

func (c *client) wantRefused(got tokens, status int, kind string, code int) {
	c.t.Helper()
	if got.status != status || got.Error != kind || !slices.Equal(got.Codes, []int{code}) || got.Access != "" {
		c.t.Errorf("the token endpoint answered %d %s %v (%s), want %d %s %d", got.status, got.Error, got.Codes, got.Description, status, kind, code)
	}
}

func TestTokenEndpointRefuses(t *testing.T) {
	c := start(t)
	form := func(change func(url.Values)) url.Values {
		f := redeem(c.code(sandbox.Service))
		change(f)
		return f
	}
	for _, x := range []struct {
		name   string
		form   url.Values
		status int
		kind   string
		code   int
	}{
		{"an unknown application", form(func(f url.Values) { f.Set("client_id", sandbox.OtherTenant) }), 400, "unauthorized_client", 700016},
		{"no client secret", form(func(f url.Values) { f.Del("client_secret") }), 401, "invalid_client", 7000218},
		{"a wrong client secret", form(func(f url.Values) { f.Set("client_secret", "guess") }), 401, "invalid_client", 7000215},
		{"no grant type", form(func(f url.Values) { f.Del("grant_type") }), 400, "invalid_request", 900144},
		{"a grant type it does not have", form(func(f url.Values) { f.Set("grant_type", "password") }), 400, "unsupported_grant_type", 70003},
		{"no code", form(func(f url.Values) { f.Del("code") }), 400, "invalid_request", 900144},
		{"no redirect address", form(func(f url.Values) { f.Del("redirect_uri") }), 400, "invalid_request", 900144},
		{"a code never given out", form(func(f url.Values) { f.Set("code", "0.Aguess") }), 400, "invalid_grant", 70000},
		{"another redirect address", form(func(f url.Values) { f.Set("redirect_uri", callback+"/") }), 400, "invalid_grant", 500112},
		{"another code verifier", form(func(f url.Values) { f.Set("code_verifier", strings.Repeat("x", 43)) }), 400, "invalid_grant", 501481},
		{"no code verifier", form(func(f url.Values) { f.Del("code_verifier") }), 400, "invalid_grant", 501481},
		{"no refresh token", refresh(""), 400, "invalid_request", 900144},
		{"a mangled refresh token", refresh("1.Aguess"), 400, "invalid_grant", 9002313},
	} {
		t.Run(x.name, func(t *testing.T) { c.wantRefused(c.token(x.form), x.status, x.kind, x.code) })
	}
}

func TestCodeRefusedLater(t *testing.T) {
	c := start(t)
	code := c.code(sandbox.Service)
	if got := c.token(redeem(code)); got.status != http.StatusOK {
		t.Fatal(got.Description)
	}
	c.wantRefused(c.token(redeem(code)), 400, "invalid_grant", 54005)
	code = c.code(sandbox.Service)
	c.wantRefused(c.tokenAt(sandbox.OtherTenant, redeem(code)), 400, "invalid_request", 700005)
	c.AdvanceClock(11 * time.Minute)
	c.wantRefused(c.token(redeem(code)), 400, "invalid_grant", 70008)
	code = c.code(sandbox.Service)
	c.ExpireSecret(true)
	c.wantRefused(c.token(redeem(code)), 401, "invalid_client", 7000222)
	c.ExpireSecret(false)
	c.Disable(sandbox.Service, true)
	c.wantRefused(c.token(redeem(code)), 400, "invalid_grant", 50057)
	c.wantRefused(c.tokenAt("nobody.example", redeem(code)), 400, "invalid_tenant", 90002)
}

func TestRefreshTokenRefused(t *testing.T) {
	for _, x := range []struct {
		name  string
		spoil func(c *client)
		code  int
	}{
		{"revoked", func(c *client) { c.RevokeTokens(sandbox.Service) }, 50173},
		{"idle for 90 days", func(c *client) { c.AdvanceClock(91 * 24 * time.Hour) }, 700082},
		{"account disabled", func(c *client) { c.Disable(sandbox.Service, true) }, 50057},
		{"consent withdrawn", func(c *client) { c.WithdrawConsent(sandbox.TenantID) }, 50173},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := connected(t)
			x.spoil(c)
			c.wantRefused(c.token(refresh(c.tok.Refresh)), 400, "invalid_grant", x.code)
		})
	}
}

func TestRefreshTokenStaysWithItsTenantAndConsent(t *testing.T) {
	c := connected(t)
	c.wantRefused(c.tokenAt(sandbox.OtherTenant, refresh(c.tok.Refresh)), 400, "invalid_grant", 50020)
	wider := refresh(c.tok.Refresh)
	wider.Set("scope", "https://graph.microsoft.com/Calendars.ReadWrite")
	c.wantRefused(c.token(wider), 400, "invalid_grant", 65001)
	wider.Set("scope", "https://graph.microsoft.com/Nonsense.All")
	c.wantRefused(c.token(wider), 400, "invalid_scope", 70011)
	narrow := refresh(c.tok.Refresh)
	narrow.Set("scope", "https://graph.microsoft.com/User.Read")
	c.tok = c.token(narrow)
	if status, _ := c.graph("POST", "/me/onlineMeetings/createOrGet", meetingBody("x")); status != http.StatusForbidden {
		t.Errorf("a narrowed token made a meeting: %d", status)
	}
}

func TestRotation(t *testing.T) {
	lax, strict := connected(t), connected(t, func(o *sandbox.Options) { o.StrictRefresh = true })
	for range 2 {
		if got := lax.token(refresh(lax.tok.Refresh)); got.status != http.StatusOK {
			t.Errorf("Microsoft lets an old refresh token live: %s", got.Description)
		}
	}
	if got := strict.token(refresh(strict.tok.Refresh)); got.status != http.StatusOK {
		t.Error(got.Description)
	}
	strict.wantRefused(strict.token(refresh(strict.tok.Refresh)), 400, "invalid_grant", 70000)
}

func TestNoRefreshTokenWithoutOfflineAccess(t *testing.T) {
	c := start(t)
	got := c.signIn(sandbox.Service, "openid https://graph.microsoft.com/User.Read")
	if got.Refresh != "" || got.Access == "" || got.Expires < 3600 || got.Expires > 5400 {
		t.Errorf("the answer is %+v", got)
	}
}

func TestAuthorizeShowsErrors(t *testing.T) {
	c := start(t)
	set := func(name, value string) string { return c.authorizeURL(func(q url.Values) { q.Set(name, value) }) }
	for _, x := range []struct{ name, address, want string }{
		{"an unregistered redirect address", set("redirect_uri", "https://evil.example/"), "AADSTS50011"},
		{"an unknown application", set("client_id", sandbox.OtherTenant), "AADSTS700016"},
		{"an unknown tenant", strings.Replace(c.authorizeURL(), sandbox.TenantID, "nobody.example", 1), "AADSTS90002"},
		{"the personal accounts' tenant", strings.Replace(c.authorizeURL(), sandbox.TenantID, "9188040d-6c67-4c5b-b112-36a304b66dad", 1), "AADSTS90002"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if page := text(t, x.address); !strings.Contains(page, x.want) {
				t.Errorf("the page says %q", page)
			}
		})
	}
}

func text(t *testing.T, address string) string {
	t.Helper()
	body, _ := page(t, address)
	return body
}

func TestAuthorizeSendsErrorsBack(t *testing.T) {
	c := start(t)
	for _, x := range []struct{ name, field, value, kind, want string }{
		{"no scope", "scope", "", "invalid_request", "AADSTS900144"},
		{"an unknown scope", "scope", "https://graph.microsoft.com/Nonsense.All", "invalid_scope", "AADSTS70011"},
		{"another response type", "response_type", "token", "unsupported_response_type", "AADSTS700054"},
		{"a plain code challenge", "code_challenge_method", "plain", "invalid_request", "AADSTS9002325"},
		{"a code challenge that is no sum", "code_challenge", "short", "invalid_request", "AADSTS9002326"},
		{"a silent sign-in", "prompt", "none", "login_required", "AADSTS50058"},
	} {
		t.Run(x.name, func(t *testing.T) {
			back := c.back(sandboxtest.SignIn(t, c.authorizeURL(func(q url.Values) { q.Set(x.field, x.value) }), sandbox.Service))
			if back.Get("error") != x.kind || !strings.HasPrefix(back.Get("error_description"), x.want) || back.Get("state") != "state-1" || back.Has("code") {
				t.Errorf("the application was sent back with %v", back)
			}
		})
	}
}

func TestAccountsRefused(t *testing.T) {
	c := start(t)
	blocked := "grace.kim@harbourbank.example"
	c.Disable(blocked, true)
	for _, x := range []struct{ name, upn, want string }{
		{"another tenant's account", "service@fjordcredit.example", "the user canceled the authentication"},
		{"a personal account", "someone@outlook.example", "the user canceled the authentication"},
	} {
		t.Run(x.name, func(t *testing.T) {
			back := c.back(sandboxtest.SignIn(t, c.authorizeURL(), x.upn))
			if back.Get("error") != "access_denied" || !strings.HasPrefix(back.Get("error_description"), x.want) {
				t.Errorf("the application was sent back with %v", back)
			}
			back = c.back(sandboxtest.SignIn(t, c.authorizeURL(), x.upn, sandboxtest.Choice{Then: sandbox.Service}))
			if back.Get("code") == "" {
				t.Errorf("another account was not let through: %v", back)
			}
		})
	}
	for _, upn := range []string{blocked, "omar.farouk@harbourbank.example"} {
		if back := c.back(sandboxtest.SignIn(t, c.authorizeURL(), upn)); back.Has("code") {
			t.Errorf("%s signed in", upn)
		}
	}
}

func TestConsentDeclinedOrReserved(t *testing.T) {
	c := start(t)
	declined := c.back(sandboxtest.SignIn(t, c.authorizeURL(), sandbox.Service, sandboxtest.Choice{Decline: true}))
	cancelled := c.back(sandboxtest.SignIn(t, c.authorizeURL(), sandbox.Service, sandboxtest.Choice{Cancel: true}))
	for said, back := range map[string]url.Values{"AADSTS65004": declined, "the user canceled the authentication": cancelled} {
		if back.Get("error") != "access_denied" || !strings.HasPrefix(back.Get("error_description"), said) || back.Has("code") {
			t.Errorf("the application was sent back with %v, want %q", back, said)
		}
	}
	c.RequireAdminApproval(sandbox.TenantID, true)
	back := c.back(sandboxtest.SignIn(t, c.authorizeURL(), sandbox.Service))
	if !strings.HasPrefix(back.Get("error_description"), "AADSTS90094") {
		t.Errorf("the application was sent back with %v", back)
	}
	consent := c.LoginURL() + "/" + sandbox.TenantID + "/v2.0/adminconsent?" + url.Values{"client_id": {sandbox.ClientID}, "redirect_uri": {callback}, "scope": {scopes}, "state": {"s"}}.Encode()
	refused := c.back(sandboxtest.SignIn(t, consent, sandbox.Admin, sandboxtest.Choice{Decline: true}))
	if refused.Get("admin_consent") != "True" || refused.Get("error") != "consent_required" || !strings.HasPrefix(refused.Get("error_description"), "AADSTS65004") {
		t.Errorf("a refused admin consent came back as %v", refused)
	}
	if back := c.back(sandboxtest.SignIn(t, consent, sandbox.Service)); back.Get("error") != "access_denied" {
		t.Errorf("someone who is no administrator consented for everyone: %v", back)
	}
	granted := c.back(sandboxtest.SignIn(t, consent, sandbox.Admin))
	if granted.Get("admin_consent") != "True" || granted.Get("tenant") != sandbox.TenantID || granted.Has("error") || granted.Get("state") != "s" {
		t.Errorf("a granted admin consent came back as %v", granted)
	}
	if c.code(sandbox.Service) == "" {
		t.Error("no code after the administrator consented")
	}
}

func TestAdminOnlyPermission(t *testing.T) {
	c := start(t)
	full := func(q url.Values) { q.Set("scope", "openid https://graph.microsoft.com/User.Read.All") }
	if back := c.back(sandboxtest.SignIn(t, c.authorizeURL(full), sandbox.Service)); !strings.HasPrefix(back.Get("error_description"), "AADSTS90094") {
		t.Errorf("a user granted User.Read.All: %v", back)
	}
	if c.code(sandbox.Admin, full) == "" {
		t.Error("the administrator could not grant User.Read.All")
	}
}

func TestAnyTenantLetsAnotherTenantThrough(t *testing.T) {
	stops := start(t, func(o *sandbox.Options) { o.AnyTenant = true })
	stops.wantRefused(stops.token(redeem(stops.code("service@fjordcredit.example"))), 400, "invalid_request", 700005)
	c := start(t, func(o *sandbox.Options) { o.AnyTenant, o.AnyToken = true, true })
	got := c.token(redeem(c.code("service@fjordcredit.example")))
	parts := strings.Split(got.ID, ".")
	if len(parts) != 3 {
		t.Fatalf("no ID token came: %s", got.Description)
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || !strings.Contains(string(claims), `"tid":"`+sandbox.OtherTenant+`"`) {
		t.Errorf("the ID token says %s", claims)
	}
}

func TestOrganizationsAddressTakesAnyTenant(t *testing.T) {
	c := start(t)
	address := strings.Replace(c.authorizeURL(), sandbox.TenantID, "organizations", 1)
	code := c.back(sandboxtest.SignIn(t, address, "service@fjordcredit.example")).Get("code")
	if got := c.tokenAt("organizations", redeem(code)); got.Access == "" {
		t.Errorf("no token: %s", got.Description)
	}
	if back := c.back(sandboxtest.SignIn(t, address, "someone@outlook.example")); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("a personal account came back with %v", back)
	}
}

func TestDiscovery(t *testing.T) {
	c := start(t)
	var found struct {
		Issuer string `json:"issuer"`
		Error  string `json:"error"`
	}
	get := func(tenant string) int {
		return c.send(c.request("GET", c.LoginURL()+"/"+tenant+"/v2.0/.well-known/openid-configuration", nil), &found)
	}
	if status := get("harbourbank.example"); status != 200 || found.Issuer != c.LoginURL()+"/"+sandbox.TenantID+"/v2.0" {
		t.Errorf("the domain resolves to %d %+v", status, found)
	}
	if status := get("nobody.example"); status != 400 || found.Error != "invalid_tenant" {
		t.Errorf("an unknown tenant answers %d %+v", status, found)
	}
	if status := c.send(c.request("GET", c.LoginURL()+"/harbourbank.example/discovery/v2.0/keys", nil), nil); status != 200 {
		t.Errorf("the keys answer %d", status)
	}
}
