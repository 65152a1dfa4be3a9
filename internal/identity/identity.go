// Package identity knows who is who at a vendor: it reads the directory of a
// connection, says how many people would be found under each field before
// anything is finished, matches, keeps the vendor's immutable id, and tells for
// each person who is not matched why.
//
// It does not speak to vendors itself (vault lends, connector reads), does not
// know who people are (org), and makes no meetings. Who may hold a video
// meeting, with which connection, is answered here.
package identity

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// The fields of a person that can hold the sign-in name at a vendor.
const (
	Email      = "email"
	Username   = "username"
	EmployeeNo = "employee_no"
)

// Fields lists them in the order in which they are offered.
var Fields = []string{Email, Username, EmployeeNo}

// A State is whether a person was found at the vendor.
type State string

// The two states.
const (
	Matched State = "matched"
	Missed  State = "missed"
)

// An Identity is a person at a vendor: matched, or a reason why not.
type Identity struct {
	OrgID        string
	ConnectionID string
	PersonID     string
	// Value is what of ours was compared, folded.
	Value string
	// VendorID is the vendor's immutable id of a matched person.
	VendorID string
	// SignInName is the name with which a matched person signs in, as the vendor
	// writes it.
	SignInName string
	State      State
	// Reason is the catalogue key that says why a person is missed, and Hint the
	// sign-in name that is probably theirs.
	Reason, Hint string
	// Enabled is the Video Calls toggle.
	Enabled bool
	// Changed is when the match last came out differently.
	Changed time.Time

	toggled bool
}

// Columns maps the identity to its table.
func (i *Identity) Columns(c *db.Columns) {
	c.Col("org_id", &i.OrgID)
	c.Col("connection_id", &i.ConnectionID)
	c.Col("person_id", &i.PersonID)
	c.Col("value", &i.Value)
	c.Col("vendor_id", &i.VendorID)
	c.Col("sign_in_name", &i.SignInName)
	c.Col("state", (*string)(&i.State))
	c.Col("reason", &i.Reason)
	c.Col("hint", &i.Hint)
	c.Col("enabled", &i.Enabled)
	c.Col("toggled", &i.toggled)
	c.Col("changed_at", (*db.Time)(&i.Changed))
}

// Config is what the room is built from.
type Config struct {
	DB    *db.DB
	Orgs  *org.Orgs
	Vault *vault.Vault
	Log   *slog.Logger
	// Staff narrows the members who are matched to those of the answer; nil
	// matches all active members.
	Staff func(ctx context.Context, q db.Q, orgID string) (map[string]bool, error)
}

// Identities is the room with its database.
type Identities struct {
	// OnMatch is called, in the transaction, with the people whose match or
	// toggle came to be different. Filled by app before the first request.
	OnMatch []func(ctx context.Context, tx *db.Tx, orgID, connectionID string, personIDs []string) error

	db     *db.DB
	orgs   *org.Orgs
	vault  *vault.Vault
	log    *slog.Logger
	staff  func(ctx context.Context, q db.Q, orgID string) (map[string]bool, error)
	runner *job.Runner
}

// New builds the room.
func New(cfg Config) *Identities {
	return &Identities{db: cfg.DB, orgs: cfg.Orgs, vault: cfg.Vault, log: cfg.Log, staff: cfg.Staff}
}

// Of returns the identities of people at a connection, by person. Who was never
// looked for is not in the answer.
func Of(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) (map[string]Identity, error) {
	all := map[string]Identity{}
	err := chunked(personIDs, func(ids []string) error {
		args := []any{orgID, connectionID}
		some, err := db.All[Identity](ctx, q, identitiesOf+db.Params(3, len(ids))+")", appendTexts(args, ids)...)
		for _, i := range some {
			all[i.PersonID] = i
		}
		return err
	})
	return all, err
}

// chunk is how many values stand in one IN list or one INSERT: few enough for
// both engines' limits on placeholders.
const chunk = 500

// chunked calls do with slices of at most chunk values.
func chunked(values []string, do func([]string) error) error {
	for len(values) > 0 {
		n := min(chunk, len(values))
		if err := do(values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

func appendTexts(args []any, texts []string) []any {
	for _, text := range texts {
		args = append(args, text)
	}
	return args
}
