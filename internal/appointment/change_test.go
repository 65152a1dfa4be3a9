package appointment_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func TestMoveKeepsTheLinkAndTellsBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		before, err := h.a.Get(ctx, d, h.org.ID, a.ID)
		h.ok(err)
		h.book(2, at(14, 0))
		client := h.client(a)
		_, err = h.a.Reschedule(ctx, client, appointment.Seen{ID: a.ID}, at(14, 0))
		refused(t, "onto another", err, fault.Conflict, "appointment.taken")
		_, err = h.a.Reschedule(ctx, client, appointment.Seen{ID: a.ID}, at(20, 0))
		refused(t, "outside hours", err, fault.Invalid, "appointment.start.hours")
		_, err = h.a.Reschedule(ctx, client, appointment.Seen{ID: a.ID}, monday.Add(90*time.Minute))
		refused(t, "too soon", err, fault.Invalid, "appointment.start.notice")
		for range 2 { // the second time changes nothing
			_, err = h.a.Reschedule(ctx, client, appointment.Seen{ID: a.ID}, at(10, 30))
			h.ok(err)
		}
		after, err := h.a.ForClient(ctx, d, h.org.ID, a.ClientID, a.ID)
		h.ok(err)
		if after.Meeting.Code != before.Meeting.Code || after.MeetingID != before.MeetingID || after.Sequence != 1 || !after.Starts.Equal(at(10, 30)) {
			t.Errorf("moved to %v, sequence %d, code %s, was %s", after.Starts, after.Sequence, after.Meeting.Code, before.Meeting.Code)
		}
		for kind, want := range map[string]int64{appointment.KindConfirmed: 2, appointment.KindMoved: 2} {
			if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND about = $2 AND kind = $3", a.ID, kind); n != want {
				t.Errorf("%d notices %s, want %d", n, kind, want)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND about = $2 AND kind = $3 AND state <> 'withdrawn'", a.ID, appointment.KindReminder); n != 2 {
			t.Errorf("%d reminders stand, want the two of the new time", n)
		}
	})
}

func TestCancelFreesTheTimeOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		for range 2 {
			got, err := h.a.Cancel(ctx, h.client(a), appointment.Seen{ID: a.ID}, " I am ill ")
			h.ok(err)
			if got.State != appointment.Cancelled || got.Reason != "I am ill" || got.Sequence != 1 {
				t.Errorf("cancelled: %+v", got)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND kind = $2", appointment.KindCancelled); n != 2 {
			t.Errorf("%d notices, want one a side", n)
		}
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND kind = $2 AND state <> 'withdrawn'", appointment.KindReminder); n != 0 {
			t.Errorf("%d reminders of a cancelled appointment", n)
		}
		_, err := h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(11, 0))
		refused(t, "moving what is cancelled", err, fault.Conflict, "appointment.cancelled.already")
		h.book(2, at(10, 0))
	})
}

func TestRemindersThatWouldBeLateAreLeftOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1, func(s *appointment.Service) { s.Notice = 0 })
		h.book(1, monday.Add(3*time.Hour))
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND kind = $2", appointment.KindReminder); n != 1 {
			t.Errorf("%d reminders for an appointment in three hours, want one", n)
		}
	})
}

// TestRemindersHaveAnEnd asks that no reminder is sent beside the next, nor when
// the appointment has begun, while what must be known is told however late.
func TestRemindersHaveAnEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		start := at(10, 0)
		a := h.book(1, start)
		const untilOf = "SELECT until_at FROM notices WHERE org_id = $1 AND about = $2 AND kind = $3 ORDER BY at, id"
		got, err := db.Values[int64](ctx, d, untilOf, h.org.ID, a.ID, appointment.KindReminder)
		h.ok(err)
		if diff := cmp.Diff([]int64{start.Add(-time.Hour).UnixMicro(), start.UnixMicro()}, got); diff != "" {
			t.Errorf("the ends of the reminders (-want +got):\n%s", diff)
		}
		got, err = db.Values[int64](ctx, d, untilOf, h.org.ID, a.ID, appointment.KindConfirmed)
		h.ok(err)
		if diff := cmp.Diff([]int64{0, 0}, got); diff != "" {
			t.Errorf("the ends of the confirmations (-want +got):\n%s", diff)
		}
	})
}

func TestNothingChangesAfterTheStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		dbtest.ClockOf(d).Set(at(10, 1))
		_, err := h.a.Cancel(ctx, h.client(a), appointment.Seen{ID: a.ID}, "")
		refused(t, "cancel", err, fault.Conflict, "appointment.begun")
		_, err = h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(16, 0))
		refused(t, "move", err, fault.Conflict, "appointment.begun")
	})
}

func TestStrangersFindNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		a, b := h.book(1, at(10, 0)), h.book(2, at(11, 0))
		admin := org.Actor{OrgID: other.org.ID, PersonID: other.staff[0], Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
		_, err := h.a.Get(ctx, d, other.org.ID, a.ID)
		refused(t, "get", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.ForClient(ctx, d, h.org.ID, b.ClientID, a.ID)
		refused(t, "another client's", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.ForClient(ctx, d, h.org.ID, "", a.ID)
		refused(t, "nobody's", err, fault.NotFound, "appointment.unknown")
		for who, by := range map[string]org.Actor{"another organization": admin, "another client": h.client(b), "nobody": {OrgID: h.org.ID}} {
			_, err = h.a.Cancel(ctx, by, appointment.Seen{ID: a.ID}, "")
			refused(t, who+" cancels", err, fault.NotFound, "appointment.unknown")
			_, err = h.a.Reschedule(ctx, by, appointment.Seen{ID: a.ID}, at(12, 0))
			refused(t, who+" moves", err, fault.NotFound, "appointment.unknown")
		}
		_, err = h.a.Slots(ctx, appointment.Ask{OrgID: other.org.ID, ServiceID: h.service.ID, Method: appointment.Video}, day)
		refused(t, "slots", err, fault.NotFound, "appointment.service.unknown")
		_, err = h.a.Book(ctx, other.request(1, at(10, 0), func(r *appointment.Request) { r.ServiceID = h.service.ID }))
		refused(t, "book", err, fault.NotFound, "appointment.service.unknown")
		mine := h.service
		mine.ID, mine.Slug, mine.Staff = "", "other", other.staff
		_, err = h.a.SaveService(ctx, h.boss, mine)
		refused(t, "another's staff", err, fault.NotFound, "appointment.staff.unknown")
		_, err = other.a.SaveService(ctx, admin, h.service)
		refused(t, "another's service", err, fault.NotFound, "appointment.service.unknown")
		views, err := h.a.Upcoming(ctx, d, other.org.ID, h.staff[0], day.Start, 100)
		if err != nil || len(views) != 0 {
			t.Errorf("another's schedule: %v, %v", views, err)
		}
	})
}
