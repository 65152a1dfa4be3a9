package meeting

import (
	"context"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/fault"
)

// WayState is what the join page has to say first.
type WayState string

// The states of a way in.
const (
	// WayEarly: the meeting is some time off. Who wants to may go in: the lobby
	// keeps them until a host comes.
	WayEarly WayState = "early"
	// WayOpen: it is about to begin, or going on.
	WayOpen WayState = "open"
	// WayPending: the link is still being made, or is being repaired.
	WayPending   WayState = "pending"
	WayCancelled WayState = "cancelled"
	WayOver      WayState = "over"
)

const (
	// opensBefore is how long before the start the join page stops counting down.
	opensBefore = 15 * time.Minute
	// staysAfter is how long after the end the way in stays, for meetings that
	// run late and people who were cut off.
	staysAfter = time.Hour
)

// A Way is the way into a meeting as it is at one moment. Reading it counts
// nothing and changes nothing.
type Way struct {
	State   WayState
	Meeting Meeting
	// URL is the vendor's link, to which the visitor is sent. It lets people
	// in: it belongs in a redirect, not in a log or an e-mail. Empty when there
	// is none now, and when the meeting is not by video.
	URL string
	// ConnectionID is whose link it is.
	ConnectionID string
	// Opens is when the countdown ends.
	Opens time.Time
	// Moved says that the meeting was at another time before: From.
	Moved bool
	From  calendar.Span
}

// Join finds the way into the meeting of a join code, however it was typed. An
// unknown code is NotFound.
func Join(ctx context.Context, q db.Q, code string, now time.Time) (Way, error) {
	m, err := ByCode(ctx, q, code)
	if err != nil {
		return Way{}, err
	}
	if !m.linked() {
		return wayTo(m, Conference{}, now), nil
	}
	live, err := db.One[Conference](ctx, q, liveOf, m.OrgID, m.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Way{}, err
	}
	return wayTo(m, live, now), nil
}

// ByCode returns the meeting of a join code, however it was typed.
func ByCode(ctx context.Context, q db.Q, code string) (Meeting, error) {
	normal, ok := Normal(code)
	if !ok {
		return Meeting{}, fault.New(fault.NotFound, "meeting.join.unknown")
	}
	m, err := db.One[Meeting](ctx, q, byCode, normal)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "meeting.join.unknown")
	}
	return m, err
}

func wayTo(m Meeting, live Conference, now time.Time) Way {
	w := Way{Meeting: m, Opens: m.Starts.Add(-opensBefore), Moved: m.Moved(), From: m.Prior}
	w.State = wayState(m, live, now)
	if w.State == WayEarly || w.State == WayOpen {
		w.URL, w.ConnectionID = live.JoinURL, live.ConnectionID
	}
	return w
}

func wayState(m Meeting, live Conference, now time.Time) WayState {
	switch {
	case m.State == Cancelled:
		return WayCancelled
	case now.After(m.Ends.Add(staysAfter)):
		return WayOver
	case m.linked() && live.JoinURL == "":
		return WayPending
	case now.Before(m.Starts.Add(-opensBefore)):
		return WayEarly
	}
	return WayOpen
}
