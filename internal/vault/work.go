package vault

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// Kinds of job.
const (
	kindAlive  = "vault.alive"
	kindRenew  = "vault.renew"
	kindReseal = "vault.reseal"
	kindOff    = "vault.off"
	// kindReady looks whether what a connection waits for has come.
	kindReady = "vault.ready"
	// kindPulses and kindPulse feel connections, kindExaminations and kindExamine
	// have them examined.
	kindPulses       = "vault.pulses"
	kindPulse        = "vault.pulse"
	kindExaminations = "vault.examinations"
	kindExamine      = "vault.examine"
	// kindInbound hands on what a vendor told us, kindForget forgets it.
	kindInbound = "inbound"
	kindForget  = "vault.forget"
)

const (
	// idle is how long a grant may go unused before it is renewed for its own
	// sake. Microsoft ends refresh tokens after 90 days without use (Microsoft
	// Entra, refresh tokens); a daily renewal also finds a dead one early.
	idle = 20 * time.Hour
	// rounds is how often idle grants and old seals are looked for.
	rounds = time.Hour
)

// Work names the room's jobs to the runner.
func (v *Vault) Work(r *job.Runner) {
	v.runner = r
	r.Handle(kindAlive, v.aliveJob)
	r.Handle(kindRenew, v.renewJob)
	r.Handle(kindReseal, v.resealJob)
	r.Handle(kindOff, v.offJob)
	r.Handle(kindRegistration, v.registrationJob)
	r.Handle(kindExpiry, v.expiryJob)
	r.Handle(kindReady, v.readyJob)
	r.Handle(kindPulses, v.pulsesJob)
	r.Handle(kindPulse, v.pulseJob)
	r.Handle(kindExaminations, v.examinationsJob)
	r.Handle(kindExamine, v.examineJob)
	r.Handle(kindTrial, v.trialJob)
	r.Handle(kindInbound, v.inboundJob)
	r.Handle(kindForget, v.forgetJob)
	r.Every(kindPulses, feels, kindPulses)
	r.Every(kindExaminations, rounds, kindExaminations)
	r.Every(kindForget, 24*time.Hour, kindForget)
	r.Every(kindAlive, rounds, kindAlive)
	r.Every(kindReseal, rounds, kindReseal)
	r.Every(kindExpiry, 24*time.Hour, kindExpiry)
}

// place names a grant.
type place struct{ orgID, id string }

// Columns maps the place to its columns.
func (p *place) Columns(c *db.Columns) {
	c.Col("org_id", &p.orgID)
	c.Col("connection_id", &p.id)
}

// aliveJob has every idle grant renewed, each by a job of its own.
func (v *Vault) aliveJob(ctx context.Context, _ job.Job) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := db.All[place](ctx, tx, idleGrants, db.Time(tx.Now().Add(-idle)))
		for _, p := range all {
			if err == nil {
				err = job.Add(ctx, tx, job.Job{Key: kindRenew + ":" + p.id, OrgID: p.orgID, Kind: kindRenew, Args: []byte(p.id)})
			}
		}
		return err
	})
}

// renewJob renews one grant. What a person has to put right is told by the
// connection's state; repeating the job would not help.
func (v *Vault) renewJob(ctx context.Context, j job.Job) error {
	g, err := db.One[grant](ctx, v.db, oneGrant, j.OrgID, string(j.Args))
	fresh := false
	if err == nil {
		fresh, err = v.fresh(ctx, g)
	}
	if err == nil && !fresh {
		err = v.renew(ctx, j.OrgID, g.connectionID, g.version)
	}
	switch f := fault.As(err); {
	case err == nil, f.Kind == fault.SignIn, f.Kind == fault.Denied, f.Kind == fault.NotFound:
		return nil
	}
	return err
}

// fresh reports whether somebody has renewed the grant just now, under the
// registration that counts.
func (v *Vault) fresh(ctx context.Context, g grant) (bool, error) {
	now, err := v.db.Now(ctx)
	if err != nil || now.Sub(g.renewedAt) > time.Minute {
		return false, err
	}
	c, err := v.Connection(ctx, v.db, g.orgID, g.connectionID)
	if err != nil {
		return false, err
	}
	app, err := v.effective(ctx, v.db, g.orgID, c.Vendor)
	return app.ClientID == c.ClientID, err
}

// offJob ends a Disconnect whose process died.
func (v *Vault) offJob(ctx context.Context, j job.Job) error {
	var by offBy
	if err := json.Unmarshal(j.Args, &by); err != nil {
		return err
	}
	actor := org.Actor{OrgID: j.OrgID, PersonID: by.PersonID, Name: by.Name}
	err := v.landed(ctx, j.OrgID, by.ID)
	if err == nil {
		err = v.offUnlessStarted(ctx, actor, by.ID)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// offUnlessStarted leaves a connection alone that was connected again since.
func (v *Vault) offUnlessStarted(ctx context.Context, actor org.Actor, id string) error {
	g, err := db.One[grant](ctx, v.db, oneGrant, actor.OrgID, id)
	if err != nil || !g.stopped {
		return err
	}
	return v.off(ctx, actor, id)
}

// resealJob seals again, under the newest key, what older keys sealed, so that
// an old key can be taken away.
func (v *Vault) resealJob(ctx context.Context, _ job.Job) error {
	for {
		n, err := v.resealSome(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (v *Vault) resealSome(ctx context.Context) (n int64, err error) {
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n = 0
		connections, err := db.All[Connection](ctx, tx, staleConnections, v.cfg.Keys.newest)
		if err != nil {
			return err
		}
		for _, c := range connections {
			if err := errors.Join(v.unseal(&c), v.sealAnswers(&c)); err != nil {
				return err
			}
			done, err := tx.Exec(ctx, resealConnection, c.OrgID, c.ID, c.answers, c.sealedWith, c.Version)
			if err != nil {
				return err
			}
			n += done
		}
		return errors.Join(v.resealGrants(ctx, tx, &n), v.resealRegistrations(ctx, tx, &n))
	})
	return n, err
}

func (v *Vault) resealGrants(ctx context.Context, tx *db.Tx, n *int64) error {
	grants, err := db.All[grant](ctx, tx, staleGrants, v.cfg.Keys.newest)
	if err != nil {
		return err
	}
	for _, g := range grants {
		t, err := v.openTokens(g)
		if err != nil {
			return err
		}
		sealed, err := v.cfg.Keys.seal(t, g.orgID, g.connectionID, "tokens")
		if err != nil {
			return err
		}
		done, err := tx.Exec(ctx, resealGrant, g.orgID, g.connectionID, sealed, v.cfg.Keys.newest, g.version)
		if err != nil {
			return err
		}
		*n += done
	}
	return nil
}
