package appointment_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

func (h *house) canHostAt(_ context.Context, _ db.Q, _, connection string, ids []string) (map[string]bool, error) {
	can := map[string]bool{}
	for _, id := range ids {
		can[id] = h.works[connection] && !h.cannot[id]
	}
	return can, nil
}

func (h *house) videoName(_ context.Context, _ db.Q, orgID, connection string) (string, error) {
	if orgID != h.org.ID || strings.HasPrefix(connection, "no ") {
		return "", fault.New(fault.NotFound, "")
	}
	return "The " + connection, nil
}

func (h *house) lostAt(_ context.Context, _ db.Q, _, _ string, ids []string) (lost []string, err error) {
	for _, id := range ids {
		if h.lost[id] {
			lost = append(lost, id)
		}
	}
	return lost, nil
}

// links says of an appointment's video link what its meeting would.
func (h *house) links(a appointment.Appointment, link meeting.LinkState, trouble meeting.Trouble) {
	h.t.Helper()
	reason := "meeting.reason.reauthorize"
	if link == meeting.Ready {
		reason = ""
	}
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE meetings SET link = $3, trouble = $4, link_reason = $5 WHERE org_id = $1 AND id = $2", h.org.ID, a.MeetingID, link, trouble, reason); err != nil {
			return err
		}
		m, err := meeting.Get(ctx, tx, h.org.ID, a.MeetingID)
		if err != nil {
			return err
		}
		return h.a.OnChange(ctx, tx, m, link)
	})
}

func (h *house) alternatives(list ...string) {
	h.t.Helper()
	h.ok(h.a.SaveVideoAlternatives(ctx, h.boss, list))
	h.work()
}

func (h *house) journal(a appointment.Appointment, verb string) int64 {
	return h.count("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND object_id = $2 AND verb = $3 AND actor_id = ''", a.ID, verb)
}

func (h *house) until(at time.Time) {
	dbtest.ClockOf(h.d).Set(at)
	h.work()
}

func TestACallIsMovedToTheFirstAlternativeThatWorks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		code := h.get(a).Meeting.Code
		h.works["zoom"] = true
		h.alternatives("connection-1", "asleep", "zoom", appointment.ByTelephone)
		h.links(a, meeting.Pending, meeting.Lost)
		for range 2 { // the second time changes nothing
			h.work()
		}
		v := h.get(a)
		if v.Meeting.ConnectionID != "zoom" || v.Method != appointment.Video || v.Meeting.Code != code || v.Sequence != 1 || v.Told != appointment.KindRescued || v.Meeting.LinkReason != "" {
			t.Errorf("held at %q by %s, sequence %d, told %s", v.Meeting.ConnectionID, v.Method, v.Sequence, v.Told)
		}
		if n := h.notices(a, appointment.KindRescued); n != 2 || h.journal(a, "appointment.rescue.video") != 1 {
			t.Errorf("%d notices, %d entries in the journal", n, h.journal(a, "appointment.rescue.video"))
		}
		h.links(a, meeting.Ready, meeting.Passing)
		// The next one that fails it leads on, never back.
		h.works["connection-1"] = true
		h.works["zoom"] = false
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		if v := h.get(a); v.Meeting.ConnectionID != "zoom" || h.notices(a, appointment.KindStranded) != 2 {
			t.Errorf("went to %q, %d were asked", v.Meeting.ConnectionID, h.notices(a, appointment.KindStranded))
		}
	})
}

func TestHowLongAnotherWayIsWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		trouble meeting.Trouble
		before  time.Duration
	}{"stuck": {meeting.Stuck, time.Hour}, "passing": {meeting.Passing, 10 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := settle(t, d, 1)
				a := h.book(1, at(10, 0))
				h.works["zoom"] = true
				h.alternatives("zoom")
				h.links(a, meeting.Pending, c.trouble)
				h.until(at(10, 0).Add(-c.before - time.Minute))
				if v := h.get(a); v.Meeting.ConnectionID != "connection-1" {
					t.Fatalf("moved to %s too soon", v.Meeting.ConnectionID)
				}
				h.until(at(10, 0).Add(-c.before))
				if v := h.get(a); v.Meeting.ConnectionID != "zoom" {
					t.Errorf("still at %s", v.Meeting.ConnectionID)
				}
			})
		})
	}
}

func TestALinkThatCameMeanwhileIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		h.works["zoom"] = true
		h.alternatives("zoom")
		h.links(a, meeting.Pending, meeting.Stuck)
		h.links(a, meeting.Ready, meeting.Passing)
		h.until(at(9, 30))
		if v := h.get(a); v.Meeting.ConnectionID != "connection-1" || v.Sequence != 0 {
			t.Errorf("moved to %s", v.Meeting.ConnectionID)
		}
	})
}

