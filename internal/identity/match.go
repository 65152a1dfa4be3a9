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

// apply judges identities, saves what came out differently and tells. run is the
// rematch that they are judged in; zero for a few between two.
func (is *Identities) apply(ctx context.Context, tx *db.Tx, d Directory, rows []Identity, run int64) ([]change, error) {
	verdicts, err := judgeSome(ctx, tx, d.OrgID, d.ConnectionID, d.Field, rows)
	if err != nil {
		return nil, err
	}
	var changed []change
	for n, i := range rows {
		c := change{before: i, after: decided(i, d.Field, verdicts[n], tx.Now()), known: true}
		if o := c.outcome(); o != "" && run > 0 {
			c.after.Outcome, c.after.OutcomeRun = o, run
		}
		if c.differ() {
			changed = append(changed, c)
		}
	}
	if err := write(ctx, tx, d, changed); err != nil {
		return nil, err
	}
	return changed, is.tell(ctx, tx, d.OrgID, d.ConnectionID, changed)
}

// decided is a person's identity after a verdict. The Video Calls toggle follows
// the match until an administrator has moved it. That the vendor has to be asked
// about them stays so until it was: what keeps them from being found now, as who
// shares their address, may pass before.
func decided(i Identity, field string, v verdict, now time.Time) Identity {
	before := i
	i.Value, i.State, i.Via, i.Reason, i.Hint = i.value(field), v.state, v.via, v.reason, v.hint
	i.account, i.SignInName, i.VendorName = v.entry.vendorID, v.entry.signInName, v.entry.name
	i.VendorID, i.seek = "", i.seek && v.state == Missed && !i.Hand
	if v.state == Matched {
		i.VendorID = v.entry.vendorID
	}
	if !i.toggled {
		i.Enabled = v.state == Matched
	}
	if (change{before: before, after: i, known: true}).rematched() {
		i.Changed = now
	}
	return i
}

// nearby judges these people again, and everybody whose verdict may hang on
// theirs: who shares a value with them now or did before, who has an account that
// they have now or had before. values and accounts are further ones of both.
func (is *Identities) nearby(ctx context.Context, tx *db.Tx, d Directory, personIDs, values, accounts []string) error {
	judged := map[string]bool{}
	for range 2 { // the second round are those of the accounts that the first one found
		rows, err := concerned(ctx, tx, d, personIDs, values, accounts)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(i Identity) bool { return judged[i.PersonID] })
		personIDs, values, accounts = nil, nil, nil
		for part := range slices.Chunk(rows, chunk) {
			changed, err := is.apply(ctx, tx, d, part, 0)
			if err != nil {
				return err
			}
			for _, i := range part {
				judged[i.PersonID] = true
			}
			for _, c := range changed {
				accounts = append(accounts, c.before.account, c.after.account)
				values = append(values, fold(c.before.SignInName), fold(c.after.SignInName), c.before.Value, c.after.Value)
			}
		}
		if len(accounts) == 0 {
			return nil
		}
	}
	return nil
}

// concerned are the identities of people, of who has one of the values under the
// directory's field, and of who has one of the accounts, in order of person.
func concerned(ctx context.Context, q db.Q, d Directory, personIDs, values, accounts []string) ([]Identity, error) {
	all := map[string]Identity{}
	for text, wanted := range map[string][]string{
		identitiesByID: personIDs, in(identitiesByValue, d.Field): values, identitiesByAccount: accounts,
	} {
		err := chunked(distinct(wanted), func(some []string) error {
			rows, err := db.All[Identity](ctx, q, wantedValues(len(some))+text, appendTexts([]any{d.OrgID, d.ConnectionID}, some)...)
			for _, i := range rows {
				all[i.PersonID] = i
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var rows []Identity
	for _, i := range all {
		rows = append(rows, i)
	}
	slices.SortFunc(rows, func(a, b Identity) int { return strings.Compare(a.PersonID, b.PersonID) })
	return rows, nil
}

// Choose sets the field that holds the sign-in name. On a connection that is
// finished everybody is matched again: a few at once, many in a job.
func (is *Identities) Choose(ctx context.Context, actor org.Actor, connectionID, field string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	if !slices.Contains(Fields, field) {
		return fault.New(fault.Invalid, "identity.field.unknown").At("field")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		c, err := is.vault.Connection(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		if c.State != vault.Connecting && d.Run.open() {
			return d.Run.busy(tx.Now())
		}
		if err := org.Record(ctx, tx, actor.Entry("identity.field", "connection", c.ID, "name", c.Name, "field", field)); err != nil {
			return err
		}
		d.Field = field
		if _, err := tx.Exec(ctx, chooseField, d.OrgID, d.ConnectionID, field); err != nil || c.State == vault.Connecting || d.Scanned.IsZero() {
			return err
		}
		return is.beginMatching(ctx, tx, d, actor)
	})
}
