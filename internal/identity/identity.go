// Package identity knows who is who at a vendor: it reads the directory of a
// connection, says how many people would be found under each field before
// anything is finished, matches, keeps the vendor's immutable id, follows what
// changes there, and tells for each person who is not matched why.
//
// It does not speak to vendors itself (vault lends, connector reads), does not
// know who people are (org), and makes no meetings. Who may hold a video
// meeting, with which connection, is answered here.
package identity

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/internal/connector"
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

// A Level is how much of a directory we were allowed to read.
type Level = connector.Level

// The two levels of consent.
const (
	Basic = connector.Basic
	Full  = connector.Full
)

// A State is whether a person was found at the vendor.
type State string

// The two states. Who was not looked for yet is missed too, and the reason says so.
const (
	Matched State = "matched"
	Missed  State = "missed"
)

// How a person came to be matched.
const (
	// BySignIn: our value is, or was when it was first found, their sign-in name.
	BySignIn = "sign-in"
	// ByMail: our value is their mail address.
	ByMail = "mail"
	// ByHand: an administrator chose the account.
	ByHand = "hand"
)

// An Outcome is what the last rematch changed of a person.
type Outcome string

// The outcomes.
const (
	// Newly: matched, and not before.
	Newly Outcome = "new"
	// Lost: not matched any more.
	Lost Outcome = "lost"
	// Moved: matched with another account, or missed for another reason.
	Moved Outcome = "changed"
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
	// SignInName and VendorName are the name with which the account signs in and
	// the name of its person, as the vendor writes them. Of one who is missed it
	// is the account that they had, or that cannot be used.
	SignInName, VendorName string
	State                  State
	// Via is how a matched person was found.
	Via string
	// Hand says that an administrator chose the account. A rematch keeps it.
	Hand bool
	// Reason is the catalogue key that says why a person is missed, and Hint the
	// sign-in name that is probably theirs.
	Reason, Hint string
	// Enabled is the Video Calls toggle.
	Enabled bool
	// Changed is when the match last came out differently.
	Changed time.Time
	// Outcome is what the rematch OutcomeRun changed; only that of the last one
	// is worth showing.
	Outcome    Outcome
	OutcomeRun int64

	// account is the vendor's id of the account that they have, had, or cannot
	// use: by it they are found again.
	account string
	toggled bool
	// seek says that the vendor has to be asked about this person alone.
	seek bool
	copied
	sorted
}

// copied is what of ours a list is searched and matched by, copied from the
// person, so that a question to 50,000 people is a question to one table.
type copied struct{ name, email, username, employeeNo string }

// sorted is derived from all else, and only there for indexes. written is the
// version of the directory under which the row was.
type sorted struct {
	folded, vendorFolded, facet, mark string
	written                           int64
}

// Columns maps the identity to its table.
func (i *Identity) Columns(c *db.Columns) {
	c.Col("org_id", &i.OrgID)
	c.Col("connection_id", &i.ConnectionID)
	c.Col("person_id", &i.PersonID)
	c.Col("value", &i.Value)
	c.Col("vendor_id", &i.VendorID)
	c.Col("account_id", &i.account)
	c.Col("sign_in_name", &i.SignInName)
	c.Col("vendor_name", &i.VendorName)
	c.Col("state", (*string)(&i.State))
	c.Col("via", &i.Via)
	c.Col("hand", &i.Hand)
	c.Col("reason", &i.Reason)
	c.Col("hint", &i.Hint)
	c.Col("enabled", &i.Enabled)
	c.Col("toggled", &i.toggled)
	c.Col("changed_at", (*db.Time)(&i.Changed))
	c.Col("outcome", (*string)(&i.Outcome))
	c.Col("outcome_run", &i.OutcomeRun)
	c.Col("seek", &i.seek)
	c.Col("name", &i.name)
	c.Col("email", &i.email)
	c.Col("username", &i.username)
	c.Col("employee_no", &i.employeeNo)
	c.Col("folded", &i.folded)
	c.Col("vendor_folded", &i.vendorFolded)
	c.Col("facet", &i.facet)
	c.Col("mark", &i.mark)
	c.Col("written", &i.written)
}

// value is what of ours a field compares, folded.
func (c copied) value(field string) string {
	switch field {
	case Email:
		return c.email
	case Username:
		return c.username
	}
	return c.employeeNo
}

func copyOf(p org.Person) copied {
	return copied{name: p.Name, email: fold(p.Email), username: fold(p.Username), employeeNo: fold(p.EmployeeNo)}
}

// Config is what the room is built from.
type Config struct {
	DB    *db.DB
	Orgs  *org.Orgs
	Vault *vault.Vault
	Log   *slog.Logger
	// StaffOf narrows members to those of them who are matched; nil matches all
	// active members.
	StaffOf func(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]bool, error)
	// NotifyURL is our public address at which a vendor's listener, named by the
	// last part of its path, hears of changes; nil or an empty answer does
	// without being told, and changes are read once a day.
	NotifyURL func(path string) string
}

// Identities is the room with its database.
type Identities struct {
	// OnMatch is called, in the transaction, with the people whose match or
	// toggle came to be different. Filled by app before the first request.
	OnMatch []func(ctx context.Context, tx *db.Tx, orgID, connectionID string, personIDs []string) error

	cfg    Config
	db     *db.DB
	orgs   *org.Orgs
	vault  *vault.Vault
	log    *slog.Logger
	runner *job.Runner

	// previews keeps what a preview came to, until something changes.
	previews sync.Map
	rolls    rolls
	// warming are rolls that are read ahead.
	warming sync.WaitGroup
}

// New builds the room.
func New(cfg Config) *Identities {
	return &Identities{cfg: cfg, db: cfg.DB, orgs: cfg.Orgs, vault: cfg.Vault, log: cfg.Log}
}

// Of returns the identities of people at a connection, by person. Who is not
// among the staff is not in the answer.
func Of(ctx context.Context, q db.Q, orgID, connectionID string, personIDs []string) (map[string]Identity, error) {
	all := map[string]Identity{}
	err := chunked(distinct(personIDs), func(ids []string) error {
		some, err := db.All[Identity](ctx, q, wantedValues(len(ids))+identitiesByID, appendTexts([]any{orgID, connectionID}, ids)...)
		for _, i := range some {
			all[i.PersonID] = i
		}
		return err
	})
	return all, err
}

// chunk is how many values stand in one list of them. SQLite looks each
// placeholder up among all of the statement, so that more at once are slower.
const chunk = 300

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
