package app

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
	"parley/internal/web/page/admin"
)

// A lodging is a whole house of invented people, with a sandbox behind it and a
// web server in front of it. Its jobs and lanes rest until work is called.
type lodging struct {
	*house
	t        testing.TB
	vendors  *sandboxtest.Sandbox
	server   *httptest.Server
	org      org.Organization
	admin    org.Actor
	services []appointment.Service
	people   map[string]org.Person
}

// lodge builds and furnishes a house on an empty database.
func lodge(t testing.TB, database string, log *slog.Logger) *lodging {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + l.Addr().String()
	g := &lodging{t: t, vendors: sandboxtest.Start(t, func(o *sandbox.Options) { o.RedirectURIs = []string{base + admin.CallbackPath} })}
	cfg := demoConfig(base, t.TempDir(), g.vendors.Server)
	if database != "" {
		cfg.DatabaseURL, cfg.Keys = database, connector.NewSecret(strings.Repeat("A", 43)+"=")
	}
	g.house, err = open(t.Context(), cfg, log, g.vendors.Offset, true)
	g.ok(err)
	t.Cleanup(func() { _ = g.db.Close() })
	g.ok(g.furnish(t.Context()))
	g.acquaint()
	g.server = httptest.NewUnstartedServer(g.site)
	_ = g.server.Listener.Close()
	g.server.Listener = l
	g.server.Start()
	t.Cleanup(g.server.Close)
	return g
}

// lodgings runs a test on both engines.
func lodgings(t *testing.T, test func(t *testing.T, g *lodging)) {
	t.Run("sqlite", func(t *testing.T) { test(t, lodge(t, "", quiet)) })
	t.Run("postgres", func(t *testing.T) { test(t, lodge(t, dbtest.PostgresURL(t), quiet)) })
}

func (g *lodging) ok(err error) {
	if err != nil {
		g.t.Helper()
		g.t.Fatal(err)
	}
}

// acquaint finds out who and what the furnishing brought.
func (g *lodging) acquaint() {
	g.t.Helper()
	ctx := g.t.Context()
	var err error
	g.org, err = g.orgs.BySlug(ctx, g.db, demoSlug)
	g.ok(err)
	people, err := g.orgs.People(ctx, g.db, g.org.ID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: 100})
	g.ok(err)
	g.people = map[string]org.Person{}
	for _, p := range people {
		g.people[p.Name] = p
	}
	eleanor := g.people[demoAdministrator]
	g.admin = org.Actor{OrgID: g.org.ID, PersonID: eleanor.ID, Name: eleanor.Name, Roles: []org.Role{org.Administrator}, Held: []org.Held{{Role: org.Administrator}}}
	g.services, err = g.appointments.Services(ctx, g.db, g.org.ID)
	g.ok(err)
}

// service is one of the furnished services, by its name.
func (g *lodging) service(name string) appointment.Service {
	g.t.Helper()
	i := slices.IndexFunc(g.services, func(s appointment.Service) bool { return s.Name == name })
	if i < 0 {
		g.t.Fatalf("no service is called %q", name)
	}
	return g.services[i]
}

// work runs the jobs that are due and sends what waits.
func (g *lodging) work() {
	g.t.Helper()
	for range 3 {
		_, err := g.jobs.RunDue(g.t.Context(), 200)
		g.ok(err)
		g.ok(g.notify.Drain(g.t.Context()))
	}
}

// connect links the organization to the sandbox's tenant, as the wizard does,
// and lets every service be had by video.
func (g *lodging) connect() vault.Connection {
	g.t.Helper()
	ctx := g.t.Context()
	c := g.authorize(demoDomain, sandbox.Service)
	g.ok(g.identities.Choose(ctx, g.admin, c.ID, "email"))
	c, err := g.vault.Complete(ctx, g.admin, c.ID)
	g.ok(err)
	for i, s := range g.services {
		s.Methods = append(s.Methods, appointment.Video)
		g.services[i], err = g.appointments.SaveService(ctx, g.admin, s)
		g.ok(err)
	}
	g.work()
	return c
}

