package location_test

import (
	"context"
	"html"
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
	"parley/internal/web/page/location"
)

// monday is when the tests begin: eight o'clock in London.
var (
	monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	quiet  = slog.New(slog.DiscardHandler)
)

// office is a bank in London with two advisers and the pages of its locations.
type office struct {
	t       *testing.T
	d       *db.DB
	orgs    *org.Orgs
	a       *appointment.Appointments
	url     string
	org     org.Organization
	amelia  org.Person
	daniel  org.Person
	eleanor org.Person
}

func settle(t *testing.T) *office {
	t.Helper()
	d := dbtest.SQLite(t)
	dbtest.ClockOf(d).Set(monday)
	o := &office{t: t, d: d, orgs: org.Open(d, quiet)}
	o.orgs.Demo = true
	n, err := notify.New(notify.Config{DB: d, Orgs: o.orgs, Log: quiet, BaseURL: "https://parley.example",
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	o.ok(err)
	o.a = appointment.New(appointment.Config{DB: d, Orgs: o.orgs, Notify: n, Host: "parley.example", CanHost: nobody, WhyNot: nobody})
	o.serve()
	o.ok(d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		o.org, err = o.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Slug: "harbour-bank", Lang: "en", Zone: "Europe/London"})
		return err
	}))
	o.amelia, o.daniel, o.eleanor = o.member("Amelia Hart"), o.member("Daniel Okafor"), o.member("Eleanor Price", org.Administrator)
	return o
}

func nobody(context.Context, db.Q, string, []string) (map[string]string, error) { return nil, nil }

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) member(name string, roles ...org.Role) (p org.Person) {
	o.t.Helper()
	o.ok(o.d.Tx(o.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		email := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@harbourbank.example"
		p, err = o.orgs.AddMember(ctx, tx, org.System(o.org.ID), org.Person{Name: name, Email: email}, append(roles, org.Member)...)
		return err
	}))
	return p
}

func (o *office) boss() org.Actor {
	return org.Actor{OrgID: o.org.ID, PersonID: o.eleanor.ID, Name: o.eleanor.Name, Roles: []org.Role{org.Administrator}}
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
	(&location.Pages{Site: site, Orgs: o.orgs, Appointments: o.a, Now: o.d.Now}).Register()
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

// branch is Quayside with Amelia, closed on Christmas Day.
func (o *office) branch() appointment.Location {
	o.t.Helper()
	l, err := o.a.SaveLocation(o.t.Context(), o.boss(), appointment.Location{
		Name: "Quayside", Address: "12 Quayside\nBristol BS1 4QA", Phone: "+44 117 496 0010", Zone: "Europe/London", Active: true, Staff: []string{o.amelia.ID},
		Hours:  []calendar.Hours{{Weekday: time.Monday, Start: 540, End: 720}, {Weekday: time.Monday, Start: 780, End: 1020}, {Weekday: time.Tuesday, Start: 540, End: 1020}},
		Closed: []appointment.Closing{{Day: "2026-12-25", Name: "Christmas Day"}},
	})
	o.ok(err)
	return l
}

// booked is an appointment at a branch, on the Tuesday at ten.
func (o *office) booked(l appointment.Location) appointment.Appointment {
	o.t.Helper()
	o.ok(calendar.Open(o.d).SaveHours(o.t.Context(), o.boss(), o.amelia.ID, []calendar.Hours{{Weekday: time.Tuesday, Start: 540, End: 1020}}))
	s := appointment.NewService("Mortgage review")
	s.Methods, s.Staff = []appointment.Method{appointment.InPerson}, []string{o.amelia.ID}
	s, err := o.a.SaveService(o.t.Context(), o.boss(), s)
	o.ok(err)
	a, err := o.a.Book(o.t.Context(), appointment.Request{
		Ask:    appointment.Ask{OrgID: o.org.ID, ServiceID: s.ID, Method: appointment.InPerson, LocationID: l.ID},
		Start:  time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
		Client: appointment.Client{Name: "Oliver Grant", Email: "oliver.grant@mail.example", Lang: "en", Zone: "Europe/London"},
	})
	o.ok(err)
	return a
}

// browser is somebody's browser without a script.
type browser struct {
	http.Client
	o *office
}

func (o *office) as(p org.Person) *browser {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	o.ok(err)
	b := &browser{Client: http.Client{Jar: jar}, o: o}
	b.get("/as/" + o.org.ID + "/" + p.ID + "?next=/locations")
	return b
}

// An answer is a page as its reader sees it.
type answer struct {
	code       int
	path, text string
}

func (a answer) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			t.Errorf("%s (%d) does not say %q:\n%s", a.path, a.code, text, main(a.text))
		}
	}
}

func main(text string) string {
	_, text, _ = strings.Cut(text, "<main")
	return text
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	return b.send(http.MethodPost, path, form)
}

func (b *browser) send(method, path string, form url.Values) answer {
	b.o.t.Helper()
	r, err := http.NewRequestWithContext(b.o.t.Context(), method, b.o.url+path, strings.NewReader(form.Encode()))
	b.o.ok(err)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.o.url)
	}
	w, err := b.Do(r)
	b.o.ok(err)
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	b.o.ok(err)
	return answer{w.StatusCode, w.Request.URL.Path, html.UnescapeString(string(text))}
}

// values are what the form of a location sends when nothing is changed.
func values(l appointment.Location, change ...string) url.Values {
	form := url.Values{"name": {l.Name}, "address": {l.Address}, "phone": {l.Phone}, "slug": {l.Slug}, "zone": {l.Zone}, "staff": l.Staff, "version": {"0"},
		"hours.1.0.from": {"09:00"}, "hours.1.0.to": {"12:00"}, "hours.1.1.from": {"13:00"}, "hours.1.1.to": {"17:00"}}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}
