package identity

import (
	"context"
	"slices"
	"strings"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/vault"
)

// staffPage is how many people are read at once.
const staffPage = 1000

// everybody calls do with all who are matched, a page at a time: active members,
// or those of them whom Config.StaffOf names.
func (is *Identities) everybody(ctx context.Context, q db.Q, orgID string, do func([]org.Person) error) error {
	f := org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: staffPage}
	for {
		page, err := is.orgs.People(ctx, q, orgID, f)
		if err != nil || len(page) == 0 {
			return err
		}
		f.After = page[len(page)-1]
		last := len(page) < staffPage
		if page, err = is.staffAmong(ctx, q, orgID, page); err != nil {
			return err
		}
		if err := do(page); err != nil || last {
			return err
		}
	}
}

// staffAmong are those of a page of active members who are matched.
func (is *Identities) staffAmong(ctx context.Context, q db.Q, orgID string, page []org.Person) ([]org.Person, error) {
	if is.cfg.StaffOf == nil {
		return page, nil
	}
	ids := make([]string, len(page))
	for n, p := range page {
		ids[n] = p.ID
	}
	only, err := is.cfg.StaffOf(ctx, q, orgID, ids)
	return slices.DeleteFunc(page, func(p org.Person) bool { return !only[p.ID] }), err
}

// staffOf are those of the people who are matched.
func (is *Identities) staffOf(ctx context.Context, q db.Q, orgID string, ids []string) (map[string]org.Person, error) {
	all, err := is.orgs.PeopleByID(ctx, q, orgID, ids)
	if err != nil {
		return nil, err
	}
	var only map[string]bool
	if is.cfg.StaffOf != nil {
		if only, err = is.cfg.StaffOf(ctx, q, orgID, ids); err != nil {
			return nil, err
		}
	}
	for id, p := range all {
		if !p.Active || p.Kind != org.KindMember || (only != nil && !only[id]) {
			delete(all, id)
		}
	}
	return all, nil
}

