package appointment_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/meeting"
	"parley/internal/org"
)

// diary is who is in what an actor sees, in order.
func (h *house) diary(by org.Actor, f appointment.ScheduleFilter, window calendar.Span) (names []string) {
	h.t.Helper()
	list, err := h.a.Diary(ctx, h.d, by, f, window)
	h.ok(err)
	for _, b := range list {
		names = append(names, strings.TrimPrefix(b.Client, "Client "))
	}
	n, err := h.a.CountDiary(ctx, h.d, by, f, window)
	if h.ok(err); f.Limit == 0 && n != len(list) {
		h.t.Errorf("%+v counts %d, and lists %d", f, n, len(list))
	}
	return names
}

// TestWhoSeesWhatOfASchedule asks for the same day as everybody who could.
func TestWhoSeesWhatOfASchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.location.Staff = h.staff[:2]
		_, err := h.a.SaveLocation(ctx, h.boss, h.location)
		h.ok(err)
		hill, err := h.a.SaveLocation(ctx, h.boss, appointment.Location{Name: "Hill", Address: "1 Hill Road", Zone: "Europe/London", Active: true, Staff: h.staff[1:]})
		h.ok(err)
		at10 := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(11, 0), with(h.staff[1]), func(r *appointment.Request) { r.Method, r.LocationID = appointment.InPerson, hill.ID })
		off := h.book(3, at(9, 0), with(h.staff[2]))
		_, err = h.a.Cancel(ctx, h.boss, off.Seen(), "ill")
		h.ok(err)
		boss := h.boss
		boss.Held = []org.Held{{Role: org.Administrator}}
		scheduler := func(places ...string) org.Actor {
			a := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Roles: []org.Role{org.Scheduler}}
			for _, id := range places {
				a.Held = append(a.Held, org.Held{Role: org.Scheduler, Scope: id})
			}
			return a
		}
		member := org.Actor{OrgID: h.org.ID, PersonID: h.staff[0], Roles: []org.Role{org.Member}, Held: []org.Held{{Role: org.Member}}}
		stranger := boss
		stranger.OrgID = db.NewID()
		for name, c := range map[string]struct {
			by   org.Actor
			f    appointment.ScheduleFilter
			want []string
		}{
			"administrator":         {boss, appointment.ScheduleFilter{}, []string{"3", "1", "2"}},
			"one member":            {boss, appointment.ScheduleFilter{StaffID: h.staff[1]}, []string{"2"}},
			"a state":               {boss, appointment.ScheduleFilter{States: []appointment.State{appointment.Cancelled}}, []string{"3"}},
			"a branch":              {boss, appointment.ScheduleFilter{LocationID: hill.ID}, []string{"3", "2"}},
			"the other branch":      {boss, appointment.ScheduleFilter{LocationID: h.location.ID}, []string{"1"}},
			"another service":       {boss, appointment.ScheduleFilter{ServiceID: db.NewID()}, nil},
			"a client":              {boss, appointment.ScheduleFilter{Text: "cliënt 2"}, []string{"2"}},
			"a client by address":   {boss, appointment.ScheduleFilter{Text: "c1@EXAMPLE"}, []string{"1"}},
			"a wildcard":            {boss, appointment.ScheduleFilter{Text: "%"}, nil},
			"the second page":       {boss, appointment.ScheduleFilter{Skip: 1, Limit: 1}, []string{"1"}},
			"scheduler of the hill": {scheduler(hill.ID), appointment.ScheduleFilter{}, []string{"3", "2"}},
			"scheduler of the quay": {scheduler(h.location.ID), appointment.ScheduleFilter{}, []string{"1", "2"}},
			"scheduler of both":     {scheduler(h.location.ID, hill.ID), appointment.ScheduleFilter{}, []string{"3", "1", "2"}},
			"scheduler of nothing":  {scheduler(), appointment.ScheduleFilter{}, nil},
			"member":                {member, appointment.ScheduleFilter{}, []string{"1"}},
			"member, themselves":    {member, appointment.ScheduleFilter{StaffID: h.staff[0]}, []string{"1"}},
			"member, a colleague":   {member, appointment.ScheduleFilter{StaffID: h.staff[1]}, nil},
			"stranger":              {stranger, appointment.ScheduleFilter{}, nil},
		} {
			if diff := cmp.Diff(c.want, h.diary(c.by, c.f, day)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		h.followed(t, boss, at10)
	})
}

