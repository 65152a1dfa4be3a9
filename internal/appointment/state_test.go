package appointment

import (
	"testing"
	"time"

	"parley/internal/fault"
)

// TestStatesFollowEachOther asks of every state at every time of the day which
// others can follow.
func TestStatesFollowEachOther(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	const (
		early = "appointment.state.early"
		soon  = "appointment.state.unbegun"
		off   = "appointment.cancelled.already"
		late  = "appointment.state.late"
	)
	order := func(s State) string { return "appointment.state.order." + string(s) }
	for _, c := range []struct {
		from, to State
		// at is how long after the start it is.
		at   time.Duration
		want string
	}{
		{Confirmed, Arrived, -13 * time.Hour, early},
		{Confirmed, Arrived, -11 * time.Hour, ""},
		{Confirmed, InProgress, -48 * time.Hour, early},
		{Confirmed, InProgress, -time.Hour, ""},
		{Confirmed, Served, -72 * time.Hour, early},
		{Confirmed, Served, -time.Minute, soon},
		{Confirmed, Served, 0, ""},
		{Confirmed, NoShow, -time.Minute, soon},
		{Confirmed, NoShow, 5 * time.Minute, ""},
		{Confirmed, NoShow, 90 * 24 * time.Hour, ""},
		{Confirmed, Cancelled, 0, order(Confirmed)},
		{Confirmed, "", 0, order(Confirmed)},
		{Confirmed, "served twice", 0, order(Confirmed)},
		{Served, "", 48 * time.Hour, order(Served)},
		{Arrived, InProgress, -time.Minute, ""},
		{Arrived, Confirmed, -time.Minute, ""},
		{Arrived, Served, -time.Minute, soon},
		{Arrived, NoShow, time.Minute, ""},
		{InProgress, Served, -time.Minute, ""},
		{InProgress, NoShow, time.Hour, order(InProgress)},
		{InProgress, Confirmed, time.Hour, late},
		{InProgress, Arrived, time.Hour, ""},
		{Served, InProgress, time.Hour, ""},
		{Served, InProgress, 30 * time.Hour, order(Served)},
		{Served, NoShow, time.Hour, order(Served)},
		{Served, Confirmed, time.Hour, late},
		{NoShow, Served, time.Hour, order(NoShow)},
		{NoShow, InProgress, time.Hour, ""},
		{Cancelled, Confirmed, 0, off},
		{Cancelled, Arrived, 0, off},
		{Cancelled, Served, 0, off},
	} {
		a := Appointment{State: Confirmed, Starts: start, Ends: start.Add(30 * time.Minute)}
		if c.from != Confirmed && c.from != Cancelled {
			a = a.step(Arrived, start)
		}
		if c.from == InProgress || c.from.Ended() {
			a = a.step(InProgress, start)
		}
		if c.from.Ended() {
			a = a.step(c.from, start)
		}
		a.State = c.from
		err, got := a.stepTo(c.to, start.Add(c.at)), ""
		if err != nil {
			got = fault.As(err).Key
		}
		if got != c.want {
			t.Errorf("%s to %s at %v: got %q, want %q", c.from, c.to, c.at, got, c.want)
		}
	}
}

// TestTakingBackLeadsToWhereItCameFrom walks every way through a day and back.
func TestTakingBackLeadsToWhereItCameFrom(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, way := range [][]State{
		{Arrived, InProgress, Served}, {Arrived, Served}, {InProgress, Served}, {Served}, {NoShow}, {Arrived, NoShow},
	} {
		states := []Appointment{{State: Confirmed, Starts: start, Ends: start.Add(time.Hour)}}
		for i, to := range way {
			now := start.Add(time.Duration(i) * time.Minute)
			states = append(states, states[i].step(to, now))
		}
		for i := len(way); i > 0; i-- {
			back := states[i].back(start.Add(time.Hour))
			if back != states[i-1].State {
				t.Errorf("%v: from %s back to %q", way, states[i].State, back)
				continue
			}
			was := states[i].step(back, start.Add(time.Hour))
			if was.Arrived != states[i-1].Arrived || was.Begun != states[i-1].Begun || was.Ended != states[i-1].Ended {
				t.Errorf("%v: back to %s leaves %v %v %v", way, back, was.Arrived, was.Begun, was.Ended)
			}
		}
	}
}
