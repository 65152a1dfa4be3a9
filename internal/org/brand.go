package org

import (
	"context"
	"regexp"
	"strings"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Look is how an organization calls itself and which colour it has.
type Look struct {
	Name string
	// Accent is the colour as it was typed, #rrggbb; empty for Parley's own.
	Accent string
	// Light and Dark are the shades of it that are used on light and on dark
	// pages, since text has to be readable on what was typed. Whoever draws the
	// pages knows them.
	Light, Dark string
	// Version is the state of the organization that was seen; 0 is any.
	Version int64
}

var accentShape = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// Check returns every fault of what was typed.
func (l Look) Check() error {
	var f fault.Fields
	f.Add("organization", checkName(strings.TrimSpace(l.Name), "org.organization.name.missing"))
	f.Add("accent", checkAccent(l.Accent, l.Light, l.Dark))
	return f.Err()
}

// checkAccent wants colours, each of which may be missing.
func checkAccent(colours ...string) *fault.Error {
	for _, c := range colours {
		if c != "" && !accentShape.MatchString(c) {
			return fault.New(fault.Invalid, "org.accent.shape")
		}
	}
	return nil
}

// SaveLook changes the organization's name and colour, unless somebody else
// changed the organization meanwhile.
func (o *Orgs) SaveLook(ctx context.Context, by Actor, l Look) error {
	if err := l.Check(); err != nil {
		return err
	}
	l.Name = strings.TrimSpace(l.Name)
	return o.change(ctx, by, l.Version, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, saveLook, by.OrgID, l.Name, l.Accent, l.Light, l.Dark); err != nil {
			return err
		}
		entry := by.Entry("brand.look", "organization", by.OrgID, "name", l.Name, "asked", l.Accent, "light", l.Light, "dark", l.Dark)
		if l.Accent == "" {
			entry = by.Entry("brand.plain", "organization", by.OrgID, "name", l.Name)
		}
		return Record(ctx, tx, entry)
	})
}

// SaveLogo changes the organization's logo; the zero logo takes it away. Seen is
// the version of the organization that was seen; 0 is any.
func (o *Orgs) SaveLogo(ctx context.Context, by Actor, seen int64, l Logo) error {
	if err := l.check(); err != nil {
		return err
	}
	return o.change(ctx, by, seen, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, saveLogo, by.OrgID, l.Picture, l.Type, string(l.Plate)); err != nil {
			return err
		}
		verb := "brand.logo"
		if len(l.Picture) == 0 {
			verb = "brand.logo-remove"
		}
		return Record(ctx, tx, by.Entry(verb, "organization", by.OrgID))
	})
}

// ResetLook goes back to Parley's own colour and to no logo. The name stays.
// Seen is the version of the organization that was seen; 0 is any.
func (o *Orgs) ResetLook(ctx context.Context, by Actor, seen int64) error {
	return o.change(ctx, by, seen, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, resetLook, by.OrgID); err != nil {
			return err
		}
		return Record(ctx, tx, by.Entry("brand.reset", "organization", by.OrgID))
	})
}
