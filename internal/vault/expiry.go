package vault

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/job"
)

const (
	// kindRegistration has connections told that their application changed.
	kindRegistration = "vault.registration"
	// kindExpiry warns of registrations that end.
	kindExpiry = "vault.expiry"
)

// warnings are how long before a registration ends it is warned of: two months
// are enough to order a certificate, two weeks to hurry. The last is the end.
var warnings = []time.Duration{60 * 24 * time.Hour, 14 * 24 * time.Hour, 0}

// An Expiring is a registration that ends soon, or has ended.
type Expiring struct {
	Registration Registration
	// Days is the warning it is: 60, 14, or 0 when it has ended.
	Days int
}

// Urgency is how many of the warnings an end has passed: none, the first, the
// second, or all when it has come.
func (r Registration) Urgency(now time.Time) int {
	if r.Expires.IsZero() {
		return 0
	}
	passed := 0
	for _, w := range warnings {
		if !now.Before(r.Expires.Add(-w)) {
			passed++
		}
	}
	return passed
}

// expiryJob tells of every registration that ends soon. Those who are told know
// by registration, end and warning whether they were told before.
func (v *Vault) expiryJob(ctx context.Context, _ job.Job) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := v.Registrations(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range all {
			passed := r.Urgency(tx.Now())
			if passed == 0 {
				continue
			}
			e := Expiring{Registration: r, Days: int(warnings[passed-1] / (24 * time.Hour))}
			for _, tell := range v.OnExpiring {
				if err := tell(ctx, tx, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// registrationJob renews every connection of a vendor that another application
// of ours was given. The renewal finds that it cannot, and tells whom it concerns.
func (v *Vault) registrationJob(ctx context.Context, j job.Job) error {
	vendor := string(j.Args)
	for after := ""; ; {
		some, err := db.All[Connection](ctx, v.db, workingOf, vendor, after)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, c := range some {
			after = c.ID
			app, err := v.effective(ctx, v.db, c.OrgID, vendor)
			if err != nil {
				return err
			}
			if !app.Complete() || app.ClientID == c.ClientID {
				continue
			}
			if err := v.ringRenewal(ctx, c); err != nil {
				return err
			}
		}
	}
}

func (v *Vault) ringRenewal(ctx context.Context, c Connection) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return job.Add(ctx, tx, job.Job{Key: kindRenew + ":" + c.ID, OrgID: c.OrgID, Kind: kindRenew, Args: []byte(c.ID)})
	})
}

func (v *Vault) resealRegistrations(ctx context.Context, tx *db.Tx, n *int64) error {
	all, err := db.All[Registration](ctx, tx, staleRegistrations, v.cfg.Keys.newest)
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := v.openProof(&r); err != nil {
			return err
		}
		if err := v.sealProof(&r); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, resealRegistration, r.OrgID, r.Vendor, r.sealed, r.sealedWith, r.Version)
		if err != nil {
			return err
		}
		*n += done
	}
	return nil
}
