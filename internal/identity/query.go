package identity

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"parley/internal/db"
)

// surveyed is what a filter leaves, counted by facet. hits are the people
// themselves when text or outcome leave few.
type surveyed struct {
	orgID, connectionID string
	counts              []count
	few                 bool
	hits                []hitRow
	mark                string
}

// fewHits is up to how many people a search is sorted here instead of by an index.
const fewHits = 1000

// hitRow is one person whom a search found, with all that a list is sorted by.
type hitRow struct {
	personID, facet, folded, email, vendorFolded string
	enabled                                      bool
	changed                                      int64
}

// Columns lists the columns as the query selects them.
func (h *hitRow) Columns(c *db.Columns) {
	c.Col("person_id", &h.personID)
	c.Col("facet", &h.facet)
	c.Col("folded", &h.folded)
	c.Col("email", &h.email)
	c.Col("vendor_folded", &h.vendorFolded)
	c.Col("enabled", &h.enabled)
	c.Col("changed_at", &h.changed)
}

// survey counts by facet whom text and outcome leave. Without them the counts are
// kept; with them, few people are fetched, and many are counted.
func survey(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (s surveyed, err error) {
	s = surveyed{orgID: orgID, connectionID: connectionID}
	if f.Outcome != "" {
		run, err := db.Value[int64](ctx, q, lastRun, orgID, connectionID)
		if err != nil {
			return s, unlessGone(err)
		}
		s.mark = markOf(f.Outcome, run)
	}
	if f.Outcome == "" && strings.TrimSpace(f.Text) == "" {
		s.counts, err = db.All[count](ctx, q, facetsOf, orgID, connectionID)
		return s, err
	}
	where, args := s.narrowed(f, nil)
	s.hits, err = db.All[hitRow](ctx, q, hitsIn+where+" LIMIT "+strconv.Itoa(fewHits+1)+")", args...)
	if err != nil {
		return s, err
	}
	if s.few = len(s.hits) <= fewHits; !s.few {
		s.hits = nil
		s.counts, err = db.All[count](ctx, q, countFacets+where+" GROUP BY org_id, connection_id, facet", args...)
		return s, err
	}
	by := map[string]int64{}
	for _, h := range s.hits {
		by[h.facet]++
	}
	for facet, n := range by {
		s.counts = append(s.counts, count{orgID, connectionID, facet, n})
	}
	return s, nil
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

// page are the ids of one page. A page of the second half is read from the end.
func (s surveyed) page(ctx context.Context, q db.Q, f Filter, p Page, rows int) ([]string, error) {
	from := (p.Page - 1) * rows
	n := min(rows, p.Total-from)
	if n <= 0 {
		return nil, nil
	}
	if s.few {
		return s.sorted(f)[from : from+n], nil
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

// sorted are the people whom a search found and the filter leaves, in its order.
func (s surveyed) sorted(f Filter) (ids []string) {
	hits := slices.DeleteFunc(slices.Clone(s.hits), func(h hitRow) bool { return !f.fits(readFacet(h.facet)) })
	slices.SortFunc(hits, func(a, b hitRow) int {
		by := f.compare(a, b)
		if f.Desc {
			return -by
		}
		return by
	})
	for _, h := range hits {
		ids = append(ids, h.personID)
	}
	return ids
}

func (f Filter) compare(a, b hitRow) int {
	last := cmp.Compare(a.personID, b.personID)
	byName := cmp.Or(cmp.Compare(a.folded, b.folded), last)
	switch f.Sort {
	case SortEmail:
		return cmp.Or(cmp.Compare(a.email, b.email), last)
	case SortVendor:
		return cmp.Or(cmp.Compare(a.vendorFolded, b.vendorFolded), last)
	case SortMatch:
		return cmp.Or(cmp.Compare(a.facet, b.facet), byName)
	case SortToggle:
		return cmp.Or(rank(a.enabled)-rank(b.enabled), byName)
	case SortChanged:
		return cmp.Or(cmp.Compare(a.changed, b.changed), last)
	}
	return byName
}

func rank(on bool) int {
	if on {
		return 1
	}
	return 0
}

// every are the ids of all whom the filter leaves, in its order.
func (s surveyed) every(ctx context.Context, q db.Q, f Filter) ([]string, error) {
	if s.few {
		return s.sorted(f), nil
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
