package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/sandbox"
	"parley/internal/web/page/admin"
)

// TestNoSecretIsToldOrKept runs the main story with everything logged, listens
// to all that goes over the wires, and looks for what was secret there in the
// log, on every page and in every column of the database.
func TestNoSecretIsToldOrKept(t *testing.T) {
	wire := listen(t)
	log := &record{}
	g := lodge(t, "", slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})))
	g.server.Close()
	l := listenAgain(t, g.cfg.BaseURL)
	told := &record{}
	err := g.serveWith(t.Context(), l, func(ctx context.Context) error {
		return errors.Join(g.tour(ctx, g.vendors.Server, told), g.mishaps(ctx, t, wire, told))
	})
	if err != nil {
		t.Fatal(err)
	}
	secrets := wire.secrets(t)
	secrets["client secret"] = append(secrets["client secret"], sandbox.ClientSecret)
	for _, kind := range []string{"access token", "refresh token", "authorization code", "PKCE verifier", "state", "session", "sign-in link", "client secret"} {
		if len(secrets[kind]) == 0 {
			t.Errorf("no %s went over the wires, so this test shows nothing of them", kind)
		}
	}
	kept := g.rowsOf()
	for kind, values := range secrets {
		for _, secret := range values {
			for _, text := range []struct{ where, what string }{{"the log", log.String()}, {"an error", told.String()}} {
				if i := strings.Index(text.what, secret); i >= 0 {
					t.Errorf("%s holds a %s: …%s…", text.where, kind, text.what[max(0, i-200):min(len(text.what), i+20)])
				}
			}
			for table, rows := range kept {
				if slices.ContainsFunc(rows, func(row string) bool { return strings.Contains(row, secret) }) {
					t.Errorf("the table %s holds a %s", table, kind)
				}
			}
			for _, page := range wire.pagesWith(secret) {
				if kind != "sign-in link" || !strings.Contains(page, "/signin/link/") { // the page behind the link posts to its own address
					t.Errorf("the page %s shows a %s", page, kind)
				}
			}
		}
	}
}

// mishaps are what may carry a secret along when it fails: an answer that comes
// twice, a token that is refused by a vendor who repeats it, a link from a mail.
func (g *lodging) mishaps(ctx context.Context, t *testing.T, wire *wiretap, told io.Writer) error {
	boss := newWalker()
	steps := []func() error{
		func() error { return boss.open(ctx, g.cfg.BaseURL+"/signin") },
		func() error { return boss.press(ctx, demoAdministrator) },
		func() error { return boss.open(ctx, wire.last(admin.CallbackPath)) },
		func() error { return g.enterByMail(ctx) },
	}
	for _, do := range steps {
		if err := do(); err != nil {
			return err
		}
		fmt.Fprintln(told, boss.said())
	}
	refresh := wire.secrets(t)["refresh token"]
	g.vendors.ExpireAccessTokens(sandbox.Service)
	g.vendors.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: http.StatusBadRequest, Times: 1,
		Body: fmt.Sprintf(`{"error":"invalid_grant","error_description":"AADSTS70000: The refresh token %s of client secret %s is not good.","error_codes":[70000]}`, refresh[len(refresh)-1], sandbox.ClientSecret)})
	again := &tour{h: g.house, vendors: g.vendors.Server, client: newWalker()}
	if _, err := again.book(ctx); err != nil {
		return err
	}
	return until(ctx, func() error {
		if err := boss.open(ctx, g.cfg.BaseURL+"/settings/video"); err != nil {
			return err
		}
		fmt.Fprintln(told, boss.said())
		if !boss.shows("reauthorization") && !boss.shows("Reauthorize") {
			return fmt.Errorf("the connection does not ask for reauthorization: %s", boss.said())
		}
		return nil
	})
}

// enterByMail signs a member in by the link in their mail.
func (g *lodging) enterByMail(ctx context.Context) error {
	const who = "grace.kim@" + demoDomain
	member := newWalker()
	if err := member.open(ctx, g.cfg.BaseURL+"/signin"); err != nil {
		return err
	}
	if err := member.press(ctx, "link", "email", who); err != nil {
		return err
	}
	link := regexp.MustCompile(`http://[^\s"]+/signin/link/[^\s"]+`)
	err := until(ctx, func() error {
		for _, m := range g.vendors.Messages(who) {
			if address := link.FindString(m.Text); address != "" {
				return member.open(ctx, address)
			}
		}
		return errors.New("no mail with a link")
	})
	if err != nil {
		return err
	}
	return member.press(ctx, "Continue")
}

