package entra

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"parley/internal/sandbox/directory"
)

// token is the token endpoint.
func (l *Login) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		l.fail(w, r, refuse(http.StatusBadRequest, "invalid_request", 9002313, "The request is malformed or invalid."))
		return
	}
	t, no := l.tenant(r)
	if no == nil {
		no = l.client(r)
	}
	if no != nil {
		l.fail(w, r, no)
		return
	}
	if no := l.state(t.ID); no != nil {
		l.fail(w, r, no)
		return
	}
	answer, no := l.redeem(t, r)
	if no != nil {
		l.World.NoteSignIn(directory.SignIn{Tenant: t.ID, What: "token refused: " + r.PostForm.Get("grant_type"), Code: no.code})
		l.fail(w, r, no)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// client checks who is asking: the application and its secret or certificate.
func (l *Login) client(r *http.Request) *refusal {
	app, form := l.World.App(), r.PostForm
	switch secret := form.Get("client_secret"); {
	case form.Get("client_id") == "":
		return missing("client_id")
	case form.Get("client_id") != app.ClientID, app.Removed:
		return unknownApp(form.Get("client_id"))
	case secret == "" && form.Get("client_assertion") != "":
		return l.certified(r, app)
	case secret == "":
		return refuse(http.StatusUnauthorized, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	case subtle.ConstantTimeCompare([]byte(secret), []byte(app.Secret)) != 1:
		return refuse(http.StatusUnauthorized, "invalid_client", 7000215, "Invalid client secret provided. Send the secret's value, not its id.")
	case app.SecretExpired:
		return refuse(http.StatusUnauthorized, "invalid_client", 7000222, "The provided client secret keys for app '"+app.ClientID+"' are expired.")
	}
	return nil
}

// state refuses an application that an administrator of the tenant disabled.
func (l *Login) state(tenant string) *refusal {
	app := l.World.App()
	if l.World.AppState(tenant) == directory.Switched {
		return refuse(http.StatusBadRequest, "unauthorized_client", 7000112, "Application '"+app.ClientID+"'("+app.Name+") is disabled.")
	}
	return nil
}

func unknownApp(id string) *refusal {
	return refuse(http.StatusBadRequest, "unauthorized_client", 700016, "Application with identifier '"+id+"' was not found in the directory.")
}

func missing(name string) *refusal {
	return refuse(http.StatusBadRequest, "invalid_request", 900144, "The request body must contain the following parameter: '"+name+"'.")
}

func (l *Login) redeem(t directory.Tenant, r *http.Request) (map[string]any, *refusal) {
	switch grant := r.PostForm.Get("grant_type"); grant {
	case "":
		return nil, missing("grant_type")
	case "authorization_code":
		return l.redeemCode(t, r)
	case "refresh_token":
		return l.redeemRefresh(t, r)
	case "client_credentials":
		return l.redeemApplication(t, r)
	default:
		return nil, refuse(http.StatusBadRequest, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '"+grant+"'.")
	}
}

func (l *Login) redeemCode(t directory.Tenant, r *http.Request) (map[string]any, *refusal) {
	form := r.PostForm
	for _, name := range []string{"code", "redirect_uri"} {
		if form.Get(name) == "" {
			return nil, missing(name)
		}
	}
	code, err := l.World.TakeCode(form.Get("code"), l.bound(t))
	if err != nil {
		return nil, l.codeRefusal(code.Grant, err)
	}
	if form.Get("redirect_uri") != code.Redirect {
		return nil, refuse(http.StatusBadRequest, "invalid_grant", 500112, "The reply address does not match the one given when the code was asked for.")
	}
	if !verified(code.Challenge, form.Get("code_verifier")) {
		return nil, refuse(http.StatusBadRequest, "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
	}
	refresh := ""
	if code.Has("offline_access") {
		refresh = l.World.NewRefresh(code.Grant)
	}
	return l.tokens(r, code.Grant, code.Nonce, refresh)
}

// bound is the only tenant whose codes and tokens are taken at an address; empty where any tenant's are.
func (l *Login) bound(t directory.Tenant) string {
	if t.Name == "" || l.AnyToken {
		return ""
	}
	return t.ID
}

// verified checks PKCE; a code asked for without a challenge must be redeemed without a verifier.
func verified(challenge, verifier string) bool {
	if challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

func (l *Login) codeRefusal(g directory.Grant, err error) *refusal {
	switch {
	case errors.Is(err, directory.ErrForeign):
		return refuse(http.StatusBadRequest, "invalid_request", 700005, "The authorization code was meant for another tenant.")
	case errors.Is(err, directory.ErrUsed):
		return refuse(http.StatusBadRequest, "invalid_grant", 54005, "The OAuth2 authorization code was already redeemed. Ask for a new one.")
	case errors.Is(err, directory.ErrExpired):
		return refuse(http.StatusBadRequest, "invalid_grant", 70008, "The provided authorization code has expired. Ask for a new one.")
	case errors.Is(err, directory.ErrUnknown):
		return refuse(http.StatusBadRequest, "invalid_grant", 70000, "The provided value for the input parameter 'code' is not valid.")
	}
	return l.accountRefusal(g, err)
}

// accountRefusal is what stands against the account behind a code or a refresh token.
func (l *Login) accountRefusal(g directory.Grant, err error) *refusal {
	switch u, _ := l.World.User(g.Tenant, g.User); {
	case errors.Is(err, directory.ErrDisabled):
		return refuse(http.StatusBadRequest, "invalid_grant", 50057, "The user account is disabled.")
	case errors.Is(err, directory.ErrGone):
		return refuse(http.StatusBadRequest, "invalid_grant", 50034, "The user account does not exist in the directory '"+g.Tenant+"'. To sign into this application, the account must be added to the directory.")
	case errors.Is(err, directory.ErrDemand):
		return unmet(u)
	}
	return refuse(http.StatusBadRequest, "invalid_grant", 50173, "The provided grant has been revoked. The user must sign in again.")
}

func (l *Login) redeemRefresh(t directory.Tenant, r *http.Request) (map[string]any, *refusal) {
	form := r.PostForm
	if form.Get("refresh_token") == "" {
		return nil, missing("refresh_token")
	}
	next, grant, err := l.World.Rotate(form.Get("refresh_token"), form.Get("client_id"), l.StrictRefresh)
	if err != nil {
		return nil, l.refreshRefusal(grant, err)
	}
	if only := l.bound(t); only != "" && grant.Tenant != only {
		return nil, refuse(http.StatusBadRequest, "invalid_grant", 50020, "The account does not exist in tenant '"+t.Name+"'.")
	}
	if l.World.AppState(grant.Tenant) == directory.Absent {
		return nil, unknownApp(form.Get("client_id"))
	}
	narrowed, no := l.narrow(grant, form.Get("scope"))
	if no != nil {
		return nil, no
	}
	return l.tokens(r, narrowed, "", next)
}

// narrow applies the scope of a refresh, a part of what was consented to. What was withdrawn since is missing from the
// new token; asking for it by name is refused, and so is a token for nothing.
func (l *Login) narrow(g directory.Grant, scope string) (directory.Grant, *refusal) {
	consented := l.World.Consented(g.Tenant, g.User)
	lost := func(s string) bool { return !slices.Contains(consented, s) }
	if scope == "" {
		g.Scopes = slices.DeleteFunc(slices.Clone(g.Scopes), lost)
		if directory.WriteScopes(g.Scopes) == "" {
			return g, noConsent()
		}
		return g, nil
	}
	asked, unknown := directory.ParseScopes(scope)
	if len(unknown) > 0 {
		return g, badScope(unknown[0])
	}
	if slices.ContainsFunc(asked, lost) {
		return g, noConsent()
	}
	g.Scopes = asked
	return g, nil
}

func noConsent() *refusal {
	no := refuse(http.StatusBadRequest, "invalid_grant", 65001, "The user or administrator has not consented to use the application.")
	no.sub = "consent_required"
	return no
}

func badScope(scope string) *refusal {
	return refuse(http.StatusBadRequest, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid: "+scope+".")
}

func (l *Login) refreshRefusal(g directory.Grant, err error) *refusal {
	switch {
	case errors.Is(err, directory.ErrExpired):
		return refuse(http.StatusBadRequest, "invalid_grant", 700082, "The refresh token has expired due to inactivity.")
	case errors.Is(err, directory.ErrUnknown):
		return refuse(http.StatusBadRequest, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
	case errors.Is(err, directory.ErrUsed):
		return refuse(http.StatusBadRequest, "invalid_grant", 70000, "The provided refresh token has been redeemed already.")
	}
	return l.accountRefusal(g, err)
}

// tokens writes a token answer.
func (l *Login) tokens(r *http.Request, g directory.Grant, nonce, refresh string) (map[string]any, *refusal) {
	u, ok := l.World.User(g.Tenant, g.User)
	if !ok {
		return nil, l.accountRefusal(g, directory.ErrGone)
	}
	life := time.Hour + time.Duration(rand.IntN(1800))*time.Second
	answer := map[string]any{
		"token_type": "Bearer", "scope": directory.WriteScopes(g.Scopes), "access_token": l.World.NewAccess(g, life),
		"expires_in": int(life.Seconds()), "ext_expires_in": int(life.Seconds()),
	}
	if refresh != "" {
		answer["refresh_token"] = refresh
	}
	if g.Has("openid") {
		token, err := l.idToken(u, g, nonce)
		if err != nil {
			return nil, refuse(http.StatusInternalServerError, "server_error", 90033, err.Error())
		}
		answer["id_token"] = token
	}
	note(r, u)
	l.World.NoteSignIn(directory.SignIn{Tenant: u.Tenant, Who: u.UPN, What: r.PostForm.Get("grant_type")})
	return answer, nil
}
