package installation_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/installation"
)

// house is the site of this room with the real rooms behind it and Microsoft's
// sandbox beside it.
type house struct {
	t       *testing.T
	d       *db.DB
	orgs    *org.Orgs
	vault   *vault.Vault
	sandbox *sandboxtest.Sandbox
	url     string
	log     bytes.Buffer
	bank    org.Organization
	fjord   org.Organization
	sam     org.Person
	eleanor org.Person
	amelia  org.Person
}

// build opens the house; what is set outside is the registration given, if any.
func build(t *testing.T, d *db.DB, outside ...connector.Registration) *house {
	t.Helper()
	h := &house{t: t, d: d, sandbox: sandboxtest.Start(t)}
	quiet := slog.New(slog.NewTextHandler(&h.log, nil))
	h.orgs = org.Open(h.d, quiet)
	h.orgs.Demo = true
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(h.url)
	h.ok(err)
	site, err := web.New(web.Config{Orgs: h.orgs, BaseURL: base, Log: quiet, Metrics: prometheus.NewRegistry(), Draw: page.DrawProblem, Ready: h.d.Ping, Key: []byte("0123456789abcdef"), Demo: true})
	h.ok(err)
	keys, err := vault.ParseKeys(vault.NewKey("k1"))
	h.ok(err)
	cfg := vault.Config{DB: h.d, Orgs: h.orgs, Keys: keys, Log: quiet, RedirectURL: h.url + "/connect/callback",
		Vendors: []connector.Vendor{graph.Vendor(graph.Config{LoginURL: h.sandbox.LoginURL(), GraphURL: h.sandbox.GraphURL(), Clock: h.d.Now})}}
	h.sandbox.AllowRedirect(cfg.RedirectURL)
	for _, r := range outside {
		cfg.Registrations = map[string]connector.Registration{graph.Name: r}
		cfg.Sources = map[string]vault.Source{graph.Name: {Name: "PARLEY_MICROSOFT_CLIENT_ID", From: "environment"}}
	}
	h.vault = vault.New(cfg)
	page.Routes(site)
	(&installation.Pages{Site: site, Orgs: h.orgs, Vault: h.vault}).Register()
	site.Handle("GET /enter/{org}/{person}", org.Public, h.enter)
	server.Config.Handler = site
	server.Start()
	t.Cleanup(server.Close)
	h.seed()
	return h
}

// enter signs somebody in without proof.
func (h *house) enter(w http.ResponseWriter, r *http.Request) error {
	token, err := h.orgs.SignInAs(r.Context(), r.PathValue("org"), r.PathValue("person"), "", "test")
	if err != nil {
		return err
	}
	web.StartSession(w, r, token)
	return web.Redirect(w, r, "/installation/apps")
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) seed() {
	h.t.Helper()
	h.ok(h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		if h.bank, err = h.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"}); err != nil {
			return err
		}
		if h.fjord, err = h.orgs.Create(ctx, tx, org.Organization{Name: "Fjord Credit", Lang: "en", Zone: "Europe/Oslo"}); err != nil {
			return err
		}
		for _, m := range []struct {
			to    *org.Person
			name  string
			roles []org.Role
		}{
			{&h.sam, "Sam Whitfield", []org.Role{org.Superuser, org.Member}},
			{&h.eleanor, "Eleanor Price", []org.Role{org.Administrator, org.Member}},
			{&h.amelia, "Amelia Hart", []org.Role{org.Member}},
		} {
			email := strings.ToLower(strings.ReplaceAll(m.name, " ", ".")) + "@harbourbank.example"
			if *m.to, err = h.orgs.AddMember(ctx, tx, org.System(h.bank.ID), org.Person{Name: m.name, Email: email}, m.roles...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// actor is the superuser as the rooms see him.
func (h *house) actor() org.Actor {
	return org.Actor{OrgID: h.bank.ID, PersonID: h.sam.ID, Name: h.sam.Name, Roles: []org.Role{org.Superuser, org.Administrator}, Session: "s"}
}

// browser is somebody with a cookie jar and no JavaScript.
type browser struct {
	*http.Client
	h *house
}

func (h *house) as(p org.Person) *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.ok(err)
	b := &browser{Client: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		r.Header.Set("Accept", "text/html")
		return nil
	}}, h: h}
	if p.ID != "" {
		b.open("/enter/" + p.OrgID + "/" + p.ID)
	}
	return b
}

// seen is a page after all redirects.
type seen struct {
	t      *testing.T
	status int
	path   string
	text   string
}

func (b *browser) open(path string) seen { b.h.t.Helper(); return b.send("GET", path, "", nil) }

func (b *browser) post(path string, pairs ...string) seen {
	b.h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.send("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload posts a form with a file, as the page's own form does.
func (b *browser) upload(path, field, content string, pairs ...string) seen {
	b.h.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.h.ok(m.WriteField(pairs[i], pairs[i+1]))
	}
	file, err := m.CreateFormFile(field, "app.pem")
	b.h.ok(err)
	_, err = file.Write([]byte(content))
	b.h.ok(err)
	b.h.ok(m.Close())
	return b.send("POST", path, m.FormDataContentType(), &body)
}

func (b *browser) send(method, path, kind string, body io.Reader) seen {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, body)
	b.h.ok(err)
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", b.h.url)
	}
	answer, err := b.Do(r)
	b.h.ok(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	b.h.ok(err)
	s := seen{t: b.h.t, status: answer.StatusCode, path: answer.Request.URL.RequestURI(), text: html.UnescapeString(string(text))}
	if i := strings.Index(s.text, "⟦"); i >= 0 {
		b.h.t.Errorf("%s shows a key without a text: %.80s", path, s.text[i:])
	}
	return s
}

func (s seen) is(status int) seen {
	s.t.Helper()
	if s.status != status {
		s.t.Fatalf("%s answered %d, want %d:\n%s", s.path, s.status, status, s.main())
	}
	return s
}

func (s seen) shows(texts ...string) seen {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.text, text) {
			s.t.Errorf("%s (%d) does not say %q:\n%s", s.path, s.status, text, s.main())
		}
	}
	return s
}

func (s seen) lacks(texts ...string) seen {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.text, text) {
			s.t.Errorf("%s says %q", s.path, text)
		}
	}
	return s
}

func (s seen) main() string {
	_, main, _ := strings.Cut(s.text, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return main
}
