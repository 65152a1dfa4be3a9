package appointment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
)

func TestFiftyClientsOneSlot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		won := 0
		errs := dbtest.Race(50, func(i int) error {
			_, err := h.a.Book(ctx, h.request(i, at(10, 0), with(h.staff[0])))
			return err
		})
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			refused(t, "a loser", err, fault.Conflict, "appointment.taken")
		}
		if n := h.count("SELECT COUNT(*) FROM appointments WHERE org_id = $1"); won != 1 || n != 1 {
			t.Errorf("%d winners, %d appointments, want one", won, n)
		}
		for _, table := range []string{"meetings", "claims"} {
			if n := h.count("SELECT COUNT(*) FROM " + table + " WHERE org_id = $1"); n != 1 {
				t.Errorf("%d %s, want one", n, table)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM notices WHERE org_id = $1"); n != 4 {
			t.Errorf("%d notices, want client, staff and two reminders", n)
		}
	})
}

func TestAnyoneAvailableFindsRoomForEveryone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		for i, err := range dbtest.Race(20, func(i int) error {
			_, err := h.a.Book(ctx, h.request(i, at(10, 0)))
			return err
		}) {
			if err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		}
		if n := h.count("SELECT COUNT(DISTINCT staff_id) FROM appointments WHERE org_id = $1"); n != 20 {
			t.Errorf("%d people have an appointment, want 20", n)
		}
		_, err := h.a.Book(ctx, h.request(99, at(10, 0)))
		refused(t, "the twenty-first", err, fault.Conflict, "appointment.taken")
	})
}

func TestAnyoneAvailableIsFair(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.book(1, at(9, 0), with(h.staff[0]))
		h.book(2, at(9, 0), with(h.staff[1]))
		h.book(3, at(11, 0), with(h.staff[1]))
		h.book(4, at(12, 0), with(h.staff[2]))
		// The first and the third have one each; the first had theirs earlier.
		if got := h.book(5, at(15, 0)).StaffID; got != h.staff[0] {
			t.Errorf("number %d was chosen, want 0", slices.Index(h.staff, got))
		}
		if got := h.book(6, at(15, 0)).StaffID; got != h.staff[2] {
			t.Errorf("number %d was chosen, want 2", slices.Index(h.staff, got))
		}
	})
}

func TestDailyLimitHoldsInARace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.ok(h.a.SaveDailyLimit(ctx, h.boss, h.staff[0], 3))
		won := 0
		for _, err := range dbtest.Race(16, func(i int) error {
			_, err := h.a.Book(ctx, h.request(i, at(9, 0).Add(time.Duration(i)*30*time.Minute)))
			return err
		}) {
			if err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) {
				t.Errorf("a loser was told %v", err)
			}
		}
		if won != 3 {
			t.Errorf("%d booked, want the limit of 3", won)
		}
		if got := h.slots(""); got != nil {
			t.Errorf("a full day still offers %v", got)
		}
	})
}

func TestBuffersOfBothAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1, func(s *appointment.Service) { s.BufferBefore, s.BufferAfter = 15*time.Minute, 30*time.Minute })
		h.book(1, at(12, 0))
		// After it: its 30 and the next one's 15; before it: its 15 and the earlier one's 30.
		want := []string{"09:00", "09:30", "10:00", "10:30", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"}
		if diff := cmp.Diff(want, h.slots("")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		_, err := h.a.Book(ctx, h.request(2, at(13, 0)))
		refused(t, "into the quiet", err, fault.Conflict, "appointment.taken")
		h.book(3, at(13, 30))
	})
}

func TestTheSameFormTwiceBooksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		key := func(r *appointment.Request) { r.Key = "form-1" }
		var made [20]appointment.Appointment
		for _, err := range dbtest.Race(20, func(i int) (err error) {
			made[i], err = h.a.Book(ctx, h.request(1, at(10, 0), key))
			return err
		}) {
			h.ok(err)
		}
		for _, a := range made {
			if a.ID != made[0].ID {
				t.Fatal("the same form made two appointments")
			}
		}
		if other := h.book(1, at(11, 0), key); other.ID == made[0].ID {
			t.Error("another time with the same form gave the first appointment")
		}
	})
}

