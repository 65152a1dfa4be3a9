// Package vault keeps connections: an organization's links to vendor accounts
// and to the mail server. It installs, seals, renews and lends them, keeps
// their pace (gates), and is the only room that ever sees a token: what it
// lends is an HTTP client that carries one.
//
// It does not know what is done with a connection (meeting, identity, notify),
// and knows no vendor: what differs between vendors comes through connector.
package vault

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// The set-up of a vendor, as pages draw it.
type (
	// Step is one page of the set-up.
	Step = connector.Step
	// Question is one thing the administrator has to say.
	Question = connector.Question
	// Option is one answer of a choice.
	Option = connector.Option
	// Help is an explanation beside a step.
	Help = connector.Help
	// Account is who signed in at a vendor.
	Account = connector.Account
	// Level is how much of a directory a connection may read.
	Level = connector.Level
)

// The two levels of consent.
const (
	Basic = connector.Basic
	Full  = connector.Full
)

// Kinds of step, as pages draw them.
const (
	StepInfo      = connector.StepInfo
	StepField     = connector.StepField
	StepQuestions = connector.StepQuestions
	StepConsent   = connector.StepConsent
	StepPreview   = connector.StepPreview
	StepWait      = connector.StepWait
	StepFinish    = connector.StepFinish
)

// Config is what the vault is built from.
type Config struct {
	DB   *db.DB
	Orgs *org.Orgs
	// Vendors are all vendors this program speaks to.
	Vendors []connector.Vendor
	// Registrations are our applications at the vendors, by vendor name, that the
	// operator set outside the program. Such a one stands above what is entered
	// for the installation on a page. One may be missing.
	Registrations map[string]connector.Registration
	// Sources say where each of Registrations was set.
	Sources map[string]Source
	// Keys seal what is kept.
	Keys Keys
	Log  *slog.Logger
	// RedirectURL is our one public address to which vendors send a browser back,
	// and HookURL the one below which they tell us things.
	RedirectURL, HookURL string
	// Probe is a person of a connection's directory on whom calls can be tried,
	// by the vendor's id and by ours; empty while nobody is matched.
	Probe func(ctx context.Context, q db.Q, orgID, connectionID string) (vendorID, personID string, err error)
	// Hosts are people of a connection's directory who are to hold meetings, by the
	// vendor's ids, at most so many.
	Hosts func(ctx context.Context, q db.Q, orgID, connectionID string, most int) ([]string, error)
	// Made counts the meetings that were made for a connection's account in the
	// month of an instant.
	Made func(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) (int, error)
	// Transport carries the calls to vendors; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Mail is the installation's mail server; without a host there is none.
	Mail connector.Relay
}

// A Vault is the room with its database.
type Vault struct {
	// OnState is called, in the transaction, whenever a connection came to be in
	// another state. Filled by app before the first request.
	OnState []func(ctx context.Context, tx *db.Tx, c Connection) error
	// OnExpiring is called once a day, in a transaction, for each registration
	// that ends soon or has ended. Filled by app before the first request.
	OnExpiring []func(ctx context.Context, tx *db.Tx, e Expiring) error
	// OnOperator is called, in the transaction, when a fault of our own
	// registration begins, and when it is over. One fault may concern very many
	// connections: telling all of them belongs into a job. Filled by app before the
	// first request.
	OnOperator []func(ctx context.Context, tx *db.Tx, o OperatorFault, begins bool) error
	// OnReady is called, in the transaction, when what a connection waited for has
	// come. Filled by app before the first request.
	OnReady []func(ctx context.Context, tx *db.Tx, c Connection) error
	// OnInbound takes what vendors told us, by kind. It may be given an event more
	// than once, and proves whose it is: nobody did so before. Filled by app before
	// the first request.
	OnInbound map[string]func(ctx context.Context, in Inbound) error

	cfg     Config
	db      *db.DB
	runner  *job.Runner
	log     *slog.Logger
	vendors map[string]connector.Vendor
	metrics *metrics
}

// New builds the room. Two vendors of one name are a defect of the program.
func New(cfg Config) *Vault {
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	v := &Vault{cfg: cfg, db: cfg.DB, log: cfg.Log, vendors: map[string]connector.Vendor{}, metrics: newMetrics(),
		OnInbound: map[string]func(context.Context, Inbound) error{}}
	for _, vendor := range cfg.Vendors {
		if _, twice := v.vendors[vendor.Name]; twice {
			panic(fmt.Sprintf("vault: two vendors are called %q", vendor.Name))
		}
		v.vendors[vendor.Name] = vendor
	}
	return v
}

