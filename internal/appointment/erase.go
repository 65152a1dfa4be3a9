package appointment

import (
	"context"

	"parley/internal/db"
)

const eraseClient = `UPDATE appointments SET notes = '', answers = '[]', reason = '', version = version + 1 WHERE org_id = $1 AND client_id = $2`

const eraseProfile = `DELETE FROM staff WHERE org_id = $1 AND person_id = $2`

const eraseLost = `DELETE FROM lost_hosts WHERE org_id = $1 AND person_id = $2`

const eraseOffers = `DELETE FROM service_staff WHERE org_id = $1 AND person_id = $2`

// Erase forgets what a person said in their appointments, what the staff wrote
// about these, and what the person offered as staff. That the appointments took place stays. It is meant for org.OnErase.
func (a *Appointments) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	for _, text := range []string{eraseClient, eraseNotes, eraseProfile, eraseOffers, eraseLost, eraseGuest, eraseWaiting, eraseFeedback} {
		if _, err := tx.Exec(ctx, text, orgID, personID); err != nil {
			return err
		}
	}
	return nil
}
