package installation_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
)

const (
	apps  = "/installation/apps"
	teams = apps + "/teams"
	// elsewhere is the id of an application that the sandbox does not know.
	elsewhere = "11111111-2222-4333-8444-555555555555"
)

func TestWhoMayOpenThem(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	for _, path := range []string{apps, teams, teams + "/remove"} {
		h.as(h.eleanor).open(path).is(403)
		h.as(h.amelia).open(path).is(403)
		if s := h.as(org.Person{}).open(path); strings.Contains(s.text, "client_id") {
			t.Errorf("a stranger sees %s", path)
		}
	}
	h.as(h.eleanor).post(teams, "client_id", elsewhere, "secret", "xx").is(403)
	h.as(h.eleanor).post(teams+"/test", "where", sandbox.TenantID).is(403)
	h.as(h.sam).open(apps + "/nobody").is(404)
	h.as(h.sam).open(teams + "?organization=nobody").is(404)
}

func TestEnteringAnApp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		b := h.as(h.sam)
		b.open(apps).is(200).shows("Microsoft Teams", "The whole installation", "Not set")
		b.open(teams).is(200).shows("This Parley is not registered here yet", h.url+"/connect/callback", "OnlineMeetings.ReadWrite", "Delegated",
			"Application (client) ID", "Client secret value (not the Secret ID)").lacks("Test now")
		b.post(teams, "client_id", sandbox.ClientID, "secret", elsewhere, "version", "0").is(422).
			shows("This looks like the Secret ID", sandbox.ClientID).lacks(elsewhere)
		b.post(teams, "client_id", "x", "secret", sandbox.ClientSecret, "expires", "someday", "version", "0").is(422).
			shows("Write a date such as").lacks(sandbox.ClientSecret)
		b.post(teams, "client_id", "x", "secret", sandbox.ClientSecret, "version", "0").is(422).
			shows("32 letters and digits", "Type the secret again").lacks(sandbox.ClientSecret)
		now, err := d.Now(t.Context())
		h.ok(err)
		b.post(teams, "client_id", sandbox.ClientID, "secret", sandbox.ClientSecret, "expires", now.AddDate(0, 0, 20).Format(time.DateOnly), "version", "0").is(200).
			shows("Saved. It holds at once.", "A secret that ends in …cret", "by Sam Whitfield", "It ends on", "Change the registration").lacks(sandbox.ClientSecret)
		b.open(apps).is(200).shows("Ends soon", sandbox.ClientID)
		if strings.Contains(h.log.String(), sandbox.ClientSecret) {
			t.Error("the log tells the secret")
		}
	})
}

// TestAFormWithoutItsVersion neither enters nor removes anything: nonsense is no
// state that the registration ever had, not even that of none.
func TestAFormWithoutItsVersion(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	b := h.as(h.sam)
	enter := func(version string) seen {
		return b.post(teams, "client_id", sandbox.ClientID, "secret", sandbox.ClientSecret, "version", version)
	}
	nonsense := []string{"", "x", "1x", "99999999999999999999"}
	for _, version := range nonsense {
		enter(version).is(422).lacks(sandbox.ClientSecret)
	}
	b.open(teams).shows("This Parley is not registered here yet")
	enter("0").is(200)
	for _, version := range append(nonsense, "0") {
		b.post(teams+"/remove", "version", version).is(200).shows("nothing was removed")
	}
}

func TestSetOutside(t *testing.T) {
	h := build(t, dbtest.SQLite(t), connector.Registration{ClientID: sandbox.ClientID, Secret: connector.NewSecret(sandbox.ClientSecret)})
	b := h.as(h.sam)
	b.open(teams).is(200).shows("Set by PARLEY_MICROSOFT_CLIENT_ID, change it there", "PARLEY_MICROSOFT_CLIENT_ID (environment)").lacks("Enter the registration", sandbox.ClientSecret)
	own := teams + "?organization=" + h.fjord.ID
	b.open(own).is(200).shows("Fjord Credit", "uses the installation’s app", "Enter the registration")
	b.post(teams, "organization", h.fjord.ID, "client_id", elsewhere, "secret", "a-secret-of-fjord-credit", "version", "0").is(200).
		shows("This page, for this organization alone", elsewhere)
	b.open(teams).shows(sandbox.ClientID).lacks(elsewhere)
	b.open(apps).shows("Fjord Credit", elsewhere, sandbox.ClientID)
	entries, err := h.orgs.Journal(t.Context(), h.d, h.fjord.ID, org.JournalFilter{Verb: "registration.save"}, org.Page{})
	if err != nil || len(entries) != 1 || entries[0].ActorName != "Sam Whitfield" {
		t.Errorf("the organization's journal: %v, %v", entries, err)
	}
	b.open(teams + "/remove?organization=" + h.fjord.ID).is(200).shows("so nothing stops")
	b.post(teams+"/remove", "organization", h.fjord.ID, "version", "1").is(200).shows("Removed.", "uses the installation’s app")
}

