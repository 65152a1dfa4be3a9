package app

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

// customers makes so many organizations with a connection to Microsoft each.
func (g *lodging) customers(n int) {
	g.t.Helper()
	ctx := g.t.Context()
	for i := range n {
		var owner org.Actor
		g.ok(g.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			o, err := g.orgs.Create(ctx, tx, org.Organization{Name: fmt.Sprintf("Customer %d", i), Lang: "en", Zone: "Europe/London"})
			if err != nil {
				return err
			}
			p, err := g.orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: "Ada Quill", Email: "ada@" + o.Slug + ".example"}, org.Administrator)
			owner = org.Actor{OrgID: o.ID, PersonID: p.ID, Name: p.Name, Roles: []org.Role{org.Administrator}, Session: "s"}
			return err
		}))
		answers, err := g.vault.Answer(ctx, owner, "teams", "tenant", map[string]string{"tenant": demoDomain, "field": "email"})
		g.ok(err)
		address, err := g.vault.Begin(ctx, owner, "teams", answers)
		g.ok(err)
		back, err := url.Parse(sandboxtest.SignIn(g.t, address, sandbox.Service))
		g.ok(err)
		c, err := g.vault.Finish(ctx, owner, back.Query())
		g.ok(err)
		_, err = g.vault.Complete(ctx, owner, c.ID)
		g.ok(err)
	}
}

// notices counts what was told under a kind.
func (g *lodging) notices(kind string) int {
	g.t.Helper()
	n, err := db.Value[int64](g.t.Context(), g.db, "SELECT COUNT(*) FROM notices WHERE kind = $1", kind)
	g.ok(err)
	return int(n)
}

// TestAFaultThatWasOverBeforeItsJobIsToldWhole lets our secret end and begin again
// before anybody could be told: more owners than one page holds hear of both, once.
func TestAFaultThatWasOverBeforeItsJobIsToldWhole(t *testing.T) {
	g := lodge(t, "", quiet)
	c := g.connect()
	const customers = 201
	g.customers(customers)
	dbtest.Exec(t, g.db, "DELETE FROM jobs") // their directories are nobody's matter here
	people, err := g.orgs.Superusers(t.Context(), g.db)
	g.ok(err)
	call := func() error {
		client, err := g.vault.Lend(t.Context(), c.OrgID, c.ID, vault.Purpose{What: "meeting"})
		g.ok(err)
		_, err = connector.Call(t.Context(), client, connector.Request{Method: "GET", URL: g.vendors.GraphURL() + "/v1.0/users?$select=id&$top=1", Repeatable: true})
		return err
	}
	g.vendors.ExpireSecret(true)
	g.vendors.AdvanceClock(2 * time.Hour)
	if err := call(); !connector.IsOperatorFault(err) {
		t.Fatalf("err = %v", err)
	}
	since, err := g.vault.OperatorFaults(t.Context(), g.db)
	g.ok(err)
	g.vendors.ExpireSecret(false)
	g.vendors.AdvanceClock(2 * time.Minute)
	g.ok(call())
	if n := g.notices("vault.operator") + g.notices("vault.well"); n != 0 {
		t.Fatalf("%d were told before the job ran", n)
	}
	_, err = g.jobs.RunDue(t.Context(), 2000)
	g.ok(err)
	// Whoever runs the job again tells nobody again.
	g.ok(g.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return g.tellOperator(ctx, tx, since[0], true) }))
	_, err = g.jobs.RunDue(t.Context(), 2000)
	g.ok(err)
	operators := map[string]bool{}
	for _, p := range people {
		operators[p.Email] = true
	}
	owners := customers + 1
	if began, ended := g.notices("vault.operator"), g.notices("vault.well"); began != owners+2*len(operators) || ended != owners {
		t.Errorf("%d notices of the fault and %d of its end, with %d owners and %d operators", began, ended, owners, len(operators))
	}
}
