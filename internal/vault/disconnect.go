package vault

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// offBy is who switched a connection off, for the job that ends it if the
// process that began it died.
type offBy struct {
	ID       string `json:"id"`
	PersonID string `json:"person"`
	Name     string `json:"name"`
}

// Disconnect switches a connection off: no further call begins, those on their
// way are waited for, then the tokens are forgotten. After it returns no
// request leaves. The ids stay, so that connecting the same account again finds
// its meetings.
func (v *Vault) Disconnect(ctx context.Context, actor org.Actor, id string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	if err := v.stop(ctx, actor, id); err != nil {
		return err
	}
	if err := v.landed(ctx, actor.OrgID, id); err != nil {
		return err
	}
	return v.off(ctx, actor, id)
}

// stop lets no further call begin, and makes sure that what is begun here ends.
func (v *Vault) stop(ctx context.Context, actor org.Actor, id string) error {
	args, err := json.Marshal(offBy{ID: id, PersonID: actor.PersonID, Name: actor.Name})
	if err != nil {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := v.touch(ctx, tx, actor.OrgID, id)
		if err != nil || c.State == Disconnected {
			return err
		}
		if _, err := tx.Exec(ctx, stopGrant, c.OrgID, c.ID); err != nil {
			return err
		}
		return job.Add(ctx, tx, job.Job{Key: kindOff + ":" + c.ID, OrgID: c.OrgID, Kind: kindOff, Args: args, Due: tx.Now().Add(2 * flightMax)})
	})
}

// landed waits until no call is on its way and no renewal is going on. A
// process that died is waited for as long as its call could have lasted.
func (v *Vault) landed(ctx context.Context, orgID, id string) error {
	for wait := lookMin; ; wait = min(2*wait, lookMax) {
		busy, err := v.busy(ctx, orgID, id)
		if err == nil && !busy {
			return nil
		}
		if pause(ctx, wait) != nil {
			return fault.Wrap(fault.Away, ctx.Err(), "vault.off.waits")
		}
		if err != nil {
			return err
		}
	}
}

func (v *Vault) busy(ctx context.Context, orgID, id string) (bool, error) {
	g, err := db.One[grant](ctx, v.db, oneGrant, orgID, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := v.db.Now(ctx)
	flying := g.flying > 0 && !g.flyingUntil.Before(now)
	return flying || !g.heldUntil.Before(now), err
}

func (v *Vault) off(ctx context.Context, actor org.Actor, id string) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := v.touch(ctx, tx, actor.OrgID, id)
		if err != nil || c.State == Disconnected {
			return err
		}
		if _, err := tx.Exec(ctx, deleteGrant, c.OrgID, c.ID); err != nil {
			return err
		}
		c.State, c.Waiting, c.WaitingSince = Disconnected, "", time.Time{}
		c.well()
		if err := v.write(ctx, tx, c); err != nil {
			return err
		}
		if err := v.dropDefault(ctx, tx, actor, c); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, actor.Entry("connection.disconnect", "connection", c.ID, "name", c.Name)); err != nil {
			return err
		}
		return v.changed(ctx, tx, c)
	})
}

// dropDefault hands the place of the default to the connection that now stands in
// for the one that was switched off, so that connecting that one again takes it
// back from nobody.
func (v *Vault) dropDefault(ctx context.Context, tx *db.Tx, actor org.Actor, c Connection) error {
	set, err := v.cfg.Orgs.Setting(ctx, tx, c.OrgID, DefaultVideo)
	if err != nil || set.Text != c.ID {
		return err
	}
	next, err := v.Default(ctx, tx, c.OrgID)
	if fault.Is(err, fault.NotFound) {
		return org.ClearSetting(ctx, tx, actor, DefaultVideo, org.WholeOrganization)
	}
	if err != nil {
		return err
	}
	return org.SetSetting(ctx, tx, actor, DefaultVideo, org.WholeOrganization, next.ID)
}
