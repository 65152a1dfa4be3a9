package appointment_test

import (
	"testing"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/meeting"
)

// stuck books a call whose link is lost and about which the staff were asked.
func (h *house) stuck(staffID string) appointment.Appointment {
	h.t.Helper()
	a := h.book(1, at(15, 0), with(staffID))
	h.links(a, meeting.Pending, meeting.Lost)
	h.work()
	h.questions("at first", a, 1, 1)
	return a
}

// questions wants so many to stand, and so many to have been asked at all.
func (h *house) questions(when string, a appointment.Appointment, standing, ever int64) {
	h.t.Helper()
	if n, all := h.notices(a, appointment.KindStranded), h.journal(a, "appointment.rescue.asked"); n != 2*standing || all != ever {
		h.t.Errorf("%s: %d notices of %d questions, want %d of %d", when, n, all, 2*standing, ever)
	}
}

// asks counts the questions to a member that were not taken back.
func (h *house) asks(personID string) int64 {
	h.t.Helper()
	return h.count(`SELECT COUNT(*) FROM deliveries d JOIN notices n ON n.org_id = d.org_id AND n.id = d.notice_id
		WHERE d.org_id = $1 AND d.person_id = $2 AND n.kind = $3 AND n.state <> 'withdrawn'`, personID, appointment.KindStranded)
}

func TestALinkThatCameAndBreaksAgainIsAskedAboutAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.stuck(h.staff[0])
		h.links(a, meeting.Ready, meeting.Passing)
		h.work()
		h.questions("with a link", a, 0, 1)
		before := h.get(a)
		h.links(a, meeting.Ready, meeting.Passing)
		h.work()
		if after := h.get(a); after.Version != before.Version {
			t.Errorf("version %d after %d: it was settled twice", after.Version, before.Version)
		}
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		h.questions("broken again", a, 1, 2)
	})
}

func TestWhoTakesACallWithoutALinkOverIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.stuck(h.staff[0])
		_, err := h.a.Reassign(ctx, h.boss, now(a), h.staff[1])
		h.ok(err)
		h.questions("handed over", a, 0, 1)
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		h.questions("with the colleague", a, 1, 2)
		if was, is := h.asks(h.staff[0]), h.asks(h.staff[1]); was != 0 || is != 1 {
			t.Errorf("who had it is asked %d times, who has it %d times", was, is)
		}
	})
}

func TestACallThatIsByVideoAgainIsAskedAboutAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.stuck(h.staff[0])
		by := h.member(h.staff[0])
		_, err := h.a.ChangeMethod(ctx, by, now(a), appointment.Phone, appointment.To{Phone: "+44 20 7946 0000"})
		h.ok(err)
		h.questions("by telephone", a, 0, 1)
		_, err = h.a.ChangeMethod(ctx, by, now(a), appointment.Video, appointment.To{})
		h.ok(err)
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		h.questions("by video again", a, 1, 2)
	})
}

// Another time is an answer too: before that time it is asked anew.
func TestAMovedCallIsAskedAboutBeforeItsNewTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		h.links(a, meeting.Pending, meeting.Passing)
		h.until(at(9, 50))
		h.questions("before the first time", a, 1, 1)
		_, err := h.a.Reschedule(ctx, h.boss, now(a), at(15, 0))
		h.ok(err)
		h.work()
		h.questions("moved", a, 0, 1)
		h.until(at(14, 50))
		h.questions("before the second time", a, 1, 2)
	})
}

func TestNobodyIsAskedAboutWhatIsCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.stuck(h.staff[0])
		_, err := h.a.Cancel(ctx, h.boss, now(a), "")
		h.ok(err)
		h.questions("cancelled", a, 0, 1)
	})
}

// Fifty workers find that the link came: the question is taken back once.
func TestAQuestionIsSettledOnce(t *testing.T) {
	d := dbtest.Postgres(t)
	h := settle(t, d, 1)
	a := h.stuck(h.staff[0])
	h.links(a, meeting.Ready, meeting.Passing)
	before := h.get(a)
	for _, err := range dbtest.Race(50, func(int) error { return unlessConflict(h.a.RescueNow(ctx, a)) }) {
		h.ok(err)
	}
	h.questions("with a link", a, 0, 1)
	if v := h.get(a); v.Rescue.Asked != "" || v.Version != before.Version+1 {
		t.Errorf("asked for the sake of %q, version %d after %d", v.Rescue.Asked, v.Version, before.Version)
	}
}
