package notify

import (
	"testing"

	"parley/internal/words"
)

// TestStatesAndReasonsHaveWords asks that whatever the ledger can say is said in
// every language.
func TestStatesAndReasonsHaveWords(t *testing.T) {
	keys := []string{"notify.channel." + Email}
	for _, s := range States {
		keys = append(keys, "notify.state."+string(s))
	}
	for _, r := range []string{"withdrawn", "off", "gone", "no-address", "muted", "refused", "denied", "internal", "gave-up", "later", "doubt", "unconfirmed"} {
		keys = append(keys, why(r).Key)
	}
	for _, lang := range words.Langs() {
		r := words.Reader{Lang: lang.Tag}
		for _, key := range keys {
			if text := r.T(key); !r.Has(key) || text == (words.Reader{Lang: words.Default}).T(key) && lang.Tag != words.Default && key != "notify.channel.email" {
				t.Errorf("%s: %s reads %q", lang.Tag, key, text)
			}
		}
	}
	if got := (Reason{Key: "notify.reason.off"}).Text(words.Reader{}); got == "" {
		t.Error("a reason reads as nothing")
	}
}