// An Offer is a vendor that can be connected, for the page that lists them.
type Offer struct {
	Vendor string
	Kind   string
	// Title is the catalogue key of the vendor's name.
	Title string
	Icon  string
	// Missing says what stops the set-up, or nil: the operator has to register
	// this installation at the vendor first.
	Missing error
}

// Offers lists the vendors of a kind that an organization can connect by a set-up.
func (v *Vault) Offers(ctx context.Context, q db.Q, orgID, kind string) ([]Offer, error) {
	var all []Offer
	for _, c := range v.cfg.Vendors {
		if c.Kind != kind || c.Setup == nil {
			continue
		}
		_, missing := v.registered(ctx, q, orgID, c.Name)
		if missing != nil && !fault.Is(missing, fault.Denied) {
			return nil, missing
		}
		all = append(all, Offer{Vendor: c.Name, Kind: c.Kind, Title: c.Title, Icon: c.Icon, Missing: missing})
	}
	return all, nil
}

// Steps is the set-up of a vendor, as the answers given so far decide it.
func (v *Vault) Steps(vendor string, answers map[string]string) ([]Step, error) {
	c, err := v.vendor(vendor)
	if err != nil {
		return nil, err
	}
	return c.Setup.Steps(answers), nil
}

// answersMax bounds what a page may hand in as answers of a set-up.
const answersMax = 4 << 10

// Answer checks what was given to a step and returns it completed. It may ask
// the vendor, so it is not called inside a transaction.
func (v *Vault) Answer(ctx context.Context, actor org.Actor, vendor, step string, given map[string]string) (map[string]string, error) {
	c, err := v.installer(actor, vendor)
	if err != nil {
		return nil, err
	}
	steps := c.Setup.Steps(given)
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Name == step })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "")
	}
	if size(given) > answersMax {
		return nil, fault.New(fault.Invalid, "vault.answers.long").At(longest(steps[i].Questions, given))
	}
	for _, q := range steps[i].Questions {
		if err := checkAnswer(q, given[q.Name]); err != nil {
			return nil, err
		}
	}
	return c.Setup.Answer(ctx, step, given)
}

// longest names the step's question with the longest answer; empty when an answer
// from elsewhere is longer.
func longest(questions []Question, given map[string]string) (name string) {
	for _, q := range questions {
		if name == "" || len(given[q.Name]) > len(given[name]) {
			name = q.Name
		}
	}
	for _, text := range given {
		if len(text) > len(given[name]) {
			return ""
		}
	}
	return name
}

func checkAnswer(q Question, answer string) error {
	if q.Kind != connector.QuestionChoice || (answer == "" && !q.Required) {
		return nil
	}
	if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == answer }) {
		return fault.New(fault.Invalid, "vault.answer.choice").At(q.Name)
	}
	return nil
}

// Title is the catalogue key of a vendor's name.
func (v *Vault) Title(vendor string) string { return v.vendors[vendor].Title }

// Conference is the part of the connection's vendor that makes meetings, or nil.
func (v *Vault) Conference(c Connection) connector.Conference {
	if make := v.vendors[c.Vendor].Conference; make != nil {
		return make(c.Answers)
	}
	return nil
}

// Limits is the pace that the connection's vendor allows.
func (v *Vault) Limits(c Connection) connector.Limits { return v.vendors[c.Vendor].Limits }

// Directory is the part of the connection's vendor that lists people, or nil.
func (v *Vault) Directory(c Connection) connector.Directory { return v.vendors[c.Vendor].Directory }

// installer is the vendor, for somebody who may connect it.
func (v *Vault) installer(actor org.Actor, vendor string) (connector.Vendor, error) {
	if !actor.May(org.ManageIntegrations) {
		return connector.Vendor{}, fault.New(fault.Denied, "")
	}
	return v.vendor(vendor)
}

// vendor is the vendor of a name, with a set-up.
func (v *Vault) vendor(name string) (connector.Vendor, error) {
	c, ok := v.vendors[name]
	if !ok || c.Setup == nil || c.Authorizer == nil {
		return connector.Vendor{}, fault.New(fault.NotFound, "")
	}
	return c, nil
}

func size(answers map[string]string) (n int) {
	for k, text := range answers {
		n += len(k) + len(text)
	}
	return n
}

// random is a fresh text of 256 bits that nobody can guess.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
