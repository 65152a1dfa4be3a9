package vault_test

import (
	"context"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// acme is a vendor that says what a test wants it to say: it is asked for what no
// real vendor does at a moment that a test can choose.
type acme struct {
	mu sync.Mutex
	// account signs in next and is granted scopes; refuses is what a renewal says.
	account connector.Account
	scopes  []string
	refuses error
	// revoked has the vendor refuse every token, as it does at once when consent is
	// withdrawn.
	revoked bool
	// forbidden has it refuse every call.
	forbidden bool
	// notReady, pulse and found are what its health and its doctor say.
	notReady, pulse error
	found           []connector.Finding
	patients        []connector.Patient
	// during happens while the doctor looks.
	during func()
	// leaves makes the meeting of an examination stay behind.
	leaves   bool
	probes   []string
	pulses   int
	renewals int
	url      string
}

const (
	acmeTenant = "tenant-1"
	needs      = "meet"
	wants      = "people.full"
)

func (a *acme) vendor() connector.Vendor {
	return connector.Vendor{
		Name: "acme", Kind: connector.Video, Title: "teams.name", Setup: acmeSetup{}, Authorizer: a, Directory: acmeDirectory{}, Doctor: a, Listener: acmeListener{},
		Health: connector.Health{
			Waits: func(s map[string]string) string { return s["waits"] },
			Ready: func(_ context.Context, _ *http.Client, _ map[string]string, probe string) error {
				a.mu.Lock()
				defer a.mu.Unlock()
				a.probes = append(a.probes, probe)
				return a.notReady
			},
			Pulse: func(ctx context.Context, c *http.Client, _ map[string]string) error {
				if _, err := connector.Call(ctx, c, connector.Request{Method: "GET", URL: a.url + "/me", Repeatable: true}); err != nil {
					return err
				}
				a.mu.Lock()
				defer a.mu.Unlock()
				a.pulses++
				return a.pulse
			},
			Lacking: func(_ map[string]string, scopes []string) (needed, wanted []string) {
				for scope, to := range map[string]*[]string{needs: &needed, wants: &wanted} {
					if !slices.Contains(scopes, scope) {
						*to = append(*to, scope)
					}
				}
				return needed, wanted
			},
		},
		Hosts: []string{strings.TrimPrefix(a.url, "http://")},
	}
}

// ServeHTTP answers a call with a token.
func (a *acme) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.revoked:
		w.WriteHeader(http.StatusUnauthorized)
	case a.forbidden:
		w.WriteHeader(http.StatusForbidden)
	}
}

// set changes what the vendor says.
func (a *acme) set(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
}

func (a *acme) AuthURL(_ context.Context, _ connector.Registration, ask connector.Ask) (string, error) {
	return "https://acme.example/?state=" + ask.State.Reveal(), nil
}

func (a *acme) AdminConsentURL(context.Context, connector.Registration, connector.Ask) (string, error) {
	return "", nil
}

func (a *acme) tokens() connector.Tokens {
	return connector.Tokens{Access: connector.NewSecret(db.NewID()), Refresh: connector.NewSecret(db.NewID()), Lifetime: time.Hour, Scopes: slices.Clone(a.scopes)}
}

func (a *acme) Exchange(context.Context, connector.Registration, connector.Ask, url.Values) (connector.Tokens, connector.Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens(), a.account, nil
}

func (a *acme) Renew(context.Context, connector.Registration, map[string]string, connector.Secret) (connector.Tokens, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.renewals++
	return a.tokens(), a.refuses
}

func (a *acme) Examine(_ context.Context, p connector.Patient) iter.Seq[connector.Finding] {
	if a.during != nil {
		a.during()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.patients = append(a.patients, p)
	p.Trial.Asked, p.Trial.Ended = p.Client != nil, p.Client != nil && !a.leaves
	if a.found == nil && p.Client != nil {
		return slices.Values([]connector.Finding{{Name: connector.LookMeeting, Severity: connector.Fine}})
	}
	return slices.Values(a.found)
}

type acmeSetup struct{}

func (acmeSetup) Steps(map[string]string) []connector.Step {
	return []connector.Step{{Name: "who", Kind: connector.StepQuestions, Questions: []connector.Question{
		{Name: "tenant", Kind: connector.QuestionText, Required: true, Tenant: true}, {Name: "waits", Kind: connector.QuestionText}}}}
}

// Answer knows tenants by their id and by a domain in front of it.
func (acmeSetup) Answer(_ context.Context, _ string, given map[string]string) (map[string]string, error) {
	answers := maps.Clone(given)
	_, answers["tenant"], _ = strings.Cut("."+given["tenant"], ".")
	if at := strings.LastIndexByte(given["tenant"], '.'); at >= 0 {
		answers["tenant"] = given["tenant"][at+1:]
	}
	if !strings.HasPrefix(answers["tenant"], "tenant-") {
		return nil, fault.New(fault.Invalid, "teams.tenant.notfound").At("tenant")
	}
	return answers, nil
}

func (acmeSetup) Wait(_ connector.Registration, _ map[string]string, hosts []string) []connector.Help {
	return []connector.Help{{Copy: "allow " + strings.Join(hosts, " ")}}
}

type acmeDirectory struct{ connector.Directory }

func (acmeDirectory) Level(scopes []string) connector.Level {
	if slices.Contains(scopes, wants) {
		return connector.Full
	}
	return connector.Basic
}

type acmeListener struct{}

func (acmeListener) Path() string { return "acme" }

func (acmeListener) Read(context.Context, *http.Request, []byte) ([]connector.Inbound, string, error) {
	return nil, "", nil
}

// clinic is a vault with the one vendor.
type clinic struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	acme  *acme
	keys  vault.Keys
	orgs  *org.Orgs
	v     *vault.Vault
	jobs  *job.Runner
	actor org.Actor
	ends  time.Time

	mu    sync.Mutex
	told  []string
	ready int
}

