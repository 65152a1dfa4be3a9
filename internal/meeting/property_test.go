package meeting

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

// TestOneLiveConferenceAMeeting draws histories of one meeting: booked, moved,
// cancelled, held otherwise, while the vendor fails in every way it can, while
// connections come and go, and while the reconciler runs in between. After
// every event nothing at the vendor may be unknown to us; in the end there is
// exactly one conference if one is wanted, and none if not.
func TestOneLiveConferenceAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			s := &story{T: rt, house: h}
			s.begin()
			rt.Repeat(map[string]func(*rapid.T){
				"":           s.nothingIsUnknown,
				"move":       s.move,
				"cancel":     s.cancel,
				"change":     s.change,
				"trouble":    s.trouble,
				"lose":       s.lose,
				"connection": s.connection,
				"run":        func(*rapid.T) { h.run() },
				"later":      func(rt *rapid.T) { h.later(rapid.SampledFrom(waits).Draw(rt, "wait")) },
			})
			s.end()
		})
	})
}

var waits = []time.Duration{time.Second, time.Minute, 10 * time.Minute, time.Hour, 25 * time.Hour}

type story struct {
	*rapid.T
	house   *house
	meeting Meeting
	// lost says that the vendor has forgotten a conference, which nobody can
	// know before the next check.
	lost bool
}

func (s *story) begin() {
	h := s.house
	h.vendor.calmDown()
	h.vendor.during = nil
	dbtest.Exec(h.t, h.db, "DELETE FROM jobs")
	h.turn(h.a, vault.Connected, "acct")
	h.turn(h.b, vault.Connected, "other")
	s.meeting = h.book(40 * 24 * time.Hour)
}

func (s *story) move(rt *rapid.T) {
	if m := s.house.get(s.meeting); m.State == Agreed {
		s.house.move(m, time.Duration(rapid.IntRange(-48, 48).Draw(rt, "hours"))*time.Hour)
	}
}

func (s *story) cancel(rt *rapid.T) {
	// One history in three or so ends here: what comes after cancelling is short.
	if rapid.IntRange(0, 3).Draw(rt, "really") == 0 {
		s.house.cancel(s.meeting)
	}
}

func (s *story) change(rt *rapid.T) {
	if s.house.get(s.meeting).State == Cancelled {
		return
	}
	mode := rapid.SampledFrom([]Mode{ByVideo, ByVideo, ByVideo, ByPhone, AtPlace}).Draw(rt, "mode")
	conn := rapid.SampledFrom([]string{s.house.a, s.house.b}).Draw(rt, "connection")
	title := rapid.SampledFrom([]string{"Review", "Second review"}).Draw(rt, "title")
	s.house.change(s.meeting, func(m *Meeting) { m.Mode, m.ConnectionID, m.Title = mode, conn, title })
}

// trouble lets the vendor fail the next calls, or ends our process over one.
func (s *story) trouble(rt *rapid.T) {
	limited := fault.New(fault.Limited, "")
	limited.After = time.Duration(rapid.IntRange(0, 300).Draw(rt, "after")) * time.Second
	unsure := fault.Wrap(fault.Unsure, errors.New("silence"), "")
	s.house.vendor.next(rapid.SampledFrom([]trouble{
		{}, {err: limited}, {err: fault.New(fault.Away, "")}, {err: unsure}, {acts: true, err: unsure},
		{err: fault.New(fault.Denied, "")}, {err: fault.New(fault.SignIn, "")}, {err: fault.New(fault.Invalid, "")},
		{err: fault.New(fault.Internal, "")}, {kill: true},
	}).Draw(rt, "trouble"))
	if rapid.IntRange(0, 3).Draw(rt, "meanwhile") == 0 {
		s.meanwhile()
	}
}

// meanwhile cancels the meeting while the vendor is being called about it.
func (s *story) meanwhile() {
	m, once := s.meeting, true
	s.house.vendor.during = func(string) {
		if once {
			once = false
			s.house.cancel(m)
		}
	}
}

func (s *story) lose(*rapid.T) {
	s.lost = true
	s.house.vendor.lose(s.meeting.ID)
}

