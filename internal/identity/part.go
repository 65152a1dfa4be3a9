package identity

import "parley/internal/db"

// Standing asks for who has a state at a connection.
func Standing(orgID, connectionID string, state State) db.Part {
	return db.Part{SQL: `SELECT person_id FROM identities WHERE org_id = $1 AND connection_id = $2 AND state = $3`, Args: []any{orgID, connectionID, string(state)}}
}
