package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
)

// Progress is how far the reading of a directory is.
type Progress string

// The stages of a scan.
const (
	// Waiting: not begun.
	Waiting Progress = "waiting"
	// Reading: the vendor's pages come in; Entries grows.
	Reading Progress = "reading"
	// Read: all there.
	Read Progress = "read"
	// Failed: Fault says why. What can help itself is tried again.
	Failed Progress = "failed"
)

// A Directory is what is known of a connection's directory.
type Directory struct {
	OrgID        string
	ConnectionID string
	// Field is the field of ours that holds the sign-in name.
	Field string
	State Progress
	// Entries is how many people the scan has read so far.
	Entries int64
	Started time.Time
	// Scanned is when the last whole scan ended; zero before the first.
	Scanned time.Time
	// Fault is the catalogue key of what went wrong.
	Fault   string
	Version int64
	// Level is how much of the directory was read.
	Level Level
	// Run is the rematch that goes on, or the last one; ID is zero before the first.
	Run Run
	// Bulk is a change of many toggles that is going on; Of is zero when none is.
	Bulk Bulk

	generation, run          int64
	cursor, delta, deltaNext string
	followed                 time.Time
	bulk                     string
}

// Columns maps the directory to its table.
func (d *Directory) Columns(c *db.Columns) {
	c.Col("org_id", &d.OrgID)
	c.Col("connection_id", &d.ConnectionID)
	c.Col("field", &d.Field)
	c.Col("state", (*string)(&d.State))
	c.Col("generation", &d.generation)
	c.Col("entries", &d.Entries)
	c.Col("started_at", (*db.Time)(&d.Started))
	c.Col("scanned_at", (*db.Time)(&d.Scanned))
	c.Col("fault", &d.Fault)
	c.Col("version", &d.Version)
	c.Col("level", (*string)(&d.Level))
	c.Col("cursor", &d.cursor)
	c.Col("delta", &d.delta)
	c.Col("delta_next", &d.deltaNext)
	c.Col("followed_at", (*db.Time)(&d.followed))
	c.Col("run", &d.run)
	c.Col("bulk", &d.bulk)
}

// Directory is what is known of a connection's directory.
func (is *Identities) Directory(ctx context.Context, q db.Q, orgID, connectionID string) (Directory, error) {
	return db.One[Directory](ctx, q, oneDirectory, orgID, connectionID)
}

// dirRow is a person of the directory as its table holds them.
type dirRow struct {
	orgID, connectionID, vendorID string
	generation                    int64
	signInName, signInFolded      string
	mailFolded, name              string
	guest, disabled, licensed     connector.Known
}

// Columns maps the row to its table.
func (r *dirRow) Columns(c *db.Columns) {
	c.Col("org_id", &r.orgID)
	c.Col("connection_id", &r.connectionID)
	c.Col("vendor_id", &r.vendorID)
	c.Col("generation", &r.generation)
	c.Col("sign_in_name", &r.signInName)
	c.Col("sign_in_folded", &r.signInFolded)
	c.Col("mail_folded", &r.mailFolded)
	c.Col("name", &r.name)
	c.Col("guest", (*string)(&r.guest))
	c.Col("disabled", (*string)(&r.disabled))
	c.Col("licensed", (*string)(&r.licensed))
}

func (r dirRow) entry() entry {
	return entry{vendorID: r.vendorID, signInName: r.signInName, guest: r.guest == connector.Yes}
}

// book is the part of a directory that concerns some values and ids.
type book struct {
	bySignIn, byMail map[string][]entry
	byID             map[string]entry
}

// look reads the part of the directory that concerns the values and the ids.
func look(ctx context.Context, q db.Q, orgID, connectionID string, values, ids []string) (book, error) {
	b := book{bySignIn: map[string][]entry{}, byMail: map[string][]entry{}, byID: map[string]entry{}}
	for text, keep := range map[string]func(dirRow){
		dirBySignIn: func(r dirRow) { b.bySignIn[r.signInFolded] = append(b.bySignIn[r.signInFolded], r.entry()) },
		dirByMail:   func(r dirRow) { b.byMail[r.mailFolded] = append(b.byMail[r.mailFolded], r.entry()) },
		dirByID:     func(r dirRow) { b.byID[r.vendorID] = r.entry() },
	} {
		wanted := values
		if text == dirByID {
			wanted = ids
		}
		err := chunked(distinct(wanted), func(some []string) error {
			rows, err := db.All[dirRow](ctx, q, wantedValues(len(some))+text, appendTexts([]any{orgID, connectionID}, some)...)
			for _, r := range rows {
				keep(r)
			}
			return err
		})
		if err != nil {
			return book{}, err
		}
	}
	return b, nil
}

// wantedValues begins a query over n values, whose placeholders follow those of
// organization and connection.
func wantedValues(n int) string {
	return "WITH wanted (v) AS (VALUES (CAST($3 AS TEXT))" + values(4, n-1)
}

// values writes ", ($4), ($5)".
func values(from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", ($%d)", from+i)
	}
	return b.String()
}

// distinct sorts the values and drops empty ones and repetitions.
func distinct(values []string) []string {
	kept := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	slices.Sort(kept)
	return slices.Compact(kept)
}
