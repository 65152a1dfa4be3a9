package identity

import (
	"context"
	"strings"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
)

// searchShort is the shortest text that is searched for.
const searchShort = 2

// Candidates searches the vendor's directory for people whom an administrator may
// choose for one of ours. The journal says who searched for what.
func (is *Identities) Candidates(ctx context.Context, actor org.Actor, connectionID, text string) ([]Candidate, error) {
	if !actor.May(org.ManageIntegrations) {
		return nil, fault.New(fault.Denied, "")
	}
	c, d, err := is.usableBy(ctx, actor, connectionID)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	if len([]rune(text)) < searchShort || len(text) > 200 {
		return nil, fault.New(fault.Invalid, "identity.search.short").At("text")
	}
	err = is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return org.Record(ctx, tx, actor.Entry("identity.search", "connection", c.ID, "name", c.Name, "text", text))
	})
	if err != nil {
		return nil, err
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: "directory search"})
	if err != nil {
		return nil, err
	}
	entries, err := is.vault.Directory(c).Search(ctx, client, d.Level, text)
	if err != nil {
		return nil, err
	}
	return is.candidates(ctx, d, entries)
}

// usableBy is a connection whose vendor can be asked now.
func (is *Identities) usableBy(ctx context.Context, actor org.Actor, connectionID string) (c vault.Connection, d Directory, err error) {
	if c, err = is.vault.Connection(ctx, is.db, actor.OrgID, connectionID); err != nil {
		return c, d, err
	}
	if d, err = is.Directory(ctx, is.db, c.OrgID, c.ID); err != nil {
		return c, d, err
	}
	if c.State != vault.Connected || is.vault.Directory(c) == nil {
		return c, d, fault.New(fault.Conflict, "identity.run.off")
	}
	return c, d, nil
}

// candidates say of each account whose it is already, or why it cannot be chosen.
func (is *Identities) candidates(ctx context.Context, d Directory, entries []connector.Entry) (all []Candidate, err error) {
	var accounts []string
	for _, e := range entries {
		accounts = append(accounts, e.ID)
	}
	taken, err := takenBy(ctx, is.db, d, accounts)
	if err != nil {
		return nil, err
	}
	var owners []string
	for _, id := range taken {
		owners = append(owners, id)
	}
	people, err := is.orgs.PeopleByID(ctx, is.db, d.OrgID, owners)
	for _, e := range entries {
		row := d.row(e)
		c := Candidate{VendorID: e.ID, Name: e.Name, SignInName: e.SignInName, Mail: e.Mail, Taken: taken[e.ID]}
		c.TakenName = people[c.Taken].Name
		c.Reason = usable(hit(row.entry(), ByHand)).reason
		all = append(all, c)
	}
	return all, err
}

// takenBy are who is matched with accounts, or was put to them by hand.
func takenBy(ctx context.Context, q db.Q, d Directory, accounts []string) (map[string]string, error) {
	all := map[string]string{}
	rows, err := concerned(ctx, q, d, nil, nil, accounts)
	for _, i := range rows {
		if i.State == Matched || i.Hand {
			all[i.account] = i.PersonID
		}
	}
	return all, err
}

// MatchByHand matches a person with the account that an administrator chose. The
// vendor is asked for the account first: it must be there.
func (is *Identities) MatchByHand(ctx context.Context, actor org.Actor, connectionID, personID, vendorID string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	c, d, err := is.usableBy(ctx, actor, connectionID)
	if err != nil {
		return err
	}
	known, err := Of(ctx, is.db, c.OrgID, c.ID, []string{personID})
	if err != nil {
		return err
	}
	if _, ok := known[personID]; !ok {
		return fault.New(fault.NotFound, "")
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: lookUp, PersonID: personID})
	if err != nil {
		return err
	}
	entries, err := is.vault.Directory(c).Reread(ctx, client, d.Level, []string{vendorID})
	if err != nil {
		return err
	}
	if len(entries) != 1 || entries[0].ID != vendorID {
		return fault.New(fault.NotFound, "identity.hand.gone").At("account")
	}
	return is.setHand(ctx, actor, c, personID, &entries[0])
}

