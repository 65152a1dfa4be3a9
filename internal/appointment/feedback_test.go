package appointment_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func TestClientsAreAskedOnceAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		a, off := h.book(1, at(10, 0)), h.book(2, at(11, 0))
		_, err := h.a.Cancel(ctx, h.client(off), appointment.Seen{ID: off.ID}, "")
		h.ok(err)
		_, err = h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(12, 0))
		h.ok(err)
		dbtest.ClockOf(d).Set(at(11, 5))
		h.work()
		if _, asked, _ := h.a.FeedbackOf(ctx, d, h.org.ID, a.ID); asked {
			t.Error("asked at the old time")
		}
		dbtest.ClockOf(d).Set(at(13, 1))
		h.work()
		h.work()
		if n := len(h.told(appointment.KindFeedback, a.ID)); n != 1 {
			t.Errorf("asked %d times", n)
		}
		if _, asked, _ := h.a.FeedbackOf(ctx, d, h.org.ID, off.ID); asked {
			t.Error("asked about what was cancelled")
		}
		_, err = h.a.GiveFeedback(ctx, h.org.ID, off.ClientID, a.ID, 5, "")
		refused(t, "another client", err, fault.NotFound, "appointment.feedback.unknown")
		_, err = h.a.GiveFeedback(ctx, other.org.ID, a.ClientID, a.ID, 5, "")
		refused(t, "another organization", err, fault.NotFound, "appointment.feedback.unknown")
		_, err = h.a.GiveFeedback(ctx, h.org.ID, a.ClientID, a.ID, 0, "")
		refused(t, "no score", err, fault.Invalid, "appointment.feedback.score.missing")
		for _, score := range []int64{3, 4} {
			_, err = h.a.GiveFeedback(ctx, h.org.ID, a.ClientID, a.ID, score, "Clear and kind")
			h.ok(err)
		}
		report, err := h.a.Feedback(ctx, d, h.org.ID, calendar.Span{Start: monday, End: at(24, 0)}, time.UTC)
		h.ok(err)
		if report.All.Score() != 4 || report.Asked != 1 || report.Services[0].ID != h.service.ID || len(report.Comments) != 1 {
			t.Errorf("reported %+v", report)
		}
		dbtest.ClockOf(d).Set(at(13, 2).AddDate(0, 0, 8))
		_, err = h.a.GiveFeedback(ctx, h.org.ID, a.ClientID, a.ID, 1, "")
		refused(t, "after a week", err, fault.Conflict, "appointment.feedback.closed")
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, a.ClientID) })
		if f, _, _ := h.a.FeedbackOf(ctx, d, h.org.ID, a.ID); f.Comment != "" || f.Score != 4 {
			t.Errorf("after erasing: %+v", f)
		}
	})
}

func TestAnOrganizationMayNotAsk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		h.ok(h.orgs.SaveSetting(ctx, h.boss, appointment.AsksFeedback, org.WholeOrganization, "false"))
		dbtest.ClockOf(d).Set(at(11, 1))
		h.work()
		if _, asked, _ := h.a.FeedbackOf(ctx, d, h.org.ID, a.ID); asked {
			t.Error("asked all the same")
		}
	})
}