// refresh makes the rows of people what they should be: one with true copies for
// who is staff, none for who is not. It returns what changed. The directory is
// held.
func (is *Identities) refresh(ctx context.Context, tx *db.Tx, d Directory, ids []string) (all []change, err error) {
	err = chunked(ids, func(ids []string) error {
		staff, err := is.staffOf(ctx, tx, d.OrgID, ids)
		if err != nil {
			return err
		}
		known, err := Of(ctx, tx, d.OrgID, d.ConnectionID, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, wanted := staff[id]
			before, had := known[id]
			if !wanted && !had {
				continue
			}
			c := change{before: before, after: before, known: had, dropped: !wanted}
			if !had {
				c.after = Identity{OrgID: d.OrgID, ConnectionID: d.ConnectionID, PersonID: id, State: Missed, Reason: reasonUnmatched}
				c.before.PersonID = id
			}
			c.after.copied = copyOf(p)
			if c.dropped || c.differ() {
				all = append(all, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, write(ctx, tx, d, all)
}

// enrol gives everybody who is staff a row with true copies, and nobody else. It
// looks at all and writes what is not so.
func (is *Identities) enrol(ctx context.Context, d Directory) error {
	here := map[string]bool{}
	err := is.everybody(ctx, is.db, d.OrgID, func(page []org.Person) error {
		odd, err := is.oddOf(ctx, d, page)
		for _, p := range page {
			here[p.ID] = true
		}
		if err != nil || len(odd) == 0 {
			return err
		}
		return is.refreshed(ctx, d, odd)
	})
	if err != nil {
		return err
	}
	ids, err := db.Values[string](ctx, is.db, identityIDs, d.OrgID, d.ConnectionID)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(ids, func(id string) bool { return here[id] })
	for some := range slices.Chunk(gone, atOnce) {
		if err := is.refreshed(ctx, d, some); err != nil {
			return err
		}
	}
	return nil
}

// oddOf are those of a page whose row is not as it should be.
func (is *Identities) oddOf(ctx context.Context, d Directory, page []org.Person) (odd []string, err error) {
	var ids []string
	for _, p := range page {
		ids = append(ids, p.ID)
	}
	known, err := Of(ctx, is.db, d.OrgID, d.ConnectionID, ids)
	for _, p := range page {
		if i, ok := known[p.ID]; !ok || i.copied != copyOf(p) {
			odd = append(odd, p.ID)
		}
	}
	return odd, err
}

func (is *Identities) refreshed(ctx context.Context, d Directory, ids []string) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil {
			return err
		}
		all, err := is.refresh(ctx, tx, now, ids)
		if err != nil {
			return err
		}
		return is.tellDropped(ctx, tx, now, all)
	})
}

// tellDropped tells of who is not staff any more: nobody else came out differently
// by a change of copies alone.
func (is *Identities) tellDropped(ctx context.Context, tx *db.Tx, d Directory, all []change) error {
	return is.tell(ctx, tx, d.OrgID, d.ConnectionID, slices.DeleteFunc(slices.Clone(all), func(c change) bool { return !c.dropped }))
}

// PeopleChanged matches people again, everywhere, because they are new among the
// staff or not staff any more, or their name, e-mail, username or employee number
// changed; and whoever shares the old or the new value with them. Whom the rows
// of the directory do not show, the vendor is asked about by a job.
func (is *Identities) PeopleChanged(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error {
	all, err := db.All[Directory](ctx, tx, directoriesOf, orgID)
	if err != nil {
		return err
	}
	ids := distinct(personIDs)
	for _, d := range all {
		if err := is.changedAt(ctx, tx, d, ids); err != nil {
			return err
		}
	}
	return nil
}

func (is *Identities) changedAt(ctx context.Context, tx *db.Tx, d Directory, ids []string) error {
	d, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
	if err != nil {
		return err
	}
	changed, err := is.refresh(ctx, tx, d, ids)
	if err != nil || len(changed) == 0 {
		return err
	}
	if err := is.tellDropped(ctx, tx, d, changed); err != nil {
		return err
	}
	c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
	if err != nil || d.Scanned.IsZero() || c.State == vault.Connecting || c.State == vault.Disconnected {
		return err
	}
	var people, values, accounts []string
	for _, c := range changed {
		if !c.dropped {
			people = append(people, c.after.PersonID)
		}
		values = append(values, c.before.value(d.Field), c.after.value(d.Field), fold(c.before.SignInName))
		accounts = append(accounts, c.before.account)
	}
	if err := is.nearby(ctx, tx, d, people, values, accounts); err != nil {
		return err
	}
	return is.seek(ctx, tx, d, people)
}

// seek has the vendor asked about those of the people who are missed for a reason
// that a look there can change: they may be as new there as here.
func (is *Identities) seek(ctx context.Context, tx *db.Tx, d Directory, ids []string) error {
	known, err := Of(ctx, tx, d.OrgID, d.ConnectionID, ids)
	if err != nil {
		return err
	}
	var all []change
	for _, i := range known {
		if i.State == Missed && !i.Hand && slices.Contains(sought, i.Reason) && !i.seek {
			c := change{before: i, after: i, known: true}
			c.after.seek = true
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.before.PersonID, b.before.PersonID) })
	if err := write(ctx, tx, d, all); err != nil {
		return err
	}
	return ringFind(ctx, tx, d)
}

// sought are the reasons that a look at the vendor can change.
var sought = []string{reasonUnknown, reasonGone, reasonUnmatched}

// Erase forgets a person. It belongs into org's OnErase.
func (is *Identities) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	mine, err := db.All[Identity](ctx, tx, byPeople+db.Params(2, 1)+")", orgID, personID)
	if err != nil {
		return err
	}
	slices.SortFunc(mine, func(a, b Identity) int { return strings.Compare(a.ConnectionID, b.ConnectionID) })
	for _, i := range mine {
		if err := is.erase(ctx, tx, i); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, dropPlatform, orgID, personID)
	return err
}

func (is *Identities) erase(ctx context.Context, tx *db.Tx, i Identity) error {
	d, err := hold(ctx, tx, i.OrgID, i.ConnectionID)
	if err != nil {
		return unlessGone(err)
	}
	now, err := Of(ctx, tx, i.OrgID, i.ConnectionID, []string{i.PersonID})
	if err != nil || len(now) == 0 {
		return err
	}
	return write(ctx, tx, d, []change{{before: now[i.PersonID], known: true, dropped: true}})
}

// entriesNamed are the values by which somebody of ours can have an entry.
func entriesNamed(all []connector.Entry) (values []string) {
	for _, e := range all {
		values = append(values, fold(e.SignInName), fold(e.Mail))
		for _, a := range e.Aliases {
			values = append(values, fold(a))
		}
	}
	return values
}
