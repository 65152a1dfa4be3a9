// Package notify tells people things, and keeps the ledger of what became of it.
//
// A feature tells a notice inside the transaction of its verb; notify writes one
// delivery for each recipient and channel, and lanes carry them out: one queue
// for each organization and channel connection, paced by the gate of the vendor
// behind it. A notice is drawn for its reader when it is sent, so that what a
// person reads was true then; a change of plan retells or withdraws the notice
// in its own transaction.
//
// It also owns the deeds: whatever door an action comes through, it is done once
// by its key. And it signs the links in mails.
//
// It owns no wording of any feature (those are cards), no vendor (connector),
// no secrets and no pace (vault), and it does not know who people are (org).
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"strings"
	"sync"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/vault"
)

// Config is what a Notify is built from.
type Config struct {
	DB   *db.DB
	Orgs *org.Orgs
	Log  *slog.Logger
	// Mail opens the organization's mail channel. While it fails, mails wait.
	Mail func(ctx context.Context, orgID string) (Mailer, error)
	// Vault keeps the gates.
	Vault *vault.Vault
	// BaseURL is the public address of the installation. Its host ends the
	// Message-ID of mails.
	BaseURL string
	// Keys sign the links in mails.
	Keys LinkKeys
	// Brand is how an organization's mails look; nil shows its name and accent.
	Brand func(o org.Organization) card.Brand
}

// A Notify is the room, running on one process. Several processes share the
// lanes of one database.
type Notify struct {
	cfg     Config
	db      *db.DB
	log     *slog.Logger
	base    string // BaseURL without a slash at its end
	host    string
	bell    chan struct{}
	verbs   map[string]Verb
	metrics *metrics
	known   sync.Map // lane ids whose row is there
}

// New builds the room.
func New(cfg Config) (*Notify, error) {
	u, err := url.Parse(cfg.BaseURL)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("the base URL %q names no host", cfg.BaseURL)
	}
	if err := cfg.Keys.Check(); err != nil {
		return nil, err
	}
	return &Notify{
		cfg: cfg, db: cfg.DB, log: cfg.Log, metrics: newMetrics(cfg.DB),
		base: strings.TrimRight(cfg.BaseURL, "/"), host: u.Hostname(),
		bell: make(chan struct{}, 1), verbs: map[string]Verb{},
	}, nil
}

// AddVerbs adds a feature's verbs, before the first deed. A name that two
// features use is a mistake of the program, and panics.
func (n *Notify) AddVerbs(more map[string]Verb) {
	for name := range more {
		if n.verbs[name] != nil {
			panic("notify: the verb " + name + " is there twice")
		}
	}
	maps.Copy(n.verbs, more)
}

// ring wakes the lanes of this process. A ring that is lost is made good by the
// next look.
func (n *Notify) ring() {
	select {
	case n.bell <- struct{}{}:
	default:
	}
}
