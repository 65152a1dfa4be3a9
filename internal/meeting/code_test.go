package meeting

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCodesAreGroupedAndDiffer(t *testing.T) {
	shape := regexp.MustCompile(`^[` + alphabet + `]{4}(-[` + alphabet + `]{4}){3}$`)
	seen := map[string]bool{}
	for range 2000 {
		code := newCode()
		if !shape.MatchString(code) || seen[code] {
			t.Fatalf("code %q is misshapen or came twice", code)
		}
		seen[code] = true
	}
}

func TestHowACodeIsTypedDoesNotMatter(t *testing.T) {
	const code = "4K7M-2WQR-88FH-3Y9K"
	for _, c := range []struct {
		typed string
		ok    bool
	}{
		{code, true},
		{"4k7m-2wqr-88fh-3y9k", true},
		{"4k7m2wqr88fh3y9k", true},
		{" 4K7M 2WQR 88FH 3Y9K ", true},
		{"4K7M–2WQR—88FH‑3Y9K", true},
		{"4K7M.2WQR.88FH.3Y9K", true},
		{"4K-7M2W-QR88-FH3Y-9K", true},
		{"4K7M-2WQR-88FH-3Y9", false},
		{"4K7M-2WQR-88FH-3Y9KK", false},
		{"4K7M-2WQR-88FH-3Y90", false},
		{"4K7M-2WQR-88FH-3Y9É", false},
		{"", false},
		{string(make([]byte, 10_000)), false},
	} {
		got, ok := Normal(c.typed)
		if ok != c.ok || (ok && got != code) {
			t.Errorf("Normal(%q) = %q, %v; want %v", c.typed, got, ok, c.ok)
		}
	}
}

func FuzzNormal(f *testing.F) {
	f.Add("4k7m-2wqr-88fh-3y9k")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := Normal(typed)
		if !ok {
			return
		}
		if again, ok := Normal(code); !ok || again != code {
			t.Errorf("Normal(%q) = %q, which becomes %q", typed, code, again)
		}
	})
}

func TestACodeIsSpelledGroupByGroup(t *testing.T) {
	want := [][]string{{"meeting.code.4", "meeting.code.k"}, {"meeting.code.9", "meeting.code.y"}}
	if diff := cmp.Diff(want, Spell("4K-9Y")); diff != "" {
		t.Error(diff)
	}
}
