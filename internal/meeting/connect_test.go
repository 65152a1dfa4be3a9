package meeting

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/vault"
)

// connect builds the vault, with the scripted vendor as its only one, and
// installs two connections: h.a, which is "acct", and h.b, which is "other".
func (h *house) connect() {
	h.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(h.vendor.whoami))
	h.t.Cleanup(server.Close)
	h.vendor.base = server.URL
	keys, err := vault.ParseKeys(vault.NewKey("k1"))
	h.must(err)
	log := slog.New(slog.DiscardHandler)
	h.vault = vault.New(vault.Config{
		DB: h.db, Orgs: org.Open(h.db, log), Keys: keys, Log: log, RedirectURL: "http://127.0.0.1/back",
		Vendors: []connector.Vendor{{
			Name: "scripted", Kind: connector.Video, Setup: setup{}, Authorizer: authorizer{}, Conference: func(map[string]string) connector.Conference { return h.vendor },
			Hosts: []string{strings.TrimPrefix(server.URL, "http://")},
		}},
		Registrations: map[string]connector.Registration{"scripted": {ClientID: "us", Secret: connector.NewSecret("s")}},
	})
	h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "organizations", &org.Organization{ID: testOrg, Slug: "harbour-bank", Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
	}))
	h.a, h.b = h.install("acct"), h.install("other")
	h.vendor.accounts = map[string]string{"token of acct": "acct", "token of other": "other"}
}

// install walks through the set-up of a connection and returns its id.
func (h *house) install(account string) string {
	h.t.Helper()
	admin := org.Actor{OrgID: testOrg, PersonID: "eleanor", Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
	address, err := h.vault.Begin(h.ctx, admin, "scripted", nil)
	h.must(err)
	back, err := url.Parse(address)
	h.must(err)
	answer := back.Query()
	answer.Set("account", account)
	c, err := h.vault.Finish(h.ctx, admin, answer)
	h.must(err)
	_, err = h.vault.Complete(h.ctx, admin, c.ID)
	h.must(err)
	return c.ID
}

// turn puts a connection into a state, as the account of a name, the way the
// vault would: with what hangs on OnState in the same transaction.
func (h *house) turn(id string, state vault.State, account string) {
	h.t.Helper()
	h.vendor.mu.Lock()
	h.vendor.accounts[map[string]string{h.a: "token of acct", h.b: "token of other"}[id]] = account
	h.vendor.mu.Unlock()
	h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE connections SET state = $3, account_id = $4 WHERE org_id = $1 AND id = $2", testOrg, id, string(state), account); err != nil {
			return err
		}
		c, err := h.vault.Connection(ctx, tx, testOrg, id)
		if err != nil {
			return err
		}
		return h.ms.ConnectionChanged(ctx, tx, c)
	}))
}

// authorizer signs in whoever the answer names; their token never changes.
type authorizer struct{}

func (authorizer) AuthURL(_ context.Context, _ connector.Registration, ask connector.Ask) (string, error) {
	return "http://127.0.0.1/sign-in?state=" + ask.State.Reveal(), nil
}

func (authorizer) AdminConsentURL(context.Context, connector.Registration, connector.Ask) (string, error) {
	return "", nil
}

func (authorizer) Exchange(_ context.Context, _ connector.Registration, _ connector.Ask, answer url.Values) (connector.Tokens, connector.Account, error) {
	who := answer.Get("account")
	return tokensOf(who), connector.Account{TenantID: "tenant", ID: who, Name: who + "@vendor.example"}, nil
}

func (authorizer) Renew(_ context.Context, _ connector.Registration, _ map[string]string, refresh connector.Secret) (connector.Tokens, error) {
	return tokensOf(refresh.Reveal()), nil
}

func tokensOf(who string) connector.Tokens {
	return connector.Tokens{Access: connector.NewSecret("token of " + who), Refresh: connector.NewSecret(who), Lifetime: 365 * 24 * time.Hour}
}

type setup struct{}

func (setup) Steps(map[string]string) []connector.Step { return nil }

func (setup) Wait(connector.Registration, map[string]string, []string) []connector.Help { return nil }

func (setup) Answer(_ context.Context, _ string, given map[string]string) (map[string]string, error) {
	return given, nil
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}
