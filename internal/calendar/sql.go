package calendar

import (
	"encoding/json"

	"parley/internal/db"
)

// Between the two stand the people in the order of their ids: each row is made or
// raised in that order, and held until the transaction ends.
const (
	makeCalendars  = `INSERT INTO calendars (org_id, person_id, version) VALUES `
	raiseCalendars = ` ON CONFLICT (org_id, person_id) DO UPDATE SET version = calendars.version + 1`
)

// People and organizations are tables of org: a person who chose no zone lives
// in the organization's, and both are read here with the version in one step.
const sheetHeads = `SELECT p.id, CASE WHEN p.zone = '' THEN o.zone ELSE p.zone END, COALESCE(c.version, 0)
FROM people p
JOIN organizations o ON o.id = p.org_id
LEFT JOIN calendars c ON c.org_id = p.org_id AND c.person_id = p.id
WHERE p.org_id = $1 AND p.id IN (`

const hoursOf = `SELECT {columns} FROM hours WHERE org_id = $1 AND person_id IN (`

const exceptionsOf = `SELECT {columns} FROM hours_exceptions WHERE org_id = $1 AND day >= $2 AND day <= $3 AND person_id IN (`

const timeOffOf = `SELECT {columns} FROM time_off WHERE org_id = $1 AND ends_at > $2 AND starts_at < $3 AND person_id IN (`

// claimsOf reads the claims that end within the window, and of those that end
// later only each person's next one, which may reach back into it. A plain
// overlap would walk every later claim of the person.
func claimsOf(people int) string {
	in := db.Params(4, people) + ")"
	return `SELECT person_id, starts_at, ends_at FROM claims
WHERE org_id = $1 AND ends_at > $2 AND ends_at <= $3 AND person_id IN (` + in + `
UNION ALL
SELECT n.person_id, n.starts_at, n.ends_at FROM calendars c
JOIN claims n ON n.org_id = c.org_id AND n.person_id = c.person_id AND n.ends_at = (
  SELECT MIN(m.ends_at) FROM claims m WHERE m.org_id = c.org_id AND m.person_id = c.person_id AND m.ends_at > $3)
WHERE n.starts_at < $3 AND c.org_id = $1 AND c.person_id IN (` + in + `
ORDER BY 1, 2`
}

const (
	insertClaim = `INSERT INTO claims (org_id, meeting_id, person_id, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)`

	moveClaims = `UPDATE claims SET starts_at = $3, ends_at = $4 WHERE org_id = $1 AND meeting_id = $2`

	releaseClaims = `DELETE FROM claims WHERE org_id = $1 AND meeting_id = $2`

	// neighbour is the one claim that can be in the way of a span that begins at $3.
	neighbour = `SELECT starts_at FROM claims
WHERE org_id = $1 AND person_id = $2 AND ends_at > $3 AND meeting_id <> $4 ORDER BY ends_at LIMIT 1`

	nameOf = `SELECT name FROM people WHERE org_id = $1 AND id = $2`

	deleteHours = `DELETE FROM hours WHERE org_id = $1 AND person_id = $2`

	deleteException = `DELETE FROM hours_exceptions WHERE org_id = $1 AND person_id = $2 AND day = $3`

	deleteTimeOff = `DELETE FROM time_off WHERE org_id = $1 AND person_id = $2 AND id = $3`

	replaceException = `ON CONFLICT (org_id, person_id, day) DO UPDATE SET open_minutes = EXCLUDED.open_minutes`
)

// head is the part of a sheet that is one row.
type head struct {
	person, zone string
	version      int64
}

func (h *head) Columns(c *db.Columns) {
	c.Col("id", &h.person)
	c.Col("zone", &h.zone)
	c.Col("version", &h.version)
}

type hoursRow struct {
	org, person string
	Hours
}

func (h *hoursRow) Columns(c *db.Columns) {
	c.Col("org_id", &h.org)
	c.Col("person_id", &h.person)
	c.Col("weekday", &h.Weekday)
	c.Col("start_minute", &h.Start)
	c.Col("end_minute", &h.End)
	c.Col("location", &h.Location)
}

type exceptionRow struct {
	org, person, day, open string
}

func (e *exceptionRow) Columns(c *db.Columns) {
	c.Col("org_id", &e.org)
	c.Col("person_id", &e.person)
	c.Col("day", &e.day)
	c.Col("open_minutes", &e.open)
}

func (e exceptionRow) exception() (Exception, error) {
	day, err := ParseDate(e.day)
	if err != nil {
		return Exception{}, err
	}
	x := Exception{Date: day}
	return x, json.Unmarshal([]byte(e.open), &x.Open)
}

func exceptionRowOf(orgID, personID string, e Exception) (*exceptionRow, error) {
	open, err := json.Marshal(e.Open)
	return &exceptionRow{orgID, personID, e.Date.String(), string(open)}, err
}

type timeOffRow struct {
	org, person string
	TimeOff
}

func (r *timeOffRow) Columns(c *db.Columns) {
	c.Col("org_id", &r.org)
	c.Col("person_id", &r.person)
	c.Col("id", &r.ID)
	c.Col("starts_at", (*db.Time)(&r.Span.Start))
	c.Col("ends_at", (*db.Time)(&r.Span.End))
	c.Col("reason", &r.Reason)
}

type claimRow struct {
	person string
	Stretch
}

func (r *claimRow) Columns(c *db.Columns) {
	c.Col("person_id", &r.person)
	c.Col("starts_at", (*int64)(&r.From))
	c.Col("ends_at", (*int64)(&r.To))
}
