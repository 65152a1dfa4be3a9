package org

import "parley/internal/db"

// The queries of the room. Every one on an organization's table names the
// organization; the few that cannot say why.

const (
	organizationByID   = "SELECT {columns} FROM organizations WHERE id = $1"
	organizationBySlug = "SELECT {columns} FROM organizations WHERE slug = $1"
	organizations      = "SELECT {columns} FROM organizations ORDER BY slug"
	touchOrganization  = "UPDATE organizations SET version = version WHERE id = $1 RETURNING {columns}"
	saveOrganization   = "UPDATE organizations SET slug = $2, name = $3, lang = $4, zone = $5, version = version + 1 WHERE id = $1"
	saveLook           = "UPDATE organizations SET name = $2, accent = $3, accent_light = $4, accent_dark = $5, version = version + 1 WHERE id = $1"
	saveLogo           = "UPDATE organizations SET logo = $2, logo_type = $3, logo_plate = $4, version = version + 1 WHERE id = $1"
	resetLook          = `UPDATE organizations SET accent = '', accent_light = '', accent_dark = '', logo = NULL, logo_type = '', logo_plate = '',
		version = version + 1 WHERE id = $1`
	countOrganizations = "SELECT COUNT(*) FROM organizations /* every organization: an installation without any is set up first */"
)

const (
	personByID  = "SELECT {columns} FROM people WHERE org_id = $1 AND id = $2"
	peopleByIDs = "SELECT {columns} FROM people WHERE org_id = $1 AND id IN ("
	touchPerson = "UPDATE people SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}"
	seenPerson  = "UPDATE people SET seen_at = $3 WHERE org_id = $1 AND id = $2 AND seen_at < $3"

	activeMember   = "SELECT {columns} FROM people WHERE org_id = $1 AND id = $2 AND kind = 'member' AND active = TRUE"
	memberByEmail  = "SELECT {columns} FROM people WHERE org_id = $1 AND email_folded = $2 AND kind = 'member' AND active = TRUE"
	membersByEmail = `SELECT {columns} FROM people WHERE email_folded = $1 AND kind = 'member' AND active = TRUE
		ORDER BY seen_at DESC, org_id /* every organization: who signs in is known by address alone */`

	addOrFindClient = `INSERT INTO people (org_id, id, kind, known_by, name, email, email_folded, phone, username, employee_no,
			lang, zone, clock, folded, active, created_at, seen_at, version)
		VALUES ($1, $2, 'client', $3, $4, $5, $6, $7, '', '', $8, $9, '', $10, TRUE, $11, 0, 1)
		ON CONFLICT (org_id, kind, known_by) DO UPDATE SET version = people.version + 1,
			phone = CASE WHEN EXCLUDED.phone = '' THEN people.phone ELSE EXCLUDED.phone END,
			folded = CASE WHEN EXCLUDED.phone = '' THEN people.folded ELSE EXCLUDED.folded END,
			lang = CASE WHEN EXCLUDED.lang = '' THEN people.lang ELSE EXCLUDED.lang END,
			zone = CASE WHEN EXCLUDED.zone = '' THEN people.zone ELSE EXCLUDED.zone END
		RETURNING {columns}`

	savePersonText = `UPDATE people SET known_by = $3, name = $4, email = $5, email_folded = $6, phone = $7, username = $8,
		employee_no = $9, lang = $10, zone = $11, clock = $12, folded = $13, active = $14 WHERE org_id = $1 AND id = $2`
)

const (
	rolesOfAll = "SELECT {columns} FROM roles WHERE org_id = $1"
	rolesOf    = "SELECT {columns} FROM roles WHERE org_id = $1 AND person_id = $2 ORDER BY role, scope"
	holdsRole  = "SELECT COUNT(*) FROM roles WHERE org_id = $1 AND person_id = $2 AND role = $3"
	countRole  = `SELECT COUNT(*) FROM roles r JOIN people p ON p.org_id = r.org_id AND p.id = r.person_id
		WHERE r.org_id = $1 AND r.role = $2 AND p.active = TRUE`
	grantRole  = "INSERT INTO roles (org_id, person_id, role, scope) VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, person_id, role, scope) DO NOTHING"
	revokeRole = "DELETE FROM roles WHERE org_id = $1 AND person_id = $2 AND role = $3 AND scope = $4"
)

const (
	// An organization's setting stands beside the installation's, which is kept
	// under the empty organization.
	settingAt  = "SELECT {columns} FROM settings WHERE org_id IN ($1, '') AND name = $2 AND scope IN ("
	setSetting = `INSERT INTO settings (org_id, name, scope, value, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id, name, scope) DO UPDATE SET value = EXCLUDED.value, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at`
	clearSetting = "DELETE FROM settings WHERE org_id = $1 AND name = $2 AND scope = $3"
)

