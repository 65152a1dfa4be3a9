package identity

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/internal/db"
)

// surveyed is what a filter leaves, counted by facet. Who is searched for is ticked
// in a roll; one without ticks leaves everybody.
type surveyed struct {
	orgID, connectionID string
	counts              []count
	mark                string
	roll                *roll
	ticks               []bool
}

// survey counts by facet whom text and outcome leave. Without them the counts are
// kept. With them, pages look through a roll; a transaction, which sees what nobody
// else does, through the table.
func (is *Identities) survey(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (s surveyed, err error) {
	s = surveyed{orgID: orgID, connectionID: connectionID}
	text := db.Fold(f.Text)
	if f.Outcome == "" && text == "" {
		s.counts, err = db.All[count](ctx, q, facetsOf, orgID, connectionID)
		return s, err
	}
	d, err := db.One[Directory](ctx, q, oneDirectory, orgID, connectionID)
	if err != nil {
		return s, unlessGone(err)
	}
	if f.Outcome != "" {
		s.mark = markOf(f.Outcome, d.run)
	}
	if within(q) {
		where, args := s.narrowed(f, nil)
		s.counts, err = db.All[count](ctx, q, countFacets+where+" GROUP BY org_id, connection_id, facet", args...)
		return s, err
	}
	if s.roll, err = is.roll(ctx, orgID, connectionID, d.Version); err != nil {
		return s, err
	}
	ticks, counts := s.roll.look(text, s.mark)
	for n, facet := range s.roll.facets {
		if counts[n] > 0 {
			s.counts = append(s.counts, count{orgID, connectionID, facet, counts[n]})
		}
	}
	s.ticks = ticks
	return s, nil
}

// within reports whether q is a transaction.
func within(q db.Q) bool {
	_, is := q.(*db.Tx)
	return is
}

// narrowed writes the conditions of text, outcome and facets after those of the
// connection.
func (s surveyed) narrowed(f Filter, facets []string) (where string, args []any) {
	args = []any{s.orgID, s.connectionID}
	add := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	if s.mark != "" {
		add("mark =", s.mark)
	}
	if text := db.Fold(f.Text); text != "" {
		add("folded LIKE", "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)+"%")
		where += ` ESCAPE '\'`
	}
	if facets != nil {
		where += " AND facet IN (" + db.Params(len(args)+1, len(facets)) + ")"
		args = appendTexts(args, facets)
	}
	return where, args
}

// wanted are the facets that the filter leaves; all says that it leaves each.
func (s surveyed) wanted(f Filter) (facets []string, all bool) {
	for _, c := range s.counts {
		if f.fits(readFacet(c.facet)) {
			facets = append(facets, c.facet)
		}
	}
	return facets, len(facets) == len(s.counts)
}

// orders are what each sort orders by; by name is also the order of those who are
// the same. Each is the head of an index.
var orders = map[string][]string{
	SortName:    {"folded", "person_id"},
	SortEmail:   {"email", "person_id"},
	SortVendor:  {"vendor_folded", "person_id"},
	SortMatch:   {"facet", "folded", "person_id"},
	SortToggle:  {"enabled", "folded", "person_id"},
	SortChanged: {"changed_at", "person_id"},
}

func (f Filter) order(desc bool) string {
	columns, ok := orders[f.Sort]
	if !ok {
		columns = orders[SortName]
	}
	if desc {
		return " ORDER BY " + strings.Join(columns, " DESC, ") + " DESC"
	}
	return " ORDER BY " + strings.Join(columns, ", ")
}

// deep is from which person on, counted from the nearer end, a page is looked up in a
// roll: an index would be gone through up to there. Lists of more people have theirs
// read ahead.
var deep = 2000

// page are the ids of one page. A page of the second half is read from the end.
func (is *Identities) page(ctx context.Context, q db.Q, s surveyed, f Filter, p Page, rows int) (_ []string, err error) {
	from := (p.Page - 1) * rows
	n := min(rows, p.Total-from)
	if n <= 0 {
		return nil, nil
	}
	if s.roll == nil && !within(q) && min(from, p.Total-from-n) > deep {
		if s.roll, err = is.rollNow(ctx, s.orgID, s.connectionID); err != nil {
			return nil, unlessGone(err)
		}
	}
	if s.roll != nil {
		return s.called(f, from, n), nil
	}
	facets, all := s.wanted(f)
	if all {
		facets = nil
	}
	desc := f.Desc
	turned := from > p.Total/2
	if turned {
		desc, from = !desc, p.Total-from-n
	}
	where, args := s.narrowed(f, facets)
	ids, err := db.Values[string](ctx, q, pageIDs+where+f.order(desc)+" LIMIT "+strconv.Itoa(n)+" OFFSET "+strconv.Itoa(from), args...)
	if turned {
		slices.Reverse(ids)
	}
	return ids, err
}

// called are n of the people who are ticked in the roll and whom the filter leaves,
// in its order.
func (s surveyed) called(f Filter, from, n int) []string {
	wanted := make([]bool, len(s.roll.facets))
	for at, facet := range s.roll.facets {
		wanted[at] = f.fits(readFacet(facet))
	}
	order := s.roll.order(f.Sort)
	ids := make([]string, 0, n)
	for at := 0; at < len(order) && len(ids) < n; at++ {
		place := order[at]
		if f.Desc {
			place = order[len(order)-1-at]
		}
		if row := &s.roll.rows[place]; (s.ticks == nil || s.ticks[place]) && wanted[row.facetAt] {
			if from--; from < 0 {
				ids = append(ids, row.personID)
			}
		}
	}
	return ids
}

// every are the ids of all whom the filter leaves, in its order.
func (s surveyed) every(ctx context.Context, q db.Q, f Filter) ([]string, error) {
	if s.roll != nil {
		return s.called(f, 0, len(s.roll.rows)), nil
	}
	facets, all := s.wanted(f)
	if len(facets) == 0 {
		return nil, nil
	}
	if all {
		facets = nil
	}
	where, args := s.narrowed(f, facets)
	return db.Values[string](ctx, q, pageIDs+where+f.order(f.Desc), args...)
}
