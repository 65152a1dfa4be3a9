package identity

import (
	"regexp"
	"strings"

	"parley/internal/connector"
)

// entry is a person of the vendor's directory, as far as matching needs.
type entry struct {
	vendorID, signInName, name string
	// signIn is the sign-in name folded.
	signIn                    string
	guest, disabled, licensed connector.Known
}

// evidence is what the directory says about one value of ours.
type evidence struct {
	// bySignIn have the value as sign-in name, byMail as mail address, byAlias as
	// another address. Who is in one is in none of the later ones.
	bySignIn, byMail, byAlias []entry
	// before is who this very value was matched with, or whom somebody chose by
	// hand, as they were then; via is how. held is the same account today.
	before, held *entry
	via          string
	hand         bool
	// shared says that several of our people have the value.
	shared bool
}

// verdict is what becomes of a person under a field.
type verdict struct {
	state        State
	entry        entry
	via          string
	reason, hint string
}

// Reasons why a person is missed, as catalogue keys.
const (
	reasonPrefix    = "identity.reason."
	reasonUnmatched = "identity.reason.unmatched" // not looked for yet
	reasonEmpty     = "identity.reason.empty"
	reasonShape     = "identity.reason.shape"
	reasonShared    = "identity.reason.shared"
	reasonSeveral   = "identity.reason.several"
	reasonUnknown   = "identity.reason.unknown"
	reasonGone      = "identity.reason.gone"
	reasonTaken     = "identity.reason.taken"
	// At Full only.
	reasonAlias    = "identity.reason.alias"
	reasonGuest    = "identity.reason.guest"
	reasonDisabled = "identity.reason.disabled"
	reasonLicence  = "identity.reason.licence"
)

// judge is the rule of matching. Whom somebody chose by hand stays. Else the
// folded value is the sign-in name of one account, or was when it was matched,
// or nobody's sign-in name and the mail address of one. What a level of consent
// does not show is unknown, and keeps nobody from being matched.
func judge(value string, e evidence) verdict {
	v := found(value, e)
	if v.state == Matched {
		v = usable(v)
	}
	if v.entry.vendorID == "" && e.before != nil {
		v.entry = *e.before
	}
	return v
}

func found(value string, e evidence) verdict {
	switch {
	case e.hand && e.held != nil:
		return hit(*e.held, ByHand)
	case e.hand:
		return miss(reasonGone, e.before.signInName)
	case value == "":
		return miss(reasonEmpty, "")
	case !looksLikeSignIn(value):
		return miss(reasonShape, "")
	case e.shared:
		return miss(reasonShared, "")
	case len(e.bySignIn) > 1:
		return miss(reasonSeveral, "")
	case len(e.bySignIn) == 1:
		return hit(e.bySignIn[0], BySignIn)
	case e.held != nil:
		return hit(*e.held, e.via)
	}
	return otherwise(e)
}

// otherwise is the rule for a value that is nobody's sign-in name.
func otherwise(e evidence) verdict {
	switch {
	case len(e.byMail) == 1:
		return hit(e.byMail[0], ByMail)
	case len(e.byMail) > 1, len(e.byAlias) > 1:
		return miss(reasonSeveral, "")
	case len(e.byAlias) == 1:
		return miss(reasonAlias, e.byAlias[0].signInName)
	case e.before != nil:
		return miss(reasonGone, e.before.signInName)
	}
	return miss(reasonUnknown, "")
}

func hit(e entry, via string) verdict { return verdict{state: Matched, entry: e, via: via} }

func miss(reason, hint string) verdict { return verdict{state: Missed, reason: reason, hint: hint} }

// usable refuses an account that cannot hold meetings, as far as anybody knows.
func usable(v verdict) verdict {
	switch e := v.entry; {
	case e.guest == connector.Yes:
		return v.not(reasonGuest)
	case e.disabled == connector.Yes:
		return v.not(reasonDisabled)
	case e.licensed == connector.No:
		return v.not(reasonLicence)
	}
	return v
}

// not refuses the account that was found, and remembers it.
func (v verdict) not(reason string) verdict {
	return verdict{state: Missed, entry: v.entry, via: v.via, reason: reason, hint: v.entry.signInName}
}

// signInShape is name@domain, with a dot in the domain. Vendors' rules are
// narrower and change; this only tells a sign-in name from a number or a nick.
var signInShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

func looksLikeSignIn(value string) bool { return len(value) <= 320 && signInShape.MatchString(value) }

// fold makes two writings of a sign-in name comparable. Vendors do not tell
// capital letters apart, and do not promise it either: both sides are folded.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
