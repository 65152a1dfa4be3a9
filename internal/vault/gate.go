package vault

import (
	"context"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// mailGap paces the installation's mail server at 50 messages a second, which
// a small relay bears.
const mailGap = 20 * time.Millisecond

// restMax is the longest that a vendor rests which does not say how long.
const restMax = 60 * time.Second

// gateOf is the key of the limit that a connection's calls count towards: our
// application at the vendor, and the customer's tenant.
func (v *Vault) gateOf(c Connection) string {
	return c.Vendor + ":" + v.cfg.Registrations[c.Vendor].ClientID + ":" + c.Account.TenantID
}

// Permits takes n permits at a gate and returns the instant of the first and
// the gap to each next one. With n = 0 it only looks.
func (v *Vault) Permits(ctx context.Context, tx *db.Tx, key string, n int) (first time.Time, gap time.Duration, err error) {
	gap = v.gapOf(key)
	if n == 0 {
		first, err = gateOpens(ctx, tx, key)
		return first, gap, err
	}
	// A century: whoever asks this way decides itself how long it waits.
	first, err = v.take(ctx, tx, key, gap, n, tx.Now().AddDate(100, 0, 0))
	return first, gap, err
}

// Rest keeps everybody from a vendor until the instant.
func (v *Vault) Rest(ctx context.Context, tx *db.Tx, key string, until time.Time) error {
	n, err := tx.Exec(ctx, restGate, key, db.Time(until))
	if err != nil || n > 0 {
		return err
	}
	if _, err := tx.Exec(ctx, addGate, key, v.gapOf(key).Microseconds()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, restGate, key, db.Time(until))
	return err
}

// permit takes one permit and says how long to wait for it. A gate that is
// closed for longer than the patience of a call gives none.
func (v *Vault) permit(ctx context.Context, tx *db.Tx, key string, gap time.Duration) (time.Duration, error) {
	first, err := v.take(ctx, tx, key, gap, 1, tx.Now().Add(patience))
	if !fault.Is(err, fault.NotFound) {
		return first.Sub(tx.Now()), err
	}
	opens, err := gateOpens(ctx, tx, key)
	if err != nil {
		return 0, err
	}
	f := fault.New(fault.Limited, "vault.gate.rests")
	f.After = opens.Sub(tx.Now())
	return 0, f
}

// take moves the gate by n gaps, if it opens by the last instant: else NotFound.
func (v *Vault) take(ctx context.Context, tx *db.Tx, key string, gap time.Duration, n int, last time.Time) (time.Time, error) {
	now := tx.Now()
	args := []any{key, db.Time(now), int64(n), db.Time(last)}
	first, err := db.Value[db.Time](ctx, tx, takePermits, args...)
	if !fault.Is(err, fault.NotFound) {
		return time.Time(first), err
	}
	// Closed for that long, or not there yet. Somebody may be adding it just now:
	// adding it too waits for them.
	if _, err := tx.Exec(ctx, addGate, key, gap.Microseconds()); err != nil {
		return time.Time{}, err
	}
	first, err = db.Value[db.Time](ctx, tx, takePermits, args...)
	return time.Time(first), err
}

// gateOpens is when the next permit could be had.
func gateOpens(ctx context.Context, tx *db.Tx, key string) (time.Time, error) {
	next, err := db.Value[db.Time](ctx, tx, gateNext, key)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return time.Time{}, err
	}
	if opens := time.Time(next); opens.After(tx.Now()) {
		return opens, nil
	}
	return tx.Now(), nil
}

// throttled lets the gate rest as long as the vendor said, else 1, 2, 4 .. 60
// seconds, and stores how long. What boarded before an earlier refusal says nothing
// new: many calls at once that are refused together are one strike.
func (v *Vault) throttled(ctx context.Context, tx *db.Tx, key string, boarded time.Time, rest *time.Duration) error {
	strikes, err := db.Value[int64](ctx, tx, strike, key, db.Time(boarded), db.Time(tx.Now()))
	if err != nil {
		return err
	}
	if *rest == 0 {
		*rest = doubling(strikes - 1)
	}
	return v.Rest(ctx, tx, key, tx.Now().Add(*rest))
}

// doubling is 1, 2, 4 .. 60 seconds.
func doubling(n int64) time.Duration {
	return min(time.Second<<min(max(n, 0), 6), restMax)
}

func (v *Vault) gapOf(key string) time.Duration {
	name, _, _ := strings.Cut(key, ":")
	if name == mailGate {
		return mailGap
	}
	return v.vendors[name].Limits.Gap
}
