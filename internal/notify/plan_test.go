package notify

import (
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// fillLedger adds settled deliveries of another lane and of this one.
func (h *house) fillLedger(count int) {
	h.t.Helper()
	dbtest.Exec(h.t, h.d, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
		INSERT INTO deliveries (org_id, id, notice_id, person_id, channel, lane_id, kind, about, urgency, due_at, state, epoch,
			attempt, doubts, wanted, sent, ref, reason, doubled, created_at, changed_at)
		SELECT CAST($1 AS TEXT), 'old' || CAST(i AS TEXT), 'notice' || CAST(i / 3 AS TEXT), 'person' || CAST(i AS TEXT), 'email', $3, 'k',
			'about' || CAST(i / 3 AS TEXT), 2, i, CASE WHEN i % 50 = 0 THEN 'failed' ELSE 'delivered' END, 1,
			0, 0, 1, 1, '', '', FALSE, i, i FROM n`, h.org.ID, int64(count), laneID(h.org.ID, Email))
}

// TestPlans asks that what lanes do all day stays on its indexes among many rows
// that are settled.
func TestPlans(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.many(60)
		h.fillLedger(20000)
		lane := laneID(h.org.ID, Email)
		page := func(person, about string) []any { return []any{h.org.ID, past, person, about, "", "", "", int64(50)} }
		beginText, beginArgs := inList(begin, []any{h.org.ID, int64(1), int64(1)}, []string{"a", "b", "c"}, " RETURNING id")
		for _, c := range []struct {
			name, index, text string
			args              []any
		}{
			{"choose", "deliveries_queued", choose, []any{h.org.ID, lane, int64(2), int64(1), int64(20)}},
			{"begin", "", beginText, beginArgs},
			{"begun by the dead", "deliveries_sending", begunByDead, []any{h.org.ID, lane, int64(1), int64(9)}},
			{"settle", "", settle, []any{h.org.ID, "a", int64(1), "delivered", int64(1), int64(0), int64(0), int64(1), int64(1), "", "", false, int64(1)}},
			{"skip a lane", "deliveries_queued", skipLane, []any{h.org.ID, lane, "", int64(1), int64(chunk)}},
			{"skip a notice", "deliveries_once", skipNotice, []any{h.org.ID, "n", "", int64(1)}},
			{"look", "deliveries_queued", look, []any{int64(1), int64(64)}},
			{"oldest", "deliveries_queued", oldestDue, nil},
			{"ledger of an object", "deliveries_about", ledgerAbout, []any{h.org.ID, "appointment-1"}},
			{"ledger of a person", "deliveries_person", ledgerOfPerson + ledgerTail, page("person1", "")},
			{"page of an object", "deliveries_about", ledgerOfObject + ledgerTail, page("", "about1")},
			{"refused", "deliveries_queued", lastRefused, []any{h.org.ID, lane}},
			{"stuck", "deliveries_queued", stuckIn, []any{h.org.ID, lane}},
			{"counts", "deliveries_once", countsOf, []any{h.org.ID, "n"}},
		} {
			text := strings.NewReplacer("{columns}", "*", "{l.columns}", "l.*", "{d.columns}", "d.*").Replace(c.text)
			plan := dbtest.Plan(t, d, text, c.args...)
			dbtest.NoScan(t, plan, "deliveries", "d")
			if !strings.Contains(plan, c.index) {
				t.Errorf("%s does not use %s:\n%s", c.name, c.index, plan)
			}
		}
	})
}
