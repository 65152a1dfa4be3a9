package appointment

import (
	"cmp"
	"context"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/org"
)

// pastMost is how many appointments of one client are shown.
const pastMost = 200

const (
	ofClient   = `SELECT {columns} FROM appointments WHERE org_id = $1 AND client_id = $2 ORDER BY starts_at DESC, id LIMIT $3`
	withClient = `SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND client_id = $2 AND staff_id = $3`
)

// OfClient returns the appointments of a client that the actor may see, the
// latest first.
func (a *Appointments) OfClient(ctx context.Context, q db.Q, by org.Actor, clientID string) ([]View, error) {
	all, err := db.All[Appointment](ctx, q, ofClient, by.OrgID, clientID, pastMost)
	if err != nil {
		return nil, err
	}
	everybody, watched, err := a.Watched(ctx, q, by)
	if err != nil {
		return nil, err
	}
	_, places := by.Scopes(org.UseContactCenter)
	all = slices.DeleteFunc(all, func(ap Appointment) bool {
		return !everybody && ap.StaffID != by.PersonID && !slices.Contains(watched, ap.StaffID) && !slices.Contains(places, ap.LocationID)
	})
	return a.views(ctx, q, by.OrgID, all)
}

// Client returns a client to a member who may book for them: to the contact
// center any client, to others those they have had an appointment with.
func (a *Appointments) Client(ctx context.Context, q db.Q, by org.Actor, id string) (org.Person, error) {
	p, err := a.orgs.Client(ctx, q, by.OrgID, id)
	if err != nil || by.May(org.UseContactCenter) {
		return p, err
	}
	n, err := db.Value[int64](ctx, q, withClient, by.OrgID, id, by.PersonID)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "")
	}
	return p, err
}

// introduce fills in what is known of the client that a request names.
func (a *Appointments) introduce(ctx context.Context, q db.Q, r *Request) error {
	if r.ClientID == "" {
		return nil
	}
	p, err := a.Client(ctx, q, r.By, r.ClientID)
	if err != nil {
		return err
	}
	o, err := a.orgs.Organization(ctx, q, r.OrgID)
	r.Client = Client{Name: p.Name, Email: p.Email, Phone: cmp.Or(r.Client.Phone, p.Phone), Lang: cmp.Or(p.Lang, o.Lang), Zone: cmp.Or(p.Zone, o.Zone)}
	return err
}

// bookedBy leaves of a service's staff those for whom the member who asks may
// book: themselves, and for the contact center everybody within its locations.
// A client may ask for anybody.
func (a *Appointments) bookedBy(ctx context.Context, q db.Q, by org.Actor, s Service) (Service, error) {
	if !by.SignedIn() {
		return s, nil
	}
	everybody, watched, err := a.Watched(ctx, q, by)
	if err != nil || everybody {
		return s, err
	}
	s.Staff = slices.DeleteFunc(slices.Clone(s.Staff), func(id string) bool { return id != by.PersonID && !slices.Contains(watched, id) })
	return s, nil
}

// Bookable returns the services that a member may book for somebody, each with
// the staff they may book; one that is left without any is left out.
func (a *Appointments) Bookable(ctx context.Context, q db.Q, by org.Actor) ([]Service, error) {
	all, err := a.Services(ctx, q, by.OrgID)
	if err != nil {
		return nil, err
	}
	var list []Service
	for _, s := range all {
		if s, err = a.bookedBy(ctx, q, by, s); err != nil {
			return nil, err
		}
		if s.Active && len(s.Staff) > 0 {
			list = append(list, s)
		}
	}
	return list, nil
}
