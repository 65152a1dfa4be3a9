package vault_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/sandbox"
	"parley/internal/vault"
)

func strict(o *sandbox.Options) { o.StrictRefresh = true }

// expired moves on to where the access token has run out.
func (w *world) expired() { w.advance(2 * time.Hour) }

// until moves on to just after an instant that the grant keeps.
func (w *world) until(column string) {
	w.t.Helper()
	at, err := db.Value[db.Time](w.t.Context(), w.d, "SELECT "+column+" FROM grants")
	if err != nil {
		w.t.Fatal(err)
	}
	now, err := w.d.Now(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.advance(time.Time(at).Sub(now) + time.Second)
}

func (w *world) renewals() int { return w.sandbox.Calls("entra", "token") }

func TestOfManyCallersOneRenews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		client := w.lend(c)
		w.expired()
		before := w.renewals()
		for _, err := range dbtest.Race(40, func(int) error { return w.users(client) }) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := w.renewals() - before; n != 1 {
			t.Errorf("40 callers renewed %d times", n)
		}
	})
}

func TestOfTwoProcessesOneRenews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		other := w.open()
		w.expired()
		before := w.renewals()
		for _, err := range dbtest.Race(20, func(i int) error {
			v := []*vault.Vault{w.v, other}[i%2]
			client, err := v.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
			if err != nil {
				return err
			}
			return w.users(client)
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := w.renewals() - before; n != 1 {
			t.Errorf("two processes renewed %d times", n)
		}
	})
}

func TestARenewedTokenIsSavedBeforeItIsUsed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.expired()
		version := func() int64 {
			n, err := db.Value[int64](t.Context(), d, "SELECT version FROM grants WHERE org_id = $1 AND connection_id = $2", c.OrgID, c.ID)
			if err != nil {
				t.Error(err)
			}
			return n
		}
		old := version()
		var used atomic.Bool
		w.wire.before = func(r *http.Request) {
			if strings.Contains(r.URL.Path, "/v1.0/") {
				used.Store(true)
				if version() != old+1 {
					t.Error("the token was used before it was saved")
				}
			}
		}
		if err := w.users(w.lend(c)); err != nil || !used.Load() {
			t.Errorf("err = %v, used = %v", err, used.Load())
		}
	})
}

// A caller who goes away does not take the tokens with him.
func TestACallerWhoLeavesLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.expired()
		ctx, leave := context.WithCancel(t.Context())
		w.wire.after = func(r *http.Request, _ *http.Response) {
			if strings.HasSuffix(r.URL.Path, "/token") {
				leave()
			}
		}
		req, _ := http.NewRequestWithContext(ctx, "GET", w.sandbox.GraphURL()+"/v1.0/users", nil)
		if res, err := w.lend(c).Do(req); err == nil {
			_ = res.Body.Close()
		}
		w.wire.after = nil
		before := w.renewals()
		if err := w.users(w.lend(c)); err != nil || w.renewals() != before {
			t.Errorf("err = %v, %d renewals more", err, w.renewals()-before)
		}
	})
}

// The process dies between the vendor's answer and the commit.
func TestAKillBetweenAnswerAndCommit(t *testing.T) {
	for name, c := range map[string]struct {
		vendor func(*sandbox.Options)
		state  vault.State
		fault  string
	}{
		"the old token still lives": {func(*sandbox.Options) {}, vault.Connected, ""},
		"the old token is spent":    {strict, vault.NeedsReauthorization, "vault.fault.interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d, c.vendor)
				conn := w.connect()
				w.expired()
				w.wire.after = func(r *http.Request, _ *http.Response) {
					if strings.HasSuffix(r.URL.Path, "/token") {
						panic("killed")
					}
				}
				func() {
					defer func() { _ = recover() }()
					_ = w.users(w.lend(conn))
				}()
				w.wire.after = nil
				w.v = w.open() // the next process
				before := w.renewals()
				w.clock.Advance(time.Minute) // the lease of the dead one is over
				err := w.users(w.lend(conn))
				got := w.state(conn)
				if got.State != c.state || got.Fault != c.fault || (err == nil) != (c.fault == "") {
					t.Errorf("state = %v %q, err = %v", got.State, got.Fault, err)
				}
				if n := w.renewals() - before; n != 1 {
					t.Errorf("the old token was tried %d times, want once", n)
				}
			})
		})
	}
}

