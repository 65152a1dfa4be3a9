package member_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/member"
)

// house is the site of this room, served on this machine.
type house struct {
	t    *testing.T
	d    *db.DB
	orgs *org.Orgs
	site *web.Site
	url  string
	mail []string // the links that were sent
}

func build(t *testing.T, demo bool) *house {
	t.Helper()
	h := &house{t: t, d: dbtest.SQLite(t)}
	h.orgs = org.Open(h.d, slog.New(slog.DiscardHandler))
	h.orgs.Demo = demo
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	base, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	h.site, err = web.New(web.Config{Orgs: h.orgs, BaseURL: base, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Draw: page.DrawProblem, Ready: h.d.Ping, Key: []byte("0123456789abcdef"), Demo: demo})
	if err != nil {
		t.Fatal(err)
	}
	page.Routes(h.site)
	member.Routes(h.site)
	h.orgs.LinkURL = member.LinkURL(h.site)
	h.orgs.SendLink = func(_ context.Context, _ *db.Tx, _ org.Person, link string) error {
		h.mail = append(h.mail, link)
		return nil
	}
	server.Config.Handler = h.site
	server.Start()
	t.Cleanup(server.Close)
	return h
}

func (h *house) organization(name string) (n org.Organization) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = h.orgs.Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London", Accent: "#7a1f5c"})
		return err
	})
	return n
}

func (h *house) member(o org.Organization, name, email string, roles ...org.Role) (p org.Person) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: name, Email: email}, roles...)
		return err
	})
	return p
}

func (h *house) tx(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Tx(h.t.Context(), do); err != nil {
		h.t.Fatal(err)
	}
}

// deliver sends the mail that waits and returns the last link.
func (h *house) deliver() string {
	h.t.Helper()
	run := job.New(h.d, slog.New(slog.DiscardHandler))
	run.Handle(org.LinkJob, h.orgs.SendLinks)
	if _, err := run.RunDue(h.t.Context(), 10); err != nil {
		h.t.Fatal(err)
	}
	if len(h.mail) == 0 {
		return ""
	}
	return h.mail[len(h.mail)-1]
}

// browser is somebody with a cookie jar and no JavaScript.
type browser struct {
	*http.Client
	h *house
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{Client: &http.Client{Jar: jar}, h: h}
}

// seen is a page after all redirects.
type seen struct {
	status int
	path   string
	text   string
}

func (b *browser) open(path string) seen {
	b.h.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

func (b *browser) post(path string, form url.Values) seen {
	b.h.t.Helper()
	return b.send(http.MethodPost, path, form)
}

func (b *browser) send(method, path string, form url.Values) seen {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+strings.TrimPrefix(path, b.h.url), strings.NewReader(form.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.h.url)
	}
	res, err := b.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return seen{res.StatusCode, res.Request.URL.RequestURI(), string(body)}
}

func (s seen) shows(t *testing.T, status int, path string, texts ...string) {
	t.Helper()
	if s.status != status || s.path != path {
		t.Errorf("got %d at %s, want %d at %s", s.status, s.path, status, path)
	}
	for _, text := range texts {
		if !strings.Contains(s.text, text) {
			t.Errorf("%s does not say %q:\n%s", s.path, text, s.text)
		}
	}
}
