package identity

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/internal/db"
)

// A change is one row of identities before and after; without an after, it goes.
type change struct {
	before, after  Identity
	known, dropped bool
}

// derived are the columns that lists are filtered and sorted by.
func (i Identity) derived() sorted {
	s := sorted{
		folded:       db.Fold(strings.Join([]string{i.name, i.email, i.SignInName, i.VendorName}, " ")),
		vendorFolded: db.Fold(i.SignInName),
		facet:        facetOf(i).String(),
	}
	if i.Outcome != "" {
		s.mark = markOf(i.Outcome, i.OutcomeRun)
	}
	return s
}

// markOf is an outcome of one run, as the column holds it.
func markOf(o Outcome, run int64) string { return string(o) + "." + strconv.FormatInt(run, 10) }

// A facet is everything about an identity that lists are narrowed by, but text
// and outcome. There are few, so that a filter becomes a list of facets, and
// counting them is reading a small table.
type facet struct {
	state  State
	reason string
	hand   bool
	on     bool
}

func facetOf(i Identity) facet {
	return facet{state: i.State, reason: strings.TrimPrefix(i.Reason, reasonPrefix), hand: i.Hand, on: i.Enabled}
}

// String is the facet in its column.
func (f facet) String() string {
	how, toggle := "auto", "off"
	if f.hand {
		how = "hand"
	}
	if f.on {
		toggle = "on"
	}
	return strings.Join([]string{string(f.state), f.reason, how, toggle}, ".")
}

// readFacet reads what String wrote.
func readFacet(text string) facet {
	part := append(strings.Split(text, "."), "", "", "", "")
	return facet{state: State(part[0]), reason: part[1], hand: part[2] == "hand", on: part[3] == "on"}
}

// attention reports whether somebody has to decide something about the person:
// there is an account, or there was one, that cannot be used as it is.
func (f facet) attention() bool {
	switch reasonPrefix + f.reason {
	case reasonEmpty, reasonShape, reasonUnknown, reasonUnmatched:
		return f.hand || f.on
	}
	return f.state == Missed
}

// write saves changes and keeps the facets' counts. The directory is
// d, as hold returned it.
func write(ctx context.Context, tx *db.Tx, d Directory, all []change) error {
	counts := map[string]int64{}
	var rows []Identity
	var gone []string
	for _, c := range all {
		if c.known {
			counts[c.before.facet]--
		}
		if c.dropped {
			gone = append(gone, c.before.PersonID)
			continue
		}
		c.after.sorted = c.after.derived()
		c.after.written = d.Version
		counts[c.after.facet]++
		rows = append(rows, c.after)
	}
	if err := inserted(ctx, tx, "identities", rows, putIdentities); err != nil {
		return err
	}
	for _, id := range gone {
		if _, err := tx.Exec(ctx, dropIdentity, d.OrgID, d.ConnectionID, id); err != nil {
			return err
		}
	}
	return recount(ctx, tx, d.OrgID, d.ConnectionID, counts)
}

// count is how many people have a facet.
type count struct {
	orgID, connectionID, facet string
	people                     int64
}

// Columns maps the count to its table.
func (c *count) Columns(cs *db.Columns) {
	cs.Col("org_id", &c.orgID)
	cs.Col("connection_id", &c.connectionID)
	cs.Col("facet", &c.facet)
	cs.Col("people", &c.people)
}

func recount(ctx context.Context, tx *db.Tx, orgID, connectionID string, by map[string]int64) error {
	var rows []count
	for facet, n := range by {
		if n != 0 {
			rows = append(rows, count{orgID, connectionID, facet, n})
		}
	}
	slices.SortFunc(rows, func(a, b count) int { return strings.Compare(a.facet, b.facet) })
	if err := inserted(ctx, tx, "identity_facets", rows, addFacet); err != nil || len(rows) == 0 {
		return err
	}
	_, err := tx.Exec(ctx, dropEmptyFacets, orgID, connectionID)
	return err
}

// differ reports whether anything has to be saved.
func (c change) differ() bool {
	if !c.known {
		return true
	}
	a, b := c.before, c.after
	a.Changed, a.sorted = b.Changed, b.sorted
	return a != b
}

// moved reports whether the match or the toggle came out differently, which the
// rooms above are told.
func (c change) moved() bool {
	return c.rematched() || c.dropped || c.before.Enabled != c.after.Enabled || c.before.SignInName != c.after.SignInName
}

func (c change) rematched() bool {
	b, a := c.before, c.after
	return !c.known || b.State != a.State || b.VendorID != a.VendorID || b.Reason != a.Reason || b.Hand != a.Hand
}

// outcome is what a rematch changed, as its summary counts it.
func (c change) outcome() Outcome {
	switch b, a := c.before, c.after; {
	case b.State != Matched && a.State == Matched:
		return Newly
	case b.State == Matched && a.State != Matched:
		return Lost
	case b.State == Matched && b.VendorID != a.VendorID, a.State == Missed && b.Reason != a.Reason && b.Reason != reasonUnmatched:
		return Moved
	}
	return ""
}

// tell lets the rooms above know whose match or toggle is different.
func (is *Identities) tell(ctx context.Context, tx *db.Tx, orgID, connectionID string, all []change) error {
	var ids []string
	for _, c := range all {
		if c.moved() {
			ids = append(ids, c.before.PersonID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for _, look := range is.OnMatch {
		if err := look(ctx, tx, orgID, connectionID, ids); err != nil {
			return err
		}
	}
	return nil
}
