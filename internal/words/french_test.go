package words

import (
	"regexp"
	"testing"
)

// TestFrenchKeepsItsSpaces: no line begins with a sign that belongs to the word
// before, and apostrophes are those of print.
func TestFrenchKeepsItsSpaces(t *testing.T) {
	bad := regexp.MustCompile(` [:;!?»]|« |\pL'\pL`)
	for key, f := range all().langs["fr"].forms {
		for _, text := range f {
			if found := bad.FindString(text); found != "" {
				t.Errorf("%s has %q, where French writes a no-break space or ’: %s", key, found, text)
			}
		}
	}
}
