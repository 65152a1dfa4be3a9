package graph

// lateCodes are the numbers by which a code is refused that is too old, was
// redeemed, or was none. The same numbers end a grant that idled or was revoked.
var lateCodes = map[int]bool{70008: true, 700082: true, 70000: true}

// judgeSignIn decides while somebody signs in. Nothing was permitted yet, so
// whatever would end a grant ends this sign-in only, and what is to be done is
// to begin it again. Somebody who left Microsoft's pages comes back denied and
// without a number; who declined the permissions, with one.
func (r refusal) judgeSignIn() meaning {
	if r.Error == "access_denied" && r.number() == 0 {
		return meaning{startOver, "teams.over.left"}
	}
	m := r.judge()
	if m.class != reauthorize {
		return m
	}
	switch m.key {
	case "teams.again.password":
		return meaning{startOver, "teams.over.password"}
	case "teams.again.mfa":
		return meaning{startOver, "teams.over.mfa"}
	}
	about := numbers[r.number()]
	if r.Error == "invalid_grant" && (about.class != reauthorize || lateCodes[r.number()]) {
		return meaning{startOver, "teams.over.used"}
	}
	return meaning{startOver, "teams.over.again"}
}
