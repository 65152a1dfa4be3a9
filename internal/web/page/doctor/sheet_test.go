package doctor

import (
	"fmt"
	"strings"
	"testing"

	"parley/internal/vault"
	"parley/internal/words"
)

// TestASheetNamesNobody gives a sheet findings that speak of staff, by their names
// and by their sign-in names.
func TestASheetNamesNobody(t *testing.T) {
	const account = "appointments@harbourbank.example"
	found := []vault.Finding{{
		Name: "person", Severity: vault.Wrong, Title: "teams.doctor.person.guest.title", Args: []any{"Person", "Maria Silva", "Account", account, "Other", "msilva@harbourbank.example", "Count", 3},
		Copy:     "Grant-CsApplicationAccessPolicy -PolicyName Parley -Identity amelia.hart@harbourbank.example",
		Evidence: []vault.Evidence{{Call: "GET /v1.0/users/amelia.hart@harbourbank.example", Status: 403, Code: "Forbidden", Correlation: "c-1"}},
	}}
	r := words.Reader{Lang: "en"}
	said := fmt.Sprint(nameless(r, found, account))
	for _, name := range []string{"Maria", "msilva", "amelia"} {
		if strings.Contains(said, name) {
			t.Errorf("the sheet says %q: %s", name, said)
		}
	}
	for _, kept := range []string{account, "Forbidden", "c-1", "-PolicyName Parley", " 3]"} {
		if !strings.Contains(said, kept) {
			t.Errorf("the sheet does not say %q: %s", kept, said)
		}
	}
	if found[0].Args[1] != "Maria Silva" || !strings.Contains(found[0].Evidence[0].Call, "amelia") || !strings.Contains(found[0].Copy, "amelia") {
		t.Errorf("the report itself was changed: %+v", found[0])
	}
}

// TestTheWorstStandsFirst mixes findings.
func TestTheWorstStandsFirst(t *testing.T) {
	problems, unseen, fine := sorted([]vault.Finding{{Name: "a", Severity: vault.Fine}, {Name: "b", Severity: vault.Risky}, {Name: "c", Severity: vault.Unseen}, {Name: "d", Severity: vault.Wrong}, {Name: "e", Severity: vault.Risky}})
	names := func(all []vault.Finding) (s string) {
		for _, f := range all {
			s += f.Name
		}
		return s
	}
	if got := names(problems) + "|" + names(unseen) + "|" + names(fine); got != "dbe|c|a" {
		t.Errorf("the order is %s", got)
	}
}
