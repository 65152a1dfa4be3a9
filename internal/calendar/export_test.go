package calendar

// What the plan tests of the outer package ask the engines about.
const Neighbour = neighbour

// ClaimsOf is claimsOf for the plan tests.
var ClaimsOf = claimsOf

// What the plan tests ask about calendars elsewhere.
const (
	BusyRowsOf  = busyOf
	ElsewhereOf = elsewhereOf
	SourcesOf   = sourcesOf
)
