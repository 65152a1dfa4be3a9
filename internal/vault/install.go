package vault

import (
	"context"
	"net/url"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// Finish takes the answer that a vendor sent back with the administrator's
// browser. A new connection is then connecting, until Complete; one that was
// reauthorized works again.
func (v *Vault) Finish(ctx context.Context, actor org.Actor, answer url.Values) (Connection, error) {
	if !actor.May(org.ManageIntegrations) {
		return Connection{}, fault.New(fault.Denied, "")
	}
	s, ask, err := v.spend(ctx, actor, answer.Get("state"))
	if err != nil {
		return Connection{}, err
	}
	vendor, err := v.vendor(s.vendor)
	if err != nil {
		return Connection{}, err
	}
	app, err := v.registered(ctx, v.db, s.orgID, s.vendor)
	if err != nil {
		return Connection{}, err
	}
	if app.ClientID != s.clientID {
		return Connection{}, fault.New(fault.Conflict, "vault.registration.meanwhile")
	}
	got, account, err := vendor.Authorizer.Exchange(ctx, app.entry, ask, answer)
	if err != nil {
		return Connection{}, v.notExchanged(ctx, app, err)
	}
	// What the vendor gave must not be lost because a browser went away.
	keeping := context.WithoutCancel(ctx)
	c, err := v.save(keeping, actor, s, app, ask.Settings, got, account)
	if fault.Is(err, fault.Conflict) && fault.As(err).Key == "" {
		// Somebody else connected the same account just now: it is theirs too.
		c, err = v.save(keeping, actor, s, app, ask.Settings, got, account)
	}
	if err != nil {
		return Connection{}, v.leave(keeping, actor, s, ask.Settings, got, err)
	}
	return c, nil
}

// notExchanged notes a fault that is the operator's. "Sign in" is about the
// vendor's account here, not about the person in Parley: for the door it is a
// refusal with a sentence.
func (v *Vault) notExchanged(ctx context.Context, app Registration, err error) error {
	if connector.IsOperatorFault(err) {
		return v.noteOperatorFault(ctx, app, err)
	}
	if f := fault.As(err); f.Kind == fault.SignIn {
		refused := *f
		refused.Kind = fault.Denied
		return &refused
	}
	return err
}

func (v *Vault) save(ctx context.Context, actor org.Actor, s signIn, app Registration, answers map[string]string, got connector.Tokens, account connector.Account) (Connection, error) {
	var c Connection
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = v.settle(ctx, tx, actor, s, answers, got.Scopes, account); err != nil {
			return err
		}
		return v.grantTo(ctx, tx, c, got)
	})
	if err == nil {
		v.accepted(ctx, app)
	}
	return c, err
}

// grantTo keeps the tokens of a connection that was saved, and tells that it can
// be used.
func (v *Vault) grantTo(ctx context.Context, tx *db.Tx, c Connection, got connector.Tokens) error {
	g := grant{orgID: c.OrgID, connectionID: c.ID}
	if err := v.fill(&g, got, tokens{}, tx.Now()); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "grants", &g, putGrant); err != nil {
		return err
	}
	if err := v.LookAgain(ctx, tx, c); err != nil {
		return err
	}
	return v.changed(ctx, tx, c)
}

// settle decides which connection the account is: the one that was to be
// reauthorized, one that the account had before, or a new one.
func (v *Vault) settle(ctx context.Context, tx *db.Tx, actor org.Actor, s signIn, answers map[string]string, scopes []string, account connector.Account) (Connection, error) {
	if err := v.ours(ctx, tx, s.orgID, s.vendor, account); err != nil {
		return Connection{}, err
	}
	if s.connectionID != "" {
		c, err := v.touch(ctx, tx, s.orgID, s.connectionID)
		if err != nil {
			return Connection{}, err
		}
		if err := sameAccount(c, account); err != nil {
			return Connection{}, err
		}
		err = v.revive(ctx, tx, actor, &c, s, answers, scopes, account)
		return c, err
	}
	c, err := v.touched(db.One[Connection](ctx, tx, touchAccount, s.orgID, s.vendor, account.TenantID, account.ID))
	if fault.Is(err, fault.NotFound) {
		return v.create(ctx, tx, actor, s, answers, scopes, account)
	}
	if err != nil {
		return Connection{}, err
	}
	err = v.revive(ctx, tx, actor, &c, s, answers, scopes, account)
	return c, err
}

// ours refuses a tenant in which our application acts for another organization of
// this installation already. That tenant's administrator allowed the application
// once, for them; whoever merely works there could sign in and have it act for
// somebody else. Of two who ask at once the second waits for the first, so it
// comes before any other lock.
func (v *Vault) ours(ctx context.Context, tx *db.Tx, orgID, vendor string, account connector.Account) error {
	if !account.Own() {
		return nil
	}
	if _, err := tx.Exec(ctx, addGate, "own:"+vendor+":"+account.TenantID, 0); err != nil {
		return err
	}
	n, err := db.Value[int64](ctx, tx, actsElsewhere, vendor, account.TenantID, account.ID, orgID)
	if err == nil && n > 0 {
		err = fault.New(fault.Denied, "vault.account.elsewhere")
	}
	return err
}

