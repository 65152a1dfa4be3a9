package identity

import (
	"context"
	"fmt"
	"maps"
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
	d, err := db.One[Directory](ctx, q, oneDirectory, orgID, connectionID)
	if err != nil {
		return d, err
	}
	if d.Bulk, err = bulkOf(d.bulk); err != nil || d.run == 0 {
		return d, err
	}
	d.Run, err = db.One[Run](ctx, q, oneRun, orgID, connectionID, d.run)
	return d, err
}

// hold locks a directory for a verb: whoever writes identities holds theirs first.
func hold(ctx context.Context, tx *db.Tx, orgID, connectionID string) (Directory, error) {
	d, err := db.One[Directory](ctx, tx, holdDirectory, orgID, connectionID)
	if err != nil || d.run == 0 {
		return d, err
	}
	d.Run, err = db.One[Run](ctx, tx, oneRun, orgID, connectionID, d.run)
	return d, err
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

func (d Directory) row(e connector.Entry) dirRow {
	return dirRow{orgID: d.OrgID, connectionID: d.ConnectionID, vendorID: e.ID, generation: d.generation, signInName: e.SignInName,
		signInFolded: fold(e.SignInName), mailFolded: fold(e.Mail), name: e.Name, guest: e.Guest, disabled: e.Disabled, licensed: e.Licensed}
}

// An alias is a further address of a person of the directory.
type alias struct{ orgID, connectionID, folded, vendorID string }

// Columns maps the alias to its table.
func (a *alias) Columns(c *db.Columns) {
	c.Col("org_id", &a.orgID)
	c.Col("connection_id", &a.connectionID)
	c.Col("alias_folded", &a.folded)
	c.Col("vendor_id", &a.vendorID)
}

// put keeps people of the directory as they are now.
func (d Directory) put(ctx context.Context, tx *db.Tx, entries []connector.Entry) error {
	s, err := d.sift(ctx, tx, entries)
	if err != nil {
		return err
	}
	return d.keep(ctx, tx, s)
}

// sifted are people of the directory as they are now, beside what was kept of them.
type sifted struct {
	same, changed []dirRow
	added, gone   []alias
}

// sift compares people with what is kept. Most are as they were, which costs no more
// than to look. It may be done before the transaction that keeps them: of who was as
// kept only the generation is written, so that what another wrote meanwhile stays.
func (d Directory) sift(ctx context.Context, q db.Q, entries []connector.Entry) (s sifted, err error) {
	fresh := map[string]connector.Entry{}
	for _, e := range entries {
		fresh[e.ID] = e
	}
	err = chunked(slices.Sorted(maps.Keys(fresh)), func(ids []string) error {
		args := appendTexts([]any{d.OrgID, d.ConnectionID}, ids)
		were, err := db.All[dirRow](ctx, q, wantedValues(len(ids))+peopleOfDirectory, args...)
		if err != nil {
			return err
		}
		known := make(map[string]dirRow, len(were))
		for _, r := range were {
			known[r.vendorID] = r
		}
		for _, id := range ids {
			now := d.row(fresh[id])
			was, ok := known[id]
			if was.generation = now.generation; ok && was == now {
				s.same = append(s.same, now)
			} else {
				s.changed = append(s.changed, now)
			}
		}
		had, err := db.All[alias](ctx, q, wantedValues(len(ids))+aliasesOf, args...)
		s.aliases(d, had, ids, fresh)
		return err
	})
	return s, err
}

// aliases compares the aliases of people with those that are kept.
func (s *sifted) aliases(d Directory, had []alias, ids []string, fresh map[string]connector.Entry) {
	old := make(map[alias]bool, len(had))
	for _, a := range had {
		old[a] = true
	}
	for _, id := range ids {
		for _, text := range fresh[id].Aliases {
			a := alias{d.OrgID, d.ConnectionID, fold(text), id}
			if !old[a] && a.folded != "" {
				s.added = append(s.added, a)
			}
			delete(old, a)
		}
	}
	s.gone = slices.AppendSeq(s.gone, maps.Keys(old))
}

// keep writes what is otherwise than before, and of all others that this generation
// has them too.
func (d Directory) keep(ctx context.Context, tx *db.Tx, s sifted) error {
	for same := range slices.Chunk(s.same, chunk) {
		args := []any{d.OrgID, d.ConnectionID, d.generation}
		for _, r := range same {
			args = append(args, r.vendorID)
		}
		n, err := tx.Exec(ctx, setGeneration+db.Params(4, len(same))+")", args...)
		if err == nil && int(n) < len(same) { // somebody was dropped meanwhile
			err = inserted(ctx, tx, "directory_people", same, sameGeneration)
		}
		if err != nil {
			return err
		}
	}
	if err := inserted(ctx, tx, "directory_people", s.changed, putPeople); err != nil {
		return err
	}
	for _, a := range s.gone {
		if _, err := tx.Exec(ctx, dropAlias, a.orgID, a.connectionID, a.folded, a.vendorID); err != nil {
			return err
		}
	}
	return inserted(ctx, tx, "directory_aliases", s.added, `ON CONFLICT (org_id, connection_id, alias_folded, vendor_id) DO NOTHING`)
}

// drop forgets people who are not in the directory any more.
func (d Directory) drop(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, id := range ids {
		for _, text := range []string{dropAliasesOf, dropPerson} {
			if _, err := tx.Exec(ctx, text, d.OrgID, d.ConnectionID, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// writtenAtOnce is how many rows one statement writes. SQLite looks each
// placeholder up among all of the statement, so that more at once are slower.
const writtenAtOnce = 40

// inserted adds rows, or does with those that are there what the suffix says.
func inserted[T any, P interface {
	*T
	db.Row
}](ctx context.Context, tx *db.Tx, table string, all []T, suffix string) error {
	for some := range slices.Chunk(all, writtenAtOnce) {
		rows := make([]db.Row, len(some))
		for n := range some {
			rows[n] = P(&some[n])
		}
		if _, err := db.InsertAll[string](ctx, tx, table, rows, suffix, "org_id"); err != nil {
			return err
		}
	}
	return nil
}

// wantedValues begins a query over n values, whose placeholders follow those of
// organization and connection. What follows joins the list by CROSS JOIN, which
// for SQLite is an order: value by value, by an index. Left to choose before it
// has counted the table, it goes through a whole connection for each list.
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
