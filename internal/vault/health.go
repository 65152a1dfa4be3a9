package vault

import (
	"context"
	"errors"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// Health is how a connection does.
type Health struct {
	// LastOK is when the vendor last accepted a call, to about a minute.
	LastOK time.Time
	// RenewsAt is when the permission is renewed next; zero when it is not, as
	// while the connection is off or needs reauthorization.
	RenewsAt time.Time
	// RegistrationEnds is when our own secret or certificate at the vendor ends;
	// zero when nobody said.
	RegistrationEnds time.Time
	// Since is when it was connected.
	Since time.Time
	// Failures is how many renewals in a row gave nothing.
	Failures int
}

// Health shows how a connection does.
func (v *Vault) Health(ctx context.Context, q db.Q, orgID, id string) (Health, error) {
	c, err := v.Connection(ctx, q, orgID, id)
	if err != nil {
		return Health{}, err
	}
	h := Health{LastOK: c.LastOK, Since: c.ConnectedAt}
	app, err := v.effective(ctx, q, orgID, c.Vendor)
	if err != nil {
		return Health{}, err
	}
	h.RegistrationEnds = app.Expires
	g, err := db.One[grant](ctx, q, oneGrant, orgID, id)
	if err != nil {
		return h, absent(err)
	}
	h.Failures = int(g.failures)
	if c.State == Connected || c.State == Connecting {
		h.RenewsAt = g.renewAt
		if g.retryAt.After(h.RenewsAt) {
			h.RenewsAt = g.retryAt
		}
	}
	return h, nil
}

const (
	// quiet is how long a connection may go unfelt: its owner is told within five
	// minutes of its breaking.
	quiet = 3 * time.Minute
	// feels is how often such connections are looked for.
	feels = time.Minute
)

// pulsesJob has every connection felt that was not for a while, each by a job of
// its own.
func (v *Vault) pulsesJob(ctx context.Context, _ job.Job) error {
	return v.each(ctx, duePulses, quiet, felt, kindPulse)
}

// each rings a job for every connection that is due, and notes that it did.
func (v *Vault) each(ctx context.Context, due string, age time.Duration, note, kind string) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := db.All[place](ctx, tx, due, db.Time(tx.Now().Add(-age)))
		if err != nil {
			return err
		}
		for _, p := range all {
			if _, err := tx.Exec(ctx, note, p.orgID, p.id, db.Time(tx.Now())); err != nil {
				return err
			}
			if err := job.Add(ctx, tx, job.Job{Key: kind + ":" + p.id, OrgID: p.orgID, Kind: kind, Args: []byte(p.id)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// pulseJob feels one connection. That the vendor does not accept it any more is
// found by the calls themselves; what it forbids is noted here. What passes by
// itself is felt again in the next round.
func (v *Vault) pulseJob(ctx context.Context, j job.Job) error {
	c, err := v.Connection(ctx, v.db, j.OrgID, string(j.Args))
	if err != nil || c.State != Connected {
		return absent(err)
	}
	err = v.pulse(ctx, c)
	switch {
	case err == nil:
		return v.better(ctx, c)
	case fault.Is(err, fault.Denied), fault.Is(err, fault.NotFound):
		return v.worse(ctx, c, err)
	}
	if f := fault.As(err); f.Kind != fault.SignIn {
		v.log.InfoContext(ctx, "a connection could not be felt", "connection", c.ID, "error", err)
	}
	return nil
}

// pulse makes one cheap call, and where meetings need somebody's leave, asks
// whether it still stands.
func (v *Vault) pulse(ctx context.Context, c Connection) error {
	health := v.vendors[c.Vendor].Health
	if health.Pulse == nil {
		return v.renewWhenDue(ctx, c)
	}
	client, err := v.Lend(ctx, c.OrgID, c.ID, Purpose{What: Checkup})
	if err != nil {
		return err
	}
	if err := health.Pulse(ctx, client, c.Answers); err != nil {
		return err
	}
	if health.Waits == nil || health.Waits(c.Answers) == "" {
		return nil
	}
	said, err := v.isReady(ctx, c)
	return errors.Join(said, err)
}

// renewWhenDue stands for the call where a vendor has none to make.
func (v *Vault) renewWhenDue(ctx context.Context, c Connection) error {
	g, err := db.One[grant](ctx, v.db, oneGrant, c.OrgID, c.ID)
	if err != nil {
		return err
	}
	now, err := v.db.Now(ctx)
	if err != nil || now.Before(g.renewAt) {
		return err
	}
	return v.renew(ctx, c.OrgID, c.ID, g.version)
}

// worse notes that the vendor accepts the connection and forbids it what it is for.
func (v *Vault) worse(ctx context.Context, of Connection, why error) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := v.touch(ctx, tx, of.OrgID, of.ID)
		if err != nil || c.State != Connected || fault.As(why).Key == "" {
			return absent(err)
		}
		if c.Fault == fault.As(why).Key {
			return nil
		}
		c.ails(why, tx.Now())
		return v.turnedBad(ctx, tx, c)
	})
}

// better notes that nothing is wrong any more.
func (v *Vault) better(ctx context.Context, of Connection) error {
	if of.Fault == "" {
		return nil
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := v.touch(ctx, tx, of.OrgID, of.ID)
		if err != nil || c.State != Connected || c.Fault == "" {
			return absent(err)
		}
		c.well()
		if err := v.write(ctx, tx, c); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, org.System(c.OrgID).Entry("connection.well", "connection", c.ID, "name", c.Name)); err != nil {
			return err
		}
		return v.changed(ctx, tx, c)
	})
}
