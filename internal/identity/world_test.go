package identity_test

import (
	"cmp"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

const redirect = "http://127.0.0.1:8080/connect/callback"

// world is the bank of the demo: twelve advisers, and Microsoft beside it.
type world struct {
	t       testing.TB
	d       *db.DB
	clock   *dbtest.Clock
	sandbox *sandboxtest.Sandbox
	orgs    *org.Orgs
	vault   *vault.Vault
	is      *identity.Identities
	jobs    *job.Runner
	actor   org.Actor
	people  map[string]org.Person // by name
	matches int
	// kill is called after so many steps: pages of a listed vendor, and
	// transactions that matched somebody.
	killIn int
	kill   func()
}

// step is one step on the way to a kill.
func (w *world) step() {
	if w.kill == nil {
		return
	}
	if w.killIn--; w.killIn < 0 {
		w.kill()
	}
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := emptyWorld(t, d)
	for i, name := range []string{"Amelia Hart", "Daniel Okafor", "Priya Nair", "Lucas Moreau", "Sofia Lindqvist", "Tomas Herrera", "Hannah Weiss",
		"Noah Tremblay", "Grace Kim", "Maria Silva", "Julia Novak", "Omar Farouk"} {
		w.add(name, i)
	}
	return w
}

// emptyWorld has nobody, and vendors beside Microsoft.
func emptyWorld(t testing.TB, d *db.DB, more ...connector.Vendor) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: dbtest.ClockOf(d), sandbox: sandboxtest.Start(t), people: map[string]org.Person{}}
	w.sandbox.AllowRedirect(redirect)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	w.orgs = org.Open(d, log)
	keys, err := vault.ParseKeys(vault.NewKey("k1"))
	if err != nil {
		t.Fatal(err)
	}
	registrations := map[string]connector.Registration{}
	vendors := append(more, graph.Vendor(graph.Config{LoginURL: w.sandbox.LoginURL(), GraphURL: w.sandbox.GraphURL(), Clock: d.Now}))
	for _, v := range vendors {
		registrations[v.Name] = connector.Registration{ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)}
	}
	w.vault = vault.New(vault.Config{DB: d, Orgs: w.orgs, Keys: keys, Log: log, RedirectURL: redirect, Vendors: vendors, Registrations: registrations})
	w.is = identity.New(identity.Config{DB: d, Orgs: w.orgs, Vault: w.vault, Log: log,
		NotifyURL: func(path string) string { return "https://parley.example/hook/" + path }})
	t.Cleanup(w.is.Settle)
	w.vault.OnState = append(w.vault.OnState, w.is.ConnectionChanged)
	w.is.OnMatch = append(w.is.OnMatch, func(_ context.Context, tx *db.Tx, _, _ string, ids []string) error {
		w.matches += len(ids)
		tx.After(w.step)
		return nil
	})
	w.jobs = job.New(d, log)
	w.is.Work(w.jobs)
	w.organization()
	return w
}

func (w *world) organization() {
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		o, err := w.orgs.Create(ctx, tx, org.Organization{Name: "Harbour Bank", Lang: "en", Zone: "Europe/London"})
		w.actor = org.Actor{OrgID: o.ID, PersonID: db.NewID(), Name: "Eleanor Price", Roles: []org.Role{org.Administrator}, Session: "s"}
		return err
	})
}

func (w *world) tx(do func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Tx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// add is the i-th adviser as the demo seeds them.
func (w *world) add(name string, i int) {
	w.t.Helper()
	email := emailOf(name)
	username := email
	if name == "Maria Silva" {
		username = "MSilva@harbourbank.example"
	}
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		w.people[name], err = w.orgs.AddMember(ctx, tx, org.System(w.actor.OrgID), org.Person{OrgID: w.actor.OrgID, Name: name, Email: email, Username: username, EmployeeNo: "H" + string(rune('A'+i))})
		return err
	})
}

// run does all jobs that are due.
func (w *world) run() {
	w.t.Helper()
	if _, err := w.jobs.RunDue(w.t.Context(), 50); err != nil {
		w.t.Fatal(err)
	}
}

// begin signs the service account in and reads the directory.
func (w *world) begin(vendor string) vault.Connection {
	w.t.Helper()
	address, err := w.vault.Begin(w.t.Context(), w.actor, vendor, map[string]string{"tenant": sandbox.TenantID, "field": identity.Email})
	if err != nil {
		w.t.Fatal(err)
	}
	if vendor == graph.Name {
		address = sandboxtest.SignIn(w.t, address, sandbox.Service)
	}
	u, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := w.vault.Finish(w.t.Context(), w.actor, u.Query())
	if err != nil {
		w.t.Fatal(err)
	}
	w.run()
	return c
}