// authorize signs in at the sandbox up to where the wizard shows who matches.
func (g *lodging) authorize(tenant, account string) vault.Connection {
	g.t.Helper()
	ctx := g.t.Context()
	answers, err := g.vault.Answer(ctx, g.admin, "teams", "tenant", map[string]string{"tenant": tenant, "field": "email"})
	g.ok(err)
	address, err := g.vault.Begin(ctx, g.admin, "teams", answers)
	g.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(g.t, address, account))
	g.ok(err)
	c, err := g.vault.Finish(ctx, g.admin, back.Query())
	g.ok(err)
	g.work()
	return c
}

// book makes an appointment a few days ahead, for a client of that name.
func (g *lodging) book(s appointment.Service, m appointment.Method, client string) appointment.View {
	g.t.Helper()
	ctx := g.t.Context()
	now, err := g.db.Now(ctx)
	g.ok(err)
	ask := appointment.Ask{OrgID: s.OrgID, ServiceID: s.ID, Method: m}
	if m == appointment.InPerson {
		at, _, err := g.appointments.InPerson(ctx, g.db, s)
		g.ok(err)
		ask.LocationID = at[0].ID
	}
	slots, err := g.appointments.Slots(ctx, ask, calendar.Span{Start: now.Add(3 * 24 * time.Hour), End: now.Add(12 * 24 * time.Hour)})
	g.ok(err)
	if len(slots) == 0 {
		g.t.Fatalf("%s has no free time by %s", s.Name, m)
	}
	a, err := g.appointments.Book(ctx, appointment.Request{
		Ask: ask, Start: slots[0].Start, Answers: demoAnswers(s),
		Client: appointment.Client{Name: client, Email: db.Fold(strings.ReplaceAll(client, " ", ".")) + "@mail.example", Phone: "+44 117 496 0199", Lang: "en", Zone: "Europe/London"},
	})
	g.ok(err)
	v, err := g.appointments.Get(ctx, g.db, a.OrgID, a.ID)
	g.ok(err)
	return v
}

// manageToken is what the link in the client's mail carries.
func (g *lodging) manageToken(v appointment.View) string {
	return g.links.Sign(notify.Claim{Purpose: appointment.ManagePath, OrgID: v.OrgID, Object: v.ID, PersonID: v.Client.ID, Expires: v.Ends.AddDate(1, 0, 0)})
}

// signIn returns the session of a member.
func (g *lodging) signIn(p org.Person) *http.Cookie {
	g.t.Helper()
	token, err := g.orgs.SignInAs(g.t.Context(), p.OrgID, p.ID, "", "test")
	g.ok(err)
	return &http.Cookie{Name: "parley", Value: token}
}

// addMember adds somebody with the given roles and nothing else.
func (g *lodging) addMember(orgID, name string, roles ...org.Role) (p org.Person) {
	g.t.Helper()
	g.ok(g.db.Tx(g.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = g.orgs.AddMember(ctx, tx, org.System(orgID), org.Person{OrgID: orgID, Kind: org.KindMember, Name: name,
			Email: db.Fold(strings.ReplaceAll(name, " ", ".")) + "@" + orgID[:8] + ".example", Active: true}, roles...)
		return err
	}))
	return p
}

// ask sends a request to the site itself, without a network, and follows nothing.
func (g *lodging) ask(method, path string, session *http.Cookie, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, g.cfg.BaseURL+path, nil)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Origin", g.cfg.BaseURL)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if session != nil {
		r.AddCookie(session)
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	g.site.ServeHTTP(w, r)
	return w
}

// file is the database's file, for who needs a copy of it.
func (g *lodging) file() string { return filepath.Clean(g.cfg.DatabaseURL) }

// quiet is the log of tests that read none.
var quiet = slog.New(slog.DiscardHandler)
