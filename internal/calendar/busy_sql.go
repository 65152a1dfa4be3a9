package calendar

import "parley/internal/db"

const (
	busyOf = `SELECT person_id, starts_at, ends_at FROM busy WHERE org_id = $1 AND ends_at > $2 AND starts_at < $3 AND person_id IN (`

	sourcesOf = `SELECT {columns} FROM busy_sources WHERE org_id = $1 AND person_id = $2 ORDER BY added_at, id`

	allSources = `SELECT {columns} FROM busy_sources WHERE org_id = $1 ORDER BY person_id, added_at, id`

	sourceByID = `SELECT {columns} FROM busy_sources WHERE org_id = $1 AND id = $2`

	countSources = `SELECT COUNT(*) FROM busy_sources WHERE org_id = $1 AND person_id = $2`

	rowsOfSource = `SELECT {columns} FROM busy WHERE org_id = $1 AND source_id = $2 ORDER BY closes, starts_at`

	elsewhereOf = `SELECT b.source_id, s.read_at, b.closes, b.starts_at, b.ends_at FROM busy b
JOIN busy_sources s ON s.org_id = b.org_id AND s.id = b.source_id
WHERE b.org_id = $1 AND b.ends_at > $2 AND b.starts_at < $3 AND b.person_id = $4
ORDER BY b.starts_at, b.source_id`

	// saveSource writes what became of a reading, unless another was saved since.
	saveSource = `UPDATE busy_sources SET address = $4, tried_at = $5, read_at = $6, full_at = $7, zone = $8, etag = $9, modified = $10,
fault = $11, failing_since = $12, failures = $13, stale = $14, version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`

	deleteSource = `DELETE FROM busy_sources WHERE org_id = $1 AND person_id = $2 AND id = $3`

	deleteRows = `DELETE FROM busy WHERE org_id = $1 AND source_id = $2`

	deleteAllRows = `DELETE FROM busy WHERE org_id = $1`

	deleteClosing = `DELETE FROM busy WHERE org_id = $1 AND closes`

	forgetReading = `UPDATE busy_sources SET full_at = 0, stale = FALSE, version = version + 1 WHERE org_id = $1 AND id = $2`

	// forgetReadings has every calendar read in full the next time.
	forgetReadings = `UPDATE busy_sources SET full_at = 0, stale = FALSE, version = version + 1 WHERE org_id = $1`
)

// Columns visits the columns of a source.
func (s *Source) Columns(c *db.Columns) {
	c.Col("org_id", &s.OrgID)
	c.Col("person_id", &s.PersonID)
	c.Col("id", &s.ID)
	c.Col("address", &s.address)
	c.Col("host", &s.Host)
	c.Col("tail", &s.Tail)
	c.Col("added_at", (*db.Time)(&s.Added))
	c.Col("tried_at", (*db.Time)(&s.Tried))
	c.Col("read_at", (*db.Time)(&s.Read))
	c.Col("full_at", (*db.Time)(&s.full))
	c.Col("zone", &s.zone)
	c.Col("etag", &s.etag)
	c.Col("modified", &s.modified)
	c.Col("fault", &s.Fault)
	c.Col("failing_since", (*db.Time)(&s.Failing))
	c.Col("failures", &s.failures)
	c.Col("stale", &s.Stale)
	c.Col("version", &s.version)
}

// Columns visits the columns of a busy time.
func (r *busyRow) Columns(c *db.Columns) {
	c.Col("org_id", &r.org)
	c.Col("person_id", &r.person)
	c.Col("source_id", &r.source)
	c.Col("closes", &r.closes)
	c.Col("starts_at", (*int64)(&r.From))
	c.Col("ends_at", (*int64)(&r.To))
}

// Columns visits what a page says of a busy time.
func (e *Elsewhere) Columns(c *db.Columns) {
	c.Col("source_id", &e.SourceID)
	c.Col("read_at", (*db.Time)(&e.Read))
	c.Col("closes", &e.Unknown)
	c.Col("starts_at", (*db.Time)(&e.Start))
	c.Col("ends_at", (*db.Time)(&e.End))
}
