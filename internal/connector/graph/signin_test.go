package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/fault"
)

func TestTheSignInAddress(t *testing.T) {
	m := newMicrosoft(t)
	address, err := m.vendor().Authorizer.AuthURL(t.Context(), registration(), ask())
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	q := u.Query()
	q.Del("scope")
	want := url.Values{"client_id": {client}, "response_type": {"code"}, "response_mode": {"query"}, "prompt": {"select_account"},
		"redirect_uri": {"http://127.0.0.1:8080/connect/return"}, "state": {"state-1"}, "nonce": {"n-1"},
		"code_challenge_method": {"S256"}}
	if u.Path != "/login/"+tenant+"/oauth2/v2.0/authorize" {
		t.Errorf("path = %s", u.Path)
	}
	if len(q.Get("code_challenge")) != 43 {
		t.Errorf("code_challenge = %q", q.Get("code_challenge"))
	}
	want.Set("code_challenge", q.Get("code_challenge"))
	if diff := cmp.Diff(want, q); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if strings.Contains(address, "verifier-1") || strings.Contains(address, secret) {
		t.Error("a secret leaves with the browser")
	}
}

func TestWhichTenantIsMeant(t *testing.T) {
	m := newMicrosoft(t)
	for typed, want := range map[string]string{
		tenant: "", " " + strings.ToUpper(tenant) + "\n": "", "{" + tenant + "}": "", "HarbourBank.example": "", "eleanor.price@harbourbank.example": "",
		"": "teams.tenant.missing", "our company": "teams.tenant.form", "common": "teams.tenant.form", "../../keys": "teams.tenant.form", "x.example/y": "teams.tenant.form",
		"nobody.example": "teams.tenant.unknown", "11111111-2222-3333-4444-555555555555": "teams.tenant.unknown",
		"9188040d-6c67-4c5b-b112-36a304b66dad": "teams.tenant.personal", "hotmail.example": "teams.tenant.personal",
		"gov.example": "teams.tenant.cloud", "elsewhere.example": "teams.tenant.cloud",
		"busy.example": "teams.away.login", "empty.example": "teams.away.login",
	} {
		got, err := m.vendor().Setup.Answer(t.Context(), "tenant", map[string]string{"tenant": typed, "kept": "yes"})
		if want == "" {
			if err != nil || got["tenant"] != tenant || got["kept"] != "yes" {
				t.Errorf("%q: %v, %v", typed, got, err)
			}
			continue
		}
		f := fault.As(err)
		if f == nil || f.Key != want {
			t.Errorf("%q: %v, want %s", typed, err, want)
		} else if f.Kind == fault.Invalid && f.Field != "tenant" {
			t.Errorf("%q: the fault points to %q", typed, f.Field)
		}
	}
}

// Whatever else the login host answers is told as its own trouble, never as a
// sign-in that is missing here or as a defect of ours.
func TestATenantThatCannotBeAsked(t *testing.T) {
	for status, kind := range map[int]fault.Kind{http.StatusFound: fault.Away, http.StatusUnauthorized: fault.Away, http.StatusForbidden: fault.Away,
		http.StatusTooManyRequests: fault.Limited, http.StatusServiceUnavailable: fault.Away} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		vendor := graph.Vendor(graph.Config{LoginURL: server.URL, GraphURL: server.URL,
			Clock: func(context.Context) (time.Time, error) { return noon, nil }})
		_, err := vendor.Setup.Answer(t.Context(), "tenant", map[string]string{"tenant": tenant})
		if f := fault.As(err); f == nil || f.Kind != kind || f.Key != "teams.away.login" {
			t.Errorf("%d: %v, want %v", status, err, kind)
		}
		server.Close()
	}
}

func TestExchange(t *testing.T) {
	m := newMicrosoft(t)
	var sent url.Values
	m.token = func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		sent = r.PostForm
		grantWith(sign(t, "k1", m.claims()))(w, r)
	}
	got, who, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), code())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(connector.Account{TenantID: tenant, ID: object, Name: "appointments@harbourbank.example"}, who); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if got.Access.Reveal() != "access-tok" || got.Refresh.Reveal() != "refresh-tok" || got.Lifetime != 75*time.Minute {
		t.Errorf("tokens = %q %q %v", got.Access.Reveal(), got.Refresh.Reveal(), got.Lifetime)
	}
	if sent.Get("code_verifier") != "verifier-1" || sent.Get("redirect_uri") != ask().RedirectURL || sent.Get("client_secret") != secret {
		t.Errorf("sent = %v", sent)
	}
}

