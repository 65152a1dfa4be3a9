package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
)

// Match finds all our people in the directory under the field, which is the
// connection's from now on. Only what came out differently is written.
func (is *Identities) Match(ctx context.Context, tx *db.Tx, orgID, connectionID, field string) error {
	if !slices.Contains(Fields, field) {
		return fault.New(fault.Invalid, "identity.field.unknown").At("field")
	}
	d, err := db.One[Directory](ctx, tx, touchDirectory, orgID, connectionID, field)
	if err != nil {
		return err
	}
	all, err := is.roster(ctx, tx, orgID)
	if err != nil {
		return err
	}
	prior, err := identitiesAt(ctx, tx, orgID, connectionID)
	if err != nil {
		return err
	}
	if err := is.forget(ctx, tx, orgID, connectionID, all, prior); err != nil {
		return err
	}
	return is.apply(ctx, tx, d, all, nil, prior)
}

// apply judges members and writes what came out differently. concerned narrows
// the writing to some people; nil writes all.
func (is *Identities) apply(ctx context.Context, tx *db.Tx, d Directory, all []member, concerned map[string]bool, prior map[string]Identity) error {
	verdicts, err := judgeAll(ctx, tx, d.OrgID, d.ConnectionID, d.Field, all, prior)
	if err != nil {
		return err
	}
	var changed []Identity
	for i, m := range all {
		before, known := prior[m.id]
		after := decided(before, d, m, verdicts[i], tx.Now())
		if (concerned == nil || concerned[m.id]) && (!known || differs(before, after)) {
			changed = append(changed, after)
		}
	}
	if err := write(ctx, tx, changed); err != nil {
		return err
	}
	return is.tell(ctx, tx, d.OrgID, d.ConnectionID, changed)
}

// decided is a person's identity after a verdict. The Video Calls toggle
// follows the match until an administrator has moved it.
func decided(before Identity, d Directory, m member, v verdict, now time.Time) Identity {
	after := Identity{OrgID: d.OrgID, ConnectionID: d.ConnectionID, PersonID: m.id, Value: m.values[d.Field], VendorID: v.entry.vendorID,
		SignInName: v.entry.signInName, State: v.state, Reason: v.reason, Hint: v.hint, Enabled: v.state == Matched, Changed: now}
	after.copied = m.copied
	if before.toggled {
		after.Enabled, after.toggled = before.Enabled, true
	}
	return after
}

func differs(a, b Identity) bool {
	a.Changed = b.Changed
	return a != b
}

// forget drops the identities of those who are no longer among our people.
func (is *Identities) forget(ctx context.Context, tx *db.Tx, orgID, connectionID string, all []member, prior map[string]Identity) error {
	here := make(map[string]bool, len(all))
	for _, m := range all {
		here[m.id] = true
	}
	var gone []string
	for id := range prior {
		if !here[id] {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	return chunked(gone, func(ids []string) error {
		_, err := tx.Exec(ctx, dropIdentities+db.Params(3, len(ids))+")", appendTexts([]any{orgID, connectionID}, ids)...)
		return err
	})
}

// writtenAtOnce is how many identities one statement writes. SQLite looks each
// placeholder up among all of the statement, so that more at once are slower.
const writtenAtOnce = 40

// write keeps identities, many rows in one statement.
func write(ctx context.Context, tx *db.Tx, all []Identity) error {
	for some := range slices.Chunk(all, writtenAtOnce) {
		rows := make([]db.Row, len(some))
		for n := range some {
			rows[n] = &some[n]
		}
		if _, err := db.InsertAll[string](ctx, tx, "identities", rows, putIdentities, "person_id"); err != nil {
			return err
		}
	}
	return nil
}

// tuples writes "($1, $2), ($3, $4)" for many rows of one INSERT.
func tuples(rows, columns int) string {
	all := make([]string, rows)
	for i := range all {
		all[i] = "(" + db.Params(1+i*columns, columns) + ")"
	}
	return strings.Join(all, ", ")
}

func (is *Identities) tell(ctx context.Context, tx *db.Tx, orgID, connectionID string, changed []Identity) error {
	if len(changed) == 0 {
		return nil
	}
	ids := make([]string, len(changed))
	for n, i := range changed {
		ids[n] = i.PersonID
	}
	for _, hook := range is.OnMatch {
		if err := hook(ctx, tx, orgID, connectionID, ids); err != nil {
			return err
		}
	}
	return nil
}

// Choose sets the field that holds the sign-in name. On a connection that is
// finished everybody is matched again at once.
func (is *Identities) Choose(ctx context.Context, actor org.Actor, connectionID, field string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	if !slices.Contains(Fields, field) {
		return fault.New(fault.Invalid, "identity.field.unknown").At("field")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := db.One[Directory](ctx, tx, touchDirectory, actor.OrgID, connectionID, field); err != nil {
			return err
		}
		c, err := is.vault.Connection(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		if err := org.Record(ctx, tx, actor.Entry("identity.field", "connection", c.ID, "name", c.Name, "field", field)); err != nil {
			return err
		}
		if c.State == vault.Connecting {
			return nil
		}
		return is.Match(ctx, tx, actor.OrgID, connectionID, field)
	})
}

// Toggle switches Video Calls on or off for people. From then on the toggle no
// longer follows the match.
func (is *Identities) Toggle(ctx context.Context, actor org.Actor, connectionID string, on bool, personIDs ...string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := db.One[Directory](ctx, tx, holdDirectory, actor.OrgID, connectionID); err != nil {
			return err
		}
		known, err := Of(ctx, tx, actor.OrgID, connectionID, personIDs)
		if err != nil {
			return err
		}
		var changed []Identity
		for _, id := range distinct(personIDs) {
			i, ok := known[id]
			if !ok {
				return fault.New(fault.NotFound, "")
			}
			i.Enabled, i.toggled = on, true
			changed = append(changed, i)
		}
		if err := write(ctx, tx, changed); err != nil {
			return err
		}
		if err := is.recordToggle(ctx, tx, actor, connectionID, on, changed); err != nil {
			return err
		}
		return is.tell(ctx, tx, actor.OrgID, connectionID, changed)
	})
}

func (is *Identities) recordToggle(ctx context.Context, tx *db.Tx, actor org.Actor, connectionID string, on bool, changed []Identity) error {
	verb := "identity.disable"
	if on {
		verb = "identity.enable"
	}
	ids := make([]string, len(changed))
	for n, i := range changed {
		ids[n] = i.PersonID
	}
	people, err := is.orgs.PeopleByID(ctx, tx, actor.OrgID, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := org.Record(ctx, tx, actor.Entry(verb, "person", id, "name", people[id].Name, "connection", connectionID)); err != nil {
			return err
		}
	}
	return nil
}
