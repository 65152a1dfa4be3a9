package meeting

import (
	"errors"
	"testing"
	"time"

	"parley/internal/fault"
	"parley/internal/vault"
)

func TestARefusalIsPendingWithItsReasonUntilTheConnectionReturns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.turn(h.a, vault.NeedsReauthorization, "acct")
		h.run()
		h.check(m, Pending, WayPending, 0)
		if got := h.get(m); got.LinkReason != "meeting.reason.reauthorize" {
			t.Errorf("reason %q", got.LinkReason)
		}
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestALinkThatCannotBeCheckedIsAtRisk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(48 * time.Hour)
		h.run()
		h.turn(h.a, vault.NeedsReauthorization, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		h.later(25 * time.Hour)
		h.check(m, AtRisk, WayEarly, 1, Live)
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestWhatCannotBeEndedIsShownAsLeftAndEndedWhenTheAccountReturns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.turn(h.a, vault.Disconnected, "acct")
		h.cancel(m)
		h.run()
		h.check(m, NoLink, WayCancelled, 1, Left)
		left, next, err := LeftBehind(h.ctx, h.db, testOrg, h.a, "")
		h.must(err)
		if len(left) != 1 || next != "" || left[0].Meeting.ID != m.ID || left[0].Conference.VendorID == "" || left[0].Conference.Reason != "meeting.reason.disconnected" || left[0].Conference.LeftAt.IsZero() {
			t.Errorf("left behind: %+v", left)
		}
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestWhatWasLeftBeforeItsAnswerIsFoundWhenTheAccountReturns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{acts: true, err: fault.Wrap(fault.Unsure, errors.New("silence"), "")})
		h.run()
		h.cancel(m)
		h.turn(h.a, vault.Disconnected, "acct")
		h.run()
		h.check(m, NoLink, WayCancelled, 1, Left)
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestWhatWasLeftIsEndedAlsoWhenAnotherHasTakenItsPlace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{acts: true, err: fault.Wrap(fault.Unsure, errors.New("silence"), "")})
		h.run()
		h.change(m, func(m *Meeting) { m.Mode = ByPhone })
		h.turn(h.a, vault.Disconnected, "acct")
		h.run()
		h.change(m, func(m *Meeting) { m.Mode, m.ConnectionID = ByVideo, h.a })
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Live)
	})
}

func TestAnotherAccountTakesOverOnlyWhatMustChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m, still := h.book(aMonth), h.book(aMonth)
		h.run()
		h.turn(h.a, vault.Connected, "acct2")
		h.move(m, time.Hour)
		h.run()
		h.check(m, Ready, WayEarly, 2, Left, Live)
		h.check(still, Ready, WayEarly, 1, Live)
		h.turn(h.a, vault.Connected, "acct")
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Live)
	})
}

func TestAnotherProviderTurnsTheJoinLinkInOneCommit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		first := h.way(m).URL
		h.change(m, func(m *Meeting) { m.ConnectionID = h.b })
		h.vendor.next(trouble{err: fault.New(fault.Away, "")})
		h.run()
		if h.way(m).URL != first {
			t.Error("the join page left the old link before there was a new one")
		}
		h.later(time.Minute)
		h.check(m, Ready, WayEarly, 1, Gone, Live)
		if w := h.way(m); w.URL == first || w.ConnectionID != h.b {
			t.Errorf("the way in is %+v", w)
		}
	})
}
