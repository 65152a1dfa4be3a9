package meeting

import (
	"context"
	"slices"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// lose lets the vendor of connection a not know a person any more, and says so as
// identity does.
func (h *house) lose(personID string) {
	h.t.Helper()
	h.rematch(personID, "missed", "")
}

// rematch says anew who a person is at the vendor of connection a.
func (h *house) rematch(personID, state, vendorID string) {
	h.t.Helper()
	h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE identities SET state = $4, vendor_id = $5, reason = 'identity.reason.gone' WHERE org_id = $1 AND connection_id = $2 AND person_id = $3`,
			testOrg, h.a, personID, state, vendorID)
		if err != nil {
			return err
		}
		return h.ms.MatchesChanged(ctx, tx, testOrg, h.a, []string{personID})
	}))
	h.run()
}

// atVendor are the hosts that the vendor has of the one meeting that is there.
func (h *house) atVendor(m Meeting) []string {
	h.t.Helper()
	all := h.vendor.of(m.ID)
	if len(all) != 1 {
		h.t.Fatalf("%d meetings at the vendor", len(all))
	}
	return all[0].wish.Hosts
}

func TestTheLastHostIsNeverTakenAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(3 * 24 * time.Hour)
		h.run()
		h.lose(m.HostID)
		lost := h.get(m)
		if lost.Link != AtRisk || lost.LinkReason != ReasonHostLost || lost.Trouble != Stuck {
			t.Errorf("lost: %s, %q, %q", lost.Link, lost.LinkReason, lost.Trouble)
		}
		if n, err := Week(h.ctx, h.db, testOrg, h.now()); n != 1 || err != nil {
			t.Errorf("%d of the week, %v", n, err)
		}
		if list, err := WeekList(h.ctx, h.db, testOrg, h.now(), 9); len(list) != 1 || err != nil {
			t.Errorf("%d listed, %v", len(list), err)
		}
		h.move(m, time.Hour)
		h.run()
		h.check(m, AtRisk, WayEarly, 1, Live)
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-" + m.HostID}) {
			t.Errorf("moved: hosts %v", got)
		}
		if got := h.vendor.of(m.ID)[0].wish; !got.HostsStay || !got.Starts.Equal(m.Starts.Add(time.Hour)) {
			t.Errorf("moved: %+v", got)
		}
		h.rematch(m.HostID, "matched", "v-anew")
		h.check(m, Ready, WayEarly, 1, Live)
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-anew"}) {
			t.Errorf("matched again: hosts %v", got)
		}
		if n, err := Week(h.ctx, h.db, testOrg, h.now()); n != 0 || err != nil {
			t.Errorf("matched again: %d of the week, %v", n, err)
		}
	})
}

func TestAMeetingOfALostHostIsReadyWhenItIsHandedOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.lose(m.HostID)
		h.hand(m, "person-next")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-person-next"}) {
			t.Errorf("hosts %v", got)
		}
	})
}

func TestAnotherHostWhoIsKnownTakesThePlaceOfTheLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.match(h.a, "beside")
		m := h.book(aMonth, func(m *Meeting) { m.CoHosts = []string{"beside"} })
		h.run()
		h.lose(m.HostID)
		h.check(m, AtRisk, WayEarly, 1, Live)
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-beside"}) {
			t.Errorf("hosts %v", got)
		}
		h.lose("beside")
		h.move(m, time.Hour)
		h.run()
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-beside"}) {
			t.Errorf("both lost: hosts %v", got)
		}
	})
}

func TestAMeetingThatIsMadeAnewAsksForNoHostOfTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.lose(m.HostID)
		h.vendor.of(m.ID)[0].gone = true
		h.move(m, time.Hour)
		h.run()
		h.check(m, AtRisk, WayEarly, 1, Gone, Live)
		if got := h.atVendor(m); len(got) != 0 {
			t.Errorf("hosts %v", got)
		}
	})
}

func TestAHostWhoIsKnownByAnotherIDIsShownAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.rematch(m.HostID, "matched", "v-anew")
		if got := h.atVendor(m); !slices.Equal(got, []string{"v-anew"}) {
			t.Errorf("hosts %v", got)
		}
	})
}

func TestTheMonthKnowsWhatWasRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		spent := fault.New(fault.Limited, "")
		spent.After = connector.NextMonth
		h.vendor.next(trouble{err: spent})
		h.run()
		c, err := h.vault.Connection(h.ctx, h.db, testOrg, h.a)
		h.must(err)
		refused := func(at time.Time) int {
			month, err := h.ms.Month(h.ctx, h.db, c, at)
			h.must(err)
			return month.Refused
		}
		if n := refused(h.now()); n != 1 {
			t.Errorf("%d refused", n)
		}
		h.cancel(m)
		h.run()
		if n := refused(h.now()); n != 1 {
			t.Errorf("cancelled meanwhile: %d refused", n)
		}
		if n := refused(nextMonth(h.now())); n != 0 {
			t.Errorf("the next month: %d refused", n)
		}
	})
}

// One run of matching may name everybody: no job is given more than it can hold.
func TestManyMatchesAreManyJobs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		people := make([]string, 2*rematchedMost+1)
		for i := range people {
			people[i] = db.NewID()
		}
		m := h.book(3 * 24 * time.Hour)
		h.run()
		people[2*rematchedMost] = m.HostID
		h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
			return h.ms.MatchesChanged(ctx, tx, testOrg, h.a, people)
		}))
		sizes, err := db.Values[int64](h.ctx, h.db, "SELECT LENGTH(args) FROM jobs WHERE kind = $1 ORDER BY 1", kindHosts)
		if err != nil || len(sizes) != 3 || sizes[0] > 200 {
			t.Errorf("the jobs hold %v bytes, %v", sizes, err)
		}
		dbtest.Exec(t, h.db, "UPDATE identities SET state = 'missed', vendor_id = '', reason = 'identity.reason.gone' WHERE person_id = $1", m.HostID)
		h.run()
		if got := h.get(m); got.LinkReason != ReasonHostLost {
			t.Errorf("who came last was passed over: %q", got.LinkReason)
		}
		h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error { return h.ms.MatchesChanged(ctx, tx, testOrg, h.a, nil) }))
		if n, err := db.Value[int64](h.ctx, h.db, "SELECT COUNT(*) FROM jobs WHERE kind = $1", kindHosts); n != 0 || err != nil {
			t.Errorf("%d jobs for nobody, %v", n, err)
		}
	})
}
