package vault_test

import (
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/vault"
)

// another connects one more account of the vendor.
func (k *clinic) another(account string) vault.Connection {
	k.t.Helper()
	k.acme.set(func() {
		k.acme.account = vault.Account{TenantID: acmeTenant, ID: account, Name: account + "@acme.example"}
	})
	return k.connect()
}

// usesByDefault holds the organization's default against a connection.
func (k *clinic) usesByDefault(when string, want vault.Connection) {
	k.t.Helper()
	got, err := k.v.Default(k.t.Context(), k.d, k.actor.OrgID)
	if err != nil || got.ID != want.ID {
		k.t.Errorf("%s the default is %q, %v, want %q", when, got.Name, err, want.Name)
	}
}

// What everybody's calls go by changes when the default is switched off, and then
// only when somebody says so.
func TestConnectingAgainTakesTheDefaultFromNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		first := k.another("first")
		k.usesByDefault("with one connection", first)
		second := k.another("second")
		k.usesByDefault("with a second one", first)
		k.ok(k.v.Disconnect(t.Context(), k.actor, first.ID))
		k.usesByDefault("with the first one off", second)
		if again := k.another("first"); again.ID != first.ID {
			t.Fatalf("the same account is another connection: %+v", again)
		}
		k.usesByDefault("with the first one on again", second)
		k.ok(k.v.Disconnect(t.Context(), k.actor, first.ID))
		k.usesByDefault("with the first one off again", second)
		k.ok(k.v.Disconnect(t.Context(), k.actor, second.ID))
		k.usesByDefault("with nobody else", k.another("first"))
	})
}
