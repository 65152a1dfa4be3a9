package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/vault"
)

// A subscription is a vendor's promise to tell us of changes. It is made, renewed
// and made again by comparing what is wanted with this row.
type subscription struct {
	orgID, connectionID string
	// vendorID is empty while the subscription is being made.
	vendorID string
	// hash is of the secret that comes with every notification.
	hash    string
	address string
	// renews is half way to expires: a renewal that fails leaves as long again.
	renews, expires time.Time
}

// Columns maps the subscription to its table.
func (s *subscription) Columns(c *db.Columns) {
	c.Col("org_id", &s.orgID)
	c.Col("connection_id", &s.connectionID)
	c.Col("vendor_id", &s.vendorID)
	c.Col("secret_hash", &s.hash)
	c.Col("address", &s.address)
	c.Col("renew_at", (*db.Time)(&s.renews))
	c.Col("expires_at", (*db.Time)(&s.expires))
}

// subscribe takes the step that is missing to be told of changes at our address. A
// vendor that refuses leaves us with asking once a day, which loses nothing.
func (is *Identities) subscribe(ctx context.Context, c vault.Connection, d Directory, changes connector.Changes) error {
	address := is.notifyURL(c)
	if address == "" {
		return nil
	}
	now, err := is.db.Now(ctx)
	if err != nil {
		return err
	}
	s, err := db.One[subscription](ctx, is.db, oneSubscription, c.OrgID, c.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if s.vendorID != "" && s.address == address && now.Before(s.renews) {
		return nil
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: "directory changes"})
	if err != nil {
		return err
	}
	if s.vendorID != "" && s.address == address && now.Before(s.expires) {
		renewed, err := changes.Renew(ctx, client, s.vendorID, now.Add(changes.Longest()))
		if !fault.Is(err, fault.NotFound) {
			return is.keepSubscription(ctx, s, renewed, err)
		}
	}
	return is.newSubscription(ctx, c, client, changes, address, now)
}

// notifyURL is where the connection's vendor can tell us of changes, or empty.
func (is *Identities) notifyURL(c vault.Connection) string {
	path := is.vault.HookPath(c)
	if path == "" || is.cfg.NotifyURL == nil {
		return ""
	}
	return is.cfg.NotifyURL(path)
}

// newSubscription asks to be told. The secret's hash is kept before the vendor
// knows the secret, so that no notification comes that we cannot prove.
func (is *Identities) newSubscription(ctx context.Context, c vault.Connection, client *http.Client, changes connector.Changes, address string, now time.Time) error {
	secret := rand.Text()
	s := subscription{orgID: c.OrgID, connectionID: c.ID, hash: hashOf(secret), address: address}
	err := is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "directory_subscriptions", &s, putSubscription)
	})
	if err != nil {
		return err
	}
	made, err := changes.Subscribe(ctx, client, address, connector.NewSecret(secret), now.Add(changes.Longest()))
	return is.keepSubscription(ctx, s, made, err)
}

// keepSubscription saves what the vendor promised. That it did not is logged, and
// tried again with the next round: changes are asked for once a day all the same.
func (is *Identities) keepSubscription(ctx context.Context, s subscription, made connector.Subscription, cause error) error {
	if fault.Is(cause, fault.SignIn) {
		return cause
	}
	return is.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		s.renews = tx.Now().Add(time.Hour)
		if cause != nil {
			is.log.WarnContext(ctx, "not told of directory changes", "connection", s.connectionID, "error", cause)
		} else {
			s.vendorID, s.expires = made.ID, made.Expires
			s.renews = tx.Now().Add(made.Expires.Sub(tx.Now()) / 2)
		}
		_, err := tx.Exec(ctx, setSubscription, s.orgID, s.connectionID, s.hash, s.vendorID, db.Time(s.renews), db.Time(s.expires))
		return err
	})
}

// unsubscribe ends a subscription that the level of consent has no use for.
func (is *Identities) unsubscribe(ctx context.Context, c vault.Connection, changes connector.Changes) error {
	s, err := db.One[subscription](ctx, is.db, oneSubscription, c.OrgID, c.ID)
	if err != nil {
		return unlessGone(err)
	}
	if changes != nil && s.vendorID != "" {
		client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: "directory changes"})
		if err != nil {
			return err
		}
		if err := changes.Unsubscribe(ctx, client, s.vendorID); err != nil && !fault.Is(err, fault.Denied) {
			return err
		}
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropSubscription, c.OrgID, c.ID)
		return err
	})
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// ApplyInbound does what a vendor's event asks for, once it has proved that it
// comes from a subscription of ours; what cannot be proved is dropped. It says
// only that something changed: what, is asked of the vendor.
func (is *Identities) ApplyInbound(ctx context.Context, in connector.Inbound) error {
	all, err := db.All[subscription](ctx, is.db, subscriptionsOf, in.Subject)
	if err != nil || in.Subject == "" {
		return err
	}
	hash := hashOf(in.Secret.Reveal())
	for _, s := range all {
		if subtle.ConstantTimeCompare([]byte(hash), []byte(s.hash)) != 1 {
			continue
		}
		return is.rung(ctx, s, in.Kind)
	}
	is.log.InfoContext(ctx, "an event of no subscription of ours was dropped", "kind", in.Kind)
	return nil
}

// rung has the connection's directory followed; a subscription that is about to
// end is renewed with it.
func (is *Identities) rung(ctx context.Context, s subscription, kind string) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if kind == connector.SubscriptionEnds {
			if _, err := tx.Exec(ctx, renewSubscription, s.orgID, s.connectionID, db.Time(tx.Now())); err != nil {
				return err
			}
		}
		return ringFollow(ctx, tx, Directory{OrgID: s.orgID, ConnectionID: s.connectionID})
	})
}
