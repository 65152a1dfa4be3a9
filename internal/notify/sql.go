package notify

import (
	"math/bits"

	"parley/internal/db"
)

// Notices and their deliveries.
const (
	touchNotice = `UPDATE notices SET wanted = wanted + 1 WHERE org_id = $1 AND key = $2 RETURNING {columns}`
	noticeByKey = `SELECT {columns} FROM notices WHERE org_id = $1 AND key = $2`
	// lockNotice takes the row for the transaction and loads it.
	lockNotice = `UPDATE notices SET wanted = wanted WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	saveCard   = `UPDATE notices SET card = $3 WHERE org_id = $1 AND id = $2`
	saveReach  = `UPDATE notices SET state = $3, reached = $4 WHERE org_id = $1 AND id = $2`
	withdraw   = `UPDATE notices SET state = 'withdrawn', wanted = wanted + 1
		WHERE org_id = $1 AND key = $2 AND state <> 'withdrawn' RETURNING {columns}`
	keysAbout = `SELECT key FROM notices WHERE org_id = $1 AND about = $2 AND kind = $3 AND state <> 'withdrawn' ORDER BY key`
	// fromAudience stands after an audience's own SELECT, whose placeholders come first.
	fromAudience = `) SELECT DISTINCT person_id FROM audience WHERE person_id > %s ORDER BY person_id LIMIT %s`
	// forgetSecret empties a secret card for which nobody waits any more.
	forgetSecret = `UPDATE notices SET card = '{}' WHERE org_id = $1 AND id = $2 AND state <> 'waiting' AND NOT EXISTS (
		SELECT 1 FROM deliveries AS d WHERE d.org_id = $1 AND d.notice_id = $2 AND (d.state = 'queued' OR d.state = 'sending'))`

	skipNotice = `UPDATE deliveries SET state = 'skipped', reason = $3, changed_at = $4
		WHERE org_id = $1 AND notice_id = $2 AND state = 'queued'`
	skipChunk = `UPDATE deliveries SET state = 'skipped', reason = $3, changed_at = $4
		WHERE org_id = $1 AND id IN (SELECT id FROM deliveries WHERE org_id = $1 AND notice_id = $2 AND state = 'queued' LIMIT $5)`
	skipPerson = `UPDATE deliveries SET state = 'skipped', reason = $3, changed_at = $4
		WHERE org_id = $1 AND person_id = $2 AND state = 'queued'`
	// forgetCards empties what was told to the person alone.
	forgetCards = `UPDATE notices SET card = '{}' WHERE org_id = $1
		AND id IN (SELECT notice_id FROM deliveries WHERE org_id = $1 AND person_id = $2)
		AND NOT EXISTS (SELECT 1 FROM deliveries AS other
			WHERE other.org_id = $1 AND other.notice_id = notices.id AND other.person_id <> $2)`
)

// Lanes. A process looks for work in every organization.
const (
	addLane = `INSERT INTO lanes (id, org_id, connection_id, epoch, held_until, rests_until, faults, stopped, off, served_at)
		VALUES ($1, $2, $3, 0, 0, 0, 0, FALSE, FALSE, 0) ON CONFLICT (id) DO NOTHING`

	dueIn = `EXISTS (SELECT 1 FROM deliveries AS d WHERE d.org_id = l.org_id AND d.lane_id = l.id AND d.state = 'queued' AND d.due_at <= $1 AND d.urgency = `
	look  = `SELECT {l.columns} FROM lanes AS l /* every organization: a process serves the lanes of all */
		WHERE (l.off OR (NOT l.stopped AND l.held_until < $1 AND l.rests_until <= $1))
		AND (` + dueIn + `1) OR ` + dueIn + `2) OR ` + dueIn + `3)
			OR EXISTS (SELECT 1 FROM deliveries AS d WHERE d.org_id = l.org_id AND d.lane_id = l.id AND d.state = 'sending'))
		ORDER BY l.served_at, l.id LIMIT $2`
	take = `UPDATE lanes SET epoch = epoch + 1, held_until = $3
		WHERE org_id = $1 AND id = $2 AND held_until < $4 AND NOT stopped RETURNING {columns}`
	extendTurn = `UPDATE lanes SET held_until = $3 WHERE org_id = $1 AND id = $2 AND epoch = $4 AND NOT stopped`
	extendHold = `UPDATE lanes SET held_until = $3 WHERE org_id = $1 AND id = $2 AND epoch = $4`
	letGo      = `UPDATE lanes SET held_until = 0, served_at = $3, rests_until = $4, faults = $5
		WHERE org_id = $1 AND id = $2 AND epoch = $6`
	voidLeases = `UPDATE lanes SET held_until = 0 /* every organization: this process owns the whole database, so every lease is a dead one's */`
	stopLane   = `UPDATE lanes SET stopped = $3 WHERE org_id = $1 AND id = $2 AND NOT off`
	heldUntil  = `SELECT held_until FROM lanes WHERE org_id = $1 AND id = $2`
	switchLane = `UPDATE lanes SET off = $3, stopped = $3, rests_until = 0, faults = 0 WHERE org_id = $1 AND id = $2`

	// begunByDead are the rows that a process which is gone had begun.
	begunByDead = `UPDATE deliveries SET state = 'queued', doubled = TRUE, changed_at = $3
		WHERE org_id = $1 AND lane_id = $2 AND state = 'sending' AND epoch < $4`
	leftSending = `UPDATE deliveries SET state = 'unconfirmed', reason = $3, changed_at = $4
		WHERE org_id = $1 AND lane_id = $2 AND state = 'sending'`
	skipLane = `UPDATE deliveries SET state = 'skipped', reason = $3, changed_at = $4
		WHERE org_id = $1 AND id IN (SELECT id FROM deliveries WHERE org_id = $1 AND lane_id = $2 AND state = 'queued' LIMIT $5)`
)

// Turns.
const (
	choose = `SELECT {columns} FROM deliveries
		WHERE org_id = $1 AND lane_id = $2 AND state = 'queued' AND urgency = $3 AND due_at <= $4
		ORDER BY due_at, id LIMIT $5`
	begin   = `UPDATE deliveries SET state = 'sending', epoch = $2, changed_at = $3 WHERE org_id = $1 AND state = 'queued' AND id IN (`
	putBack = `UPDATE deliveries SET state = 'queued', changed_at = $3 WHERE org_id = $1 AND state = 'sending' AND epoch = $2 AND id IN (`
	skipRow = `UPDATE deliveries SET state = 'skipped', reason = $3, changed_at = $4 WHERE org_id = $1 AND id = $2 AND state = 'queued'`
	settle  = `UPDATE deliveries SET state = $4, due_at = $5, attempt = $6, doubts = $7, wanted = $8, sent = $9, ref = $10,
		reason = $11, doubled = $12, changed_at = $13 WHERE org_id = $1 AND id = $2 AND state = 'sending' AND epoch = $3`

	noticesByID = `SELECT {columns} FROM notices WHERE org_id = $1 AND id IN (`
	mutesOf     = `SELECT {columns} FROM mutes WHERE org_id = $1 AND person_id IN (`
)

// Deeds and preferences.
const (
	addDeed = `INSERT INTO deeds (org_id, key, verb, actor_id, object, outcome, done_at)
		VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT (org_id, key) DO NOTHING`
	deedOutcome = `SELECT {columns} FROM deeds WHERE org_id = $1 AND key = $2`
	saveOutcome = `UPDATE deeds SET outcome = $3 WHERE org_id = $1 AND key = $2`

	addMute     = `INSERT INTO mutes (org_id, person_id, kind) VALUES ($1, $2, $3) ON CONFLICT (org_id, person_id, kind) DO NOTHING`
	removeMute  = `DELETE FROM mutes WHERE org_id = $1 AND person_id = $2 AND kind = $3`
	removeMutes = `DELETE FROM mutes WHERE org_id = $1 AND person_id = $2`
)

// The ledger. Pages go by id, which is the order in which deliveries were written.
const (
	ledgerAbout = `SELECT {columns} FROM deliveries WHERE org_id = $1 AND about = $2 ORDER BY id`
	// ledgerPage is one of the four heads, each with an index of its own, and the
	// tail, which narrows by whatever is not empty.
	ledgerAll      = `SELECT {columns} FROM deliveries WHERE org_id = $1 AND id < $2`
	ledgerOfPerson = ledgerAll + ` AND person_id = $3`
	ledgerOfObject = ledgerAll + ` AND about = $4`
	ledgerOfNotice = ledgerAll + ` AND notice_id = $7`
	ledgerTail     = ` AND (CAST($3 AS TEXT) = '' OR person_id = $3) AND (CAST($4 AS TEXT) = '' OR about = $4)
		AND (CAST($5 AS TEXT) = '' OR kind = $5) AND (CAST($6 AS TEXT) = '' OR state = $6)
		AND (CAST($7 AS TEXT) = '' OR notice_id = $7) ORDER BY id DESC LIMIT $8`
	countsOf = `SELECT state, COUNT(*) AS n FROM deliveries WHERE org_id = $1 AND notice_id = $2 GROUP BY state`

	// refusedIn are the mails that wait with an answer of the mail server, in a lane
	// whose last turn failed. An empty reason is written as an empty object.
	refusedIn = ` FROM deliveries AS d JOIN lanes AS l ON l.org_id = d.org_id AND l.id = d.lane_id AND l.faults > 0
		JOIN notices AS n ON n.org_id = d.org_id AND n.id = d.notice_id
		WHERE d.org_id = $1 AND d.lane_id = $2 AND d.state = 'queued' AND d.reason LIKE '%"key"%'`
	lastRefused = `SELECT {d.columns}` + refusedIn + ` ORDER BY d.changed_at DESC, d.id DESC LIMIT 1`
	stuckIn     = `SELECT COUNT(*) AS waiting, COALESCE(MIN(CASE WHEN n.at > d.created_at THEN n.at ELSE d.created_at END), 0) AS since` + refusedIn

	oldestIn = `COALESCE((SELECT d.due_at FROM deliveries AS d WHERE d.org_id = l.org_id AND d.lane_id = l.id
		AND d.state = 'queued' AND d.urgency = `
	oldestDue = `SELECT ` + oldestIn + `1 ORDER BY d.due_at LIMIT 1), 0) AS action, ` +
		oldestIn + `2 ORDER BY d.due_at LIMIT 1), 0) AS personal, ` +
		oldestIn + `3 ORDER BY d.due_at LIMIT 1), 0) AS broadcast
		FROM lanes AS l /* every organization: a metric of the whole installation */`
)

// inList ends a statement whose text stops at "IN (". The list is filled up to
// a power of two by repeating its last id, so that few texts have to be planned.
func inList(text string, args []any, ids []string, tail string) (string, []any) {
	size := 1 << bits.Len(uint(len(ids)-1))
	from := len(args) + 1
	for i := range size {
		args = append(args, ids[min(i, len(ids)-1)])
	}
	return text + db.Params(from, size) + ")" + tail, args
}
