package vault

import (
	"context"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// A State is what a connection can do now.
type State string

// The four states.
const (
	// Connecting: the account has consented, the administrator has not pressed
	// Finish. Only its directory is read.
	Connecting State = "connecting"
	// Connected: everything works.
	Connected State = "connected"
	// NeedsReauthorization: the vendor no longer accepts the grant.
	NeedsReauthorization State = "needs reauthorization"
	// Disconnected: switched off. Tokens are forgotten, ids are kept.
	Disconnected State = "disconnected"
)

// DefaultVideo names the setting that holds the organization's connection for
// video calls where a person chose none.
var DefaultVideo = org.DefineSetting("video.connection", org.SettingText, "")

// A Connection is an organization's link to an account at a vendor.
type Connection struct {
	OrgID  string
	ID     string
	Vendor string
	// Kind is what it is for, such as connector.Video.
	Kind string
	// Name is how the organization tells it from others: the account's name at first.
	Name  string
	State State
	// Account is whose account it is, by the vendor's immutable ids.
	Account connector.Account
	// ClientID is our application under which it was made. Another one cannot
	// renew it.
	ClientID string
	// Scopes are the permissions that were granted last.
	Scopes []string
	// Answers are the answers of the set-up, without secrets.
	Answers map[string]string
	// ConnectedBy is the person who connected it: its owner, who is told.
	ConnectedBy string
	Created     time.Time
	// ConnectedAt is when Finish was first pressed.
	ConnectedAt time.Time
	// LastOK is when the vendor last accepted the grant, to about a minute.
	LastOK time.Time
	// Fault is the catalogue key of what is wrong, FaultArgs what its sentence
	// speaks of, and FaultAt since when. A connection may be Connected and have
	// one: it is accepted, and the vendor lets it do nothing.
	Fault     string
	FaultArgs Args
	FaultAt   time.Time
	// Evidence is the vendor's own answer that Fault rests on, if it gave one.
	Evidence Evidence
	// Waiting is the catalogue key of what a connection waits for that somebody at
	// the customer has to do, WaitingSince since when, and CheckedAt when it was
	// last looked for. Until then it cannot be finished.
	Waiting      string
	WaitingSince time.Time
	CheckedAt    time.Time
	Version      int64

	// Before is how the connection was, for OnState: it is zero in what was only
	// read.
	Before Past

	answers    []byte
	sealedWith string
}

// A Past is how a connection was before it was changed.
type Past struct {
	Fault   string
	FaultAt time.Time
	// ConnectedBy was its owner.
	ConnectedBy string
	Scopes      []string
}

// Columns maps the connection to its table.
func (c *Connection) Columns(cs *db.Columns) {
	cs.Col("org_id", &c.OrgID)
	cs.Col("id", &c.ID)
	cs.Col("vendor", &c.Vendor)
	cs.Col("kind", &c.Kind)
	cs.Col("name", &c.Name)
	cs.Col("state", (*string)(&c.State))
	cs.Col("tenant_id", &c.Account.TenantID)
	cs.Col("account_id", &c.Account.ID)
	cs.Col("account_name", &c.Account.Name)
	cs.Col("client_id", &c.ClientID)
	cs.Col("scopes", db.JSON[[]string]{To: &c.Scopes})
	cs.Col("answers", &c.answers)
	cs.Col("sealed_with", &c.sealedWith)
	cs.Col("connected_by", &c.ConnectedBy)
	cs.Col("created_at", (*db.Time)(&c.Created))
	cs.Col("connected_at", (*db.Time)(&c.ConnectedAt))
	cs.Col("last_ok", (*db.Time)(&c.LastOK))
	cs.Col("fault", &c.Fault)
	cs.Col("fault_at", (*db.Time)(&c.FaultAt))
	cs.Col("fault_args", db.JSON[Args]{To: &c.FaultArgs})
	cs.Col("evidence", db.JSON[Evidence]{To: &c.Evidence})
	cs.Col("waiting", &c.Waiting)
	cs.Col("waiting_since", (*db.Time)(&c.WaitingSince))
	cs.Col("checked_at", (*db.Time)(&c.CheckedAt))
	cs.Col("version", &c.Version)
}

// lendable is nil when the connection may be used for the purpose, else the
// fault that says why not.
func (c Connection) lendable(p Purpose) error {
	switch {
	case c.State == Connected, c.State == Connecting && p.setsUp():
		return nil
	case c.State == Connecting:
		return fault.New(fault.Denied, "vault.lend.connecting", "Name", c.Name)
	case c.State == NeedsReauthorization:
		return fault.New(fault.SignIn, "vault.lend.reauthorize", "Name", c.Name)
	}
	return fault.New(fault.Denied, "vault.lend.off", "Name", c.Name)
}

// Connections lists an organization's connections, oldest first.
func (v *Vault) Connections(ctx context.Context, q db.Q, orgID string) ([]Connection, error) {
	all, err := db.All[Connection](ctx, q, listConnections, orgID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := v.unseal(&all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Connection is one connection of an organization.
func (v *Vault) Connection(ctx context.Context, q db.Q, orgID, id string) (Connection, error) {
	c, err := db.One[Connection](ctx, q, oneConnection, orgID, id)
	if err != nil {
		return Connection{}, err
	}
	err = v.unseal(&c)
	return c, err
}

// Default is the organization's connection of video calls: the one that is set,
// else the first that is connected; NotFound when there is none.
func (v *Vault) Default(ctx context.Context, q db.Q, orgID string) (Connection, error) {
	return v.DefaultWithout(ctx, q, orgID, "")
}

// DefaultWithout is what Default will be once a connection is disconnected.
func (v *Vault) DefaultWithout(ctx context.Context, q db.Q, orgID, id string) (Connection, error) {
	set, err := v.cfg.Orgs.Setting(ctx, q, orgID, DefaultVideo)
	if err != nil {
		return Connection{}, err
	}
	c, err := db.One[Connection](ctx, q, defaultConnection, orgID, connector.Video, set.Text, id)
	if err != nil {
		return Connection{}, err
	}
	err = v.unseal(&c)
	return c, err
}

// touch locks and loads a connection.
func (v *Vault) touch(ctx context.Context, tx *db.Tx, orgID, id string) (Connection, error) {
	return v.touched(db.One[Connection](ctx, tx, touchConnection, orgID, id))
}

// touched opens a connection that was locked, and remembers how it was.
func (v *Vault) touched(c Connection, err error) (Connection, error) {
	if err != nil {
		return Connection{}, err
	}
	c.Before = Past{Fault: c.Fault, FaultAt: c.FaultAt, ConnectedBy: c.ConnectedBy, Scopes: c.Scopes}
	err = v.unseal(&c)
	return c, err
}

// well forgets what was wrong.
func (c *Connection) well() {
	c.Fault, c.FaultArgs, c.FaultAt, c.Evidence = "", nil, time.Time{}, Evidence{}
}

// ails notes what is wrong, and the vendor's own answer if there is one.
func (c *Connection) ails(why error, now time.Time) {
	f := fault.As(why)
	if c.Fault != f.Key || c.FaultAt.IsZero() {
		c.FaultAt = now
	}
	c.Fault, c.FaultArgs = f.Key, f.Args
	c.Evidence, _ = connector.EvidenceOf(why)
}

func (v *Vault) unseal(c *Connection) error {
	return v.cfg.Keys.open(c.answers, &c.Answers, c.OrgID, c.ID, "answers")
}

func (v *Vault) sealAnswers(c *Connection) (err error) {
	c.answers, err = v.cfg.Keys.seal(c.Answers, c.OrgID, c.ID, "answers")
	c.sealedWith = v.cfg.Keys.newest
	return err
}

// changed tells those who want to know that the connection is in another state.
func (v *Vault) changed(ctx context.Context, tx *db.Tx, c Connection) error {
	for _, hook := range v.OnState {
		if err := hook(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
