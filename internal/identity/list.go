package identity

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"parley/internal/db"
	"parley/internal/org"
)

// A Line is one person in the list of a connection.
type Line struct {
	Person   org.Person
	Identity Identity
}

// What a list is sorted by; people with the same stand by name.
const (
	SortName    = "name"
	SortEmail   = "email"
	SortVendor  = "vendor"
	SortMatch   = "match"
	SortToggle  = "toggle"
	SortChanged = "changed"
)

// Sorts lists them in the order of the columns.
var Sorts = []string{SortName, SortEmail, SortVendor, SortMatch, SortToggle, SortChanged}

// What a list is narrowed to by the match.
const (
	OnlyMatched = "matched"
	OnlyMissed  = "missed"
	// OnlyHand are those who were matched by hand.
	OnlyHand = "hand"
	// OnlyAttention are those for whom somebody has to decide something: they
	// have an account, or had one, that cannot be used as it is.
	OnlyAttention = "attention"
)

// A Filter narrows and orders the list of a connection. Zero fields do not
// narrow; what is not known narrows to nobody.
type Filter struct {
	// Text is looked for in name, e-mail and the name at the vendor.
	Text string
	// Match is OnlyMatched, OnlyMissed, OnlyHand or OnlyAttention.
	Match string
	// Reason is the key of a reason, with or without "identity.reason.".
	Reason string
	// Toggle is "on" or "off".
	Toggle string
	// Outcome is what the last rematch changed.
	Outcome Outcome
	// Sort is one of Sorts, by name when empty; Desc turns it round.
	Sort string
	Desc bool
	// Page counts from 1, Rows is 50 when zero and at most 500.
	Page, Rows int
}

const (
	pageUsual = 50
	pageMax   = 500
)

// A Page is one page of a list.
type Page struct {
	Lines []Line
	// Total is how many people the filter leaves, Page which page this is, and
	// Pages how many there are; a page behind the last one is the last one.
	Total, Page, Pages int
	// Totals count whom text and outcome leave, whatever else narrows the list:
	// the figures of the tiles.
	Totals Totals
}

// Totals count the people of a connection whom a filter leaves. With Filter.Text
// alone they are the figures of the tiles.
type Totals struct {
	// Of is everybody, Matched and Missed add up to it.
	Of, Matched, Missed int
	// Enabled have Video Calls on, Off have it off; Ready are matched and on.
	Enabled, Off, Ready int
	// Attention and Hand are as OnlyAttention and OnlyHand say.
	Attention, Hand int
}

// A Candidate is a person of the vendor's directory whom an administrator may
// choose for one of ours.
type Candidate struct {
	VendorID, Name, SignInName, Mail string
	// Taken is the id of the person who is matched with them already, and
	// TakenName their name.
	Taken, TakenName string
	// Reason says why they cannot be chosen; empty when they can.
	Reason string
}

// fits reports whether the filter leaves the people of a facet.
func (f Filter) fits(is facet) bool {
	if f.Reason != "" && strings.TrimPrefix(f.Reason, reasonPrefix) != is.reason {
		return false
	}
	if f.Toggle != "" && (f.Toggle != "on" && f.Toggle != "off" || (f.Toggle == "on") != is.on) {
		return false
	}
	switch f.Match {
	case "":
		return true
	case OnlyMatched, OnlyMissed:
		return f.Match == string(is.state)
	case OnlyHand:
		return is.hand
	case OnlyAttention:
		return is.attention()
	}
	return false
}

// add counts the people of a facet.
func (t *Totals) add(is facet, n int) {
	t.Of += n
	into := func(n int, which ...*int) {
		for _, w := range which {
			*w += n
		}
	}
	if is.state == Matched {
		into(n, &t.Matched)
	} else {
		into(n, &t.Missed)
	}
	if is.on {
		into(n, &t.Enabled)
	} else {
		into(n, &t.Off)
	}
	if is.on && is.state == Matched {
		into(n, &t.Ready)
	}
	if is.attention() {
		into(n, &t.Attention)
	}
	if is.hand {
		into(n, &t.Hand)
	}
}

// List shows the people of a connection, a page at a time.
func (is *Identities) List(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (Page, error) {
	p, s, err := is.paged(ctx, q, orgID, connectionID, f)
	if err != nil {
		return p, err
	}
	ids, err := is.page(ctx, q, s, f, p, f.rows())
	if err != nil {
		return p, err
	}
	if s.roll == nil && p.Totals.Of > deep && !within(q) {
		is.warm(ctx, orgID, connectionID)
	}
	p.Lines, err = is.lines(ctx, q, orgID, connectionID, ids)
	return p, err
}

func (f Filter) rows() int {
	if f.Rows <= 0 {
		return pageUsual
	}
	return min(f.Rows, pageMax)
}

// paged counts what a list leaves, and says which of how many pages is asked for.
func (is *Identities) paged(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (p Page, s surveyed, err error) {
	if s, err = is.survey(ctx, q, orgID, connectionID, f); err != nil {
		return p, s, err
	}
	for _, c := range s.counts {
		what := readFacet(c.facet)
		p.Totals.add(what, int(c.people))
		if f.fits(what) {
			p.Total += int(c.people)
		}
	}
	p.Pages = max(1, (p.Total+f.rows()-1)/f.rows())
	p.Page = min(max(1, f.Page), p.Pages)
	return p, s, nil
}

// Totals counts the people of a connection whom the filter leaves.
func (is *Identities) Totals(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (t Totals, err error) {
	s, err := is.survey(ctx, q, orgID, connectionID, f)
	for _, c := range s.counts {
		if what := readFacet(c.facet); f.fits(what) {
			t.add(what, int(c.people))
		}
	}
	return t, err
}

// lines are the people of a page in its order.
func (is *Identities) lines(ctx context.Context, q db.Q, orgID, connectionID string, ids []string) ([]Line, error) {
	known, err := Of(ctx, q, orgID, connectionID, ids)
	if err != nil {
		return nil, err
	}
	people, err := is.orgs.PeopleByID(ctx, q, orgID, ids)
	if err != nil {
		return nil, err
	}
	var all []Line
	for _, id := range ids {
		if p, ok := people[id]; ok {
			all = append(all, Line{Person: p, Identity: known[id]})
		}
	}
	return all, nil
}

// Export lists everybody whom the filter leaves, in its order.
func (is *Identities) Export(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		s, err := is.survey(ctx, q, orgID, connectionID, f)
		if err != nil {
			yield(Line{}, err)
			return
		}
		ids, err := s.every(ctx, q, f)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for some := range slices.Chunk(ids, chunk) {
			lines, err := is.lines(ctx, q, orgID, connectionID, some)
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

// Missing lists the reasons why people of a connection are missed now, most
// frequent first, for the list that a page lets choose from.
func (is *Identities) Missing(ctx context.Context, q db.Q, orgID, connectionID string) ([]ReasonCount, error) {
	facets, err := db.All[count](ctx, q, facetsOf, orgID, connectionID)
	by := map[string]int{}
	for _, c := range facets {
		if f := readFacet(c.facet); f.state == Missed {
			by[reasonPrefix+f.reason] += int(c.people)
		}
	}
	var all []ReasonCount
	for reason, n := range by {
		all = append(all, ReasonCount{reason, n})
	}
	slices.SortFunc(all, func(a, b ReasonCount) int { return cmp.Or(b.People-a.People, strings.Compare(a.Reason, b.Reason)) })
	return all, err
}

// A ReasonCount is how many people are missed for a reason.
type ReasonCount struct {
	Reason string
	People int
}
