package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"parley/internal/connector"
	"parley/internal/fault"
)

// probeLife is how long a meeting is meant to last that only proves something.
const probeLife = 15 * time.Minute

// conference keeps online meetings. They are standalone: in nobody's calendar,
// and Microsoft sends no invitation. A service account has its own under /me; our
// application keeps those of the first host, whose id then stands in the vendor
// id before the meeting's (Microsoft Graph, onlineMeeting).
type conference struct {
	base string
	own  bool
}

func conferenceOf(cfg Config, settings map[string]string) conference {
	return conference{base: cfg.GraphURL, own: application(settings)}
}

// OfHost is true where staff organize: the organizer of a meeting cannot be
// changed (Microsoft Graph, update onlineMeeting).
func (c conference) OfHost() bool { return c.own }

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
	who, host, err := c.organizer(w.Hosts)
	if err != nil {
		return connector.Made{}, err
	}
	_, err = connector.Call(ctx, client, call(connector.Request{
		Method: http.MethodPost, URL: c.base + "/v1.0/" + who + "/onlineMeetings/createOrGet",
		Header: header("Accept-Language", w.Lang), Body: body, Into: &made, Explain: c.explainMake,
	}))
	if err != nil {
		return connector.Made{}, c.unlicensed(ctx, client, who, named(err))
	}
	if made.ID == "" || !webAddress(made.Join) {
		return connector.Made{}, fault.Wrap(fault.Unsure, errors.New("the meeting came back without id or link"), "teams.graph.unsure")
	}
	return connector.Made{VendorID: host + made.ID, JoinURL: made.Join}, nil
}

// organizer is whose meeting it will be: as the address names them, and as their
// part of the vendor id.
func (c conference) organizer(hosts []string) (who, part string, err error) {
	if !c.own {
		return "me", "", nil
	}
	if len(hosts) == 0 || hosts[0] == "" {
		return "", "", fault.New(fault.Denied, "teams.host.none")
	}
	return "users/" + url.PathEscape(hosts[0]), hosts[0] + "/", nil
}

// Fit sends the whole wish: both times together and the full list of people,
// as the update demands (Microsoft Graph, update onlineMeeting). The list is also
// what "only hosts present" goes by, so that both stay away together when the
// hosts stay.
func (c conference) Fit(ctx context.Context, client *http.Client, vendorID string, w connector.Wish) error {
	organizer, _ := c.split(vendorID)
	hosts := slices.DeleteFunc(slices.Clone(w.Hosts), func(id string) bool { return id == organizer })
	subject, record, at := w.Subject, w.Record, timesOf(w)
	m := meeting{Subject: &subject, times: &at, Lobby: lobby{Scope: scopeOf(w.Lobby)}, Record: &record}
	if !w.HostsStay {
		m.People, m.Presenters = peopleOf(hosts), presentersOf(w.Presenters)
	}
	return c.patch(ctx, client, vendorID, m)
}

// End lets nobody in any more, then deletes: the link of a deleted meeting
// still opens, so the lobby is what closes it.
func (c conference) End(ctx context.Context, client *http.Client, vendorID string) error {
	err := c.patch(ctx, client, vendorID, meeting{People: peopleOf(nil), Lobby: lobby{Scope: "organizer"}})
	if err != nil {
		return gone(err)
	}
	return gone(c.ask(ctx, client, vendorID, http.MethodDelete, nil))
}

// Check asks whether the meeting is there.
func (c conference) Check(ctx context.Context, client *http.Client, vendorID string) error {
	return c.ask(ctx, client, vendorID, http.MethodGet, nil)
}

func (c conference) patch(ctx context.Context, client *http.Client, vendorID string, m meeting) error {
	return c.ask(ctx, client, vendorID, http.MethodPatch, m)
}

func (c conference) ask(ctx context.Context, client *http.Client, vendorID, method string, body any) error {
	organizer, id := c.split(vendorID)
	who := "me"
	if c.own {
		who = "users/" + url.PathEscape(organizer)
	}
	if c.own && organizer == "" {
		return fault.Wrap(fault.Invalid, errors.New("a meeting of a service account, asked for by the application"), "teams.graph.refused")
	}
	_, err := connector.Call(ctx, client, call(connector.Request{Method: method, Body: body, Explain: explainMeeting,
		URL: c.base + "/v1.0/" + who + "/onlineMeetings/" + url.PathEscape(id)}))
	return named(err)
}

// split is the organizer and Microsoft's own id of the meeting.
func (c conference) split(vendorID string) (organizer, id string) {
	if !c.own {
		return "", vendorID
	}
	organizer, id, ok := strings.Cut(vendorID, "/")
	if !ok {
		return "", vendorID
	}
	return organizer, id
}

// gone makes "not there" a success: it is what ending wants.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
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
