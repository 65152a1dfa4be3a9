package org

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Scope is where a setting is made: see the constants and In.
type Scope string

// The two scopes that every setting has. A narrower one is written by In.
const (
	// Installation holds for all organizations.
	Installation Scope = "installation"
	// WholeOrganization holds for one organization.
	WholeOrganization Scope = "organization"
)

// Default is the origin of a value that nobody set.
const Default Scope = "default"

// In is a narrow scope: In("program", id), In("person", id).
func In(kind, id string) Scope { return Scope(kind + ":" + id) }

// A SettingKind says what a setting's value may be.
type SettingKind string

// The kinds of setting.
const (
	// SettingText is any text.
	SettingText SettingKind = "text"
	// SettingBool is "true" or "false".
	SettingBool SettingKind = "bool"
)

type definition struct {
	kind SettingKind
	def  string
}

var definitions = map[string]definition{}

// DefineSetting declares a setting with its default. Rooms call it in a
// package-level variable, so that every key is known before the first question;
// declaring one twice panics.
func DefineSetting(key string, kind SettingKind, def string) string {
	if _, twice := definitions[key]; twice {
		panic("org: setting " + key + " is defined twice")
	}
	d := definition{kind: kind, def: def}
	if err := d.check(def); err != nil {
		panic(fmt.Sprintf("org: the default of setting %s: %v", key, err))
	}
	definitions[key] = d
	return key
}

func (d definition) check(text string) error {
	if d.kind == SettingBool && text != "true" && text != "false" {
		return fault.Wrap(fault.Invalid, fmt.Errorf("%q is neither true nor false", text), "org.setting.value")
	}
	return nil
}

// A Value is what a setting says, and where that was said.
type Value struct {
	Text   string
	Origin Scope
}

// settingRow is one setting at one scope.
type settingRow struct{ scope, value string }

// Columns maps the row to its table.
func (s *settingRow) Columns(c *db.Columns) {
	c.Col("scope", &s.scope)
	c.Col("value", &s.value)
}

// Setting returns the effective value of a setting: that of the narrowest of
// the scopes (given from narrow to wide), else the organization's, the
// installation's, the default. It is one query however many scopes there are.
func (o *Orgs) Setting(ctx context.Context, q db.Q, orgID, key string, scopes ...Scope) (Value, error) {
	d, ok := definitions[key]
	if !ok {
		return Value{}, fmt.Errorf("org: no setting is called %q", key)
	}
	scopes = append(slices.Clip(scopes), WholeOrganization, Installation)
	args := []any{orgID, key}
	for _, s := range scopes {
		args = append(args, string(s))
	}
	rows, err := db.All[settingRow](ctx, q, settingAt+db.Params(3, len(scopes))+")", args...)
	if err != nil {
		return Value{}, err
	}
	for _, s := range scopes {
		if i := slices.IndexFunc(rows, func(r settingRow) bool { return r.scope == string(s) }); i >= 0 {
			return Value{Text: rows[i].value, Origin: s}, nil
		}
	}
	return Value{Text: d.def, Origin: Default}, nil
}

// PutSettings sets several settings at a scope, for a verb that says itself in
// the journal what was done. An empty text goes back to what wider scopes say.
func PutSettings(ctx context.Context, tx *db.Tx, by Actor, at Scope, values map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		d, ok := definitions[key]
		if !ok {
			return fmt.Errorf("org: no setting is called %q", key)
		}
		text := values[key]
		if text == "" {
			if _, err := tx.Exec(ctx, clearSetting, ownerOf(by, at), key, string(at)); err != nil {
				return err
			}
			continue
		}
		if err := d.check(text); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setSetting, ownerOf(by, at), key, string(at), text, by.PersonID, db.Time(tx.Now())); err != nil {
			return err
		}
	}
	return nil
}

// SetSetting sets a setting at a scope and says so in the journal.
func SetSetting(ctx context.Context, tx *db.Tx, by Actor, key string, at Scope, text string) error {
	d, ok := definitions[key]
	if !ok {
		return fmt.Errorf("org: no setting is called %q", key)
	}
	if err := d.check(text); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, setSetting, ownerOf(by, at), key, string(at), text, by.PersonID, db.Time(tx.Now())); err != nil {
		return err
	}
	return Record(ctx, tx, by.Entry("setting.set", "setting", key, "setting", key, "scope", string(at), "value", text))
}

// ClearSetting goes back to what wider scopes say.
func ClearSetting(ctx context.Context, tx *db.Tx, by Actor, key string, at Scope) error {
	if _, err := tx.Exec(ctx, clearSetting, ownerOf(by, at), key, string(at)); err != nil {
		return err
	}
	return Record(ctx, tx, by.Entry("setting.clear", "setting", key, "setting", key, "scope", string(at)))
}

// SaveSetting is SetSetting in a transaction of its own, for pages.
func (o *Orgs) SaveSetting(ctx context.Context, by Actor, key string, at Scope, text string) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return SetSetting(ctx, tx, by, key, at, text) })
}

// SaveSettings sets those of several settings that say something else now, all or
// none, and says of each in the journal that it was set.
func (o *Orgs) SaveSettings(ctx context.Context, by Actor, at Scope, values map[string]string) error {
	return o.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			now, err := o.Setting(ctx, tx, by.OrgID, key, at)
			if err == nil && now.Text != values[key] {
				err = SetSetting(ctx, tx, by, key, at, values[key])
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ownerOf is the organization under which a setting is kept.
func ownerOf(by Actor, at Scope) string {
	if at == Installation {
		return ""
	}
	return by.OrgID
}
