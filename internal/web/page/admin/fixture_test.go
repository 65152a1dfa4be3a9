package admin_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/connector/ical"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/meeting"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/admin"
	"parley/internal/web/page/member"
)

var quiet = slog.New(slog.DiscardHandler)

// house is the site of this room with the real rooms behind it and Microsoft's
// sandbox beside it.
type house struct {
	t       *testing.T
	d       *db.DB
	orgs    *org.Orgs
	site    *web.Site
	pages   *admin.Pages
	jobs    *job.Runner
	sandbox *sandboxtest.Sandbox
	url     string
	notify  *notify.Notify
	// relayFault is what the mail server answers to everything; nil takes no mail.
	relayFault error
	bank       org.Organization
	eleanor    org.Person
	staff      map[string]org.Person
}

// advisers are the staff of the demonstration: nine are found at Microsoft by
// their e-mail, one more by her username.
var advisers = []string{"Amelia Hart", "Daniel Okafor", "Priya Nair", "Lucas Moreau", "Sofia Lindqvist", "Tomás Herrera",
	"Hannah Weiss", "Noah Tremblay", "Grace Kim", "Maria Silva", "Julia Novak", "Omar Farouk"}

// registered is the registration of this installation at Microsoft.
var registered = map[string]connector.Registration{graph.Name: {ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)}}

func build(t *testing.T, registrations map[string]connector.Registration, relay ...connector.Relay) *house {
	t.Helper()
	h := &house{t: t, d: dbtest.SQLite(t), sandbox: sandboxtest.Start(t), staff: map[string]org.Person{}}
	h.orgs = org.Open(h.d, quiet)
	h.orgs.Demo = true
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(h.url)
	h.ok(err)
	h.site, err = web.New(web.Config{Orgs: h.orgs, BaseURL: base, Log: quiet, Metrics: prometheus.NewRegistry(),
		Draw: page.DrawProblem, Ready: h.d.Ping, Key: []byte("0123456789abcdef"), Demo: true})
	h.ok(err)
	h.rooms(registrations, relay...)
	page.Routes(h.site)
	member.Routes(h.site)
	h.pages.Register()
	server.Config.Handler = h.site
	server.Start()
	t.Cleanup(server.Close)
	h.seed()
	return h
}

// rooms puts the rooms together as the program does.
func (h *house) rooms(registrations map[string]connector.Registration, relay ...connector.Relay) {
	h.t.Helper()
	keys, err := vault.ParseKeys(vault.NewKey("k1"))
	h.ok(err)
	h.sandbox.AllowRedirect(h.url + admin.CallbackPath)
	var mail connector.Relay
	if len(relay) > 0 {
		mail = relay[0]
	}
	var is *identity.Identities
	v := vault.New(vault.Config{
		Probe: func(ctx context.Context, q db.Q, orgID, connectionID string) (vendorID, personID string, err error) {
			return is.Probe(ctx, q, orgID, connectionID)
		},
		Hosts: func(ctx context.Context, q db.Q, orgID, connectionID string, most int) ([]string, error) {
			return is.Hosts(ctx, q, orgID, connectionID, most)
		},
		DB: h.d, Orgs: h.orgs, Keys: keys, Mail: mail, Log: quiet, RedirectURL: h.url + admin.CallbackPath, Registrations: registrations,
		Vendors: []connector.Vendor{graph.Vendor(graph.Config{LoginURL: h.sandbox.LoginURL(), GraphURL: h.sandbox.GraphURL(), Clock: h.d.Now})}})
	is = identity.New(identity.Config{DB: h.d, Orgs: h.orgs, Vault: v, Log: quiet, StaffOf: h.advisersOnly})
	v.OnState = append(v.OnState, is.ConnectionChanged)
	h.orgs.OnMember = append(h.orgs.OnMember, is.PeopleChanged)
	ms := meeting.New(meeting.Config{DB: h.d, Vault: v, Log: quiet})
	h.jobs = job.New(h.d, quiet)
	v.Work(h.jobs)
	is.Work(h.jobs)
	ms.Work(h.jobs)
	n, err := notify.New(notify.Config{DB: h.d, Orgs: h.orgs, Log: quiet, BaseURL: h.url, Vault: v, Mail: h.mailer,
		Keys: notify.LinkKeys{Current: "k", Keys: map[string][]byte{"k": []byte("0123456789abcdef0123456789abcdef")}}})
	h.ok(err)
	a := appointment.New(appointment.Config{DB: h.d, Orgs: h.orgs, Notify: n, Host: "parley.example", CanHost: is.CanHost, WhyNot: is.WhyNot,
		VideoName: func(ctx context.Context, q db.Q, orgID, id string) (string, error) {
			c, err := v.Connection(ctx, q, orgID, id)
			return c.Name, err
		}})
	h.orgs.ImportParts = append(h.orgs.ImportParts, a.ImportPart())
	h.orgs.Work(h.jobs)
	busy := calendar.OpenBusy(calendar.BusyConfig{DB: h.d, Orgs: h.orgs, Vault: v, Log: quiet, Read: ical.NewReader(h.sandbox.URL()).Read})
	busy.Work(h.jobs)
	h.pages = &admin.Pages{Site: h.site, Orgs: h.orgs, Vault: v, Identities: is, Appointments: a, Calendars: calendar.Open(h.d), Busy: busy, Notify: n, Meetings: ms}
	h.notify = n
}

