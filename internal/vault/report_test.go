package vault_test

import (
	"testing"

	"parley/internal/vault"
)

func TestTheWorstStandsForAllFindings(t *testing.T) {
	for want, all := range map[vault.Severity][]vault.Severity{
		vault.Fine: nil, vault.Unseen: {vault.Fine, vault.Unseen}, vault.Risky: {vault.Unseen, vault.Risky, vault.Fine}, vault.Wrong: {vault.Risky, vault.Unseen, vault.Wrong},
	} {
		var found []vault.Finding
		for _, s := range all {
			found = append(found, vault.Finding{Severity: s})
		}
		if got := vault.Worst(found); got != want {
			t.Errorf("the worst of %v is %q, want %q", all, got, want)
		}
	}
}
