package graph

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The bounds of a meeting ("Limits and specifications for Microsoft Teams", "Add co-organizers to a meeting").
const (
	maxHours        = 30
	maxPeople       = 1000
	maxCoorganizers = 10
)

// wish is what a body asks of a meeting. A nil field was not sent.
type wish struct {
	ExternalID      *string         `json:"externalId"`
	Subject         *string         `json:"subject"`
	Start           *time.Time      `json:"startDateTime"`
	End             *time.Time      `json:"endDateTime"`
	Participants    *people         `json:"participants"`
	Lobby           *lobby          `json:"lobbyBypassSettings"`
	Presenters      *string         `json:"allowedPresenters"`
	Admitters       *string         `json:"allowedLobbyAdmitters"`
	JoinMeetingID   json.RawMessage `json:"joinMeetingIdSettings"`
	attendees       []Attendee
	toggles         map[string]any
	unknownProperty string
}

type people struct {
	Organizer *person   `json:"organizer"`
	Attendees *[]person `json:"attendees"`
}

type person struct {
	UPN      string `json:"upn"`
	Role     string `json:"role"`
	Identity *struct {
		User *struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"identity"`
}

type lobby struct {
	Scope  *string `json:"scope"`
	DialIn *bool   `json:"isDialInBypassEnabled"`
}

var (
	lobbyScopes   = []string{"organizer", "organization", "organizationAndFederated", "everyone", "invited", "organizationExcludingGuests"}
	presenterKind = []string{"everyone", "organization", "roleIsPresenter", "organizer"}
	admitterKind  = []string{"organizerAndCoOrganizersAndPresenters", "organizerAndCoOrganizers"}
	roles         = []string{RoleAttendee, "presenter", "producer", RoleCoorganizer}
	fieldsOfWish  = []string{"externalId", "subject", "startDateTime", "endDateTime", "participants", "lobbyBypassSettings", "allowedPresenters", "allowedLobbyAdmitters", "joinMeetingIdSettings", "chatInfo"}
)

// A refusal is a sentence of Graph's, as its message has it.
type refusal string

// Error is the sentence.
func (r refusal) Error() string { return string(r) }

const noProperty = "The property '%s' does not exist on type 'microsoft.graph.onlineMeeting'."

func refusef(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// readWish reads a body; the error is a sentence for Graph's message.
func readWish(r *http.Request) (*wish, error) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return nil, refusal("The Content-Type header is missing or is not application/json.")
	}
	var w wish
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil || all == nil {
		return nil, refusal("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, refusef("A property of the request body has a value of the wrong type: %v.", err)
	}
	w.sort(all)
	return &w, nil
}

// sort keeps the plain settings and remembers a property that does not exist.
func (w *wish) sort(all map[string]any) {
	w.toggles = map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		_, known := toggles[name]
		switch {
		case known:
			w.toggles[name] = all[name]
		case !slices.Contains(fieldsOfWish, name) && !strings.HasPrefix(name, "@"):
			w.unknownProperty = name
		}
	}
}

// check looks at what is sent, against the organizer's directory; the error is a sentence for Graph's message.
func (w *wish) check(g *Graph, c caller) error {
	if w.Lobby != nil && w.Lobby.Scope != nil && !slices.Contains(lobbyScopes, *w.Lobby.Scope) {
		return refusef("'%s' is not a value of lobbyBypassScope.", *w.Lobby.Scope)
	}
	if w.Presenters != nil && !slices.Contains(presenterKind, *w.Presenters) {
		return refusef("'%s' is not a value of onlineMeetingPresenters.", *w.Presenters)
	}
	if w.Admitters != nil && !slices.Contains(admitterKind, *w.Admitters) {
		return refusef("'%s' is not a value of allowedLobbyAdmitterRoles.", *w.Admitters)
	}
	for name, value := range w.toggles {
		if fmt.Sprintf("%T", value) != fmt.Sprintf("%T", toggles[name]) {
			return refusef("The value of '%s' has the wrong type.", name)
		}
	}
	return w.checkPeople(g, c)
}

func (w *wish) checkPeople(g *Graph, c caller) error {
	if w.Participants == nil {
		return nil
	}
	if o := w.Participants.Organizer; o != nil && o.id() != "" && o.id() != c.ID {
		return refusal("The organizer of a meeting cannot be chosen or changed.")
	}
	if w.Participants.Attendees == nil {
		return nil
	}
	w.attendees = []Attendee{}
	coorganizers := 0
	for _, p := range *w.Participants.Attendees {
		a, err := g.attendee(c, p)
		if err != nil {
			return err
		}
		if a.Role == RoleCoorganizer {
			coorganizers++
		}
		w.attendees = append(w.attendees, a)
	}
	switch {
	case coorganizers > maxCoorganizers:
		return refusef("A meeting has at most %d co-organizers; %d were sent.", maxCoorganizers, coorganizers)
	case len(w.attendees) > maxPeople:
		return refusef("A meeting has at most %d attendees; %d were sent.", maxPeople, len(w.attendees))
	}
	return nil
}

func (p person) id() string {
	if p.Identity == nil || p.Identity.User == nil {
		return ""
	}
	return p.Identity.User.ID
}

// attendee reads one participant. Anyone may attend; more than that is only for people of the directory.
func (g *Graph) attendee(c caller, p person) (Attendee, error) {
	a := Attendee{UserID: p.id(), UPN: p.UPN, Role: p.Role}
	if a.Role == "" {
		a.Role = RoleAttendee
	}
	if a.UserID == "" && a.UPN == "" {
		return a, refusal("A participant needs identity.user.id or upn.")
	}
	if !slices.Contains(roles, a.Role) {
		return a, refusef("'%s' is not a value of onlineMeetingRole.", a.Role)
	}
	u, known := g.findPerson(c.Tenant, a)
	if !known && (a.Role != RoleAttendee || a.UserID != "") {
		return a, refusef("The participant '%s' with role %s is not in the directory of the organizer.", a.UserID+a.UPN, a.Role)
	}
	if known {
		a.UserID, a.UPN = u.ID, u.UPN
	}
	return a, nil
}

// span checks the times of a meeting.
func span(start, end time.Time) error {
	switch {
	case !end.After(start):
		return refusal("The end of a meeting must be after its start.")
	case end.Sub(start) > maxHours*time.Hour:
		return refusef("A meeting lasts at most %d hours.", maxHours)
	}
	return nil
}

// apply writes what was sent into a meeting.
func (w *wish) apply(m *Meeting) {
	if w.Subject != nil {
		m.Subject = *w.Subject
	}
	if w.Start != nil && w.End != nil {
		m.Start, m.End = w.Start.UTC(), w.End.UTC()
	}
	if w.attendees != nil {
		m.Attendees = w.attendees
	}
	if w.Lobby != nil && w.Lobby.Scope != nil {
		m.Lobby = *w.Lobby.Scope
	}
	if w.Lobby != nil && w.Lobby.DialIn != nil {
		m.DialInBypass = *w.Lobby.DialIn
	}
	if w.Presenters != nil {
		m.AllowedPresenter = *w.Presenters
	}
	if w.Admitters != nil {
		m.LobbyAdmitters = *w.Admitters
	}
	maps.Copy(m.Settings, w.toggles)
}
