package member_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web/page/member"
)

// office is a house in which two advisers work nine to five on weekdays and
// offer one service by every method. It is Monday, eight o'clock, in London.
type office struct {
	*house
	a             *appointment.Appointments
	cals          *calendar.Calendars
	busy          *calendar.Busy
	published     publisher
	org           org.Organization
	amelia, priya org.Person
	eleanor       org.Person
	service       appointment.Service
}

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// tuesday is a time on the day after.
func tuesday(hour, minute int) time.Time {
	return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC)
}

func settle(t *testing.T, now time.Time, edit ...func(*appointment.Service)) *office {
	t.Helper()
	o := &office{house: build(t, true)}
	dbtest.ClockOf(o.d).Set(now)
	o.cals = calendar.Open(o.d)
	n, err := notify.New(notify.Config{DB: o.d, Orgs: o.orgs, Log: slog.New(slog.DiscardHandler), BaseURL: "https://parley.example",
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	o.ok(err)
	hosts := func(_ context.Context, _ db.Q, _ string, ids []string) (map[string]string, error) {
		can := map[string]string{}
		for _, id := range ids {
			can[id] = "connection-1"
		}
		return can, nil
	}
	o.a = appointment.New(appointment.Config{DB: o.d, Orgs: o.orgs, Notify: n, Host: "parley.example", CanHost: hosts, WhyNot: hosts})
	(&member.Work{Site: o.site, Orgs: o.orgs, Appointments: o.a, Calendars: o.cals, Busy: o.openBusy(), Notify: n, Now: o.d.Now}).Register()
	o.org = o.organization("Harbour Bank")
	o.amelia = o.house.member(o.org, "Amelia Hart", "amelia.hart@harbourbank.example")
	o.priya = o.house.member(o.org, "Priya Nair", "priya.nair@harbourbank.example")
	o.eleanor = o.house.member(o.org, "Eleanor Price", "eleanor.price@harbourbank.example", org.Administrator)
	for _, p := range []org.Person{o.amelia, o.priya} {
		o.works(p, weekdays(540, 1020)...)
	}
	s := appointment.NewService("Mortgage review")
	s.Methods, s.Staff, s.Step = appointment.Methods(), []string{o.amelia.ID, o.priya.ID}, 30*time.Minute
	s.Questions = []appointment.Question{{ID: "since", Label: "Client since?", Kind: appointment.ShortText}}
	for _, f := range edit {
		f(&s)
	}
	_, err = o.a.SaveLocation(t.Context(), o.boss(), appointment.Location{Name: "Quayside", Address: "1 Quay Street", Zone: "Europe/London", Active: true, Staff: s.Staff})
	o.ok(err)
	o.service, err = o.a.SaveService(t.Context(), o.boss(), s)
	o.ok(err)
	return o
}

func weekdays(from, to int) (week []calendar.Hours) {
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: from, End: to})
	}
	return week
}

func (o *office) boss() org.Actor {
	return org.Actor{OrgID: o.org.ID, PersonID: o.eleanor.ID, Name: o.eleanor.Name, Roles: []org.Role{org.Administrator, org.Member}, Held: []org.Held{{Role: org.Administrator}, {Role: org.Member}}}
}

func (o *office) works(p org.Person, week ...calendar.Hours) {
	o.t.Helper()
	o.ok(o.cals.SaveHours(o.t.Context(), o.boss(), p.ID, week))
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// book books Amelia for a client of that name in Paris.
func (o *office) book(name string, start time.Time, m appointment.Method) appointment.Appointment {
	o.t.Helper()
	a, err := o.a.Book(o.t.Context(), appointment.Request{
		Ask: appointment.Ask{OrgID: o.org.ID, ServiceID: o.service.ID, Method: m, StaffID: o.amelia.ID}, Start: start, Notes: "Please speak slowly.",
		Client:  appointment.Client{Name: name, Email: strings.ToLower(strings.Fields(name)[0]) + "@example.org", Phone: "+33 1 23 45 67 89", Lang: "en", Zone: "Europe/Paris"},
		Answers: map[string]string{"since": "2019"},
	})
	o.ok(err)
	return a
}

// as signs somebody in.
func (o *office) as(p org.Person) *browser {
	o.t.Helper()
	b := o.browser()
	if got := b.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}, "next": {"/profile"}}); got.path != "/profile" {
		o.t.Fatalf("%s is not signed in: %d at %s", p.Name, got.status, got.path)
	}
	return b
}

// link says that a video meeting has its link, at risk or not.
func (o *office) link(a appointment.Appointment, state, reason string) {
	o.t.Helper()
	dbtest.Exec(o.t, o.d, "UPDATE meetings SET link = $3, link_reason = $4 WHERE org_id = $1 AND id = $2", a.OrgID, a.MeetingID, state, reason)
	dbtest.Exec(o.t, o.d, `INSERT INTO conferences (org_id, id, meeting_id, gen, connection_id, account, host, state, asked_at, vendor_id, join_url, applied, attempt, reason, stuck, retry_at, checked_at, shown_starts, shown_hosts, left_at, version)
VALUES ($1, $2, $3, 1, 'connection-1', 'account', 'host', 'live', 1, 'vendor', 'https://teams.example/meet/1', '', 0, '', FALSE, 0, 1, 0, '[]', 0, 1)`, a.OrgID, db.NewID(), a.MeetingID)
}

// hides fails the test if the page says any of the texts.
func (s seen) hides(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(s.text, text) {
			t.Errorf("%s says %q", s.path, text)
		}
	}
}
