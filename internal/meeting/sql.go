package meeting

import (
	"context"

	"parley/internal/db"
)

// Columns names the columns of the table meetings.
func (m *Meeting) Columns(c *db.Columns) {
	c.Col("org_id", &m.OrgID)
	c.Col("id", &m.ID)
	c.Col("code", &m.Code)
	c.Col("kind", &m.Kind)
	c.Col("owner_id", &m.OwnerID)
	c.Col("title", &m.Title)
	c.Col("starts_at", (*db.Time)(&m.Starts))
	c.Col("ends_at", (*db.Time)(&m.Ends))
	c.Col("zone", &m.Zone)
	c.Col("mode", &m.Mode)
	c.Col("place", &m.Place)
	c.Col("connection_id", &m.ConnectionID)
	c.Col("host_id", &m.HostID)
	c.Col("co_hosts", db.JSON[[]string]{To: &m.CoHosts})
	c.Col("lobby", &m.Lobby)
	c.Col("presenters", &m.Presenters)
	c.Col("lang", &m.Lang)
	c.Col("record", &m.Record)
	c.Col("state", &m.State)
	c.Col("version", &m.Version)
	c.Col("sequence", &m.Sequence)
	c.Col("prior_starts", (*db.Time)(&m.Prior.Start))
	c.Col("prior_ends", (*db.Time)(&m.Prior.End))
	c.Col("changed_at", (*db.Time)(&m.ChangedAt))
	c.Col("link", &m.Link)
	c.Col("link_reason", &m.LinkReason)
	c.Col("trouble", &m.Trouble)
}

// Columns names the columns of the table conferences.
func (c *Conference) Columns(cols *db.Columns) {
	cols.Col("org_id", &c.OrgID)
	cols.Col("id", &c.ID)
	cols.Col("meeting_id", &c.MeetingID)
	cols.Col("gen", &c.Gen)
	cols.Col("connection_id", &c.ConnectionID)
	cols.Col("account", &c.Account)
	cols.Col("host", &c.Host)
	cols.Col("state", &c.Stage)
	cols.Col("asked_at", (*db.Time)(&c.AskedAt))
	cols.Col("vendor_id", &c.VendorID)
	cols.Col("join_url", &c.JoinURL)
	cols.Col("applied", &c.Applied)
	cols.Col("attempt", &c.Attempt)
	cols.Col("reason", &c.Reason)
	cols.Col("stuck", &c.Stuck)
	cols.Col("retry_at", (*db.Time)(&c.RetryAt))
	cols.Col("checked_at", (*db.Time)(&c.CheckedAt))
	cols.Col("shown_starts", (*db.Time)(&c.ShownStarts))
	cols.Col("shown_hosts", db.JSON[[]string]{To: &c.ShownHosts})
	cols.Col("left_at", (*db.Time)(&c.LeftAt))
	cols.Col("version", &c.Version)
}

const (
	byID        = `SELECT {columns} FROM meetings WHERE org_id = $1 AND id = $2`
	byCode      = `SELECT {columns} FROM meetings WHERE code = $1 /* every organization: a join code is the only thing the visitor has */`
	codeTaken   = `SELECT COUNT(*) FROM meetings WHERE code = $1 /* every organization: a join code is the visitor's only key, so it is one of its kind everywhere */`
	touch       = `UPDATE meetings SET version = version + 1, changed_at = $3 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	hold        = `UPDATE meetings SET version = version WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveMeeting = `UPDATE meetings SET title = $3, starts_at = $4, ends_at = $5, mode = $6, place = $7, connection_id = $8, host_id = $9,
		co_hosts = $10, lobby = $11, lang = $12, record = $13, state = $14, sequence = $15, prior_starts = $16, prior_ends = $17,
		link = $18, link_reason = $19, trouble = $20, presenters = $21 WHERE org_id = $1 AND id = $2`
	saveLink = `UPDATE meetings SET link = $3, link_reason = $4, trouble = $5 WHERE org_id = $1 AND id = $2`

	ofMeeting      = `SELECT {columns} FROM conferences WHERE org_id = $1 AND meeting_id = $2 ORDER BY gen`
	liveOf         = `SELECT {columns} FROM conferences WHERE org_id = $1 AND meeting_id = $2 AND state = 'live'`
	saveConference = `UPDATE conferences SET connection_id = $4, account = $5, host = $6, state = $7, asked_at = $8, vendor_id = $9, join_url = $10,
		applied = $11, attempt = $12, reason = $13, checked_at = $14, stuck = $15, retry_at = $16, shown_starts = $17, shown_hosts = $18,
		left_at = $19, version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`
)

