package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/connector"
	"parley/internal/fault"
)

// skew is how far Microsoft's clock and ours may differ.
const skew = 3 * time.Minute

// expected is what an identity token must say to be the answer to our ask.
type expected struct{ client, nonce, tenant string }

// identity is the part of the ID token that is used. The object id is the key;
// the name is for display and may change (Microsoft Entra, ID token claims).
type identity struct {
	jwt.RegisteredClaims
	Nonce  string `json:"nonce"`
	Tenant string `json:"tid"`
	Object string `json:"oid"`
	Name   string `json:"preferred_username"`
}

// identify proves the token by Microsoft's signature and everything it has to
// say, and returns whose it is.
func (l *login) identify(ctx context.Context, token string, want expected) (connector.Account, error) {
	d, err := l.discover(ctx, want.tenant)
	if err != nil {
		return connector.Account{}, err
	}
	now, err := l.cfg.Clock(ctx)
	if err != nil {
		return connector.Account{}, err
	}
	var keysErr error
	var id identity
	_, err = jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience(want.client),
		jwt.WithExpirationRequired(), jwt.WithLeeway(skew), jwt.WithTimeFunc(func() time.Time { return now })).
		ParseWithClaims(token, &id, func(t *jwt.Token) (any, error) {
			kid, _ := t.Header["kid"].(string)
			key, err := l.keys.get(ctx, d.Keys, kid, now)
			keysErr = err
			return key, err
		})
	if keysErr != nil && !errors.Is(keysErr, errNoKey) {
		return connector.Account{}, sentence(keysErr, "teams.away.login")
	}
	if err != nil {
		// The parser's text may quote the token: only its sort is kept.
		return connector.Account{}, fault.Wrap(fault.SignIn, failedCheck(err), "teams.signin.forged")
	}
	return id.account(want, d.Issuer)
}

// account holds the claims that the parser does not know against the ask. The
// tenant comes before the issuer, which names it too: who signed in with an
// account of another organization is to be told just that.
func (id identity) account(want expected, issuer string) (connector.Account, error) {
	switch {
	case id.Tenant == personal:
		return connector.Account{}, fault.New(fault.SignIn, "teams.signin.personal")
	case id.Tenant != want.tenant:
		return connector.Account{}, fault.New(fault.SignIn, "teams.signin.tenant", "Name", id.Name)
	case id.Issuer != issuer:
		return connector.Account{}, fault.Wrap(fault.SignIn, jwt.ErrTokenInvalidIssuer, "teams.signin.forged")
	case id.Nonce != want.nonce || id.Nonce == "":
		return connector.Account{}, fault.Wrap(fault.SignIn, errors.New("the nonce is not ours"), "teams.signin.forged")
	case !guidForm.MatchString(id.Object):
		return connector.Account{}, fault.Wrap(fault.SignIn, errors.New("no object id in the token"), "teams.signin.forged")
	}
	return connector.Account{TenantID: id.Tenant, ID: id.Object, Name: id.Name}, nil
}

// failedCheck names which check failed, without the token.
func failedCheck(err error) error {
	for _, known := range []error{
		jwt.ErrTokenSignatureInvalid, jwt.ErrTokenInvalidAudience, jwt.ErrTokenExpired,
		jwt.ErrTokenNotValidYet, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenUnverifiable, jwt.ErrTokenMalformed,
	} {
		if errors.Is(err, known) {
			return fmt.Errorf("identity token: %w", known)
		}
	}
	return errors.New("identity token: not valid")
}
