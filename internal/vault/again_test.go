package vault_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/vault"
)

// leveledSetup asks how much may be read before it asks who signs in.
type leveledSetup struct{ acmeSetup }

func (s leveledSetup) Steps(answers map[string]string) []connector.Step {
	first := connector.Step{Name: "way", Kind: connector.StepQuestions, Questions: []connector.Question{{Name: "colour", Kind: connector.QuestionText}, {Name: "depth", Kind: connector.QuestionChoice, Level: true}}}
	return append([]connector.Step{first}, s.acmeSetup.Steps(answers)...)
}

// TestWhatIsAskedAgainBeforeAReauthorization has a set-up that asks how much may
// be read, and one that does not.
func TestWhatIsAskedAgainBeforeAReauthorization(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		leveled := newClinic(t, d, func(cfg *vault.Config) { cfg.Vendors[0].Setup = leveledSetup{} })
		c := vault.Connection{Vendor: "acme", Answers: map[string]string{"tenant": acmeTenant, "depth": "basic"}}
		var names []string
		for _, q := range leveled.v.AskedAgain(c) {
			names = append(names, q.Name)
		}
		if diff := cmp.Diff([]string{"tenant", "depth"}, names); diff != "" {
			t.Errorf("asked again (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]string{"tenant": acmeTenant, "depth": "full"}, leveled.v.AtLevel(c, vault.Full)); diff != "" {
			t.Errorf("at the full level (-want +got):\n%s", diff)
		}
		if c.Answers["depth"] != "basic" {
			t.Error("the connection's own answers were changed")
		}
		plain := leveled.open()
		if diff := cmp.Diff(c.Answers, plain.AtLevel(c, vault.Full)); diff != "" {
			t.Errorf("a set-up without levels (-want +got):\n%s", diff)
		}
	})
}
