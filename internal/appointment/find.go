package appointment

import (
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/org"
)

const serviceIDBySlug = `SELECT id FROM services WHERE org_id = $1 AND slug = $2 AND active = TRUE`

const offeringOf = `SELECT DISTINCT person_id FROM service_staff WHERE org_id = $1 AND person_id IN (`

// Find returns the organization and the id of the service that an address names.
func (a *Appointments) Find(ctx context.Context, organization, service string) (org.Organization, string, error) {
	o, err := a.orgs.BySlug(ctx, a.db, organization)
	if err != nil {
		return o, "", unknown(err, "appointment.organization.unknown")
	}
	id, err := db.Value[string](ctx, a.db, serviceIDBySlug, o.ID, service)
	return o, id, unknown(err, "appointment.service.unknown")
}

// StaffOf returns those of the members who offer any service, which is whom an
// organization wants to see at a video vendor.
func (a *Appointments) StaffOf(ctx context.Context, q db.Q, orgID string, personIDs []string) (map[string]bool, error) {
	staff := map[string]bool{}
	for some := range slices.Chunk(personIDs, 500) {
		args := []any{orgID}
		for _, id := range some {
			args = append(args, id)
		}
		ids, err := db.Values[string](ctx, q, offeringOf+db.Params(2, len(some))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			staff[id] = true
		}
	}
	return staff, nil
}

// staffed tells of members who began or ceased to offer a service.
func (a *Appointments) staffed(ctx context.Context, tx *db.Tx, orgID string, personIDs []string) error {
	if a.cfg.OnStaff == nil || len(personIDs) == 0 {
		return nil
	}
	return a.cfg.OnStaff(ctx, tx, orgID, personIDs...)
}
