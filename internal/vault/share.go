package vault

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	// ShareLife is how long a report can be read by whoever was given its link.
	ShareLife = 30 * 24 * time.Hour
	// SharesMost is how many links to reports of a connection can be read at once.
	SharesMost = 20
)

// A Share is a report that people without an account may read, such as a security
// team. It holds what was found, so that it reads the same until it ends.
type Share struct {
	OrgID        string
	ID           string
	ConnectionID string
	// Reported is when it was found.
	Reported time.Time
	Findings []Finding
	// By and ByName are who made it, at Made.
	By, ByName    string
	Made, Expires time.Time
	// Revoked is when somebody took it back; zero while it stands.
	Revoked time.Time
}

// Columns maps the share to its table.
func (s *Share) Columns(c *db.Columns) {
	c.Col("org_id", &s.OrgID)
	c.Col("id", &s.ID)
	c.Col("connection_id", &s.ConnectionID)
	c.Col("reported_at", (*db.Time)(&s.Reported))
	c.Col("findings", db.JSON[findings]{To: (*findings)(&s.Findings)})
	c.Col("by_id", &s.By)
	c.Col("by_name", &s.ByName)
	c.Col("made_at", (*db.Time)(&s.Made))
	c.Col("expires_at", (*db.Time)(&s.Expires))
	c.Col("revoked_at", (*db.Time)(&s.Revoked))
}

// Stands reports whether it can be read.
func (s Share) Stands(now time.Time) bool { return s.Revoked.IsZero() && now.Before(s.Expires) }

const (
	oneShare    = `SELECT {columns} FROM report_shares WHERE org_id = $1 AND id = $2`
	listShares  = `SELECT {columns} FROM report_shares WHERE org_id = $1 AND connection_id = $2 AND revoked_at = 0 AND expires_at > $3 ORDER BY made_at DESC, id DESC`
	countShares = `SELECT COUNT(*) FROM report_shares WHERE org_id = $1 AND connection_id = $2 AND revoked_at = 0 AND expires_at > $3`
	revokeShare = `UPDATE report_shares SET revoked_at = $3 WHERE org_id = $1 AND id = $2 AND revoked_at = 0`
	oldShares   = `DELETE FROM report_shares WHERE org_id = $1 AND expires_at < $2`
)

// ShareReport makes a report readable for whoever is given its link, unless as many
// links can be read as one can keep in view. Those that ended long ago are forgotten.
func (v *Vault) ShareReport(ctx context.Context, actor org.Actor, connectionID, reportID string) (s Share, err error) {
	if !actor.May(org.ManageIntegrations) {
		return s, fault.New(fault.Denied, "")
	}
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := v.Report(ctx, tx, actor.OrgID, reportID)
		if err != nil {
			return err
		}
		if r.ConnectionID != connectionID {
			return fault.New(fault.NotFound, "")
		}
		c, err := v.touch(ctx, tx, r.OrgID, r.ConnectionID)
		if err != nil {
			return err
		}
		n, err := db.Value[int64](ctx, tx, countShares, c.OrgID, c.ID, db.Time(tx.Now()))
		if err != nil {
			return err
		}
		if n >= SharesMost {
			return fault.New(fault.Conflict, "vault.share.most", "Most", SharesMost)
		}
		s = Share{OrgID: r.OrgID, ID: db.NewID(), ConnectionID: r.ConnectionID, Reported: r.At, Findings: r.Findings,
			By: actor.PersonID, ByName: actor.Name, Made: tx.Now(), Expires: tx.Now().Add(ShareLife)}
		if _, err := tx.Exec(ctx, oldShares, r.OrgID, db.Time(tx.Now().Add(-ShareLife))); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "report_shares", &s); err != nil {
			return err
		}
		return org.Record(ctx, tx, actor.Entry("connection.share", "connection", c.ID, "name", c.Name))
	})
	return s, err
}

// RevokeShare takes a link back. Taking back what is gone changes nothing.
func (v *Vault) RevokeShare(ctx context.Context, actor org.Actor, connectionID, id string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		s, err := db.One[Share](ctx, tx, oneShare, actor.OrgID, id)
		if err != nil {
			return err
		}
		c, err := v.Connection(ctx, tx, actor.OrgID, s.ConnectionID)
		if err != nil {
			return err
		}
		if c.ID != connectionID {
			return fault.New(fault.NotFound, "")
		}
		if !s.Revoked.IsZero() {
			return nil
		}
		if _, err := tx.Exec(ctx, revokeShare, actor.OrgID, id, db.Time(tx.Now())); err != nil {
			return err
		}
		return org.Record(ctx, tx, actor.Entry("connection.unshare", "connection", c.ID, "name", c.Name))
	})
}

// Shares lists the links to reports of a connection that can be read, the newest
// first: at most SharesMost.
func (v *Vault) Shares(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) ([]Share, error) {
	return db.All[Share](ctx, q, listShares, orgID, connectionID, db.Time(now))
}

// Shared is a report as whoever was given its link may read it. One that was taken
// back, or has ended, is not there.
func (v *Vault) Shared(ctx context.Context, q db.Q, orgID, id string, now time.Time) (Share, error) {
	s, err := db.One[Share](ctx, q, oneShare, orgID, id)
	if err == nil && !s.Stands(now) {
		err = fault.New(fault.NotFound, "")
	}
	return s, err
}
