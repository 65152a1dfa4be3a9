package org

import "slices"

// A Permission is something a role allows. Every route of the program names one.
type Permission string

// The permissions. Public is the one that needs nobody to be signed in.
const (
	// Public is open to strangers.
	Public Permission = "public"
	// ManageInstallation is about features of organizations and the program's
	// registrations at vendors.
	ManageInstallation Permission = "installation"
	// ManageIntegrations is to install, reauthorize, rematch and disconnect,
	// and the Video Calls toggles.
	ManageIntegrations Permission = "integrations"
	// ManageStaff is about members and their roles.
	ManageStaff Permission = "staff"
	// ManageServices is about what clients can book.
	ManageServices Permission = "services"
	// ManageLocations is about branches.
	ManageLocations Permission = "locations"
	// ManageOrganization is about its name, looks and settings.
	ManageOrganization Permission = "organization"
	// ReadJournal shows the audit log.
	ReadJournal Permission = "journal"
	// ManagePrograms is about modes, the Teams switch, members, matching and
	// announcements of programs and groups; of their own, for those who lead one.
	ManagePrograms Permission = "programs"
	// UseContactCenter is to see all schedules and clients, and to book,
	// reschedule, reassign and cancel; of their locations, for a scheduler.
	UseContactCenter Permission = "contact center"
	// Own is about one's own schedule, hours, Video Calls Platform,
	// preferences, requests, sessions and RSVP.
	Own Permission = "own"
)

// may is the whole table of who may do what. A permission that is missing here
// is nobody's.
var may = map[Permission][]Role{
	ManageInstallation: {Superuser},
	ManageIntegrations: {Administrator},
	ManageStaff:        {Administrator},
	ManageServices:     {Administrator},
	ManageLocations:    {Administrator},
	ManageOrganization: {Administrator},
	ReadJournal:        {Administrator},
	ManagePrograms:     {Administrator, ProgramAdministrator, GroupLead},
	UseContactCenter:   {Administrator, Scheduler},
	Own:                {Superuser, Administrator, ProgramAdministrator, GroupLead, Scheduler, Member},
}

// Permissions lists every permission but Public.
func Permissions() []Permission {
	var all []Permission
	for p := range may {
		all = append(all, p)
	}
	slices.Sort(all)
	return all
}

// An Actor is who does something: a signed-in member, or nobody (zero), or the
// program itself (see System).
type Actor struct {
	OrgID    string
	PersonID string
	Name     string
	// Roles are the roles held anywhere; Held says where.
	Roles []Role
	Held  []Held
	Lang  string
	Zone  string
	Clock string
	// Organization is the actor's, without its logo, for a signed-in member; pages
	// take its name, colour, language and zone from here.
	Organization Organization
	// Session names the session by which the actor came, for the list of sessions.
	Session string
}

// System is the program itself as the one who did something, such as a job.
func System(orgID string) Actor { return Actor{OrgID: orgID} }

// Client is a client as the one who did something.
func Client(p Person) Actor {
	return Actor{OrgID: p.OrgID, PersonID: p.ID, Name: p.Name, Lang: p.Lang, Zone: p.Zone, Clock: p.Clock}
}

// May reports whether the actor may do something somewhere in the organization.
// Where that is "of their own", Scopes says which.
func (a Actor) May(p Permission) bool {
	return p == Public || slices.ContainsFunc(may[p], a.Is)
}

// Is reports whether the actor holds the role anywhere.
func (a Actor) Is(r Role) bool { return slices.Contains(a.Roles, r) }

// SignedIn reports whether somebody is there at all.
func (a Actor) SignedIn() bool { return a.PersonID != "" }

// Scopes returns where the actor holds the permission: everywhere, or in the
// locations, programs or groups listed.
func (a Actor) Scopes(p Permission) (everywhere bool, scopes []string) {
	for _, h := range a.Held {
		if !slices.Contains(may[p], h.Role) {
			continue
		}
		if h.Scope == "" {
			return true, nil
		}
		scopes = append(scopes, h.Scope)
	}
	return false, scopes
}

// Entry starts a journal entry of what the actor did. Data are name and value pairs.
func (a Actor) Entry(verb, object, objectID string, data ...string) Entry {
	e := Entry{OrgID: a.OrgID, ActorID: a.PersonID, ActorName: a.Name, Verb: verb, Object: object, ObjectID: objectID}
	for i := 0; i+1 < len(data); i += 2 {
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data[data[i]] = data[i+1]
	}
	return e
}

// in gives an actor who belongs to no organization yet (set-up, command line)
// the one that is acted upon.
func (a Actor) in(orgID string) Actor {
	if a.OrgID == "" {
		a.OrgID = orgID
	}
	return a
}
