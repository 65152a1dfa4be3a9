package meeting

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

func TestAMeetingMovedWhileSwitchedOffKeepsItsLinkAndIsPutRightLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		before := h.way(m).URL
		h.turn(h.a, vault.Disconnected, "acct")
		h.move(m, time.Hour)
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if got := h.get(m); got.LinkReason != "meeting.reason.outdated.time" || h.way(m).URL != before {
			t.Errorf("reason %q, way %+v", got.LinkReason, h.way(m))
		}
		h.counts(ConnectionCounts{Ready: 1, Outdated: 1, MadeThisMonth: 1})
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if held := h.vendor.of(m.ID)[0].wish; h.get(m).LinkReason != "" || !held.Starts.Equal(m.Starts.Add(time.Hour)) {
			t.Errorf("the vendor holds it at %s: %s", held.Starts, h.get(m).LinkReason)
		}
		h.counts(ConnectionCounts{Ready: 1, MadeThisMonth: 1})
	})
}

func TestAMeetingHandedOverWhileSwitchedOffIsAtRisk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.turn(h.a, vault.Disconnected, "acct")
		h.hand(m, "person-other")
		h.run()
		h.check(m, AtRisk, WayEarly, 1, Live)
		h.counts(ConnectionCounts{AtRisk: 1, Outdated: 1, MadeThisMonth: 1})
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestWhatIsPendingWhenItIsSwitchedOffIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(3 * 24 * time.Hour)
		h.turn(h.a, vault.Disconnected, "acct")
		h.run()
		if got := h.get(m); got.Link != Pending || got.Trouble != Lost {
			t.Errorf("%s, trouble %q", got.Link, got.Trouble)
		}
		h.counts(ConnectionCounts{Pending: 1})
		if n, err := Week(h.ctx, h.db, testOrg, h.now()); err != nil || n != 1 {
			t.Errorf("%d without a link this week, %v", n, err)
		}
		if n, _ := Week(h.ctx, h.db, "stranger", h.now()); n != 0 {
			t.Errorf("a stranger counts %d", n)
		}
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if got := h.get(m); got.Trouble != Passing {
			t.Errorf("trouble %q", got.Trouble)
		}
	})
}

func TestALimitOfAMonthIsSaidAtOnceAndNotAskedAgainBeforeItsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		spent := fault.New(fault.Limited, "")
		spent.After = 9 * 24 * time.Hour
		h.vendor.next(trouble{err: spent})
		h.run()
		if got := h.get(m); got.Link != Pending || got.LinkReason != "meeting.reason.quota" || got.Trouble != Passing {
			t.Errorf("%s (%s), trouble %q", got.Link, got.LinkReason, got.Trouble)
		}
		h.vendor.said()
		for range 4 { // the sweep rings, and nobody is asked
			h.later(time.Hour)
		}
		if said := h.vendor.said(); said != "" {
			t.Errorf("the vendor was asked to %s", said)
		}
		h.later(9 * 24 * time.Hour)
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestAFullMonthRestsUntilTheNext(t *testing.T) {
	spent := fault.New(fault.Limited, "")
	spent.After = connector.NextMonth
	var c Conference
	c.failed(spent, time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))
	if want := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC); !c.RetryAt.Equal(want) || c.Reason != "meeting.reason.quota" {
		t.Errorf("again at %s (%s)", c.RetryAt, c.Reason)
	}
}

func TestALimitThatLastsBeyondTheStartIsNoPassingTrouble(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(48 * time.Hour)
		spent := fault.New(fault.Limited, "")
		spent.After = 9 * 24 * time.Hour
		h.vendor.next(trouble{err: spent})
		h.run()
		if got := h.get(m); got.Trouble != Stuck {
			t.Errorf("trouble %q", got.Trouble)
		}
	})
}

func TestAMonthIsCountedAgainstTheVendorsLimit(t *testing.T) {
	for made, want := range map[int]int{0: 0, 79: 0, 80: 80, 94: 80, 95: 95, 99: 95, 100: 100, 120: 100} {
		if got := (Month{Made: made, Of: 100}).Warning(); got != want {
			t.Errorf("%d of 100 warns at %d, want %d", made, got, want)
		}
	}
	if got := (Month{Made: 5000}).Warning(); got != 0 {
		t.Errorf("without a limit it warns at %d", got)
	}
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.FixedZone("", -3600)) // January in UTC
	if got := month(at); !got.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("its month began %s", got)
	}
}

func TestLeftoversComeInPagesAndToNoStranger(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
			for range 2*leftPage + 1 {
				c := Conference{OrgID: testOrg, ID: db.NewID(), MeetingID: db.NewID(), ConnectionID: h.a, Stage: Left}
				if err := db.Insert(ctx, tx, "conferences", &c); err != nil {
					return err
				}
			}
			return nil
		}))
		var sizes []int
		for after := ""; ; {
			page, next, err := LeftBehind(h.ctx, h.db, testOrg, h.a, after)
			h.must(err)
			sizes = append(sizes, len(page))
			if after = next; next == "" {
				break
			}
		}
		if !slices.Equal(sizes, []int{leftPage, leftPage, 1}) {
			t.Errorf("pages of %v", sizes)
		}
		h.counts(ConnectionCounts{Left: 2*leftPage + 1})
		seen := map[string]bool{}
		for after, going := "", true; going; going = after != "" {
			page, next, err := LeftAtAll(h.ctx, h.db, testOrg, after)
			h.must(err)
			for _, l := range page {
				seen[l.Conference.ID] = true
			}
			after = next
		}
		if len(seen) != 2*leftPage+1 {
			t.Errorf("%d of all connections", len(seen))
		}
		if page, _, _ := LeftAtAll(h.ctx, h.db, "stranger", ""); len(page) != 0 {
			t.Errorf("a stranger sees %d of all connections", len(page))
		}
		if page, _, _ := LeftBehind(h.ctx, h.db, "stranger", h.a, ""); len(page) != 0 {
			t.Errorf("a stranger sees %d", len(page))
		}
		if n, err := Counts(h.ctx, h.db, "stranger", h.a, h.now()); err != nil || n != (ConnectionCounts{}) {
			t.Errorf("a stranger counts %+v, %v", n, err)
		}
	})
}