// mailer is a mail server that answers with the house's fault and nothing else.
func (h *house) mailer(context.Context, string) (notify.Mailer, error) {
	return notify.Mailer{Open: func(context.Context) (notify.Session, error) { return notify.Session{}, h.relayFault }}, nil
}

// advisersOnly leaves out who runs the bank, as the program does by its services.
func (h *house) advisersOnly(context.Context, db.Q, string, []string) (map[string]bool, error) {
	only := map[string]bool{}
	for _, p := range h.staff {
		only[p.ID] = true
	}
	return only, nil
}

func (h *house) seed() {
	h.t.Helper()
	h.bank = h.organization("Harbour Bank")
	h.eleanor = h.member(h.bank, org.Person{Name: "Eleanor Price", Email: "eleanor.price@harbourbank.example"}, org.Administrator)
	for i, name := range advisers {
		email := strings.ReplaceAll(db.Fold(name), " ", ".") + "@harbourbank.example"
		p := org.Person{Name: name, Email: email, Username: email, EmployeeNo: fmt.Sprintf("H1%03d", i+1)}
		if name == "Maria Silva" {
			p.Username = "msilva@harbourbank.example"
		}
		h.staff[name] = h.member(h.bank, p)
	}
}

func (h *house) organization(name string) (n org.Organization) {
	h.t.Helper()
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = h.orgs.Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London"})
		return err
	}))
	return n
}

func (h *house) member(o org.Organization, p org.Person, roles ...org.Role) org.Person {
	h.t.Helper()
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.orgs.AddMember(ctx, tx, org.System(o.ID), p, roles...)
		return err
	}))
	return p
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// work runs what waits in the background.
func (h *house) work() {
	h.t.Helper()
	_, err := h.jobs.RunDue(h.t.Context(), 100)
	h.ok(err)
}

// browser is somebody with a cookie jar and no JavaScript.
type browser struct {
	*http.Client
	h *house
}

// as signs somebody in; the zero person is a stranger.
func (h *house) as(p org.Person) *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.ok(err)
	b := &browser{Client: &http.Client{Jar: jar}, h: h}
	if p.ID != "" {
		b.post("/signin/persona", url.Values{"organization": {p.OrgID}, "person": {p.ID}, "next": {"/profile"}}).on("/profile")
	}
	return b
}

// seen is a page after all redirects on this site, or the address elsewhere
// that the browser was sent to.
type seen struct {
	t      *testing.T
	status int
	path   string
	// text is the page with its entities read, raw as it was sent.
	text, raw string
	header    http.Header
	// away is where the browser was sent to, if that is another site.
	away string
}

func (b *browser) open(path string) seen {
	b.h.t.Helper()
	return b.send(http.MethodGet, path, "", nil)
}

func (b *browser) post(path string, form url.Values) seen {
	b.h.t.Helper()
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) send(method, path, kind string, body io.Reader) seen {
	b.h.t.Helper()
	s := seen{t: b.h.t}
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), b.h.url) {
			s.away = r.URL.String()
			return http.ErrUseLastResponse
		}
		r.Header.Set("Accept", "text/html")
		return nil
	}
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+strings.TrimPrefix(path, b.h.url), body)
	b.h.ok(err)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", b.h.url)
		r.Header.Set("Referer", r.URL.String())
	}
	answer, err := b.Do(r)
	b.h.ok(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	b.h.ok(err)
	s.status, s.path, s.header = answer.StatusCode, answer.Request.URL.RequestURI(), answer.Header
	s.raw, s.text = string(text), html.UnescapeString(string(text))
	if strings.Contains(s.text, "⟦") {
		b.h.t.Errorf("%s shows a key without a text: %s", s.path, s.text[strings.Index(s.text, "⟦"):][:80])
	}
	return s
}

// on expects the page to be this one, and fine.
func (s seen) on(path string) seen {
	s.t.Helper()
	if s.status != http.StatusOK || s.path != path {
		s.t.Fatalf("got %d at %s, want 200 at %s:\n%s", s.status, s.path, path, s.read())
	}
	return s
}

// shows expects all the texts on the page.
func (s seen) shows(texts ...string) seen {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.text, text) {
			s.t.Errorf("%s (%d) does not say %q:\n%s", s.path, s.status, text, s.read())
		}
	}
	return s
}

// lacks expects none of the texts on the page.
func (s seen) lacks(texts ...string) seen {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.text, text) {
			s.t.Errorf("%s says %q", s.path, text)
		}
	}
	return s
}

// is expects a status.
func (s seen) is(status int) seen {
	s.t.Helper()
	if s.status != status {
		s.t.Fatalf("%s answered %d, want %d:\n%s", s.path, s.status, status, s.read())
	}
	return s
}

// main is the part of the page that is about something.
func (s seen) main() string {
	_, main, found := strings.Cut(s.text, "<main")
	if !found {
		return s.text
	}
	main, _, _ = strings.Cut(main, "</main>")
	return main
}

// read is the page as somebody reads it, for what a test says of it.
func (s seen) read() string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(s.main(), " ")), " ")
}

var tags = regexp.MustCompile(`<[^>]*>`)

// between cuts the first text between two marks out of a page.
func (s seen) between(before, after string) string {
	s.t.Helper()
	_, rest, found := strings.Cut(s.text, before)
	if !found {
		s.t.Fatalf("%s has no %q:\n%s", s.path, before, s.read())
	}
	text, _, _ := strings.Cut(rest, after)
	return text
}
