package vault_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

func TestConnecting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		answers, err := w.v.Answer(t.Context(), w.actor, graph.Name, "tenant", map[string]string{"tenant": "harbourbank.example"})
		if err != nil || answers["tenant"] != sandbox.TenantID {
			t.Fatalf("answers = %v, %v", answers, err)
		}
		back := w.back(w.begin(), sandbox.Service)
		c, err := w.v.Finish(t.Context(), w.actor, back)
		if err != nil {
			t.Fatal(err)
		}
		service, _ := w.sandbox.User(sandbox.Service)
		if c.State != vault.Connecting || c.Account.ID != service.ID || c.Account.TenantID != sandbox.TenantID || c.Name != sandbox.Service {
			t.Errorf("connection = %+v", c)
		}
		if _, err := w.v.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"}); !fault.Is(err, fault.Denied) {
			t.Errorf("a connection that is not finished was lent: %v", err)
		}
		if c, err = w.v.Complete(t.Context(), w.actor, c.ID); err != nil || c.State != vault.Connected {
			t.Fatalf("complete: %+v, %v", c, err)
		}
		if _, err := w.v.Complete(t.Context(), w.actor, c.ID); err != nil {
			t.Errorf("Finish pressed twice: %v", err)
		}
		if err := w.users(w.lend(c)); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]vault.State{vault.Connecting, vault.Connected}, w.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		def, err := w.v.Default(t.Context(), d, c.OrgID)
		if err != nil || def.ID != c.ID {
			t.Errorf("the first video connection is not the default: %v, %v", def.ID, err)
		}
		if got := w.state(c); got.Answers["field"] != "email" || got.Answers["tenant"] != sandbox.TenantID || got.LastOK.IsZero() {
			t.Errorf("kept = %+v", got)
		}
		w.nothingInClear(back.Get("state"))
	})
}

// nothingInClear reads what is kept and looks for tokens, state and answers.
func (w *world) nothingInClear(state string) {
	w.t.Helper()
	var kept strings.Builder
	for _, text := range []string{"SELECT sealed FROM grants", "SELECT answers FROM connections", "SELECT sealed FROM sign_ins"} {
		rows, err := db.Values[[]byte](w.t.Context(), w.d, text)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range rows {
			kept.Write(r)
		}
	}
	hashes, _ := db.Values[string](w.t.Context(), w.d, "SELECT hash FROM sign_ins")
	kept.WriteString(strings.Join(hashes, " "))
	for _, secret := range append(w.wire.all(), state, sandbox.TenantID) {
		if strings.Contains(kept.String(), secret) {
			w.t.Errorf("kept in clear: %.12s...", secret)
		}
	}
}

func TestAnswersThatConnectNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, func(o *sandbox.Options) { o.AnyTenant = true })
		other := w.organization("Fjord Credit")
		colleague := w.actor
		colleague.Session = "session-2"
		member := w.actor
		member.Roles = []org.Role{org.Member}
		for _, c := range []struct {
			name  string
			actor org.Actor
			back  func() url.Values
			kind  fault.Kind
			key   string
		}{
			{"declined", w.actor, func() url.Values { return w.back(w.begin(), sandbox.Service, sandboxtest.Choice{Decline: true}) }, fault.Denied, "teams.admin.declined"},
			{"another session", colleague, func() url.Values { return w.back(w.begin(), sandbox.Service) }, fault.Denied, "vault.state.foreign"},
			{"another organization", other, func() url.Values { return w.back(w.begin(), sandbox.Service) }, fault.Denied, "vault.state.foreign"},
			{"not an administrator", member, func() url.Values { return w.back(w.begin(), sandbox.Service) }, fault.Denied, ""},
			{"unknown state", w.actor, func() url.Values { return url.Values{"state": {"made up"}, "code": {"x"}} }, fault.Invalid, "vault.state.unknown"},
			{"no state", w.actor, func() url.Values { return url.Values{"code": {"x"}} }, fault.Invalid, "vault.state.unknown"},
			{"another tenant", w.actor, func() url.Values { return w.back(w.begin(), foreigner(w)) }, fault.Invalid, "teams.tenant.account"},
			{"expired state", w.actor, func() url.Values {
				q := w.back(w.begin(), sandbox.Service)
				w.advance(11 * time.Minute)
				return q
			}, fault.Invalid, "vault.state.expired"},
			{"expired code", w.actor, func() url.Values {
				q := w.back(w.begin(), sandbox.Service)
				w.sandbox.AdvanceClock(time.Hour)
				return q
			}, fault.Denied, "teams.over.used"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := w.v.Finish(t.Context(), c.actor, c.back())
				w.wants(err, c.kind, c.key)
			})
		}
		all, err := w.v.Connections(t.Context(), d, w.actor.OrgID)
		if err != nil || len(all) != 0 {
			t.Errorf("connections = %v, %v", all, err)
		}
	})
}

