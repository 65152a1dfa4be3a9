package graph

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// authorizer gets an account's consent by authorization code with PKCE, at the
// named tenant (Microsoft identity platform, authorization code flow).
type authorizer struct{ login *login }

// AuthURL lets the administrator pick the account: the browser is likely to be
// signed in as somebody who is not the service account. Where our application
// acts alone, the sign-in only proves the tenant.
func (a authorizer) AuthURL(_ context.Context, r connector.Registration, ask connector.Ask) (string, error) {
	hash := sha256.Sum256([]byte(ask.Verifier.Reveal()))
	return a.at(ask.Settings, "/oauth2/v2.0/authorize", url.Values{
		"client_id":             {r.ClientID},
		"response_type":         {"code"},
		"response_mode":         {"query"},
		"redirect_uri":          {ask.RedirectURL},
		"scope":                 {a.asks(ask.Settings)},
		"state":                 {ask.State.Reveal()},
		"nonce":                 {ask.Nonce},
		"prompt":                {"select_account"},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(hash[:])},
		"code_challenge_method": {"S256"},
	})
}

// asks is what a sign-in asks for.
func (a authorizer) asks(settings map[string]string) string {
	if application(settings) {
		return strings.Join(signInScopes, " ")
	}
	return a.login.cfg.delegated(levelOf(settings))
}

// AdminConsentURL is the page on which an administrator of the tenant allows
// the application for everybody. Permissions of the application itself can only
// be asked for all at once (Microsoft identity platform, admin consent).
func (a authorizer) AdminConsentURL(_ context.Context, r connector.Registration, ask connector.Ask) (string, error) {
	scope := a.asks(ask.Settings)
	if application(ask.Settings) {
		scope = a.login.cfg.everything()
	}
	q := url.Values{"client_id": {r.ClientID}, "redirect_uri": {ask.RedirectURL}, "scope": {scope}}
	if !ask.State.Empty() {
		q.Set("state", ask.State.Reveal())
	}
	return a.at(ask.Settings, "/v2.0/adminconsent", q)
}

// at is an address of the tenant; without a resolved tenant there is none.
func (a authorizer) at(settings map[string]string, path string, q url.Values) (string, error) {
	tenant := settings[AnswerTenant]
	if !guidForm.MatchString(tenant) {
		return "", refuse("teams.tenant.missing")
	}
	address := a.login.cfg.LoginURL + "/" + tenant + path
	if q != nil {
		address += "?" + q.Encode()
	}
	return address, nil
}

// Exchange turns the code into tokens and proves whose they are.
func (a authorizer) Exchange(ctx context.Context, r connector.Registration, ask connector.Ask, answer url.Values) (connector.Tokens, connector.Account, error) {
	var none connector.Tokens
	got, account, err := a.redeem(ctx, r, ask, answer)
	if err != nil {
		return none, connector.Account{}, err
	}
	if application(ask.Settings) {
		tokens, err := a.first(ctx, r, ask.Settings)
		return tokens, ownAccount(ask.Settings, account), err
	}
	if got.Access == "" {
		return none, connector.Account{}, unsaid()
	}
	if got.Refresh == "" {
		return none, connector.Account{}, fault.New(fault.SignIn, "teams.signin.norefresh")
	}
	if missing := missingScopes(got.Scope); len(missing) > 0 {
		return none, connector.Account{}, fault.New(fault.SignIn, "teams.signin.scopes", "Scopes", strings.Join(missing, ", "))
	}
	return got.tokens(), account, nil
}

// redeem gives the code back and proves who signed in. An error is looked for
// first: a failed admin consent carries success beside it.
func (a authorizer) redeem(ctx context.Context, r connector.Registration, ask connector.Ask, answer url.Values) (got granted, who connector.Account, err error) {
	if answer.Get("error") != "" {
		said := refusal{Error: answer.Get("error"), Description: answer.Get("error_description")}
		return got, who, said.fault(said.judgeSignIn())
	}
	if answer.Get("code") == "" {
		return got, who, fault.New(fault.SignIn, "teams.over.again")
	}
	got, err = a.token(ctx, r, ask.Settings, explainRedeem, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {answer.Get("code")},
		"redirect_uri":  {ask.RedirectURL},
		"code_verifier": {ask.Verifier.Reveal()},
		"scope":         {a.asks(ask.Settings)},
	})
	if err != nil {
		return got, who, err
	}
	who, err = a.login.identify(ctx, got.IDToken, expected{client: r.ClientID, nonce: ask.Nonce, tenant: ask.Settings[AnswerTenant]})
	return got, who, err
}