func newClinic(t *testing.T, d *db.DB, change ...func(*vault.Config)) *clinic {
	t.Helper()
	a := &acme{account: connector.Account{TenantID: acmeTenant, ID: "service", Name: "service@acme.example"}, scopes: []string{needs, wants}}
	k := &clinic{t: t, d: d, acme: a, clock: dbtest.ClockOf(d), orgs: org.Open(d, slog.New(slog.DiscardHandler)), keys: keys(t, vault.NewKey("k1"))}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	a.url = s.URL
	k.actor = k.organization("Harbour Bank")
	k.v = k.open(change...)
	return k
}

// open is a vault with a runner of its jobs.
func (k *clinic) open(change ...func(*vault.Config)) *vault.Vault {
	cfg := vault.Config{DB: k.d, Orgs: k.orgs, Keys: k.keys, Log: slog.New(slog.DiscardHandler), RedirectURL: redirect, HookURL: "http://127.0.0.1:8080/hook/",
		Vendors:       []connector.Vendor{k.acme.vendor()},
		Registrations: map[string]connector.Registration{"acme": {ClientID: "app-1", Secret: connector.NewSecret("a very secret secret")}},
		Probe: func(context.Context, db.Q, string, string) (string, string, error) {
			return "their-id", k.actor.PersonID, nil
		},
	}
	if !k.ends.IsZero() {
		cfg.Sources = map[string]vault.Source{"acme": {Expires: k.ends}}
	}
	for _, f := range change {
		f(&cfg)
	}
	v := vault.New(cfg)
	v.OnState = append(v.OnState, func(_ context.Context, _ *db.Tx, c vault.Connection) error {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.told = append(k.told, string(c.State)+" "+c.Fault)
		return nil
	})
	v.OnReady = append(v.OnReady, func(context.Context, *db.Tx, vault.Connection) error { k.ready++; return nil })
	k.jobs = job.New(k.d, slog.New(slog.DiscardHandler))
	v.Work(k.jobs)
	return v
}

// organization makes an organization and its administrator.
func (k *clinic) organization(name string) org.Actor {
	k.t.Helper()
	var a org.Actor
	err := k.d.Tx(k.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		o, err := k.orgs.Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London"})
		if err != nil {
			return err
		}
		p, err := k.orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: "Eleanor Price", Email: "eleanor@" + db.NewID() + ".example"}, org.Administrator)
		a = org.Actor{OrgID: o.ID, PersonID: p.ID, Name: p.Name, Roles: []org.Role{org.Administrator}, Session: "session-1"}
		return err
	})
	k.ok(err)
	return a
}

func (k *clinic) ok(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// wants holds an error against a kind and a sentence.
func (k *clinic) wants(err error, kind fault.Kind, key string) {
	k.t.Helper()
	if f := fault.As(err); f == nil || f.Kind != kind || f.Key != key {
		k.t.Errorf("err = %v, want %v %s", err, kind, key)
	}
}

// stateOf is what comes back with the browser that was sent to an address.
func stateOf(t *testing.T, address string, err error) url.Values {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func (k *clinic) sign(answers map[string]string) (vault.Connection, error) {
	k.t.Helper()
	address, err := k.v.Begin(k.t.Context(), k.actor, "acme", answers)
	return k.v.Finish(k.t.Context(), k.actor, stateOf(k.t, address, err))
}

func (k *clinic) connect() vault.Connection {
	k.t.Helper()
	c, err := k.sign(map[string]string{"tenant": acmeTenant})
	if err == nil {
		c, err = k.v.Complete(k.t.Context(), k.actor, c.ID)
	}
	k.ok(err)
	k.told = nil
	return c
}

func (k *clinic) now(c vault.Connection) vault.Connection {
	k.t.Helper()
	c, err := k.v.Connection(k.t.Context(), k.d, c.OrgID, c.ID)
	k.ok(err)
	return c
}

// work lets time pass, and runs what is due then.
func (k *clinic) work(pass time.Duration) {
	k.t.Helper()
	k.clock.Advance(pass)
	k.ok(k.jobs.Tick(k.t.Context()))
	_, err := k.jobs.RunDue(k.t.Context(), 200)
	k.ok(err)
}

// journal lists the verbs that were written down, the last first.
func (k *clinic) journal() (verbs []string) {
	k.t.Helper()
	all, err := k.orgs.Journal(k.t.Context(), k.d, k.actor.OrgID, org.JournalFilter{}, org.Page{})
	k.ok(err)
	for _, e := range all {
		verbs = append(verbs, e.Verb)
	}
	return verbs
}