// TestAfterAKillTheNextStartDoesNotWait is for the database that one process
// owns: there the lease of the last process can be nobody's.
func TestAfterAKillTheNextStartDoesNotWait(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	conn := w.connect()
	w.expired()
	w.wire.after = func(r *http.Request, _ *http.Response) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			panic("killed")
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = w.users(w.lend(conn))
	}()
	w.wire.after = nil
	w.v = w.open() // the next process, in the same moment
	if err := w.v.Void(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second) // the lease alone would be 30
	defer stop()
	client, err := w.v.Lend(ctx, conn.OrgID, conn.ID, vault.Purpose{What: "meeting"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.users(client); err != nil {
		t.Errorf("after the start: %v", err)
	}
}

func TestARefusedRenewalIsToldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		client := w.lend(c)
		w.sandbox.RevokeTokens(sandbox.Service)
		w.expired()
		before := w.renewals()
		for _, err := range dbtest.Race(10, func(int) error { return w.users(client) }) {
			if !fault.Is(err, fault.SignIn) {
				t.Errorf("err = %v, want sign in", err)
			}
		}
		if got := w.state(c); got.State != vault.NeedsReauthorization || got.Fault != "teams.again.revoked" || got.FaultAt.IsZero() {
			t.Errorf("connection = %+v", got)
		}
		if diff := cmp.Diff([]vault.State{vault.NeedsReauthorization}, w.told); diff != "" || w.renewals()-before != 1 {
			t.Errorf("asked %d times, told (-want +got):\n%s", w.renewals()-before, diff)
		}
		if _, err := w.v.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"}); !fault.Is(err, fault.SignIn) {
			t.Errorf("it was lent all the same: %v", err)
		}
	})
}

func TestOurOwnCredentialsBlameNoCustomer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.expired()
		w.sandbox.ExpireSecret(true)
		w.wants(w.users(w.lend(c)), fault.Internal, "teams.ours.expired")
		if got := w.state(c); got.State != vault.Connected || got.Fault != "" || len(w.told) != 0 {
			t.Errorf("connection = %+v, told %v", got, w.told)
		}
		if faults, _ := w.v.OperatorFaults(t.Context(), d); len(faults) != 1 {
			t.Errorf("operator's faults = %v", faults)
		}
		w.sandbox.ExpireSecret(false)
		w.clock.Advance(2 * time.Minute)
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("after the secret was put right: %v", err)
		}
		if faults, _ := w.v.OperatorFaults(t.Context(), d); len(faults) != 0 {
			t.Errorf("the fault stayed: %v", faults)
		}
	})
}

func TestALoginThatIsAwayChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.until("renew_at") // due for renewal, still alive
		w.sandbox.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: 503, Times: 1})
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("a token that lives was not used: %v", err)
		}
		w.until("expires_at")
		w.sandbox.Fault(sandbox.Fault{Vendor: "entra", Call: "token", Status: 500, Times: 1})
		w.wants(w.users(w.lend(c)), fault.Away, "teams.away.login")
		if got := w.state(c); got.State != vault.Connected {
			t.Errorf("state = %v", got.State)
		}
		before := w.renewals()
		w.wants(w.users(w.lend(c)), fault.Limited, "vault.renew.later")
		if w.renewals() != before {
			t.Error("the login host was not left alone")
		}
		w.clock.Advance(time.Minute)
		if err := w.users(w.lend(c)); err != nil {
			t.Error(err)
		}
	})
}

func TestIdleGrantsAreKeptAlive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		w.connect()
		runner := job.New(d, w.log())
		w.v.Work(runner)
		var renewed atomic.Int64
		w.wire.before = func(r *http.Request) {
			if showsRefreshToken(r) {
				renewed.Add(1)
			}
		}
		for day := range 3 {
			w.advance(24 * time.Hour)
			renewed.Store(0)
			if err := runner.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := runner.RunDue(t.Context(), 50); err != nil {
				t.Fatal(err)
			}
			if n := renewed.Load(); n != 1 {
				t.Errorf("day %d: %d renewals", day, n)
			}
		}
	})
}

// The old token is spent by then: what cannot be told loses nothing.
func TestARenewedTokenIsKeptWhateverIsToldAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		w.expired()
		w.sandbox.ExpireSecret(true)
		w.wants(w.users(w.lend(c)), fault.Internal, "teams.ours.expired")
		fails := true
		w.v.OnOperator = append(w.v.OnOperator, func(context.Context, *db.Tx, vault.OperatorFault, bool) error {
			if fails {
				return io.ErrUnexpectedEOF
			}
			return nil
		})
		w.sandbox.ExpireSecret(false)
		w.clock.Advance(2 * time.Minute)
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("a token that was renewed is not used: %v", err)
		}
		if faults, _ := w.v.OperatorFaults(t.Context(), d); len(faults) != 1 {
			t.Errorf("what could not be told is forgotten: %v", faults)
		}
		fails = false
		w.expired()
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("the next renewal: %v", err)
		}
		if faults, _ := w.v.OperatorFaults(t.Context(), d); len(faults) != 0 {
			t.Errorf("the next renewal does not tell it: %v", faults)
		}
		if got := w.state(c); got.State != vault.Connected {
			t.Errorf("the connection is %s", got.State)
		}
	})
}