func (v *Vault) create(ctx context.Context, tx *db.Tx, actor org.Actor, s signIn, answers map[string]string, scopes []string, account connector.Account) (Connection, error) {
	c := Connection{OrgID: s.orgID, ID: db.NewID(), Vendor: s.vendor, Kind: v.vendors[s.vendor].Kind, Name: account.Name, State: Connecting,
		Account: account, ClientID: s.clientID, Scopes: scopes, Answers: answers, ConnectedBy: actor.PersonID, Created: tx.Now(), LastOK: tx.Now()}
	v.waits(&c, tx.Now())
	if err := v.sealAnswers(&c); err != nil {
		return c, err
	}
	if err := db.Insert(ctx, tx, "connections", &c); err != nil {
		return c, err
	}
	return c, org.Record(ctx, tx, actor.Entry("connection.connect", "connection", c.ID, "name", c.Name))
}

// revive makes a connection work again. One that was never finished, or was
// disconnected, goes through the preview again.
func (v *Vault) revive(ctx context.Context, tx *db.Tx, actor org.Actor, c *Connection, s signIn, answers map[string]string, scopes []string, account connector.Account) error {
	verb := "connection.reauthorize"
	switch {
	case c.State == Disconnected:
		c.State, verb = Connecting, "connection.connect"
	case c.ConnectedAt.IsZero():
		c.State = Connecting
	default:
		c.State = Connected
	}
	c.Answers, c.Scopes, c.Account.Name, c.ConnectedBy, c.ClientID = answers, scopes, account.Name, actor.PersonID, s.clientID
	c.LastOK = tx.Now()
	c.well()
	v.waits(c, tx.Now())
	if err := v.sealAnswers(c); err != nil {
		return err
	}
	if err := v.write(ctx, tx, *c); err != nil {
		return err
	}
	return org.Record(ctx, tx, actor.Entry(verb, "connection", c.ID, "name", c.Name))
}

func (v *Vault) write(ctx context.Context, tx *db.Tx, c Connection) error {
	_, err := tx.Exec(ctx, saveConnection, c.OrgID, c.ID, c.Name, string(c.State), c.Account.Name, c.answers, c.sealedWith,
		c.ConnectedBy, db.Time(c.ConnectedAt), db.Time(c.LastOK), c.Fault, db.Time(c.FaultAt), c.ClientID, db.JSON[[]string]{To: &c.Scopes},
		c.Account.ID, db.JSON[Args]{To: &c.FaultArgs}, db.JSON[Evidence]{To: &c.Evidence}, c.Waiting, db.Time(c.WaitingSince), db.Time(c.CheckedAt))
	return err
}

// Complete is the administrator's Finish after the preview: the connection is
// connected, and the organization's default for video if there is none.
// Completing twice is no error.
func (v *Vault) Complete(ctx context.Context, actor org.Actor, id string) (Connection, error) {
	if !actor.May(org.ManageIntegrations) {
		return Connection{}, fault.New(fault.Denied, "")
	}
	var c Connection
	err := v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = v.touch(ctx, tx, actor.OrgID, id); err != nil || c.State == Connected {
			return err
		}
		if c.State != Connecting {
			return c.lendable(Purpose{What: Scan})
		}
		if c.Waiting != "" {
			return fault.New(fault.Conflict, "vault.waiting", "Since", c.WaitingSince)
		}
		if err := v.makeDefault(ctx, tx, actor, c); err != nil {
			return err
		}
		c.State, c.ConnectedAt = Connected, tx.Now()
		if err := v.write(ctx, tx, c); err != nil {
			return err
		}
		if err := org.Record(ctx, tx, actor.Entry("connection.complete", "connection", c.ID, "name", c.Name)); err != nil {
			return err
		}
		return v.changed(ctx, tx, c)
	})
	return c, err
}

// makeDefault makes a connection that is about to be connected the default, where
// no other one is: what everybody's calls go by changes only when somebody says so.
func (v *Vault) makeDefault(ctx context.Context, tx *db.Tx, actor org.Actor, c Connection) error {
	set, err := v.cfg.Orgs.Setting(ctx, tx, c.OrgID, DefaultVideo)
	if err != nil || set.Text != "" || c.Kind != connector.Video {
		return err
	}
	now, err := v.Default(ctx, tx, c.OrgID)
	if fault.Is(err, fault.NotFound) {
		now, err = c, nil
	}
	if err != nil {
		return err
	}
	return org.SetSetting(ctx, tx, actor, DefaultVideo, org.WholeOrganization, now.ID)
}
