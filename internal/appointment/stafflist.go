package appointment

import (
	"context"
	"slices"
	"time"

	"parley/internal/db"
)

// WhoOffers asks for who offers a service.
func WhoOffers(orgID, serviceID string) db.Part {
	return db.Part{SQL: `SELECT person_id FROM service_staff WHERE org_id = $1 AND service_id = $2`, Args: []any{orgID, serviceID}}
}

// WhoWorksAt asks for who works at a location.
func WhoWorksAt(orgID, locationID string) db.Part {
	return db.Part{SQL: `SELECT person_id FROM location_staff WHERE org_id = $1 AND location_id = $2`, Args: []any{orgID, locationID}}
}

// WhoOffersNothing asks for the members who offer no service, so that nobody can book
// them.
func WhoOffersNothing(orgID string) db.Part {
	return db.Part{SQL: `SELECT p.id FROM people p WHERE p.org_id = $1
AND NOT EXISTS (SELECT 1 FROM service_staff s WHERE s.org_id = p.org_id AND s.person_id = p.id)`, Args: []any{orgID}}
}

// next is when somebody's next appointment begins.
type next struct {
	person string
	at     time.Time
}

func (n *next) Columns(c *db.Columns) {
	c.Col("staff_id", &n.person)
	c.Col("at", (*db.Time)(&n.at))
}

// A subquery for each person reads one entry of the index; a group over all of
// their future would read all of it.
const nextStart = `SELECT p.id, COALESCE((SELECT a.starts_at FROM appointments a WHERE a.org_id = p.org_id AND a.staff_id = p.id AND a.starts_at >= $2
AND a.state <> 'cancelled' ORDER BY a.starts_at LIMIT 1), 0) FROM people p WHERE p.org_id = $1 AND p.id IN (`

// NextStarts returns when the next appointment of each of some members begins. Who has
// none is not in the answer.
func (a *Appointments) NextStarts(ctx context.Context, q db.Q, orgID string, people []string, now time.Time) (map[string]time.Time, error) {
	found := map[string]time.Time{}
	for some := range slices.Chunk(people, 500) {
		args := []any{orgID, db.Time(now)}
		for _, id := range some {
			args = append(args, id)
		}
		all, err := db.All[next](ctx, q, nextStart+db.Params(3, len(some))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			if !n.at.IsZero() {
				found[n.person] = n.at
			}
		}
	}
	return found, nil
}