// Renew asks for new tokens. Microsoft rotates the refresh token; any refusal
// of it means that the account has to sign in again. Where the whole profile was
// asked for and is not permitted (any more), the rest is still asked for: less is
// known then, and meetings go on.
func (a authorizer) Renew(ctx context.Context, r connector.Registration, settings map[string]string, refresh connector.Secret) (connector.Tokens, error) {
	if application(settings) {
		return a.own(ctx, r, settings)
	}
	got, err := a.refresh(ctx, r, settings, refresh, a.login.cfg.delegated(levelOf(settings)))
	if forbids(err) && levelOf(settings) == connector.Full {
		got, err = a.refresh(ctx, r, settings, refresh, a.login.cfg.delegated(connector.Basic))
	}
	if withdrawn(err) {
		err = a.nameWithdrawn(ctx, r, settings, refresh, err)
	}
	return got, err
}

func (a authorizer) refresh(ctx context.Context, r connector.Registration, settings map[string]string, refresh connector.Secret, scope string) (connector.Tokens, error) {
	got, err := a.token(ctx, r, settings, explainRenewal, url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {refresh.Reveal()},
		"scope":         {scope},
	})
	if err == nil && got.Access == "" {
		err = unsaid()
	}
	if err != nil {
		return connector.Tokens{}, err
	}
	return got.tokens(), nil
}

// unsaid is the fault of an answer that holds no token.
func unsaid() error {
	return fault.Wrap(fault.Unsure, errors.New("the token answer holds no access token"), "teams.away.login")
}

// granted is a token answer. Unknown fields are ignored.
type granted struct {
	Access   string    `json:"access_token"`
	Refresh  string    `json:"refresh_token"`
	IDToken  string    `json:"id_token"`
	Scope    string    `json:"scope"`
	Lifetime lifetime  `json:"expires_in"`
	Type     tokenType `json:"token_type"`
}

func (g granted) tokens() connector.Tokens {
	return connector.Tokens{
		Access: connector.NewSecret(g.Access), Refresh: connector.NewSecret(g.Refresh),
		Lifetime: time.Duration(g.Lifetime), Scopes: strings.Fields(g.Scope),
	}
}

func (a authorizer) token(ctx context.Context, r connector.Registration, settings map[string]string,
	explain func(connector.Refusal) *fault.Error, form url.Values) (granted, error) {
	var got granted
	address, err := a.at(settings, "/oauth2/v2.0/token", nil)
	if err != nil {
		return got, err
	}
	if err := a.login.prove(ctx, r, address, form); err != nil {
		return got, err
	}
	_, err = connector.Call(ctx, a.login.client, connector.Request{
		Method: http.MethodPost, URL: address, Body: form, Into: &got, Explain: explain,
	})
	return got, sentence(err, "teams.away.login")
}

// missingScopes names the permissions that we need and were not granted. An
// answer without a scope granted what was asked (RFC 6749, 5.1).
func missingScopes(scope string) []string {
	if scope == "" {
		return nil
	}
	return lacking(strings.Fields(scope), basicScopes)
}

// lifetime reads seconds, which some of Microsoft's endpoints write as text.
type lifetime time.Duration

// UnmarshalJSON reads a number or a text; what cannot be read is zero, so that
// the token is renewed at once instead of being trusted for long.
func (l *lifetime) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err != nil || seconds != seconds || seconds < 0 {
		*l = 0
		return nil
	}
	*l = lifetime(time.Duration(min(seconds, 86400)) * time.Second)
	return nil
}

// tokenType is only good as a bearer token; nothing else was asked for.
type tokenType string

// UnmarshalJSON refuses a type that we could not use.
func (t *tokenType) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil || (text != "" && !strings.EqualFold(text, "bearer")) {
		return errors.New("the token is of a type that was not asked for")
	}
	*t = tokenType(text)
	return nil
}