func (s *story) connection(rt *rapid.T) {
	state := rapid.SampledFrom([]vault.State{vault.Connected, vault.Connected, vault.NeedsReauthorization, vault.Disconnected}).Draw(rt, "state")
	account := rapid.SampledFrom([]string{"acct", "acct", "acct2"}).Draw(rt, "account")
	if rapid.Bool().Draw(rt, "of a") {
		s.house.turn(s.house.a, state, account)
	} else {
		s.house.turn(s.house.b, state, "other")
	}
}

// nothingIsUnknown holds at every moment: whatever the vendor has of ours
// stands in a row that will still be acted on, and at most one row is live.
func (s *story) nothingIsUnknown(*rapid.T) {
	rows := s.rows()
	live := 0
	for _, c := range rows {
		if c.Stage == Live {
			live++
		}
	}
	if live > 1 {
		s.Fatalf("%d conferences are live", live)
	}
	for _, v := range s.house.vendor.of(s.meeting.ID) {
		c, known := rows[v.key]
		if !known || c.Stage == Gone || (c.Stage == Intended && c.AskedAt.IsZero()) {
			s.Fatalf("the vendor holds %s (%s), of which we know %+v", v.key, v.account, c)
		}
	}
	s.joinPageIsRight(rows)
}

func (s *story) joinPageIsRight(rows map[string]Conference) {
	m, w := s.house.get(s.meeting), s.house.way(s.meeting)
	now := s.house.now()
	want := WayEarly
	url := ""
	for _, c := range rows {
		if c.Stage == Live && m.Mode == ByVideo {
			url = c.JoinURL
		}
	}
	switch {
	case m.State == Cancelled:
		want, url = WayCancelled, ""
	case now.After(m.Ends.Add(time.Hour)):
		want, url = WayOver, ""
	case m.Mode == ByVideo && url == "":
		want = WayPending
	case !now.Before(m.Starts.Add(-15 * time.Minute)):
		want = WayOpen
	}
	if w.State != want || w.URL != url {
		s.Fatalf("the join page says %s %q, want %s %q", w.State, w.URL, want, url)
	}
}

// end lets the world calm down and time pass, and looks at what there is.
func (s *story) end() {
	h := s.house
	h.vendor.calmDown()
	h.vendor.during = nil
	h.turn(h.a, vault.Connected, "acct")
	h.turn(h.b, vault.Connected, "other")
	for range 6 {
		h.later(time.Hour)
	}
	s.nothingIsUnknown(nil)
	m, rows := h.get(s.meeting), s.rows()
	if !h.now().Before(m.Starts.Add(-24 * time.Hour)) {
		return // over, or so close that a lost one may not have been looked at yet
	}
	want := 0
	if m.State == Agreed && m.Mode == ByVideo {
		want = 1
		s.fitted(m)
	}
	live := 0
	for _, c := range rows {
		switch c.Stage {
		case Live:
			live++
		case Gone, Left:
		default:
			s.Fatalf("%s is still %s: %+v", c.key(), c.Stage, c)
		}
	}
	if live != want {
		s.Fatalf("%d live conferences in the end, want %d", live, want)
	}
}

// fitted holds when all is calm: the link is ready and the vendor's meeting is as wished.
func (s *story) fitted(m Meeting) {
	if m.Link != Ready || m.LinkReason != "" {
		s.Fatalf("all is calm and the link is %q (%s)", m.Link, m.LinkReason)
	}
	w, there := s.house.way(m), false
	for _, v := range s.house.vendor.of(m.ID) {
		if s.house.vendor.url(v) != w.URL {
			continue
		}
		there = true
		if !v.wish.Starts.Equal(m.Starts) || v.wish.Subject != m.Title {
			s.Fatalf("the vendor's meeting is %q at %s, wanted %q at %s", v.wish.Subject, v.wish.Starts, m.Title, m.Starts)
		}
	}
	if !there && !s.lost {
		s.Fatalf("the join page leads to %q, where the vendor has nothing", w.URL)
	}
}

func (s *story) rows() map[string]Conference {
	all, err := Conferences(context.Background(), s.house.db, testOrg, s.meeting.ID)
	if err != nil {
		s.Fatal(err)
	}
	rows := map[string]Conference{}
	for _, c := range all {
		rows[c.key()] = c
	}
	return rows
}
