package appointment_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

func seen(a appointment.Appointment) appointment.Seen { return a.Seen() }

// now is an appointment as it is, without a version.
func now(a appointment.Appointment) appointment.Seen { return appointment.Seen{ID: a.ID} }

// minute is a time by the clock of the tests, which goes on.
func minute(t time.Time) time.Time { return t.Truncate(time.Minute) }

func (h *house) notices(a appointment.Appointment, kind string) int64 {
	return h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1 AND about = $2 AND kind = $3 AND state <> 'withdrawn'", a.ID, kind)
}

func (h *house) get(a appointment.Appointment) appointment.View {
	h.t.Helper()
	v, err := h.a.Get(ctx, h.d, h.org.ID, a.ID)
	h.ok(err)
	return v
}

func (h *house) member(id string) org.Actor {
	return org.Actor{OrgID: h.org.ID, PersonID: id, Name: "Adviser", Roles: []org.Role{org.Member}, Held: []org.Held{{Role: org.Member}}}
}

// TestStrangersChangeNothing tries every verb with everybody who has no business here.
func TestStrangersChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 3), settle(t, d, 1)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		b := h.book(2, at(11, 0), with(h.staff[0]))
		note, err := h.a.AddNote(ctx, h.boss, a.ID, "Bring the file.")
		h.ok(err)
		far, err := h.a.SaveLocation(ctx, h.boss, appointment.Location{Name: "Hillside", Address: "2 Hill Street", Zone: "Europe/London", Active: true, Staff: h.staff[2:]})
		h.ok(err)
		before := h.get(a)
		for who, by := range map[string]org.Actor{
			"another organization": other.boss, "its staff": h.member(h.staff[1]), "another client": h.client(b), "its own client": h.client(a),
			"nobody": {OrgID: h.org.ID}, "roles without where": {OrgID: h.org.ID, PersonID: "x", Roles: []org.Role{org.Administrator}},
			"a scheduler elsewhere": {OrgID: h.org.ID, PersonID: "x", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: far.ID}}},
		} {
			for what, do := range map[string]func() error{
				"reassign": func() error { _, err := h.a.Reassign(ctx, by, now(a), h.staff[1]); return err },
				"anyone":   func() error { _, err := h.a.Reassign(ctx, by, now(a), ""); return err },
				"method": func() error {
					_, err := h.a.ChangeMethod(ctx, by, now(a), appointment.Phone, appointment.To{Phone: "+44 20 7946 0000"})
					return err
				},
				"state":  func() error { _, err := h.a.SetState(ctx, by, now(a), appointment.Arrived); return err },
				"ask":    func() error { _, err := h.a.AskAnotherTime(ctx, by, now(a)); return err },
				"note":   func() error { _, err := h.a.AddNote(ctx, by, a.ID, "Hello"); return err },
				"follow": func() error { _, err := h.a.AddFollowUp(ctx, by, a.ID, "Call", 20000); return err },
				"takers": func() error { _, _, err := h.a.Takers(ctx, by, a.ID); return err },
				"open":   func() error { _, err := h.a.Open(ctx, h.d, by, a.ID); return err },
			} {
				refused(t, who+": "+what, do(), fault.NotFound, "appointment.unknown")
			}
			for what, err := range map[string]error{
				"edit": h.a.EditNote(ctx, by, note.ID, "Mine"), "remove": h.a.RemoveNote(ctx, by, note.ID), "finish": h.a.FinishFollowUp(ctx, by, note.ID, true),
			} {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: %s a note: %v", who, what, err)
				}
			}
		}
		if after := h.get(a); after.Version != before.Version {
			t.Errorf("version %d, was %d", after.Version, before.Version)
		}
		near := org.Actor{OrgID: h.org.ID, PersonID: "x", Name: "Ruth", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: h.location.ID}}}
		_, err = h.a.Open(ctx, d, near, a.ID)
		h.ok(err)
		everybody, staff, err := h.a.Watched(ctx, d, near)
		if err != nil || everybody || len(staff) != 3 {
			t.Errorf("a scheduler of the branch watches %v %v (%v)", everybody, staff, err)
		}
	})
}

