package appointment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// invited books with the first of the staff and invites the second.
func (h *house) invited() appointment.Appointment {
	h.t.Helper()
	a := h.book(1, at(10, 0), with(h.staff[0]))
	after, err := h.a.InviteColleague(ctx, h.member(h.staff[0]), a.Seen(), h.staff[1])
	h.ok(err)
	return after
}

func (h *house) claims(person string) int64 {
	h.t.Helper()
	return h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1 AND person_id = $2", person)
}

// own is the schedule of a member as they see it.
func (h *house) own(i int) []appointment.Brief {
	h.t.Helper()
	list, err := h.a.Diary(ctx, h.d, h.member(h.staff[i]), appointment.ScheduleFilter{StaffID: h.staff[i]}, day)
	h.ok(err)
	n, err := h.a.CountDiary(ctx, h.d, h.member(h.staff[i]), appointment.ScheduleFilter{StaffID: h.staff[i]}, day)
	h.ok(err)
	if n != len(list) {
		h.t.Errorf("%d are listed, %d are counted", len(list), n)
	}
	return list
}

func TestAColleagueIsThereToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		a := h.invited()
		again, err := h.a.InviteColleague(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, h.staff[1]) // pressed twice
		h.ok(err)
		v := h.view(a.ID)
		if again.Version != a.Version || len(v.Colleagues) != 1 || len(v.Guests) != 0 || !slices.Equal(v.Meeting.CoHosts, h.staff[1:2]) {
			t.Fatalf("version %d after %d, colleagues %v, guests %v, co-hosts %v", again.Version, a.Version, v.Colleagues, v.Guests, v.Meeting.CoHosts)
		}
		if n := h.claims(h.staff[1]); n != 1 {
			t.Errorf("the appointment takes %d claims of the colleague", n)
		}
		if slices.Contains(h.slots(h.staff[1]), "10:00") {
			t.Error("the colleague is offered at a time that is taken")
		}
		if list := h.own(1); len(list) != 1 || list[0].StaffID != h.staff[0] || !slices.Equal(list[0].Beside, h.staff[1:2]) {
			t.Errorf("the colleague's schedule has %+v", list)
		}
		if next, ok, err := h.a.UpNext(ctx, d, h.member(h.staff[1]), appointment.ScheduleFilter{StaffID: h.staff[1]}, monday); err != nil || !ok || next.ID != a.ID {
			t.Errorf("up next is %v %v %v", next.ID, ok, err)
		}
		if list := h.own(2); len(list) != 0 {
			t.Errorf("another has %+v", list)
		}
		cards := h.told(appointment.KindColleague, a.ID)
		if len(cards) != 1 || cards[0].Event.UID != v.Colleagues[0].ID+"@parley.example" || cards[0].Event.Method != card.Request {
			t.Errorf("the colleague was told %+v", cards)
		}
	})
}

func TestWhoCannotBeInvited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 3), settle(t, d, 1)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(10, 0), with(h.staff[1]))
		_, err := h.cals.AddTimeOff(ctx, h.boss, h.staff[2], calendar.TimeOff{Span: calendar.Span{Start: at(9, 0), End: at(12, 0)}})
		h.ok(err)
		for name, c := range map[string]struct {
			who  string
			kind fault.Kind
			key  string
		}{
			"busy":       {h.staff[1], fault.Conflict, "appointment.colleague.busy"},
			"off":        {h.staff[2], fault.Conflict, "appointment.colleague.busy"},
			"the staff":  {h.staff[0], fault.Invalid, "appointment.colleague.staff"},
			"a client":   {a.ClientID, fault.Invalid, "appointment.colleague.unknown"},
			"a stranger": {other.staff[0], fault.Invalid, "appointment.colleague.unknown"},
			"nobody":     {"", fault.Invalid, "appointment.colleague.unknown"},
		} {
			_, err := h.a.InviteColleague(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, c.who)
			refused(t, name, err, c.kind, c.key)
		}
		for name, by := range map[string]org.Actor{"another member": h.member(h.staff[1]), "the client": h.client(a), "another organization": other.boss, "who is not signed in": {OrgID: h.org.ID}} {
			_, err := h.a.InviteColleague(ctx, by, appointment.Seen{ID: a.ID}, h.staff[1])
			refused(t, name, err, fault.NotFound, "appointment.unknown")
			_, err = h.a.DropColleague(ctx, by, appointment.Seen{ID: a.ID}, h.staff[2])
			refused(t, name, err, fault.NotFound, "appointment.unknown")
			_, _, err = h.a.Attend(ctx, d, by, a.ID)
			refused(t, name, err, fault.NotFound, "appointment.unknown")
		}
		dbtest.ClockOf(d).Set(at(10, 30))
		_, err = h.a.InviteColleague(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, h.staff[1])
		refused(t, "after the end", err, fault.Conflict, "appointment.over")
	})
}

