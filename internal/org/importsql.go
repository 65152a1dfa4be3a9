package org

// The queries of imports.
const (
	importByID  = "SELECT {columns} FROM imports WHERE org_id = $1 AND id = $2"
	touchImport = "UPDATE imports SET version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING {columns}"
	dropImport  = "DELETE FROM imports WHERE org_id = $1 AND id = $2 AND state = $3"

	saveImportFormat = "UPDATE imports SET format = $3, total = $4, fault = '', version = version + 1 WHERE org_id = $1 AND id = $2 AND state = 'ready'"
	startImport      = `UPDATE imports SET state = 'queued', by_id = $3, by_name = $4, policy = $5, digest = $6, fault = '', done = 0
		WHERE org_id = $1 AND id = $2`
	stopImport   = "UPDATE imports SET state = 'ready', fault = $3, version = version + 1 WHERE org_id = $1 AND id = $2 AND state = 'queued'"
	reportImport = "UPDATE imports SET done = $3 WHERE org_id = $1 AND id = $2"
	endImport    = "UPDATE imports SET state = 'done', result = $3, file = NULL WHERE org_id = $1 AND id = $2"

	allMembers = "SELECT {columns} FROM people WHERE org_id = $1 AND kind = 'member'"

	// A person who was changed since they were compared is left alone, and the
	// import with them.
	keepImported = `ON CONFLICT (org_id, id) DO UPDATE SET known_by = EXCLUDED.known_by, name = EXCLUDED.name, email = EXCLUDED.email,
		email_folded = EXCLUDED.email_folded, phone = EXCLUDED.phone, username = EXCLUDED.username, employee_no = EXCLUDED.employee_no,
		lang = EXCLUDED.lang, zone = EXCLUDED.zone, folded = EXCLUDED.folded, version = people.version + 1
		WHERE people.version = EXCLUDED.version`
	freeAddresses     = "UPDATE people SET known_by = id WHERE org_id = $1 AND id IN ("
	dropImportedRoles = "DELETE FROM roles WHERE role IN ('administrator', 'scheduler') AND org_id = $1 AND person_id IN ("
	keepRole          = "ON CONFLICT (org_id, person_id, role, scope) DO UPDATE SET scope = EXCLUDED.scope"
)