func TestIdentityTokensThatAreNotOurs(t *testing.T) {
	m := newMicrosoft(t)
	change := func(key string, value any) jwt.MapClaims { c := m.claims(); c[key] = value; return c }
	foreign := change("tid", "11111111-2222-3333-4444-555555555555")
	foreign["iss"] = m.URL + "/login/11111111-2222-3333-4444-555555555555/v2.0"
	unsigned := jwt.NewWithClaims(jwt.SigningMethodNone, m.claims())
	none, _ := unsigned.SignedString(jwt.UnsafeAllowNoneSignatureType)
	hmac := jwt.NewWithClaims(jwt.SigningMethodHS256, m.claims())
	hmac.Header["kid"] = "k1"
	shared, _ := hmac.SignedString([]byte(secret))
	for name, c := range map[string]struct{ token, key string }{
		"nonce":                                {sign(t, "k1", change("nonce", "n-2")), "teams.signin.forged"},
		"no nonce":                             {sign(t, "k1", change("nonce", "")), "teams.signin.forged"},
		"audience":                             {sign(t, "k1", change("aud", "somebody")), "teams.signin.forged"},
		"issuer":                               {sign(t, "k1", change("iss", m.URL+"/login/11111111-2222-3333-4444-555555555555/v2.0")), "teams.signin.forged"},
		"expired":                              {sign(t, "k1", change("exp", noon.Add(-5*time.Minute).Unix())), "teams.signin.forged"},
		"never expires":                        {sign(t, "k1", change("exp", nil)), "teams.signin.forged"},
		"not yet":                              {sign(t, "k1", change("nbf", noon.Add(time.Hour).Unix())), "teams.signin.forged"},
		"no object id":                         {sign(t, "k1", change("oid", "")), "teams.signin.forged"},
		"other tenant":                         {sign(t, "k1", change("tid", "11111111-2222-3333-4444-555555555555")), "teams.signin.tenant"},
		"other tenant, as Microsoft writes it": {sign(t, "k1", foreign), "teams.signin.tenant"},
		"personal":                             {sign(t, "k1", change("tid", "9188040d-6c67-4c5b-b112-36a304b66dad")), "teams.signin.personal"},
		"unknown key":                          {sign(t, "k9", m.claims()), "teams.signin.forged"},
		"unsigned":                             {none, "teams.signin.forged"},
		"shared secret":                        {shared, "teams.signin.forged"},
		"no token":                             {"", "teams.signin.forged"},
		"broken":                               {"a.b.c", "teams.signin.forged"},
	} {
		t.Run(name, func(t *testing.T) {
			m.token = grantWith(c.token)
			_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), code())
			if f := fault.As(err); f == nil || f.Key != c.key {
				t.Errorf("err = %v, want %s", err, c.key)
			}
			if c.token != "" && err != nil && strings.Contains(err.Error(), c.token) {
				t.Errorf("the error tells the token")
			}
		})
	}
}

func TestAClockThatDiffersALittleDoesNoHarm(t *testing.T) {
	m := newMicrosoft(t)
	claims := m.claims()
	claims["nbf"], claims["exp"] = noon.Add(2*time.Minute).Unix(), noon.Add(3*time.Minute).Unix()
	m.token = grantWith(sign(t, "k1", claims))
	if _, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), code()); err != nil {
		t.Error(err)
	}
}

func TestMadeUpKeyIDsCostOneFetch(t *testing.T) {
	m := newMicrosoft(t)
	v := m.vendor()
	for i := range 100 {
		m.token = grantWith(sign(t, fmt.Sprint("made-up-", i), m.claims()))
		_, _, _ = v.Authorizer.Exchange(t.Context(), registration(), ask(), code())
	}
	if m.keyCalls > 1 {
		t.Errorf("100 unknown keys cost %d fetches, want 1", m.keyCalls)
	}
}

