package vault

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// Somebody who has just allowed something looks at the page; after an hour
// nobody does, and Microsoft's own half hour is over (Microsoft Graph,
// application access policy).
const (
	askOften  = 2 * time.Minute
	askSeldom = 10 * time.Minute
	oftenFor  = time.Hour
)

// waits notes what a connection that is not finished waits for.
func (v *Vault) waits(c *Connection, now time.Time) {
	c.Waiting, c.WaitingSince, c.CheckedAt = "", time.Time{}, time.Time{}
	waits := v.vendors[c.Vendor].Health.Waits
	if waits == nil || c.State != Connecting {
		return
	}
	if c.Waiting = waits(c.Answers); c.Waiting != "" {
		c.WaitingSince = now
	}
}

// LookAgain has a connection that waits looked at at once: what it waits for could
// not be tried before.
func (v *Vault) LookAgain(ctx context.Context, tx *db.Tx, c Connection) error {
	if c.Waiting == "" || c.State != Connecting {
		return nil
	}
	return job.Add(ctx, tx, job.Job{Key: kindReady + ":" + c.ID, OrgID: c.OrgID, Kind: kindReady, Args: []byte(c.ID)})
}

// Check looks now whether what a connection waits for has come. That it has not
// is no error: the connection says so.
func (v *Vault) Check(ctx context.Context, actor org.Actor, id string) (Connection, error) {
	if !actor.May(org.ManageIntegrations) {
		return Connection{}, fault.New(fault.Denied, "")
	}
	c, err := v.Connection(ctx, v.db, actor.OrgID, id)
	if err != nil || c.Waiting == "" {
		return c, err
	}
	return v.look(ctx, c)
}

// look asks the vendor and keeps what it says.
func (v *Vault) look(ctx context.Context, c Connection) (Connection, error) {
	said, err := v.isReady(ctx, c)
	if err != nil {
		return c, err
	}
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = v.touch(ctx, tx, c.OrgID, c.ID); err != nil || c.Waiting == "" {
			return err
		}
		c.CheckedAt = tx.Now()
		if said != nil {
			c.Waiting = cmp.Or(fault.As(said).Key, c.Waiting)
			return v.write(ctx, tx, c)
		}
		return v.arrived(ctx, tx, &c)
	})
	return c, err
}

// hostsShown is how many people are named in what somebody at the customer has to
// do: more are better let in by a group or all at once.
const hostsShown = 100

// Awaited says what somebody at the customer has to do for a connection that
// waits, with literals to copy; nothing when there is nothing to wait for.
func (v *Vault) Awaited(ctx context.Context, q db.Q, orgID, id string) ([]Help, error) {
	c, err := v.Connection(ctx, q, orgID, id)
	if err != nil {
		return nil, err
	}
	vendor, err := v.vendor(c.Vendor)
	if err != nil {
		return nil, err
	}
	app, err := v.effective(ctx, q, orgID, c.Vendor)
	if err != nil {
		return nil, err
	}
	var hosts []string
	if v.cfg.Hosts != nil {
		if hosts, err = v.cfg.Hosts(ctx, q, orgID, id, hostsShown); err != nil {
			return nil, err
		}
	}
	return vendor.Setup.Wait(app.entry, c.Answers, hosts), nil
}

// arrived ends the waiting.
func (v *Vault) arrived(ctx context.Context, tx *db.Tx, c *Connection) error {
	c.Waiting = ""
	if err := v.write(ctx, tx, *c); err != nil {
		return err
	}
	if err := org.Record(ctx, tx, org.System(c.OrgID).Entry("connection.ready", "connection", c.ID, "name", c.Name)); err != nil {
		return err
	}
	for _, hook := range v.OnReady {
		if err := hook(ctx, tx, *c); err != nil {
			return err
		}
	}
	return nil
}

// isReady asks the vendor. What it says against it is "said"; err is that it
// could not be asked.
func (v *Vault) isReady(ctx context.Context, c Connection) (said, err error) {
	ready := v.vendors[c.Vendor].Health.Ready
	if ready == nil {
		return nil, nil
	}
	client, probe, err := v.lendProbe(ctx, c)
	if err != nil {
		return nil, err
	}
	err = ready(ctx, client, c.Answers, probe)
	if fault.Is(err, fault.Denied) {
		return err, nil
	}
	return nil, err
}

// lendProbe lends a client to look whether a connection is well, and a person to
// try it on.
func (v *Vault) lendProbe(ctx context.Context, c Connection) (client *http.Client, probe string, err error) {
	purpose := Purpose{What: Checkup}
	if v.cfg.Probe != nil {
		if probe, purpose.PersonID, err = v.cfg.Probe(ctx, v.db, c.OrgID, c.ID); err != nil {
			return nil, "", err
		}
	}
	client, err = v.Lend(ctx, c.OrgID, c.ID, purpose)
	return client, probe, err
}

// readyJob looks until what is waited for has come, or nobody waits any more.
func (v *Vault) readyJob(ctx context.Context, j job.Job) error {
	c, err := v.Connection(ctx, v.db, j.OrgID, string(j.Args))
	if err != nil || c.Waiting == "" || c.State != Connecting {
		return absent(err)
	}
	if now, err := v.look(ctx, c); err == nil {
		c = now
	} else if k := fault.As(err).Kind; k == fault.SignIn || k == fault.NotFound {
		return nil // the connection says so
	} else {
		v.log.InfoContext(ctx, "what a connection waits for could not be looked for", "connection", c.ID, "error", err)
	}
	if c.Waiting == "" {
		return nil
	}
	now, err := v.db.Now(ctx)
	if err != nil {
		return err
	}
	if now.Sub(c.WaitingSince) < oftenFor {
		return job.Later(askOften)
	}
	return job.Later(askSeldom)
}
