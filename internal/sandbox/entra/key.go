package entra

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/sandbox/directory"
)

// signingKey signs ID tokens.
type signingKey struct {
	private *rsa.PrivateKey
	id      string
}

// processKey is made once a process: making an RSA key takes longer than most tests.
var processKey = sync.OnceValue(func() signingKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(private.N.Bytes())
	return signingKey{private: private, id: base64.RawURLEncoding.EncodeToString(sum[:20])}
})

// public is the key as the key endpoint shows it.
func (k signingKey) public(base string) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "kid": k.id, "x5t": k.id, "issuer": base + "/{tenantid}/v2.0",
		"n": base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
	}
}

// idToken writes the ID token of an account.
func (l *Login) idToken(u directory.User, g directory.Grant, nonce string) (string, error) {
	now := l.Stage.Clock.Judged()
	subject := sha256.Sum256([]byte(u.ID + g.Client))
	claims := jwt.MapClaims{
		"iss": l.issuer(u.Tenant), "aud": g.Client, "tid": u.Tenant, "ver": "2.0", "uti": rand.Text(),
		"sub": base64.RawURLEncoding.EncodeToString(subject[:]), "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	if g.Has("profile") {
		claims["oid"], claims["preferred_username"], claims["name"] = u.ID, u.UPN, u.Name
	}
	if g.Has("email") && u.Mail != "" {
		claims["email"] = u.Mail
	}
	if strings.TrimSpace(nonce) != "" {
		claims["nonce"] = nonce
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = l.key.id
	return token.SignedString(l.key.private)
}