func TestWhatIsGrantedMustBeEnough(t *testing.T) {
	m := newMicrosoft(t)
	id := sign(t, "k1", m.claims())
	for answer, key := range map[string]string{
		`{"access_token":"a","expires_in":1,"id_token":"%s"}`:                                                         "teams.signin.norefresh",
		`{"access_token":"a","refresh_token":"r","scope":"openid User.ReadBasic.All","expires_in":1,"id_token":"%s"}`: "teams.signin.scopes",
		`{"refresh_token":"r","id_token":"%s"}`:                                                                       "teams.away.login",
		`{"access_token":"a","refresh_token":"r","token_type":"mac","id_token":"%s"}`:                                 "teams.away.login",
		`{"access_token":["a"],"id_token":"%s"}`:                                                                      "teams.away.login",
	} {
		m.token = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, answer, id) }
		_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), code())
		if f := fault.As(err); f == nil || f.Key != key {
			t.Errorf("%s: %v, want %s", answer, err, key)
		}
	}
}

func TestWhatARefusalMeans(t *testing.T) {
	m := newMicrosoft(t)
	for _, c := range []struct {
		status   int
		name     string
		code     int
		kind     fault.Kind
		key      string
		operator bool
	}{
		{400, "invalid_grant", 700082, fault.SignIn, "teams.again.idle", false},
		{400, "invalid_grant", 50173, fault.SignIn, "teams.again.revoked", false},
		{400, "invalid_grant", 9002313, fault.SignIn, "teams.again.revoked", false}, // any invalid_grant
		{400, "interaction_required", 50076, fault.SignIn, "teams.again.mfa", false},
		{400, "invalid_grant", 65001, fault.SignIn, "teams.again.withdrawn", false},
		{400, "invalid_grant", 90094, fault.SignIn, "teams.admin.consent", false},
		{400, "invalid_grant", 50057, fault.SignIn, "teams.admin.disabled", false},
		{400, "invalid_grant", 53003, fault.SignIn, "teams.admin.policy", false},
		{400, "invalid_grant", 54005, fault.SignIn, "teams.over.used", false},
		{400, "invalid_grant", 501481, fault.SignIn, "teams.over.pkce", false},
		{400, "invalid_grant", 7000222, fault.SignIn, "teams.again.revoked", false}, // the error decides, not the number
		{400, "invalid_request", 90002, fault.Invalid, "teams.tenant.notfound", false},
		{400, "invalid_tenant", 90038, fault.Invalid, "teams.tenant.elsewhere", false},
		{401, "invalid_client", 7000215, fault.Internal, "teams.ours.secret", true},
		{401, "invalid_client", 7000222, fault.Internal, "teams.ours.expired", true},
		{400, "unauthorized_client", 700016, fault.Internal, "teams.ours.unknown", true},
		{400, "invalid_scope", 70011, fault.Internal, "teams.ours.scope", true},
		{401, "invalid_client", 1234567, fault.Internal, "teams.ours.refused", true},
		{400, "temporarily_unavailable", 90033, fault.Away, "teams.away.login", false},
		{400, "invalid_grant", 50196, fault.Limited, "teams.stop.loop", false},
		{400, "never_heard_of", 1, fault.Away, "teams.away.login", false},
		{503, "invalid_grant", 700082, fault.Away, "teams.away.login", false},
		{429, "", 0, fault.Limited, "teams.away.login", false},
	} {
		m.token = func(w http.ResponseWriter, _ *http.Request) { refuse(w, c.status, c.name, c.code) }
		_, err := m.vendor().Authorizer.Renew(t.Context(), registration(), ask().Settings, connector.NewSecret("refresh-tok"))
		f := fault.As(err)
		if f == nil || f.Kind != c.kind || f.Key != c.key || connector.IsOperatorFault(err) != c.operator {
			t.Errorf("%d %s %d: %v, want %v %s", c.status, c.name, c.code, err, c.kind, c.key)
		}
		if err != nil && (strings.Contains(err.Error(), "refresh-tok") || strings.Contains(err.Error(), "words")) {
			t.Errorf("%s: the error tells too much: %v", c.name, err)
		}
	}
}

