package org

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// An Entry of the journal says who did which verb to what. A person reads it
// through the catalogue key "journal.<verb>", which may speak of Data and of
// the actor's name.
type Entry struct {
	OrgID string
	ID    string
	At    time.Time
	// ActorID is empty when the program itself did it.
	ActorID   string
	ActorName string
	// Verb is what was done, such as "appointment.reschedule".
	Verb string
	// Object and ObjectID are what it was done to.
	Object   string
	ObjectID string
	// Data is what else the sentence speaks of. No secret belongs here.
	Data map[string]string

	// folded is what a search looks through: the names that the sentence speaks of.
	folded string
}

// Columns maps the entry to its table.
func (e *Entry) Columns(c *db.Columns) {
	c.Col("org_id", &e.OrgID)
	c.Col("id", &e.ID)
	c.Col("at", (*db.Time)(&e.At))
	c.Col("actor_id", &e.ActorID)
	c.Col("actor_name", &e.ActorName)
	c.Col("verb", &e.Verb)
	c.Col("object", &e.Object)
	c.Col("object_id", &e.ObjectID)
	c.Col("data", db.JSON[map[string]string]{To: &e.Data})
	c.Col("folded", &e.folded)
}

// Key names the sentence of the entry in the catalogue.
func (e Entry) Key() string { return "journal." + e.Verb }

// Args are the name and value pairs of the sentence. What the program itself did,
// it did in its own name.
func (e Entry) Args() []any {
	args := []any{"Actor", cmp.Or(e.ActorName, "Parley")}
	for k, v := range e.Data {
		args = append(args, strings.ToUpper(k[:1])+k[1:], v)
	}
	return args
}

// Record writes an entry in the transaction of the verb it tells of.
func Record(ctx context.Context, tx *db.Tx, e Entry) error {
	e.ID, e.At, e.folded = db.NewID(), tx.Now(), e.fold()
	return db.Insert(ctx, tx, "journal", &e)
}

// fold is what a search may find the entry by.
func (e Entry) fold() string {
	all := []string{e.ActorName}
	for _, name := range slices.Sorted(maps.Keys(e.Data)) {
		all = append(all, e.Data[name])
	}
	return db.Fold(strings.Join(all, " "))
}

// A JournalFilter narrows the journal. Zero fields do not narrow.
type JournalFilter struct {
	ActorID string
	// Actors asks for what any of these people did.
	Actors []string
	// Itself asks for what the program did by itself.
	Itself bool
	// Text is looked for in every name that the entry speaks of, without regard
	// to case and accents.
	Text     string
	Verb     string
	Object   string
	ObjectID string
	// From and To bound the time: From belongs to the answer, To does not.
	From time.Time
	To   time.Time
}

// A Page asks for the entries older than a cursor, newest first.
type Page struct {
	// Before is the cursor of the last entry of the page before; empty for the first.
	Before string
	// Limit is 50 when zero, and at most 500.
	Limit int
}

const (
	journalPage = 50
	journalMax  = 500
)

// Cursor marks the entry as the last of a page.
func (e Entry) Cursor() string { return strconv.FormatInt(e.At.UnixMicro(), 36) + "." + e.ID }

// farFuture is later than anything that will happen.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// cursor reads a cursor back. One that came from nowhere is the asker's fault.
func (p Page) cursor() (at time.Time, id string, err error) {
	if p.Before == "" {
		return farFuture, "~", nil
	}
	micros, id, ok := strings.Cut(p.Before, ".")
	n, err := strconv.ParseInt(micros, 36, 64)
	if !ok || err != nil {
		return at, "", fault.New(fault.Invalid, "org.journal.cursor").At("before")
	}
	return time.UnixMicro(n).UTC(), id, nil
}

// Journal reads what happened in an organization, newest first.
func (o *Orgs) Journal(ctx context.Context, q db.Q, orgID string, f JournalFilter, p Page) ([]Entry, error) {
	at, id, err := p.cursor()
	if err != nil {
		return nil, err
	}
	limit := p.Limit
	if limit <= 0 {
		limit = journalPage
	}
	args := []any{orgID, f.ActorID, f.Verb, f.Object, f.ObjectID, db.Time(f.From), db.Time(f.To), db.Time(at), id, min(limit, journalMax), like(f.Text)}
	for _, actor := range f.Actors {
		args = append(args, actor)
	}
	return db.All[Entry](ctx, q, journalText(f), args...)
}

// like is a LIKE pattern for what holds a text.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(db.Fold(text)) + "%"
}
