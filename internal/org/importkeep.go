package org

import (
	"context"
	"slices"
	"strconv"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// How many rows one statement names or writes. SQLite looks placeholders up by
// their names, one after the other, so that a statement with many of them costs
// the square of their number: twenty people at once are eight times as fast as
// five hundred.
const (
	keptAtOnce    = 500
	peopleAtOnce  = 20
	entriesAtOnce = 40
	rolesAtOnce   = 100
)

// staged is what an import writes, made ready before its transaction.
type staged struct {
	people  []db.Row
	ids     []string
	readdr  []string // whose e-mail changes
	reroled []string // whose roles change
	roles   []db.Row
	entries []db.Row
	wants   [][]ImportWant
	fresh   []*Person
}

// stage gives new people their ids and prepares all rows. The lines learn the ids.
func stage(by Actor, im Import, lines []ImportLine) *staged {
	s := &staged{}
	for i := range lines {
		l := &lines[i]
		p, verb := &l.person, "member.change"
		if l.Kind == LineNew {
			verb = "member.add"
			p.OrgID, p.ID, p.Version = im.OrgID, db.NewID(), 1
			l.PersonID = p.ID
			s.fresh = append(s.fresh, p)
			s.roles = append(s.roles, &role{im.OrgID, p.ID, string(Member), ""})
		}
		s.people, s.ids = append(s.people, p), append(s.ids, p.ID)
		s.entries = append(s.entries, entryOf(by.Entry(verb, "person", p.ID, "name", p.Name)))
		s.change(l)
	}
	s.entries = append(s.entries, entryOf(by.Entry("staff.import", "import", im.ID, "name", im.FileName, "count", strconv.Itoa(len(lines)))))
	return s
}

func entryOf(e Entry) *Entry {
	e.ID = db.NewID()
	return &e
}

func (s *staged) change(l *ImportLine) {
	if l.Kind == LineChanged && slices.ContainsFunc(l.Changes, func(c ImportChange) bool { return c.Column == "email" }) {
		s.readdr = append(s.readdr, l.PersonID)
	}
	if l.roles != nil {
		s.reroled = append(s.reroled, l.PersonID)
	}
	for _, h := range l.roles {
		s.roles = append(s.roles, &role{l.person.OrgID, l.PersonID, string(h.Role), h.Scope})
	}
	for i, w := range l.wants {
		if i >= len(s.wants) {
			s.wants = append(s.wants, nil)
		}
		if w != nil {
			s.wants[i] = append(s.wants[i], ImportWant{PersonID: l.PersonID, Want: w})
		}
	}
}

// role is a row of the table of roles.
type role struct{ org, person, role, scope string }

func (r *role) Columns(c *db.Columns) {
	c.Col("org_id", &r.org)
	c.Col("person_id", &r.person)
	c.Col("role", &r.role)
	c.Col("scope", &r.scope)
}

// keepStaged writes the people, then lets the rooms above look at them, and last
// writes what those rooms took from the file.
func (o *Orgs) keepStaged(ctx context.Context, tx *db.Tx, by Actor, s *staged) error {
	s.date(tx.Now())
	// An address that changes hands within the file is free before it is given.
	if err := inChunks(ctx, tx, freeAddresses, by.OrgID, s.readdr); err != nil {
		return err
	}
	for rows := range slices.Chunk(s.people, peopleAtOnce) {
		kept, err := db.InsertAll[string](ctx, tx, "people", rows, keepImported, "id")
		if err != nil {
			return err
		}
		if len(kept) != len(rows) {
			return fault.New(fault.Conflict, "org.import.stale")
		}
	}
	if err := inChunks(ctx, tx, dropImportedRoles, by.OrgID, s.reroled); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, "roles", s.roles, rolesAtOnce, keepRole, "person_id"); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, "journal", s.entries, entriesAtOnce, "", "id"); err != nil {
		return err
	}
	if len(s.ids) > 0 {
		if err := o.membersChanged(ctx, tx, by.OrgID, s.ids...); err != nil {
			return err
		}
	}
	for i, wants := range s.wants {
		if len(wants) == 0 {
			continue
		}
		if err := o.ImportParts[i].Keep(ctx, tx, by, wants); err != nil {
			return err
		}
	}
	return nil
}

func (s *staged) date(now time.Time) {
	for _, p := range s.fresh {
		p.Created = now
	}
	for _, e := range s.entries {
		e.(*Entry).At = now
	}
}

func insertAll(ctx context.Context, tx *db.Tx, table string, all []db.Row, atOnce int, suffix, returning string) error {
	for rows := range slices.Chunk(all, atOnce) {
		if _, err := db.InsertAll[string](ctx, tx, table, rows, suffix, returning); err != nil {
			return err
		}
	}
	return nil
}

// inChunks runs a statement that ends with an IN list.
func inChunks(ctx context.Context, tx *db.Tx, text, orgID string, ids []string) error {
	for some := range slices.Chunk(ids, keptAtOnce) {
		args := []any{orgID}
		for _, id := range some {
			args = append(args, id)
		}
		if _, err := tx.Exec(ctx, text+db.Params(2, len(some))+")", args...); err != nil {
			return err
		}
	}
	return nil
}
