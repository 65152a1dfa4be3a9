package identity

// Identities. Whoever writes them holds their directory.
const (
	identitiesAfter = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND person_id > $3 ORDER BY person_id LIMIT $4`
	identityIDs     = `SELECT person_id FROM identities WHERE org_id = $1 AND connection_id = $2 ORDER BY person_id`
	byPeople        = `SELECT {columns} FROM identities WHERE org_id = $1 AND person_id IN (`
	dropIdentity    = `DELETE FROM identities WHERE org_id = $1 AND connection_id = $2 AND person_id = $3`
	soughtPeople    = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND seek = TRUE ORDER BY person_id LIMIT $3`
	seekUnknown     = `UPDATE identities SET seek = TRUE WHERE org_id = $1 AND connection_id = $2 AND state = 'missed' AND hand = FALSE AND reason IN ($3, $4)`
	accountsAfter   = `SELECT DISTINCT account_id FROM identities WHERE org_id = $1 AND connection_id = $2 AND account_id > $3 ORDER BY account_id LIMIT $4`
	absentMatched   = `SELECT COUNT(*) FROM identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.state = 'matched' AND NOT EXISTS (
		SELECT 1 FROM directory_people d WHERE d.org_id = $1 AND d.connection_id = $2 AND d.vendor_id = i.vendor_id AND d.generation = $3)`
	firstOfFacet = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND facet = $3
		ORDER BY folded, person_id LIMIT $4`

	putIdentities = `ON CONFLICT (org_id, connection_id, person_id) DO UPDATE SET value = EXCLUDED.value, vendor_id = EXCLUDED.vendor_id,
		account_id = EXCLUDED.account_id, sign_in_name = EXCLUDED.sign_in_name, vendor_name = EXCLUDED.vendor_name, state = EXCLUDED.state,
		via = EXCLUDED.via, hand = EXCLUDED.hand, reason = EXCLUDED.reason, hint = EXCLUDED.hint, enabled = EXCLUDED.enabled,
		toggled = EXCLUDED.toggled, changed_at = EXCLUDED.changed_at, outcome = EXCLUDED.outcome, outcome_run = EXCLUDED.outcome_run,
		seek = EXCLUDED.seek, name = EXCLUDED.name, email = EXCLUDED.email, username = EXCLUDED.username, employee_no = EXCLUDED.employee_no,
		folded = EXCLUDED.folded, vendor_folded = EXCLUDED.vendor_folded, facet = EXCLUDED.facet, mark = EXCLUDED.mark, written = EXCLUDED.written`

	// These three end a list of values, see wantedValues. {value} is the column of
	// the field that is compared.
	identitiesByID      = `) SELECT {i.columns} FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.person_id = wanted.v`
	identitiesByValue   = `) SELECT {i.columns} FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.{value} = wanted.v`
	identitiesByAccount = `) SELECT {i.columns} FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.account_id = wanted.v`

	facetsOf        = `SELECT {columns} FROM identity_facets WHERE org_id = $1 AND connection_id = $2`
	addFacet        = `ON CONFLICT (org_id, connection_id, facet) DO UPDATE SET people = identity_facets.people + EXCLUDED.people`
	dropEmptyFacets = `DELETE FROM identity_facets WHERE org_id = $1 AND connection_id = $2 AND people = 0`
)

// Lists. Each reads one index, which holds all that is asked.
const (
	pageIDs     = `SELECT person_id FROM identities WHERE org_id = $1 AND connection_id = $2`
	countFacets = `SELECT org_id, connection_id, facet, COUNT(*) FROM identities WHERE org_id = $1 AND connection_id = $2`
	countPeople = `SELECT COALESCE(SUM(people), 0) FROM identity_facets WHERE org_id = $1 AND connection_id = $2`
	// writtenSince are those of a roll that are not yet in it.
	writtenSince = `SELECT {columns} FROM identities WHERE org_id = $1 AND connection_id = $2 AND written > $3`
)

// What a directory says about values of ours, and which of our people have them.
// Each ends a list of values, see wantedValues.
const (
	foundBySignIn = `) SELECT wanted.v, d.vendor_id, d.sign_in_name, d.sign_in_folded, d.name, d.guest, d.disabled, d.licensed
		FROM wanted CROSS JOIN directory_people d WHERE d.org_id = $1 AND d.connection_id = $2 AND d.sign_in_folded = wanted.v`
	foundByMail = `) SELECT wanted.v, d.vendor_id, d.sign_in_name, d.sign_in_folded, d.name, d.guest, d.disabled, d.licensed
		FROM wanted CROSS JOIN directory_people d WHERE d.org_id = $1 AND d.connection_id = $2 AND d.mail_folded = wanted.v AND d.sign_in_folded <> wanted.v`
	foundByAlias = `) SELECT wanted.v, d.vendor_id, d.sign_in_name, d.sign_in_folded, d.name, d.guest, d.disabled, d.licensed
		FROM wanted CROSS JOIN directory_aliases a CROSS JOIN directory_people d
		WHERE a.org_id = $1 AND a.connection_id = $2 AND a.alias_folded = wanted.v
		AND d.org_id = $1 AND d.connection_id = $2 AND d.vendor_id = a.vendor_id AND d.sign_in_folded <> wanted.v AND d.mail_folded <> wanted.v`
	foundByID = `) SELECT wanted.v, d.vendor_id, d.sign_in_name, d.sign_in_folded, d.name, d.guest, d.disabled, d.licensed
		FROM wanted CROSS JOIN directory_people d WHERE d.org_id = $1 AND d.connection_id = $2 AND d.vendor_id = wanted.v`

	having          = `) SELECT wanted.v, i.person_id FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.{value} = wanted.v`
	claimedByHand   = `) SELECT i.account_id, i.person_id FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.account_id = wanted.v AND i.hand = TRUE`
	claimedBySignIn = `) SELECT i.{value}, i.person_id FROM wanted CROSS JOIN identities i WHERE i.org_id = $1 AND i.connection_id = $2 AND i.{value} = wanted.v AND i.hand = FALSE`
)

// Directories.
const (
	oneDirectory  = `SELECT {columns} FROM directories WHERE org_id = $1 AND connection_id = $2`
	directoriesOf = `SELECT {columns} FROM directories WHERE org_id = $1 ORDER BY connection_id`
	holdDirectory = `UPDATE directories SET version = version + 1 WHERE org_id = $1 AND connection_id = $2 RETURNING {columns}`
	chooseField   = `UPDATE directories SET field = $3 WHERE org_id = $1 AND connection_id = $2`
	addDirectory  = `ON CONFLICT (org_id, connection_id) DO NOTHING`
	beginScan     = `UPDATE directories SET version = version + 1, state = 'reading', generation = generation + 1, entries = 0, cursor = '',
		started_at = $3, fault = '' WHERE org_id = $1 AND connection_id = $2`
	beginPages = `UPDATE directories SET level = $4, delta_next = $5 WHERE org_id = $1 AND connection_id = $2 AND generation = $3`
	// countScan is also the proof that no newer scan has begun.
	countScan = `UPDATE directories SET entries = entries + $4, cursor = $5, state = 'reading', fault = ''
		WHERE org_id = $1 AND connection_id = $2 AND generation = $3`
	forgetCursor = `UPDATE directories SET cursor = '', entries = 0 WHERE org_id = $1 AND connection_id = $2 AND generation = $3`
	endScan      = `UPDATE directories SET version = version + 1, state = 'read', fault = '', cursor = '', scanned_at = $4, followed_at = $4,
		delta = delta_next, delta_next = '' WHERE org_id = $1 AND connection_id = $2 AND generation = $3 AND state <> 'read'`
	failScan = `UPDATE directories SET version = version + 1, state = 'failed', fault = $3 WHERE org_id = $1 AND connection_id = $2`
	// resetDirectory also makes a scan that is still going on stop.
	resetDirectory = `UPDATE directories SET version = version + 1, state = 'waiting', generation = generation + 1, entries = 0, scanned_at = 0,
		followed_at = 0, cursor = '', delta = '', delta_next = '', fault = '' WHERE org_id = $1 AND connection_id = $2`
	everyDirectory = `/* every organization: one round has all directories followed */
		SELECT {columns} FROM directories WHERE ((scanned_at > 0 AND scanned_at < $1 AND followed_at < $1) OR (state = 'failed' AND started_at < $1)
		OR connection_id IN (SELECT connection_id FROM directory_subscriptions WHERE renew_at < $2)) AND connection_id > $3 ORDER BY connection_id LIMIT $4`
	setRun      = `UPDATE directories SET run = $3 WHERE org_id = $1 AND connection_id = $2`
	setDelta    = `UPDATE directories SET delta = $3 WHERE org_id = $1 AND connection_id = $2`
	setFollowed = `UPDATE directories SET followed_at = $3 WHERE org_id = $1 AND connection_id = $2`
	setBulk     = `UPDATE directories SET bulk = $3 WHERE org_id = $1 AND connection_id = $2`

	oneRun     = `SELECT {columns} FROM identity_runs WHERE org_id = $1 AND connection_id = $2 AND id = $3`
	countRead  = `UPDATE identity_runs SET entries = entries + $4, fault = '' WHERE org_id = $1 AND connection_id = $2 AND id = $3`
	forgetRead = `UPDATE identity_runs SET entries = 0 WHERE org_id = $1 AND connection_id = $2 AND id = $3`
	putRun     = `UPDATE identity_runs SET state = $4, ended_at = $5, entries = $6, done = $7, people = $8, matched = $9, newly = $10, lost = $11,
		changed = $12, cursor = $13, fault = $14 WHERE org_id = $1 AND connection_id = $2 AND id = $3`
)

// The people of a directory.
const (
	peopleOfDirectory = `) SELECT {d.columns} FROM wanted CROSS JOIN directory_people d WHERE d.org_id = $1 AND d.connection_id = $2 AND d.vendor_id = wanted.v`
	setGeneration     = `UPDATE directory_people SET generation = $3 WHERE org_id = $1 AND connection_id = $2 AND vendor_id IN (`
	sameGeneration    = `ON CONFLICT (org_id, connection_id, vendor_id) DO UPDATE SET generation = EXCLUDED.generation`
	putPeople         = `ON CONFLICT (org_id, connection_id, vendor_id) DO UPDATE SET generation = EXCLUDED.generation,
		sign_in_name = EXCLUDED.sign_in_name, sign_in_folded = EXCLUDED.sign_in_folded, mail_folded = EXCLUDED.mail_folded,
		name = EXCLUDED.name, guest = EXCLUDED.guest, disabled = EXCLUDED.disabled, licensed = EXCLUDED.licensed`
	sweepPeople = `DELETE FROM directory_people WHERE org_id = $1 AND connection_id = $2 AND generation < $3`
	dropPeople  = `DELETE FROM directory_people WHERE org_id = $1 AND connection_id = $2`
	dropPerson  = `DELETE FROM directory_people WHERE org_id = $1 AND connection_id = $2 AND vendor_id = $3`

	aliasesOf     = `) SELECT {a.columns} FROM wanted CROSS JOIN directory_aliases a WHERE a.org_id = $1 AND a.connection_id = $2 AND a.vendor_id = wanted.v`
	dropAlias     = `DELETE FROM directory_aliases WHERE org_id = $1 AND connection_id = $2 AND alias_folded = $3 AND vendor_id = $4`
	dropAliasesOf = `DELETE FROM directory_aliases WHERE org_id = $1 AND connection_id = $2 AND vendor_id = $3`
	dropAliases   = `DELETE FROM directory_aliases WHERE org_id = $1 AND connection_id = $2`
	sweepAliases  = `DELETE FROM directory_aliases WHERE org_id = $1 AND connection_id = $2 AND vendor_id IN
		(SELECT vendor_id FROM directory_people WHERE org_id = $1 AND connection_id = $2 AND generation < $3)`
)

// Subscriptions.
const (
	oneSubscription = `SELECT {columns} FROM directory_subscriptions WHERE org_id = $1 AND connection_id = $2`
	putSubscription = `ON CONFLICT (org_id, connection_id) DO UPDATE SET vendor_id = EXCLUDED.vendor_id, secret_hash = EXCLUDED.secret_hash,
		address = EXCLUDED.address, renew_at = EXCLUDED.renew_at, expires_at = EXCLUDED.expires_at`
	setSubscription = `UPDATE directory_subscriptions SET vendor_id = $4, renew_at = $5, expires_at = $6
		WHERE org_id = $1 AND connection_id = $2 AND secret_hash = $3`
	renewSubscription = `UPDATE directory_subscriptions SET renew_at = $3 WHERE org_id = $1 AND connection_id = $2`
	dropSubscription  = `DELETE FROM directory_subscriptions WHERE org_id = $1 AND connection_id = $2`
	subscriptionsOf   = `/* every organization: whose an event is shows by the subscription's secret */
		SELECT {columns} FROM directory_subscriptions WHERE vendor_id = $1`
)

// Platforms.
const (
	platformsOf = `SELECT {columns} FROM platforms WHERE org_id = $1 AND person_id IN (`
	putPlatform = `INSERT INTO platforms (org_id, person_id, connection_id) VALUES ($1, $2, $3)
		ON CONFLICT (org_id, person_id) DO UPDATE SET connection_id = EXCLUDED.connection_id`
	dropPlatform = `DELETE FROM platforms WHERE org_id = $1 AND person_id = $2`
)
