package calendar_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestAFailingCalendarIsToldAfterADay counts since when a calendar is said to
// fail: one such moment is one notice.
func TestAFailingCalendarIsToldAfterADay(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		told := map[time.Time]bool{}
		h.busy.OnFailing = append(h.busy.OnFailing, func(_ context.Context, _ *db.Tx, s calendar.Source) error {
			if s.Fault == "" || s.PersonID != h.me.PersonID {
				t.Errorf("told of %+v", s)
			}
			told[s.Failing] = true
			return nil
		})
		h.cal.say(nil, hour(0))
		h.add()
		fail := func(hours, want int) {
			t.Helper()
			h.cal.say(fault.New(fault.NotFound, "busy.fault.withdrawn"))
			for range hours {
				dbtest.ClockOf(h.d).Advance(time.Hour + time.Minute)
				h.work()
			}
			if len(told) != want {
				t.Errorf("after %d hours told %d times, want %d", hours, len(told), want)
			}
		}
		fail(20, 0)
		fail(30, 1)
		h.cal.say(nil, hour(0))
		dbtest.ClockOf(h.d).Advance(2 * time.Hour)
		h.work()
		fail(20, 1)
		fail(10, 2)
	})
}
