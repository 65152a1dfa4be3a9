package meeting

import (
	"context"
	"strings"
	"time"

	"parley/internal/db"
)

// A Leftover is a conference that is out of our reach, and the meeting it was for.
type Leftover struct {
	Conference Conference
	Meeting    Meeting
}

// leftPage is how many leftovers stand on one page.
const leftPage = 50

// cursorSep stands between the two ids of a cursor.
const cursorSep = "."

const (
	leftBehind = `SELECT {columns} FROM conferences WHERE state = 'left' AND org_id = $1 AND connection_id = $2 AND id > $3 ORDER BY id LIMIT $4`
	leftAtAll  = `SELECT {columns} FROM conferences WHERE state = 'left' AND org_id = $1 AND (connection_id, id) > ($2, $3) ORDER BY connection_id, id LIMIT $4`
)

// LeftBehind lists the conferences of a connection that may still be at the
// vendor and that nothing of ours can reach, a page at a time, the oldest first:
// Conference.LeftAt says since when, Conference.Reason why. After is the cursor
// that the page before gave, or empty; next is empty on the last page.
func LeftBehind(ctx context.Context, q db.Q, orgID, connectionID, after string) (page []Leftover, next string, err error) {
	page, more, err := leftovers(ctx, q, orgID, leftBehind, orgID, connectionID, after, leftPage+1)
	if more {
		next = page[leftPage-1].Conference.ID
	}
	return page, next, err
}

// LeftAtAll lists what LeftBehind lists, of all connections of an organization,
// those of each together.
func LeftAtAll(ctx context.Context, q db.Q, orgID, after string) (page []Leftover, next string, err error) {
	connectionID, id, _ := strings.Cut(after, cursorSep)
	page, more, err := leftovers(ctx, q, orgID, leftAtAll, orgID, connectionID, id, leftPage+1)
	if more {
		last := page[leftPage-1].Conference
		next = last.ConnectionID + cursorSep + last.ID
	}
	return page, next, err
}

// leftovers are the conferences of a query, and whether there are more than a page.
func leftovers(ctx context.Context, q db.Q, orgID, text string, args ...any) (page []Leftover, more bool, err error) {
	left, err := db.All[Conference](ctx, q, text, args...)
	if err != nil {
		return nil, false, err
	}
	if more = len(left) > leftPage; more {
		left = left[:leftPage]
	}
	var ids []string
	for _, c := range left {
		ids = append(ids, c.MeetingID)
	}
	of, err := Some(ctx, q, orgID, ids...)
	for _, c := range left {
		page = append(page, Leftover{Conference: c, Meeting: of[c.MeetingID]})
	}
	return page, more, err
}

// Behind is what the vendors of an organization have otherwise than it should be,
// because a connection was off.
type Behind struct {
	// Outdated and Left are those of ConnectionCounts, of all connections.
	Outdated, Left int
}

// Columns visits the columns of what is behind.
func (b *Behind) Columns(c *db.Columns) {
	c.Col("outdated", &b.Outdated)
	c.Col("left", &b.Left)
}

// countBehind is one question for all connections, whose parts have each their index.
const countBehind = `SELECT
		(SELECT COUNT(*) FROM meetings WHERE link = 'ready' AND link_reason <> '' AND org_id = $1 AND ends_at > $2)
		+ (SELECT COUNT(*) FROM meetings WHERE link = 'at risk' AND link_reason = 'meeting.reason.outdated.hosts' AND org_id = $1 AND ends_at > $2),
		(SELECT COUNT(*) FROM conferences WHERE state = 'left' AND org_id = $1)`

// BehindAtAll counts over all connections of an organization what Counts says of
// one.
func BehindAtAll(ctx context.Context, q db.Q, orgID string, now time.Time) (Behind, error) {
	return db.One[Behind](ctx, q, countBehind, orgID, db.Time(now))
}
