package appointment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
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
		h.limit(h.staff[0], 3)
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

// No constraint of the database knows buffers: only the touch keeps them.
func TestBuffersHoldInARace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1, func(s *appointment.Service) { s.BufferAfter = 30 * time.Minute })
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
		views, err := h.a.Upcoming(ctx, d, h.org.ID, h.staff[0], day.Start, 100)
		h.ok(err)
		for i := 1; i < len(views); i++ {
			if quiet := views[i].Starts.Sub(views[i-1].Ends); quiet < 30*time.Minute {
				t.Errorf("%v between two appointments", quiet)
			}
		}
		if won != len(views) || won == 0 {
			t.Errorf("%d won, %d are there", won, len(views))
		}
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
		_, err := h.a.Book(ctx, appointment.Request{Ask: appointment.Ask{OrgID: h.org.ID, ServiceID: h.service.ID}})
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
