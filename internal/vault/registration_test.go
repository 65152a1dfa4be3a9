package vault_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/vault"
)

// unset leaves the registration to the page: nothing comes from outside.
func (w *world) unset() {
	w.secret, w.client = "", ""
	w.v = w.open()
}

// superuser runs the installation and is at home in the bank.
func (w *world) superuser() org.Actor {
	a := w.actor
	a.Name, a.Roles = "Sam Whitfield", []org.Role{org.Superuser}
	return a
}

// right is the draft that the sandbox accepts.
func right() vault.Draft {
	return vault.Draft{Vendor: graph.Name, ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)}
}

func (w *world) enter(d vault.Draft) {
	w.t.Helper()
	if err := w.v.SaveRegistration(w.t.Context(), w.superuser(), d); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) registered(orgID string) vault.Registered {
	w.t.Helper()
	r, err := w.v.Registration(w.t.Context(), w.d, w.superuser(), orgID, graph.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// runDue runs the room's jobs that wait.
func (w *world) runDue() {
	w.t.Helper()
	r := job.New(w.d, w.log())
	w.v.Work(r)
	if _, err := r.RunDue(w.t.Context(), 100); err != nil {
		w.t.Fatal(err)
	}
}

// certified is a fresh certificate with its key, as PEM, and the certificate alone.
func certified(t *testing.T, ends time.Time) (text string, der []byte) {
	t.Helper()
	key := signer()
	c := &x509.Certificate{SerialNumber: big.NewInt(ends.UnixNano()), Subject: pkix.Name{CommonName: "parley.example"}, NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})) + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), der
}

// signer is made once: making an RSA key takes longer than most tests.
var signer = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func TestWhichRegistrationCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		other := w.organization("Fjord Credit")
		w.enter(vault.Draft{Vendor: graph.Name, ClientID: elsewhere, Secret: connector.NewSecret("another-secret-of-theirs")})
		if got := w.registered(""); got.Effective.Origin != vault.FromEnvironment || got.Effective.ClientID != sandbox.ClientID || got.Kept.ClientID != elsewhere {
			t.Errorf("outside does not stand above the page: %+v", got)
		}
		w.enter(vault.Draft{OrgID: other.OrgID, Vendor: graph.Name, ClientID: elsewhere, Secret: connector.NewSecret("another-secret-of-theirs")})
		if got := w.registered(other.OrgID).Effective; got.Origin != vault.FromOrganization || got.ClientID != elsewhere || got.Hint != "eirs" {
			t.Errorf("an organization's own does not stand above the environment: %+v", got)
		}
		if got := w.registered(w.actor.OrgID).Effective; got.Origin != vault.FromEnvironment {
			t.Errorf("one organization's own serves another: %+v", got)
		}
		w.unset()
		if got := w.registered(w.actor.OrgID).Effective; got.Origin != vault.FromInstallation || got.ClientID != elsewhere {
			t.Errorf("the page's does not count: %+v", got)
		}
		kept := w.registered("").Kept
		if err := w.v.RemoveRegistration(t.Context(), w.superuser(), "", graph.Name, kept.Version); err != nil {
			t.Fatal(err)
		}
		if got := w.registered("").Effective; got.Origin != vault.FromNowhere || got.Complete() {
			t.Errorf("after removing: %+v", got)
		}
	})
}

// elsewhere is the id of an application that the sandbox does not know.
const elsewhere = "11111111-2222-4333-8444-555555555555"

func TestARegistrationHoldsAtOnceInEveryProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		there := w.open() // another process, opened before anything was entered
		_, err := there.Begin(t.Context(), w.actor, graph.Name, map[string]string{"tenant": sandbox.TenantID})
		w.wants(err, fault.Denied, "vault.registration.missing")
		w.enter(right())
		w.v = there
		if c := w.connect(); c.ClientID != sandbox.ClientID {
			t.Errorf("the connection does not know its application: %+v", c)
		}
	})
}

func TestACertificateStandsInForASecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		ends := w.sandbox.Now().AddDate(0, 6, 0).Truncate(time.Second)
		text, der := certified(t, ends)
		w.enter(vault.Draft{Vendor: graph.Name, ClientID: sandbox.ClientID, Certificate: connector.NewSecret(text)})
		got := w.registered("").Effective
		if got.Kind != vault.ByCertificate || got.Subject != "parley.example" || len(got.Hint) != 40 || !got.Expires.Equal(ends) {
			t.Errorf("what is shown of it: %+v", got)
		}
		_, err := w.v.Finish(t.Context(), w.actor, w.back(w.begin(), sandbox.Service))
		w.wants(err, fault.Internal, "teams.ours.certificate")
		if f := w.registered("").Fault; f.Fault != "teams.ours.certificate" {
			t.Errorf("the fault is not the registration's: %+v", f)
		}
		if err := w.sandbox.Certify(der); err != nil {
			t.Fatal(err)
		}
		c := w.connect()
		w.advance(2 * time.Hour)
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("renewing by certificate: %v", err)
		}
		w.keptNowhere(text)
	})
}

// keptNowhere looks for a secret in every row and in all that was said.
func (w *world) keptNowhere(secrets ...string) {
	w.t.Helper()
	rows, err := db.Values[[]byte](w.t.Context(), w.d, "SELECT sealed FROM registrations")
	if err != nil {
		w.t.Fatal(err)
	}
	entries, err := db.Values[string](w.t.Context(), w.d, "SELECT data FROM journal")
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	all := w.said.String() + strings.Join(entries, " ")
	w.mu.Unlock()
	for _, r := range rows {
		all += string(r)
	}
	for _, s := range secrets {
		if strings.Contains(all, s) {
			w.t.Errorf("%.12s... is kept or told in clear", s)
		}
	}
}

// showsRefreshToken reports whether a request to the sign-in service carries one:
// the doctor asks there too, with none.
func showsRefreshToken(r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, "/token") || r.GetBody == nil {
		return false
	}
	body, err := r.GetBody()
	if err != nil {
		return true
	}
	data, err := io.ReadAll(body)
	return err != nil || strings.Contains(string(data), "refresh_token=")
}

func TestAnotherApplicationAsksForReauthorization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		w.enter(right())
		c := w.connect()
		change := vault.Draft{Vendor: graph.Name, ClientID: elsewhere, Secret: connector.NewSecret("the-secret-of-elsewhere"), Version: 1}
		err := w.v.SaveRegistration(t.Context(), w.superuser(), change)
		w.wants(err, fault.Invalid, "vault.registration.sure")
		var shown atomic.Bool
		w.wire.before = func(r *http.Request) { shown.CompareAndSwap(false, showsRefreshToken(r)) }
		change.Sure = true
		w.enter(change)
		w.runDue()
		w.runDue()
		if got := w.state(c); got.State != vault.NeedsReauthorization || got.Fault != "vault.fault.registration" {
			t.Errorf("the connection says %s, %s", got.State, got.Fault)
		}
		if shown.Load() {
			t.Error("a token was shown to the vendor under another application")
		}
		w.wire.before = nil
		back := right()
		back.Version, back.Sure = 2, true
		w.enter(back)
		address, err := w.v.ReauthorizeAs(t.Context(), w.actor, c.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.v.Finish(t.Context(), w.actor, w.back(address, sandbox.Service)); err != nil || got.State != vault.Connected {
			t.Errorf("after reauthorizing: %v, %v", got.State, err)
		}
		w.keptNowhere("the-secret-of-elsewhere", sandbox.ClientSecret)
	})
}

func TestANewSecretOfTheSameApplicationChangesNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		wrong := right()
		wrong.Secret = connector.NewSecret("a-secret-that-is-mistyped")
		w.enter(wrong)
		_, err := w.v.Finish(t.Context(), w.actor, w.back(w.begin(), sandbox.Service))
		w.wants(err, fault.Internal, "teams.ours.secret")
		if f, is, err := w.v.FaultOf(t.Context(), d, w.actor.OrgID, graph.Name); err != nil || !is || f.Fault != "teams.ours.secret" {
			t.Errorf("the fault: %+v %v %v", f, is, err)
		}
		good := right()
		good.Version = 1
		w.enter(good)
		if f := w.registered("").Fault; f.Fault != "" {
			t.Errorf("the fault of the old secret stayed: %+v", f)
		}
		c := w.connect()
		later := right()
		later.Version, later.Secret, later.Expires = 2, connector.Secret{}, w.sandbox.Now().AddDate(1, 0, 0)
		w.enter(later) // only the date: the secret stays
		w.runDue()
		w.advance(2 * time.Hour)
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("after a change of the date: %v", err)
		}
	})
}

func TestAChangeWhileSomebodySignsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		w.enter(right())
		back := w.back(w.begin(), sandbox.Service)
		w.enter(vault.Draft{Vendor: graph.Name, ClientID: elsewhere, Secret: connector.NewSecret("the-secret-of-elsewhere"), Version: 1})
		_, err := w.v.Finish(t.Context(), w.actor, back)
		w.wants(err, fault.Conflict, "vault.registration.meanwhile")
	})
}

func TestTwoSuperusersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		for version := range int64(3) {
			saves := dbtest.Race(8, func(int) error {
				draft := right()
				draft.Version = version
				return w.v.SaveRegistration(context.Background(), w.superuser(), draft)
			})
			won := 0
			for _, err := range saves {
				if err == nil {
					won++
					continue
				}
				w.wants(err, fault.Conflict, "vault.registration.stale")
				if args := fault.As(err).Args; len(args) < 2 || args[1] != "Sam Whitfield" {
					t.Errorf("who was faster is not said: %v", args)
				}
			}
			if won != 1 {
				t.Errorf("%d of 8 saved version %d", won, version)
			}
		}
		err := w.v.RemoveRegistration(t.Context(), w.superuser(), "", graph.Name, 1)
		w.wants(err, fault.Conflict, "vault.registration.stale")
	})
}

func TestWhatIsWrongWithARegistration(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.unset()
	text, _ := certified(t, w.sandbox.Now().AddDate(1, 0, 0))
	for name, c := range map[string]struct {
		change func(*vault.Draft)
		field  string
		key    string
	}{
		"no id":         {func(d *vault.Draft) { d.ClientID = " " }, vault.FieldID, "vault.registration.id"},
		"no GUID":       {func(d *vault.Draft) { d.ClientID = "parley" }, vault.FieldID, "teams.app.id.form"},
		"nothing":       {func(d *vault.Draft) { d.Secret = connector.Secret{} }, vault.FieldSecret, "vault.registration.proof"},
		"the Secret ID": {func(d *vault.Draft) { d.Secret = connector.NewSecret(elsewhere) }, vault.FieldSecret, "teams.app.secret.id"},
		"two secrets":   {func(d *vault.Draft) { d.Secret = connector.NewSecret("one two") }, vault.FieldSecret, "teams.app.secret.form"},
		"both":          {func(d *vault.Draft) { d.Certificate = connector.NewSecret(text) }, vault.FieldCertificate, "vault.registration.both"},
		"no PEM": {func(d *vault.Draft) {
			d.Secret, d.Certificate = connector.Secret{}, connector.NewSecret("hello")
		}, vault.FieldCertificate, "connector.certificate.form"},
		"no key": {func(d *vault.Draft) {
			d.Secret, d.Certificate = connector.Secret{}, connector.NewSecret(text[strings.Index(text, "-----BEGIN CERT"):])
		}, vault.FieldCertificate, "connector.certificate.key"},
	} {
		t.Run(name, func(t *testing.T) {
			d := right()
			c.change(&d)
			err := w.v.SaveRegistration(t.Context(), w.superuser(), d)
			for _, f := range fault.Of(err) {
				if f.Field == c.field && f.Key == c.key && f.Kind == fault.Invalid {
					return
				}
			}
			t.Errorf("err = %v, want %s at %s", err, c.key, c.field)
		})
	}
	if got := w.registered(""); got.Kept.Version != 0 {
		t.Errorf("something was kept: %+v", got.Kept)
	}
}

func TestOnlyASuperuserRegisters(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.unset()
	for name, do := range map[string]func(org.Actor) error{
		"look":   func(a org.Actor) error { _, err := w.v.Registration(t.Context(), w.d, a, "", graph.Name); return err },
		"save":   func(a org.Actor) error { return w.v.SaveRegistration(t.Context(), a, right()) },
		"remove": func(a org.Actor) error { return w.v.RemoveRegistration(t.Context(), a, "", graph.Name, 1) },
		"try":    func(a org.Actor) error { return w.v.TryRegistration(t.Context(), a, "", graph.Name, sandbox.TenantID) },
	} {
		for _, role := range []org.Role{org.Administrator, org.Scheduler, org.Member} {
			a := w.actor
			a.Roles = []org.Role{role}
			if err := do(a); !fault.Is(err, fault.Denied) {
				t.Errorf("%s by a %s: %v", name, role, err)
			}
		}
	}
	err := w.v.SaveRegistration(t.Context(), w.superuser(), vault.Draft{OrgID: "nobody", Vendor: graph.Name, ClientID: elsewhere, Secret: connector.NewSecret("xx")})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("for an organization that is not there: %v", err)
	}
}

