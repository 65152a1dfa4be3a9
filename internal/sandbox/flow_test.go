package sandbox_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/smtp"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

const (
	callback = "http://127.0.0.1:9/connect/callback"
	verifier = "a-verifier-of-at-least-forty-three-characters-0123"
	scopes   = "openid profile offline_access https://graph.microsoft.com/User.Read https://graph.microsoft.com/User.ReadBasic.All https://graph.microsoft.com/OnlineMeetings.ReadWrite"
)

// client is an application that tries the sandbox.
type client struct {
	*sandboxtest.Sandbox
	t    *testing.T
	http *http.Client
	tok  tokens
}

type tokens struct {
	Access      string `json:"access_token"`
	Refresh     string `json:"refresh_token"`
	ID          string `json:"id_token"`
	Scope       string `json:"scope"`
	Expires     int    `json:"expires_in"`
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Codes       []int  `json:"error_codes"`
	status      int
}

func start(t *testing.T, change ...func(*sandbox.Options)) *client {
	t.Helper()
	s := sandboxtest.Start(t, append([]func(*sandbox.Options){func(o *sandbox.Options) { o.RedirectURIs = []string{callback} }}, change...)...)
	return &client{Sandbox: s, t: t, http: checked(t)}
}

// connected is a client that holds tokens of the service account.
func connected(t *testing.T, change ...func(*sandbox.Options)) *client {
	t.Helper()
	c := start(t, change...)
	c.tok = c.signIn(sandbox.Service, scopes)
	return c
}

