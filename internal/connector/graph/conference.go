package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"parley/internal/connector"
	"parley/internal/fault"
)

// coorganizersMax is how many co-organizers a meeting may have (Microsoft
// Support, add co-organizers to a meeting in Teams). More hosts are presenters.
const coorganizersMax = 10

// conference keeps online meetings of the connected account. They are
// standalone: in nobody's calendar, and Microsoft sends no invitation.
type conference struct{ base string }

// OfHost is false: the service account organizes, whoever the hosts are.
func (conference) OfHost() bool { return false }

// Make finds or makes the meeting of the key. It passes only what createOrGet
// takes: everything else would be dropped in silence, and an existing meeting
// comes back with its old values (Microsoft Graph, onlineMeeting: createOrGet).
func (c conference) Make(ctx context.Context, client *http.Client, w connector.Wish) (connector.Made, error) {
	var made struct {
		ID   string `json:"id"`
		Join string `json:"joinWebUrl"`
	}
	body := struct {
		Key     string `json:"externalId"`
		Subject string `json:"subject"`
		times
	}{w.Key, ascii(w.Subject), timesOf(w)}
	_, err := connector.Call(ctx, client, call(connector.Request{
		Method: http.MethodPost, URL: c.base + "/v1.0/me/onlineMeetings/createOrGet",
		Header: header("Accept-Language", w.Lang), Body: body, Into: &made,
	}))
	if err != nil {
		return connector.Made{}, named(err)
	}
	if made.ID == "" || !webAddress(made.Join) {
		return connector.Made{}, fault.Wrap(fault.Unsure, errors.New("the meeting came back without id or link"), "teams.graph.unsure")
	}
	return connector.Made{VendorID: made.ID, JoinURL: made.Join}, nil
}

// Fit sends the whole wish: both times together and the full list of people,
// as the update demands (Microsoft Graph, update onlineMeeting).
func (c conference) Fit(ctx context.Context, client *http.Client, vendorID string, w connector.Wish) error {
	subject, people, record := w.Subject, peopleOf(w.Hosts), w.Record
	at := timesOf(w)
	return c.patch(ctx, client, vendorID, meeting{
		Subject: &subject, times: &at, People: people, Lobby: lobby{Scope: scopeOf(w.Lobby)},
		// Only hosts present and let people in; a client is an attendee.
		Presenters: "roleIsPresenter", Record: &record,
	})
}

// End lets nobody in any more, then deletes: the link of a deleted meeting
// still opens, so the lobby is what closes it.
func (c conference) End(ctx context.Context, client *http.Client, vendorID string) error {
	err := c.patch(ctx, client, vendorID, meeting{People: peopleOf(nil), Lobby: lobby{Scope: "organizer"}})
	if err != nil {
		return gone(err)
	}
	_, err = connector.Call(ctx, client, call(connector.Request{Method: http.MethodDelete, URL: c.address(vendorID)}))
	return gone(named(err))
}

// Check asks whether the meeting is there.
func (c conference) Check(ctx context.Context, client *http.Client, vendorID string) error {
	_, err := connector.Call(ctx, client, call(connector.Request{Method: http.MethodGet, URL: c.address(vendorID)}))
	return named(err)
}

func (c conference) patch(ctx context.Context, client *http.Client, vendorID string, m meeting) error {
	_, err := connector.Call(ctx, client, call(connector.Request{Method: http.MethodPatch, URL: c.address(vendorID), Body: m}))
	return named(err)
}

func (c conference) address(vendorID string) string {
	return c.base + "/v1.0/me/onlineMeetings/" + url.PathEscape(vendorID)
}

// gone makes "not there" a success: it is what ending wants.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// meeting is what an update sends.
type meeting struct {
	Subject *string `json:"subject,omitempty"`
	*times
	People     people `json:"participants"`
	Lobby      lobby  `json:"lobbyBypassSettings"`
	Presenters string `json:"allowedPresenters,omitempty"`
	Record     *bool  `json:"allowRecording,omitempty"`
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
func peopleOf(hosts []string) people {
	p := people{Attendees: []attendee{}}
	for i, id := range hosts {
		a := attendee{Role: "coorganizer"}
		if i >= coorganizersMax {
			a.Role = "presenter"
		}
		a.Identity.User.ID = id
		p.Attendees = append(p.Attendees, a)
	}
	return p
}

// scopeOf says the lobby in Microsoft's words. Only the hosts are on the list of
// attendees, so "invited" makes everybody else wait for them; "organizer" would
// keep the hosts out too, and the service account never comes (Microsoft Graph,
// lobbyBypassSettings).
func scopeOf(l connector.Lobby) string {
	switch l {
	case connector.EveryoneEnters:
		return "everyone"
	case connector.OrganizationEnters:
		return "organization"
	}
	return "invited"
}

// ascii folds a subject, because the parameters of createOrGet are marked as
// not Unicode in Microsoft's description; the update sends it as it is.
func ascii(subject string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r < ' ' || r > '~':
			return ' '
		}
		return r
	}, norm.NFKD.String(subject))
	if folded = strings.Join(strings.Fields(folded), " "); folded == "" {
		return "Meeting"
	}
	return folded
}

func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