// listenAgain takes the address once more that the fixture's server had.
func listenAgain(t *testing.T, base string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestTheSetUpCodeIsNotKept begins an empty installation.
func TestTheSetUpCodeIsNotKept(t *testing.T) {
	log, out := &record{}, &record{}
	cfg, _, err := LoadConfig(nil, map[string]string{"DATABASE_URL": t.TempDir() + "/parley.db"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := open(t.Context(), cfg, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	defer h.db.Close()
	if err := h.welcome(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindString(out.String())
	if code == "" {
		t.Fatalf("no code: %s", out)
	}
	g := &lodging{house: h, t: t}
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", "")} {
		if strings.Contains(log.String(), secret) {
			t.Error("the log holds the set-up code")
		}
		for table, rows := range g.rowsOf() {
			if strings.Contains(strings.Join(rows, "\n"), secret) {
				t.Errorf("the table %s holds the set-up code", table)
			}
		}
	}
}

// A record is text that many write.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the record.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// A wiretap stands in for http.DefaultTransport, over which the program calls
// its vendors and the test's browsers call the program.
type wiretap struct {
	next  http.RoundTripper
	mu    sync.Mutex
	heard []exchange
}

// An exchange is a request and its answer.
type exchange struct {
	url       *url.URL
	sent, got string
	answer    http.Header
	page      bool
}

// listen taps all wires until the test ends.
func listen(t *testing.T) *wiretap {
	w := &wiretap{next: http.DefaultTransport}
	http.DefaultTransport = w
	t.Cleanup(func() { http.DefaultTransport = w.next })
	return w
}

// RoundTrip passes a request on and keeps what was said.
func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchange{url: r.URL}
	if r.Body != nil {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		x.sent = string(sent)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(got))
	x.got, x.answer, x.page = string(got), answer.Header, strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, x)
	return answer, err
}

// secrets are the values that nobody but their owner may know, by kind.
func (w *wiretap) secrets(t *testing.T) map[string][]string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string][]string{}
	add := func(kind, value string) {
		if len(value) >= 12 && !slices.Contains(all[kind], value) {
			all[kind] = append(all[kind], value)
		}
	}
	for _, x := range w.heard {
		if strings.HasSuffix(x.url.Path, "/token") && !strings.Contains(x.url.Path, "/signin") {
			form, err := url.ParseQuery(x.sent)
			if err != nil {
				t.Fatal(err)
			}
			add("client secret", form.Get("client_secret"))
			add("authorization code", form.Get("code"))
			add("PKCE verifier", form.Get("code_verifier"))
			add("refresh token", form.Get("refresh_token"))
			var tokens map[string]any
			if json.Unmarshal([]byte(x.got), &tokens) == nil {
				add("access token", fmt.Sprint(tokens["access_token"]))
				add("refresh token", fmt.Sprint(tokens["refresh_token"]))
				add("ID token", fmt.Sprint(tokens["id_token"]))
			}
		}
		for _, c := range (&http.Response{Header: x.answer}).Cookies() {
			if _, token, is := strings.Cut(c.Value, "."); is && c.Name == "parley" {
				add("session", token)
			}
		}
		if x.url.Path == admin.CallbackPath {
			add("state", x.url.Query().Get("state"))
		}
		if _, token, is := strings.Cut(x.url.Path, "/signin/link/"); is {
			add("sign-in link", token)
		}
	}
	return all
}

// last is the last address that was asked for with this path.
func (w *wiretap) last(path string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range slices.Backward(w.heard) {
		if x.url.Path == path {
			return x.url.String()
		}
	}
	return ""
}

// pagesWith lists the pages of ours that show a text.
func (w *wiretap) pagesWith(text string) (paths []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.heard {
		if x.page && !strings.Contains(x.url.Path, "/entra/") && strings.Contains(x.got, text) {
			paths = append(paths, x.url.Path)
		}
	}
	return paths
}