func TestReassignKeepsTimeAndLinkAndTellsThree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(10, 0), with(h.staff[1]))
		before := h.get(a)
		_, err := h.a.Reassign(ctx, h.boss, seen(a), h.staff[1])
		refused(t, "to who is busy", err, fault.Conflict, "appointment.reassign.why.busy")
		_, err = h.a.Reassign(ctx, h.boss, seen(a), h.boss.PersonID)
		refused(t, "to nobody's staff", err, fault.Conflict, "appointment.reassign.gone")
		_, err = h.a.Reassign(ctx, h.boss, appointment.Seen{ID: a.ID, Version: a.Version + 5}, h.staff[2])
		refused(t, "as it never was", err, fault.Conflict, "appointment.seen.stale")
		for range 2 { // the second time changes nothing
			_, err = h.a.Reassign(ctx, h.member(h.staff[0]), now(a), h.staff[2])
			if err != nil && !fault.Is(err, fault.NotFound) { // it is not theirs any more
				t.Fatal(err)
			}
		}
		after := h.get(a)
		if after.StaffID != h.staff[2] || after.Meeting.HostID != h.staff[2] || after.Meeting.Code != before.Meeting.Code || !after.Starts.Equal(a.Starts) || after.Sequence != 1 {
			t.Errorf("%s hosts %s at %v, code %s, sequence %d", after.StaffID, after.Meeting.HostID, after.Starts, after.Meeting.Code, after.Sequence)
		}
		if n := h.notices(a, appointment.KindReassigned); n != 3 {
			t.Errorf("%d are told, want three", n)
		}
		if n := h.notices(a, appointment.KindReminder); n != 2 {
			t.Errorf("%d reminders stand, want two", n)
		}
		if got := strings.Join(h.slots(h.staff[0]), " "); !strings.Contains(got, "10:00") {
			t.Errorf("the old staff are not free again: %s", got)
		}
		if got := strings.Join(h.slots(h.staff[2]), " "); strings.Contains(got, "10:00") {
			t.Errorf("the new staff are free: %s", got)
		}
	})
}

func TestTakersSayWhyNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 6)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(10, 0), with(h.staff[1]))
		h.cannot[h.staff[2]] = true
		h.ok(h.cals.SaveHours(ctx, h.boss, h.staff[3], []calendar.Hours{{Weekday: time.Tuesday, Start: 720, End: 1020}}))
		s := appointment.NewService("Savings")
		s.Methods, s.Staff = appointment.Methods(), h.staff
		_, err := h.a.SaveService(ctx, h.boss, s)
		h.ok(err)
		h.service.Staff = h.staff[:5]
		h.service, err = h.a.SaveService(ctx, h.boss, h.service)
		h.ok(err)
		list, more, err := h.a.Takers(ctx, h.boss, a.ID)
		h.ok(err)
		if more != 1 {
			t.Errorf("%d others, want the one who does not offer it", more)
		}
		var got []string
		for _, c := range list {
			got = append(got, c.Person.Name+" "+strings.TrimPrefix(c.Why, "appointment.reassign.why."))
		}
		want := "Adviser 04 |Adviser 01 busy|Adviser 02 video|Adviser 03 hours"
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("got %s, want %s", text, want)
		}
		after, err := h.a.Reassign(ctx, h.boss, seen(a), "")
		h.ok(err)
		if after.StaffID != h.staff[4] {
			t.Errorf("given to %s", after.StaffID)
		}
		_, err = h.a.Reassign(ctx, h.boss, now(a), h.staff[5])
		refused(t, "who does not offer it", err, fault.Conflict, "appointment.reassign.why.service")
		h.service.Staff = h.staff[4:5]
		h.service, err = h.a.SaveService(ctx, h.boss, h.service)
		h.ok(err)
		_, err = h.a.Reassign(ctx, h.boss, now(a), "")
		refused(t, "nobody left", err, fault.Conflict, "appointment.reassign.nobody")
	})
}

// TestManyTakers: of a large staff all are offered who can take it, and few of
// those who cannot; the others are counted, as far as the actor may give to them.
func TestManyTakers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		const crowd = 70
		h.crowd(crowd)
		count := func(who string, by org.Actor, free, named, more int) {
			t.Helper()
			list, n, err := h.a.Takers(ctx, by, a.ID)
			h.ok(err)
			can := 0
			for _, c := range list {
				if c.Free() {
					can++
				}
			}
			if can != free || len(list)-can != named || n != more {
				t.Errorf("%s: %d free, %d named, %d more; want %d, %d, %d", who, can, len(list)-can, n, free, named, more)
			}
		}
		// Half of the crowd has no hours, the other half offers something else.
		count("administrator", h.boss, 2, 50, crowd-50+crowd)
		count("its staff", h.member(h.staff[0]), 2, 50, crowd-50+crowd)
		near := org.Actor{OrgID: h.org.ID, PersonID: "x", Name: "Ruth", Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: h.location.ID}}}
		count("a scheduler of the branch", near, 2, 0, 0)
		_, err := h.a.Reassign(ctx, near, now(a), "idle-01")
		refused(t, "to somebody elsewhere", err, fault.Conflict, "appointment.reassign.gone")
		_, err = h.a.Reassign(ctx, h.boss, now(a), "idle-01")
		refused(t, "to who has no hours", err, fault.Conflict, "appointment.reassign.why.hours")
	})
}