// A ref points to a meeting that has to be looked at; by is what pages turn on.
type ref struct{ orgID, meetingID, by string }

// Columns visits the columns of a ref.
func (r *ref) Columns(c *db.Columns) {
	c.Col("org_id", &r.orgID)
	c.Col("meeting_id", &r.meetingID)
	c.Col("id", &r.by)
}

// The pages of meetings to ring; $1 is where the last page ended.
const (
	pendingToCome = `SELECT org_id, id, id FROM meetings WHERE link = 'pending' AND ends_at > $2 AND id > $1 ORDER BY id LIMIT 200
		/* every organization: one sweep looks after all */`
	atRiskToCome = `SELECT org_id, id, id FROM meetings WHERE link = 'at risk' AND ends_at > $2 AND id > $1 ORDER BY id LIMIT 200
		/* every organization: one sweep looks after all */`
	allIntended = `SELECT {columns} FROM conferences WHERE state = 'intended' AND id > $1 ORDER BY id LIMIT 200
		/* every organization: one sweep looks after all */`
	allEnding = `SELECT {columns} FROM conferences WHERE state = 'ending' AND id > $1 ORDER BY id LIMIT 200
		/* every organization: one sweep looks after all */`

	pendingOf = `SELECT org_id, id, id FROM meetings
		WHERE link = 'pending' AND org_id = $2 AND connection_id = $3 AND ends_at > $4 AND id > $1 ORDER BY id LIMIT 200`
	atRiskOf = `SELECT org_id, id, id FROM meetings
		WHERE link = 'at risk' AND org_id = $2 AND connection_id = $3 AND ends_at > $4 AND id > $1 ORDER BY id LIMIT 200`
	intendedOf = `SELECT {columns} FROM conferences WHERE state = 'intended' AND org_id = $2 AND connection_id = $3 AND id > $1 ORDER BY id LIMIT 200`
	endingOf   = `SELECT {columns} FROM conferences WHERE state = 'ending' AND org_id = $2 AND connection_id = $3 AND id > $1 ORDER BY id LIMIT 200`
	outdatedOf = `SELECT org_id, id, id FROM meetings
		WHERE link = 'ready' AND link_reason <> '' AND org_id = $2 AND connection_id = $3 AND ends_at > $4 AND id > $1 ORDER BY id LIMIT 200`
	leftOf = `SELECT {columns} FROM conferences WHERE state = 'left' AND org_id = $2 AND connection_id = $3 AND id > $1 ORDER BY id LIMIT 200`
)

func (m *Meeting) save(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, saveMeeting, m.OrgID, m.ID, m.Title, db.Time(m.Starts), db.Time(m.Ends), m.Mode, m.Place, m.ConnectionID, m.HostID,
		db.JSON[[]string]{To: &m.CoHosts}, m.Lobby, m.Lang, m.Record, m.State, m.Sequence, db.Time(m.Prior.Start), db.Time(m.Prior.End),
		m.Link, m.LinkReason, m.Trouble, m.Presenters)
	return err
}

// save writes the conference, or gives errStale when somebody else has written
// it since it was read: then what we know is out of date.
func (c *Conference) save(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, saveConference, c.OrgID, c.ID, c.Version, c.ConnectionID, c.Account, c.Host, c.Stage, db.Time(c.AskedAt), c.VendorID, c.JoinURL,
		c.Applied, c.Attempt, c.Reason, db.Time(c.CheckedAt), c.Stuck, db.Time(c.RetryAt), db.Time(c.ShownStarts),
		db.JSON[[]string]{To: &c.ShownHosts}, db.Time(c.LeftAt))
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

// Get returns a meeting of the organization.
func Get(ctx context.Context, q db.Q, orgID, id string) (Meeting, error) {
	return db.One[Meeting](ctx, q, byID, orgID, id)
}

// Some returns the meetings of the ids that are there, by id: one query.
func Some(ctx context.Context, q db.Q, orgID string, ids ...string) (map[string]Meeting, error) {
	found := map[string]Meeting{}
	if len(ids) == 0 {
		return found, nil
	}
	args := []any{orgID}
	for _, id := range ids {
		args = append(args, id)
	}
	all, err := db.All[Meeting](ctx, q, `SELECT {columns} FROM meetings WHERE org_id = $1 AND id IN (`+db.Params(2, len(ids))+`)`, args...)
	for _, m := range all {
		found[m.ID] = m
	}
	return found, err
}

// Conferences returns all that vendors ever had of a meeting, oldest first.
func Conferences(ctx context.Context, q db.Q, orgID, meetingID string) ([]Conference, error) {
	return db.All[Conference](ctx, q, ofMeeting, orgID, meetingID)
}
