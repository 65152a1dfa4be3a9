package vault

import (
	"context"
	"errors"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

const (
	// lease is how long one renewal belongs to its holder: longer than a call's
	// deadline and the saving after it.
	lease = 2 * connector.Deadline
	// lookMin and lookMax are how often the others look whether it is done.
	lookMin = 5 * time.Millisecond
	lookMax = 200 * time.Millisecond
	// operatorPause is how long to wait after our own registration was refused.
	operatorPause = time.Minute
)

// Void ends, at start, the leases and flights of a process that died, where no
// other process can be: a renewal that was killed is then tried again at once.
func (v *Vault) Void(ctx context.Context) error {
	if !v.db.OneProcess() {
		return nil
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, voidLeases)
		return err
	})
}

// renew makes sure that a newer version of the grant than the stale one is
// kept. Of all callers in all processes one renews; the others wait and look.
func (v *Vault) renew(ctx context.Context, orgID, id string, stale int64) error {
	for wait := lookMin; ; wait = min(2*wait, lookMax) {
		h, err := v.hold(ctx, orgID, id, stale)
		if err != nil || h.done {
			return err
		}
		if h.mine {
			// From here on a caller who goes away changes nothing.
			return v.spendGrant(context.WithoutCancel(ctx), h.c, h.g)
		}
		if err := pause(ctx, wait); err != nil {
			return fault.Wrap(fault.Away, err, "vault.renew.later")
		}
	}
}

// held is what a try for the lease found.
type held struct {
	g grant
	c Connection
	// mine: we hold the lease. done: a newer version is there.
	mine, done bool
}

// hold takes the lease of the stale version, reads the grant again and marks
// its refresh token as being spent, all in one statement.
func (v *Vault) hold(ctx context.Context, orgID, id string, stale int64) (h held, err error) {
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		h = held{}
		now := tx.Now()
		h.g, err = db.One[grant](ctx, tx, holdGrant, orgID, id, db.Time(now), db.Time(now.Add(lease)), stale)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		h.mine = err == nil
		if h.c, err = v.Connection(ctx, tx, orgID, id); err != nil {
			return err
		}
		if h.c.State == NeedsReauthorization || h.c.State == Disconnected {
			return h.c.lendable(Purpose{What: Scan}) // rolls the lease back
		}
		if h.mine {
			return nil
		}
		h.g, err = db.One[grant](ctx, tx, oneGrant, orgID, id)
		if err != nil || h.g.stopped {
			return fault.Wrap(fault.Denied, err, "vault.lend.off", "Name", h.c.Name)
		}
		h.done = h.g.version != stale
		if !h.done && h.g.heldUntil.Before(now) && h.g.retryAt.After(now) {
			return later(h.g.retryAt.Sub(now))
		}
		return nil
	})
	return h, err
}

func later(in time.Duration) error {
	f := fault.New(fault.Limited, "vault.renew.later")
	f.After = in
	return f
}

// spendGrant renews under the lease. What the vendor gave is saved before
// anybody uses it.
func (v *Vault) spendGrant(ctx context.Context, c Connection, g grant) error {
	old, err := v.openTokens(g)
	if err != nil {
		return errors.Join(err, v.letGo(ctx, g, true, operatorPause))
	}
	app, err := v.registered(ctx, v.db, c.OrgID, c.Vendor)
	if err != nil {
		return errors.Join(v.unregistered(ctx, app, err), v.letGo(ctx, g, true, operatorPause))
	}
	got, err := v.askVendor(ctx, app, c, old)
	outcome := "ok"
	defer func() { v.metrics.renewals.WithLabelValues(c.Vendor, outcome).Inc() }()
	if err == nil {
		return v.keep(ctx, app, c, g, got, old)
	}
	outcome = fault.As(err).Kind.String()
	return v.notRenewed(ctx, app, c, g, err)
}

// askVendor asks under the registration that serves the organization now. A
// grant that another application was given is not shown to the vendor: it would
// say no in words that help nobody.
func (v *Vault) askVendor(ctx context.Context, app Registration, c Connection, old tokens) (connector.Tokens, error) {
	if app.ClientID != c.ClientID {
		return connector.Tokens{}, fault.New(fault.SignIn, changedRegistration)
	}
	return v.vendors[c.Vendor].Authorizer.Renew(ctx, app.entry, c.Answers, connector.NewSecret(old.Refresh))
}

// unregistered notes that there is no registration any more, which is the
// operator's affair; any other error is returned as it is.
func (v *Vault) unregistered(ctx context.Context, app Registration, err error) error {
	f := fault.As(err)
	if f.Kind != fault.Denied {
		return err
	}
	return v.noteOperatorFault(ctx, app, connector.OperatorFault(errors.New("the registration at the vendor is not set"), f.Key, f.Args...))
}

