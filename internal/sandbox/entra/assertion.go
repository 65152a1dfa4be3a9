package entra

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/sandbox/directory"
)

// assertionType is the only type of assertion there is (RFC 7523, 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLong is longer than any assertion needs to live; Microsoft recommends ten minutes at most. It lets longer
// ones pass, the sandbox does not.
const assertionLong = 10 * time.Minute

// certified checks who is asking by the assertion that a registered certificate's key signed ("Microsoft identity
// platform application authentication certificate credentials").
func (l *Login) certified(r *http.Request, app directory.App) *refusal {
	form := r.PostForm
	if form.Get("client_assertion_type") != assertionType {
		return refuse(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: 'client_assertion_type'.")
	}
	var with *x509.Certificate
	_, err := jwt.Parse(form.Get("client_assertion"), func(t *jwt.Token) (any, error) {
		if with = registered(app, t.Header); with == nil {
			return nil, jwt.ErrTokenUnverifiable
		}
		return with.PublicKey, nil
	}, jwt.WithValidMethods([]string{"PS256", "RS256"}), jwt.WithoutClaimsValidation())
	switch {
	case with == nil:
		return refuse(http.StatusUnauthorized, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on application.")
	case err != nil:
		return refuse(http.StatusUnauthorized, "invalid_client", 700027, "Client assertion failed signature validation.")
	}
	now := l.Stage.Clock.Judged()
	if now.Before(with.NotBefore) || now.After(with.NotAfter) {
		return refuse(http.StatusUnauthorized, "invalid_client", 1000502, "The provided certificate is not within its specified validity period.")
	}
	return l.claimed(r, form, now)
}

// registered is the certificate that an assertion's header names, if the application has it.
func registered(app directory.App, header map[string]any) *x509.Certificate {
	named, _ := header["x5t#S256"].(string)
	i := slices.IndexFunc(app.Certificates, func(c *x509.Certificate) bool {
		sum := sha256.Sum256(c.Raw)
		return base64.RawURLEncoding.EncodeToString(sum[:]) == named
	})
	if i < 0 {
		return nil
	}
	return app.Certificates[i]
}

// claimed checks what the assertion says.
func (l *Login) claimed(r *http.Request, form url.Values, now time.Time) *refusal {
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(form.Get("client_assertion"), &c); err != nil { // the signature was checked before
		return refuse(http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed.")
	}
	endpoint := l.Base + "/" + r.PathValue("tenant") + "/oauth2/v2.0/token"
	switch {
	case c.Issuer != form.Get("client_id") || c.Subject != form.Get("client_id"):
		return refuse(http.StatusUnauthorized, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
	case !slices.Contains(c.Audience, endpoint):
		return refuse(http.StatusUnauthorized, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.")
	case c.ID == "" || c.ExpiresAt == nil || c.NotBefore == nil:
		return refuse(http.StatusUnauthorized, "invalid_client", 50027, "JWT token is invalid or malformed.")
	case now.Before(c.NotBefore.Add(-skew)) || now.After(c.ExpiresAt.Add(skew)) || c.ExpiresAt.Sub(c.NotBefore.Time) > assertionLong:
		return refuse(http.StatusUnauthorized, "invalid_client", 700024, "Client assertion is not within its valid time range.")
	}
	return nil
}

// skew is the difference of clocks that is let pass.
const skew = 5 * time.Minute
