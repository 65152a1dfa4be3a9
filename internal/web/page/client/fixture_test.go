package client_test

import (
	"context"
	"html"
	"log/slog"
	"net/http"
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
	"parley/internal/web/page/client"
	"parley/internal/words"
)

// monday is when the tests begin: eight o'clock in London, an hour before the
// hours do.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

var quiet = slog.New(slog.DiscardHandler)

// at is a time on the Tuesday.
func at(hour, minute int) time.Time {
	return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC)
}

// A house is an organization in London with one adviser, who offers one service
// face to face and by video, and the client's pages.
type house struct {
	t      *testing.T
	site   *web.Site
	d      *db.DB
	a      *appointment.Appointments
	notify *notify.Notify
	orgs   *org.Orgs
	org    org.Organization
	staff  string
	links  notify.LinkKeys
	// service is the path of the service's page.
	service string
	boss    org.Actor
}

func build(t *testing.T) *house {
	t.Helper()
	d := dbtest.SQLite(t)
	dbtest.ClockOf(d).Set(monday)
	orgs := org.Open(d, quiet)
	h := &house{t: t, d: d, links: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}}
	var err error
	h.site, err = web.New(web.Config{Orgs: orgs, BaseURL: &url.URL{Scheme: "http", Host: "parley.example"}, Log: quiet,
		Metrics: prometheus.NewRegistry(), Draw: page.DrawProblem, Ready: d.Ping, Key: []byte("0123456789abcdef"),
		Demo: true}) // for a browser, which comes by the name of this machine
	h.ok(err)
	told, err := notify.New(notify.Config{DB: d, Orgs: orgs, Log: quiet, BaseURL: "http://parley.example", Keys: h.links})
	h.ok(err)
	h.notify, h.orgs = told, orgs
	h.a = appointment.New(appointment.Config{DB: d, Orgs: orgs, Notify: told, Host: "parley.example", CanHost: everybody, WhyNot: nobody})
	told.AddVerbs(h.a.Verbs())
	page.Routes(h.site)
	(&client.Pages{
		Site: h.site, Orgs: orgs, Appointments: h.a, Links: h.links, Now: d.Now, Notify: told,
		Invite: func(appointment.View, words.Reader) ([]byte, error) { return nil, nil },
	}).Register()
	h.open(orgs)
	return h
}

// open founds the organization, hires the adviser and offers the service.
func (h *house) open(orgs *org.Orgs) {
	h.t.Helper()
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if h.org, err = orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Slug: "harbour-bank", Lang: "en", Zone: "Europe/London"}); err != nil {
			return err
		}
		p, err := orgs.AddMember(ctx, tx, org.System(h.org.ID), org.Person{Name: "Amelia Hart", Email: "amelia.hart@harbourbank.example"})
		h.staff = p.ID
		return err
	}))
	boss := org.Actor{OrgID: h.org.ID, PersonID: db.NewID(), Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
	h.boss = boss
	var week []calendar.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Hours{Weekday: day, Start: 540, End: 1020})
	}
	h.ok(calendar.Open(h.d).SaveHours(h.t.Context(), boss, h.staff, week))
	s := appointment.NewService("Mortgage review")
	s.Bring = []string{"Your passport", "The last three payslips"}
	s.Methods, s.Staff, s.Step = []appointment.Method{appointment.InPerson, appointment.Video}, []string{h.staff}, 30*time.Minute
	_, err := h.a.SaveLocation(h.t.Context(), boss, appointment.Location{Name: "Quayside", Address: "1 Quay Street", Zone: "Europe/London", Active: true, Staff: s.Staff})
	h.ok(err)
	s, err = h.a.SaveService(h.t.Context(), boss, s)
	h.ok(err)
	h.service = "/book/" + h.org.Slug + "/" + s.Slug
}

func everybody(_ context.Context, _ db.Q, _ string, ids []string) (map[string]string, error) {
	can := map[string]string{}
	for _, id := range ids {
		can[id] = "connection-1"
	}
	return can, nil
}

func nobody(context.Context, db.Q, string, []string) (map[string]string, error) { return nil, nil }

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// An answer is a page as its reader sees it: character references are read.
type answer struct {
	code   int
	text   string
	header http.Header
}

func (a answer) says(text string) bool { return strings.Contains(a.text, text) }

func (h *house) do(r *http.Request, headers ...string) answer {
	h.t.Helper()
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return answer{w.Code, html.UnescapeString(w.Body.String()), w.Header()}
}

func (h *house) get(path string, headers ...string) answer {
	h.t.Helper()
	return h.do(httptest.NewRequest("GET", "http://parley.example"+path, nil), headers...)
}

func (h *house) post(path string, form url.Values, headers ...string) answer {
	h.t.Helper()
	r := httptest.NewRequest("POST", "http://parley.example"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(r, headers...)
}

// details are what a client types, with some fields changed.
func details(change ...string) url.Values {
	form := url.Values{"name": {"Oliver Grant"}, "email": {"oliver.grant@example.org"}, "phone": {""}, "notes": {""}, "key": {db.NewID()}}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// when is the address at which the details for a start are posted.
func (h *house) when(method appointment.Method, start time.Time) string {
	return page.Address(h.service, "method", string(method), "staff", h.staff, "start", start.Format(time.RFC3339))
}

// book books as a client in a browser with these headers and returns the path
// of the client's own page.
func (h *house) book(method appointment.Method, start time.Time, headers ...string) string {
	h.t.Helper()
	a := h.post(h.when(method, start), details(), headers...)
	path, _, found := strings.Cut(a.header.Get("Location"), "?")
	if a.code != http.StatusSeeOther || !found {
		h.t.Fatalf("not booked: %d %s", a.code, a.text)
	}
	return path
}
