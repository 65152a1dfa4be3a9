package directory

import (
	"crypto/rand"
	"errors"
	"slices"
	"time"
)

// The lives of what Microsoft hands out, from "Refresh tokens" and "OAuth 2.0 authorization code flow".
const (
	CodeLife    = 10 * time.Minute
	RefreshLife = 90 * 24 * time.Hour
)

// Why a token or code is refused.
var (
	ErrUnknown  = errors.New("never given out")
	ErrExpired  = errors.New("too old")
	ErrUsed     = errors.New("used already")
	ErrRevoked  = errors.New("revoked")
	ErrDisabled = errors.New("the account is disabled")
	ErrForeign  = errors.New("given out by another tenant")
	ErrGone     = errors.New("the account is not in the tenant any more")
	ErrDemand   = errors.New("the tenant demands something of the account first")
)

// Grant says who lets which application do what.
type Grant struct {
	Tenant, User, Client string
	// Application says that no user stands behind it: the scopes are then application permissions.
	Application bool
	Scopes      []string
}

// Has tells whether the grant carries one of the scopes.
func (g Grant) Has(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(g.Scopes, s) })
}

// Code is an authorization code on its way through the browser.
type Code struct {
	Grant
	Redirect, Nonce, Challenge string
	issued                     time.Time
	used                       bool
}

// Access is an access token.
type Access struct {
	Grant
	Expires time.Time
	issued  time.Time
}

// Refresh is a refresh token. Its issue date moves with each rotation; its family's begins at the sign-in.
type Refresh struct {
	Grant
	Nonce         string
	issued, begun time.Time
	used, revoked bool
}

// NewCode gives out an authorization code.
func (w *World) NewCode(c Code) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.issued = w.now()
	text := "0.A" + rand.Text() + rand.Text()
	w.codes[text] = &c
	return text
}

// TakeCode redeems a code once, at the tenant that gave it unless the tenant is empty.
func (w *World) TakeCode(text, tenant string) (Code, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.codes[text]
	switch {
	case c == nil:
		return Code{}, ErrUnknown
	case tenant != "" && c.Tenant != tenant:
		return *c, ErrForeign
	case c.used:
		return *c, ErrUsed
	case w.now().Sub(c.issued) > CodeLife:
		return *c, ErrExpired
	}
	c.used = true
	return *c, w.stands(c.Grant, c.issued)
}

// stands checks the account behind a grant begun at a time.
func (w *World) stands(g Grant, begun time.Time) error {
	u := w.user(g.Tenant, g.User)
	switch {
	case u == nil:
		return ErrGone
	case u.Disabled:
		return ErrDisabled
	case begun.Before(u.ValidFrom):
		return ErrRevoked
	case u.Demand.Code != 0 && begun.Before(u.Demand.Since):
		return ErrDemand
	}
	return nil
}

// NewAccess gives out an access token that lives for life.
func (w *World) NewAccess(g Grant, life time.Duration) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := "sandbox-at." + rand.Text() + rand.Text() + rand.Text()
	w.access[text] = &Access{Grant: g, Expires: w.now().Add(life), issued: w.now()}
	return text
}

// Access checks an access token. As at Microsoft, revoking sessions and disabling an account leave it alone until it
// expires; taking the account away does not.
func (w *World) Access(text string) (Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.access[text]
	switch {
	case a == nil:
		return Grant{}, ErrUnknown
	case !w.now().Before(a.Expires):
		return a.Grant, ErrExpired
	case !a.Application && w.user(a.Tenant, a.User) == nil, w.tenantGone(a.Tenant):
		return a.Grant, ErrUnknown
	}
	return a.Grant, nil
}

func (w *World) tenantGone(id string) bool {
	t := w.tenant(id)
	return t == nil || t.Gone
}

// NewRefresh gives out a refresh token for a sign-in begun now.
func (w *World) NewRefresh(g Grant) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.newRefresh(Refresh{Grant: g, begun: w.now()})
}

func (w *World) newRefresh(r Refresh) string {
	r.issued, r.used = w.now(), false
	text := "1.A" + rand.Text() + rand.Text() + rand.Text()
	w.refresh[text] = &r
	return text
}

// Rotate spends a refresh token and gives out its successor. Microsoft leaves the old one alive; strict makes it dead.
func (w *World) Rotate(text, client string, strict bool) (next string, g Grant, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.refresh[text]
	switch {
	case r == nil || r.Client != client:
		return "", Grant{}, ErrUnknown
	case r.revoked:
		return "", r.Grant, ErrRevoked
	case strict && r.used:
		return "", r.Grant, ErrUsed
	case w.now().Sub(r.issued) > RefreshLife:
		return "", r.Grant, ErrExpired
	}
	if err := w.stands(r.Grant, r.begun); err != nil {
		return "", r.Grant, err
	}
	r.used = true
	return w.newRefresh(*r), r.Grant, nil
}

// Revoke ends the sessions of an account: its refresh tokens are refused from now on.
func (w *World) Revoke(upn string) bool {
	return w.ChangeUser(upn, func(u *User) {
		u.ValidFrom = w.now()
		for _, r := range w.refresh {
			if r.Tenant == u.Tenant && r.User == u.ID {
				r.revoked = true
			}
		}
	})
}

// ExpireAccess makes every access token of an account one that has run out.
func (w *World) ExpireAccess(upn string) bool {
	return w.ChangeUser(upn, func(u *User) {
		for _, a := range w.access {
			if a.Tenant == u.Tenant && a.User == u.ID {
				a.Expires = w.now()
			}
		}
	})
}
