package identity

import (
	"context"

	"parley/internal/db"
)

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

// A FieldPreview says what a match under a field would give.
type FieldPreview struct {
	FieldCount
	Matched int
	Misses  []Miss
}

// Preview says for each field how many people would be matched, and who would
// not and why. It is the very rule of Match over the very rows.
func (is *Identities) Preview(ctx context.Context, q db.Q, orgID, connectionID string) ([]FieldPreview, error) {
	all, err := is.roster(ctx, q, orgID)
	if err != nil {
		return nil, err
	}
	prior, err := identitiesAt(ctx, q, orgID, connectionID)
	if err != nil {
		return nil, err
	}
	var previews []FieldPreview
	for _, field := range Fields {
		verdicts, err := judgeAll(ctx, q, orgID, connectionID, field, all, prior)
		if err != nil {
			return nil, err
		}
		previews = append(previews, preview(field, all, verdicts))
	}
	return previews, nil
}

func preview(field string, all []member, verdicts []verdict) FieldPreview {
	p := FieldPreview{FieldCount: count(all, field)}
	for i, v := range verdicts {
		if v.state == Matched {
			p.Matched++
			continue
		}
		p.Misses = append(p.Misses, Miss{PersonID: all[i].id, Value: all[i].values[field], Reason: v.reason, Hint: v.hint})
	}
	return p
}

// judgeAll applies the rule to each member, in their order. prior is what was
// found before, by person.
func judgeAll(ctx context.Context, q db.Q, orgID, connectionID, field string, all []member, prior map[string]Identity) ([]verdict, error) {
	var values, ids []string
	for _, m := range all {
		if value := m.values[field]; looksLikeSignIn(value) {
			values = append(values, value)
		}
		ids = append(ids, heldID(m, field, prior))
	}
	b, err := look(ctx, q, orgID, connectionID, values, ids)
	if err != nil {
		return nil, err
	}
	shared := sharedValues(all, field)
	verdicts := make([]verdict, len(all))
	for i, m := range all {
		value := m.values[field]
		e := evidence{bySignIn: b.bySignIn[value], byMail: b.byMail[value], shared: shared[value]}
		if held, ok := b.byID[heldID(m, field, prior)]; ok {
			e.held = &held
		}
		verdicts[i] = judge(value, e)
	}
	return verdicts, nil
}

// heldID is the vendor's id with which this very value was matched before.
func heldID(m member, field string, prior map[string]Identity) string {
	if before, ok := prior[m.id]; ok && before.State == Matched && before.Value == m.values[field] {
		return before.VendorID
	}
	return ""
}

// identitiesAt is everybody's identity at a connection, by person.
func identitiesAt(ctx context.Context, q db.Q, orgID, connectionID string) (map[string]Identity, error) {
	rows, err := db.All[Identity](ctx, q, allIdentities, orgID, connectionID)
	all := make(map[string]Identity, len(rows))
	for _, i := range rows {
		all[i.PersonID] = i
	}
	return all, err
}