const (
	sessionByHash = `SELECT {columns} FROM sessions s
		JOIN people p ON p.org_id = s.org_id AND p.id = s.person_id
		JOIN organizations o ON o.id = s.org_id
		JOIN roles r ON r.org_id = s.org_id AND r.person_id = s.person_id
		WHERE s.org_id = $1 AND s.hash = $2 AND s.created_at > $3 AND s.seen_at > $4 AND p.active = TRUE
		ORDER BY r.role, r.scope`
	sessionsOf = `SELECT {columns} FROM sessions WHERE org_id = $1 AND person_id = $2 AND created_at > $3 AND seen_at > $4
		ORDER BY created_at DESC`
	seenSession      = "UPDATE sessions SET seen_at = $3 WHERE org_id = $1 AND hash = $2"
	endSession       = "DELETE FROM sessions WHERE org_id = $1 AND hash = $2"
	endSessionByID   = "DELETE FROM sessions WHERE org_id = $1 AND person_id = $2 AND id = $3"
	endOtherSessions = "DELETE FROM sessions WHERE org_id = $1 AND person_id = $2 AND id <> $3"
	endSessionsOf    = "DELETE FROM sessions WHERE org_id = $1 AND person_id = $2"
	dropDeadSessions = "DELETE FROM sessions WHERE org_id = $1 AND person_id = $2 AND (created_at <= $3 OR seen_at <= $4)"
)

// Links and set-up codes belong to no organization.
const (
	addLink       = "INSERT INTO sign_in_links (hash, purpose, email_folded, expires_at, used_at) VALUES ($1, $2, $3, $4, 0)"
	countLinks    = "SELECT COUNT(*) FROM sign_in_links WHERE email_folded = $1 AND expires_at > $2"
	openLink      = "SELECT email_folded FROM sign_in_links WHERE hash = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3"
	spendLink     = "UPDATE sign_in_links SET used_at = $3 WHERE hash = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3 RETURNING email_folded"
	dropDeadLinks = "DELETE FROM sign_in_links WHERE expires_at <= $1"

	dropSetupCodes = "DELETE FROM setup_codes"
	addSetupCode   = "INSERT INTO setup_codes (hash, expires_at, used_at) VALUES ($1, $2, 0)"
	spendSetupCode = "UPDATE setup_codes SET used_at = $2 WHERE hash = $1 AND used_at = 0 AND expires_at > $2"
)

// A filter is a condition of a list that is there or not. It stands in the text
// only when it is set, so that each reading has the index it needs; its argument
// is always there, and without it the text names it all the same, as the drivers
// ask.
type filter struct {
	set       bool
	with, not string
}

func narrowed(text string, filters ...filter) string {
	for _, f := range filters {
		if f.set {
			text += " AND " + f.with
		} else {
			text += " AND " + f.not
		}
	}
	return text
}

// peopleText is the query of a list of people.
func peopleText(f PeopleFilter) string {
	return narrowed("SELECT {columns} FROM people WHERE org_id = $1",
		filter{f.Kind != "", "kind = $2", "CAST($2 AS TEXT) = ''"},
		filter{f.Text != "", `folded LIKE $3 ESCAPE '\'`, "CAST($3 AS TEXT) <> ''"},
		filter{f.Role != "", "EXISTS (SELECT 1 FROM roles r WHERE r.org_id = $1 AND r.person_id = people.id AND r.role = $4)", "CAST($4 AS TEXT) = ''"},
		filter{f.Active, "active = $5", "CAST($5 AS BOOLEAN) = FALSE"},
	) + " AND folded >= $6 AND (folded > $6 OR id > $7) ORDER BY folded, id LIMIT $8"
}

// journalText is the query of the journal. The actors, if any, are its last arguments.
func journalText(f JournalFilter) string {
	text := narrowed("SELECT {columns} FROM journal WHERE org_id = $1",
		filter{f.ActorID != "", "actor_id = $2", "CAST($2 AS TEXT) = ''"},
		filter{f.Verb != "", "verb = $3", "CAST($3 AS TEXT) = ''"},
		filter{f.Object != "", "object = $4", "CAST($4 AS TEXT) = ''"},
		filter{f.ObjectID != "", "object_id = $5", "CAST($5 AS TEXT) = ''"},
		filter{!f.To.IsZero(), "at < $7", "CAST($7 AS BIGINT) = 0"},
		filter{f.Text != "", `folded LIKE $11 ESCAPE '\'`, "CAST($11 AS TEXT) <> ''"},
	)
	if f.Itself {
		text += " AND actor_id = ''"
	}
	if len(f.Actors) > 0 {
		text += " AND actor_id IN (" + db.Params(12, len(f.Actors)) + ")"
	}
	span := " AND at >= $6 AND at <= $8 AND (at < $8 OR id < $9) ORDER BY at DESC, id DESC LIMIT $10"
	if f.ObjectID != "" {
		// One thing has few entries: with the plus, SQLite does not go through those
		// of everything by their time.
		span = " AND +at >= $6 AND +at <= $8 AND (+at < $8 OR id < $9) ORDER BY at DESC, id DESC LIMIT $10"
	}
	return text + span
}
