package identity

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheRuleOfMatching(t *testing.T) {
	amelia := entry{vendorID: "1", signInName: "Amelia.Hart@bank.example"}
	maria := entry{vendorID: "2", signInName: "msilva@bank.example"}
	julia := entry{vendorID: "3", signInName: "julia_partner.example#EXT#@bank.example", guest: true}
	for name, c := range map[string]struct {
		value string
		e     evidence
		want  verdict
	}{
		"matched":                       {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}}, verdict{state: Matched, entry: amelia}},
		"matched, though a mail too":    {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}, byMail: []entry{maria}}, verdict{state: Matched, entry: amelia}},
		"a guest by the long name":      {"julia_partner.example#ext#@bank.example", evidence{bySignIn: []entry{julia}}, verdict{state: Matched, entry: julia}},
		"empty":                         {"", evidence{}, miss(reasonEmpty, "")},
		"a number":                      {"h1001", evidence{}, miss(reasonShape, "")},
		"no domain":                     {"amelia@bank", evidence{}, miss(reasonShape, "")},
		"two of ours":                   {"amelia.hart@bank.example", evidence{bySignIn: []entry{amelia}, shared: true}, miss(reasonShared, "")},
		"two of theirs":                 {"x@bank.example", evidence{bySignIn: []entry{amelia, maria}}, miss(reasonSeveral, "")},
		"a mail of one":                 {"maria.silva@bank.example", evidence{byMail: []entry{maria}}, miss(reasonDiffers, "msilva@bank.example")},
		"a mail of several":             {"desk@bank.example", evidence{byMail: []entry{amelia, maria}}, miss(reasonSeveral, "")},
		"a mail of a guest":             {"julia@partner.example", evidence{byMail: []entry{julia}}, miss(reasonGuest, julia.signInName)},
		"nobody":                        {"omar@bank.example", evidence{}, miss(reasonUnknown, "")},
		"renamed there":                 {"amelia.hart@bank.example", evidence{held: &maria}, verdict{state: Matched, entry: maria}},
		"renamed, and the name re-used": {"amelia.hart@bank.example", evidence{held: &maria, bySignIn: []entry{amelia}}, verdict{state: Matched, entry: amelia}},
	} {
		got := judge(c.value, c.e)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(verdict{}, entry{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
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
