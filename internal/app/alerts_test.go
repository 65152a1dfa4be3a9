package app

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/internal/card"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
	"parley/internal/words"
)

// pass lets time go by, minute by minute, with all the work that falls due.
func (g *lodging) pass(minutes int) {
	g.t.Helper()
	for range minutes {
		g.vendors.AdvanceClock(time.Minute)
		g.ok(g.jobs.Tick(g.t.Context()))
		g.work()
	}
}

// mailsTo counts the mails to somebody whose subject holds a text.
func (g *lodging) mailsTo(email, subject string) (n int) {
	for _, m := range g.vendors.Messages(email) {
		if strings.Contains(m.Subject, subject) {
			n++
		}
	}
	return n
}

const (
	brokenSubject = "needs you to sign in again"
	wellSubject   = "works again"
)

// reauthorizeAs reauthorizes the connection as the page does.
func (g *lodging) reauthorizeAs(c vault.Connection, account string) error {
	g.t.Helper()
	address, err := g.vault.ReauthorizeAs(g.t.Context(), g.admin, c.ID, map[string]string{"tenant": demoDomain})
	g.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(g.t, address, account))
	g.ok(err)
	_, err = g.vault.Finish(g.t.Context(), g.admin, back.Query())
	return err
}

// TestTheOwnerIsToldOfABreakOnce kills the permission at Microsoft twice and
// repairs it twice. Nobody looks at a page, nobody books.
func TestTheOwnerIsToldOfABreakOnce(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		c := g.connect()
		owner := g.people[demoAdministrator].Email
		g.pass(10)
		if n := g.mailsTo(owner, brokenSubject); n != 0 {
			t.Fatalf("%d mails while all is well", n)
		}
		for round := 1; round <= 2; round++ {
			g.vendors.RevokeTokens(sandbox.Service)
			g.vendors.ExpireAccessTokens(sandbox.Service)
			g.pass(5)
			if n := g.mailsTo(owner, brokenSubject); n != round {
				t.Fatalf("five minutes after break %d: %d mails", round, n)
			}
			g.pass(10)
			if n := g.mailsTo(owner, brokenSubject); n != round {
				t.Errorf("fifteen minutes after break %d: %d mails", round, n)
			}
			g.ok(g.reauthorizeAs(c, sandbox.Service))
			g.pass(6)
			if n := g.mailsTo(owner, wellSubject); n != round {
				t.Errorf("after repair %d: %d mails", round, n)
			}
		}
	})
}

// TestWhoeverIsLeftIsTold has the owner leave before it breaks.
func TestWhoeverIsLeftIsTold(t *testing.T) {
	g := lodge(t, "", quiet)
	g.connect()
	heir := g.addMember(g.org.ID, "Ruth Adeyemi", "administrator")
	dbtest.Exec(t, g.db, "UPDATE people SET active = FALSE WHERE id = $1", g.admin.PersonID)
	g.vendors.RevokeTokens(sandbox.Service)
	g.vendors.ExpireAccessTokens(sandbox.Service)
	g.pass(5)
	if n := g.mailsTo(heir.Email, brokenSubject); n != 1 {
		t.Errorf("the other administrator got %d mails", n)
	}
	if n := g.mailsTo(g.people[demoAdministrator].Email, brokenSubject); n != 0 {
		t.Errorf("who left got %d mails", n)
	}
}

// TestOurOwnFaultBlamesNobody lets our secret end: the operator is told what to
// do, the owner that there is nothing to do, each once, and both when it is over.
func TestOurOwnFaultBlamesNobody(t *testing.T) {
	g := lodge(t, "", quiet)
	c := g.connect()
	owner := g.people[demoAdministrator].Email
	people, err := g.orgs.Superusers(t.Context(), g.db)
	g.ok(err)
	operator := people[0].Email
	g.vendors.ExpireSecret(true)
	g.vendors.ExpireAccessTokens(sandbox.Service)
	g.pass(8)
	if n := g.mailsTo(owner, "have to wait"); n != 1 {
		t.Errorf("the owner got %d mails", n)
	}
	if n := g.mailsTo(operator, "refuses Parley's own app"); n != 1 {
		t.Errorf("the operator got %d mails", n)
	}
	if n := g.mailsTo(owner, brokenSubject); n != 0 {
		t.Errorf("the owner is asked to sign in %d times", n)
	}
	if now, _ := g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID); now.State != vault.Connected {
		t.Errorf("the connection is %s", now.State)
	}
	g.vendors.ExpireSecret(false)
	g.pass(8)
	if n := g.mailsTo(owner, wellSubject); n != 1 {
		t.Errorf("when it was over the owner got %d mails", n)
	}
	if n := g.mailsTo(operator, "accepts Parley's own app again"); n != 1 {
		t.Errorf("when it was over the operator got %d mails", n)
	}
}

// asApplication connects without a service account, up to where the customer's
// administrator has to let the application act for staff.
func (g *lodging) asApplication() vault.Connection {
	g.t.Helper()
	ctx := g.t.Context()
	g.vendors.GrantPermissions(sandbox.TenantID, "OnlineMeetings.ReadWrite.All", "User.ReadBasic.All")
	answers, err := g.vault.Answer(ctx, g.admin, "teams", "tenant", map[string]string{"tenant": demoDomain, "field": "email", "way": "application", "consent": "basic"})
	g.ok(err)
	address, err := g.vault.Begin(ctx, g.admin, "teams", answers)
	g.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(g.t, address, sandbox.Admin))
	g.ok(err)
	c, err := g.vault.Finish(ctx, g.admin, back.Query())
	g.ok(err)
	g.work()
	return c
}

