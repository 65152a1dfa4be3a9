package app

import (
	"fmt"
	"net/url"
	"testing"

	"parley/internal/identity"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

// TestARenameAtMicrosoftNeedsNobody: at the full level of consent Microsoft tells
// us at our own address what changes in its directory, and nobody presses anything.
func TestARenameAtMicrosoftNeedsNobody(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		c := g.connectFully()
		amelia := g.people["Amelia Hart"]
		is := func() identity.Identity {
			t.Helper()
			all, err := identity.Of(t.Context(), g.db, c.OrgID, c.ID, []string{amelia.ID})
			g.ok(err)
			return all[amelia.ID]
		}
		before := is()
		if before.State != identity.Matched || len(g.vendors.Subscriptions()) != 1 {
			t.Fatalf("%+v; %d subscriptions", before, len(g.vendors.Subscriptions()))
		}
		if !g.vendors.Rename(before.SignInName, "amelia.stone@harbourbank.example") {
			t.Fatal("nobody was renamed")
		}
		g.ok(until(t.Context(), func() error {
			g.work()
			if got := is(); got.State != identity.Matched || got.VendorID != before.VendorID || got.SignInName != "amelia.stone@harbourbank.example" {
				return errNot("renamed", got)
			}
			return nil
		}))
		if !g.vendors.Disable("amelia.stone@harbourbank.example", true) {
			t.Fatal("nobody was disabled")
		}
		g.ok(until(t.Context(), func() error {
			g.work()
			if got := is(); got.Reason != "identity.reason.disabled" {
				return errNot("disabled", got)
			}
			return nil
		}))
	})
}

func errNot(what string, got identity.Identity) error {
	return fmt.Errorf("not %s: %s %q %s", what, got.State, got.SignInName, got.Reason)
}

// connectFully connects at the full level, with the consent of an administrator of
// the tenant.
func (g *lodging) connectFully() vault.Connection {
	g.t.Helper()
	ctx := g.t.Context()
	answers, err := g.vault.Answer(ctx, g.admin, "teams", "tenant", map[string]string{"tenant": demoDomain, "field": "email", "way": "account", "consent": "full"})
	g.ok(err)
	approve, err := g.vault.AdminConsentURL(ctx, g.admin, "teams", answers)
	g.ok(err)
	sandboxtest.SignIn(g.t, approve, sandbox.Admin)
	address, err := g.vault.Begin(ctx, g.admin, "teams", answers)
	g.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(g.t, address, sandbox.Service))
	g.ok(err)
	c, err := g.vault.Finish(ctx, g.admin, back.Query())
	g.ok(err)
	g.work()
	c, err = g.vault.Complete(ctx, g.admin, c.ID)
	g.ok(err)
	g.ok(until(ctx, func() error {
		g.work()
		if s := g.run(c).State; s != identity.RunEnded {
			return fmt.Errorf("the rematch is %s", s)
		}
		return nil
	}))
	return c
}
