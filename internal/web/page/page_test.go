package page_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

func build(t *testing.T) (*web.Site, *org.Orgs, *db.DB) {
	t.Helper()
	d := dbtest.SQLite(t)
	orgs := org.Open(d, slog.New(slog.DiscardHandler))
	orgs.Demo = true
	s, err := web.New(web.Config{Orgs: orgs, BaseURL: &url.URL{Scheme: "http", Host: "parley.example"}, Log: slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(), Draw: page.DrawProblem, Ready: d.Ping, Key: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	page.Routes(s)
	return s, orgs, d
}

func ask(s *web.Site, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://parley.example"+path, strings.NewReader(body))
	r.Header.Set("Accept", "text/html")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// member signs a new member of a new organization in.
func member(t *testing.T, orgs *org.Orgs, d *db.DB, roles ...org.Role) (cookie string) {
	t.Helper()
	var p org.Person
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		at, err := orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Slug: strings.ToLower(db.NewID()), Lang: "en", Zone: "Europe/London", Accent: "#7a1f5c"})
		if err != nil {
			return err
		}
		p, err = orgs.AddMember(ctx, tx, org.System(at.ID), org.Person{Name: "Amelia <Hart>", Email: "amelia.hart@harbourbank.example"}, roles...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := orgs.SignInAs(t.Context(), p.OrgID, p.ID, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return "parley=" + token
}

func TestTheMenuHoldsWhatIsBuiltAndAllowed(t *testing.T) {
	s, orgs, d := build(t)
	show := func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, ui.Shell(web.ReaderOf(r), page.Frame(w, r, "Here", "schedule")))
	}
	s.Handle("GET /schedule", org.Own, show)
	s.Handle("GET /settings", org.ManageOrganization, show)
	for _, test := range []struct {
		roles    []org.Role
		settings bool
	}{{nil, false}, {[]org.Role{org.Administrator}, true}} {
		text := ask(s, "GET", "/schedule", "", "Cookie", member(t, orgs, d, test.roles...)).Body.String()
		if got := strings.Contains(text, `href="/settings"`); got != test.settings {
			t.Errorf("roles %v see Settings: %v", test.roles, got)
		}
		if !strings.Contains(text, `aria-current="page"`) || strings.Contains(text, `href="/groups"`) {
			t.Errorf("the menu: %s", text)
		}
		if strings.Contains(text, "<Hart>") || !strings.Contains(text, "Harbour Bank") {
			t.Errorf("the frame: %s", text)
		}
	}
}

func TestABrandIsServedToBeKept(t *testing.T) {
	s, orgs, d := build(t)
	s.Handle("GET /schedule", org.Own, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, ui.Shell(web.ReaderOf(r), page.Frame(w, r, "Here", "schedule")))
	})
	text := ask(s, "GET", "/schedule", "", "Cookie", member(t, orgs, d)).Body.String()
	_, rest, found := strings.Cut(text, `href="/brand/`)
	path, _, _ := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("no brand: %s", text)
	}
	w := ask(s, "GET", "/brand/"+path, "")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if got := ask(s, "GET", strings.Replace("/brand/"+path, "brand.css", "logo", 1), "").Code; got != http.StatusNotFound {
		t.Errorf("a logo that is not there: %d", got)
	}
	if got := ask(s, "GET", "/brand/nobody/1/brand.css", "").Code; got != http.StatusNotFound {
		t.Errorf("a stranger's brand: %d", got)
	}
}

func TestTheThemeIsChosenWhereOneIs(t *testing.T) {
	s, _, _ := build(t)
	for from, want := range map[string]string{"http://parley.example/book/x?day=1": "/book/x?day=1", "http://evil.example/": "/", "": "/"} {
		w := ask(s, "POST", "/theme", "theme=dark", "Referer", from)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want || !strings.Contains(w.Header().Get("Set-Cookie"), "dark") {
			t.Errorf("from %q: %d %v", from, w.Code, w.Header())
		}
	}
}

func TestAFailureWhileDrawingIsAFailure(t *testing.T) {
	s, _, _ := build(t)
	s.Handle("GET /half", org.Public, func(w http.ResponseWriter, r *http.Request) error {
		return page.Render(w, r, http.StatusOK, templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
			_, _ = io.WriteString(out, "<h1>half")
			return errors.New("boom")
		}))
	})
	w := ask(s, "GET", "/half", "")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "<h1>half") || !strings.Contains(w.Body.String(), "<!doctype html>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	part := ask(s, "GET", "/half", "", "HX-Request", "true", "HX-Request-Type", "partial")
	if part.Code != http.StatusInternalServerError || strings.Contains(part.Body.String(), "<html") || part.Body.Len() == 0 {
		t.Errorf("a part: %d %s", part.Code, part.Body)
	}
}