func (h *house) counts(want ConnectionCounts) {
	h.t.Helper()
	got, err := Counts(h.ctx, h.db, testOrg, h.a, h.now())
	h.must(err)
	if got != want {
		h.t.Errorf("counts %+v, want %+v", got, want)
	}
	all, err := BehindAtAll(h.ctx, h.db, testOrg, h.now()) // nothing else is behind in these tests
	h.must(err)
	if (all != Behind{Outdated: want.Outdated, Left: want.Left}) {
		h.t.Errorf("behind at all %+v, want what the connection has: %+v", all, want)
	}
}

// hand gives a meeting to another person, whom the vendor knows.
func (h *house) hand(m Meeting, person string) {
	h.t.Helper()
	h.match(h.a, person)
	h.must(h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := Change(ctx, tx, testOrg, m.ID, func(m *Meeting) { m.HostID = person })
		return err
	}, h.get(m).HostID, person))
}

// TestWhatWasPromisedForASwitchedOffConnection draws histories of one meeting and
// of the connection behind it, without any trouble at the vendor. At every moment
// that all jobs have run, the link state says what is true; in the end the vendor
// has what is wanted and nothing else.
func TestWhatWasPromisedForASwitchedOffConnection(t *testing.T) {
	for name, ofHost := range map[string]bool{"of the account": false, "of the host": true} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := newHouse(t, d)
				h.vendor.ofHost = ofHost
				rapid.Check(t, func(rt *rapid.T) {
					s := &offStory{story: story{T: rt, house: h}}
					s.begin()
					s.own = "own-" + db.NewID()
					rt.Repeat(map[string]func(*rapid.T){
						"":           s.promised,
						"reschedule": s.move,
						"cancel":     s.cancel,
						"reassign":   s.reassign,
						"off":        func(*rapid.T) { s.off = true; h.turn(h.a, vault.Disconnected, "acct") },
						"on":         func(*rapid.T) { s.off = false; h.turn(h.a, vault.Connected, "acct") },
						"later":      func(*rapid.T) { h.later(time.Minute) },
					})
					s.end()
					s.promised(rt)
				})
			})
		})
	}
}

type offStory struct {
	story
	off bool
	// own tells the people of this story from those of others.
	own string
}

func (s *offStory) reassign(rt *rapid.T) {
	if m := s.house.get(s.meeting); m.State == Agreed {
		s.house.hand(m, s.own+rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "host"))
	}
}

// promised lets the jobs run and holds the link state against the vendor.
func (s *offStory) promised(*rapid.T) {
	h := s.house
	h.run()
	m, rows := h.get(s.meeting), s.rows()
	s.nothingIsUnknown(nil)
	held := h.vendor.of(m.ID)
	switch {
	case m.State == Cancelled:
		for _, c := range rows {
			if s.off && c.Stage != Left && c.Stage != Gone || !s.off && c.Stage != Gone {
				s.Fatalf("cancelled, and a conference is %s", c.Stage)
			}
		}
		if w := h.way(m); w.URL != "" || !s.off && len(held) > 0 {
			s.Fatalf("cancelled: the way in is %q, the vendor holds %d", w.URL, len(held))
		}
	case len(held) == 0:
		if !s.off || m.Link != Pending || m.Trouble != Lost {
			s.Fatalf("nothing at the vendor, and the link is %s (%s)", m.Link, m.LinkReason)
		}
	default:
		s.asShown(m)
	}
}

// asShown holds when there is a conference: the link leads to it, and is told to
// be out of date exactly when it is.
func (s *offStory) asShown(m Meeting) {
	h := s.house
	var shown *holding
	for _, v := range h.vendor.of(m.ID) {
		if h.vendor.url(v) == h.way(m).URL {
			shown = v
		}
	}
	if shown == nil {
		s.Fatalf("the way in is %q, where the vendor has nothing", h.way(m).URL)
	}
	sameTime, sameHost := shown.wish.Starts.Equal(m.Starts), shown.wish.Hosts[0] == "v-"+m.HostID
	switch {
	case sameTime && sameHost && m.Link == Ready && m.LinkReason == "":
	case s.off && !sameHost && m.Link == AtRisk && m.LinkReason == "meeting.reason.outdated.hosts":
	case s.off && sameHost && !sameTime && m.Link == Ready && m.LinkReason == "meeting.reason.outdated.time":
	default:
		s.Fatalf("link %s (%s), off %v; the vendor shows %s of %v, wanted %s of %s", m.Link, m.LinkReason, s.off, shown.wish.Starts, shown.wish.Hosts, m.Starts, m.HostID)
	}
}
