package graph

import (
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
)

// Guest is someone who came through a meeting's link.
type Guest struct {
	// As is a sign-in name, or "anonymous".
	As   string `json:"as"`
	Name string `json:"name"`
	// Admits says that this person may let others in from the lobby.
	Admits bool `json:"admits,omitempty"`
}

// Anonymous is how one comes to a meeting without signing in.
const Anonymous = "anonymous"

// The outcomes of coming to a meeting.
const (
	Admitted = "admitted"
	InLobby  = "lobby"
)

// Entry is what becomes of someone who opens the link.
type Entry struct {
	Outcome string `json:"outcome"`
	// Reason says which rule decided.
	Reason string `json:"reason"`
}

// arrival is someone at the door of a meeting.
type arrival struct {
	guest Guest
	user  directory.User
	known bool
}

// admit applies the lobby of a meeting to an arrival ("Configure the Microsoft Teams meeting lobby", lobbyBypassScope).
// Deleting the meeting changes nothing in it.
func (m *Meeting) admit(a arrival) Entry {
	ours := a.known && a.user.Tenant == m.Tenant
	switch {
	case ours && a.user.ID == m.Organizer:
		return Entry{Admitted, "The organizer is always let in."}
	case m.Lobby == "organizer":
		return Entry{InLobby, "Only the organizer bypasses the lobby of this meeting."}
	case ours && m.role(a.user.ID) == RoleCoorganizer:
		return Entry{Admitted, "A co-organizer bypasses the lobby."}
	case m.Lobby == "everyone" && a.known:
		return Entry{Admitted, "Everyone bypasses the lobby."}
	case m.Lobby == "everyone" && m.verifiedInside():
		return Entry{Admitted, "Everyone bypasses the lobby, and someone who is signed in is in the meeting."}
	case m.Lobby == "everyone":
		return Entry{InLobby, "Someone who is not signed in waits until a person who is has joined."}
	case m.bypasses(a, ours):
		return Entry{Admitted, "The lobby setting lets this account in."}
	}
	return Entry{InLobby, "An organizer, co-organizer or presenter has to let this person in."}
}

func (m *Meeting) bypasses(a arrival, ours bool) bool {
	switch m.Lobby {
	case "organization":
		return ours
	case "organizationExcludingGuests":
		return ours && !a.user.Guest
	case "organizationAndFederated":
		return a.known && a.user.Tenant != directory.PersonalTenant
	case "invited":
		return a.known && slices.ContainsFunc(m.Attendees, func(x Attendee) bool {
			return x.UserID == a.user.ID || strings.EqualFold(x.UPN, a.user.UPN)
		})
	}
	return false
}

func (m *Meeting) role(userID string) string {
	for _, a := range m.Attendees {
		if a.UserID == userID {
			return a.Role
		}
	}
	return ""
}

// admits tells whether someone may let others in.
func (m *Meeting) admits(a arrival) bool {
	if !a.known || a.user.Tenant != m.Tenant {
		return false
	}
	role := m.role(a.user.ID)
	return a.user.ID == m.Organizer || role == RoleCoorganizer || role == "presenter" && m.LobbyAdmitters == admitterKind[0]
}

func (m *Meeting) verifiedInside() bool {
	return slices.ContainsFunc(m.Present, func(g Guest) bool { return g.As != Anonymous })
}

// enter lets an arrival come: into the meeting, or into its lobby.
func (m *Meeting) enter(g *Graph, a arrival) Entry {
	m.leave(a.guest)
	entry := m.admit(a)
	a.guest.Admits = m.admits(a)
	if entry.Outcome == Admitted {
		m.Present = append(m.Present, a.guest)
		m.settle(g)
	} else {
		m.Waiting = append(m.Waiting, a.guest)
	}
	return entry
}

func (m *Meeting) leave(guest Guest) {
	same := func(x Guest) bool { return x.As == guest.As && x.Name == guest.Name }
	m.Present, m.Waiting = slices.DeleteFunc(m.Present, same), slices.DeleteFunc(m.Waiting, same)
}

// letIn moves everyone in the lobby into the meeting; it tells whether this person may.
func (m *Meeting) letIn(a arrival) bool {
	inside := slices.ContainsFunc(m.Present, func(x Guest) bool { return x.As == a.guest.As })
	if !inside || !m.admits(a) {
		return false
	}
	m.Present, m.Waiting = append(m.Present, m.Waiting...), nil
	return true
}

// settle lets those in who need no longer wait: settings of the lobby take effect while a meeting runs.
func (m *Meeting) settle(g *Graph) {
	waiting := m.Waiting
	m.Waiting = nil
	for _, guest := range waiting {
		if m.admit(g.arrival(guest)).Outcome == Admitted {
			m.Present = append(m.Present, guest)
		} else {
			m.Waiting = append(m.Waiting, guest)
		}
	}
}

func (g *Graph) arrival(guest Guest) arrival {
	u, known := g.World.Account(guest.As)
	if known && u.Disabled {
		known = false
	}
	if known {
		guest.Name = u.Name
	}
	return arrival{guest: guest, user: u, known: known}
}
