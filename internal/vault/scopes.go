package vault

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// lostScope is the fault of a connection that was denied a permission without
// which nothing works.
const lostScope = "vault.fault.scope"

// Lacking names the permissions that a connection was made to have and was not
// granted: without the needed ones nothing works, without the wanted ones it
// works and knows less.
func (v *Vault) Lacking(c Connection) (needed, wanted []string) {
	if lacking := v.vendors[c.Vendor].Health.Lacking; lacking != nil {
		return lacking(c.Answers, c.Scopes)
	}
	return nil, nil
}

// Level is how much of the directory the connection may read, as its vendor
// names it; empty without a directory.
func (v *Vault) Level(c Connection) Level {
	if d := v.vendors[c.Vendor].Directory; d != nil {
		return d.Level(c.Scopes)
	}
	return ""
}

// regranted keeps the permissions that a renewal was given. Fewer than before
// show: as a connection that needs its account again when nothing works without
// them, else to those who want to know what it may read now. It returns the
// fault that the connection now has.
func (v *Vault) regranted(ctx context.Context, tx *db.Tx, of Connection, scopes []string) (lost error, err error) {
	if len(scopes) == 0 || slices.Equal(plain(of.Scopes), plain(scopes)) {
		return nil, nil
	}
	c, err := v.touch(ctx, tx, of.OrgID, of.ID)
	if err != nil {
		return nil, err
	}
	_, wanted := v.Lacking(c)
	level := v.Level(c)
	c.Scopes = scopes
	needed, missing := v.Lacking(c)
	if lost = loses(&c, needed, tx.Now()); lost == nil && level == v.Level(c) && slices.Equal(wanted, missing) {
		return nil, v.write(ctx, tx, c) // the same, in other words
	}
	if err := v.write(ctx, tx, c); err != nil {
		return nil, err
	}
	e := org.System(c.OrgID).Entry("connection.scopes", "connection", c.ID, "name", c.Name, "before", strings.Join(c.Before.Scopes, " "), "after", strings.Join(scopes, " "))
	if err := org.Record(ctx, tx, e); err != nil {
		return nil, err
	}
	if lost != nil {
		if err := examineSoon(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	return lost, v.changed(ctx, tx, c)
}

// loses stops a connection that works without a permission that it needs.
func loses(c *Connection, needed []string, now time.Time) error {
	if len(needed) == 0 || (c.State != Connected && c.State != Connecting) {
		return nil
	}
	why := fault.New(fault.SignIn, lostScope, "Count", len(needed), "Scopes", strings.Join(needed, ", "))
	c.State = NeedsReauthorization
	c.ails(why, now)
	return why
}

// plain are permissions to compare: vendors write them in any order and case,
// and with or without the service they belong to.
func plain(scopes []string) []string {
	var all []string
	for _, s := range scopes {
		all = append(all, strings.ToLower(s[strings.LastIndexByte(s, '/')+1:]))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
