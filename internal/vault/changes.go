package vault

import "parley/internal/connector"

// Changes is the part of the connection's vendor that tells what happens in its
// directory, or nil.
func (v *Vault) Changes(c Connection) connector.Changes {
	return v.vendors[c.Vendor].Changes
}

// HookPath is the last part of the address at which the connection's vendor tells
// us things; empty when it does not.
func (v *Vault) HookPath(c Connection) string {
	if l := v.vendors[c.Vendor].Listener; l != nil {
		return l.Path()
	}
	return ""
}
