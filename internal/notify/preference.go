package notify

import (
	"context"

	"parley/internal/db"
)

// A mute is a kind of notice that a person does not want.
type mute struct{ OrgID, PersonID, Kind string }

// Columns maps the mute to its table.
func (m *mute) Columns(c *db.Columns) {
	c.Col("org_id", &m.OrgID)
	c.Col("person_id", &m.PersonID)
	c.Col("kind", &m.Kind)
}

// Mute says that a person does, or does not any more, want to hear of a kind of
// notice. What is told Always is told all the same. Language and zone of what
// they are told are those of their profile.
func (n *Notify) Mute(ctx context.Context, tx *db.Tx, orgID, personID, kind string, muted bool) error {
	text := removeMute
	if muted {
		text = addMute
	}
	_, err := tx.Exec(ctx, text, orgID, personID, kind)
	return err
}

// Erase forgets a person: nothing that waits is sent to them, and what was told
// to them alone is emptied. The ledger keeps that something was told, and when.
// It is one of the verbs of org.Orgs.OnErase.
func (n *Notify) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	if _, err := tx.Exec(ctx, skipPerson, orgID, personID, reason(why("gone")), db.Time(tx.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, forgetCards, orgID, personID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, removeMutes, orgID, personID)
	return err
}

// mutes loads what some people do not want to hear of.
func mutes(ctx context.Context, q db.Q, orgID string, people []string) (map[mute]bool, error) {
	text, args := inList(mutesOf, []any{orgID}, people, "")
	all, err := db.All[mute](ctx, q, text, args...)
	if err != nil {
		return nil, err
	}
	muted := make(map[mute]bool, len(all))
	for _, m := range all {
		muted[m] = true
	}
	return muted, nil
}