func TestTestingAnApp(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	b := h.as(h.sam)
	b.post(teams, "client_id", sandbox.ClientID, "secret", sandbox.ClientSecret, "version", "0").is(200)
	b.post(teams+"/test", "where", "harbourbank.example").is(200).shows("Microsoft Teams accepts this registration", "harbourbank.example")
	b.post(teams+"/test", "where", "").is(422).shows("Directory (tenant) ID")
	h.sandbox.ExpireSecret(true)
	b.post(teams+"/test", "where", "harbourbank.example").is(422).shows("This client secret has expired (AADSTS7000222)")
	h.sandbox.ExpireSecret(false)
	b.post(teams, "client_id", sandbox.ClientID, "secret", "a-secret-that-is-mistyped", "version", "1").is(200)
	b.post(teams+"/test", "where", "harbourbank.example").is(422).shows("AADSTS7000215").lacks("a-secret-that-is-mistyped")
	limited := false
	for range 20 {
		limited = limited || b.post(teams+"/test", "where", "harbourbank.example").status == 429
	}
	if !limited {
		t.Error("tests are not paced")
	}
}

func TestACertificateFile(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	h.ok(err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "parley.example"}, NotBefore: h.sandbox.Now().AddDate(-1, 0, 0), NotAfter: h.sandbox.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	h.ok(err)
	h.ok(h.sandbox.Certify(der))
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	b := h.as(h.sam)
	b.upload(teams, "certificate_file", certificate, "client_id", sandbox.ClientID, "version", "0").is(422).shows("but no private key").lacks("BEGIN CERTIFICATE\n", certificate[30:90])
	b.upload(teams, "certificate_file", private+certificate, "client_id", "x", "version", "0").is(422).lacks(private[40:100])
	b.upload(teams, "certificate_file", private+certificate, "client_id", sandbox.ClientID, "version", "0").is(200).
		shows("The certificate “parley.example”, thumbprint").lacks(private[40:100])
	b.post(teams+"/test", "where", sandbox.TenantID).is(200).shows("accepts this registration")
}

func TestRemovingSaysWhatStops(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	b := h.as(h.sam)
	b.post(teams, "client_id", sandbox.ClientID, "secret", sandbox.ClientSecret, "version", "0").is(200)
	h.connect()
	b.open(teams).shows("1 connection rests on this registration now")
	b.post(teams, "client_id", elsewhere, "secret", "a-secret-of-elsewhere", "version", "1").is(422).shows("1 connection was made under another client ID")
	b.open(teams + "/remove").is(200).shows("1 connection stops renewing")
	other := h.as(h.sam)
	other.post(teams, "client_id", sandbox.ClientID, "expires", "2030-01-01", "version", "1").is(200)
	b.post(teams, "client_id", sandbox.ClientID, "expires", "2031-01-01", "version", "1").is(422).
		shows("Sam Whitfield saved this registration meanwhile", "2030-01-01").lacks("2031-01-01")
	b.post(teams+"/remove", "version", "1").is(200).shows("nothing was removed")
	b.post(teams+"/remove", "version", "2").is(200).shows("Removed.", "This Parley is not registered here yet")
}

// connect links the bank to the sandbox's tenant.
func (h *house) connect() {
	h.t.Helper()
	address, err := h.vault.Begin(h.t.Context(), h.actor(), graph.Name, map[string]string{"tenant": sandbox.TenantID})
	h.ok(err)
	u, err := url.Parse(sandboxtest.SignIn(h.t, address, sandbox.Service))
	h.ok(err)
	c, err := h.vault.Finish(h.t.Context(), h.actor(), u.Query())
	h.ok(err)
	_, err = h.vault.Complete(h.t.Context(), h.actor(), c.ID)
	h.ok(err)
}
