package vault

import (
	"context"
	"slices"
	"time"

	"parley/internal/connector"
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
	// Since is when it was connected.
	Since time.Time
}

// Health shows how a connection does.
func (v *Vault) Health(ctx context.Context, q db.Q, orgID, id string) (Health, error) {
	c, err := v.Connection(ctx, q, orgID, id)
	if err != nil {
		return Health{}, err
	}
	h := Health{LastOK: c.LastOK, Since: c.ConnectedAt}
	g, err := db.One[grant](ctx, q, oneGrant, orgID, id)
	if err != nil {
		return h, absent(err)
	}
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
	case err == nil && c.Fault != "":
		return v.recovers(ctx, c)
	case fault.Is(err, fault.Denied), fault.Is(err, fault.NotFound):
		return v.forbidden(ctx, c, err)
	case err != nil && !fault.Is(err, fault.SignIn):
		v.log.InfoContext(ctx, "a connection could not be felt", "connection", c.ID, "error", err)
	}
	return nil
}

// forbidden has a doctor find out what a refusal means, where there is one: a
// connection that may not do one thing may still do what it is for.
func (v *Vault) forbidden(ctx context.Context, c Connection, why error) error {
	if v.vendors[c.Vendor].Doctor == nil {
		return v.worse(ctx, c, why)
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return v.suspects(ctx, tx, c) })
}

// pulse makes one cheap call.
func (v *Vault) pulse(ctx context.Context, c Connection) error {
	health := v.vendors[c.Vendor].Health
	if health.Pulse == nil {
		return v.renewWhenDue(ctx, c)
	}
	client, err := v.Lend(ctx, c.OrgID, c.ID, Purpose{What: Checkup})
	if err != nil {
		return err
	}
	return health.Pulse(ctx, client, c.Answers)
}

// recovering is how often a connection that is forbidden something is examined.
const recovering = 10 * time.Minute

// recovers looks whether a connection that answers can do what it is for again:
// only a doctor can say that, where there is one.
func (v *Vault) recovers(ctx context.Context, c Connection) error {
	if v.vendors[c.Vendor].Doctor == nil {
		return v.better(ctx, c)
	}
	g, err := db.One[grant](ctx, v.db, oneGrant, c.OrgID, c.ID)
	if err != nil {
		return absent(err)
	}
	now, err := v.db.Now(ctx)
	if err != nil || now.Sub(g.examinedAt) < recovering {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return examineSoon(ctx, tx, c) })
}

// verdict is what findings mean for a connection that is accepted: it ails when
// no meeting can be made for a reason that its own people have to put right, and
// is well when one can.
func (v *Vault) verdict(ctx context.Context, c Connection, found []Finding) error {
	if c.State != Connected || v.vendors[c.Vendor].Doctor == nil {
		return nil
	}
	if slices.ContainsFunc(found, func(f Finding) bool { return f.Name == connector.LookMeeting && f.Severity == Fine }) {
		return v.better(ctx, c)
	}
	i := slices.IndexFunc(found, func(f Finding) bool {
		return f.Severity == Wrong && !f.Alone && (f.Act == ActVendorAdmin || f.Act == ActAdministrator)
	})
	if i < 0 {
		return nil
	}
	f := found[i]
	var why error = fault.New(fault.Denied, f.Title, f.Args...)
	if len(f.Evidence) > 0 {
		why = connector.WithEvidence(why, f.Evidence[0])
	}
	return v.worse(ctx, c, why)
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
