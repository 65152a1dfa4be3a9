package identity

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

// rosterPage is how many people are read at once.
const rosterPage = 1000

// member is one of our people with their value under each field, folded.
type member struct {
	id     string
	values map[string]string
	copied
}

func memberOf(p org.Person) member {
	return member{id: p.ID, copied: copyOf(p), values: map[string]string{Email: fold(p.Email), Username: fold(p.Username), EmployeeNo: fold(p.EmployeeNo)}}
}

// roster is everybody who is matched: active members, or those of them whom
// Config.Staff names.
func (is *Identities) roster(ctx context.Context, q db.Q, orgID string) ([]member, error) {
	var only map[string]bool
	var err error
	if is.staff != nil {
		if only, err = is.staff(ctx, q, orgID); err != nil {
			return nil, err
		}
	}
	var all []member
	f := org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: rosterPage}
	for {
		page, err := is.orgs.People(ctx, q, orgID, f)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			if is.staff == nil || only[p.ID] {
				all = append(all, memberOf(p))
			}
		}
		if len(page) < rosterPage {
			return all, nil
		}
		f.After = page[len(page)-1]
	}
}

// sharedValues are the values that more than one member has under a field.
func sharedValues(all []member, field string) map[string]bool {
	seen, shared := map[string]bool{}, map[string]bool{}
	for _, m := range all {
		if value := m.values[field]; seen[value] {
			shared[value] = true
		} else {
			seen[value] = true
		}
	}
	return shared
}

// A FieldCount says of a field what can be said before anything is known of a
// vendor.
type FieldCount struct {
	Field string
	// Of is how many people there are, Filled how many have the field filled in,
	// LooksLike in how many of them it looks like a sign-in name.
	Of, Filled, LooksLike int
}

// FieldCounts counts each field over the people who will be matched.
func (is *Identities) FieldCounts(ctx context.Context, q db.Q, orgID string) ([]FieldCount, error) {
	all, err := is.roster(ctx, q, orgID)
	if err != nil {
		return nil, err
	}
	var counts []FieldCount
	for _, field := range Fields {
		counts = append(counts, count(all, field))
	}
	return counts, nil
}

func count(all []member, field string) FieldCount {
	c := FieldCount{Field: field, Of: len(all)}
	for _, m := range all {
		if m.values[field] != "" {
			c.Filled++
		}
		if looksLikeSignIn(m.values[field]) {
			c.LooksLike++
		}
	}
	return c
}