// Who signs in has permitted nothing yet: no answer may tell them to press a
// button that renews what was never given.
func TestWhatARefusedCodeMeans(t *testing.T) {
	m := newMicrosoft(t)
	for _, c := range []struct {
		name string
		code int
		key  string
	}{
		{"invalid_grant", 70008, "teams.over.used"},
		{"invalid_grant", 70000, "teams.over.used"},
		{"invalid_grant", 9002313, "teams.over.used"},
		{"invalid_grant", 7000222, "teams.over.used"},
		{"invalid_grant", 54005, "teams.over.used"},
		{"invalid_grant", 501481, "teams.over.pkce"},
		{"invalid_grant", 50173, "teams.over.again"},
		{"invalid_grant", 50089, "teams.over.again"},
		{"invalid_grant", 50055, "teams.over.password"},
		{"interaction_required", 50076, "teams.over.mfa"},
		{"interaction_required", 1, "teams.over.again"},
		{"invalid_grant", 65001, "teams.admin.consent"},
		{"invalid_grant", 53003, "teams.admin.policy"},
		{"invalid_request", 700005, "teams.tenant.account"},
		{"temporarily_unavailable", 90033, "teams.away.login"},
	} {
		m.token = func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusBadRequest, c.name, c.code) }
		_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), code())
		if f := fault.As(err); f == nil || f.Key != c.key {
			t.Errorf("%s %d: %v, want %s", c.name, c.code, err, c.key)
		}
	}
	answer := url.Values{"error": {"interaction_required"}, "error_description": {"AADSTS50076: prove it"}}
	_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), answer)
	if f := fault.As(err); f == nil || f.Key != "teams.over.mfa" {
		t.Errorf("at the redirect: %v", err)
	}
}

func TestWhatTheRedirectSays(t *testing.T) {
	m := newMicrosoft(t)
	for query, key := range map[string]string{
		"error=access_denied&error_description=AADSTS65004%3A+declined":              "teams.admin.declined",
		"error=access_denied&error_description=the+user+canceled+the+authentication": "teams.over.left",
		"error=access_denied": "teams.over.left",
		"error=access_denied&error_description=AADSTS90094%3A+approval":               "teams.admin.consent",
		"error=access_denied&error_description=AADSTS9999%3A+something":               "teams.admin.refused",
		"error=consent_required&error_description=AADSTS65004%3A+denied":              "teams.admin.declined",
		"error=consent_required&error_description=AADSTS90094":                        "teams.admin.consent",
		"admin_consent=True&error=server_error":                                       "teams.away.login",
		"error=invalid_request&error_description=AADSTS50011%3A+redirect&code=code-1": "teams.ours.redirect",
		"": "teams.over.again",
	} {
		answer, _ := url.ParseQuery(query)
		_, _, err := m.vendor().Authorizer.Exchange(t.Context(), registration(), ask(), answer)
		if f := fault.As(err); f == nil || f.Key != key {
			t.Errorf("%s: %v, want %s", query, err, key)
		}
	}
}

func TestOnlyMicrosoftsHostsAndThisMachine(t *testing.T) {
	for pair, ok := range map[[2]string]bool{
		{}: true,
		{"https://login.microsoftonline.us", "https://graph.microsoft.us"}:                      true,
		{"https://login.microsoftonline.us/", "https://dod-graph.microsoft.us/"}:                true,
		{"http://127.0.0.1:8090/entra", "http://localhost:8090/graph"}:                          true,
		{"https://login.microsoftonline.com", "https://graph.microsoft.us"}:                     false,
		{"https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"}: false,
		{"https://login.microsoftonline.com.evil.example", ""}:                                  false,
		{"http://login.microsoftonline.com", ""}:                                                false,
		{"http://127.0.0.1:8090", ""}:                                                           false,
		{"https://user@login.microsoftonline.com", "https://evil.example"}:                      false,
		{"http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example"}:                      false,
	} {
		if err := (graph.Config{LoginURL: pair[0], GraphURL: pair[1]}).Check(); (err == nil) != ok {
			t.Errorf("%v: %v, want allowed %v", pair, err, ok)
		}
	}
}
