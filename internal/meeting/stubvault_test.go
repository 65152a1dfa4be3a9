//go:build vaulted

package meeting

import (
	"context"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/vault"
)

const (
	connA = "conn-a"
	connB = "conn-b"
)

func newVault(h *house) *vault.Vault {
	mk := func(id string) *vault.Connection {
		return &vault.Connection{ID: id, OrgID: testOrg, Vendor: "scripted", State: vault.Connected, Account: connector.Account{TenantID: "t", ID: "acct"}}
	}
	return &vault.Vault{
		Conns: map[string]*vault.Connection{connA: mk(connA), connB: mk(connB)},
		Conf:  map[string]connector.Conference{connA: h.vendor, connB: h.vendor},
	}
}

// turn changes the state of a connection and its account.
func (h *house) turn(id, state, account string) {
	h.t.Helper()
	c := h.vault.Conns[id]
	c.State, c.Account.ID = state, account
	h.vendor.mu.Lock()
	h.vendor.account = account
	h.vendor.mu.Unlock()
	h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error { return h.ms.ConnectionChanged(ctx, tx, *c) }))
}
