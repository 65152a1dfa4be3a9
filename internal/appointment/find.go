package appointment

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
)

const serviceIDBySlug = `SELECT id FROM services WHERE org_id = $1 AND slug = $2 AND active = TRUE`

const offeringStaff = `SELECT DISTINCT person_id FROM service_staff WHERE org_id = $1`

// Find returns the organization and the id of the service that an address names.
func (a *Appointments) Find(ctx context.Context, organization, service string) (org.Organization, string, error) {
	o, err := a.orgs.BySlug(ctx, a.db, organization)
	if err != nil {
		return o, "", unknown(err, "appointment.organization.unknown")
	}
	id, err := db.Value[string](ctx, a.db, serviceIDBySlug, o.ID, service)
	return o, id, unknown(err, "appointment.service.unknown")
}

// Staff returns the members who offer any service, which is whom an
// organization wants to see at a video vendor.
func (a *Appointments) Staff(ctx context.Context, q db.Q, orgID string) (map[string]bool, error) {
	ids, err := db.Values[string](ctx, q, offeringStaff, orgID)
	staff := make(map[string]bool, len(ids))
	for _, id := range ids {
		staff[id] = true
	}
	return staff, err
}
