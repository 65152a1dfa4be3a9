package graph

import (
	"time"

	"parley/internal/connector"
)

// coorganizersMax is how many co-organizers a meeting may have (Microsoft
// Support, add co-organizers to a meeting in Teams). More hosts are presenters.
const coorganizersMax = 10

// meeting is what an update sends.
type meeting struct {
	Subject *string `json:"subject,omitempty"`
	*times
	People     *people `json:"participants,omitempty"`
	Lobby      lobby   `json:"lobbyBypassSettings"`
	Presenters string  `json:"allowedPresenters,omitempty"`
	Record     *bool   `json:"allowRecording,omitempty"`
}

type times struct {
	Starts string `json:"startDateTime"`
	Ends   string `json:"endDateTime"`
}

type people struct {
	Attendees []attendee `json:"attendees"`
}

type attendee struct {
	Identity struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"identity"`
	Role string `json:"role"`
}

type lobby struct {
	Scope string `json:"scope"`
	// DialIn is always false: who dials in waits like everybody.
	DialIn bool `json:"isDialInBypassEnabled"`
}

func timesOf(w connector.Wish) times {
	return times{w.Starts.UTC().Format(time.RFC3339), w.Ends.UTC().Format(time.RFC3339)}
}

// peopleOf is the whole list; an empty one must be sent as such.
func peopleOf(hosts []string) *people {
	p := people{Attendees: []attendee{}}
	for i, id := range hosts {
		a := attendee{Role: "coorganizer"}
		if i >= coorganizersMax {
			a.Role = "presenter"
		}
		a.Identity.User.ID = id
		p.Attendees = append(p.Attendees, a)
	}
	return &p
}

// scopeOf says the lobby in Microsoft's words. Only the hosts are on the list of
// attendees, so "invited" makes everybody else wait for them; "organizer" would
// keep the other hosts out too, and a service account never comes (Microsoft
// Graph, lobbyBypassSettings).
func scopeOf(l connector.Lobby) string {
	switch l {
	case connector.EveryoneEnters:
		return "everyone"
	case connector.OrganizationEnters:
		return "organization"
	}
	return "invited"
}

// presentersOf says who presents in Microsoft's words. Without a wish only the
// hosts do: a client is an attendee. "roleIsPresenter" goes by the roles of the
// attendees, so that it holds only beside the full list of them (Microsoft Graph,
// onlineMeeting).
func presentersOf(p connector.Presenters) string {
	switch p {
	case connector.EveryonePresents:
		return "everyone"
	case connector.OrganizationPresents:
		return "organization"
	}
	return "roleIsPresenter"
}