// crowd adds members who offer the service and have no hours, as many who offer
// another, and some who left.
func (h *house) crowd(many int) {
	h.t.Helper()
	for group, c := range map[string]struct {
		service string
		active  bool
	}{"idle": {h.service.ID, true}, "other": {"another", true}, "left": {"another", false}} {
		for i := range many {
			id := fmt.Sprintf("%s-%02d", group, i)
			dbtest.Exec(h.t, h.d, `INSERT INTO people (org_id, id, kind, known_by, name, email, email_folded, phone, username, employee_no, lang, zone, clock, folded, active, created_at, seen_at, version)
VALUES ($1, $2, 'member', $2, $2, $2, $2, '', '', '', 'en', '', '', $2, $3, 0, 0, 1)`, h.org.ID, id, c.active)
			dbtest.Exec(h.t, h.d, "INSERT INTO service_staff (org_id, service_id, person_id) VALUES ($1, $2, $3)", h.org.ID, c.service, id)
		}
	}
}

func TestTheMethodChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		code := h.get(a).Meeting.Code
		_, err := h.a.ChangeMethod(ctx, h.boss, seen(a), appointment.Phone, appointment.To{})
		refused(t, "without a number", err, fault.Invalid, "appointment.phone.missing")
		_, err = h.a.ChangeMethod(ctx, h.boss, seen(a), appointment.InPerson, appointment.To{})
		refused(t, "without a branch", err, fault.Invalid, "appointment.location.missing")
		_, err = h.a.ChangeMethod(ctx, h.boss, seen(a), appointment.InPerson, appointment.To{LocationID: "elsewhere"})
		refused(t, "at no branch", err, fault.Invalid, "appointment.location.unavailable")
		h.location.Hours = []calendar.Hours{{Weekday: time.Tuesday, Start: 660, End: 1020}}
		h.location, err = h.a.SaveLocation(ctx, h.boss, h.location)
		h.ok(err)
		_, err = h.a.ChangeMethod(ctx, h.boss, now(a), appointment.InPerson, appointment.To{LocationID: h.location.ID})
		refused(t, "at a branch that is shut", err, fault.Invalid, "appointment.method.shut")
		h.location.Hours = []calendar.Hours{{Weekday: time.Tuesday, Start: 540, End: 1020}}
		h.location, err = h.a.SaveLocation(ctx, h.boss, h.location)
		h.ok(err)
		for i, c := range []struct {
			m     appointment.Method
			to    appointment.To
			place string
		}{
			{appointment.Phone, appointment.To{Phone: "+44 20 7946 0000"}, "+44 20 7946 0000"},
			{appointment.InPerson, appointment.To{LocationID: h.location.ID}, "Quayside, 1 Quay Street"},
			{appointment.Video, appointment.To{}, ""},
		} {
			for range 2 { // the second time changes nothing
				_, err = h.a.ChangeMethod(ctx, h.boss, now(a), c.m, c.to)
				h.ok(err)
			}
			v := h.get(a)
			if v.Method != c.m || v.Meeting.Place != c.place || v.Meeting.Code != code || v.Sequence != int64(i+1) || (v.Meeting.ConnectionID != "") != (c.m == appointment.Video) {
				t.Errorf("%s: held by %s at %q by %q, sequence %d", c.m, v.Method, v.Meeting.Place, v.Meeting.ConnectionID, v.Sequence)
			}
			if n := h.notices(a, appointment.KindMethod); n != int64(2*(i+1)) {
				t.Errorf("%s: %d are told", c.m, n)
			}
		}
		h.cannot[h.staff[0]] = true
		_, err = h.a.ChangeMethod(ctx, h.boss, now(a), appointment.Phone, appointment.To{Phone: "+44 20 7946 0000"})
		h.ok(err)
		_, err = h.a.ChangeMethod(ctx, h.boss, now(a), appointment.Video, appointment.To{})
		refused(t, "who cannot host", err, fault.Invalid, "appointment.method.no_video")
		dbtest.ClockOf(d).Set(at(10, 10))
		_, err = h.a.ChangeMethod(ctx, h.boss, now(a), appointment.Phone, appointment.To{Phone: "+44 20 7946 1111"})
		h.ok(err)
		dbtest.ClockOf(d).Set(at(10, 30))
		_, err = h.a.ChangeMethod(ctx, h.boss, now(a), appointment.InPerson, appointment.To{LocationID: h.location.ID})
		refused(t, "when it is over", err, fault.Conflict, "appointment.over")
	})
}

func TestADayAtTheDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		staff := h.member(h.staff[0])
		_, err := h.a.SetState(ctx, staff, seen(a), appointment.Served)
		refused(t, "days before", err, fault.Conflict, "appointment.state.early")
		set := func(hour, minute int, to appointment.State) appointment.Appointment {
			t.Helper()
			dbtest.ClockOf(d).Set(at(hour, minute))
			var got appointment.Appointment
			for range 2 { // pressing twice is no error
				got, err = h.a.SetState(ctx, staff, now(a), to)
				h.ok(err)
			}
			return got
		}
		if n := h.notices(a, appointment.KindReminder); n != 2 {
			t.Errorf("%d reminders", n)
		}
		set(8, 30, appointment.Arrived)
		if n := h.notices(a, appointment.KindReminder); n != 0 {
			t.Errorf("%d reminders for who is there", n)
		}
		set(8, 31, appointment.Confirmed)
		if n := h.notices(a, appointment.KindReminder); n != 1 {
			t.Errorf("%d reminders after taking it back, want the one of an hour", n)
		}
		set(9, 55, appointment.Arrived)
		upcoming, err := h.a.Upcoming(ctx, d, h.org.ID, h.staff[0], at(9, 56), 5)
		if err != nil || len(upcoming) != 1 {
			t.Errorf("who has arrived is still to come: %d, %v", len(upcoming), err)
		}
		set(10, 2, appointment.InProgress)
		_, err = h.a.Cancel(ctx, staff, now(a), "")
		refused(t, "cancelling what goes on", err, fault.Conflict, "appointment.begun")
		_, err = h.a.Reassign(ctx, h.boss, now(a), "")
		refused(t, "reassigning what goes on", err, fault.Conflict, "appointment.reassign.nobody")
		got := set(10, 25, appointment.Served)
		if !minute(got.Arrived).Equal(at(9, 55)) || !minute(got.Begun).Equal(at(10, 2)) || !minute(got.Ended).Equal(at(10, 25)) {
			t.Errorf("the day was %v %v %v", got.Arrived, got.Begun, got.Ended)
		}
		_, err = h.a.SetState(ctx, staff, now(a), appointment.NoShow)
		refused(t, "both", err, fault.Conflict, "appointment.state.order.served")
		if v := h.get(a); v.State != appointment.Served || !minute(v.Ended).Equal(at(10, 25)) {
			t.Errorf("it is %s", v.State)
		}
	})
}

func TestNotesAreKeptAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		staff := h.member(h.staff[0])
		_, err := h.a.AddNote(ctx, staff, a.ID, "  ")
		refused(t, "nothing", err, fault.Invalid, "appointment.note.missing")
		note, err := h.a.AddNote(ctx, staff, a.ID, "Wants to sell the flat.")
		h.ok(err)
		h.ok(h.a.EditNote(ctx, staff, note.ID, "Wants to let the flat."))
		refused(t, "another's", h.a.EditNote(ctx, h.boss, note.ID, "x"), fault.Conflict, "appointment.note.others")
		due := calendar.DateOf(at(0, 0))
		task, err := h.a.AddFollowUp(ctx, h.boss, a.ID, "Send the offer.", due)
		h.ok(err)
		todo := func(staff string, until calendar.Date) int {
			list, err := h.a.FollowUps(ctx, d, h.org.ID, staff, until)
			h.ok(err)
			return len(list)
		}
		if todo(h.staff[0], due-1) != 0 || todo(h.staff[0], due) != 1 {
			t.Error("the follow-up is due on its day and not before")
		}
		_, err = h.a.Reassign(ctx, h.boss, now(a), h.staff[1])
		h.ok(err)
		if todo(h.staff[0], due) != 0 || todo(h.staff[1], due) != 1 {
			t.Error("the follow-up stays with who gave the appointment away")
		}
		for range 2 {
			h.ok(h.a.FinishFollowUp(ctx, h.member(h.staff[1]), task.ID, true))
		}
		if n := h.count("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND verb = 'appointment.followup.done'"); n != 1 {
			t.Errorf("done %d times", n)
		}
		if todo(h.staff[1], due) != 0 {
			t.Error("what is done is still to do")
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, a.ClientID) })
		if list, err := h.a.Notes(ctx, d, h.org.ID, a.ID); err != nil || len(list) != 0 {
			t.Errorf("%d notes are left of who was erased (%v)", len(list), err)
		}
	})
}

