package identity

import (
	"regexp"
	"strings"
)

// entry is a person of the vendor's directory, as far as matching needs.
type entry struct {
	vendorID   string
	signInName string
	guest      bool
}

// evidence is what the directory says about one value of ours.
type evidence struct {
	// bySignIn have the value as sign-in name, byMail as mail address.
	bySignIn, byMail []entry
	// held is who this very value was matched with before, if still there.
	held *entry
	// shared says that several of our people have the value.
	shared bool
}

// verdict is what becomes of a person under a field.
type verdict struct {
	state        State
	entry        entry
	reason, hint string
}

// Reasons why a person is missed, as catalogue keys.
const (
	reasonEmpty   = "identity.reason.empty"
	reasonShape   = "identity.reason.shape"
	reasonShared  = "identity.reason.shared"
	reasonSeveral = "identity.reason.several"
	reasonDiffers = "identity.reason.differs"
	reasonGuest   = "identity.reason.guest"
	reasonUnknown = "identity.reason.unknown"
)

// judge is the rule of matching: the folded value is one sign-in name of the
// directory. A mail address alone never matches, because mail addresses are
// shared and re-used; it only explains. Who was matched by this value before
// stays matched when the vendor gives them another sign-in name.
func judge(value string, e evidence) verdict {
	switch {
	case value == "":
		return miss(reasonEmpty, "")
	case !looksLikeSignIn(value):
		return miss(reasonShape, "")
	case e.shared:
		return miss(reasonShared, "")
	case len(e.bySignIn) == 1:
		return verdict{state: Matched, entry: e.bySignIn[0]}
	case len(e.bySignIn) > 1:
		return miss(reasonSeveral, "")
	case e.held != nil:
		return verdict{state: Matched, entry: *e.held}
	case len(e.byMail) > 1:
		return miss(reasonSeveral, "")
	case len(e.byMail) == 1 && e.byMail[0].guest:
		return miss(reasonGuest, e.byMail[0].signInName)
	case len(e.byMail) == 1:
		return miss(reasonDiffers, e.byMail[0].signInName)
	}
	return miss(reasonUnknown, "")
}

func miss(reason, hint string) verdict { return verdict{state: Missed, reason: reason, hint: hint} }

// signInShape is name@domain, with a dot in the domain. Vendors' rules are
// narrower and change; this only tells a sign-in name from a number or a nick.
var signInShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

func looksLikeSignIn(value string) bool { return len(value) <= 320 && signInShape.MatchString(value) }

// fold makes two writings of a sign-in name comparable. Vendors do not tell
// capital letters apart, and do not promise it either: both sides are folded.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
