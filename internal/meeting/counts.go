package meeting

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/vault"
)

// ConnectionCounts say how the meetings of a connection stand that are still to
// come, and what it had to do with this month.
type ConnectionCounts struct {
	// Ready, Pending and AtRisk are the states of their links.
	Ready, Pending, AtRisk int
	// Outdated are those whose link works while the vendor still shows them as they
	// were, because the connection was off when they changed. They are among Ready,
	// or AtRisk when others are the hosts now.
	Outdated int
	// Left are conferences that may be at the vendor and that nothing can reach.
	Left int
	// MadeThisMonth is how many the vendor has made since the month began in UTC.
	MadeThisMonth int
}

const (
	countLinks = `SELECT link, COUNT(*) FROM meetings
		WHERE org_id = $1 AND connection_id = $2 AND ends_at > $3 AND link <> 'none' GROUP BY link`
	countOutdated = `SELECT COUNT(*) FROM meetings
		WHERE link = 'ready' AND link_reason <> '' AND org_id = $1 AND connection_id = $2 AND ends_at > $3`
	countOthersHost = `SELECT COUNT(*) FROM meetings
		WHERE link = 'at risk' AND link_reason = 'meeting.reason.outdated.hosts' AND org_id = $1 AND connection_id = $2 AND ends_at > $3`
	countLeft = `SELECT COUNT(*) FROM conferences WHERE state = 'left' AND org_id = $1 AND connection_id = $2`
	countMade = `SELECT account, host, COUNT(*) FROM conferences
		WHERE vendor_id <> '' AND org_id = $1 AND connection_id = $2 AND asked_at >= $3 GROUP BY account, host`
	countRefused = `SELECT COUNT(*) FROM conferences WHERE retry_at > 0 AND org_id = $1 AND connection_id = $2 AND account = $3 AND retry_at = $4`
	// withoutLink and listHosts serve those who look after meetings as a whole.
	withoutLink = `SELECT {columns} FROM meetings WHERE link = 'pending' AND org_id = $1 AND ends_at > $2 AND id > $3 ORDER BY id LIMIT 200`
	listHosts   = `SELECT host_id, COUNT(*) FROM meetings
		WHERE link <> 'none' AND org_id = $1 AND connection_id = $2 AND ends_at > $3 GROUP BY host_id ORDER BY host_id`
)

// tally is how many there are of what.
type tally struct {
	of    string
	count int
}

// Columns visits the columns of a tally.
func (t *tally) Columns(c *db.Columns) {
	c.Col("of", &t.of)
	c.Col("count", &t.count)
}

// Counts counts the meetings and conferences of a connection, for its page and
// for whoever is about to disconnect it. How
// MadeThisMonth stands against the vendor's limit is said by Meetings.Month.
func Counts(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) (n ConnectionCounts, err error) {
	links, err := db.All[tally](ctx, q, countLinks, orgID, connectionID, db.Time(now))
	if err != nil {
		return n, err
	}
	for _, t := range links {
		switch LinkState(t.of) {
		case Ready:
			n.Ready = t.count
		case Pending:
			n.Pending = t.count
		case AtRisk:
			n.AtRisk = t.count
		}
	}
	outdated, err := db.Value[int64](ctx, q, countOutdated, orgID, connectionID, db.Time(now))
	if err != nil {
		return n, err
	}
	others, err := db.Value[int64](ctx, q, countOthersHost, orgID, connectionID, db.Time(now))
	if err != nil {
		return n, err
	}
	n.Outdated = int(outdated + others)
	left, err := db.Value[int64](ctx, q, countLeft, orgID, connectionID)
	if err != nil {
		return n, err
	}
	n.Left = int(left)
	all, err := madeSince(ctx, q, orgID, connectionID, month(now))
	for _, m := range all {
		n.MadeThisMonth += m.count
	}
	return n, err
}

// made is how many meetings were made with a host in an account.
type made struct {
	account, host string
	count         int
}

// Columns visits the columns of what was made.
func (m *made) Columns(c *db.Columns) {
	c.Col("account", &m.account)
	c.Col("host", &m.host)
	c.Col("count", &m.count)
}

func madeSince(ctx context.Context, q db.Q, orgID, connectionID string, since time.Time) ([]made, error) {
	return db.All[made](ctx, q, countMade, orgID, connectionID, db.Time(since))
}

// month is when the month of an instant began, in UTC.
func month(now time.Time) time.Time {
	now = now.UTC()
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func nextMonth(now time.Time) time.Time { return month(now).AddDate(0, 1, 0) }

// A Month is how far a connection has come towards what its vendor makes in a
// calendar month for one organizer.
type Month struct {
	// Made is how many were made for the organizer who has most.
	Made int
	// Of is the vendor's limit; zero when it has none.
	Of int
	// Ends is when the count begins anew.
	Ends time.Time
	// Refused is how many the vendor would not make because the month is used up
	// for their organizer, whatever Made says: others may make meetings there too.
	Refused int
}

// Warning is 0, 80, 95 or 100: how many percent of the limit are reached. What the
// vendor has refused is the whole of it.
func (m Month) Warning() int {
	if m.Refused > 0 {
		return 100
	}
	for _, percent := range []int{100, 95, 80} {
		if m.Of > 0 && m.Made*100 >= m.Of*percent {
			return percent
		}
	}
	return 0
}

// Month counts what a connection had made this month against its vendor's limit,
// which is the account's, or each host's where a meeting belongs to its host.
func (ms *Meetings) Month(ctx context.Context, q db.Q, c vault.Connection, now time.Time) (Month, error) {
	m := Month{Of: ms.vault.Limits(c).Meetings, Ends: nextMonth(now)}
	all, err := madeSince(ctx, q, c.OrgID, c.ID, month(now))
	vendor := ms.vault.Conference(c)
	each := vendor != nil && vendor.OfHost()
	for _, t := range all {
		switch {
		case t.account != reachOf(c).account: // that of an account before
		case each:
			m.Made = max(m.Made, t.count)
		default:
			m.Made += t.count
		}
	}
	if err != nil {
		return m, err
	}
	refused, err := db.Value[int64](ctx, q, countRefused, c.OrgID, c.ID, reachOf(c).account, db.Time(m.Ends))
	m.Refused = int(refused)
	return m, err
}

// Made is Month.Made of a connection by its id, for its doctor.
func (ms *Meetings) Made(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) (int, error) {
	c, err := ms.vault.Connection(ctx, q, orgID, connectionID)
	if err != nil {
		return 0, err
	}
	m, err := ms.Month(ctx, q, c, now)
	return m.Made, err
}

// WithoutLink lists the meetings to come of an organization that have no link, a
// page at a time; after is the id of the last one of the page before.
func WithoutLink(ctx context.Context, q db.Q, orgID string, now time.Time, after string) ([]Meeting, error) {
	return db.All[Meeting](ctx, q, withoutLink, orgID, db.Time(now), after)
}

// HostsAhead counts the video meetings to come over a connection, by who holds them.
func HostsAhead(ctx context.Context, q db.Q, orgID, connectionID string, now time.Time) (map[string]int, error) {
	all, err := db.All[tally](ctx, q, listHosts, orgID, connectionID, db.Time(now))
	ahead := make(map[string]int, len(all))
	for _, t := range all {
		ahead[t.of] = t.count
	}
	return ahead, err
}