func TestFormFaultsComeBackAtTheirFields(t *testing.T) {
	questions := []appointment.Question{
		{ID: "goal", Label: "What is it about?", Kind: appointment.ShortText, Required: true},
		{ID: "kind", Label: "Which kind?", Kind: appointment.Choice, Options: []string{"New", "Existing"}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1, func(s *appointment.Service) { s.Questions = questions })
		fine := func(r *appointment.Request) { r.Answers = map[string]string{"goal": "A flat"} }
		for name, c := range map[string]struct {
			field, key string
			edit       func(*appointment.Request)
		}{
			"no name":          {"name", "appointment.name.missing", func(r *appointment.Request) { r.Client.Name = "  \t " }},
			"10 kB name":       {"name", "appointment.text.long", func(r *appointment.Request) { r.Client.Name = strings.Repeat("x", 10240) }},
			"name in lines":    {"name", "appointment.text.line", func(r *appointment.Request) { r.Client.Name = "a\r\nBcc: b@example.org" }},
			"no e-mail":        {"email", "appointment.email.missing", func(r *appointment.Request) { r.Client.Email = "" }},
			"bad e-mail":       {"email", "appointment.email.shape", func(r *appointment.Request) { r.Client.Email = "ada@localhost" }},
			"named e-mail":     {"email", "appointment.email.shape", func(r *appointment.Request) { r.Client.Email = "Ada <ada@example.org>" }},
			"two e-mails":      {"email", "appointment.email.shape", func(r *appointment.Request) { r.Client.Email = "a@example.org,b@example.org" }},
			"phone, no number": {"phone", "appointment.phone.missing", func(r *appointment.Request) { r.Method = appointment.Phone }},
			"odd number":       {"phone", "appointment.phone.shape", func(r *appointment.Request) { r.Client.Phone = "call me <b>" }},
			"unknown zone":     {"zone", "calendar.zone.unknown", func(r *appointment.Request) { r.Client.Zone = "Local" }},
			"unknown language": {"lang", "appointment.lang.unknown", func(r *appointment.Request) { r.Client.Lang = "tlh" }},
			"unknown method":   {"method", "appointment.method.unavailable", func(r *appointment.Request) { r.Method = "pigeon" }},
			"stranger's staff": {"staff", "appointment.staff.unavailable", func(r *appointment.Request) { r.StaffID = db.NewID() }},
			"no answer":        {"answer.goal", "appointment.answer.missing", func(r *appointment.Request) { r.Answers = nil }},
			"no such option":   {"answer.kind", "appointment.answer.option", func(r *appointment.Request) { r.Answers["kind"] = "Other" }},
			"past":             {"start", "appointment.start.past", func(r *appointment.Request) { r.Start = monday.Add(-time.Hour) }},
			"too soon":         {"start", "appointment.start.notice", func(r *appointment.Request) { r.Start = monday.Add(time.Hour) }},
			"too far ahead":    {"start", "appointment.start.ahead", func(r *appointment.Request) { r.Start = monday.AddDate(0, 0, 61) }},
			"off the raster":   {"start", "appointment.start.hours", func(r *appointment.Request) { r.Start = at(10, 7) }},
			"outside hours":    {"start", "appointment.start.hours", func(r *appointment.Request) { r.Start = at(17, 0) }},
			"no time":          {"start", "appointment.start.missing", func(r *appointment.Request) { r.Start = time.Time{} }},
			"no such time": {"start", "appointment.start.gap", func(r *appointment.Request) {
				r.Start, r.Local = time.Time{}, "2027-03-28T02:30"
			}},
		} {
			_, err := h.a.Book(ctx, h.request(1, at(10, 0), fine, c.edit))
			refused(t, name, err, fault.Invalid, c.key)
			if f := fault.Of(err); len(f) != 1 || f[0].Field != c.field {
				t.Errorf("%s: faults %v, want one at %s", name, err, c.field)
			}
		}
		_, err := h.a.Book(ctx, appointment.Request{OrgID: h.org.ID, ServiceID: h.service.ID})
		if n := len(fault.Of(err)); n < 6 {
			t.Errorf("an empty form has %d faults: %v", n, err)
		}
		if n := h.count("SELECT COUNT(*) FROM people WHERE org_id = $1 AND kind = 'client'"); n != 0 {
			t.Errorf("%d clients were kept of forms that were refused", n)
		}
		html := h.book(1, at(10, 0), fine, func(r *appointment.Request) { r.Client.Name = "<b>Ada</b>"; r.Notes = "<script>\n" })
		if html.Notes != "<script>" {
			t.Errorf("notes %q", html.Notes)
		}
	})
}

func TestMoveKeepsTheLinkAndTellsBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		before, err := h.a.Get(ctx, d, h.org.ID, a.ID)
		h.ok(err)
		h.book(2, at(14, 0))
		client := h.client(a)
		_, err = h.a.Reschedule(ctx, client, a.ID, at(14, 0))
		refused(t, "onto another", err, fault.Conflict, "appointment.taken")
		_, err = h.a.Reschedule(ctx, client, a.ID, at(20, 0))
		refused(t, "outside hours", err, fault.Invalid, "appointment.start.hours")
		_, err = h.a.Reschedule(ctx, client, a.ID, monday.Add(90*time.Minute))
		refused(t, "too soon", err, fault.Invalid, "appointment.start.notice")
		for range 2 { // the second time changes nothing
			_, err = h.a.Reschedule(ctx, client, a.ID, at(10, 30))
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
			got, err := h.a.Cancel(ctx, h.client(a), a.ID, " I am ill ")
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
		_, err := h.a.Reschedule(ctx, h.client(a), a.ID, at(11, 0))
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

func TestNothingChangesAfterTheStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0))
		dbtest.ClockOf(d).Set(at(10, 1))
		_, err := h.a.Cancel(ctx, h.client(a), a.ID, "")
		refused(t, "cancel", err, fault.Conflict, "appointment.begun")
		_, err = h.a.Reschedule(ctx, h.client(a), a.ID, at(16, 0))
		refused(t, "move", err, fault.Conflict, "appointment.begun")
	})
}

func TestStrangersFindNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, other := settle(t, d, 1), settle(t, d, 1)
		a, b := h.book(1, at(10, 0)), h.book(2, at(11, 0))
		admin := org.Actor{OrgID: other.org.ID, PersonID: other.staff[0], Roles: []org.Role{org.Administrator}}
		_, err := h.a.Get(ctx, d, other.org.ID, a.ID)
		refused(t, "get", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.ForClient(ctx, d, h.org.ID, b.ClientID, a.ID)
		refused(t, "another client's", err, fault.NotFound, "appointment.unknown")
		_, err = h.a.ForClient(ctx, d, h.org.ID, "", a.ID)
		refused(t, "nobody's", err, fault.NotFound, "appointment.unknown")
		for who, by := range map[string]org.Actor{"another organization": admin, "another client": h.client(b), "nobody": {OrgID: h.org.ID}} {
			_, err = h.a.Cancel(ctx, by, a.ID, "")
			refused(t, who+" cancels", err, fault.NotFound, "appointment.unknown")
			_, err = h.a.Reschedule(ctx, by, a.ID, at(12, 0))
			refused(t, who+" moves", err, fault.NotFound, "appointment.unknown")
		}
		_, err = h.a.Slots(ctx, other.org.ID, h.service.ID, appointment.Video, "", day)
		refused(t, "slots", err, fault.NotFound, "appointment.service.unknown")
		_, err = h.a.Book(ctx, other.request(1, at(10, 0), func(r *appointment.Request) { r.ServiceID = h.service.ID }))
		refused(t, "book", err, fault.NotFound, "appointment.service.unknown")
		mine := h.service
		mine.ID, mine.Slug, mine.Staff = "", "other", other.staff
		_, err = h.a.SaveService(ctx, h.boss, mine)
		refused(t, "another's staff", err, fault.NotFound, "appointment.staff.unknown")
		_, err = other.a.SaveService(ctx, admin, h.service)
		refused(t, "another's service", err, fault.NotFound, "appointment.service.unknown")
		views, err := h.a.Schedule(ctx, d, other.org.ID, h.staff[0], day)
		if err != nil || len(views) != 0 {
			t.Errorf("another's schedule: %v, %v", views, err)
		}
	})
}

