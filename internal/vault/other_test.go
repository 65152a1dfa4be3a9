package vault_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
)

// signInAs reauthorizes a connection with another account.
func (k *clinic) signInAs(c vault.Connection, tenant, account string) (vault.Connection, error) {
	k.t.Helper()
	k.acme.set(func() { k.acme.account = vault.Account{TenantID: tenant, ID: account, Name: account + "@acme.example"} })
	address, err := k.v.ReauthorizeAs(k.t.Context(), k.actor, c.ID, nil)
	return k.v.Finish(k.t.Context(), k.actor, stateOf(k.t, address, err))
}

func TestAnotherAccountIsAcceptedKnowingly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		_, err := k.signInAs(c, acmeTenant, "deputy")
		k.wants(err, fault.Denied, "vault.account.other")
		o, ok := vault.OtherOf(err)
		if !ok || o.ConnectionID != c.ID || o.Account.ID != "deputy" {
			t.Fatalf("it offers %+v, %v", o, ok)
		}
		if got := k.now(c); got.Account.ID != "service" || got.State != vault.Connected {
			t.Errorf("a refused account changed %+v", got)
		}
		if kept, err := k.v.Other(t.Context(), d, k.actor, c.ID); err != nil || kept.Account.ID != "deputy" || kept.Account.Name != "deputy@acme.example" {
			t.Errorf("kept = %+v, %v", kept, err)
		}
		elsewhere := k.actor
		elsewhere.Session = "session-2"
		_, err = k.v.Accept(t.Context(), elsewhere, c.ID, "deputy")
		k.wants(err, fault.Conflict, "vault.account.over")
		colleague := k.actor
		colleague.PersonID = db.NewID()
		_, err = k.v.Accept(t.Context(), colleague, c.ID, "deputy")
		k.wants(err, fault.Conflict, "vault.account.over")
		won := 0
		for _, err := range dbtest.Race(6, func(int) error { _, err := k.v.Accept(t.Context(), k.actor, c.ID, "deputy"); return err }) {
			if err == nil {
				won++
				continue
			}
			k.wants(err, fault.Conflict, "vault.account.over")
		}
		got := k.now(c)
		if won != 1 || got.Account.ID != "deputy" || got.State != vault.Connected || got.Name != "deputy@acme.example" {
			t.Errorf("%d of 6 accepted: %+v", won, got)
		}
		if !slices.Contains(k.journal(), "connection.account") {
			t.Errorf("the journal has %v", k.journal())
		}
		k.work(4 * time.Minute)
		if got := k.now(c); got.Fault != "" {
			t.Errorf("the new account's tokens do not work: %+v", got)
		}
	})
}

func TestAnAcceptanceEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		_, err := k.signInAs(c, acmeTenant, "deputy")
		k.wants(err, fault.Denied, "vault.account.other")
		k.clock.Advance(11 * time.Minute)
		_, err = k.v.Accept(t.Context(), k.actor, c.ID, "deputy")
		k.wants(err, fault.Conflict, "vault.account.over")
		if _, err := k.v.Other(t.Context(), d, k.actor, c.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("it is still offered: %v", err)
		}
	})
}

func TestAnAccountThatHasAConnectionIsNotTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.set(func() { k.acme.account.ID, k.acme.account.Name = "deputy", "deputy@acme.example" })
		second := k.connect()
		if second.ID == c.ID {
			t.Fatal("two accounts are one connection")
		}
		_, err := k.signInAs(c, acmeTenant, "deputy")
		k.wants(err, fault.Denied, "vault.account.other")
		_, err = k.v.Accept(t.Context(), k.actor, c.ID, "deputy")
		k.wants(err, fault.Conflict, "vault.account.taken")
		if k.now(c).Account.ID != "service" || k.now(second).Account.ID != "deputy" {
			t.Error("an account moved")
		}
	})
}

func TestAnotherTenantIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		for tenant, want := range map[string]string{"mail.tenant-2": "vault.tenant.other", "tenant-2": "vault.tenant.other", "nobody": "teams.tenant.notfound", " ": "vault.answer.required"} {
			_, err := k.v.ReauthorizeAs(t.Context(), k.actor, c.ID, map[string]string{"tenant": tenant})
			k.wants(err, fault.Invalid, want)
			if f := fault.As(err); f.Field != "tenant" {
				t.Errorf("%q is said at %q", tenant, f.Field)
			}
		}
		if _, err := k.v.ReauthorizeAs(t.Context(), k.actor, c.ID, map[string]string{"tenant": "mail." + acmeTenant}); err != nil {
			t.Errorf("the tenant's own domain: %v", err)
		}
		_, err := k.signInAs(c, "tenant-2", "service")
		k.wants(err, fault.Denied, "vault.account.tenant")
		if _, offered := vault.OtherOf(err); offered {
			t.Error("another tenant can be accepted")
		}
		if asked := k.v.AskedAgain(c); len(asked) != 1 || asked[0].Name != "tenant" {
			t.Errorf("asked again: %+v", asked)
		}
	})
}

