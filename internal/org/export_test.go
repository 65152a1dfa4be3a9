package org

// The queries whose plans are tested.
var (
	PeopleText    = peopleText
	JournalText   = journalText
	SessionByHash = sessionByHash
	MembersByMail = membersByEmail
)
