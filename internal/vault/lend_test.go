package vault_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/vault"
)

func TestATokenGoesToNoOtherHost(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	client := w.lend(w.connect())
	caught := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived at a foreign host") }))
	defer caught.Close()
	before := w.wire.leaves.Load()
	for _, address := range []string{
		caught.URL, strings.Replace(caught.URL, "127.0.0.1", "localhost", 1), "https://graph.microsoft.com/v1.0/me", "file:///etc/passwd",
		strings.Replace(w.sandbox.GraphURL(), "http://", "http://user@", 1), strings.Replace(w.sandbox.GraphURL(), "http://", "http://x.", 1),
	} {
		_, err := connector.Call(t.Context(), client, connector.Request{Method: "GET", URL: address})
		w.wants(err, fault.Denied, "vault.lend.host")
	}
	if w.wire.leaves.Load() != before {
		t.Error("something left")
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	client := w.lend(w.connect())
	caught := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer caught.Close()
	w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Status: 302, Times: 1, Headers: map[string]string{"Location": caught.URL}})
	w.wants(w.users(client), fault.Internal, "")
}

func TestAfterOffNoRequestLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		client := w.lend(c)
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for range 8 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						_ = w.users(client)
					}
				}
			})
		}
		for w.wire.leaves.Load() < 20 {
			_ = w.users(client)
		}
		if err := w.v.Disconnect(t.Context(), w.actor, c.ID); err != nil {
			t.Fatal(err)
		}
		left := w.wire.leaves.Load()
		for range 20 {
			w.wants(w.users(client), fault.Denied, "vault.lend.off")
		}
		close(stop)
		wg.Wait()
		if now := w.wire.leaves.Load(); now != left {
			t.Errorf("%d requests left after the connection was off", now-left)
		}
		got := w.state(c)
		if got.State != vault.Disconnected || got.Account.ID != c.Account.ID {
			t.Errorf("connection = %+v", got)
		}
		if n, _ := db.Value[int64](t.Context(), d, "SELECT count(*) FROM grants WHERE org_id = $1", c.OrgID); n != 0 {
			t.Error("the tokens were not forgotten")
		}
		if _, err := w.v.Default(t.Context(), d, c.OrgID); !fault.Is(err, fault.NotFound) {
			t.Errorf("it is still the default: %v", err)
		}
	})
}

// What is on its way is waited for.
func TestOffWaitsForCallsOnTheirWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		client := w.lend(c)
		onWay, land := make(chan struct{}), make(chan struct{})
		w.wire.before = func(*http.Request) { close(onWay); <-land }
		called := make(chan error)
		go func() { called <- w.users(client) }()
		<-onWay
		ctx, giveUp := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer giveUp()
		w.wants(w.v.Disconnect(ctx, w.actor, c.ID), fault.Away, "vault.off.waits")
		if w.state(c).State != vault.Connected {
			t.Error("it was off while a call was on its way")
		}
		w.wire.before = nil
		w.wants(w.users(client), fault.Denied, "vault.lend.off") // none begins meanwhile
		close(land)
		if err := <-called; err != nil {
			t.Errorf("the call on its way failed: %v", err)
		}
		if err := w.v.Disconnect(t.Context(), w.actor, c.ID); err != nil {
			t.Error(err)
		}
	})
}

// A token can be refused that another call renewed a while ago; only one that was
// renewed for this very call and is refused too says that nothing is allowed.
func TestA401Renews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.sandbox.ExpireAccessTokens(sandbox.Service)
		before := w.renewals()
		if err := w.users(w.lend(c)); err != nil || w.renewals()-before != 1 {
			t.Errorf("err = %v after %d renewals", err, w.renewals()-before)
		}
		// The body is sent again too.
		w.sandbox.ExpireAccessTokens(sandbox.Service)
		made, err := w.v.Conference(c).Make(t.Context(), w.lend(c), connector.Wish{Key: "m.1", Subject: "x", Starts: w.sandbox.Now().Add(time.Hour), Ends: w.sandbox.Now().Add(2 * time.Hour)})
		if err != nil || made.JoinURL == "" {
			t.Errorf("made = %+v, %v", made, err)
		}
		before = w.renewals()
		w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Status: 401, Times: 2})
		if err := w.users(w.lend(c)); err != nil || w.renewals()-before != 2 {
			t.Errorf("the third token: err = %v after %d renewals", err, w.renewals()-before)
		}
		before = w.renewals()
		w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Status: 401, Times: 3})
		w.wants(w.users(w.lend(c)), fault.SignIn, "vault.fault.refused")
		if got := w.state(c); got.State != vault.NeedsReauthorization || w.renewals()-before != 2 {
			t.Errorf("state = %v after %d renewals", got.State, w.renewals()-before)
		}
	})
}

func TestThrottlingRestsTheGateForAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		other := w.open()
		elsewhere, err := other.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
		if err != nil {
			t.Fatal(err)
		}
		rest := func(err error) time.Duration {
			t.Helper()
			if !fault.Is(err, fault.Limited) {
				t.Fatalf("err = %v, want limited", err)
			}
			return fault.As(err).After
		}
		w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Status: 429, Times: 1, Headers: map[string]string{"Retry-After": "30"}})
		if got := rest(w.users(w.lend(c))); got != 30*time.Second {
			t.Errorf("After = %v, want 30s", got)
		}
		before := w.wire.leaves.Load()
		if got := rest(w.users(elsewhere)); got < 29*time.Second || got > 30*time.Second {
			t.Errorf("After = %v, want about 30s", got)
		}
		if w.wire.leaves.Load() != before {
			t.Error("a call left while the gate rested")
		}
		w.advance(31 * time.Second)
		if err := w.users(elsewhere); err != nil {
			t.Fatal(err)
		}
		var rests []time.Duration
		w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Status: 429, Times: 8})
		for range 8 {
			rests = append(rests, rest(w.users(w.lend(c)))/time.Second)
			w.advance(time.Minute)
		}
		if want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60}; !slices.Equal(rests, want) {
			t.Errorf("without Retry-After it rested %v seconds, want %v", rests, want)
		}
	})
}

// One pace for every call of all processes: permits are never closer than the gap.
func TestPermitsKeepTheirDistance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		other := w.open()
		var mu sync.Mutex
		var at []time.Time
		take := func(i int) error {
			return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				v := []*vault.Vault{w.v, other}[i%2]
				first, gap, err := v.Permits(ctx, tx, graph.Name+":a:b", 2)
				tx.After(func() {
					mu.Lock()
					defer mu.Unlock()
					at = append(at, first, first.Add(gap))
				})
				return err
			})
		}
		for _, err := range dbtest.Race(20, take) {
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(at, time.Time.Compare)
		for i := 1; i < len(at); i++ {
			if gap := at[i].Sub(at[i-1]); gap < 40*time.Millisecond {
				t.Fatalf("two permits are %v apart", gap)
			}
		}
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := w.v.Rest(ctx, tx, "mail:x:25", tx.Now().Add(time.Minute)); err != nil {
				return err
			}
			first, gap, err := w.v.Permits(ctx, tx, "mail:x:25", 0)
			if first.Sub(tx.Now()) != time.Minute || gap != 20*time.Millisecond {
				t.Errorf("looked: %v, %v", first.Sub(tx.Now()), gap)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestReadsOfPeopleAreLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		person := db.NewID()
		for _, p := range []vault.Purpose{{What: "meeting"}, {What: "rematch", PersonID: person}, {What: vault.Scan}} {
			client, err := w.v.Lend(t.Context(), c.OrgID, c.ID, p)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 { // three pages of one scan are one entry
				if err := w.users(client); err != nil {
					t.Fatal(err)
				}
			}
		}
		reads, err := w.v.Reads(t.Context(), d, c.OrgID, person, 10)
		if err != nil || len(reads) != 1 || reads[0].What != "rematch" || reads[0].ConnectionID != c.ID {
			t.Errorf("reads = %+v, %v", reads, err)
		}
		scans, err := w.v.Scans(t.Context(), d, c.OrgID, c.ID, 10)
		if err != nil || len(scans) != 1 {
			t.Errorf("scans = %+v, %v", scans, err)
		}
		if err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.v.Erase(ctx, tx, c.OrgID, person) }); err != nil {
			t.Fatal(err)
		}
		if reads, _ := w.v.Reads(t.Context(), d, c.OrgID, person, 10); len(reads) != 0 {
			t.Errorf("reads of an erased person: %v", reads)
		}
	})
}