func TestOnlyThoseWhoCanHostAreOfferedForVideo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		h.cannot[h.staff[1]] = true
		slots, err := h.a.Slots(ctx, h.org.ID, h.service.ID, appointment.Video, "", day)
		h.ok(err)
		if len(slots) != 16 || !slices.Equal(slots[0].Staff, []string{h.staff[0], h.staff[2]}) {
			t.Errorf("%d slots, first %v", len(slots), slots[0].Staff)
		}
		can, of, why, err := h.a.CanTakeVideo(ctx, d, h.org.ID, h.service.ID)
		h.ok(err)
		if can != 2 || of != 3 || len(why) != 1 || why[0].Person.ID != h.staff[1] || why[0].Reason != "identity.missed" {
			t.Errorf("%d of %d, %v", can, of, why)
		}
		_, err = h.a.Book(ctx, h.request(1, at(10, 0), with(h.staff[1])))
		refused(t, "somebody who cannot", err, fault.Invalid, "appointment.video.nobody")
		h.book(2, at(10, 0), with(h.staff[1]), func(r *appointment.Request) { r.Method = appointment.InPerson })
		for _, id := range h.staff {
			h.cannot[id] = true
		}
		b, err := h.a.Public(ctx, h.org.Slug)
		h.ok(err)
		offered, err := b.Service("mortgage-review")
		h.ok(err)
		if _, ok := offered.Offering(appointment.Video); ok || len(offered.By) != 2 {
			t.Errorf("offered by %v", offered.By)
		}
	})
}

func TestScheduleShowsClientAndLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		h.book(2, at(10, 0), with(h.staff[1]))
		views, err := h.a.Schedule(ctx, d, h.org.ID, h.staff[0], day)
		h.ok(err)
		if len(views) != 1 || views[0].Client.Name != "Client 1" || views[0].Meeting.Link != meeting.Pending || views[0].Service.Name != "Mortgage review" {
			t.Fatalf("schedule %+v", views)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			return h.a.OnChange(ctx, tx, views[0].Meeting, meeting.Ready)
		})
		text, err := db.Value[string](ctx, d, "SELECT card FROM notices WHERE org_id = $1 AND key = $2", h.org.ID, "appointment:"+a.ID+":0:staff")
		h.ok(err)
		if !strings.Contains(text, "appointment.link.ready") {
			t.Errorf("the staff's card was not retold: %s", text)
		}
		next, err := h.a.Upcoming(ctx, d, h.org.ID, "", monday, 10)
		if err != nil || len(next) != 2 {
			t.Errorf("upcoming %v, %v", next, err)
		}
	})
}

// What was judged on an older reading is judged again when the calendar has
// changed since, whoever changed it.
func TestHoursThatChangeMeanwhileCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		errs := dbtest.Race(20, func(i int) error {
			if i%2 == 0 {
				return h.cals.SaveException(ctx, h.boss, h.staff[0], calendar.Exception{Date: calendar.DateOf(at(10, 0))})
			}
			_, err := h.a.Book(ctx, h.request(i, at(9, 0).Add(time.Duration(i)*15*time.Minute-15*time.Minute)))
			return err
		})
		for i, err := range errs {
			if i%2 == 0 {
				h.ok(err)
			}
		}
		_, err := h.a.Book(ctx, h.request(99, at(16, 30)))
		refused(t, "a closed day", err, fault.Invalid, "appointment.start.hours")
	})
}

func TestAlternativesAndDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		h.book(1, at(10, 0))
		near, err := h.a.Alternatives(ctx, h.request(2, at(10, 0)), 3)
		h.ok(err)
		var got []string
		for _, s := range near {
			got = append(got, s.Start.Format("15:04"))
		}
		if diff := cmp.Diff([]string{"09:30", "10:30", "11:00"}, got); diff != "" && !slices.Equal(got, []string{"09:00", "09:30", "10:30"}) {
			t.Errorf("(-want +got):\n%s", diff)
		}
		days, err := h.a.Days(ctx, h.org.ID, h.service.ID, appointment.Video, "", calendar.Span{Start: at(0, 0).AddDate(0, 0, -3), End: at(0, 0).AddDate(0, 0, 7)}, "Europe/Paris")
		h.ok(err)
		if text := fmt.Sprint(days); text != "[2026-11-23 2026-11-24 2026-11-25 2026-11-26 2026-11-27 2026-11-30]" {
			t.Errorf("days %s", text)
		}
		free, err := h.a.SlotsToMove(ctx, h.org.ID, h.book(3, at(11, 0)).ID, day)
		h.ok(err)
		if len(free) != 15 {
			t.Errorf("%d slots to move to, want all but the one that another holds", len(free))
		}
	})
}

// Two programs on one database each keep readings; neither may show what the
// other has taken or given back.
func TestTwoProgramsAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		other := appointment.New(appointment.Config{DB: d, Orgs: h.orgs, Notify: h.n, Host: "parley.example", CanHost: h.canHost, WhyNot: h.whyNot})
		count := func() (n int) {
			slots, err := other.Slots(ctx, h.org.ID, h.service.ID, appointment.Video, "", day)
			h.ok(err)
			for _, s := range slots {
				n += len(s.Staff)
			}
			return n
		}
		want := func(what string, n int) {
			t.Helper()
			if got := count(); got != n {
				t.Errorf("%s: %d, want %d", what, got, n)
			}
		}
		want("at first", 32)
		a := h.book(1, at(10, 0), with(h.staff[0]))
		want("one booked", 31)
		_, err := h.a.Reschedule(ctx, h.client(a), a.ID, at(12, 0))
		h.ok(err)
		want("one moved", 31)
		h.ok(h.a.SaveDailyLimit(ctx, h.boss, h.staff[0], 1))
		want("a full day", 16)
		_, err = h.a.Cancel(ctx, h.client(a), a.ID, "")
		h.ok(err)
		want("one cancelled", 32)
		off, err := h.cals.AddTimeOff(ctx, h.boss, h.staff[1], calendar.TimeOff{Span: calendar.Span{Start: at(9, 0), End: at(13, 0)}})
		h.ok(err)
		want("time off", 24)
		h.ok(h.cals.RemoveTimeOff(ctx, h.boss, h.staff[1], off.ID))
		h.service.Staff = h.staff[:1]
		_, err = h.a.SaveService(ctx, h.boss, h.service)
		h.ok(err)
		want("one offers it no more", 16)
	})
}

func TestEraseForgetsWhatWasSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		a := h.book(1, at(10, 0), func(r *appointment.Request) { r.Notes = "private" })
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.a.Erase(ctx, tx, h.org.ID, a.ClientID) })
		got, err := h.a.Get(ctx, d, h.org.ID, a.ID)
		h.ok(err)
		if got.Notes != "" || got.State != appointment.Confirmed {
			t.Errorf("kept %+v", got.Appointment)
		}
	})
}