func (w *world) complete(c vault.Connection) vault.Connection {
	w.t.Helper()
	c, err := w.vault.Complete(w.t.Context(), w.actor, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) of(c vault.Connection, name string) identity.Identity {
	w.t.Helper()
	id := w.people[name].ID
	all, err := identity.Of(w.t.Context(), w.d, c.OrgID, c.ID, []string{id})
	if err != nil {
		w.t.Fatal(err)
	}
	return all[id]
}

func (w *world) preview(c vault.Connection) map[string]identity.FieldPreview {
	w.t.Helper()
	all, err := w.is.Preview(w.t.Context(), w.d, c.OrgID, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	byField := map[string]identity.FieldPreview{}
	for _, p := range all {
		byField[p.Field] = p
	}
	return byField
}

// listed is a vendor whose directory is a list in the test: as large as the
// test wants, and changed when it wants.
type listed struct {
	name    string
	account string
	entries func(yield func(connector.Entry, error) bool)
	level   connector.Level
	changes *feed
	page    int // how many entries a page has
	step    func()
	// asked and reread count values and ids that were looked up.
	// scans counts how often the list was read from its start.
	asked, reread, scans int
	// found is called at the end of each look-up, by value or by id.
	found func()
	// refuses is what each look-up by value is answered with, if anything.
	refuses error
	// waits is what a connection waits for before it can be finished.
	waits string
}

func (l *listed) vendor() connector.Vendor {
	v := connector.Vendor{Name: l.name, Kind: connector.Video, Setup: l, Authorizer: l, Directory: l}
	v.Health.Waits = func(map[string]string) string { return l.waits }
	if l.changes != nil {
		v.Changes, v.Listener = l.changes, l.changes
	}
	return v
}

// Steps has none.
func (*listed) Steps(map[string]string) []connector.Step { return nil }

// Wait waits for nothing.
func (*listed) Wait(connector.Registration, map[string]string, []string) []connector.Help { return nil }

// Answer takes anything.
func (*listed) Answer(_ context.Context, _ string, given map[string]string) (map[string]string, error) {
	return given, nil
}

// AuthURL comes straight back.
func (*listed) AuthURL(_ context.Context, _ connector.Registration, ask connector.Ask) (string, error) {
	return ask.RedirectURL + "?code=x&state=" + url.QueryEscape(ask.State.Reveal()), nil
}

// AdminConsentURL leads nowhere.
func (*listed) AdminConsentURL(context.Context, connector.Registration, connector.Ask) (string, error) {
	return "", nil
}

// Exchange is always good.
func (l *listed) Exchange(context.Context, connector.Registration, connector.Ask, url.Values) (connector.Tokens, connector.Account, error) {
	return connector.Tokens{Access: connector.NewSecret("a"), Refresh: connector.NewSecret("r"), Lifetime: time.Hour},
		connector.Account{TenantID: "t-" + l.name, ID: l.account, Name: "service@" + l.name}, nil
}

// Renew is always good.
func (*listed) Renew(context.Context, connector.Registration, map[string]string, connector.Secret) (connector.Tokens, error) {
	return connector.Tokens{Access: connector.NewSecret("a2"), Lifetime: time.Hour}, nil
}

// Level is what the scopes of the test say; Basic without any.
func (l *listed) Level([]string) connector.Level { return cmp.Or(l.level, connector.Basic) }

// Pages yields the list in pages of a hundred from the cursor on, which is the
// number of the first.
func (l *listed) Pages(_ context.Context, _ *http.Client, _ connector.Level, cursor string) iter.Seq2[connector.DirectoryPage, error] {
	return func(yield func(connector.DirectoryPage, error) bool) {
		from, _ := strconv.Atoi(cursor)
		if from == 0 {
			l.scans++
		}
		var page connector.DirectoryPage
		n := 0
		for e, err := range l.entries {
			if err != nil {
				yield(connector.DirectoryPage{}, err)
				return
			}
			if n++; n <= from {
				continue
			}
			if page.Entries = append(page.Entries, l.shown(e)); len(page.Entries) == cmp.Or(l.page, 100) {
				page.Next = strconv.Itoa(n)
				if l.step != nil {
					l.step()
				}
				if !yield(page, nil) {
					return
				}
				page = connector.DirectoryPage{}
			}
		}
		yield(page, nil)
	}
}

// shown is what the level shows of an entry.
func (l *listed) shown(e connector.Entry) connector.Entry {
	if l.Level(nil) == connector.Basic {
		e.Aliases, e.Guest, e.Disabled, e.Licensed = nil, "", "", ""
	}
	return e
}

// Find goes through the list.
func (l *listed) Find(_ context.Context, _ *http.Client, level connector.Level, values []string) (all []connector.Entry, err error) {
	l.asked += len(values)
	all, err = l.only(func(e connector.Entry) bool {
		has := func(text string) bool {
			return slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, text) })
		}
		return has(e.SignInName) || has(e.Mail) || (level == connector.Full && slices.ContainsFunc(e.Aliases, has))
	})
	if l.found != nil {
		l.found()
	}
	return all, cmp.Or(l.refuses, err)
}

// Reread goes through the list.
func (l *listed) Reread(_ context.Context, _ *http.Client, _ connector.Level, ids []string) ([]connector.Entry, error) {
	l.reread += len(ids)
	if l.found != nil {
		l.found()
	}
	return l.only(func(e connector.Entry) bool { return slices.Contains(ids, e.ID) })
}

// Search goes through the list.
func (l *listed) Search(_ context.Context, _ *http.Client, _ connector.Level, text string) ([]connector.Entry, error) {
	return l.only(func(e connector.Entry) bool {
		return strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(text)) || strings.HasPrefix(e.SignInName, text)
	})
}

func (l *listed) only(fits func(connector.Entry) bool) (all []connector.Entry, err error) {
	for e, err := range l.entries {
		if err != nil {
			return nil, err
		}
		if fits(e) {
			all = append(all, l.shown(e))
		}
	}
	return all, nil
}

// list yields entries with these sign-in names; their ids are their places.
func list(all ...connector.Entry) func(func(connector.Entry, error) bool) {
	return func(yield func(connector.Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}
