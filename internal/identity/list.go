package identity

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

// A Line is one person in the list of a connection.
type Line struct {
	Person   org.Person
	Identity Identity
}

// A Filter narrows the list of a connection. Zero fields do not narrow.
type Filter struct {
	// Text is looked for in name and e-mail.
	Text string
	// State is Matched or Missed.
	State State
	// Enabled is "on" or "off".
	Enabled string
	// After is the last person of the page before, Limit the length of a page.
	After org.Person
	Limit int
}

const (
	pageUsual = 50
	pageMax   = 500
)

// List shows the people of a connection by name, a page at a time; more says
// that there is another page.
func (is *Identities) List(ctx context.Context, q db.Q, orgID, connectionID string, f Filter) (lines []Line, more bool, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = pageUsual
	}
	limit = min(limit, pageMax)
	all, err := identitiesAt(ctx, q, orgID, connectionID)
	if err != nil {
		return nil, false, err
	}
	pf := org.PeopleFilter{Kind: org.KindMember, Active: true, Text: f.Text, After: f.After, Limit: rosterPage}
	for {
		page, err := is.orgs.People(ctx, q, orgID, pf)
		if err != nil {
			return nil, false, err
		}
		for _, p := range page {
			i, known := all[p.ID]
			if !known || !f.fits(i) {
				continue
			}
			if len(lines) == limit {
				return lines, true, nil
			}
			lines = append(lines, Line{Person: p, Identity: i})
		}
		if len(page) < rosterPage {
			return lines, false, nil
		}
		pf.After = page[len(page)-1]
	}
}

func (f Filter) fits(i Identity) bool {
	if f.State != "" && f.State != i.State {
		return false
	}
	return f.Enabled == "" || (f.Enabled == "on") == i.Enabled
}

// Totals count the people of a connection.
type Totals struct{ Of, Matched, Enabled int }

// Totals counts the people of a connection, for the head of its page.
func (is *Identities) Totals(ctx context.Context, q db.Q, orgID, connectionID string) (t Totals, err error) {
	all, err := identitiesAt(ctx, q, orgID, connectionID)
	for _, i := range all {
		t.Of++
		if i.State == Matched {
			t.Matched++
		}
		if i.Enabled {
			t.Enabled++
		}
	}
	return t, err
}
