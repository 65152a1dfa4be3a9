package vault_test

import (
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/sandbox"
	"parley/internal/vault"
)

// An examination during which the token has to be renewed shows what the vendor
// answered to that, the same as one after it.
func TestARefusedRenewalIsShownByAnExamination(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		w.sandbox.WithdrawScope(sandbox.TenantID, "OnlineMeetings.ReadWrite")
		w.sandbox.ExpireAccessTokens(sandbox.Service)
		for _, when := range []string{"during", "after"} {
			found, err := w.v.Diagnose(t.Context(), c.OrgID, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			seen := false
			for _, f := range found {
				if seen = seen || f.Fault == "consent.lost"; f.Fault == "consent.lost" {
					refusedToken(t, when, f)
				}
			}
			if !seen {
				t.Errorf("%s the renewal: found %+v", when, found)
			}
		}
		if got := w.state(c); got.State != vault.NeedsReauthorization || got.Fault != "teams.again.withdrawn" {
			t.Errorf("connection = %+v", got)
		}
	})
}

// refusedToken holds a finding against the refusal of the token endpoint.
func refusedToken(t *testing.T, when string, f vault.Finding) {
	t.Helper()
	if len(f.Evidence) != 1 {
		t.Errorf("%s the renewal: evidence = %+v", when, f.Evidence)
		return
	}
	e := f.Evidence[0]
	if !strings.HasSuffix(e.Call, "/oauth2/v2.0/token") || e.Status != 400 || e.Code != "AADSTS65001" || e.Correlation == "" {
		t.Errorf("%s the renewal: evidence = %+v", when, e)
	}
	if f.Args[3] != "OnlineMeetings.ReadWrite" {
		t.Errorf("%s the renewal: it speaks of %v", when, f.Args)
	}
}
