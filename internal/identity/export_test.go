package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/connector"
	"parley/internal/db"
)

// Fill writes people of one connection as they are after a match, without
// anybody behind them: for the plans and the pace of queries.
func Fill(ctx context.Context, tx *db.Tx, orgID, connectionID string, n int) error {
	var all []change
	for k := range n {
		i := Identity{OrgID: orgID, ConnectionID: connectionID, PersonID: db.NewID(), State: Matched, Via: BySignIn, VendorID: fmt.Sprint("v", k), Enabled: true,
			SignInName: fmt.Sprintf("Person.%d@bank.example", k*7919%n), VendorName: fmt.Sprint("Vendor ", k), Changed: tx.Now()}
		i.account = i.VendorID
		i.copied = copied{name: fmt.Sprintf("Person %d Surname%d", k, k*31%1000), email: fmt.Sprintf("person.%d@bank.example", k), username: fmt.Sprint("u", k), employeeNo: fmt.Sprint(k)}
		if k%5 == 0 {
			i.State, i.VendorID, i.account, i.Reason, i.Enabled, i.Via = Missed, "", "", []string{reasonUnknown, reasonGone, reasonAlias}[k%3], false, ""
		}
		if k%50 == 0 {
			i.Outcome, i.OutcomeRun = Lost, 1
		}
		all = append(all, change{after: i})
	}
	d := Directory{OrgID: orgID, ConnectionID: connectionID, Field: Email, State: Read, Level: Full, run: 1}
	if err := db.Insert(ctx, tx, "directories", &d, addDirectory); err != nil {
		return err
	}
	var entries []connector.Entry
	for _, c := range all {
		entries = append(entries, connector.Entry{ID: c.after.PersonID, SignInName: c.after.SignInName, Mail: c.after.email, Aliases: []string{"a." + c.after.email}})
	}
	if err := d.put(ctx, tx, entries); err != nil {
		return err
	}
	return write(ctx, tx, d, all)
}

// Abandoned writes the directory of a connection that is not there, which was not
// followed for long.
func Abandoned(ctx context.Context, tx *db.Tx, orgID, connectionID string) error {
	long := tx.Now().Add(-weekly)
	return db.Insert(ctx, tx, "directories", &Directory{OrgID: orgID, ConnectionID: connectionID, Field: Email, State: Read, Level: Basic, Started: long, Scanned: long, followed: long})
}

// ListQueries are the queries of lists, and those of matching, with arguments.
func ListQueries(orgID, connectionID string) map[string]db.Part {
	all := map[string]db.Part{}
	s := surveyed{orgID: orgID, connectionID: connectionID}
	for _, sort := range Sorts {
		for name, f := range map[string]Filter{"": {Sort: sort}, " text": {Sort: sort, Text: "surname77"}} {
			for _, desc := range []bool{false, true} {
				where, args := s.narrowed(f, []string{"matched..auto.on", "missed.gone.auto.off"})
				all[fmt.Sprint("list ", sort, name, desc)] = db.Part{SQL: pageIDs + where + f.order(desc) + " LIMIT 50 OFFSET 100", Args: args}
			}
		}
	}
	all["first of a facet"] = db.Part{SQL: "SELECT person_id" + after(firstOfFacet), Args: []any{orgID, connectionID, "matched..auto.on", 5}}
	all["absent"] = db.Part{SQL: absentMatched, Args: []any{orgID, connectionID, 1}}
	all["written since"] = db.Part{SQL: "SELECT person_id" + after(writtenSince), Args: []any{orgID, connectionID, int64(5)}}
	where, args := s.narrowed(Filter{Text: "surname77"}, nil)
	all["list count"] = db.Part{SQL: countFacets + where + " GROUP BY org_id, connection_id, facet", Args: args}
	for name, text := range map[string]string{"sign-in": foundBySignIn, "mail": foundByMail, "alias": foundByAlias, "id": foundByID, "having": in(having, Email), "owners": in(claimedBySignIn, Username), "hands": claimedByHand, "directory": "SELECT d.vendor_id" + after(peopleOfDirectory), "aliases": "SELECT a.vendor_id" + after(aliasesOf),
		"people": "SELECT i.person_id" + after(identitiesByID), "values": "SELECT i.person_id" + after(in(identitiesByValue, Email)), "accounts": "SELECT i.person_id" + after(identitiesByAccount)} {
		args := []any{orgID, connectionID}
		for n := range chunk {
			args = append(args, fmt.Sprintf("person.%d@bank.example", n))
		}
		all["match "+name] = db.Part{SQL: wantedValues(chunk) + ") " + strings.TrimPrefix(text, ") "), Args: args}
	}
	return all
}

// Ids is List without the people themselves: all that grows with their number.
func (is *Identities) Ids(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) ([]string, error) {
	p, s, err := is.paged(ctx, q, orgID, connectionID, f)
	if err != nil {
		return nil, err
	}
	return is.page(ctx, q, s, f, p, pageUsual)
}

// after is a query from its FROM on: the columns of rows are no matter of plans.
func after(text string) string { return text[strings.Index(text, " FROM "):] }

// Fit has connections with so many people searched one after the other, and returns
// the sizes of those that are kept, smallest first.
func Fit(people ...int) (kept []int) {
	r := &rolls{}
	for n, size := range people {
		r.fit(r.place(fmt.Sprint(n)), size)
	}
	for _, p := range r.by {
		kept = append(kept, p.size)
	}
	slices.Sort(kept)
	return kept
}

// PagesAreDeep has pages of few people looked up as those of many are.
func PagesAreDeep(t interface{ Cleanup(func()) }) {
	was := deep
	deep = 0
	t.Cleanup(func() { deep = was })
}

// Warm reports whether a connection's list is in memory.
func (is *Identities) Warm(connectionID string) bool { return is.rolls.place(connectionID).roll != nil }