func TestACallBecomesAPhoneCallWhereThatIsPossible(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		phone := func(r *appointment.Request) { r.Client.Phone = "+44 20 7946 0000" }
		with, without := h.book(1, at(10, 0), phone), h.book(2, at(10, 0))
		h.alternatives(appointment.ByTelephone)
		for _, a := range []appointment.Appointment{with, without} {
			h.links(a, meeting.Pending, meeting.Lost)
		}
		h.work()
		if v := h.get(with); v.Method != appointment.Phone || v.Meeting.Mode != meeting.ByPhone || v.Meeting.Place != "+44 20 7946 0000" || h.notices(with, appointment.KindRescued) != 2 {
			t.Errorf("held by %s at %q", v.Method, v.Meeting.Place)
		}
		if v := h.get(without); v.Method != appointment.Video || h.notices(without, appointment.KindStranded) != 2 {
			t.Errorf("without a number it is held by %s", v.Method)
		}
	})
}

func TestWithoutAWayTheStaffAreAskedOnceAndTheClientIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		before := h.get(a)
		for range 3 {
			h.links(a, meeting.Pending, meeting.Lost)
			h.work()
		}
		after := h.get(a)
		if h.notices(a, appointment.KindStranded) != 2 || h.journal(a, "appointment.rescue.asked") != 1 || after.Version != before.Version {
			t.Errorf("%d notices, %d entries, version %d after %d", h.notices(a, appointment.KindStranded), h.journal(a, "appointment.rescue.asked"), after.Version, before.Version)
		}
		var paths []string
		for _, c := range h.told(appointment.KindStranded, a.ID) {
			for _, act := range c.Actions {
				paths = append(paths, act.Path)
			}
		}
		for _, want := range []string{"/schedule/" + a.ID + "/method", "/schedule/" + a.ID + "/reschedule", appointment.ManagePath} {
			if !slices.Contains(paths, want) {
				t.Errorf("no card leads to %s: %v", want, paths)
			}
		}
		// A list made later is used at once, and what nobody has read is taken back.
		h.works["zoom"] = true
		h.alternatives("zoom")
		if v := h.get(a); v.Meeting.ConnectionID != "zoom" || h.notices(a, appointment.KindStranded) != 0 {
			t.Errorf("held at %q, %d still asked", v.Meeting.ConnectionID, h.notices(a, appointment.KindStranded))
		}
	})
}

func TestTheStaffsOwnAnswerEndsTheQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		h.links(a, meeting.Pending, meeting.Lost)
		h.work()
		_, err := h.a.ChangeMethod(ctx, h.member(h.staff[0]), now(a), appointment.Phone, appointment.To{Phone: "+44 20 7946 0000"})
		h.ok(err)
		if n := h.notices(a, appointment.KindStranded); n != 0 {
			t.Errorf("%d still asked", n)
		}
		h.works["zoom"] = true
		h.alternatives("zoom")
		if v := h.get(a); v.Method != appointment.Phone {
			t.Errorf("held by %s", v.Method)
		}
	})
}

func TestAnEarlierTimeIsRescuedInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(15, 0))
		h.works["zoom"] = true
		h.alternatives("zoom")
		h.links(a, meeting.Pending, meeting.Stuck)
		_, err := h.a.Reschedule(ctx, h.boss, now(a), at(10, 0))
		h.ok(err)
		h.until(at(9, 1))
		if v := h.get(a); v.Meeting.ConnectionID != "zoom" {
			t.Errorf("still at %s", v.Meeting.ConnectionID)
		}
	})
}

func TestAlternativesAreTheAdministrators(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		h.ok(h.a.SaveVideoAlternatives(ctx, h.boss, []string{"zoom", "zoom", appointment.ByTelephone}))
		for who, by := range map[string]org.Actor{"staff": h.member(h.staff[0]), "nobody": {OrgID: h.org.ID}, "a scheduler": {OrgID: h.org.ID, PersonID: "x", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler}}}} {
			refused(t, who, h.a.SaveVideoAlternatives(ctx, by, nil), fault.Denied, "")
		}
		foreign := other.boss
		foreign.OrgID = other.org.ID
		refused(t, "a stranger's connection", h.a.SaveVideoAlternatives(ctx, foreign, []string{"zoom"}), fault.Invalid, "appointment.alternatives.unknown")
		refused(t, "what is not there", h.a.SaveVideoAlternatives(ctx, h.boss, []string{"no zoom"}), fault.Invalid, "appointment.alternatives.unknown")
		refused(t, "too many", h.a.SaveVideoAlternatives(ctx, h.boss, strings.Split("a b c d e f g h i j k", " ")), fault.Invalid, "appointment.alternatives.many")
		list, err := h.a.VideoAlternatives(ctx, d, h.org.ID)
		h.ok(err)
		if diff := cmp.Diff([]string{"zoom", appointment.ByTelephone}, list); diff != "" {
			t.Error(diff)
		}
		if list, err := h.a.VideoAlternatives(ctx, d, other.org.ID); err != nil || len(list) != 0 {
			t.Errorf("the stranger has %v, %v", list, err)
		}
		h.ok(h.a.SaveVideoAlternatives(ctx, h.boss, nil))
		if list, err := h.a.VideoAlternatives(ctx, d, h.org.ID); err != nil || len(list) != 0 {
			t.Errorf("after clearing %v, %v", list, err)
		}
		if n := h.count("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND verb LIKE 'appointment.alternatives%'"); n != 2 {
			t.Errorf("%d entries in the journal", n)
		}
	})
}

