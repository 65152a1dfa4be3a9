package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// signInLife is how long an administrator may take at the vendor.
const signInLife = 10 * time.Minute

// signIn is a sign-in at a vendor that was begun. The state itself is not kept,
// only its hash.
type signIn struct {
	hash         string
	orgID        string
	personID     string
	session      string
	vendor       string
	connectionID string
	sealed       []byte
	expiresAt    time.Time
	usedAt       time.Time
	// clientID is our application that the sign-in was begun under.
	clientID string
}

// Columns maps the sign-in to its table.
func (s *signIn) Columns(c *db.Columns) {
	c.Col("hash", &s.hash)
	c.Col("org_id", &s.orgID)
	c.Col("person_id", &s.personID)
	c.Col("session", &s.session)
	c.Col("vendor", &s.vendor)
	c.Col("connection_id", &s.connectionID)
	c.Col("sealed", &s.sealed)
	c.Col("expires_at", (*db.Time)(&s.expiresAt))
	c.Col("used_at", (*db.Time)(&s.usedAt))
}

// asked is the sealed part of a sign-in: what proves the answer to be ours.
type asked struct {
	Client   string            `json:"client"`
	Nonce    string            `json:"nonce"`
	Verifier string            `json:"verifier"`
	Settings map[string]string `json:"settings"`
}

func hash(state string) string {
	sum := sha256.Sum256([]byte(state))
	return hex.EncodeToString(sum[:])
}

// Begin starts the sign-in of a new connection and returns where the
// administrator's browser has to go.
func (v *Vault) Begin(ctx context.Context, actor org.Actor, vendor string, answers map[string]string) (string, error) {
	return v.begin(ctx, actor, vendor, "", answers)
}

func (v *Vault) begin(ctx context.Context, actor org.Actor, vendor, connectionID string, answers map[string]string) (string, error) {
	c, err := v.installer(actor, vendor)
	if err != nil {
		return "", err
	}
	app, err := v.registered(ctx, v.db, actor.OrgID, vendor)
	if err != nil {
		return "", err
	}
	if size(answers) > answersMax {
		return "", fault.New(fault.Invalid, "vault.answers.long")
	}
	ask := connector.Ask{State: connector.NewSecret(random()), Nonce: random(), Verifier: connector.NewSecret(random()),
		RedirectURL: v.cfg.RedirectURL, Settings: maps.Clone(answers)}
	address, err := c.Authorizer.AuthURL(ctx, app.entry, ask)
	if err != nil {
		return "", err
	}
	return address, v.keepAsk(ctx, actor, app, connectionID, ask)
}

func (v *Vault) keepAsk(ctx context.Context, actor org.Actor, app Registration, connectionID string, ask connector.Ask) error {
	s := signIn{hash: hash(ask.State.Reveal()), orgID: actor.OrgID, personID: actor.PersonID, session: actor.Session,
		vendor: app.Vendor, connectionID: connectionID}
	var err error
	kept := asked{Client: app.ClientID, Nonce: ask.Nonce, Verifier: ask.Verifier.Reveal(), Settings: ask.Settings}
	if s.sealed, err = v.cfg.Keys.seal(kept, s.orgID, s.hash, "sign-in"); err != nil {
		return err
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.expiresAt = tx.Now().Add(signInLife)
		if _, err := tx.Exec(ctx, dropSignIns, db.Time(tx.Now().Add(-24*time.Hour))); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "sign_ins", &s)
	})
}

// AdminConsentURL is a link to forward to the customer's own administrator, who
// may have to allow our application first. It carries no state: who follows it
// connects nothing.
func (v *Vault) AdminConsentURL(ctx context.Context, actor org.Actor, vendor string, answers map[string]string) (string, error) {
	c, err := v.installer(actor, vendor)
	if err != nil {
		return "", err
	}
	app, err := v.registered(ctx, v.db, actor.OrgID, vendor)
	if err != nil {
		return "", err
	}
	return c.Authorizer.AdminConsentURL(ctx, app.entry, connector.Ask{RedirectURL: v.cfg.RedirectURL, Settings: answers})
}

// AdminConsented reports whether a browser came back from the link of
// AdminConsentURL, with consent given. It proves nothing and connects nothing:
// the page only says thank you.
func AdminConsented(answer url.Values) bool {
	return answer.Get("state") == "" && answer.Get("error") == "" && answer.Get("admin_consent") != ""
}

// spend uses up the state that came back, in a transaction of its own and
// before anything is exchanged: it works once, for the one who began, for ten
// minutes.
func (v *Vault) spend(ctx context.Context, actor org.Actor, state string) (s signIn, ask connector.Ask, err error) {
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		s, err = db.One[signIn](ctx, tx, spendSignIn, hash(state), db.Time(tx.Now()))
		if fault.Is(err, fault.NotFound) {
			return v.whyNot(ctx, tx, state)
		}
		if err != nil {
			return err
		}
		if s.orgID != actor.OrgID || s.personID != actor.PersonID || s.session != actor.Session {
			return fault.New(fault.Denied, "vault.state.foreign")
		}
		return nil
	})
	if err != nil {
		return signIn{}, connector.Ask{}, err
	}
	if !s.usedAt.Before(s.expiresAt) {
		return signIn{}, connector.Ask{}, fault.New(fault.Invalid, "vault.state.expired")
	}
	var kept asked
	if err := v.cfg.Keys.open(s.sealed, &kept, s.orgID, s.hash, "sign-in"); err != nil {
		return signIn{}, connector.Ask{}, err
	}
	s.clientID = kept.Client
	return s, connector.Ask{State: connector.NewSecret(state), Nonce: kept.Nonce, Verifier: connector.NewSecret(kept.Verifier),
		RedirectURL: v.cfg.RedirectURL, Settings: kept.Settings}, nil
}

// whyNot tells a state that was used from one that never was ours.
func (v *Vault) whyNot(ctx context.Context, tx *db.Tx, state string) error {
	if _, err := db.One[signIn](ctx, tx, oldSignIn, hash(state)); err == nil {
		return fault.New(fault.Conflict, "vault.state.used")
	}
	return fault.New(fault.Invalid, "vault.state.unknown")
}
