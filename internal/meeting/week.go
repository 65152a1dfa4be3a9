package meeting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/internal/db"
)

// The meetings of a week that would not take place as they are: those without a
// link, and those whose link nobody may be able to open to the client. Each kind
// has a query of its own, so that each has its index.
const (
	countWeekPending = `SELECT COUNT(*) FROM meetings WHERE link = 'pending' AND org_id = $1 AND ends_at > $2 AND starts_at < $3`
	countWeekLost    = `SELECT COUNT(*) FROM meetings
		WHERE link = 'at risk' AND link_reason = 'meeting.reason.lost' AND org_id = $1 AND ends_at > $2 AND starts_at < $3`
	listWeekPending = `SELECT {columns} FROM meetings WHERE link = 'pending' AND org_id = $1 AND ends_at > $2 AND starts_at < $3
		ORDER BY starts_at, id LIMIT $4`
	listWeekLost = `SELECT {columns} FROM meetings
		WHERE link = 'at risk' AND link_reason = 'meeting.reason.lost' AND org_id = $1 AND ends_at > $2 AND starts_at < $3
		ORDER BY starts_at, id LIMIT $4`
)

// aWeek is how far ahead people look for meetings without a link.
const aWeek = 7 * 24 * time.Hour

// Week counts an organization's meetings of the next seven days that have no
// working link, or one whose holder the vendor does not know any more.
func Week(ctx context.Context, q db.Q, orgID string, now time.Time) (withoutLink int, err error) {
	for _, text := range []string{countWeekPending, countWeekLost} {
		n, err := db.Value[int64](ctx, q, text, orgID, db.Time(now), db.Time(now.Add(aWeek)))
		if err != nil {
			return 0, err
		}
		withoutLink += int(n)
	}
	return withoutLink, nil
}

// WeekList lists the meetings that Week counts, the next first.
func WeekList(ctx context.Context, q db.Q, orgID string, now time.Time, limit int) (all []Meeting, err error) {
	for _, text := range []string{listWeekPending, listWeekLost} {
		some, err := db.All[Meeting](ctx, q, text, orgID, db.Time(now), db.Time(now.Add(aWeek)), limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Meeting) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
	return all[:min(limit, len(all))], nil
}
