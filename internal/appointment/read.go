package appointment

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

// A View is an appointment with all that a page or a card says of it.
type View struct {
	Appointment
	Service       Service
	Staff, Client org.Person
	// Location is the branch of an appointment in person; zero otherwise.
	Location Location
	// Meeting has the join link's code and the state of the link behind it.
	Meeting      meeting.Meeting
	Organization org.Organization
	// Guests are those who were asked to come along and have not been removed.
	Guests []Guest
	// Colleagues are the members who were invited to be there beside the staff.
	Colleagues []Guest
}

// JoinPath is the permanent address of the meeting on this server; empty when it
// is not by video.
func (v View) JoinPath() string {
	if v.Method != Video {
		return ""
	}
	return "/j/" + v.Meeting.Code
}

// entry starts the journal entry of what the actor did to the appointment.
func (v View) entry(by org.Actor, verb string, data ...string) org.Entry {
	return by.Entry(verb, "appointment", v.ID, append(data, "service", v.Service.Name, "client", v.Client.Name, "staff", v.Staff.Name)...)
}

// Get returns an appointment as the staff see it.
func (a *Appointments) Get(ctx context.Context, q db.Q, orgID, id string) (View, error) {
	ap, err := a.appointment(ctx, q, orgID, id)
	if err != nil {
		return View{}, err
	}
	return a.view(ctx, q, ap)
}

// ForClient returns an appointment to the client whose it is. To everybody else
// it does not exist.
func (a *Appointments) ForClient(ctx context.Context, q db.Q, orgID, clientID, id string) (View, error) {
	ap, err := a.appointment(ctx, q, orgID, id)
	if err != nil {
		return View{}, err
	}
	if clientID == "" || ap.ClientID != clientID {
		return View{}, fault.New(fault.NotFound, "appointment.unknown")
	}
	return a.view(ctx, q, ap)
}

// OfMeeting returns the appointment that a meeting is the agreed time of, for
// the join page.
func (a *Appointments) OfMeeting(ctx context.Context, q db.Q, m meeting.Meeting) (View, error) {
	if m.Kind != Kind {
		return View{}, fault.New(fault.NotFound, "appointment.unknown")
	}
	return a.Get(ctx, q, m.OrgID, m.OwnerID)
}

// Upcoming returns the next appointments of one member of staff that stand.
func (a *Appointments) Upcoming(ctx context.Context, q db.Q, orgID, staffID string, now time.Time, limit int) ([]View, error) {
	all, err := db.All[Appointment](ctx, q, upcomingOf, orgID, staffID, db.Time(now), limit)
	if err != nil {
		return nil, err
	}
	return a.views(ctx, q, orgID, all)
}

func (a *Appointments) view(ctx context.Context, q db.Q, ap Appointment) (View, error) {
	all, err := a.views(ctx, q, ap.OrgID, []Appointment{ap})
	if err != nil {
		return View{}, err
	}
	return all[0], nil
}

// views reads what stands around appointments of one organization, with seven
// queries however many they are.
func (a *Appointments) views(ctx context.Context, q db.Q, orgID string, all []Appointment) ([]View, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var services, people, meetings, places ids
	for _, ap := range all {
		services.add(ap.ServiceID)
		people.add(ap.StaffID, ap.ClientID)
		meetings.add(ap.MeetingID)
		if ap.LocationID != "" {
			places.add(ap.LocationID)
		}
	}
	o, err := a.orgs.Organization(ctx, q, orgID)
	if err != nil {
		return nil, err
	}
	byService, err := servicesByID(ctx, q, orgID, services.list)
	if err != nil {
		return nil, err
	}
	byPerson, err := a.orgs.PeopleByID(ctx, q, orgID, people.list)
	if err != nil {
		return nil, err
	}
	byPlace, err := locationsOf(ctx, q, orgID, places.list)
	if err != nil {
		return nil, err
	}
	byMeeting, err := meeting.Some(ctx, q, orgID, meetings.list...)
	if err != nil {
		return nil, err
	}
	guests, err := a.guestsOf(ctx, q, orgID, all)
	views := make([]View, len(all))
	for i, ap := range all {
		views[i] = View{Appointment: ap, Service: byService[ap.ServiceID], Staff: byPerson[ap.StaffID], Client: byPerson[ap.ClientID], Location: byPlace[ap.LocationID], Meeting: byMeeting[ap.MeetingID], Organization: o, Guests: guests[ap.ID].along(), Colleagues: guests[ap.ID].colleagues()}
	}
	return views, err
}

func locationsOf(ctx context.Context, q db.Q, orgID string, list []string) (map[string]Location, error) {
	if len(list) == 0 {
		return nil, nil
	}
	all, err := db.All[Location](ctx, q, locationsByIDs+db.Params(2, len(list))+")", with(list, orgID)...)
	found := make(map[string]Location, len(all))
	for _, l := range all {
		found[l.ID] = l
	}
	return found, err
}

func servicesByID(ctx context.Context, q db.Q, orgID string, list []string) (map[string]Service, error) {
	all, err := db.All[Service](ctx, q, servicesByIDs+db.Params(2, len(list))+")", with(list, orgID)...)
	found := make(map[string]Service, len(all))
	for _, s := range all {
		found[s.ID] = s
	}
	return found, err
}

// ids is a list of ids that has each once.
type ids struct {
	list []string
	seen map[string]bool
}

func (l *ids) add(more ...string) {
	for _, id := range more {
		if !l.seen[id] {
			if l.seen == nil {
				l.seen = map[string]bool{}
			}
			l.seen[id] = true
			l.list = append(l.list, id)
		}
	}
}
