package graph_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/contract"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/words"
)

// The four ways in which a connection can have been made.
var (
	basicAccount     = map[string]string{"tenant": sandbox.TenantID, "way": graph.WayAccount, "consent": "basic"}
	fullAccount      = map[string]string{"tenant": sandbox.TenantID, "way": graph.WayAccount, "consent": "full"}
	basicApplication = map[string]string{"tenant": sandbox.TenantID, "way": graph.WayApplication, "consent": "basic"}
	fullApplication  = map[string]string{"tenant": sandbox.TenantID, "way": graph.WayApplication, "consent": "full"}
)

const testPerson = "amelia.hart@harbourbank.example"

// A ward is a connection at the sandbox that a doctor comes to, and all that a
// vault would know of it.
type ward struct {
	*sandboxtest.Sandbox
	t       *testing.T
	vendor  connector.Vendor
	wire    http.RoundTripper
	patient connector.Patient
	tokens  connector.Tokens
	// Broken stands between the connection and Microsoft, where a test wants that.
	login, graph http.RoundTripper
	// keep says that the token of before is still good, so that nothing is renewed.
	keep bool
}

// admit connects as the settings say. Every request and every answer is held
// against Microsoft's own description.
func admit(t *testing.T, settings map[string]string) *ward {
	t.Helper()
	w := &ward{Sandbox: sandboxtest.Start(t), t: t}
	w.AllowRedirect(callback)
	w.wire = contract.Graph(t).Tolerate(func(r *http.Response) bool { return r.StatusCode >= 300 || r.Header.Get("Parley-Test") != "" }).Transport(http.DefaultTransport)
	w.login, w.graph = w.wire, w.wire
	w.vendor = graph.Vendor(graph.Config{LoginURL: w.LoginURL(), GraphURL: w.GraphURL(), Transport: trip(func(r *http.Request) (*http.Response, error) { return w.login.RoundTrip(r) }),
		Clock: func(context.Context) (time.Time, error) { return time.Now(), nil }})
	person, _ := w.User(testPerson)
	w.patient = connector.Patient{
		Registration: connector.Registration{ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)},
		Settings:     maps.Clone(settings), Probe: person.ID, Trial: &connector.Trial{Key: "trial.1"}, RedirectURL: callback, NotifyURL: listening(t), Account: connector.Account{TenantID: sandbox.TenantID},
	}
	if settings["way"] == graph.WayApplication {
		w.asApplication()
	} else {
		w.asAccount()
	}
	return w
}

func (w *ward) asApplication() {
	permissions := []string{"OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"}
	if w.patient.Settings["consent"] == "full" {
		permissions = append(permissions, "User.Read.All", "LicenseAssignment.Read.All")
	}
	w.GrantPermissions(sandbox.TenantID, permissions...)
	w.GrantPolicy(sandbox.TenantID, 0)
	w.patient.Scopes = permissions
	w.patient.Account.ID, w.patient.Account.Name = "application", "harbourbank.example (application)"
}

func (w *ward) asAccount() {
	w.t.Helper()
	if w.patient.Settings["consent"] == "full" {
		w.Consent(sandbox.TenantID, "User.Read.All", "LicenseAssignment.Read.All")
	}
	ask := connector.Ask{State: connector.NewSecret("s"), Nonce: "n", Verifier: connector.NewSecret("0123456789012345678901234567890123456789012"),
		RedirectURL: callback, Settings: w.patient.Settings}
	address, err := w.vendor.Authorizer.AuthURL(w.t.Context(), w.patient.Registration, ask)
	if err != nil {
		w.t.Fatal(err)
	}
	back, err := url.Parse(sandboxtest.SignIn(w.t, address, sandbox.Service))
	if err != nil {
		w.t.Fatal(err)
	}
	if w.tokens, w.patient.Account, err = w.vendor.Authorizer.Exchange(w.t.Context(), w.patient.Registration, ask, back.Query()); err != nil {
		w.t.Fatal(err)
	}
	w.patient.Scopes = w.tokens.Scopes
}

// lend does what a vault does before it calls: renew, and hand out a client or say why not.
func (w *ward) lend() {
	if w.patient.Refused != nil {
		return
	}
	if !w.keep {
		got, err := w.vendor.Authorizer.Renew(w.t.Context(), w.patient.Registration, w.patient.Settings, w.tokens.Refresh)
		if err != nil {
			w.patient.Refused = err
			return
		}
		w.tokens = got
		if len(got.Scopes) > 0 {
			w.patient.Scopes = got.Scopes
		}
	}
	w.patient.Client = &http.Client{Transport: bearer{trip(func(r *http.Request) (*http.Response, error) { return w.graph.RoundTrip(r) }), w.tokens.Access}}
}

// examined is everything the doctor says, in order.
func (w *ward) examined() (all []connector.Finding) {
	w.t.Helper()
	w.lend()
	now := time.Now()
	if w.patient.Now.IsZero() {
		w.patient.Now = now
	}
	if w.patient.Clock.IsZero() {
		w.patient.Clock = now
	}
	for f := range w.vendor.Doctor.Examine(w.t.Context(), w.patient) {
		checkFinding(w.t, f)
		all = append(all, f)
	}
	return all
}

// faults are the names of what is wrong or risky.
func faults(all []connector.Finding) (names []string) {
	for _, f := range all {
		if f.Severity == connector.Wrong || f.Severity == connector.Risky {
			names = append(names, f.Fault)
		}
	}
	slices.Sort(names)
	return names
}

// checkFinding holds a finding to what a page needs of it.
func checkFinding(t *testing.T, f connector.Finding) {
	t.Helper()
	bad := f.Severity == connector.Wrong || f.Severity == connector.Risky
	keys := []string{f.Title, f.Text}
	if bad {
		keys = append(keys, f.Fix)
	}
	for _, lang := range []string{"en", "fr"} {
		r := words.Reader{Lang: lang}
		for _, key := range keys {
			if text := r.T(key, f.Args...); !r.Has(key) || containsAny(text, "⟦", "{{", "<no value>") {
				t.Errorf("%s %s reads %q in %s", f.Fault, key, text, lang)
			}
		}
	}
	if bad != (f.Fault != "") || f.Act == "" || f.Name == "" {
		t.Errorf("half a finding: %+v", f)
	}
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// listening is an address of ours that stands Microsoft's test.
func listening(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, r.URL.Query().Get("validationToken"))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/hook/graph"
}

var certificateKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// certificate is a proof that is good between two times, as PEM, and alone.
func certificate(t *testing.T, begins, ends time.Time) (text connector.Secret, der []byte) {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(ends.Unix()), Subject: pkix.Name{CommonName: "Parley"}, NotBefore: begins, NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, c, c, certificateKey().Public(), certificateKey())
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(certificateKey())
	if err != nil {
		t.Fatal(err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	return connector.NewSecret(string(both)), der
}