// Fifty workers find the same call without a link, while its client moves it and
// the list changes: it is moved once, and each is told once.
func TestFiftyRescuesAreOne(t *testing.T) {
	d := dbtest.Postgres(t)
	h := settle(t, d, 1)
	h.works["zoom"] = true
	h.alternatives("zoom")
	a := h.book(1, at(10, 0))
	h.links(a, meeting.Pending, meeting.Lost)
	client := h.client(a)
	for _, err := range dbtest.Race(50, func(i int) error {
		switch i % 5 {
		case 0:
			_, err := h.a.Reschedule(ctx, client, now(a), at(11+i/10%3, 0))
			return unlessConflict(err)
		case 1:
			return h.a.SaveVideoAlternatives(ctx, h.boss, []string{"zoom", []string{"asleep", appointment.ByTelephone}[i/5%2]})
		}
		return unlessConflict(h.a.RescueNow(ctx, a))
	}) {
		h.ok(err)
	}
	h.work()
	v := h.get(a)
	moved := h.count("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND object_id = $2 AND verb = 'appointment.reschedule'", a.ID)
	if v.Meeting.ConnectionID != "zoom" || h.journal(a, "appointment.rescue.video") != 1 || v.Sequence != moved+1 {
		t.Errorf("held at %q, %d rescues, sequence %d after %d moves", v.Meeting.ConnectionID, h.journal(a, "appointment.rescue.video"), v.Sequence, moved)
	}
	if list, err := h.a.VideoAlternatives(ctx, d, h.org.ID); err != nil || len(list) != 2 {
		t.Errorf("the list is %v, %v", list, err)
	}
}

func unlessConflict(err error) error {
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

func TestWhoIsLostAndTheAdministratorAreToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		boss := h.hireBoss()
		for i, id := range h.staff[:2] {
			h.book(i, at(10, 0), with(id))
		}
		matches := func() {
			h.tx(func(ctx context.Context, tx *db.Tx) error {
				return h.a.MatchesChanged(ctx, tx, h.org.ID, "connection-1", h.staff)
			})
			dbtest.ClockOf(h.d).Advance(2 * time.Minute)
			h.work()
		}
		lost := func() (cards []card.Card) { return h.told(appointment.KindHostLost, "connection-1") }
		matches()
		if n := len(lost()); n != 0 {
			t.Fatalf("%d notices before anybody was lost", n)
		}
		for _, id := range h.staff { // the third holds nothing
			h.lost[id] = true
		}
		for range 3 {
			matches()
		}
		if n := len(lost()); n != 3 {
			t.Errorf("%d notices, want one for each of two and one for the administrators", n)
		}
		if n := h.count("SELECT COUNT(*) FROM deliveries WHERE org_id = $1 AND kind = $2 AND person_id = $3", appointment.KindHostLost, boss); n != 1 {
			t.Errorf("the administrator is told %d times", n)
		}
		delete(h.lost, h.staff[0])
		matches()
		h.lost[h.staff[0]] = true
		matches()
		if n := len(lost()); n != 5 {
			t.Errorf("%d notices after one was found and lost again, want 5", n)
		}
		if n := h.count("SELECT COUNT(*) FROM meetings WHERE org_id = $1 AND connection_id = 'connection-1' AND version > 1"); n != 0 {
			t.Errorf("%d calls were changed", n)
		}
	})
}

// hireBoss adds an administrator.
func (h *house) hireBoss() (id string) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		p, err := h.orgs.AddMember(ctx, tx, org.System(h.org.ID), org.Person{Name: "Eleanor Price", Email: "eleanor@harbourbank.example"}, org.Administrator)
		id = p.ID
		return err
	})
	return id
}
