package graph

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// ownAccount names the tenant in which our application acts alone. Whoever
// signed in only proved which one that is.
func ownAccount(settings map[string]string, who connector.Account) connector.Account {
	_, domain, _ := strings.Cut(who.Name, "@")
	name := cmp.Or(settings[AnswerDomain], domain, who.TenantID) + " (application)"
	return connector.Account{TenantID: who.TenantID, ID: connector.OwnAccount, Name: name}
}

// first gets the first token of our application in a tenant, and looks what it
// is good for: the token does not say, and without an administrator's consent it
// is good for nothing.
func (a authorizer) first(ctx context.Context, r connector.Registration, settings map[string]string) (connector.Tokens, error) {
	t, err := a.own(ctx, r, settings)
	if err != nil {
		return connector.Tokens{}, err
	}
	t.Scopes, err = a.look(ctx, t.Access, settings)
	return t, err
}

// own gets a token of our application itself, for which nobody is signed in and
// which nothing renews (Microsoft identity platform, client credentials flow). It
// says nothing of scopes: what was seen of them stays.
func (a authorizer) own(ctx context.Context, r connector.Registration, settings map[string]string) (connector.Tokens, error) {
	got, err := a.token(ctx, r, settings, explainOwn, url.Values{
		"grant_type": {"client_credentials"},
		"scope":      {a.login.cfg.everything()},
	})
	if err == nil && got.Access == "" {
		err = unsaid()
	}
	if err != nil {
		return connector.Tokens{}, err
	}
	t := got.tokens()
	t.Refresh, t.Scopes = connector.Secret{}, nil
	return t, nil
}

// look reads one person with a new token. Who may not read them lacks the
// consent; a profile without what only the full level shows was read at the basic
// one. When Microsoft does not answer just now, what was asked for is believed.
func (a authorizer) look(ctx context.Context, token connector.Secret, settings map[string]string) ([]string, error) {
	var page usersPage
	_, err := connector.Call(ctx, a.login.client, peopleSentences.call(connector.Request{Method: http.MethodGet, Into: &page,
		URL:    a.login.cfg.GraphURL + "/v1.0/users?$select=" + shown(levelOf(settings)) + "&$top=1",
		Header: header("Authorization", "Bearer "+token.Reveal())}))
	if f := fault.As(err); f != nil && (f.Kind == fault.Denied || f.Kind == fault.SignIn) {
		return nil, keyed(f, fault.SignIn, "teams.admin.application")
	}
	scopes := append([]string{}, ownScopes...)
	if levelOf(settings) == connector.Full && (len(page.Value) == 0 || page.Value[0].Enabled != nil) {
		scopes = append(scopes, fullScopes...)
	}
	return scopes, nil
}

// explainOwn reads a refusal of a token for our application itself.
func explainOwn(r connector.Refusal) *fault.Error { return explainToken(r, refusal.judgeOwn) }

// absent are the numbers by which an application is refused that the tenant does
// not have (any more). The same client id signed somebody in there, so that it is
// right, and what is missing is the consent.
var absent = map[int]bool{700016: true, 7000229: true, 700011: true, 65001: true, 90094: true, 90095: true}

// judgeOwn decides where nobody is signed in: whatever would ask an account to
// sign in again asks the tenant's administrator for consent.
func (r refusal) judgeOwn() meaning {
	if r.judge().class == reauthorize || absent[r.number()] {
		return meaning{adminActs, "teams.admin.application"}
	}
	return r.judge()
}
