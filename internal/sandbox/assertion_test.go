package sandbox_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

// TestTheApplicationProvesItself asks for a token of the application itself, by
// secret and by certificate, right and in every way wrong.
func TestTheApplicationProvesItself(t *testing.T) {
	s := sandboxtest.Start(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der := certificate(t, key, s.Now().AddDate(1, 0, 0))
	if err := s.Certify(der); err != nil {
		t.Fatal(err)
	}
	endpoint := s.LoginURL() + "/" + sandbox.TenantID + "/oauth2/v2.0/token"
	for name, c := range map[string]struct {
		change func(header, claims map[string]any)
		method jwt.SigningMethod
		code   int
	}{
		"right":        {func(_, _ map[string]any) {}, jwt.SigningMethodPS256, 0},
		"RS256":        {func(_, _ map[string]any) {}, jwt.SigningMethodRS256, 0},
		"unknown":      {func(h, _ map[string]any) { h["x5t#S256"] = "nobody" }, jwt.SigningMethodPS256, 700027},
		"wrong method": {func(_, _ map[string]any) {}, jwt.SigningMethodPS512, 700027},
		"for another":  {func(_, c map[string]any) { c["aud"] = s.LoginURL() }, jwt.SigningMethodPS256, 700023},
		"of another":   {func(_, c map[string]any) { c["sub"] = "x" }, jwt.SigningMethodPS256, 700021},
		"old": {func(_, c map[string]any) {
			c["nbf"], c["exp"] = s.Now().Add(-20*time.Minute).Unix(), s.Now().Add(-15*time.Minute).Unix()
		}, jwt.SigningMethodPS256, 700024},
		"for a long day": {func(_, c map[string]any) { c["exp"] = s.Now().Add(24 * time.Hour).Unix() }, jwt.SigningMethodPS256, 700024},
		"without an id":  {func(_, c map[string]any) { delete(c, "jti") }, jwt.SigningMethodPS256, 50027},
	} {
		t.Run(name, func(t *testing.T) {
			sum := sha256.Sum256(der)
			claims := jwt.MapClaims{"aud": endpoint, "iss": sandbox.ClientID, "sub": sandbox.ClientID, "jti": "j-" + name,
				"nbf": s.Now().Unix(), "iat": s.Now().Unix(), "exp": s.Now().Add(5 * time.Minute).Unix()}
			token := jwt.NewWithClaims(c.method, claims)
			token.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum[:])
			c.change(token.Header, claims)
			signed, err := token.SignedString(key)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"client_id": {sandbox.ClientID}, "grant_type": {"client_credentials"}, "scope": {s.GraphURL() + "/.default"}, "client_assertion": {signed},
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
			if got := code(t, endpoint, form); got != c.code {
				t.Errorf("AADSTS%d, want %d", got, c.code)
			}
		})
	}
	form := url.Values{"client_id": {sandbox.ClientID}, "client_secret": {sandbox.ClientSecret}, "grant_type": {"client_credentials"}, "scope": {s.GraphURL() + "/.default"}}
	for name, c := range map[string]struct {
		tenant, field, value string
		code                 int
	}{
		"right":           {sandbox.TenantID, "scope", s.GraphURL() + "/.default", 0},
		"any tenant":      {"common", "scope", s.GraphURL() + "/.default", 50059},
		"not accepted":    {sandbox.OtherTenant, "scope", s.GraphURL() + "/.default", 7000229},
		"delegated scope": {sandbox.TenantID, "scope", "User.Read", 1002012},
		"wrong secret":    {sandbox.TenantID, "client_secret", "x", 7000215},
		"unknown":         {sandbox.TenantID, "client_id", "x", 700016},
	} {
		t.Run("by secret, "+name, func(t *testing.T) {
			asked := url.Values{}
			for k, v := range form {
				asked[k] = v
			}
			asked.Set(c.field, c.value)
			if got := code(t, s.LoginURL()+"/"+c.tenant+"/oauth2/v2.0/token", asked); got != c.code {
				t.Errorf("AADSTS%d, want %d", got, c.code)
			}
		})
	}
}

func certificate(t *testing.T, key *rsa.PrivateKey, ends time.Time) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "parley.example"}, NotBefore: ends.AddDate(-2, 0, 0), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// code is the AADSTS number of an answer, zero for a token.
func code(t *testing.T, endpoint string, form url.Values) int {
	t.Helper()
	res, err := http.PostForm(endpoint, form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got struct {
		Token string `json:"access_token"`
		Codes []int  `json:"error_codes"`
	}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if (got.Token == "") == (len(got.Codes) == 0) {
		t.Fatalf("%s answered %+v", endpoint, got)
	}
	if got.Token != "" {
		return 0
	}
	return got.Codes[0]
}
