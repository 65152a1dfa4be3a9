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

// An Other is an account that signed in where another one of the same tenant was
// expected. For ten minutes whoever signed it in can accept it knowingly.
type Other struct {
	OrgID        string
	ConnectionID string
	Account      Account
	Expires      time.Time

	personID, session string
	sealed            []byte
}

// Columns maps the account to its table.
func (o *Other) Columns(c *db.Columns) {
	c.Col("org_id", &o.OrgID)
	c.Col("connection_id", &o.ConnectionID)
	c.Col("account_id", &o.Account.ID)
	c.Col("account_name", &o.Account.Name)
	c.Col("person_id", &o.personID)
	c.Col("session", &o.session)
	c.Col("sealed", &o.sealed)
	c.Col("expires_at", (*db.Time)(&o.Expires))
}

// otherAccount says in a chain of errors which account signed in.
type otherAccount struct{ Other }

func (o otherAccount) Error() string {
	return "another account signed in at connection " + o.ConnectionID
}

// OtherOf is the account that a refused Finish leaves to be accepted.
func OtherOf(err error) (Other, bool) {
	var o otherAccount
	ok := errors.As(err, &o)
	return o.Other, ok
}

// keptOther is the sealed part: what the vendor gave, and for which answers.
type keptOther struct {
	TenantID string            `json:"tenant"`
	Client   string            `json:"client"`
	Access   string            `json:"access"`
	Refresh  string            `json:"refresh"`
	Ends     time.Time         `json:"ends"`
	Scopes   []string          `json:"scopes"`
	Settings map[string]string `json:"settings"`
}

// sealedAt binds what is kept to whose sign-in it was.
func (o Other) sealedAt() []string {
	return []string{o.OrgID, o.ConnectionID, o.Account.ID, o.personID, o.session, "other account"}
}

// leave keeps what an unexpected account was given, for Accept.
func (v *Vault) leave(ctx context.Context, actor org.Actor, s signIn, answers map[string]string, got connector.Tokens, refused error) error {
	o, ok := OtherOf(refused)
	if !ok {
		return refused
	}
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o.personID, o.session, o.Expires = actor.PersonID, actor.Session, tx.Now().Add(signInLife)
		o.sealed, err = v.cfg.Keys.seal(keptOther{TenantID: o.Account.TenantID, Client: s.clientID, Access: got.Access.Reveal(), Refresh: got.Refresh.Reveal(),
			Ends: tx.Now().Add(got.Lifetime), Scopes: got.Scopes, Settings: answers}, o.sealedAt()...)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, dropOthers, db.Time(tx.Now())); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "other_accounts", &o, putOther)
	})
	if err != nil {
		return err
	}
	return refused
}

// Other is the account that waits to be accepted at a connection: the last one
// that this person signed in there, in this session. NotFound when none does.
func (v *Vault) Other(ctx context.Context, q db.Q, actor org.Actor, connectionID string) (Other, error) {
	o, err := db.One[Other](ctx, q, lastOther, actor.OrgID, connectionID, actor.PersonID, actor.Session)
	if err != nil {
		return Other{}, err
	}
	now, err := v.db.Now(ctx)
	if err == nil && o.Expires.Before(now) {
		err = fault.New(fault.NotFound, "")
	}
	return o, err
}

// Accept lets a connection belong to another account of the same tenant from now
// on. It works once, in the session in which that account signed in, for ten
// minutes. The meetings of the account before stay as they are, out of reach.
func (v *Vault) Accept(ctx context.Context, actor org.Actor, connectionID, accountID string) (Connection, error) {
	if !actor.May(org.ManageIntegrations) {
		return Connection{}, fault.New(fault.Denied, "")
	}
	var c Connection
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = v.touchFor(ctx, tx, actor.OrgID, connectionID, accountID); err != nil {
			return err
		}
		o, kept, err := v.takeOther(ctx, tx, actor, c, accountID)
		if err != nil {
			return err
		}
		return v.accept(ctx, tx, actor, &c, o, kept)
	})
	return c, err
}

// touchFor locks a connection that is to belong to another account of its tenant,
// if it may.
func (v *Vault) touchFor(ctx context.Context, tx *db.Tx, orgID, id, accountID string) (Connection, error) {
	c, err := db.One[Connection](ctx, tx, oneConnection, orgID, id)
	if err != nil {
		return Connection{}, err
	}
	if err := v.ours(ctx, tx, orgID, c.Vendor, Account{TenantID: c.Account.TenantID, ID: accountID}); err != nil {
		return Connection{}, err
	}
	return v.touch(ctx, tx, orgID, id)
}

// takeOther uses up what was kept.
func (v *Vault) takeOther(ctx context.Context, tx *db.Tx, actor org.Actor, c Connection, accountID string) (o Other, kept keptOther, err error) {
	over := fault.New(fault.Conflict, "vault.account.over")
	o, err = db.One[Other](ctx, tx, takeOther, c.OrgID, c.ID, accountID, actor.PersonID, actor.Session)
	switch {
	case fault.Is(err, fault.NotFound):
		return o, kept, over
	case err != nil:
		return o, kept, err
	case o.Expires.Before(tx.Now()):
		return o, kept, over
	}
	if err := v.cfg.Keys.open(o.sealed, &kept, o.sealedAt()...); err != nil {
		return o, kept, err
	}
	o.Account.TenantID = kept.TenantID
	app, err := v.registered(ctx, tx, c.OrgID, c.Vendor)
	if err == nil && app.ClientID != kept.Client {
		err = fault.New(fault.Conflict, "vault.registration.meanwhile")
	}
	return o, kept, err
}

func (v *Vault) accept(ctx context.Context, tx *db.Tx, actor org.Actor, c *Connection, o Other, kept keptOther) error {
	taken, err := db.One[Connection](ctx, tx, ofAccount, c.OrgID, c.Vendor, o.Account.TenantID, o.Account.ID)
	if err == nil && taken.ID != c.ID {
		return fault.New(fault.Conflict, "vault.account.taken", "Got", o.Account.Name, "Name", taken.Name)
	}
	if absent(err) != nil {
		return err
	}
	before := c.Account.Name
	if c.Name == before {
		c.Name = o.Account.Name
	}
	c.Account = o.Account
	s := signIn{orgID: c.OrgID, connectionID: c.ID, clientID: kept.Client}
	if err := v.revive(ctx, tx, actor, c, s, kept.Settings, kept.Scopes, o.Account); err != nil {
		return err
	}
	if err := org.Record(ctx, tx, actor.Entry("connection.account", "connection", c.ID, "name", c.Name, "before", before, "after", o.Account.Name)); err != nil {
		return err
	}
	got := connector.Tokens{Access: connector.NewSecret(kept.Access), Refresh: connector.NewSecret(kept.Refresh), Lifetime: kept.Ends.Sub(tx.Now()), Scopes: kept.Scopes}
	return v.grantTo(ctx, tx, *c, got)
}
