package identity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/internal/connector"
)

func person(id, signIn string) entry {
	return entry{vendorID: id, signInName: signIn, signIn: fold(signIn)}
}

func TestTheRuleOfMatching(t *testing.T) {
	amelia, maria := person("1", "Amelia.Hart@bank.example"), person("2", "msilva@bank.example")
	julia := person("3", "julia_partner.example#EXT#@bank.example")
	julia.guest = connector.Yes
	member, off, bare := maria, maria, maria
	member.guest, member.disabled, member.licensed = connector.No, connector.No, connector.Yes
	off.disabled, bare.licensed = connector.Yes, connector.No
	for name, c := range map[string]struct {
		value string
		e     evidence
		want  verdict
	}{
		"by sign-in name":               {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}}, hit(amelia, BySignIn)},
		"by it, though a mail too":      {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}, byMail: []entry{maria}}, hit(amelia, BySignIn)},
		"empty":                         {"", evidence{}, miss(reasonEmpty, "")},
		"a number":                      {"h1001", evidence{}, miss(reasonShape, "")},
		"no domain":                     {"amelia@bank", evidence{}, miss(reasonShape, "")},
		"two of ours":                   {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}, shared: true}, miss(reasonShared, "")},
		"two of theirs":                 {"x@bank.example", evidence{bySignIn: []entry{amelia, maria}}, miss(reasonSeveral, "")},
		"the mail of one":               {"maria.silva@bank.example", evidence{byMail: []entry{maria}}, hit(maria, ByMail)},
		"the mail of several":           {"desk@bank.example", evidence{byMail: []entry{amelia, maria}}, miss(reasonSeveral, "")},
		"another address of one":        {"maria@bank.example", evidence{byAlias: []entry{maria}}, miss(reasonAlias, maria.signInName)},
		"another address of two":        {"desk@bank.example", evidence{byAlias: []entry{amelia, maria}}, miss(reasonSeveral, "")},
		"a mail before an alias":        {"maria@bank.example", evidence{byMail: []entry{maria}, byAlias: []entry{amelia}}, hit(maria, ByMail)},
		"a guest":                       {"julia@partner.example", evidence{byMail: []entry{julia}}, hit(julia, ByMail).not(reasonGuest)},
		"a guest by the long name":      {fold(julia.signInName), evidence{bySignIn: []entry{julia}}, hit(julia, BySignIn).not(reasonGuest)},
		"all known and well":            {"maria.silva@bank.example", evidence{byMail: []entry{member}}, hit(member, ByMail)},
		"disabled":                      {"msilva@bank.example", evidence{bySignIn: []entry{off}}, hit(off, BySignIn).not(reasonDisabled)},
		"without a licence":             {"msilva@bank.example", evidence{bySignIn: []entry{bare}}, hit(bare, BySignIn).not(reasonLicence)},
		"nobody":                        {"omar@bank.example", evidence{}, miss(reasonUnknown, "")},
		"renamed there":                 {"amelia.hart@bank.example", evidence{before: &maria, held: &maria, via: ByMail}, hit(maria, ByMail)},
		"renamed, and the name re-used": {"amelia.hart@bank.example", evidence{before: &maria, held: &maria, bySignIn: []entry{amelia}}, hit(amelia, BySignIn)},
		"gone":                          {"msilva@bank.example", evidence{before: &maria}, verdict{Missed, maria, "", reasonGone, maria.signInName}},
		"gone, and shared":              {"msilva@bank.example", evidence{before: &maria, shared: true}, verdict{Missed, maria, "", reasonShared, ""}},
		"by hand":                       {"h1", evidence{hand: true, before: &maria, held: &maria, shared: true}, hit(maria, ByHand)},
		"by hand, another's name":       {"amelia.hart@bank.example", evidence{hand: true, before: &maria, held: &maria, bySignIn: []entry{amelia}}, hit(maria, ByHand)},
		"by hand, and gone":             {"amelia.hart@bank.example", evidence{hand: true, before: &maria, bySignIn: []entry{amelia}}, verdict{Missed, maria, "", reasonGone, maria.signInName}},
		"by hand, and disabled":         {"", evidence{hand: true, before: &off, held: &off}, hit(off, ByHand).not(reasonDisabled)},
	} {
		got := judge(c.value, c.e)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(verdict{}, entry{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestTheRuleNeverGuesses: what the level of consent does not show decides nothing,
// nobody is matched with an account that the evidence does not name, and what came
// out once comes out again.
func TestTheRuleNeverGuesses(t *testing.T) {
	entries := rapid.Custom(func(t *rapid.T) entry {
		known := rapid.SampledFrom([]connector.Known{connector.Unknown, connector.Yes, connector.No})
		e := person(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "id"), rapid.SampledFrom([]string{"a@b.c", "d@e.f"}).Draw(t, "name"))
		e.guest, e.disabled, e.licensed = known.Draw(t, "guest"), known.Draw(t, "disabled"), known.Draw(t, "licensed")
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.SampledFrom([]string{"a@b.c", "d@e.f", "", "h1"}), rapid.String()).Draw(t, "value")
		few := rapid.SliceOfN(entries, 0, 2)
		e := evidence{bySignIn: few.Draw(t, "sign-in"), byMail: few.Draw(t, "mail"), byAlias: few.Draw(t, "alias"), shared: rapid.Bool().Draw(t, "shared"), via: BySignIn}
		if rapid.Bool().Draw(t, "had") {
			before := entries.Draw(t, "before")
			e.before, e.hand = &before, rapid.Bool().Draw(t, "hand")
			if rapid.Bool().Draw(t, "held") {
				e.held = &before
			}
		}
		v := judge(value, e)
		if (v.state == Matched) == (v.reason != "") || (v.state == Matched) && v.entry.vendorID == "" {
			t.Fatalf("%+v", v)
		}
		if v.state == Matched && (v.entry.guest == connector.Yes || v.entry.disabled == connector.Yes || v.entry.licensed == connector.No) {
			t.Fatalf("an account that cannot be used: %+v", v)
		}
		switch strings.TrimPrefix(v.reason, reasonPrefix) {
		case "guest", "disabled", "licence":
			if v.entry.guest != connector.Yes && v.entry.disabled != connector.Yes && v.entry.licensed != connector.No {
				t.Fatalf("guessed: %+v", v)
			}
		}
		if e.hand && e.held != nil && v.entry.vendorID != e.held.vendorID {
			t.Fatalf("by hand is not kept: %+v", v)
		}
		if v.entry.vendorID == "" {
			return
		}
		again := e
		again.before, again.via = &v.entry, v.via
		if again.held = nil; v.state == Matched {
			again.held = &v.entry
		}
		if v.state == Matched && judge(value, again) != v {
			t.Fatalf("once %+v, then %+v", v, judge(value, again))
		}
	})
}

func TestAFacetIsReadAsItWasWritten(t *testing.T) {
	for _, f := range []facet{{}, {Matched, "", false, true}, {Missed, "unknown", true, false}, {Missed, "gone", true, true}} {
		if got := readFacet(f.String()); got != f {
			t.Errorf("%q is %+v, was %+v", f, got, f)
		}
	}
}

func FuzzWhatLooksLikeASignInName(f *testing.F) {
	f.Add("a@b.c")
	f.Add("x#EXT#@bank.example")
	f.Fuzz(func(t *testing.T, value string) {
		if looksLikeSignIn(fold(value)) && (strings.Count(value, "@") != 1 || strings.TrimSpace(value) == "" || len(value) > 400) {
			t.Errorf("%q", value)
		}
		if fold(fold(value)) != fold(value) {
			t.Errorf("%q folds twice", value)
		}
	})
}

func TestWhatLooksLikeASignInName(t *testing.T) {
	for value, want := range map[string]bool{
		"a@b.c": true, "o'hara@bank.example": true, "x#ext#@bank.onmicrosoft.com": true, "müller@bank.example": true,
		"": false, "h1001": false, "a@b": false, "a b@c.d": false, "a@b@c.d": false, "@c.d": false, "a@c.": false, "corp\\amelia": false,
	} {
		if got := looksLikeSignIn(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}
