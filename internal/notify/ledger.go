package notify

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
)

// Ledger lists what was told about an object, to whom, and what became of it.
func (n *Notify) Ledger(ctx context.Context, q db.Q, orgID, about string) ([]Delivery, error) {
	return db.All[Delivery](ctx, q, ledgerAbout, orgID, about)
}

// A LedgerFilter narrows the ledger. Zero fields do not narrow.
type LedgerFilter struct {
	PersonID, About, Kind string
	State                 State
	// Notice is a notice's key.
	Notice string
	// After is the id of the last delivery of the page before.
	After string
	// Limit is 50 when zero, and at most 1 000.
	Limit int
}

const (
	ledgerUsual = 50
	ledgerMost  = 1000
)

// past is behind every id: where the first page begins.
const past = "~"

// Deliveries lists the ledger, the newest first, a page at a time.
func (n *Notify) Deliveries(ctx context.Context, q db.Q, orgID string, f LedgerFilter) ([]Delivery, error) {
	if f.Limit <= 0 {
		f.Limit = ledgerUsual
	}
	if f.After == "" {
		f.After = past
	}
	var noticeID string
	if f.Notice != "" {
		row, err := db.One[notice](ctx, q, noticeByKey, orgID, f.Notice)
		if fault.Is(err, fault.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		noticeID = row.ID
	}
	return db.All[Delivery](ctx, q, f.head()+ledgerTail, orgID, f.After, f.PersonID, f.About, f.Kind, f.State, noticeID, min(f.Limit, ledgerMost))
}

// head is the query whose index serves the filter best.
func (f LedgerFilter) head() string {
	switch {
	case f.Notice != "":
		return ledgerOfNotice
	case f.About != "":
		return ledgerOfObject
	case f.PersonID != "":
		return ledgerOfPerson
	}
	return ledgerAll
}

// Counts say how far a notice has come: how many deliveries are in each state.
type Counts struct {
	ByState map[State]int
	// Total is their sum: every recipient and channel once.
	Total int
	// Writing means that not all recipients have been written down yet.
	Writing bool
}

// Left is how many deliveries are not settled yet.
func (c Counts) Left() int { return c.ByState[Queued] + c.ByState[Sending] }

type stateCount struct {
	State State
	N     int64
}

// Columns maps the count to its query.
func (s *stateCount) Columns(c *db.Columns) {
	c.Col("state", &s.State)
	c.Col("n", &s.N)
}

// Counts counts the deliveries of a notice.
func (n *Notify) Counts(ctx context.Context, q db.Q, orgID, key string) (Counts, error) {
	row, err := db.One[notice](ctx, q, noticeByKey, orgID, key)
	if err != nil {
		return Counts{}, err
	}
	all, err := db.All[stateCount](ctx, q, countsOf, orgID, row.ID)
	c := Counts{ByState: map[State]int{}, Writing: row.State == waiting}
	for _, s := range all {
		c.ByState[s.State] = int(s.N)
		c.Total += int(s.N)
	}
	return c, err
}
