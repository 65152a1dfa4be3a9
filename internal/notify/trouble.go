package notify

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Trouble says that an organization's mail does not get through now.
type Trouble struct {
	// Since is when the first of the mails that wait should have gone.
	Since time.Time
	// Waiting counts the mails that were tried and wait.
	Waiting int
	// Reason is the mail server's last answer.
	Reason Reason
}

// stuck is what is known of the mails that were tried and wait.
type stuck struct {
	waiting int64
	since   time.Time
}

// Columns maps the count to its query.
func (s *stuck) Columns(c *db.Columns) {
	c.Col("waiting", &s.waiting)
	c.Col("since", (*db.Time)(&s.since))
}

// MailTrouble says since when and why an organization's mail waits. It is false
// when the mail server took the last mail, when nothing waits, and when only
// single mails were put off.
func (n *Notify) MailTrouble(ctx context.Context, q db.Q, orgID string) (Trouble, bool, error) {
	lane := laneID(orgID, Email)
	last, err := db.One[Delivery](ctx, q, lastRefused, orgID, lane)
	if fault.Is(err, fault.NotFound) {
		return Trouble{}, false, nil
	}
	if err != nil {
		return Trouble{}, false, err
	}
	s, err := db.One[stuck](ctx, q, stuckIn, orgID, lane)
	return Trouble{Since: s.since, Waiting: int(s.waiting), Reason: last.Reason}, err == nil, err
}