// Two administrators, or one with two tabs, connect the same account at once.
func TestTwoAtOnceAreOneConnection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		colleague := k.actor
		colleague.PersonID, colleague.Session = db.NewID(), "session-2"
		actors := []org.Actor{k.actor, k.actor, colleague, colleague}
		ids := make([]string, len(actors))
		errs := dbtest.Race(len(actors), func(i int) error {
			address, err := k.v.Begin(t.Context(), actors[i], "acme", map[string]string{"tenant": acmeTenant})
			c, err := k.v.Finish(t.Context(), actors[i], stateOf(t, address, err))
			ids[i] = c.ID
			return err
		})
		for i, err := range errs {
			if err != nil || ids[i] != ids[0] {
				t.Errorf("%d: %s, %v", i, ids[i], err)
			}
		}
		all, err := k.v.Connections(t.Context(), d, k.actor.OrgID)
		if err != nil || len(all) != 1 {
			t.Errorf("connections = %d, %v", len(all), err)
		}
		for _, err := range dbtest.Race(4, func(i int) error { _, err := k.v.Complete(t.Context(), actors[i], ids[0]); return err }) {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// Somebody disconnects while somebody else stands in the wizard.
func TestDisconnectedInTheWizard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c, err := k.sign(map[string]string{"tenant": acmeTenant, "waits": "vault.waiting"})
		k.ok(err)
		k.ok(k.v.Disconnect(t.Context(), k.actor, c.ID))
		_, err = k.v.Complete(t.Context(), k.actor, c.ID)
		k.wants(err, fault.Denied, "vault.lend.off")
		if got, err := k.v.Check(t.Context(), k.actor, c.ID); err != nil || got.State != vault.Disconnected || got.Waiting != "" {
			t.Errorf("check: %+v, %v", got, err)
		}
		k.work(time.Hour)
		if len(k.acme.probes) != 0 {
			t.Error("a connection that is off was looked at")
		}
		if diff := cmp.Diff([]string{"connecting ", "disconnected "}, k.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		r := k.examine(c)
		if r.Findings[0].Fault != "state.off" || len(k.acme.patients) != 0 {
			t.Errorf("report = %+v", r)
		}
	})
}

// Somebody disconnects while a doctor looks, and while jobs wait for their turn.
func TestDisconnectedWhileJobsRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		k.acme.found = []connector.Finding{{Name: connector.LookMeeting, Severity: connector.Wrong, Act: connector.ActVendorAdmin, Title: "teams.graph.denied"}}
		k.acme.during = func() { k.ok(k.v.Disconnect(t.Context(), k.actor, c.ID)) }
		r := k.examine(c)
		if r.Findings[0].Fault != "state.off" {
			t.Errorf("report = %+v", r)
		}
		k.acme.during = nil
		leaves := len(k.acme.patients)
		for range 3 {
			k.work(25 * time.Hour)
		}
		if got := k.now(c); got.State != vault.Disconnected || got.Fault != "" || len(k.acme.patients) != leaves || k.acme.renewals != 0 {
			t.Errorf("afterwards: %+v", got)
		}
		if diff := cmp.Diff([]string{"disconnected "}, k.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// A service account proves itself wherever it signs in. Our own application does
// not: whoever works in a tenant can say which one it is.
func TestATenantIsActedInForOneOrganization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		own := vault.Account{TenantID: acmeTenant, ID: connector.OwnAccount, Name: "acme.example"}
		k.acme.set(func() { k.acme.account = own })
		first := k.connect()
		mine := k.actor
		k.actor = k.organization("Elsewhere")
		_, err := k.sign(map[string]string{"tenant": acmeTenant})
		k.wants(err, fault.Denied, "vault.account.elsewhere")
		if all, err := k.v.Connections(t.Context(), d, k.actor.OrgID); err != nil || len(all) != 0 {
			t.Errorf("connections = %+v, %v", all, err)
		}
		k.acme.set(func() { k.acme.account.ID = "service" })
		if _, err := k.sign(map[string]string{"tenant": acmeTenant}); err != nil {
			t.Errorf("a service account: %v", err)
		}
		k.actor = mine
		k.acme.set(func() { k.acme.account = own })
		if c, err := k.sign(map[string]string{"tenant": acmeTenant}); err != nil || c.ID != first.ID {
			t.Errorf("its own organization: %+v, %v", c, err)
		}
	})
}

func TestOfManyOrganizationsOneHasATenant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		k.acme.account.ID = connector.OwnAccount
		actors := make([]org.Actor, 50)
		for i := range actors {
			actors[i] = k.organization("Elsewhere " + strconv.Itoa(i))
		}
		won := 0
		for _, err := range dbtest.Race(len(actors), func(i int) error {
			address, err := k.v.Begin(t.Context(), actors[i], "acme", map[string]string{"tenant": acmeTenant})
			_, err = k.v.Finish(t.Context(), actors[i], stateOf(t, address, err))
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			k.wants(err, fault.Denied, "vault.account.elsewhere")
		}
		n, err := db.Value[int64](t.Context(), d, "SELECT COUNT(*) FROM connections")
		if err != nil || n != 1 || won != 1 {
			t.Errorf("%d of %d got the tenant: %d connections, %v", won, len(actors), n, err)
		}
	})
}

// A tenant that somebody else got since it was offered is not accepted any more.
func TestATenantThatIsTakenMeanwhileIsNotAccepted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newClinic(t, d)
		c := k.connect()
		_, err := k.signInAs(c, acmeTenant, connector.OwnAccount)
		k.wants(err, fault.Denied, "vault.account.other")
		mine := k.actor
		k.actor = k.organization("Elsewhere")
		k.connect()
		_, err = k.v.Accept(t.Context(), mine, c.ID, connector.OwnAccount)
		k.wants(err, fault.Denied, "vault.account.elsewhere")
	})
}
