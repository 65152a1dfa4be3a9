package appointment_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// many counts to twenty thousand, on either engine.
const many = `FROM (WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n) AS counted`

// What clients have added in some years: three in four invitations stand, of
// those who ever waited one in fifty still does, and half of those who were asked
// said how it was.
var fillings = []string{
	`INSERT INTO appointment_guests (org_id, id, appointment_id, person_id, role, state, invited_at, changed_at)
SELECT CAST($1 AS TEXT), 'g' || i, '0-' || (i % 900), 'p' || (i % 3000), 'companion', CASE WHEN i % 4 = 0 THEN 'removed' ELSE 'invited' END, i * 1000000, i * 1000000 ` + many,
	`INSERT INTO waiting (org_id, id, service_id, appointment_id, client_id, method, location_id, staff_id, lang, earliest, latest, since, state, offer_start, offer_staff, offer_until, past, version)
SELECT CAST($1 AS TEXT), 'w' || i, CASE WHEN i % 2 = 0 THEN CAST($2 AS TEXT) ELSE 's' || (i % 40) END, '', 'c' || i, 'phone', '', '', '', 0, 0, i * 1000000,
CASE WHEN i % 50 = 0 THEN 'waiting' WHEN i % 3 = 0 THEN 'left' ELSE 'taken' END, 0, '', 0, '[]', 1 ` + many,
	`INSERT INTO feedback (org_id, appointment_id, service_id, staff_id, client_id, ended_at, asked_at, score, comment, given_at, version)
SELECT CAST($1 AS TEXT), 'f' || i, CAST($2 AS TEXT), 'm' || (i % 20), 'c' || (i % 9000), i * 3600000000, i * 3600000000, CASE WHEN i % 2 = 0 THEN 1 + i % 5 ELSE 0 END, '', 0, 1 ` + many,
}

// TestPlansOfWhatClientsAddStayFlat asserts that neither guests, lateness, the
// waiting list nor feedback cost more as they grow old.
func TestPlansOfWhatClientsAddStayFlat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		h.fill(20000)
		h.fillServices(2000)
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			for _, text := range fillings {
				args := []any{h.org.ID, h.service.ID}[:1+min(1, strings.Count(text, "$2"))]
				if _, err := tx.Exec(ctx, text, args...); err != nil {
					return err
				}
			}
			return nil
		})
		hour := func(i int64) db.Time { return db.Time(time.UnixMicro(i * 3600000000)) }
		one := db.Time(monday)
		for _, c := range []struct {
			name, text, index string
			args              []any
		}{
			{"guests of a page of appointments", appointment.GuestsOfAll + db.Params(2, 3) + ") ORDER BY id", "appointment_guests_of", []any{h.org.ID, "0-1", "0-2", "0-3"}},
			{"a guest", appointment.GuestByID, "appointment_guests", []any{h.org.ID, "g7"}},
			{"how many were ever invited", appointment.GuestsEverOf, "appointment_guests_of", []any{h.org.ID, "0-1"}},
			{"how often somebody was invited today", appointment.GuestsSince, "appointment_guests_person", []any{h.org.ID, "p1", one}},
			{"a guest is forgotten", appointment.EraseGuest, "appointment_guests_person", []any{h.org.ID, "p1"}},
			{"into whom being late runs", appointment.NextOf, "appointments_staff", []any{h.org.ID, h.staff[0], one}},
			{"one on the list", appointment.WaitingByID, "waiting", []any{h.org.ID, "w7"}},
			{"the place of a client", appointment.WaitingFor, "waiting_", []any{h.org.ID, h.service.ID, "c7", ""}},
			{"whom the job serves", appointment.WaitingLine, "waiting_line", []any{h.org.ID, h.service.ID}},
			{"which lists somebody's time is for", appointment.WaitedFor, "waiting_line", []any{h.org.ID, h.staff[9]}},
			{"whether they booked meanwhile", appointment.BookedSince, "appointments_client", []any{h.org.ID, h.service.ID, "c7", one}},
			{"how often somebody was put on a list today", appointment.WaitedSince, "waiting_client", []any{h.org.ID, "c1", one}},
			{"who waits is forgotten", appointment.EraseWaiting, "waiting_client", []any{h.org.ID, "c7"}},
			{"feedback of one", appointment.FeedbackText, "feedback", []any{h.org.ID, "f7"}},
			{"the report of a month", appointment.GivenFeedback, "feedback_ended", []any{h.org.ID, hour(19000), hour(19700)}},
			{"how many were asked in it", appointment.AskedFeedback, "feedback_ended", []any{h.org.ID, hour(19000), hour(19700)}},
			{"what somebody said is forgotten", appointment.EraseFeedback, "feedback_client", []any{h.org.ID, "c7"}},
		} {
			plan := dbtest.Plan(t, d, appointment.Expand(c.text), c.args...)
			dbtest.NoScan(t, plan, "appointments", "appointment_guests", "waiting", "waiting w", "w", "service_staff s", "s", "feedback")
			if !strings.Contains(plan, c.index) {
				t.Errorf("%s does not use %s:\n%s", c.name, c.index, plan)
			}
		}
	})
}
