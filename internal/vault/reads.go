package vault

import (
	"context"
	"time"

	"parley/internal/db"
)

// A Read is one time that people were read at a vendor.
type Read struct {
	OrgID        string
	ID           string
	ConnectionID string
	// PersonID is who was read; empty for a scan of the whole directory.
	PersonID string
	// What is the purpose it was lent for.
	What string
	At   time.Time
}

// Columns maps the read to its table.
func (r *Read) Columns(c *db.Columns) {
	c.Col("org_id", &r.OrgID)
	c.Col("id", &r.ID)
	c.Col("connection_id", &r.ConnectionID)
	c.Col("person_id", &r.PersonID)
	c.Col("what", &r.What)
	c.Col("at", (*db.Time)(&r.At))
}

// Reads lists when a person was read at a vendor, latest first.
func (v *Vault) Reads(ctx context.Context, q db.Q, orgID, personID string, limit int) ([]Read, error) {
	return db.All[Read](ctx, q, readsOf, orgID, personID, limit)
}

// Scans lists when a connection's whole directory was read, latest first.
func (v *Vault) Scans(ctx context.Context, q db.Q, orgID, connectionID string, limit int) ([]Read, error) {
	return db.All[Read](ctx, q, scansOf, orgID, connectionID, limit)
}

// Erase forgets what was read of a person. It belongs into org's OnErase.
func (v *Vault) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	_, err := tx.Exec(ctx, eraseReads, orgID, personID)
	return err
}
