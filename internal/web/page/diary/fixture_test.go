package diary_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/diary"
	"parley/internal/web/page/visit"
)

// office is a bank of two branches in London on a Monday at eight, with advisers
// who work nine to five on weekdays and offer one service by every method.
type office struct {
	t       testing.TB
	d       *db.DB
	orgs    *org.Orgs
	a       *appointment.Appointments
	cals    *calendar.Calendars
	url     string
	org     org.Organization
	staff   []org.Person
	eleanor org.Person
	quay    appointment.Location
	hill    appointment.Location
	service appointment.Service
}

var (
	monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	quiet  = slog.New(slog.DiscardHandler)
)

// tuesday is a time on the day after.
func tuesday(hour, minute int) time.Time {
	return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC)
}

var names = []string{"Amelia Hart", "Priya Nair", "Daniel Okafor"}

// settle opens the office with so many advisers; the last works on the hill, and
// all others at the quay.
func settle(t testing.TB, d *db.DB, advisers int, step time.Duration) *office {
	t.Helper()
	dbtest.ClockOf(d).Set(monday)
	o := &office{t: t, d: d, orgs: org.Open(d, quiet), cals: calendar.Open(d)}
	o.orgs.Demo = true
	n, err := notify.New(notify.Config{DB: d, Orgs: o.orgs, Log: quiet, BaseURL: "https://parley.example",
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	o.ok(err)
	o.a = appointment.New(appointment.Config{DB: d, Orgs: o.orgs, Notify: n, Host: "parley.example", CanHost: everybody, WhyNot: everybody})
	o.serve()
	o.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		o.org, err = o.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
		return err
	})
	for i := range advisers {
		name := fmt.Sprintf("Adviser %02d", i)
		if i < len(names) {
			name = names[i]
		}
		o.staff = append(o.staff, o.member(name))
	}
	o.eleanor = o.member("Eleanor Price", org.Administrator)
	o.open(step)
	return o
}

func everybody(_ context.Context, _ db.Q, _ string, ids []string) (map[string]string, error) {
	can := map[string]string{}
	for _, id := range ids {
		can[id] = "connection-1"
	}
	return can, nil
}

// open gives everybody hours, a branch and the service.
func (o *office) open(step time.Duration) {
	o.t.Helper()
	var ids []string
	for _, p := range o.staff {
		ids = append(ids, p.ID)
		var week []calendar.Hours
		for day := time.Monday; day <= time.Friday; day++ {
			week = append(week, calendar.Hours{Weekday: day, Start: 540, End: 1020})
		}
		o.ok(o.cals.SaveHours(o.t.Context(), o.boss(), p.ID, week))
	}
	var err error
	last := len(ids) - 1
	o.quay, err = o.a.SaveLocation(o.t.Context(), o.boss(), appointment.Location{Name: "Quayside", Address: "1 Quay Street", Zone: "Europe/London", Active: true, Staff: ids[:last]})
	o.ok(err)
	o.hill, err = o.a.SaveLocation(o.t.Context(), o.boss(), appointment.Location{Name: "Hill", Address: "1 Hill Road", Zone: "Europe/London", Active: true, Staff: ids[last:]})
	o.ok(err)
	s := appointment.NewService("Mortgage review")
	s.Methods, s.Staff, s.Step, s.Duration, s.Notice = appointment.Methods(), ids, step, min(step, 30*time.Minute), 0
	o.service, err = o.a.SaveService(o.t.Context(), o.boss(), s)
	o.ok(err)
}