func (c *client) authorizeURL(change ...func(url.Values)) string {
	sum := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"client_id": {sandbox.ClientID}, "response_type": {"code"}, "redirect_uri": {callback}, "scope": {scopes}, "state": {"state-1"},
		"nonce": {"nonce-1"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for _, f := range change {
		f(query)
	}
	return c.LoginURL() + "/" + sandbox.TenantID + "/oauth2/v2.0/authorize?" + query.Encode()
}

// code signs in and returns the code the application is sent back with.
func (c *client) code(upn string, change ...func(url.Values)) string {
	c.t.Helper()
	back := c.back(sandboxtest.SignIn(c.t, c.authorizeURL(change...), upn))
	if back.Get("code") == "" {
		c.t.Fatalf("no code came back: %v", back)
	}
	return back.Get("code")
}

func (c *client) back(redirect string) url.Values {
	c.t.Helper()
	u, err := url.Parse(redirect)
	if err != nil {
		c.t.Fatal(err)
	}
	return u.Query()
}

func (c *client) signIn(upn, scope string) tokens {
	c.t.Helper()
	code := c.code(upn, func(q url.Values) { q.Set("scope", scope) })
	got := c.token(redeem(code))
	if got.status != http.StatusOK {
		c.t.Fatalf("no token: %s", got.Description)
	}
	return got
}

func redeem(code string) url.Values {
	return url.Values{"client_id": {sandbox.ClientID}, "client_secret": {sandbox.ClientSecret}, "grant_type": {"authorization_code"},
		"code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}}
}

func refresh(token string) url.Values {
	return url.Values{"client_id": {sandbox.ClientID}, "client_secret": {sandbox.ClientSecret}, "grant_type": {"refresh_token"}, "refresh_token": {token}}
}

func (c *client) token(form url.Values) tokens { return c.tokenAt(sandbox.TenantID, form) }

func (c *client) tokenAt(tenant string, form url.Values) (got tokens) {
	c.t.Helper()
	r := c.request(http.MethodPost, c.LoginURL()+"/"+tenant+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got.status = c.send(r, &got)
	return got
}

func (c *client) request(method, address string, body io.Reader) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, address, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *client) send(r *http.Request, into any) int {
	c.t.Helper()
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if into != nil && len(body) > 0 {
		if err := json.Unmarshal(body, into); err != nil {
			c.t.Fatalf("%s %s answered %d with %q: %v", r.Method, r.URL, answer.StatusCode, body, err)
		}
	}
	return answer.StatusCode
}

// graph makes one call of Graph and returns the status and the decoded body.
func (c *client) graph(method, path string, body any) (int, map[string]any) {
	c.t.Helper()
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	r := c.request(method, c.GraphURL()+"/v1.0"+path, reader)
	r.Header.Set("Authorization", "Bearer "+c.tok.Access)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	got := map[string]any{}
	return c.send(r, &got), got
}

// must makes one call of Graph that has to answer with a status.
func (c *client) must(status int, method, path string, body any) map[string]any {
	c.t.Helper()
	got, answer := c.graph(method, path, body)
	if got != status {
		c.t.Fatalf("%s %s answered %d, want %d: %v", method, path, got, status, answer)
	}
	return answer
}

var (
	startsAt = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	endsAt   = startsAt.Add(30 * time.Minute)
)

func meetingBody(id string) map[string]any {
	return map[string]any{"externalId": id, "subject": "Mortgage advice", "startDateTime": startsAt.Format(time.RFC3339), "endDateTime": endsAt.Format(time.RFC3339)}
}

func TestMainFlow(t *testing.T) {
	c := start(t)
	back := c.back(sandboxtest.SignIn(t, c.authorizeURL(), sandbox.Service))
	if back.Get("state") != "state-1" {
		t.Errorf("the state came back as %q", back.Get("state"))
	}
	c.tok = c.token(redeem(back.Get("code")))
	verifyID(t, c)
	next := c.token(refresh(c.tok.Refresh))
	if next.Refresh == "" || next.Refresh == c.tok.Refresh || next.Access == c.tok.Access {
		t.Fatal("a refresh must give new tokens")
	}
	if me := c.must(200, "GET", "/me", nil); me["userPrincipalName"] != sandbox.Service {
		t.Errorf("me is %v", me)
	}
	amelia, _ := c.User("amelia.hart@harbourbank.example")
	made := c.must(201, "POST", "/me/onlineMeetings/createOrGet", meetingBody("m.1"))
	path := "/me/onlineMeetings/" + made["id"].(string)
	c.must(200, "PATCH", path, map[string]any{
		"subject": "Crédit immobilier", "lobbyBypassSettings": map[string]any{"scope": "organization"},
		"participants": map[string]any{"attendees": []any{map[string]any{"identity": map[string]any{"user": map[string]any{"id": amelia.ID}}, "role": "coorganizer"}}},
	})
	link := made["joinWebUrl"].(string)
	if d := sandboxtest.WouldEnter(t, link, amelia.UPN); d.Outcome != "admitted" {
		t.Errorf("the adviser is %s: %s", d.Outcome, d.Reason)
	}
	if d := sandboxtest.WouldEnter(t, link, "anonymous"); d.Outcome != "lobby" || d.Meeting.Subject != "Crédit immobilier" {
		t.Errorf("the client is %+v", d)
	}
	c.must(204, "DELETE", path, nil)
	c.must(404, "DELETE", path, nil)
	if n := len(c.LiveMeetings()); n != 0 {
		t.Errorf("%d meetings live on", n)
	}
}

func verifyID(t *testing.T, c *client) {
	t.Helper()
	issuer := c.LoginURL() + "/" + sandbox.TenantID + "/v2.0"
	provider, err := oidc.NewProvider(context.Background(), issuer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: sandbox.ClientID}).Verify(t.Context(), c.tok.ID)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Tid, Oid, Nonce, Uti string }
	if err := token.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	service, _ := c.User(sandbox.Service)
	if claims.Tid != sandbox.TenantID || claims.Oid != service.ID || claims.Nonce != "nonce-1" || claims.Uti == "" {
		t.Errorf("the claims are %+v", claims)
	}
}

func TestMailArrives(t *testing.T) {
	c := start(t)
	raw := "From: a@harbourbank.example\r\nTo: x@example.com\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@p>\r\nSubject: =?utf-8?q?H=C3=A9llo?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
	if err := smtp.SendMail(c.SMTPAddr(), nil, "a@harbourbank.example", []string{"x@example.com"}, []byte(raw)); err != nil {
		t.Fatal(err)
	}
	got := c.Messages("X@example.com")
	if len(got) != 1 || got[0].Subject != "Héllo" || strings.TrimSpace(got[0].Text) != "Hello" || got[0].MessageID != "1@p" {
		t.Fatalf("the mailbox holds %+v", got)
	}
}
