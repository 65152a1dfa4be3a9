package graph_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/connector"
	"parley/internal/connector/graph"
)

const (
	tenant = "7c2f0f5e-3b0a-4f0e-9a51-5d1c8e4b2a10"
	object = "0b1c2d3e-1111-4222-8333-444455556666"
	client = "2f6d3a10-77c4-4d2b-9a6e-c1f0a4d8b5e2"
	secret = "not-the-real-secret"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var signer = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// microsoft is a scripted login and Graph host, for what the sandbox, being
// decent, never says.
type microsoft struct {
	*httptest.Server
	mu       sync.Mutex
	keyCalls int
	// token answers the token endpoint, api everything under /v1.0.
	token http.HandlerFunc
	api   http.HandlerFunc
	seen  []seen
}

type seen struct {
	Method, Path string
	Body         string
}

func newMicrosoft(t *testing.T) *microsoft {
	m := &microsoft{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login/{tenant}/v2.0/.well-known/openid-configuration", m.discovery)
	mux.HandleFunc("GET /login/keys", m.keys)
	mux.HandleFunc("POST /login/{tenant}/oauth2/v2.0/token", func(w http.ResponseWriter, r *http.Request) { m.token(w, r) })
	mux.HandleFunc("/v1.0/", func(w http.ResponseWriter, r *http.Request) { m.api(w, m.note(r)) })
	m.Server = httptest.NewServer(mux)
	t.Cleanup(m.Close)
	return m
}

func (m *microsoft) note(r *http.Request) *http.Request {
	var body strings.Builder
	_, _ = fmt.Fprint(&body, readAll(r))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, seen{r.Method, r.URL.RequestURI(), body.String()})
	return r
}

func readAll(r *http.Request) string {
	var v any
	if json.NewDecoder(r.Body).Decode(&v) != nil {
		return ""
	}
	data, _ := json.Marshal(v)
	return string(data)
}

func (m *microsoft) discovery(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("tenant")
	login := "http://" + r.Host + "/login"
	switch name {
	case tenant, "harbourbank.example":
	case "gov.example":
		login = "https://login.microsoftonline.us"
	case "elsewhere.example":
		refuse(w, 400, "invalid_tenant", 90038)
		return
	case "hotmail.example":
		fmt.Fprintf(w, `{"issuer":"%[1]s/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0","token_endpoint":"%[1]s/t","jwks_uri":"%[1]s/keys"}`, login)
		return
	case "empty.example":
		fmt.Fprint(w, `{}`)
		return
	case "busy.example":
		w.WriteHeader(503)
		return
	default:
		refuse(w, 400, "invalid_tenant", 90002)
		return
	}
	fmt.Fprintf(w, `{"issuer":"%[1]s/%[2]s/v2.0","token_endpoint":"%[1]s/%[2]s/oauth2/v2.0/token","jwks_uri":"%[1]s/keys"}`, login, tenant)
}

func (m *microsoft) keys(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	m.keyCalls++
	m.mu.Unlock()
	n := base64.RawURLEncoding.EncodeToString(signer().N.Bytes())
	e := base64.RawURLEncoding.EncodeToString(big.NewInt(int64(signer().E)).Bytes())
	fmt.Fprintf(w, `{"keys":[{"kty":"EC","kid":"ec","crv":"P-256"},{"kty":"RSA","use":"sig","kid":"k1","n":"%s","e":"%s","x5c":["…"]}]}`, n, e)
}

func refuse(w http.ResponseWriter, status int, name string, code int) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":%q,"error_description":"AADSTS%d: words","error_codes":[%d],"correlation_id":"c-1"}`, name, code, code)
}

// vendor is the connector, pointed at the scripted hosts.
func (m *microsoft) vendor() connector.Vendor {
	return graph.Vendor(graph.Config{LoginURL: m.URL + "/login", GraphURL: m.URL,
		Clock: func(context.Context) (time.Time, error) { return noon, nil }})
}

func (m *microsoft) claims() jwt.MapClaims {
	return jwt.MapClaims{"iss": m.URL + "/login/" + tenant + "/v2.0", "aud": client, "tid": tenant, "oid": object, "nonce": "n-1",
		"preferred_username": "appointments@harbourbank.example", "iat": noon.Unix(), "nbf": noon.Unix(), "exp": noon.Add(time.Hour).Unix()}
}

func sign(t *testing.T, kid string, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = kid
	text, err := token.SignedString(signer())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func registration() connector.Registration {
	return connector.Registration{ClientID: client, Secret: connector.NewSecret(secret)}
}

func ask() connector.Ask {
	return connector.Ask{State: connector.NewSecret("state-1"), Nonce: "n-1", Verifier: connector.NewSecret("verifier-1"),
		RedirectURL: "http://127.0.0.1:8080/connect/return", Settings: map[string]string{"tenant": tenant}}
}

func grantWith(idToken string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":"4500","scope":"OnlineMeetings.ReadWrite https://graph.microsoft.com/User.ReadBasic.All profile",
			"access_token":"access-tok","refresh_token":"refresh-tok","id_token":%q,"foci":"1"}`, idToken)
	}
}

func code() url.Values { return url.Values{"code": {"code-1"}, "state": {"state-1"}} }
