package meeting

import (
	"context"
	"testing"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

func TestTheWayIn(t *testing.T) {
	m := Meeting{State: Agreed, Mode: ByVideo, Starts: noon, Ends: noon.Add(time.Hour)}
	live := Conference{JoinURL: "https://vendor.example/1", ConnectionID: "a"}
	with := func(change func(*Meeting)) Meeting {
		n := m
		change(&n)
		return n
	}
	for _, c := range []struct {
		name    string
		meeting Meeting
		live    Conference
		at      time.Duration // from the start
		want    WayState
		url     bool
	}{
		{"days before", m, live, -72 * time.Hour, WayEarly, true},
		{"a quarter of an hour before", m, live, -15 * time.Minute, WayOpen, true},
		{"at the end", m, live, time.Hour, WayOpen, true},
		{"running late", m, live, 2 * time.Hour, WayOpen, true},
		{"over", m, live, 2*time.Hour + time.Second, WayOver, false},
		{"no link yet", m, Conference{}, -time.Hour, WayPending, false},
		{"no link when it begins", m, Conference{}, 0, WayPending, false},
		{"never had one", m, Conference{}, 3 * time.Hour, WayOver, false},
		{"cancelled", with(func(m *Meeting) { m.State = Cancelled }), live, -time.Hour, WayCancelled, false},
		{"cancelled long ago", with(func(m *Meeting) { m.State = Cancelled }), live, 300 * time.Hour, WayCancelled, false},
		{"at a place", with(func(m *Meeting) { m.Mode = AtPlace }), Conference{}, -time.Hour, WayEarly, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := wayTo(c.meeting, c.live, noon.Add(c.at))
			if w.State != c.want || (w.URL != "") != c.url {
				t.Errorf("%s with %q, want %s", w.State, w.URL, c.want)
			}
		})
	}
}

func TestTheWayTellsWhereTheMeetingMovedFrom(t *testing.T) {
	before := calendar.Span{Start: noon.Add(-24 * time.Hour), End: noon.Add(-23 * time.Hour)}
	w := wayTo(Meeting{State: Agreed, Mode: ByVideo, Starts: noon, Ends: noon.Add(time.Hour), Prior: before}, Conference{}, noon)
	if !w.Moved || w.From != before {
		t.Errorf("%+v", w)
	}
}

func TestJoiningByCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		m := agreed(t, d, Meeting{Mode: AtPlace, Place: "12 Quay Street"})
		typed := m.Code[:4] + " " + m.Code[5:9] + m.Code[10:]
		w, err := Join(ctx, d, typed, noon)
		if err != nil || w.Meeting.ID != m.ID || w.State != WayEarly {
			t.Errorf("typed as %q: %+v, %v", typed, w, err)
		}
		for _, wrong := range []string{"4K7M-2WQR-88FH-3Y9K", "nonsense", ""} {
			if _, err := Join(ctx, d, wrong, noon); !fault.Is(err, fault.NotFound) || fault.As(err).Key != "meeting.join.unknown" {
				t.Errorf("code %q: %v", wrong, err)
			}
		}
	})
}