func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	c := w.connect()
	endless := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		for chunk := []byte(strings.Repeat(" ", 1<<20)); ; {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	w.wire.base = onlyTo(endless.Listener.Addr().String())
	var into struct{}
	_, err := connector.Call(t.Context(), w.lend(c), connector.Request{Method: "GET", URL: w.sandbox.GraphURL() + "/v1.0/me", Into: &into})
	w.wants(err, fault.Away, "")
}

// onlyTo sends every request to one address.
type onlyTo string

func (o onlyTo) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Host = string(o)
	return http.DefaultTransport.RoundTrip(out)
}

func TestTheMailServer(t *testing.T) {
	for address, want := range map[string]connector.Relay{
		"smtp://mail.example":                         {Host: "mail.example", Port: 587, TLS: "starttls"},
		"smtps://ann:p%40ss@mail.example":             {Host: "mail.example", Port: 465, TLS: "implicit", Username: "ann", Password: connector.NewSecret("p@ss")},
		"smtp://127.0.0.1:2525":                       {Host: "127.0.0.1", Port: 2525, TLS: "none"},
		"smtp://mail.example:25?tls=none":             {Host: "mail.example", Port: 25, TLS: "none"},
		"http://mail.example":                         {},
		"smtp://":                                     {},
		"smtp://mail.example?tls=maybe":               {},
		"smtp://ann:s3cr%zz@mail.example?password=no": {},
	} {
		got, err := vault.ParseMail(address, "Harbour Bank <hello@harbourbank.example>")
		if want.Host == "" {
			if err == nil || strings.Contains(err.Error(), "s3cr") {
				t.Errorf("%s: %v, %v", address, got, err)
			}
			continue
		}
		if err != nil || got.Host != want.Host || got.Port != want.Port || got.TLS != want.TLS || got.Username != want.Username ||
			!got.Password.Equal(want.Password) || got.From.Mailbox != "hello@harbourbank.example" {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	v := vault.New(vault.Config{})
	if _, _, err := v.LendMail(t.Context(), "o"); !fault.Is(err, fault.Away) {
		t.Errorf("no mail server: %v", err)
	}
	v = vault.New(vault.Config{Mail: connector.Relay{Host: "127.0.0.1", Port: 1}})
	relay, gate, err := v.LendMail(t.Context(), "o")
	if err != nil || gate != "mail:127.0.0.1:1" {
		t.Fatalf("gate = %q, %v", gate, err)
	}
	if _, err := relay.Dial(t.Context(), "tcp", "127.0.0.1:2"); !fault.Is(err, fault.Denied) {
		t.Errorf("another host was called: %v", err)
	}
}

func TestOnlyAdministratorsInstall(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	c := w.connect()
	member := w.actor
	member.Roles = []org.Role{org.Member, org.Scheduler}
	for name, do := range map[string]func() error{
		"begin":       func() error { _, err := w.v.Begin(t.Context(), member, graph.Name, nil); return err },
		"answer":      func() error { _, err := w.v.Answer(t.Context(), member, graph.Name, "tenant", nil); return err },
		"reauthorize": func() error { _, err := w.v.ReauthorizeAs(t.Context(), member, c.ID, nil); return err },
		"complete":    func() error { _, err := w.v.Complete(t.Context(), member, c.ID); return err },
		"disconnect":  func() error { return w.v.Disconnect(t.Context(), member, c.ID) },
		"consent":     func() error { _, err := w.v.AdminConsentURL(t.Context(), member, graph.Name, nil); return err },
	} {
		if err := do(); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v, want denied", name, err)
		}
	}
	if errors.Is(w.users(w.lend(c)), context.Canceled) {
		t.Error("unreachable")
	}
}