func foreigner(w *world) string {
	for _, u := range w.sandbox.Users(sandbox.OtherTenant) {
		if !u.Disabled {
			return u.UPN
		}
	}
	w.t.Fatal("the sandbox has nobody in another tenant")
	return ""
}

func TestAStateWorksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		back := w.back(w.begin(), sandbox.Service)
		errs := dbtest.Race(8, func(int) error { _, err := w.v.Finish(t.Context(), w.actor, back); return err })
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			w.wants(err, fault.Conflict, "vault.state.used")
		}
		if won != 1 {
			t.Errorf("%d of 8 replays connected", won)
		}
	})
}

func TestAWrongSecretIsTheOperatorsAffair(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.sandbox.ExpireSecret(true)
		_, err := w.v.Finish(t.Context(), w.actor, w.back(w.begin(), sandbox.Service))
		w.wants(err, fault.Internal, "teams.ours.expired")
		faults, err := w.v.OperatorFaults(t.Context(), d)
		if err != nil || len(faults) != 1 || faults[0].Fault != "teams.ours.expired" || faults[0].Since.IsZero() {
			t.Errorf("operator's faults = %+v, %v", faults, err)
		}
		w.sandbox.ExpireSecret(false)
		w.connect()
		if faults, _ := w.v.OperatorFaults(t.Context(), d); len(faults) != 0 {
			t.Errorf("the fault stayed: %+v", faults)
		}
	})
}

func TestWithoutARegistrationNothingBegins(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	w.secret = ""
	w.v = w.open()
	_, err := w.v.Begin(t.Context(), w.actor, graph.Name, map[string]string{"tenant": sandbox.TenantID})
	w.wants(err, fault.Denied, "vault.registration.missing")
	if offers, err := w.v.Offers(t.Context(), d, w.actor.OrgID, "video"); err != nil || len(offers) != 1 || offers[0].Missing == nil {
		t.Errorf("offers = %+v, %v", offers, err)
	}
}

func TestReauthorizing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		w.sandbox.RevokeTokens(sandbox.Service)
		w.sandbox.ExpireAccessTokens(sandbox.Service)
		w.wants(w.users(w.lend(c)), fault.SignIn, "teams.again.revoked")
		again := func(upn string) error {
			address, err := w.v.ReauthorizeAs(t.Context(), w.actor, c.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.v.Finish(t.Context(), w.actor, w.back(address, upn))
			return err
		}
		w.wants(again("amelia.hart@harbourbank.example"), fault.Denied, "vault.account.other")
		if w.state(c).State != vault.NeedsReauthorization {
			t.Error("another account made the connection work")
		}
		if err := again(sandbox.Service); err != nil {
			t.Fatal(err)
		}
		if got := w.state(c); got.State != vault.Connected || got.Fault != "" || !got.FaultAt.IsZero() {
			t.Errorf("after reauthorizing: %+v", got)
		}
		if err := w.users(w.lend(c)); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSameAccountIsOneConnection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first, second := w.connect(), w.connect()
		if first.ID != second.ID {
			t.Error("connecting an account again made a second connection")
		}
		if err := w.v.Disconnect(t.Context(), w.actor, first.ID); err != nil {
			t.Fatal(err)
		}
		if third := w.connect(); third.ID != first.ID || third.State != vault.Connected {
			t.Errorf("an account that came back is %+v", third)
		}
	})
}

func TestAnotherOrganizationsConnectionIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		stranger := w.organization("Fjord Credit")
		for name, do := range map[string]func() error{
			"look":        func() error { _, err := w.v.Connection(t.Context(), d, stranger.OrgID, c.ID); return err },
			"lend":        func() error { _, err := w.v.Lend(t.Context(), stranger.OrgID, c.ID, vault.Purpose{}); return err },
			"complete":    func() error { _, err := w.v.Complete(t.Context(), stranger, c.ID); return err },
			"reauthorize": func() error { _, err := w.v.ReauthorizeAs(t.Context(), stranger, c.ID, nil); return err },
			"disconnect":  func() error { return w.v.Disconnect(t.Context(), stranger, c.ID) },
		} {
			if err := do(); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		if all, _ := w.v.Connections(t.Context(), d, stranger.OrgID); len(all) != 0 {
			t.Errorf("the stranger sees %v", all)
		}
	})
}

func TestAStateThatHooksRefuseIsNotTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.fails = true
		if _, err := w.v.Finish(t.Context(), w.actor, w.back(w.begin(), sandbox.Service)); err == nil {
			t.Error("the hook's error was swallowed")
		}
		if all, _ := w.v.Connections(context.Background(), d, w.actor.OrgID); len(all) != 0 {
			t.Errorf("connections = %v", all)
		}
	})
}