// changedRegistration is the fault of a connection that another application of
// ours was given.
const changedRegistration = "vault.fault.registration"

// keep saves what the vendor gave, in a transaction with nothing else: the old
// refresh token may be worth nothing any more, and no other room's failure may
// lose the new one. It returns the fault of a connection that was given too little
// to work with.
func (v *Vault) keep(ctx context.Context, app Registration, c Connection, g grant, got connector.Tokens, old tokens) error {
	var saved int64
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		fresh := g
		err := v.fill(&fresh, got, old, tx.Now())
		if err != nil {
			return err
		}
		saved, err = tx.Exec(ctx, saveGrant, g.orgID, g.connectionID, g.version, fresh.sealed, fresh.sealedWith,
			db.Time(fresh.renewAt), db.Time(fresh.expiresAt), db.Time(fresh.renewedAt))
		return err
	})
	if err != nil {
		return err
	}
	v.accepted(ctx, app)
	if saved == 0 {
		return nil
	}
	// What fails here is noticed by the next renewal: the connection has the
	// permissions of before until then.
	var lost error
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		lost, err = v.regranted(ctx, tx, c, got.Scopes)
		return err
	})
	if err != nil {
		return err
	}
	return lost
}

// notRenewed sorts a renewal that gave nothing: whose affair is it?
func (v *Vault) notRenewed(ctx context.Context, app Registration, c Connection, g grant, err error) error {
	f := fault.As(err)
	switch {
	case connector.IsOperatorFault(err):
		// Refused for who we are: the token was not looked at.
		return errors.Join(v.noteOperatorFault(ctx, app, err), v.letGo(ctx, g, true, operatorPause))
	case f.Kind == fault.Limited:
		return errors.Join(err, v.letGo(ctx, g, true, max(f.After, doubling(g.failures))))
	case f.Kind == fault.Away:
		return errors.Join(err, v.letGo(ctx, g, true, doubling(g.failures)))
	case f.Kind == fault.SignIn, f.Kind == fault.Invalid, f.Kind == fault.Denied:
		if g.spent > 1 && f.Key != changedRegistration && v.hasRefresh(g) {
			// An earlier renewal was cut off after it was sent: the vendor gave its
			// successor to nobody.
			err = fault.Wrap(fault.SignIn, err, "vault.fault.interrupted")
		}
		return v.refused(ctx, c, g.version, err)
	}
	// Unsure: the vendor may have rotated the token. The mark stays, the old one
	// is tried again.
	return errors.Join(err, v.letGo(ctx, g, false, doubling(g.failures)))
}

// letGo ends the lease without new tokens.
func (v *Vault) letGo(ctx context.Context, g grant, unspent bool, wait time.Duration) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, letGrant, g.orgID, g.connectionID, g.version, unspent, db.Time(tx.Now().Add(wait)))
		return err
	})
}

// refused turns the connection to "needs reauthorization" at once and tells
// those who want to know, once. A refusal of a version that was replaced
// meanwhile means nothing.
func (v *Vault) refused(ctx context.Context, of Connection, version int64, why error) error {
	stale := false
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, letGrant, of.OrgID, of.ID, version, false, db.Time(tx.Now()))
		if stale = err == nil && n == 0; err != nil || stale {
			return err
		}
		c, err := v.touch(ctx, tx, of.OrgID, of.ID)
		if err != nil || (c.State != Connected && c.State != Connecting) {
			return err
		}
		c.State = NeedsReauthorization
		c.ails(why, tx.Now())
		return v.turnedBad(ctx, tx, c)
	})
	if err != nil || stale {
		return err
	}
	f := fault.As(why)
	return fault.Wrap(fault.SignIn, why, f.Key, f.Args...)
}

// turnedBad saves a connection with a new fault, and tells whom it concerns.
func (v *Vault) turnedBad(ctx context.Context, tx *db.Tx, c Connection) error {
	if err := v.write(ctx, tx, c); err != nil {
		return err
	}
	if err := org.Record(ctx, tx, org.System(c.OrgID).Entry("connection.fault", "connection", c.ID, "name", c.Name, "fault", c.Fault)); err != nil {
		return err
	}
	if err := examineSoon(ctx, tx, c); err != nil {
		return err
	}
	return v.changed(ctx, tx, c)
}

// hasRefresh reports whether the grant holds a token that a renewal uses up.
func (v *Vault) hasRefresh(g grant) bool {
	t, err := v.openTokens(g)
	return err == nil && t.Refresh != ""
}
