package appointment_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/notify"
	"parley/internal/org"
)

var ctx = context.Background()

// monday is when the tests begin: eight o'clock, an hour before the hours do.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// at is a time on the first Tuesday, clear of every notice.
func at(hour, minute int) time.Time {
	return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC)
}

// day is the first Tuesday.
var day = calendar.Span{Start: at(0, 0), End: at(24, 0)}

// A house is an organization in London whose staff work nine to five on
// weekdays and offer one service by every method.
type house struct {
	t        testing.TB
	d        *db.DB
	a        *appointment.Appointments
	n        *notify.Notify
	orgs     *org.Orgs
	cals     *calendar.Calendars
	org      org.Organization
	boss     org.Actor
	staff    []string
	location appointment.Location
	service  appointment.Service
	// cannot are the staff who cannot hold a video call.
	cannot map[string]bool
	// works are the connections that work beside the usual one, and lost the staff
	// who are not known any more.
	works, lost map[string]bool
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func settle(t testing.TB, d *db.DB, staff int, edit ...func(*appointment.Service)) *house {
	t.Helper()
	dbtest.ClockOf(d).Set(monday)
	h := &house{t: t, d: d, orgs: org.Open(d, quiet), cals: calendar.Open(d), cannot: map[string]bool{}, works: map[string]bool{}, lost: map[string]bool{}}
	var err error
	h.n, err = notify.New(notify.Config{DB: d, Orgs: h.orgs, Log: quiet, BaseURL: "https://parley.example",
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	h.ok(err)
	h.a = appointment.New(appointment.Config{DB: d, Orgs: h.orgs, Notify: h.n, Host: "parley.example", CanHost: h.canHost, WhyNot: h.whyNot,
		CanHostAt: h.canHostAt, VideoName: h.videoName, LostAt: h.lostAt})
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		h.org, err = h.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank " + db.NewID()[28:], Lang: "en", Zone: "Europe/London"})
		return err
	})
	h.boss = org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
	for i := range staff {
		h.hire(fmt.Sprintf("Adviser %02d", i))
	}
	s := appointment.NewService("Mortgage review")
	s.Methods, s.Staff = appointment.Methods(), h.staff
	s.Step = 30 * time.Minute
	for _, f := range edit {
		f(&s)
	}
	h.location, err = h.a.SaveLocation(ctx, h.boss, appointment.Location{Name: "Quayside", Address: "1 Quay Street", Zone: "Europe/London", Active: true, Staff: h.staff})
	h.ok(err)
	h.service, err = h.a.SaveService(ctx, h.boss, s)
	h.ok(err)
	return h
}

func (h *house) hire(name string) {
	h.t.Helper()
	var p org.Person
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.orgs.AddMember(ctx, tx, org.System(h.org.ID), org.Person{Name: name, Email: db.NewID() + "@harbourbank.example"})
		return err
	})
	var week []calendar.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: 540, End: 1020})
	}
	h.ok(h.cals.SaveHours(ctx, h.boss, p.ID, week))
	h.staff = append(h.staff, p.ID)
}

func (h *house) canHost(_ context.Context, _ db.Q, _ string, ids []string) (map[string]string, error) {
	can := map[string]string{}
	for _, id := range ids {
		if !h.cannot[id] {
			can[id] = "connection-1"
		}
	}
	return can, nil
}

func (h *house) whyNot(_ context.Context, _ db.Q, _ string, ids []string) (map[string]string, error) {
	why := map[string]string{}
	for _, id := range ids {
		if h.cannot[id] {
			why[id] = "identity.missed"
		}
	}
	return why, nil
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tx(do func(context.Context, *db.Tx) error) {
	h.t.Helper()
	h.ok(h.d.Tx(ctx, do))
}

// request asks for an appointment as client number n would.
func (h *house) request(n int, start time.Time, edit ...func(*appointment.Request)) appointment.Request {
	r := appointment.Request{
		Ask: appointment.Ask{OrgID: h.org.ID, ServiceID: h.service.ID, Method: appointment.Video}, Start: start,
		Client: appointment.Client{Name: fmt.Sprint("Client ", n), Email: fmt.Sprintf("c%d@example.org", n), Lang: "en", Zone: "Europe/Paris"},
	}
	for _, f := range edit {
		f(&r)
	}
	return r
}

func (h *house) book(n int, start time.Time, edit ...func(*appointment.Request)) appointment.Appointment {
	h.t.Helper()
	a, err := h.a.Book(ctx, h.request(n, start, edit...))
	h.ok(err)
	return a
}

func with(staff string) func(*appointment.Request) {
	return func(r *appointment.Request) { r.StaffID = staff }
}

// asked is the question for video calls of the service with one or with anyone.
func (h *house) asked(staff string) appointment.Ask {
	return appointment.Ask{OrgID: h.org.ID, ServiceID: h.service.ID, Method: appointment.Video, StaffID: staff}
}

// slots are the starts of the day for the service, of one or of anyone.
func (h *house) slots(staff string) []string {
	h.t.Helper()
	slots, err := h.a.Slots(ctx, h.asked(staff), day)
	h.ok(err)
	var list []string
	for _, s := range slots {
		list = append(list, s.Start.Format("15:04"))
	}
	return list
}

func (h *house) client(a appointment.Appointment) org.Actor {
	h.t.Helper()
	p, err := h.orgs.Person(ctx, h.d, a.OrgID, a.ClientID)
	h.ok(err)
	return org.Client(p)
}

func (h *house) count(text string, args ...any) int64 {
	h.t.Helper()
	n, err := db.Value[int64](ctx, h.d, text, append([]any{h.org.ID}, args...)...)
	h.ok(err)
	return n
}

// refused fails the test unless the error is of the kind and says the sentence.
func refused(t testing.TB, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	for _, f := range fault.Of(err) {
		if f.Kind == kind && f.Key == key {
			return
		}
	}
	t.Errorf("%s: got %v, want %v (%s)", what, err, kind, key)
}

// limit says how many appointments a member takes a day, and leaves the rest of
// what is said of them as it is.
func (h *house) limit(staffID string, most int) {
	h.t.Helper()
	all, err := h.a.Staffing(ctx, h.d, h.org.ID, []string{staffID})
	h.ok(err)
	p := all[staffID]
	p.PersonID, p.DailyLimit = staffID, most
	h.ok(h.a.SaveStaff(ctx, h.boss, p))
}