func TestTryingARegistration(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.unset()
	for _, c := range []struct {
		name, where string
		change      func(*vault.Draft)
		key         string
	}{
		{"right", sandbox.TenantID, func(*vault.Draft) {}, ""},
		{"by domain", "harbourbank.example", func(*vault.Draft) {}, ""},
		{"no tenant", "", func(*vault.Draft) {}, "teams.tenant.missing"},
		{"unknown tenant", "nobody.example", func(*vault.Draft) {}, "teams.tenant.unknown"},
		{"not accepted there", sandbox.OtherTenant, func(*vault.Draft) {}, "teams.app.try.elsewhere"},
		{"unknown", sandbox.TenantID, func(d *vault.Draft) { d.ClientID = elsewhere }, "teams.app.try.unknown"},
		{"wrong secret", sandbox.TenantID, func(d *vault.Draft) { d.Secret = connector.NewSecret("a-secret-that-is-mistyped") }, "teams.app.try.secret"},
		{"expired", sandbox.TenantID, func(*vault.Draft) { w.sandbox.ExpireSecret(true) }, "teams.app.try.expired"},
		{"certificate unknown", sandbox.TenantID, func(d *vault.Draft) { w.certify(d, 1, false) }, "teams.app.try.certificate"},
		{"certificate", sandbox.TenantID, func(d *vault.Draft) { w.certify(d, 2, true) }, ""},
		{"certificate ended", sandbox.TenantID, func(d *vault.Draft) { w.certify(d, -1, true) }, "teams.app.try.certificate.expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.sandbox.ExpireSecret(false)
			d := right()
			d.Version = w.registered("").Kept.Version
			c.change(&d)
			w.enter(d)
			err := w.v.TryRegistration(t.Context(), w.superuser(), "", graph.Name, c.where)
			if c.key == "" {
				if err != nil {
					t.Errorf("err = %v", err)
				}
				return
			}
			w.wants(err, fault.Invalid, c.key)
		})
	}
}

// certify gives the draft a certificate that ends in so many months, and uploads
// it at the vendor.
func (w *world) certify(d *vault.Draft, months int, upload bool) {
	w.t.Helper()
	text, der := certified(w.t, w.sandbox.Now().AddDate(0, months, 0))
	d.Secret, d.Certificate = connector.Secret{}, connector.NewSecret(text)
	if upload {
		if err := w.sandbox.Certify(der); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestEndsAreWarnedOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.unset()
		var told []int
		w.v.OnExpiring = append(w.v.OnExpiring, func(_ context.Context, _ *db.Tx, e vault.Expiring) error {
			told = append(told, e.Days)
			return nil
		})
		now, err := d.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		draft := right()
		draft.Expires = now.AddDate(0, 0, 100)
		w.enter(draft)
		r := job.New(d, w.log())
		w.v.Work(r)
		for _, days := range []int{1, 38, 2, 44, 2, 13, 5} {
			w.advance(time.Duration(days) * 24 * time.Hour)
			if err := r.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := r.RunDue(t.Context(), 100); err != nil {
				t.Fatal(err)
			}
		}
		// After 1 and 39 days nothing; 41: two months; 85, 87: two weeks (the 87th
		// again); 100 and later: it has ended.
		if got, want := told, []int{60, 60, 14, 0, 0}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

func TestRegistrationsAreSealedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		old, fresh := vault.NewKey("k1"), vault.NewKey("k2")
		w.keys = keys(t, old)
		w.unset()
		w.enter(right())
		w.keys = keys(t, fresh+" "+old)
		w.v = w.open()
		r := job.New(d, w.log())
		w.v.Work(r)
		if err := r.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.RunDue(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
		w.keys = keys(t, fresh)
		w.v = w.open()
		w.connect()
	})
}