// serve opens the site. GET /as/{org}/{id} signs somebody in.
func (o *office) serve() {
	o.t.Helper()
	server := httptest.NewUnstartedServer(nil)
	o.url = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(o.url)
	o.ok(err)
	site, err := web.New(web.Config{Orgs: o.orgs, BaseURL: base, Log: quiet, Metrics: prometheus.NewRegistry(), Draw: page.DrawProblem, Ready: o.d.Ping, Key: []byte("0123456789abcdef"), Demo: true})
	o.ok(err)
	page.Routes(site)
	(&diary.Diary{Site: site, Orgs: o.orgs, Appointments: o.a, Calendars: o.cals, Now: o.d.Now}).Register()
	(&visit.Pages{Site: site, Orgs: o.orgs, Appointments: o.a, Now: o.d.Now, Base: "/schedule", May: org.Own, Menu: "schedule"}).Register()
	site.Handle("GET /as/{org}/{id}", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		session, err := o.orgs.SignInAs(r.Context(), r.PathValue("org"), r.PathValue("id"), "", r.UserAgent())
		if err != nil {
			return err
		}
		web.StartSession(w, r, session)
		return web.Redirect(w, r, web.Next(r))
	})
	server.Config.Handler = site
	server.Start()
	o.t.Cleanup(server.Close)
}

func (o *office) boss() org.Actor {
	return org.Actor{OrgID: o.org.ID, PersonID: o.eleanor.ID, Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
}

func (o *office) member(name string, roles ...org.Role) (p org.Person) {
	o.t.Helper()
	o.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = o.orgs.AddMember(ctx, tx, org.System(o.org.ID), org.Person{Name: name, Email: db.NewID() + "@harbourbank.example"}, append(roles, org.Member)...)
		return err
	})
	return p
}

func (o *office) tx(do func(context.Context, *db.Tx) error) {
	o.t.Helper()
	o.ok(o.d.Tx(o.t.Context(), do))
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// book books an adviser for a client of that name.
func (o *office) book(staff org.Person, name string, start time.Time, m appointment.Method) appointment.Appointment {
	o.t.Helper()
	place := ""
	if m == appointment.InPerson {
		place = o.quay.ID
		if staff.ID == o.hill.Staff[0] {
			place = o.hill.ID
		}
	}
	a, err := o.a.Book(o.t.Context(), appointment.Request{
		Ask: appointment.Ask{OrgID: o.org.ID, ServiceID: o.service.ID, Method: m, StaffID: staff.ID, LocationID: place}, Start: start,
		Client: appointment.Client{Name: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.org", Phone: "+44 117 496 0101", Lang: "en", Zone: "Europe/London"},
	})
	o.ok(err)
	return a
}

// now is the appointment as the database holds it.
func (o *office) now(a appointment.Appointment) appointment.View {
	o.t.Helper()
	v, err := o.a.Get(o.t.Context(), o.d, a.OrgID, a.ID)
	o.ok(err)
	return v
}

func (o *office) as(p org.Person) *visitor {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	o.ok(err)
	v := &visitor{o: o, client: &http.Client{Jar: jar}}
	v.get("/as/" + p.OrgID + "/" + p.ID + "?next=/theme")
	return v
}

// visitor is somebody with a cookie jar and no JavaScript.
type visitor struct {
	o      *office
	client *http.Client
}

// seen is a page after all redirects.
type seen struct {
	status int
	path   string
	text   string
}

func (v *visitor) get(path string) seen { return v.send(http.MethodGet, path, nil) }

func (v *visitor) post(path string, form url.Values) seen {
	return v.send(http.MethodPost, path, form)
}

func (v *visitor) send(method, path string, form url.Values) seen {
	v.o.t.Helper()
	r, err := http.NewRequestWithContext(v.o.t.Context(), method, v.o.url+path, strings.NewReader(form.Encode()))
	v.o.ok(err)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", v.o.url)
	}
	res, err := v.client.Do(r)
	v.o.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	v.o.ok(err)
	return seen{res.StatusCode, res.Request.URL.RequestURI(), string(body)}
}

func (s seen) shows(t *testing.T, status int, texts ...string) {
	t.Helper()
	if s.status != status {
		t.Errorf("%s answers %d, want %d", s.path, s.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(s.text, text) {
			t.Errorf("%s does not say %q:\n%s", s.path, text, s.text)
		}
	}
}

func (s seen) hides(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(s.text, text) {
			t.Errorf("%s says %q", s.path, text)
		}
	}
}
