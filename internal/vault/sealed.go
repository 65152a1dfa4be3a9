package vault

import "parley/internal/connector"

// Seal keeps a secret of another room under the newest key, bound to its place:
// the table, the organization and the row. It is for secrets that are no token,
// such as the address of a published calendar.
func (v *Vault) Seal(s connector.Secret, place ...string) ([]byte, error) {
	return v.cfg.Keys.seal(s.Reveal(), inRoom(place)...)
}

// Unseal opens what Seal kept at the same place. Aged says that an older key
// sealed it: whoever keeps it should seal it again, so that the key can go.
func (v *Vault) Unseal(sealed []byte, place ...string) (s connector.Secret, aged bool, err error) {
	var text string
	err = v.cfg.Keys.open(sealed, &text, inRoom(place)...)
	id, _, _ := keyOf(sealed)
	return connector.NewSecret(text), id != v.cfg.Keys.newest, err
}

// inRoom keeps what other rooms seal apart from what this one does.
func inRoom(place []string) []string { return append([]string{"room"}, place...) }
