package meeting

import (
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/vault"
)

func ofHost(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	each(t, func(t *testing.T, h *house) {
		h.vendor.ofHost = true
		test(t, h)
	})
}

func TestAnotherHostGetsAMeetingOfTheirOwnInOneCommit(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		first := h.way(m).URL
		h.hand(m, "person-next")
		h.vendor.next(trouble{err: fault.New(fault.Away, "")})
		h.run()
		if h.way(m).URL != first || h.get(m).Link != Ready {
			t.Error("the join page left the old link before there was a new one")
		}
		h.later(time.Minute)
		h.check(m, Ready, WayEarly, 1, Gone, Live)
		if owner := h.vendor.of(m.ID)[0].owner; owner != "acct/v-person-next" || h.way(m).URL == first {
			t.Errorf("it belongs to %s", owner)
		}
	})
}

func TestAMeetingOfAHostWhomNobodyKnowsWaitsForThem(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		dbtest.Exec(t, h.db, "DELETE FROM identities")
		h.run()
		h.check(m, Pending, WayPending, 0)
		if got := h.get(m); got.LinkReason != "meeting.reason.host" || got.Trouble != Stuck {
			t.Errorf("reason %q, trouble %q", got.LinkReason, got.Trouble)
		}
		h.match(h.a, m.HostID)
		h.later(time.Hour)
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestAMeetingKeepsItsLinkWhenItsHostIsLost(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		first := h.way(m).URL
		dbtest.Exec(t, h.db, "DELETE FROM identities")
		h.move(m, time.Hour)
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if held := h.vendor.of(m.ID)[0]; h.way(m).URL != first || held.wish.Hosts[0] != "v-"+m.HostID || !held.wish.Starts.Equal(m.Starts.Add(time.Hour)) {
			t.Errorf("the vendor holds %+v", held.wish)
		}
	})
}

func TestAMeetingHandedOnWhileItIsBeingMadeLeavesNothing(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.during = func(call string) {
			h.vendor.during = nil
			h.hand(m, "person-next")
		}
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Live)
		if owner := h.vendor.of(m.ID)[0].owner; owner != "acct/v-person-next" {
			t.Errorf("it belongs to %s", owner)
		}
	})
}

func TestAMeetingHandedBackAndForthWhileTheVendorIsSilent(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{acts: true, err: fault.New(fault.Unsure, "")}, trouble{acts: true, err: fault.New(fault.Unsure, "")})
		h.run()
		h.hand(m, "person-next")
		h.run()
		for range 3 {
			h.later(time.Minute)
		}
		h.check(m, Ready, WayEarly, 1, Gone, Live)
		h.hand(m, m.HostID)
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Gone, Live)
	})
}

func TestAMeetingOfAHostIsHandedOnWhenItsConnectionReturns(t *testing.T) {
	ofHost(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.turn(h.a, vault.Disconnected, "acct")
		h.hand(m, "person-next")
		h.run()
		h.check(m, AtRisk, WayEarly, 1, Live)
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Live)
	})
}
