package graph

import (
	"context"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"parley/internal/connector"
	"parley/internal/fault"
)

const (
	// assertionType names the form of an assertion (RFC 7523, 2.2).
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// assertionLife is how long one may be used: Microsoft says five to ten
	// minutes at most (Microsoft identity platform, certificate credentials).
	assertionLife = 5 * time.Minute
)

// prove adds to a form for the token endpoint who is asking: the application's
// id, and its secret or an assertion that its certificate's key signed.
func (l *login) prove(ctx context.Context, r connector.Registration, address string, form url.Values) error {
	form.Set("client_id", r.ClientID)
	if r.Certificate.Empty() {
		form.Set("client_secret", r.Secret.Reveal())
		return nil
	}
	now, err := l.cfg.Clock(ctx)
	if err != nil {
		return fault.Wrap(fault.Away, err, "")
	}
	signed, err := assertion(r, address, now)
	if err != nil {
		return connector.OperatorFault(err, "teams.ours.certificate")
	}
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", signed)
	return nil
}

// assertion is a signed statement, good for one endpoint and a few minutes, that
// we are the application (Microsoft identity platform, certificate credentials).
func assertion(r connector.Registration, address string, now time.Time) (string, error) {
	c, err := connector.ReadCertificate(r.Certificate)
	if err != nil {
		return "", err
	}
	t := jwt.NewWithClaims(jwt.SigningMethodPS256, jwt.MapClaims{
		"aud": address, "iss": r.ClientID, "sub": r.ClientID, "jti": uuid.NewString(),
		"nbf": now.Unix(), "iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	t.Header["x5t#S256"] = c.SHA256()
	return t.SignedString(c.Key())
}
