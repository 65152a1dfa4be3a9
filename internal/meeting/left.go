package meeting

import (
	"context"

	"parley/internal/db"
)

// A Leftover is a conference that is out of our reach, and the meeting it was for.
type Leftover struct {
	Conference Conference
	Meeting    Meeting
}

// leftPage is how many leftovers stand on one page.
const leftPage = 50

const leftBehind = `SELECT {columns} FROM conferences WHERE state = 'left' AND org_id = $1 AND connection_id = $2 AND id > $3 ORDER BY id LIMIT $4`

// LeftBehind lists the conferences of a connection that may still be at the
// vendor and that nothing of ours can reach, a page at a time, the oldest first:
// Conference.LeftAt says since when, Conference.Reason why. After is the cursor
// that the page before gave, or empty; next is empty on the last page.
func LeftBehind(ctx context.Context, q db.Q, orgID, connectionID, after string) (page []Leftover, next string, err error) {
	left, err := db.All[Conference](ctx, q, leftBehind, orgID, connectionID, after, leftPage+1)
	if err != nil {
		return nil, "", err
	}
	if len(left) > leftPage {
		left = left[:leftPage]
		next = left[leftPage-1].ID
	}
	var ids []string
	for _, c := range left {
		ids = append(ids, c.MeetingID)
	}
	of, err := Some(ctx, q, orgID, ids...)
	for _, c := range left {
		page = append(page, Leftover{Conference: c, Meeting: of[c.MeetingID]})
	}
	return page, next, err
}
