package appointment

import (
	"testing"
	"time"

	"parley/internal/meeting"
)

func TestWhenAnotherWayIsTaken(t *testing.T) {
	starts := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	pending := meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Pending, LinkReason: "r"}
	with := func(edit func(*meeting.Meeting)) meeting.Meeting {
		m := pending
		edit(&m)
		return m
	}
	for name, c := range map[string]struct {
		state  State
		m      meeting.Meeting
		before time.Duration
		needed bool
	}{
		"a link that is being made":   {Confirmed, with(func(m *meeting.Meeting) { m.LinkReason = "" }), 0, false},
		"a trouble that passes":       {Confirmed, pending, 10 * time.Minute, true},
		"a trouble that stays":        {Confirmed, with(func(m *meeting.Meeting) { m.Trouble = meeting.Stuck }), time.Hour, true},
		"a connection switched off":   {Arrived, with(func(m *meeting.Meeting) { m.Trouble = meeting.Lost }), 7 * 24 * time.Hour, true},
		"a link at risk":              {Confirmed, with(func(m *meeting.Meeting) { m.Link, m.Trouble = meeting.AtRisk, meeting.Stuck }), 0, false},
		"a link that is ready":        {Confirmed, with(func(m *meeting.Meeting) { m.Link = meeting.Ready }), 0, false},
		"a phone call":                {Confirmed, with(func(m *meeting.Meeting) { m.Mode = meeting.ByPhone }), 0, false},
		"a cancelled appointment":     {Cancelled, pending, 0, false},
		"an appointment that is over": {Served, pending, 0, false},
	} {
		ap := Appointment{State: c.state, Starts: starts, Booked: starts.AddDate(0, 0, -7)}
		at, needed := rescueAt(ap, c.m)
		if needed != c.needed || needed && !at.Equal(starts.Add(-c.before)) {
			t.Errorf("%s: at %s, %v", name, at, needed)
		}
	}
}

func TestWhenNobodyHasToAnswerAnyMore(t *testing.T) {
	asked := Rescue{Asked: "c"}
	for name, c := range map[string]struct {
		r       Rescue
		state   State
		m       meeting.Meeting
		settled bool
	}{
		"a link that is missing":     {asked, Confirmed, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Pending, LinkReason: "r"}, false},
		"a link that is tried again": {asked, Confirmed, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Pending}, false},
		"a link that came":           {asked, Arrived, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Ready}, true},
		"a link at risk":             {asked, Confirmed, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.AtRisk}, true},
		"a phone call":               {asked, Confirmed, meeting.Meeting{Mode: meeting.ByPhone}, true},
		"a cancelled appointment":    {asked, Cancelled, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Pending, LinkReason: "r"}, true},
		"nobody was asked":           {Rescue{}, Confirmed, meeting.Meeting{Mode: meeting.ByVideo, Link: meeting.Ready}, false},
	} {
		if got := c.r.settled(Appointment{State: c.state}, c.m); got != c.settled {
			t.Errorf("%s: %v", name, got)
		}
	}
}