// UndoHand lets the rule decide again about a person who was matched by hand.
func (is *Identities) UndoHand(ctx context.Context, actor org.Actor, connectionID, personID string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	c, err := is.vault.Connection(ctx, is.db, actor.OrgID, connectionID)
	if err != nil {
		return err
	}
	return is.setHand(ctx, actor, c, personID, nil)
}

// setHand puts a person to an account by hand, or takes that back, and has the
// rule judge everybody whom it concerns.
func (is *Identities) setHand(ctx context.Context, actor org.Actor, c vault.Connection, personID string, e *connector.Entry) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, c.OrgID, c.ID)
		if err != nil {
			return err
		}
		known, err := Of(ctx, tx, c.OrgID, c.ID, []string{personID})
		if err != nil {
			return err
		}
		i, ok := known[personID]
		if !ok {
			return fault.New(fault.NotFound, "")
		}
		if e == nil && !i.Hand || e != nil && i.Hand && i.State == Matched && i.account == e.ID { // pressed twice
			return nil
		}
		if e != nil {
			if err := is.free(ctx, tx, d, personID, *e); err != nil {
				return err
			}
			if err := d.put(ctx, tx, []connector.Entry{*e}); err != nil {
				return err
			}
		}
		if err := is.recordHand(ctx, tx, actor, d, i, e); err != nil {
			return err
		}
		c := change{before: i, after: i.byHand(e), known: true}
		if err := write(ctx, tx, d, []change{c}); err != nil {
			return err
		}
		return is.judgeHand(ctx, tx, d, c)
	})
}

// byHand is the identity as it is put to an account, before the rule has looked.
func (i Identity) byHand(e *connector.Entry) Identity {
	i.Hand, i.account, i.SignInName, i.VendorName = e != nil, "", "", ""
	if e != nil {
		i.account, i.SignInName, i.VendorName = e.ID, e.SignInName, e.Name
	}
	return i
}

// judgeHand has the rule look at the person and whom it concerns. Told are those who
// have another account or state than before; that the same account is now theirs by
// hand, or is not any more, changes nothing for the rooms above.
func (is *Identities) judgeHand(ctx context.Context, tx *db.Tx, d Directory, c change) error {
	values := []string{c.before.value(d.Field), fold(c.before.SignInName), fold(c.after.SignInName)}
	return is.nearby(ctx, tx, d, []string{c.before.PersonID}, values, []string{c.before.account, c.after.account})
}

// free refuses an account that another of our people has.
func (is *Identities) free(ctx context.Context, tx *db.Tx, d Directory, personID string, e connector.Entry) error {
	taken, err := takenBy(ctx, tx, d, []string{e.ID})
	if err != nil {
		return err
	}
	if owner := taken[e.ID]; owner != "" && owner != personID {
		p, err := is.orgs.Person(ctx, tx, d.OrgID, owner)
		if err != nil {
			return err
		}
		return fault.New(fault.Conflict, "identity.hand.taken", "Name", p.Name, "Account", e.SignInName).At("account")
	}
	return nil
}

func (is *Identities) recordHand(ctx context.Context, tx *db.Tx, actor org.Actor, d Directory, i Identity, e *connector.Entry) error {
	verb, account := "identity.hand.undo", i.SignInName
	if e != nil {
		verb, account = "identity.hand", e.SignInName
	}
	p, err := is.orgs.Person(ctx, tx, d.OrgID, i.PersonID)
	if err != nil {
		return err
	}
	return org.Record(ctx, tx, actor.Entry(verb, "person", p.ID, "name", p.Name, "account", account, "connection", d.ConnectionID))
}
