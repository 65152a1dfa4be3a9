package vault

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
)

const (
	// patience is how long a call waits for its permit before it is told to
	// come back later.
	patience = 5 * time.Second
	// flightMax is how long after boarding a call can leave or be on its way:
	// its deadline, and a little for the way back to the database.
	flightMax = connector.Deadline + 10*time.Second
)

// boarded is leave for one call.
type boarded struct {
	access  string
	version int64
	wait    time.Duration
	// at is when it boarded.
	at   time.Time
	gate string
}

// board begins a call in one transaction: is the connection on, is the token
// good, when may it leave. A token that is due is renewed first; if that cannot
// be done just now, an old token that still lives serves.
func (l *lent) board(ctx context.Context) (boarded, error) {
	b, due, err := l.tryBoard(ctx, false)
	if err != nil || !due {
		return b, err
	}
	if err := l.v.renew(ctx, l.c.OrgID, l.c.ID, b.version); err != nil {
		if k := fault.As(err).Kind; k == fault.SignIn || k == fault.Denied || k == fault.NotFound {
			return boarded{}, err
		}
		if b, due, again := l.tryBoard(ctx, true); again == nil && !due {
			return b, nil
		}
		return boarded{}, err
	}
	b, due, err = l.tryBoard(ctx, true)
	if err == nil && due {
		err = fault.New(fault.Away, "vault.renew.later")
	}
	return b, err
}

// errStay rolls the transaction back: the call does not begin.
var errStay = errors.New("the call does not begin")

// tryBoard boards unless the token is due. With last it takes any token that
// still lives.
func (l *lent) tryBoard(ctx context.Context, last bool) (b boarded, due bool, err error) {
	var g grant
	err = l.v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := tx.Now()
		due = false
		var c Connection
		if g, c, err = l.v.touchGrant(ctx, tx, l.c, l.purpose); err != nil {
			return err
		}
		b = boarded{version: g.version, gate: l.v.gateOf(c)}
		if due = !now.Before(g.expiresAt) || (!last && !now.Before(g.renewAt)); due {
			return errStay
		}
		if b.wait, err = l.v.permit(ctx, tx, b.gate, l.vendor.Limits.Gap); err != nil {
			return err
		}
		b.at = now
		return l.logRead(ctx, tx)
	})
	if due {
		return b, true, nil
	}
	if err != nil {
		return boarded{}, false, err
	}
	t, err := l.v.openTokens(g)
	b.access = t.Access
	return b, false, err
}

// touchGrant counts the call as on its way, unless the connection is off.
func (v *Vault) touchGrant(ctx context.Context, tx *db.Tx, of Connection, p Purpose) (grant, Connection, error) {
	g, gErr := db.One[grant](ctx, tx, takeOff, of.OrgID, of.ID, db.Time(tx.Now()), db.Time(tx.Now().Add(flightMax)))
	if gErr != nil && !fault.Is(gErr, fault.NotFound) {
		return g, Connection{}, gErr
	}
	c, err := db.One[Connection](ctx, tx, oneConnection, of.OrgID, of.ID)
	if err == nil {
		err = c.lendable(p)
	}
	if err == nil && gErr != nil { // being switched off right now
		err = fault.New(fault.Denied, "vault.lend.off", "Name", c.Name)
	}
	return g, c, err
}

// land ends a call: it counts no more, a throttled gate rests, and the
// connection was last seen to work.
func (l *lent) land(ctx context.Context, b boarded, res *http.Response) {
	ctx = context.WithoutCancel(ctx)
	rest, throttled := restOf(res)
	throttled = throttled && !l.apart(res)
	err := l.v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, land, l.c.OrgID, l.c.ID); err != nil {
			return err
		}
		if throttled {
			return l.v.throttled(ctx, tx, b.gate, b.at, &rest)
		}
		if res == nil || res.StatusCode >= 300 {
			return l.refusedBy(ctx, tx, res)
		}
		if _, err := tx.Exec(ctx, noStrikes, b.gate); err != nil {
			return err
		}
		return l.works(ctx, tx)
	})
	if err != nil {
		l.v.log.ErrorContext(ctx, "a call to a vendor could not be counted as ended", "connection", l.c.ID, "error", err)
	}
	if throttled {
		l.v.metrics.throttled.WithLabelValues(l.c.Vendor).Inc()
		// Whoever reads the answer learns how long the gate really rests.
		res.Header.Set("Retry-After", strconv.Itoa(int((rest+time.Second-1)/time.Second)))
	}
}

// works notes that the vendor accepted a call: nobody has to feel the connection
// for a while, unless something is wrong whose end is to be noticed.
func (l *lent) works(ctx context.Context, tx *db.Tx) error {
	now := tx.Now()
	wrong, err := db.Value[string](ctx, tx, seenOK, l.c.OrgID, l.c.ID, db.Time(now), db.Time(now.Add(-time.Minute)))
	if err != nil || wrong != "" {
		return absent(err)
	}
	_, err = tx.Exec(ctx, felt, l.c.OrgID, l.c.ID, db.Time(now))
	return err
}

// refusedBy looks at an answer that is no success. What a doctor is forbidden, it
// judges itself.
func (l *lent) refusedBy(ctx context.Context, tx *db.Tx, res *http.Response) error {
	if res == nil || res.StatusCode != http.StatusForbidden || l.purpose.What == Checkup {
		return nil
	}
	return l.v.suspects(ctx, tx, l.c)
}

// suspected is how often a refusal has a connection examined: a doctor makes a
// meeting, and some vendors count those.
const suspected = 2 * time.Hour

// suspects has a connection examined that the vendor forbids something: the owner
// is to know at once if nothing works.
func (v *Vault) suspects(ctx context.Context, tx *db.Tx, c Connection) error {
	n, err := tx.Exec(ctx, suspect, c.OrgID, c.ID, db.Time(tx.Now()), db.Time(tx.Now().Add(-suspected)))
	if err != nil || n == 0 {
		return err
	}
	return examineSoon(ctx, tx, c)
}

// apart reports whether the vendor refuses this one call for another reason than
// the pace, so that no other has to wait.
func (l *lent) apart(res *http.Response) bool {
	apart := l.vendor.Limits.Apart
	return apart != nil && apart(res)
}

// restOf is how long an answer asks everybody to wait.
func restOf(res *http.Response) (time.Duration, bool) {
	if res == nil {
		return 0, false
	}
	after := connector.RetryAfter(res.Header)
	return after, connector.Throttled(res.StatusCode) || (res.StatusCode == http.StatusServiceUnavailable && after > 0)
}

// pause waits in real time, or until the caller gives up.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
