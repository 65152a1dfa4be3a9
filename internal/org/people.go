package org

import (
	"context"
	"strings"

	"parley/internal/db"
)

// A PeopleFilter narrows a list of people. Zero fields do not narrow.
type PeopleFilter struct {
	Kind string
	// Text is looked for anywhere in name and e-mail, without regard to case
	// and accents, or in the telephone number if it looks like one.
	Text string
	Role Role
	// Active leaves out members who may not sign in.
	Active bool
	// After is the last person of the page before.
	After Person
	// Limit is 50 when zero, and at most 5 000.
	Limit int
}

const (
	peoplePage = 50
	peopleMax  = 5000
)

// People lists people by name, a page at a time.
func (o *Orgs) People(ctx context.Context, q db.Q, orgID string, f PeopleFilter) ([]Person, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = peoplePage
	}
	return db.All[Person](ctx, q, peopleText(f), orgID, f.Kind, contains(f.Text), string(f.Role), f.Active,
		f.After.folded, f.After.ID, min(limit, peopleMax))
}

// Administrators are those who run an organization and may sign in, by name: at
// most so many.
func (o *Orgs) Administrators(ctx context.Context, q db.Q, orgID string, most int) ([]Person, error) {
	return o.People(ctx, q, orgID, PeopleFilter{Kind: KindMember, Role: Administrator, Active: true, Limit: most})
}

// contains writes a LIKE pattern for text that may itself hold wildcards.
func contains(text string) string {
	if number := dialled(text); number != "" {
		return "%" + number + "%"
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(db.Fold(text)) + "%"
}

// Person returns one person of the organization.
func (o *Orgs) Person(ctx context.Context, q db.Q, orgID, id string) (Person, error) {
	return db.One[Person](ctx, q, personByID, orgID, id)
}

// PeopleByID returns the people of a list of ids, by id. Ids of nobody, and of
// people of another organization, are not in the answer.
func (o *Orgs) PeopleByID(ctx context.Context, q db.Q, orgID string, ids []string) (map[string]Person, error) {
	found := make(map[string]Person, len(ids))
	const chunk = 500
	for len(ids) > 0 {
		n := min(chunk, len(ids))
		args := []any{orgID}
		for _, id := range ids[:n] {
			args = append(args, id)
		}
		people, err := db.All[Person](ctx, q, peopleByIDs+db.Params(2, n)+")", args...)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			found[p.ID] = p
		}
		ids = ids[n:]
	}
	return found, nil
}
