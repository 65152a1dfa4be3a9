package vault_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/words"
)

// What a renewal grants is what the connection may do: less of it shows.
func TestAPermissionThatIsWithdrawnShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		if k.v.Level(c) != vault.Full {
			t.Fatalf("level = %s", k.v.Level(c))
		}
		k.acme.set(func() { k.acme.scopes = []string{"https://acme.example/MEET"} })
		k.work(2 * time.Hour)
		// The other spelling of a permission is the same permission to the vault, and
		// none at all to this vendor.
		got := k.now(c)
		if got.State != vault.NeedsReauthorization || got.Fault != "vault.fault.scope" {
			t.Fatalf("without a permission it needs: %+v", got)
		}
		if diff := cmp.Diff(vault.Args{"Count", 1, "Scopes", needs}, got.FaultArgs); diff != "" {
			t.Errorf("the sentence names (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"needs reauthorization vault.fault.scope"}, k.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestLessThanWasWantedStillWorks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.set(func() { k.acme.scopes = []string{"MEET", "people.full"} })
		k.acme.set(func() { k.acme.scopes = []string{needs} })
		k.work(2 * time.Hour)
		got := k.now(c)
		if got.State != vault.Connected || got.Fault != "" || k.v.Level(got) != vault.Basic {
			t.Fatalf("with the basic permission alone: %+v", got)
		}
		if _, wanted := k.v.Lacking(got); cmp.Diff([]string{wants}, wanted) != "" {
			t.Errorf("lacking = %v", wanted)
		}
		if diff := cmp.Diff([]string{"connected "}, k.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		k.told = nil
		k.work(2 * time.Hour)
		if len(k.told) != 0 {
			t.Errorf("the same permissions again were told: %v", k.told)
		}
	})
}

// Nobody calls the vendor, and still a dead permission is found in time.
func TestADeadConnectionIsFoundWithinFiveMinutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		for range 20 {
			k.work(time.Minute)
		}
		k.acme.set(func() {
			k.acme.revoked = true
			k.acme.refuses = connector.WithEvidence(fault.New(fault.SignIn, "teams.again.revoked"), connector.Evidence{Status: 400, Code: "AADSTS50173", Correlation: "c-1"})
		})
		for range 5 {
			k.work(time.Minute)
		}
		got := k.now(c)
		if got.State != vault.NeedsReauthorization || got.Fault != "teams.again.revoked" {
			t.Fatalf("after five minutes: %+v", got)
		}
		if got.Evidence.Code != "AADSTS50173" || got.Evidence.Correlation != "c-1" {
			t.Errorf("evidence = %v", got.Evidence)
		}
		h, err := k.v.Health(t.Context(), d, c.OrgID, c.ID)
		if err != nil || !h.RenewsAt.IsZero() || h.Since.IsZero() {
			t.Errorf("health = %+v, %v", h, err)
		}
	})
}

// Where the vendor still takes the tokens that are out, nothing is broken yet; the
// dead permission is found before they end.
func TestADeadPermissionIsFoundBeforeItHurts(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newClinic(t, d)
	c := k.connect()
	k.acme.set(func() { k.acme.refuses = fault.New(fault.SignIn, "teams.again.revoked") })
	for range 59 {
		k.work(time.Minute)
	}
	if got := k.now(c); got.State != vault.NeedsReauthorization {
		t.Errorf("a minute before the token ends: %+v", got)
	}
}

// The vendor accepts the account and forbids what it is for: that shows too, and
// passes by itself.
func TestWhatAVendorForbidsShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.set(func() {
			k.acme.pulse = fault.New(fault.Denied, "teams.graph.denied")
			k.acme.found = []connector.Finding{{Name: connector.LookMeeting, Severity: connector.Wrong, Act: connector.ActVendorAdmin, Title: "teams.graph.denied"}}
		})
		for range 3 {
			k.work(4 * time.Minute)
		}
		if got := k.now(c); got.State != vault.Connected || got.Fault != "teams.graph.denied" || got.FaultAt.IsZero() {
			t.Fatalf("forbidden: %+v", got)
		}
		k.acme.set(func() { k.acme.pulse, k.acme.found = nil, nil })
		for range 4 {
			k.work(4 * time.Minute)
		}
		if got := k.now(c); got.Fault != "" {
			t.Errorf("allowed again: %+v", got)
		}
		if diff := cmp.Diff([]string{"connected teams.graph.denied", "connected "}, k.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if reports, _ := k.v.Reports(t.Context(), d, c.OrgID, c.ID, 10); len(reports) == 0 {
			t.Error("a connection that turned bad was not examined")
		}
	})
}

