package appointment

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/org"
)

// Who offers what, and who works where, is changed from both ends: on the page
// of the member and on that of the service or the location. Each raises the
// versions at the other end, so that a form drawn before is refused and does not
// take back, unseen, what the other page said.

const (
	raiseService  = `UPDATE services SET version = version + 1 WHERE org_id = $1 AND id = $2`
	raiseLocation = `UPDATE locations SET version = version + 1 WHERE org_id = $1 AND id = $2`
)

// raise makes rows new to whoever has them open. They are raised in order, after
// the people and their calendars: verbs that went other ways could wait for each
// other.
func raise(ctx context.Context, tx *db.Tx, text, orgID string, ids []string) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, text, orgID, id); err != nil {
			return err
		}
	}
	return nil
}

// raiseMembers makes the members new who came or went.
func raiseMembers(ctx context.Context, tx *db.Tx, orgID string, before, after []string) error {
	return org.RaiseMembers(ctx, tx, orgID, differing(before, after)...)
}

// differing are the ids that stand in one list alone, in order.
func differing(before, after []string) (ids []string) {
	for _, id := range slices.Concat(before, after) {
		if slices.Contains(before, id) != slices.Contains(after, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