// TestAPolicyIsWaitedForAndMissed connects without a policy, lets it come, and
// takes it away again: each time somebody is told, once.
func TestAPolicyIsWaitedForAndMissed(t *testing.T) {
	g := lodge(t, "", quiet)
	owner := g.people[demoAdministrator].Email
	c := g.asApplication()
	if c.Waiting == "" || c.State != vault.Connecting {
		t.Fatalf("connection = %+v", c)
	}
	g.pass(5)
	if _, err := g.vault.Complete(t.Context(), g.admin, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("it can be finished: %v", err)
	}
	g.vendors.GrantPolicy(sandbox.TenantID, 10*time.Minute)
	g.pass(13)
	if n := g.mailsTo(owner, "lets Parley make meetings now"); n != 1 {
		now, _ := g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID)
		t.Fatalf("%d mails: it waits for %q since %s, looked at %s", n, now.Waiting, now.WaitingSince, now.CheckedAt)
	}
	_, err := g.vault.Complete(t.Context(), g.admin, c.ID)
	g.ok(err)
	g.pass(1)
	for round := 1; round <= 2; round++ {
		g.vendors.RemovePolicy(sandbox.TenantID, "", 0)
		g.ok(g.vault.AskExamination(t.Context(), g.admin, c.ID))
		g.pass(1)
		if n := g.mailsTo(owner, "forbids new video meetings"); n != round {
			now, _ := g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID)
			t.Errorf("the policy is gone for the %d. time: %d mails; the connection says %q", round, n, now.Fault)
		}
		g.vendors.GrantPolicy(sandbox.TenantID, 0)
		g.pass(16)
		if n := g.mailsTo(owner, wellSubject); n != round {
			t.Errorf("it is back for the %d. time: %d mails", round, n)
		}
	}
	if n := len(g.vendors.LiveMeetings()); n != 0 {
		t.Errorf("%d meetings were left at Microsoft", n)
	}
}

// TestOneScopeIsWithdrawn takes away what a connection knows more by, and then
// what nothing works without.
func TestOneScopeIsWithdrawn(t *testing.T) {
	g := lodge(t, "", quiet)
	c := g.connect()
	g.vendors.WithdrawScope(sandbox.TenantID, "OnlineMeetings.ReadWrite")
	g.vendors.ExpireAccessTokens(sandbox.Service)
	g.pass(5)
	now, err := g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID)
	g.ok(err)
	if now.State != vault.NeedsReauthorization || now.Fault != "teams.again.withdrawn" || now.Evidence.Code != "AADSTS65001" {
		t.Errorf("it is %s and says %q %v %v", now.State, now.Fault, now.FaultArgs, now.Evidence)
	}
	if n := g.mailsTo(g.people[demoAdministrator].Email, brokenSubject); n != 1 {
		t.Errorf("%d mails", n)
	}
	for _, m := range g.vendors.Messages(g.people[demoAdministrator].Email) {
		if strings.Contains(m.Subject, brokenSubject) && !strings.Contains(m.Text, "OnlineMeetings.ReadWrite") {
			t.Errorf("the mail does not name the permission:\n%s", m.Text)
		}
	}
}

// TestAnotherAccountIsAskedAbout reauthorizes with somebody else's account.
func TestAnotherAccountIsAskedAbout(t *testing.T) {
	g := lodge(t, "", quiet)
	c := g.connect()
	other := "amelia.hart@harbourbank.example"
	err := g.reauthorizeAs(c, other)
	o, offered := vault.OtherOf(err)
	if !fault.Is(err, fault.Denied) || !offered {
		t.Fatalf("err = %v", err)
	}
	g.ok(func() error { _, err := g.vault.Accept(t.Context(), g.admin, c.ID, o.Account.ID); return err }())
	now, err := g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID)
	g.ok(err)
	if now.Account.Name != other || now.State != vault.Connected {
		t.Errorf("connection = %+v", now)
	}
	g.work()
	g.pass(4)
	if now, _ = g.vault.Connection(t.Context(), g.db, c.OrgID, c.ID); now.State != vault.Connected {
		t.Errorf("after a while it is %s: %s", now.State, now.Fault)
	}
}

// TestTheValuesOfAFaultKeepTheirKinds draws each kind for a reader in France: what
// a fault speaks of is written as the reader writes it.
func TestTheValuesOfAFaultKeepTheirKinds(t *testing.T) {
	at := time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)
	paris, _ := words.Zone("Europe/Paris")
	french := words.Reader{Lang: "fr", Zone: paris}
	for name, x := range map[string]struct {
		value any
		want  string
	}{
		"text":             {"Nadia", "Nadia"},
		"number":           {7, "7"},
		"long number":      {int64(7), "7"},
		"instant":          {at, french.DateTime(at)},
		"length of time":   {90 * time.Minute, french.Duration(90 * time.Minute)},
		"something unsaid": {fault.Away, "away"},
	} {
		t.Run(name, func(t *testing.T) {
			args := valuesOf(vault.Args{"Value", x.value})
			if len(args) != 1 || args[0].Name != "Value" {
				t.Fatalf("args = %+v", args)
			}
			if got := card.Draw(card.Card{Title: card.Value(args...)}, french, nil).Title; !strings.Contains(got, x.want) {
				t.Errorf("it reads %q, want %q in it", got, x.want)
			}
		})
	}
}
