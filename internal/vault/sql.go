package vault

const (
	listConnections = `SELECT {columns} FROM connections WHERE org_id = $1 ORDER BY created_at, id`
	oneConnection   = `SELECT {columns} FROM connections WHERE org_id = $1 AND id = $2`
	touchConnection = `UPDATE connections SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}`
	// touchAccount finds the connection of an account, so that connecting it
	// again does not make a second one.
	touchAccount = `UPDATE connections SET version = version + 1
		WHERE org_id = $1 AND vendor = $2 AND tenant_id = $3 AND account_id = $4 RETURNING {columns}`
	actsElsewhere = `/* every organization: our application acts for one of them in a tenant */
		SELECT COUNT(*) FROM connections WHERE vendor = $1 AND tenant_id = $2 AND account_id = $3 AND org_id <> $4`
	// defaultConnection prefers the one that is set ($3), and passes over another ($4).
	defaultConnection = `SELECT {columns} FROM connections WHERE org_id = $1 AND kind = $2 AND state IN ('connected', 'needs reauthorization') AND id <> $4
		ORDER BY CASE WHEN id = $3 THEN 0 WHEN state = 'connected' THEN 1 ELSE 2 END, connected_at, id LIMIT 1`
	saveConnection = `UPDATE connections SET name = $3, state = $4, account_name = $5, answers = $6, sealed_with = $7,
		connected_by = $8, connected_at = $9, last_ok = $10, fault = $11, fault_at = $12, client_id = $13, scopes = $14,
		account_id = $15, fault_args = $16, evidence = $17, waiting = $18, waiting_since = $19, checked_at = $20 WHERE org_id = $1 AND id = $2`
	// seenOK is written once a minute at most, and says what is wrong all the same.
	seenOK = `UPDATE connections SET last_ok = $3 WHERE org_id = $1 AND id = $2 AND last_ok < $4 RETURNING fault`

	oneGrant = `SELECT {columns} FROM grants WHERE org_id = $1 AND connection_id = $2`
	// takeOff begins a call: $3 is now, $4 when the call is over at the latest.
	takeOff = `UPDATE grants SET flying = CASE WHEN flying_until < $3 THEN 1 ELSE flying + 1 END, flying_until = $4
		WHERE org_id = $1 AND connection_id = $2 AND stopped = FALSE RETURNING {columns}`
	land = `UPDATE grants SET flying = CASE WHEN flying > 0 THEN flying - 1 ELSE 0 END WHERE org_id = $1 AND connection_id = $2`
	// holdGrant is the lease of the one renewal of a version ($5), and the mark
	// that its refresh token is being spent. $3 is now, $4 the lease's end.
	holdGrant = `UPDATE grants SET held_until = $4, spent = spent + 1
		WHERE org_id = $1 AND connection_id = $2 AND version = $5 AND stopped = FALSE AND held_until < $3 AND retry_at <= $3 RETURNING {columns}`
	voidLeases = `UPDATE grants SET held_until = 0, flying = 0, flying_until = 0 /* every organization: this process owns the whole database, so every lease is a dead one's */`
	// saveGrant keeps what the vendor gave for a version, whoever holds the lease.
	saveGrant = `UPDATE grants SET sealed = $4, sealed_with = $5, version = version + 1, renew_at = $6, expires_at = $7, renewed_at = $8,
		held_until = 0, retry_at = 0, failures = 0, spent = 0 WHERE org_id = $1 AND connection_id = $2 AND version = $3`
	// letGrant ends a renewal that gave nothing: $4 is whether the refresh token
	// was certainly not spent, $5 when to try again.
	letGrant = `UPDATE grants SET held_until = 0, spent = CASE WHEN $4 AND spent > 0 THEN spent - 1 ELSE spent END,
		retry_at = $5, failures = failures + 1 WHERE org_id = $1 AND connection_id = $2 AND version = $3`
	stopGrant   = `UPDATE grants SET stopped = TRUE WHERE org_id = $1 AND connection_id = $2`
	deleteGrant = `DELETE FROM grants WHERE org_id = $1 AND connection_id = $2`
	putGrant    = `ON CONFLICT (org_id, connection_id) DO UPDATE SET sealed = EXCLUDED.sealed, sealed_with = EXCLUDED.sealed_with,
		version = grants.version + 1, renew_at = EXCLUDED.renew_at, expires_at = EXCLUDED.expires_at, renewed_at = EXCLUDED.renewed_at,
		held_until = 0, retry_at = 0, failures = 0, spent = 0, stopped = FALSE,
		pulse_at = EXCLUDED.pulse_at, examined_at = EXCLUDED.examined_at`
	// duePulses are the connections that nobody felt or used lately.
	duePulses = `/* every organization: one round feels all pulses */
		SELECT org_id, connection_id FROM grants WHERE pulse_at < $1 AND stopped = FALSE ORDER BY pulse_at LIMIT 500`
	felt = `UPDATE grants SET pulse_at = $3 WHERE org_id = $1 AND connection_id = $2`
	// dueExaminations are the connections that no doctor saw for a while.
	dueExaminations = `/* every organization: one round examines all */
		SELECT org_id, connection_id FROM grants WHERE examined_at < $1 AND stopped = FALSE ORDER BY examined_at LIMIT 500`
	// suspect is written once in a while at most: $3 is now, $4 since when.
	suspect = `UPDATE grants SET suspected_at = $3 WHERE org_id = $1 AND connection_id = $2 AND suspected_at < $4`
	// trialOf is the key of the meeting of an examination that may be at the vendor.
	trialOf   = `SELECT trial FROM grants WHERE org_id = $1 AND connection_id = $2`
	putTrial  = `UPDATE grants SET trial = $3 WHERE org_id = $1 AND connection_id = $2 AND trial = ''`
	dropTrial = `UPDATE grants SET trial = '' WHERE org_id = $1 AND connection_id = $2 AND trial = $3`
	examined  = `UPDATE grants SET examined_at = $3 WHERE org_id = $1 AND connection_id = $2`
	ask       = `UPDATE grants SET asked_by = $3, asked_name = $4 WHERE org_id = $1 AND connection_id = $2`
	answered  = `UPDATE grants SET asked_by = '', asked_name = '' WHERE org_id = $1 AND connection_id = $2 AND asked_by = $3`

	listReports = `SELECT {columns} FROM examinations WHERE org_id = $1 AND connection_id = $2 ORDER BY at DESC, id DESC LIMIT $3`
	oneReport   = `SELECT {columns} FROM examinations WHERE org_id = $1 AND id = $2`
	oldReports  = `DELETE FROM examinations WHERE org_id = $1 AND connection_id = $2 AND id NOT IN
		(SELECT e.id FROM examinations e WHERE e.org_id = $1 AND e.connection_id = $2 ORDER BY e.at DESC, e.id DESC LIMIT $3)`

	keepInbound = `ON CONFLICT (vendor, id) DO NOTHING`
	oneInbound  = `/* every organization: whose it is shows when it is handed on */
		SELECT {columns} FROM inbound_events WHERE vendor = $1 AND id = $2`
	doneInbound = `/* every organization: known by its id */ UPDATE inbound_events SET done_at = $3 WHERE vendor = $1 AND id = $2`
	oldInbound  = `/* every organization: what is old goes */ DELETE FROM inbound_events WHERE at < $1`
	openInbound = `/* every organization: a flood is nobody's */ SELECT COUNT(*) FROM inbound_events WHERE vendor = $1 AND done_at = 0`

	// idleGrants are those whose refresh token was not used lately.
	idleGrants = `/* every organization: one round keeps all grants alive */
		SELECT org_id, connection_id FROM grants WHERE renewed_at < $1 AND stopped = FALSE ORDER BY renewed_at LIMIT 500`

	spendSignIn = `/* every organization: known by its hash */
		UPDATE sign_ins SET used_at = $2 WHERE hash = $1 AND used_at = 0 RETURNING {columns}`
	oldSignIn = `/* every organization: known by its hash */
		SELECT {columns} FROM sign_ins WHERE hash = $1`
	dropSignIns = `/* every organization: what has expired goes */ DELETE FROM sign_ins WHERE expires_at < $1`

	putOther = `ON CONFLICT (org_id, connection_id, person_id, account_id) DO UPDATE SET account_name = EXCLUDED.account_name,
		session = EXCLUDED.session, sealed = EXCLUDED.sealed, expires_at = EXCLUDED.expires_at`
	lastOther = `SELECT {columns} FROM other_accounts WHERE org_id = $1 AND connection_id = $2 AND person_id = $3 AND session = $4
		ORDER BY expires_at DESC LIMIT 1`
	takeOther = `DELETE FROM other_accounts WHERE org_id = $1 AND connection_id = $2 AND account_id = $3 AND person_id = $4 AND session = $5
		RETURNING {columns}`
	dropOthers = `/* every organization: what has expired goes */ DELETE FROM other_accounts WHERE expires_at < $1`
	ofAccount  = `SELECT {columns} FROM connections WHERE org_id = $1 AND vendor = $2 AND tenant_id = $3 AND account_id = $4`

	takePermits = `UPDATE gates SET next_at = CASE WHEN next_at > $2 THEN next_at ELSE $2 END + $3 * gap
		WHERE key = $1 AND next_at <= $4 RETURNING next_at - $3 * gap`
	gateNext = `SELECT next_at FROM gates WHERE key = $1`
	addGate  = `INSERT INTO gates (key, gap, next_at, strikes, struck_at) VALUES ($1, $2, 0, 0, 0) ON CONFLICT (key) DO UPDATE SET gap = EXCLUDED.gap`
	restGate = `UPDATE gates SET next_at = CASE WHEN next_at > $2 THEN next_at ELSE $2 END WHERE key = $1`
	// strike counts a refusal, once for all calls that had boarded when the
	// first was refused: $2 is when this one boarded, $3 is now.
	strike = `UPDATE gates SET strikes = CASE WHEN struck_at < $2 THEN strikes + 1 ELSE strikes END,
		struck_at = CASE WHEN struck_at < $2 THEN CAST($3 AS BIGINT) ELSE struck_at END WHERE key = $1 RETURNING strikes`
	noStrikes = `UPDATE gates SET strikes = 0 WHERE key = $1 AND strikes > 0`

	readsOf    = `SELECT {columns} FROM reads WHERE org_id = $1 AND person_id = $2 ORDER BY at DESC, id DESC LIMIT $3`
	scansOf    = `SELECT {columns} FROM reads WHERE org_id = $1 AND person_id = '' AND connection_id = $2 ORDER BY at DESC, id DESC LIMIT $3`
	eraseReads = `DELETE FROM reads WHERE org_id = $1 AND person_id = $2`

	// effectiveRegistrations are an organization's own and the installation's.
	effectiveRegistrations = `SELECT {columns} FROM registrations WHERE vendor = $2 AND org_id IN ($1, '')`
	oneRegistration        = `SELECT {columns} FROM registrations WHERE org_id = $1 AND vendor = $2`
	allRegistrations       = `/* every organization: the superuser looks after the registrations of all */
		SELECT {columns} FROM registrations ORDER BY vendor, org_id`
	saveRegistration = `UPDATE registrations SET client_id = $4, kind = $5, hint = $6, subject = $7, sealed = $8, sealed_with = $9, expires_at = $10,
		set_by = $11, set_by_name = $12, set_at = $13, version = version + 1 WHERE org_id = $1 AND vendor = $2 AND version = $3`
	dropRegistration = `DELETE FROM registrations WHERE org_id = $1 AND vendor = $2 AND version = $3`
	// dependents are the connections that an organization's own registration carries.
	dependents    = `SELECT COUNT(*) FROM connections WHERE org_id = $1 AND vendor = $2 AND state <> 'disconnected'`
	allDependents = `/* every organization: those that the installation's registration carries */
		SELECT COUNT(*) FROM connections WHERE vendor = $1 AND state <> 'disconnected'
		AND org_id NOT IN (SELECT r.org_id FROM registrations r WHERE r.vendor = $1)`
	// carriedBy are the connections in use under a registration of $2, by id.
	carriedBy = `/* every organization: a registration serves many */
		SELECT {columns} FROM connections WHERE vendor = $1 AND state IN ('connected', 'needs reauthorization') AND id > $3
		AND CASE WHEN $2 = '' THEN org_id NOT IN (SELECT r.org_id FROM registrations r WHERE r.vendor = $1) ELSE org_id = $2 END ORDER BY id LIMIT 200`
	// strangers are connections that work and were made under another application.
	strangers = `/* every organization: a registration serves many */
		SELECT {columns} FROM connections WHERE vendor = $1 AND client_id <> $2 AND state IN ('connecting', 'connected')
		AND CASE WHEN $3 = '' THEN org_id NOT IN (SELECT r.org_id FROM registrations r WHERE r.vendor = $1) ELSE org_id = $3 END`
	// workingOf are the connections of a vendor that are not known to be broken, by id.
	workingOf = `/* every organization: a registration serves many */
		SELECT {columns} FROM connections WHERE vendor = $1 AND id > $2 AND state IN ('connecting', 'connected') ORDER BY id LIMIT 500`
	staleRegistrations = `/* every organization: what was sealed with an old key is sealed again */
		SELECT {columns} FROM registrations WHERE sealed_with <> $1 LIMIT 200`
	resealRegistration = `UPDATE registrations SET sealed = $3, sealed_with = $4 WHERE org_id = $1 AND vendor = $2 AND version = $5`

	putOperatorFault = `INSERT INTO operator_faults (org_id, vendor, fault, said, evidence, since, at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (org_id, vendor) DO UPDATE SET fault = EXCLUDED.fault, said = EXCLUDED.said, evidence = EXCLUDED.evidence, at = EXCLUDED.at
		RETURNING {columns}`
	dropOperatorFault = `DELETE FROM operator_faults WHERE org_id = $1 AND vendor = $2 RETURNING {columns}`
	oneOperatorFault  = `SELECT {columns} FROM operator_faults WHERE org_id = $1 AND vendor = $2`
	allOperatorFaults = `/* every organization: the operator's own look */
		SELECT {columns} FROM operator_faults ORDER BY since, org_id, vendor`

	staleConnections = `/* every organization: what was sealed with an old key is sealed again */
		SELECT {columns} FROM connections WHERE sealed_with <> $1 LIMIT 200`
	resealConnection = `UPDATE connections SET answers = $3, sealed_with = $4 WHERE org_id = $1 AND id = $2 AND version = $5`
	staleGrants      = `/* every organization: what was sealed with an old key is sealed again */
		SELECT {columns} FROM grants WHERE sealed_with <> $1 LIMIT 200`
	resealGrant = `UPDATE grants SET sealed = $3, sealed_with = $4 WHERE org_id = $1 AND connection_id = $2 AND version = $5`
)
