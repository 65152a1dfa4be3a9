package identity

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

// A FieldCount says of a field what can be said before anything is known of a
// vendor.
type FieldCount struct {
	Field string
	// Of is how many people there are, Filled how many have the field filled in,
	// LooksLike in how many of them it looks like a sign-in name.
	Of, Filled, LooksLike int
}

func (c *FieldCount) add(value string) {
	c.Of++
	if value != "" {
		c.Filled++
	}
	if looksLikeSignIn(value) {
		c.LooksLike++
	}
}

// FieldCounts counts each field over the people who will be matched.
func (is *Identities) FieldCounts(ctx context.Context, q db.Q, orgID string) ([]FieldCount, error) {
	counts := make([]FieldCount, len(Fields))
	for n, field := range Fields {
		counts[n].Field = field
	}
	err := is.everybody(ctx, q, orgID, func(page []org.Person) error {
		for _, p := range page {
			for n := range counts {
				counts[n].add(copyOf(p).value(counts[n].Field))
			}
		}
		return nil
	})
	return counts, err
}

// A Miss is a person who is not found under a field.
type Miss struct {
	PersonID string
	// Value is what the field holds.
	Value string
	// Reason is the catalogue key that says why; its sentence may speak of Value
	// and Hint.
	Reason string
	// Hint is the sign-in name that is probably theirs.
	Hint string
}

// Args are the name and value pairs of the reason's sentence.
func (m Miss) Args() []any { return []any{"Value", m.Value, "Hint", m.Hint} }

// missesShown is how many misses a preview names; the others are counted.
const missesShown = 50

// A FieldPreview says what a match under a field would give.
type FieldPreview struct {
	FieldCount
	Matched int
	// Misses are the first of those who would be missed: Of less Matched.
	Misses []Miss
}

// previewed is what a preview came to while the directory had a version.
type previewed struct {
	version int64
	fields  []FieldPreview
}

// Preview says for each field how many people would be matched, and who would not
// and why. It is the very rule of a match over the very rows. Asked again while
// nothing has changed, it is the same answer.
func (is *Identities) Preview(ctx context.Context, q db.Q, orgID, connectionID string) ([]FieldPreview, error) {
	d, err := db.One[Directory](ctx, q, oneDirectory, orgID, connectionID)
	if err != nil {
		return nil, err
	}
	key := orgID + " " + connectionID
	if kept, ok := is.previews.Load(key); ok && kept.(previewed).version == d.Version {
		return kept.(previewed).fields, nil
	}
	fields := make([]FieldPreview, len(Fields))
	for n, field := range Fields {
		fields[n].Field = field
	}
	for after, more := "", true; more; {
		rows, err := db.All[Identity](ctx, q, identitiesAfter, orgID, connectionID, after, atOnce)
		if err != nil {
			return nil, err
		}
		if more = len(rows) == atOnce; len(rows) == 0 {
			break
		}
		for n := range fields {
			if err := fields[n].judge(ctx, q, orgID, connectionID, rows); err != nil {
				return nil, err
			}
		}
		after = rows[len(rows)-1].PersonID
	}
	is.previews.Store(key, previewed{d.Version, fields})
	return fields, nil
}

func (p *FieldPreview) judge(ctx context.Context, q db.Q, orgID, connectionID string, rows []Identity) error {
	verdicts, err := judgeSome(ctx, q, orgID, connectionID, p.Field, rows)
	for n, v := range verdicts {
		value := rows[n].value(p.Field)
		p.FieldCount.add(value)
		if v.state == Matched {
			p.Matched++
			continue
		}
		if len(p.Misses) < missesShown {
			p.Misses = append(p.Misses, Miss{PersonID: rows[n].PersonID, Value: value, Reason: v.reason, Hint: v.hint})
		}
	}
	return err
}
