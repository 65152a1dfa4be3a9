package org

import (
	"context"

	"parley/internal/db"
)

const superusers = `SELECT {p.columns} FROM people p JOIN roles r ON r.org_id = p.org_id AND r.person_id = p.id
	WHERE r.role = 'superuser' AND p.active = TRUE ORDER BY p.org_id, p.id /* every organization: who runs the installation is told what concerns all of it */`

// Superusers are the people who run the installation, wherever they are at home.
// Somebody who belongs to several organizations is among them once for each.
func (o *Orgs) Superusers(ctx context.Context, q db.Q) ([]Person, error) {
	return db.All[Person](ctx, q, superusers)
}

// Organizations lists all organizations, for who runs the installation.
func (o *Orgs) Organizations(ctx context.Context, q db.Q) ([]Organization, error) {
	return db.All[Organization](ctx, q, organizations)
}