// followed asks what is next, and who can be looked at.
func (h *house) followed(t *testing.T, boss org.Actor, first appointment.Appointment) {
	t.Helper()
	b, found, err := h.a.UpNext(ctx, h.d, boss, appointment.ScheduleFilter{}, monday)
	if h.ok(err); !found || b.ID != first.ID || b.Link != "pending" || b.Seen() != first.Seen() {
		t.Errorf("next is %+v", b)
	}
	if b, found, err = h.a.UpNext(ctx, h.d, boss, appointment.ScheduleFilter{StaffID: h.staff[0]}, at(10, 15)); !found || b.ID != first.ID {
		t.Errorf("what goes on is not next: %+v, %v", b, err)
	}
	if _, found, err = h.a.UpNext(ctx, h.d, boss, appointment.ScheduleFilter{}, at(20, 0)); found {
		t.Errorf("something is next after the last, %v", err)
	}
	people, err := h.a.Watchable(ctx, h.d, boss)
	if h.ok(err); len(people) != 3 {
		t.Errorf("the administrator may look at %d people", len(people))
	}
	narrow := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: h.location.ID}}}
	people, err = h.a.Watchable(ctx, h.d, narrow)
	if h.ok(err); len(people) != 2 || slices.ContainsFunc(people, func(p org.Person) bool { return p.ID == h.staff[2] }) {
		t.Errorf("the scheduler of the quay may look at %d people", len(people))
	}
}

// fillPeople gives the appointments of fill their clients and meetings.
func (h *house) fillPeople() {
	h.t.Helper()
	dbtest.Exec(h.t, h.d, `INSERT INTO people (org_id, id, kind, known_by, name, email, email_folded, phone, username, employee_no, lang, zone, clock, folded, active, created_at, seen_at, version)
SELECT org_id, id, 'client', id, 'Client', '', '', '', '', '', '', '', '', 'client ' || id, TRUE, 0, 0, 1 FROM appointments WHERE org_id = $1`, h.org.ID)
	ids, err := db.Values[string](ctx, h.d, "SELECT id FROM appointments WHERE org_id = $1", h.org.ID)
	h.ok(err)
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for batch := range slices.Chunk(ids, 200) {
			var meetings []db.Row
			for _, id := range batch {
				meetings = append(meetings, &meeting.Meeting{OrgID: h.org.ID, ID: id, Code: id, Kind: appointment.Kind, OwnerID: id, Starts: at(9, 0), Ends: at(10, 0), Link: meeting.Ready})
			}
			if _, err := db.InsertAll[string](ctx, tx, "meetings", meetings, "", "id"); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestPlansOfSchedules asserts that no schedule reads more than it shows.
func TestPlansOfSchedules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		h.fill(20000)
		h.fillPeople()
		boss := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
		narrow := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Roles: []org.Role{org.Scheduler}, Held: []org.Held{{Role: org.Scheduler, Scope: h.location.ID}}}
		morning := calendar.Span{Start: monday, End: monday.Add(4 * time.Hour)}
		for name, c := range map[string]struct {
			by    org.Actor
			f     appointment.ScheduleFilter
			index string
		}{
			"everybody":   {boss, appointment.ScheduleFilter{}, "appointments_day"},
			"one":         {boss, appointment.ScheduleFilter{StaffID: h.staff[0]}, "appointments_staff"},
			"a branch":    {boss, appointment.ScheduleFilter{LocationID: h.location.ID}, "appointments_"},
			"a scheduler": {narrow, appointment.ScheduleFilter{}, "appointments_"},
			"found":       {boss, appointment.ScheduleFilter{Text: "client"}, "appointments_"},
		} {
			text, args := appointment.DiaryText(c.by, c.f, morning)
			plan := dbtest.Plan(t, d, text, args...)
			dbtest.NoScan(t, plan, "appointments", "a", "appointments a", "people", "c", "people c", "meetings", "m", "meetings m")
			if !strings.Contains(plan, c.index) {
				t.Errorf("%s does not use %s:\n%s", name, c.index, plan)
			}
		}
	})
}