// TestWhatAColleagueMayDo: they open it, write, and say that they cannot come; it
// is not theirs to change.
func TestWhatAColleagueMayDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		a := h.invited()
		by, seen := h.member(h.staff[1]), appointment.Seen{ID: a.ID}
		v, may, err := h.a.Attend(ctx, d, by, a.ID)
		if err != nil || may || v.ID != a.ID {
			t.Fatalf("opens %s, may %v: %v", v.ID, may, err)
		}
		n, err := h.a.AddNote(ctx, by, a.ID, "I bring the figures.")
		h.ok(err)
		h.ok(h.a.EditNote(ctx, by, n.ID, "I bring the new figures."))
		_, err = h.a.Cancel(ctx, by, seen, "")
		refused(t, "cancel", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.Reschedule(ctx, by, seen, at(12, 0))
		refused(t, "move", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.Reassign(ctx, by, seen, h.staff[1])
		refused(t, "take over", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.Open(ctx, d, by, a.ID)
		refused(t, "change", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.InviteColleague(ctx, by, seen, h.staff[2])
		refused(t, "invite", err, fault.NotFound, "appointment.unknown")
		for range 2 {
			_, err = h.a.DropColleague(ctx, by, seen, h.staff[1])
		}
		refused(t, "not there any more", err, fault.NotFound, "appointment.unknown")
		if v := h.view(a.ID); len(v.Colleagues)+len(v.Beside)+len(v.Meeting.CoHosts) != 0 || h.claims(h.staff[1]) != 0 {
			t.Errorf("still there: %v %v %v", v.Colleagues, v.Beside, v.Meeting.CoHosts)
		}
		_, err = h.a.AddNote(ctx, by, a.ID, "Late.")
		refused(t, "write", err, fault.NotFound, "appointment.unknown")
	})
}

// TestAColleagueFollows moves, changes and cancels: the colleague's time and entry
// follow under one name.
func TestAColleagueFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.invited()
		g := h.view(a.ID).Colleagues[0]
		_, err := h.a.Reschedule(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, at(10, 30)) // into a part of its own time
		h.ok(err)
		_, err = h.a.ChangeMethod(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, appointment.InPerson, appointment.To{LocationID: h.location.ID})
		h.ok(err)
		if n := h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1 AND person_id = $2 AND starts_at = $3", h.staff[1], db.Time(at(10, 30))); n != 1 {
			t.Errorf("%d claims at the new time", n)
		}
		_, err = h.a.Cancel(ctx, h.client(a), appointment.Seen{ID: a.ID}, "")
		h.ok(err)
		cards, last := h.told(appointment.KindColleague, a.ID), -1
		if len(cards) != 4 {
			t.Fatalf("%d cards for the colleague", len(cards))
		}
		for i, c := range cards {
			if c.Event.UID != g.ID+"@parley.example" || c.Event.Sequence <= last && i > 0 {
				t.Errorf("card %d: entry %s, sequence %d after %d", i, c.Event.UID, c.Event.Sequence, last)
			}
			last = c.Event.Sequence
		}
		if cards[3].Event.Method != card.Cancel || h.claims(h.staff[1]) != 0 {
			t.Errorf("the last says %s; %d claims stay", cards[3].Event.Method, h.claims(h.staff[1]))
		}
	})
}

func TestMovingWhileAColleagueIsBusy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.invited()
		h.book(2, at(12, 0), with(h.staff[1]))
		_, err := h.a.Reschedule(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, at(12, 0))
		refused(t, "the staff", err, fault.Conflict, "appointment.colleague.move")
		if f := fault.As(err); f == nil || f.Field != "start" || !strings.Contains(fmt.Sprint(f.Args...), "Adviser 01") {
			t.Errorf("nobody is named: %v", err)
		}
		_, err = h.a.RescheduleWithout(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, at(12, 0))
		h.ok(err)
		if v := h.view(a.ID); !v.Starts.Equal(at(12, 0)) || len(v.Beside) != 0 || h.claims(h.staff[1]) != 1 {
			t.Errorf("at %v with %v; the colleague has %d claims", v.Starts, v.Beside, h.claims(h.staff[1]))
		}
		_, err = h.a.Reschedule(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, at(10, 0))
		h.ok(err)
		_, err = h.a.InviteColleague(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, h.staff[1])
		h.ok(err)
		_, err = h.a.Reschedule(ctx, h.client(a), appointment.Seen{ID: a.ID}, at(12, 0))
		h.ok(err)
		if v := h.view(a.ID); !v.Starts.Equal(at(12, 0)) || len(v.Beside) != 0 {
			t.Errorf("the client moved to %v with %v", v.Starts, v.Beside)
		}
	})
}

func TestAColleagueTakesOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		a := h.invited()
		_, err := h.a.InviteColleague(ctx, h.boss, appointment.Seen{ID: a.ID}, h.staff[2])
		h.ok(err)
		_, err = h.a.Reassign(ctx, h.member(h.staff[0]), appointment.Seen{ID: a.ID}, h.staff[1])
		h.ok(err)
		v := h.view(a.ID)
		if v.StaffID != h.staff[1] || !slices.Equal(v.Beside, h.staff[2:]) || v.Meeting.HostID != h.staff[1] || !slices.Equal(v.Meeting.CoHosts, h.staff[2:]) {
			t.Errorf("held by %s with %v, meeting %s with %v", v.StaffID, v.Beside, v.Meeting.HostID, v.Meeting.CoHosts)
		}
		if h.claims(h.staff[0]) != 0 || h.claims(h.staff[1]) != 1 || h.claims(h.staff[2]) != 1 {
			t.Errorf("claims %d %d %d", h.claims(h.staff[0]), h.claims(h.staff[1]), h.claims(h.staff[2]))
		}
	})
}

// TestNobodyIsInTwoPlaces has many invite one colleague to what goes on at the same
// time, while others book with them and move.
func TestNobodyIsInTwoPlacesAsAColleague(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 6)
		var list []appointment.Appointment
		for i := range 5 {
			list = append(list, h.book(i, at(10, 0), with(h.staff[i])))
		}
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				a := list[i%5]
				switch i % 7 {
				case 0:
					_, _ = h.a.Reschedule(ctx, h.boss, appointment.Seen{ID: a.ID}, at(11, 0))
				case 1:
					_, _ = h.a.Book(ctx, h.request(100+i, at(10, 0), with(h.staff[5])))
				case 2:
					_, _ = h.a.Cancel(ctx, h.boss, appointment.Seen{ID: list[4].ID}, "")
				case 3:
					_, _ = h.a.DropColleague(ctx, h.boss, appointment.Seen{ID: a.ID}, h.staff[5])
				case 4:
					_, _ = h.a.Reassign(ctx, h.boss, appointment.Seen{ID: a.ID}, h.staff[5])
				default:
					_, _ = h.a.InviteColleague(ctx, h.boss, appointment.Seen{ID: a.ID}, h.staff[5])
				}
			})
		}
		all.Wait()
		h.overlaps()
		for _, a := range list {
			v := h.view(a.ID)
			hosts := slices.Sorted(slices.Values(v.Meeting.CoHosts))
			if !slices.Equal(v.Beside, hosts) || len(v.Colleagues) != len(v.Beside) {
				t.Errorf("beside %v, co-hosts %v, %d invitations", v.Beside, hosts, len(v.Colleagues))
			}
			want := int64(1 + len(v.Beside))
			if v.State == appointment.Cancelled {
				want = 0
			}
			if n := h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1 AND meeting_id = $2", a.MeetingID); n != want {
				t.Errorf("%d claims, want %d", n, want)
			}
		}
	})
}

// overlaps fails the test if anybody has two claims at a time.
func (h *house) overlaps() {
	h.t.Helper()
	n := h.count(`SELECT COUNT(*) FROM claims x JOIN claims y ON y.org_id = x.org_id AND y.person_id = x.person_id
AND y.meeting_id > x.meeting_id AND y.starts_at < x.ends_at AND x.starts_at < y.ends_at WHERE x.org_id = $1`)
	if n != 0 {
		h.t.Errorf("%d times somebody is in two places", n)
	}
}

// TestInvitingColleaguesAtOnce has fifty ask for the five places.
func TestInvitingColleaguesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 9)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				for range 20 { // who comes upon another's change looks again
					_, err := h.a.InviteColleague(ctx, h.boss, appointment.Seen{ID: a.ID}, h.staff[1+i%8])
					if f := fault.As(err); f == nil || f.Key != "appointment.changed" {
						return
					}
				}
			})
		}
		all.Wait()
		if n := len(h.view(a.ID).Colleagues); n != appointment.ColleaguesMost {
			t.Errorf("%d colleagues", n)
		}
	})
}

// TestColleaguesAreNoGuests: the client's caps and pages leave them alone.
func TestColleaguesAreNoGuests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.invited()
		g := h.view(a.ID).Colleagues[0]
		for i := range appointment.GuestsMost {
			_, err := h.a.InviteGuest(ctx, h.client(a), appointment.Seen{ID: a.ID}, guest(i))
			h.ok(err)
		}
		err := h.a.RemoveGuest(ctx, h.client(a), appointment.Seen{ID: a.ID}, g.ID)
		refused(t, "removed by the client", err, fault.NotFound, "appointment.guest.unknown")
		refused(t, "declined by a link", h.a.DeclineGuest(ctx, h.org.ID, g.PersonID, g.ID), fault.NotFound, "appointment.guest.unknown")
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, g.PersonID) })
		if v := h.view(a.ID); len(v.Colleagues) != 0 {
			t.Errorf("%v stays of somebody who was erased", v.Colleagues)
		}
	})
}
