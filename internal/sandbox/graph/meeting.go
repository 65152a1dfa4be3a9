package graph

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"html"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/internal/sandbox/directory"
)

// The roles of an attendee.
const (
	RoleAttendee    = "attendee"
	RoleCoorganizer = "coorganizer"
)

// Attendee is one person invited to a meeting.
type Attendee struct {
	// UserID is the object id of someone in the organizer's directory, empty for people from elsewhere.
	UserID string `json:"userId,omitempty"`
	UPN    string `json:"upn,omitempty"`
	Role   string `json:"role"`
}

// Meeting is a Teams meeting as the vendor holds it.
type Meeting struct {
	ID         string     `json:"id"`
	ExternalID string     `json:"externalId,omitempty"`
	Tenant     string     `json:"tenant"`
	Organizer  string     `json:"organizer"`
	Subject    string     `json:"subject"`
	Start      time.Time  `json:"start"`
	End        time.Time  `json:"end"`
	Created    time.Time  `json:"created"`
	Updated    time.Time  `json:"updated"`
	Attendees  []Attendee `json:"attendees"`
	// Lobby is lobbyBypassSettings.scope.
	Lobby            string         `json:"lobby"`
	DialInBypass     bool           `json:"dialInBypass"`
	AllowedPresenter string         `json:"allowedPresenters"`
	LobbyAdmitters   string         `json:"allowedLobbyAdmitters"`
	Settings         map[string]any `json:"settings,omitempty"`
	JoinWebURL       string         `json:"joinWebUrl"`
	Thread           string         `json:"threadId"`
	JoinMeetingID    string         `json:"joinMeetingId"`
	Passcode         string         `json:"-"`
	// Deleted is when the meeting was deleted. Its link stays alive, as Microsoft leaves it.
	Deleted *time.Time `json:"deleted,omitempty"`
	// Link says what the link still does: "open", or "open after delete".
	Link string `json:"link"`
	// Present and Waiting are the people who came through the link.
	Present []Guest `json:"present"`
	Waiting []Guest `json:"waiting"`
}

// newMeeting fills what Microsoft fills; the caller sets the rest.
func (g *Graph) newMeeting(c caller) *Meeting {
	now := g.Stage.Now()
	thread := "19:meeting_" + base64.RawURLEncoding.EncodeToString([]byte(uuid.NewString())) + "@thread.v2"
	m := &Meeting{
		ID:     base64.RawURLEncoding.EncodeToString([]byte("1*" + c.ID + "*0**" + thread)),
		Tenant: c.Tenant, Organizer: c.ID, Created: now, Updated: now, Thread: thread, Passcode: rand.Text()[:6],
		Lobby: "organization", AllowedPresenter: "everyone", LobbyAdmitters: "organizerAndCoOrganizersAndPresenters",
		Settings: map[string]any{}, JoinMeetingID: digits(12),
	}
	m.JoinWebURL = g.joinURL(m)
	return m
}

func digits(n int) string {
	var b strings.Builder
	for range n {
		d, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			panic(err)
		}
		b.WriteString(d.String())
	}
	return b.String()
}

// joinURL is the link of a meeting, in the long shape with its context or the short one with its passcode.
func (g *Graph) joinURL(m *Meeting) string {
	if g.ShortLinks {
		return g.Teams + "/meet/" + m.JoinMeetingID + "?p=" + m.Passcode
	}
	context := fmt.Sprintf(`{"Tid":"%s","Oid":"%s"}`, m.Tenant, m.Organizer)
	return g.Teams + "/l/meetup-join/" + url.QueryEscape(m.Thread) + "/0?context=" + url.QueryEscape(context)
}

// view is the meeting as Graph answers it.
func (g *Graph) view(m *Meeting, r *http.Request) map[string]any {
	organizer, _ := g.World.User(m.Tenant, m.Organizer)
	attendees := []any{}
	for _, a := range m.Attendees {
		attendees = append(attendees, participant(a))
	}
	body := map[string]any{
		"id": m.ID, "externalId": orNull(m.ExternalID), "subject": m.Subject, "creationDateTime": stamp(m.Created),
		"startDateTime": stamp(m.Start), "endDateTime": stamp(m.End), "joinWebUrl": m.JoinWebURL, "isBroadcast": false,
		"participants": map[string]any{
			"organizer": participant(Attendee{UserID: organizer.ID, UPN: organizer.UPN, Role: "presenter"}), "attendees": attendees,
		},
		"lobbyBypassSettings": map[string]any{"scope": readableScope(m.Lobby, r), "isDialInBypassEnabled": m.DialInBypass},
		"allowedPresenters":   m.AllowedPresenter, "allowedLobbyAdmitters": m.LobbyAdmitters, "audioConferencing": nil,
		"chatInfo":              map[string]any{"threadId": m.Thread, "messageId": "0", "replyChainMessageId": nil},
		"joinMeetingIdSettings": map[string]any{"joinMeetingId": m.JoinMeetingID, "passcode": m.Passcode, "isPasscodeRequired": true},
		"joinInformation":       g.joinInformation(m), "videoTeleconferenceId": nil,
	}
	for name, fallback := range toggles {
		body[name] = fallback
	}
	for name, value := range m.Settings {
		body[name] = value
	}
	return body
}

// toggles are further settings of a meeting and how they stand in a new one.
var toggles = map[string]any{
	"allowAttendeeToEnableCamera": true, "allowAttendeeToEnableMic": true, "allowMeetingChat": "enabled", "allowTeamworkReactions": true,
	"isEntryExitAnnounced": true, "recordAutomatically": false, "allowRecording": true, "allowTranscription": true,
	"allowBreakoutRooms": true, "allowWhiteboard": true, "allowPowerPointSharing": true,
}

func participant(a Attendee) map[string]any {
	var identity any
	if a.UserID != "" {
		identity = map[string]any{"user": map[string]any{"id": a.UserID, "displayName": nil}}
	}
	return map[string]any{"upn": orNull(a.UPN), "role": a.Role, "identity": identity}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// readableScope hides the newer scopes from clients that did not ask for them ("lobbyBypassSettings resource type").
func readableScope(scope string, r *http.Request) string {
	newer := scope == "invited" || scope == "organizationExcludingGuests"
	if newer && !strings.Contains(r.Header.Get("Prefer"), "include-unknown-enum-members") {
		return "unknownFutureValue"
	}
	return scope
}

func (g *Graph) joinInformation(m *Meeting) map[string]any {
	text := fmt.Sprintf(`<div><p>Microsoft Teams meeting</p><p><a href="%s">Join the meeting now</a></p><p>Meeting ID: %s</p></div>`, html.EscapeString(m.JoinWebURL), m.JoinMeetingID)
	return map[string]any{"contentType": "html", "content": "data:text/html," + url.QueryEscape(text)}
}

func (m *Meeting) copy() Meeting {
	c := *m
	c.Attendees, c.Present, c.Waiting = slices.Clone(m.Attendees), slices.Clone(m.Present), slices.Clone(m.Waiting)
	c.Settings = map[string]any{}
	for name, value := range m.Settings {
		c.Settings[name] = value
	}
	c.Link = "open"
	if m.Deleted != nil {
		c.Link = "open after delete"
	}
	return c
}

// findPerson finds who an attendee entry means in the organizer's directory.
func (g *Graph) findPerson(tenant string, a Attendee) (directory.User, bool) {
	if a.UserID != "" {
		return g.World.User(tenant, a.UserID)
	}
	return g.World.User(tenant, a.UPN)
}