// A doctor who finds that meetings can be made is believed.
func TestAForbiddenPulseAloneIsNoFault(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newClinic(t, d)
	c := k.connect()
	k.acme.set(func() { k.acme.pulse = fault.New(fault.Denied, "teams.graph.denied") })
	for range 8 {
		k.work(4 * time.Minute)
	}
	if got := k.now(c); got.Fault != "" || len(k.told) != 0 || len(k.acme.patients) != 1 {
		t.Errorf("examined %d times, told %v: %+v", len(k.acme.patients), k.told, got)
	}
}

func TestAPulseThatPassesByItselfChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		for _, kind := range []fault.Kind{fault.Away, fault.Unsure, fault.Limited, fault.Internal} {
			k.acme.set(func() { k.acme.pulse = fault.New(kind, "teams.graph.away") })
			k.work(4 * time.Minute)
		}
		if got := k.now(c); got.Fault != "" || len(k.told) != 0 {
			t.Errorf("told %v: %+v", k.told, got)
		}
	})
}

func TestHealthOfAConnectionThatWorks(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newClinic(t, d)
	c := k.connect()
	h, err := k.v.Health(t.Context(), d, c.OrgID, c.ID)
	k.ok(err)
	now, _ := d.Now(t.Context())
	if h.LastOK.IsZero() || !h.RenewsAt.After(now) || h.Since.IsZero() {
		t.Errorf("health = %+v", h)
	}
}

func TestAConnectionWaitsUntilItIsLet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		k.acme.set(func() { k.acme.notReady = fault.New(fault.Denied, "teams.graph.denied") })
		c, err := k.sign(map[string]string{"tenant": acmeTenant, "waits": "vault.waiting"})
		k.ok(err)
		if c.State != vault.Connecting || c.Waiting != "vault.waiting" || c.WaitingSince.IsZero() {
			t.Fatalf("connection = %+v", c)
		}
		k.work(0)
		if got := k.now(c); got.Waiting != "teams.graph.denied" || got.CheckedAt.IsZero() {
			t.Errorf("after the first look: %+v", got)
		}
		_, err = k.v.Complete(t.Context(), k.actor, c.ID)
		k.wants(err, fault.Conflict, "vault.waiting")
		reader := words.Reader{Lang: "en", Zone: time.FixedZone("", 3600)}
		if text := words.Fault(reader, err); !strings.Contains(text, reader.DateTime(c.WaitingSince)) || strings.Contains(text, "+0") {
			t.Errorf("it says %q", text)
		}
		help, err := k.v.Awaited(t.Context(), d, c.OrgID, c.ID)
		if err != nil || len(help) != 1 || help[0].Copy == "" {
			t.Errorf("what to do = %v, %v", help, err)
		}
		k.holdsPace()
		k.acme.set(func() { k.acme.notReady = nil })
		k.work(10 * time.Minute)
		if got := k.now(c); got.Waiting != "" || k.ready != 1 {
			t.Fatalf("told %d times: %+v", k.ready, got)
		}
		if _, err = k.v.Complete(t.Context(), k.actor, c.ID); err != nil {
			t.Error(err)
		}
		if k.acme.probes[0] != "their-id" {
			t.Errorf("it was tried on %q", k.acme.probes[0])
		}
	})
}

// Why what is waited for could not be looked for is in the log.
func TestALookThatFailsIsLogged(t *testing.T) {
	var said bytes.Buffer
	d := dbtest.SQLite(t)
	k := newClinic(t, d, func(c *vault.Config) { c.Log = slog.New(slog.NewTextHandler(&said, nil)) })
	k.acme.set(func() { k.acme.notReady = fault.Wrap(fault.Internal, errors.New("the probe is broken"), "") })
	c, err := k.sign(map[string]string{"tenant": acmeTenant, "waits": "vault.waiting"})
	k.ok(err)
	k.work(0)
	if got := k.now(c); got.Waiting == "" || !strings.Contains(said.String(), "the probe is broken") {
		t.Errorf("it waits for %q; the log says %q", got.Waiting, said.String())
	}
}

