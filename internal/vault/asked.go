package vault

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// A connection has one job that examines it, whoever wants that: two examinations
// at once would find, and delete, each other's meeting. Who asked stands at the
// grant.

// examineSoon has a connection examined.
func examineSoon(ctx context.Context, tx *db.Tx, c Connection) error {
	return job.Add(ctx, tx, job.Job{Key: kindExamine + ":" + c.ID, OrgID: c.OrgID, Kind: kindExamine, Args: []byte(c.ID)})
}

// AskExamination has a connection examined soon, in the name of who asks. An
// examination makes many calls, each of which may take long: whoever asked finds
// it among the reports. Asking twice before it began is asking once. At a
// connection that is off there is nothing to call: it is looked at at once.
func (v *Vault) AskExamination(ctx context.Context, actor org.Actor, id string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	off := false
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := v.Connection(ctx, tx, actor.OrgID, id)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, ask, c.OrgID, c.ID, actor.PersonID, actor.Name)
		if off = err == nil && n == 0; err != nil || off {
			return err
		}
		return examineSoon(ctx, tx, c)
	})
	if err != nil || !off {
		return err
	}
	_, err = v.examine(ctx, actor, id, alone)
	return err
}

// examineJob examines one connection, because somebody asked, it turned bad, or it
// is time. One that is off has no grant, and is left alone.
func (v *Vault) examineJob(ctx context.Context, j job.Job) error {
	g, err := db.One[grant](ctx, v.db, oneGrant, j.OrgID, string(j.Args))
	if err != nil {
		return absent(err)
	}
	by := org.System(j.OrgID)
	if g.askedBy != "" {
		by = org.Actor{OrgID: j.OrgID, PersonID: g.askedBy, Name: g.askedName}
	}
	_, err = v.examine(ctx, by, g.connectionID, func() error { return v.runner.Extend(ctx, j) })
	return absent(err)
}

// alone is for what no other process could take over.
func alone() error { return nil }
