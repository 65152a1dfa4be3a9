package vault_test

import (
	"bytes"
	"testing"

	"parley/internal/connector"
	"parley/internal/db/dbtest"
	"parley/internal/vault"
)

func TestSecretsOfOtherRooms(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	old, fresh := vault.NewKey("k1"), vault.NewKey("k2")
	w.keys = keys(t, old)
	secret := connector.NewSecret("https://calendar.example.com/token.ics")
	sealed, err := w.open().Seal(secret, "busy", "o", "1")
	if err != nil || bytes.Contains(sealed, []byte("token")) {
		t.Fatalf("sealed as %q, %v", sealed, err)
	}
	if got, aged, err := w.open().Unseal(sealed, "busy", "o", "1"); err != nil || aged || !got.Equal(secret) {
		t.Errorf("opened as %v (%t), %v", got, aged, err)
	}
	if _, _, err := w.open().Unseal(sealed, "busy", "o", "2"); err == nil {
		t.Error("it opens in another place")
	}
	w.keys = keys(t, fresh+","+old)
	if got, aged, err := w.open().Unseal(sealed, "busy", "o", "1"); err != nil || !aged || !got.Equal(secret) {
		t.Errorf("under a newer key: %v (%t), %v", got, aged, err)
	}
}
