package identity

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

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

// A RunState is how far a rematch is.
type RunState string

// The stages of a rematch.
const (
	RunReading  RunState = "reading"
	RunMatching RunState = "matching"
	RunEnded    RunState = "ended"
	// RunFailed waits for somebody to put something right; Fault says what. It
	// goes on by itself when that is done.
	RunFailed RunState = "failed"
)

// A Run is one rematch of everybody.
type Run struct {
	ID    int64
	State RunState
	// By is who asked for it, empty when the program did; ByName their name.
	By, ByName   string
	Began, Ended time.Time
	// Read is how many people of the directory were read, Done how many of ours
	// were matched or not, out of Of.
	Read, Done, Of int
	// Matched is how many are matched in the end; the others are outcomes.
	Matched, Newly, Lost, Changed int
	// Fault is the catalogue key of what went wrong last. With a state of
	// reading, it is tried again.
	Fault string
}

// A Bulk is a change of many toggles that is going on.
type Bulk struct {
	On       bool
	Done, Of int
	Began    time.Time
}

// List shows the people of a connection, a page at a time.
func (is *Identities) List(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (Page, error) {
	all, err := identitiesAt(ctx, q, orgID, connectionID)
	if err != nil {
		return Page{}, err
	}
	var ids []string
	for id, i := range all {
		if f.fits(i) {
			ids = append(ids, id)
		}
	}
	people, err := is.orgs.PeopleByID(ctx, q, orgID, ids)
	p := Page{Total: len(ids), Page: 1, Pages: 1}
	for _, who := range people {
		p.Lines = append(p.Lines, Line{Person: who, Identity: all[who.ID]})
	}
	slices.SortFunc(p.Lines, func(a, b Line) int { return cmp.Compare(a.Person.Name, b.Person.Name) })
	if f.Rows > 0 && len(p.Lines) > f.Rows {
		p.Lines = p.Lines[:f.Rows]
	}
	return p, err
}

func (f Filter) fits(i Identity) bool {
	if f.Match != "" && f.Match != string(i.State) {
		return false
	}
	return f.Toggle == "" || (f.Toggle == "on") == i.Enabled
}

// Totals counts the people of a connection whom the filter leaves.
func (is *Identities) Totals(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (t Totals, err error) {
	all, err := identitiesAt(ctx, q, orgID, connectionID)
	for _, i := range all {
		if !f.fits(i) {
			continue
		}
		t.Of++
		if i.State == Matched {
			t.Matched++
		}
		if i.Enabled {
			t.Enabled++
		}
		if i.Enabled && i.State == Matched {
			t.Ready++
		}
	}
	t.Missed, t.Off = t.Of-t.Matched, t.Of-t.Enabled
	return t, err
}

// Export lists everybody whom the filter leaves, in its order.
func (is *Identities) Export(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		p, err := is.List(ctx, q, orgID, connectionID, f)
		for _, l := range p.Lines {
			if !yield(l, nil) {
				return
			}
		}
		if err != nil {
			yield(Line{}, err)
		}
	}
}
