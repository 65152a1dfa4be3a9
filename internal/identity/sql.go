package identity

const (
	identitiesOf   = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND person_id IN (`
	allIdentities  = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2`
	byPeople       = `SELECT {columns} FROM identities WHERE org_id = $1 AND person_id IN (`
	dropIdentities = `DELETE FROM identities WHERE org_id = $1 AND connection_id = $2 AND person_id IN (`
	erasePerson    = `DELETE FROM identities WHERE org_id = $1 AND person_id = $2`

	putIdentities = `ON CONFLICT (org_id, connection_id, person_id) DO UPDATE SET value = EXCLUDED.value, vendor_id = EXCLUDED.vendor_id,
		sign_in_name = EXCLUDED.sign_in_name, vendor_name = EXCLUDED.vendor_name, state = EXCLUDED.state, via = EXCLUDED.via, hand = EXCLUDED.hand,
		reason = EXCLUDED.reason, hint = EXCLUDED.hint, enabled = EXCLUDED.enabled, toggled = EXCLUDED.toggled, changed_at = EXCLUDED.changed_at,
		outcome = EXCLUDED.outcome, outcome_run = EXCLUDED.outcome_run, seek = EXCLUDED.seek, name = EXCLUDED.name, email = EXCLUDED.email,
		username = EXCLUDED.username, employee_no = EXCLUDED.employee_no, folded = EXCLUDED.folded, vendor_folded = EXCLUDED.vendor_folded,
		facet = EXCLUDED.facet, mark = EXCLUDED.mark`

	oneDirectory   = `SELECT {columns} FROM directories WHERE org_id = $1 AND connection_id = $2`
	directoriesOf  = `SELECT {columns} FROM directories WHERE org_id = $1 ORDER BY connection_id`
	holdDirectory  = `UPDATE directories SET version = version + 1 WHERE org_id = $1 AND connection_id = $2 RETURNING {columns}`
	touchDirectory = `UPDATE directories SET version = version + 1, field = $3 WHERE org_id = $1 AND connection_id = $2 RETURNING {columns}`
	addDirectory   = `ON CONFLICT (org_id, connection_id) DO NOTHING`
	beginScan      = `UPDATE directories SET version = version + 1, state = 'reading', generation = generation + 1, entries = 0,
		started_at = $3, fault = '' WHERE org_id = $1 AND connection_id = $2 RETURNING {columns}`
	// countScan is also the proof that no newer scan has begun.
	countScan = `UPDATE directories SET entries = entries + $4 WHERE org_id = $1 AND connection_id = $2 AND generation = $3`
	endScan   = `UPDATE directories SET version = version + 1, state = 'read', scanned_at = $4
		WHERE org_id = $1 AND connection_id = $2 AND generation = $3 RETURNING {columns}`
	failScan = `UPDATE directories SET version = version + 1, state = 'failed', fault = $4
		WHERE org_id = $1 AND connection_id = $2 AND generation = $3`
	// resetDirectory also makes a scan that is still going on stop.
	resetDirectory = `UPDATE directories SET version = version + 1, state = 'waiting', generation = generation + 1, entries = 0, scanned_at = 0
		WHERE org_id = $1 AND connection_id = $2`
	everyDirectory = `/* every organization: one round has all directories read again */
		SELECT {columns} FROM directories WHERE scanned_at > 0 AND scanned_at < $1 ORDER BY scanned_at LIMIT 500`

	// The three look-ups join a list of values, which engines plan well even when
	// they have not counted the table yet: right after a scan.
	dirBySignIn = `) SELECT {d.columns} FROM wanted JOIN directory_people d ON d.org_id = $1 AND d.connection_id = $2 AND d.sign_in_folded = wanted.v`
	dirByMail   = `) SELECT {d.columns} FROM wanted JOIN directory_people d ON d.org_id = $1 AND d.connection_id = $2 AND d.mail_folded = wanted.v`
	dirByID     = `) SELECT {d.columns} FROM wanted JOIN directory_people d ON d.org_id = $1 AND d.connection_id = $2 AND d.vendor_id = wanted.v`
	sweepPeople = `DELETE FROM directory_people WHERE org_id = $1 AND connection_id = $2 AND generation < $3`

	dropPeople = `DELETE FROM directory_people WHERE org_id = $1 AND connection_id = $2`

	dirColumns   = 11
	putPeople    = `INSERT INTO directory_people (org_id, connection_id, vendor_id, generation, sign_in_name, sign_in_folded, mail_folded, name, guest, disabled, licensed) VALUES `
	putPeopleEnd = ` ON CONFLICT (org_id, connection_id, vendor_id) DO UPDATE SET generation = EXCLUDED.generation,
		sign_in_name = EXCLUDED.sign_in_name, sign_in_folded = EXCLUDED.sign_in_folded, mail_folded = EXCLUDED.mail_folded,
		name = EXCLUDED.name, guest = EXCLUDED.guest, disabled = EXCLUDED.disabled, licensed = EXCLUDED.licensed`

	platformsOf = `SELECT {columns} FROM platforms WHERE org_id = $1 AND person_id IN (`
	putPlatform = `INSERT INTO platforms (org_id, person_id, connection_id) VALUES ($1, $2, $3)
		ON CONFLICT (org_id, person_id) DO UPDATE SET connection_id = EXCLUDED.connection_id`
	dropPlatform = `DELETE FROM platforms WHERE org_id = $1 AND person_id = $2`
)
