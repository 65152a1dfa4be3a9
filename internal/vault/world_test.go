package vault_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/contract"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

const redirect = "http://127.0.0.1:8080/connect/return"

// world is a vault with a sandbox beside it. Whatever is said by errors and
// logs is held, at the end, against every token that the vendor gave.
type world struct {
	t       *testing.T
	d       *db.DB
	clock   *dbtest.Clock
	sandbox *sandboxtest.Sandbox
	wire    *wire
	keys    vault.Keys
	secret  string
	client  string
	v       *vault.Vault
	actor   org.Actor

	mu    sync.Mutex
	said  bytes.Buffer
	told  []vault.State
	fails bool // OnState fails
}

func newWorld(t *testing.T, d *db.DB, change ...func(*sandbox.Options)) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: dbtest.ClockOf(d), sandbox: sandboxtest.Start(t, change...), secret: sandbox.ClientSecret, client: sandbox.ClientID, keys: keys(t, vault.NewKey("k1"))}
	w.sandbox.AllowRedirect(redirect)
	w.wire = &wire{base: contract.Graph(t).Tolerate(func(r *http.Response) bool { return r.StatusCode >= 300 }).Transport(http.DefaultTransport)}
	w.actor = w.organization("Harbour Bank")
	w.v = w.open()
	t.Cleanup(w.noLeak)
	return w
}

func keys(t *testing.T, text string) vault.Keys {
	t.Helper()
	k, err := vault.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// organization makes an organization and returns an administrator of it.
func (w *world) organization(name string) org.Actor {
	w.t.Helper()
	var o org.Organization
	err := w.d.Tx(w.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = org.Open(w.d, w.log()).Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London"})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return org.Actor{OrgID: o.ID, PersonID: db.NewID(), Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Session: "session-1"}
}

// open is a vault over the world's database, as one process has it.
func (w *world) open() *vault.Vault {
	v := vault.New(vault.Config{
		DB: w.d, Orgs: org.Open(w.d, w.log()), Keys: w.keys, Log: w.log(), RedirectURL: redirect, Transport: w.wire,
		Vendors:       []connector.Vendor{graph.Vendor(graph.Config{LoginURL: w.sandbox.LoginURL(), GraphURL: w.sandbox.GraphURL(), Transport: w.wire, Clock: w.d.Now})},
		Registrations: map[string]connector.Registration{graph.Name: {ClientID: w.client, Secret: connector.NewSecret(w.secret)}},
	})
	v.OnState = append(v.OnState, func(_ context.Context, _ *db.Tx, c vault.Connection) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, c.State)
		if w.fails {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	return v
}

func (w *world) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(writer(func(p []byte) { w.say(string(p)) }), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type writer func([]byte)

func (f writer) Write(p []byte) (int, error) { f(p); return len(p), nil }

func (w *world) say(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.WriteString(text)
}

func (w *world) noLeak() {
	for _, token := range w.wire.all() {
		if strings.Contains(w.said.String(), token) {
			w.t.Errorf("an error or a log line tells a token:\n%s", w.said.String())
			return
		}
	}
}

// advance moves both clocks.
func (w *world) advance(by time.Duration) {
	w.clock.Advance(by)
	w.sandbox.AdvanceClock(by)
}

// begin starts a sign-in for the tenant of the demo.
func (w *world) begin() string {
	w.t.Helper()
	address, err := w.v.Begin(w.t.Context(), w.actor, graph.Name, map[string]string{"tenant": sandbox.TenantID, "field": "email"})
	if err != nil {
		w.t.Fatal(err)
	}
	return address
}

// back signs in at the vendor and returns what comes back with the browser.
func (w *world) back(address, upn string, choice ...sandboxtest.Choice) url.Values {
	w.t.Helper()
	u, err := url.Parse(sandboxtest.SignIn(w.t, address, upn, choice...))
	if err != nil {
		w.t.Fatal(err)
	}
	return u.Query()
}

// connect installs the demo's service account.
func (w *world) connect() vault.Connection {
	w.t.Helper()
	c, err := w.v.Finish(w.t.Context(), w.actor, w.back(w.begin(), sandbox.Service))
	if err == nil {
		c, err = w.v.Complete(w.t.Context(), w.actor, c.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.told = nil
	return c
}

func (w *world) lend(c vault.Connection) *http.Client {
	w.t.Helper()
	client, err := w.v.Lend(w.t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// users makes one Graph call.
func (w *world) users(client *http.Client) error {
	_, err := connector.Call(w.t.Context(), client, connector.Request{Method: "GET", URL: w.sandbox.GraphURL() + "/v1.0/users?$select=id&$top=1", Repeatable: true})
	if err != nil {
		w.say(err.Error())
	}
	return err
}

func (w *world) state(c vault.Connection) vault.Connection {
	w.t.Helper()
	now, err := w.v.Connection(w.t.Context(), w.d, c.OrgID, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

// wants holds an error against a kind and a sentence.
func (w *world) wants(err error, kind fault.Kind, key string) {
	w.t.Helper()
	if err != nil {
		w.say(err.Error())
	}
	if f := fault.As(err); f == nil || f.Kind != kind || f.Key != key {
		w.t.Errorf("err = %v, want %v %s", err, kind, key)
	}
}

// wire is the network: it remembers every token that a vendor gives, and lets
// a test stand in the way.
type wire struct {
	base http.RoundTripper
	// before and after see each call; nil does nothing.
	before func(*http.Request)
	after  func(*http.Request, *http.Response)
	leaves atomic.Int64

	mu     sync.Mutex
	tokens []string
}

func (x *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	x.leaves.Add(1)
	if x.before != nil {
		x.before(r)
	}
	res, err := x.base.RoundTrip(r)
	if err != nil {
		return res, err
	}
	if strings.HasSuffix(r.URL.Path, "/token") {
		x.remember(res)
	}
	if x.after != nil {
		x.after(r, res)
	}
	return res, nil
}

func (x *wire) remember(res *http.Response) {
	body, _ := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	var got struct{ Access_token, Refresh_token, ID_token string }
	_ = json.Unmarshal(body, &got)
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, token := range []string{got.Access_token, got.Refresh_token, got.ID_token} {
		if token != "" {
			x.tokens = append(x.tokens, token)
		}
	}
}

func (x *wire) all() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string{sandbox.ClientSecret}, x.tokens...)
}