// holdsPace sees that it is looked every two minutes for an hour, and every ten
// minutes then.
func (k *clinic) holdsPace() {
	k.t.Helper()
	looked := func(minutes int) int {
		before := len(k.acme.probes)
		for range minutes {
			k.work(time.Minute)
		}
		return len(k.acme.probes) - before
	}
	if n := looked(60); n < 29 || n > 31 {
		k.t.Errorf("looked %d times in the first hour", n)
	}
	if n := looked(60); n < 5 || n > 7 {
		k.t.Errorf("looked %d times in the second hour", n)
	}
}

func TestCheckingNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		k.acme.set(func() { k.acme.notReady = fault.New(fault.Denied, "teams.graph.denied") })
		c, err := k.sign(map[string]string{"tenant": acmeTenant, "waits": "vault.waiting"})
		k.ok(err)
		if got, err := k.v.Check(t.Context(), k.actor, c.ID); err != nil || got.Waiting != "teams.graph.denied" || got.CheckedAt.IsZero() {
			t.Errorf("not yet: %+v, %v", got, err)
		}
		k.acme.set(func() { k.acme.notReady = fault.New(fault.Away, "teams.graph.away") })
		if got, err := k.v.Check(t.Context(), k.actor, c.ID); !fault.Is(err, fault.Away) || got.Waiting != "teams.graph.denied" {
			t.Errorf("nobody answers: %+v, %v", got, err)
		}
		k.acme.set(func() { k.acme.notReady = nil })
		for range 2 {
			if got, err := k.v.Check(t.Context(), k.actor, c.ID); err != nil || got.Waiting != "" {
				t.Errorf("there: %+v, %v", got, err)
			}
		}
		if k.ready != 1 {
			t.Errorf("told %d times", k.ready)
		}
	})
}

// Each verb refuses who may not, and does not know another's connection.
func TestHealthIsForAdministratorsOfTheOrganization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		r := k.examine(c)
		stranger, member := k.organization("Fjord Credit"), k.actor
		member.Roles = []org.Role{org.Member}
		verbs := map[string]func(a org.Actor) error{
			"check":       func(a org.Actor) error { _, err := k.v.Check(t.Context(), a, c.ID); return err },
			"examine":     func(a org.Actor) error { return k.v.AskExamination(t.Context(), a, c.ID) },
			"accept":      func(a org.Actor) error { _, err := k.v.Accept(t.Context(), a, c.ID, "other"); return err },
			"reauthorize": func(a org.Actor) error { _, err := k.v.ReauthorizeAs(t.Context(), a, c.ID, nil); return err },
		}
		for name, do := range verbs {
			if err := do(stranger); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: a stranger gets %v", name, err)
			}
			if err := do(member); !fault.Is(err, fault.Denied) {
				t.Errorf("%s: a member gets %v", name, err)
			}
		}
		for name, look := range map[string]func() error{
			"health":  func() error { _, err := k.v.Health(t.Context(), d, stranger.OrgID, c.ID); return err },
			"report":  func() error { _, err := k.v.Report(t.Context(), d, stranger.OrgID, r.ID); return err },
			"awaited": func() error { _, err := k.v.Awaited(t.Context(), d, stranger.OrgID, c.ID); return err },
			"other":   func() error { _, err := k.v.Other(t.Context(), d, stranger, c.ID); return err },
		} {
			if err := look(); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: a stranger gets %v", name, err)
			}
		}
		if all, err := k.v.Reports(t.Context(), d, stranger.OrgID, c.ID, 5); err != nil || len(all) != 0 {
			t.Errorf("a stranger sees %v, %v", all, err)
		}
	})
}

// A connection that is used is felt by that, as long as nothing is wrong with it.
func TestWhatWorksIsNotFelt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		client, err := k.v.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
		k.ok(err)
		felt := func(used bool) int {
			before := k.acme.pulses
			for range 12 {
				if used {
					_, err := connector.Call(t.Context(), client, connector.Request{Method: "GET", URL: k.acme.url + "/meetings", Repeatable: true})
					k.ok(err)
				}
				k.work(time.Minute)
			}
			return k.acme.pulses - before
		}
		if n := felt(true); n != 0 {
			t.Errorf("it was felt %d times while it was used", n)
		}
		if n := felt(false); n < 3 {
			t.Errorf("it was felt %d times while nobody used it", n)
		}
		dbtest.Exec(t, d, "UPDATE connections SET fault = 'teams.graph.denied'")
		if felt(true); k.now(c).Fault != "" {
			t.Error("that nothing is wrong any more is not noticed while it is used")
		}
	})
}