func TestWhatIsStrandedIsSettled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		ill := h.member(h.staff[0])
		a, b, c := h.book(1, at(10, 0), with(h.staff[0])), h.book(2, at(11, 0), with(h.staff[0])), h.book(3, at(12, 0), with(h.staff[0]))
		h.book(4, at(11, 0), with(h.staff[1]))
		gone, err := h.a.Cancel(ctx, h.boss, now(h.book(5, at(14, 0), with(h.staff[0]))), "")
		h.ok(err)
		list, err := h.a.Stranded(ctx, d, h.org.ID, h.staff[0], calendar.Span{Start: at(10, 15), End: at(18, 0)})
		h.ok(err)
		if len(list) != 3 || list[0].ID != a.ID || list[2].ID == gone.ID {
			t.Fatalf("%d are stranded", len(list))
		}
		out := h.a.Settle(ctx, ill, []appointment.Plan{
			{Seen: seen(a), Remedy: appointment.HandOver}, {Seen: seen(b), Remedy: appointment.HandOver}, {Seen: seen(c), Remedy: appointment.AskClient},
		})
		h.ok(out[0].Err)
		refused(t, "nobody is free", out[1].Err, fault.Conflict, "appointment.reassign.nobody")
		h.ok(out[2].Err)
		if h.get(a).StaffID != h.staff[1] || h.get(b).StaffID != h.staff[0] || h.get(c).State != appointment.Confirmed {
			t.Error("something else was done")
		}
		if n := h.notices(c, appointment.KindChoose); n != 1 {
			t.Errorf("the client was asked %d times", n)
		}
	})
}

// TestFiftyReassignOne has fifty schedulers give one appointment to many people
// at once, while its client moves it.
func TestFiftyReassignOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 6)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		client := h.client(a)
		done := dbtest.Race(50, func(i int) (err error) {
			switch i % 5 {
			case 4:
				_, err = h.a.Reschedule(ctx, client, seen(a), at(11+i%3, 0))
			case 3:
				_, err = h.a.ChangeMethod(ctx, h.boss, seen(a), appointment.InPerson, appointment.To{LocationID: h.location.ID})
			default:
				_, err = h.a.Reassign(ctx, h.boss, seen(a), h.staff[1+i%5])
			}
			return err
		})
		won := 0
		for i, err := range done {
			if err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) {
				t.Errorf("%d: %v", i, err)
			}
		}
		v := h.get(a)
		if won < 1 || v.Version != a.Version+1 || v.Sequence != 1 {
			t.Errorf("%d won; version %d, sequence %d", won, v.Version, v.Sequence)
		}
		if n := h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1 AND meeting_id = $2 AND person_id = $3", v.MeetingID, v.StaffID); n != 1 {
			t.Errorf("%d claims of its staff", n)
		}
		if n := h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1"); n != 1 {
			t.Errorf("%d claims in all", n)
		}
	})
}

// TestFiftyGiveToOne has fifty appointments of the same time given to one person.
func TestFiftyGiveToOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 11)
		var all []appointment.Appointment
		for i := range 10 {
			all = append(all, h.book(i, at(10, 0), with(h.staff[1+i])))
		}
		done := dbtest.Race(50, func(i int) error {
			_, err := h.a.Reassign(ctx, h.boss, now(all[i%10]), h.staff[0])
			return err
		})
		for i, err := range done {
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM appointments WHERE org_id = $1 AND staff_id = $2", h.staff[0]); n != 1 {
			t.Errorf("one person has %d appointments at one time", n)
		}
		if n := h.count("SELECT COUNT(*) FROM claims WHERE org_id = $1"); n != 10 {
			t.Errorf("%d claims, want ten", n)
		}
	})
}

// fillNotes adds notes and follow-ups; of these, one in ten is still to be done.
func (h *house) fillNotes(count int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range count {
			n := appointment.Note{OrgID: h.org.ID, ID: fmt.Sprint("note-", i), AppointmentID: fmt.Sprint(i%20, "-", i%500), AuthorID: "x", Text: "x",
				Due: "2026-11-30", StaffID: h.staff[i%20], Written: monday, Changed: monday}
			if err := db.Insert(ctx, tx, "appointment_notes", n.Opened(i%10 == 0)); err != nil {
				return err
			}
		}
		return nil
	})
}
