package identity

import (
	"context"
	"strings"

	"parley/internal/db"
)

// foundRow is an account that a question found under a value of ours.
type foundRow struct {
	value string
	dirRow
}

// Columns lists the columns in the order in which the questions select them.
func (f *foundRow) Columns(c *db.Columns) {
	c.Col("value", &f.value)
	c.Col("vendor_id", &f.vendorID)
	c.Col("sign_in_name", &f.signInName)
	c.Col("sign_in_folded", &f.signInFolded)
	c.Col("name", &f.name)
	c.Col("guest", (*string)(&f.guest))
	c.Col("disabled", (*string)(&f.disabled))
	c.Col("licensed", (*string)(&f.licensed))
}

func (r dirRow) entry() entry {
	return entry{vendorID: r.vendorID, signInName: r.signInName, name: r.name, signIn: r.signInFolded,
		guest: r.guest, disabled: r.disabled, licensed: r.licensed}
}

// in writes a question for one field of ours: the word {value} stands for its
// column.
func in(text, field string) string { return strings.ReplaceAll(text, "{value}", field) }

// asked are the accounts that a question finds under values, by value.
func asked(ctx context.Context, q db.Q, orgID, connectionID, text string, values []string) (map[string][]entry, error) {
	all := map[string][]entry{}
	err := chunked(values, func(some []string) error {
		rows, err := db.All[foundRow](ctx, q, wantedValues(len(some))+text, appendTexts([]any{orgID, connectionID}, some)...)
		for _, r := range rows {
			all[r.value] = append(all[r.value], r.entry())
		}
		return err
	})
	return all, err
}

// gather asks what the directory says about each of the identities under a field,
// in their order.
func gather(ctx context.Context, q db.Q, orgID, connectionID, field string, rows []Identity) ([]evidence, error) {
	all := make([]evidence, len(rows))
	var values, accounts []string
	for n, i := range rows {
		if all[n] = i.remembered(field); looksLikeSignIn(i.value(field)) {
			values = append(values, i.value(field))
		}
		if all[n].before != nil {
			accounts = append(accounts, i.account)
		}
	}
	values = distinct(values)
	bySignIn, err := asked(ctx, q, orgID, connectionID, foundBySignIn, values)
	if err != nil {
		return nil, err
	}
	byMail, err := asked(ctx, q, orgID, connectionID, foundByMail, values)
	if err != nil {
		return nil, err
	}
	byAlias, err := asked(ctx, q, orgID, connectionID, foundByAlias, values)
	if err != nil {
		return nil, err
	}
	byID, err := asked(ctx, q, orgID, connectionID, foundByID, distinct(accounts))
	if err != nil {
		return nil, err
	}
	owners, err := claims(ctx, q, in(having, field), orgID, connectionID, values)
	for n, i := range rows {
		value, e := i.value(field), &all[n]
		e.bySignIn, e.byMail, e.byAlias, e.shared = bySignIn[value], byMail[value], byAlias[value], len(owners[value]) > 1
		if held := byID[i.account]; e.before != nil && len(held) == 1 {
			e.held = &held[0]
		}
	}
	return all, err
}

// remembered is what the identity itself says: the account that this very value
// was matched with, or that somebody chose.
func (i Identity) remembered(field string) evidence {
	e := evidence{hand: i.Hand, via: i.Via}
	if i.account != "" && (i.Hand || i.Value == i.value(field)) {
		e.before = &entry{vendorID: i.account, signInName: i.SignInName, name: i.VendorName}
	}
	return e
}

// judgeSome applies the rule to identities, in their order. An account that
// another of our people has by a better claim, by hand or because our value for
// them is its sign-in name, is nobody else's.
func judgeSome(ctx context.Context, q db.Q, orgID, connectionID, field string, rows []Identity) ([]verdict, error) {
	facts, err := gather(ctx, q, orgID, connectionID, field, rows)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, len(rows))
	var accounts, names []string
	for n, i := range rows {
		v := judge(i.value(field), facts[n])
		verdicts[n] = v
		if v.state != Matched || i.Hand {
			continue
		}
		accounts = append(accounts, v.entry.vendorID)
		if v.entry.signIn != i.value(field) {
			names = append(names, v.entry.signIn)
		}
	}
	hands, err := claims(ctx, q, claimedByHand, orgID, connectionID, distinct(accounts))
	if err != nil {
		return nil, err
	}
	owners, err := claims(ctx, q, in(claimedBySignIn, field), orgID, connectionID, distinct(names))
	if err != nil {
		return nil, err
	}
	for n, i := range rows {
		v := verdicts[n]
		if v.state == Matched && !i.Hand && (hands.another(v.entry.vendorID, i.PersonID) || owners.another(v.entry.signIn, i.PersonID)) {
			verdicts[n] = v.not(reasonTaken)
		}
	}
	return verdicts, nil
}

// claimed are who claims an account, by its id or sign-in name.
type claimed map[string][]string

func (c claimed) another(account, personID string) bool {
	for _, id := range c[account] {
		if id != personID {
			return true
		}
	}
	return false
}

// claim is one claim of a person to an account.
type claim struct{ account, personID string }

// Columns lists the columns of the questions.
func (c *claim) Columns(cs *db.Columns) {
	cs.Col("account", &c.account)
	cs.Col("person_id", &c.personID)
}

// claims asks who claims the accounts of these names or ids.
func claims(ctx context.Context, q db.Q, text, orgID, connectionID string, names []string) (claimed, error) {
	all := claimed{}
	return all, chunked(names, func(names []string) error {
		rows, err := db.All[claim](ctx, q, wantedValues(len(names))+text, appendTexts([]any{orgID, connectionID}, names)...)
		for _, c := range rows {
			all[c.account] = append(all[c.account], c.personID)
		}
		return err
	})
}
