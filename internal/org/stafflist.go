package org

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/db"
)

// A StaffFilter narrows the list of the staff. Zero fields do not narrow.
type StaffFilter struct {
	// Text is looked for anywhere in name and e-mail, or is an employee id.
	Text string
	Role Role
	// State is "active" or "inactive".
	State string
	// Among are questions that other rooms answer with ids of people; all must
	// be true.
	Among []db.Part
	// Backwards lists from Z to A.
	Backwards bool
	// After is the last person of the page before.
	After Person
	// Limit is 50 when zero, and at most 5 000.
	Limit int
}

const (
	listStaff  = "SELECT {columns} FROM people WHERE org_id = $1 AND kind = 'member'"
	countStaff = "SELECT COUNT(*) FROM people WHERE org_id = $1 AND kind = 'member'"
)

const rolesOfSome = "SELECT {columns} FROM roles WHERE org_id = $1 AND person_id IN ("

// Staff lists members by name, a page at a time.
func (o *Orgs) Staff(ctx context.Context, q db.Q, orgID string, f StaffFilter) ([]Person, error) {
	text, args := f.query(listStaff, orgID)
	limit := f.Limit
	if limit <= 0 {
		limit = peoplePage
	}
	text += f.after(&args) + f.order() + " LIMIT " + strconv.Itoa(min(limit, peopleMax))
	return db.All[Person](ctx, q, text, args...)
}

// CountStaff counts the members of a list, whatever page is looked at.
func (o *Orgs) CountStaff(ctx context.Context, q db.Q, orgID string, f StaffFilter) (int, error) {
	text, args := f.query(countStaff, orgID)
	n, err := db.Value[int64](ctx, q, text, args...)
	return int(n), err
}

// In narrows the filter to the people of another question.
func (f StaffFilter) In(part db.Part) StaffFilter {
	f.Among = append(slices.Clone(f.Among), part)
	return f
}

// query is the text of a list with its arguments. Only what narrows stands in
// it, so that each reading has the index it needs.
func (f StaffFilter) query(text, orgID string) (string, []any) {
	args := []any{orgID}
	add := func(condition string, value any) {
		args = append(args, value)
		text += " AND " + strings.ReplaceAll(condition, "$?", "$"+strconv.Itoa(len(args)))
	}
	if f.Text != "" {
		args = append(args, strings.ToLower(strings.TrimSpace(f.Text)))
		add(`(LOWER(employee_no) = $2 OR folded LIKE $? ESCAPE '\')`, "%"+likeText(f.Text)+"%")
	}
	if f.Role != "" {
		add("id IN (SELECT person_id FROM roles WHERE org_id = $1 AND role = $?)", string(f.Role))
	}
	if f.State != "" {
		add("active = $?", f.State == "active")
	}
	for _, part := range f.Among {
		text += " AND id IN (" + shifted(part.SQL, len(args)) + ")"
		args = append(args, part.Args...)
	}
	return text, args
}

// likeText is text for a LIKE pattern, with its own wildcards made plain.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(db.Fold(text))
}

func (f StaffFilter) order() string {
	if f.Backwards {
		return " ORDER BY folded DESC, id DESC"
	}
	return " ORDER BY folded, id"
}

// after goes on behind the last person of the page before.
func (f StaffFilter) after(args *[]any) string {
	if f.After.ID == "" {
		return ""
	}
	*args = append(*args, f.After.folded, f.After.ID)
	name, id := "$"+strconv.Itoa(len(*args)-1), "$"+strconv.Itoa(len(*args))
	if f.Backwards {
		return " AND folded <= " + name + " AND (folded < " + name + " OR id < " + id + ")"
	}
	return " AND folded >= " + name + " AND (folded > " + name + " OR id > " + id + ")"
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// shifted moves the placeholders of a part behind those that come before it.
func shifted(text string, by int) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		n, _ := strconv.Atoi(p[1:]) // the pattern has digits only
		return "$" + strconv.Itoa(n+by)
	})
}

// RolesOfSome returns the roles of some people, by person.
func (o *Orgs) RolesOfSome(ctx context.Context, q db.Q, orgID string, ids []string) (map[string][]Held, error) {
	found := map[string][]Held{}
	for some := range slices.Chunk(ids, keptAtOnce) {
		args := []any{orgID}
		for _, id := range some {
			args = append(args, id)
		}
		held, err := db.All[Held](ctx, q, rolesOfSome+db.Params(2, len(some))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			found[h.PersonID] = append(found[h.PersonID], h)
		}
	}
	return found, nil
}
