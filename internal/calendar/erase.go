package calendar

import (
	"context"

	"parley/internal/db"
)

var eraseTexts = []string{
	`DELETE FROM hours WHERE org_id = $1 AND person_id = $2`,
	`DELETE FROM hours_exceptions WHERE org_id = $1 AND person_id = $2`,
	`DELETE FROM time_off WHERE org_id = $1 AND person_id = $2`,
	`DELETE FROM busy WHERE org_id = $1 AND person_id = $2`,
	`DELETE FROM busy_sources WHERE org_id = $1 AND person_id = $2`,
}

// Erase forgets when a person works, why they were away, and where their other
// calendars are. Claims stay: they say only that a meeting took place. It is meant for org.OnErase.
func (c *Calendars) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	if err := Touch(ctx, tx, orgID, personID); err != nil {
		return err
	}
	for _, text := range eraseTexts {
		if _, err := tx.Exec(ctx, text, orgID, personID); err != nil {
			return err
		}
	}
	return nil
}
