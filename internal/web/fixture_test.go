package web_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
)

// house is a site with one organization, its log and its database.
type house struct {
	*web.Site
	t    *testing.T
	d    *db.DB
	orgs *org.Orgs
	org  org.Organization
	log  *strings.Builder
}

func build(t *testing.T, change ...func(*web.Config)) *house {
	t.Helper()
	h := &house{t: t, d: dbtest.SQLite(t), log: &strings.Builder{}}
	h.orgs = org.Open(h.d, slog.New(slog.DiscardHandler))
	h.orgs.Demo = true
	h.org = h.organization("Harbour Bank")
	c := web.Config{
		Orgs: h.orgs, BaseURL: &url.URL{Scheme: "https", Host: "parley.example"},
		Log: slog.New(slog.NewJSONHandler(h.log, nil)), Metrics: prometheus.NewRegistry(),
		Key: []byte("0123456789abcdef"), Ready: h.d.Ping,
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Draw: func(w http.ResponseWriter, _ *http.Request, p web.Problem) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(p.Status)
			_, err := fmt.Fprintf(w, "<h1>%s</h1><p>%s</p><p>%s</p>", html.EscapeString(p.Title), html.EscapeString(p.Text), p.Reference)
			return err
		},
	}
	for _, f := range change {
		f(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	h.Site = s
	return h
}

func (h *house) organization(name string) (n org.Organization) {
	h.t.Helper()
	err := h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = h.orgs.Create(ctx, tx, org.Organization{Name: name, Lang: "fr", Zone: "Europe/Paris"})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// session signs a new member of the organization in and returns the cookie.
func (h *house) session(o org.Organization, roles ...org.Role) *http.Cookie {
	h.t.Helper()
	var p org.Person
	err := h.d.Tx(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: "Amelia Hart", Email: db.NewID() + "@harbourbank.example"}, roles...)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	token, err := h.orgs.SignInAs(h.t.Context(), o.ID, p.ID, "", "Firefox")
	if err != nil {
		h.t.Fatal(err)
	}
	return &http.Cookie{Name: "__Host-parley", Value: token}
}

// ask is a request as a browser makes it, with changes.
func ask(method, target string, body io.Reader, change ...func(*http.Request)) *http.Request {
	r := httptest.NewRequest(method, "https://parley.example"+target, body)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, f := range change {
		f(r)
	}
	return r
}

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func as(c *http.Cookie) func(*http.Request) { return func(r *http.Request) { r.AddCookie(c) } }

func from(addr string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = addr } }

func (h *house) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (h *house) get(target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	return h.do(ask(http.MethodGet, target, nil, change...))
}

func (h *house) post(target, form string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	return h.do(ask(http.MethodPost, target, strings.NewReader(form), change...))
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func says(text string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, err := io.WriteString(w, text)
		return err
	}
}

func fails(err error) web.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}
