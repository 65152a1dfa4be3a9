package org

// The queries whose plans are tested.
var (
	PeopleText    = peopleText
	JournalText   = journalText
	SessionByHash = sessionByHash
	MembersByMail = membersByEmail
)

// Taken is a file as Upload takes it, without keeping it.
func (o *Orgs) Taken(orgID string, data []byte) (im Import, err error) {
	im.OrgID = orgID
	err = o.take(&im, data)
	return im, err
}

// StaffText is the query of a page of the staff, with its arguments.
func StaffText(f StaffFilter, orgID string) (string, []any) {
	text, args := f.query(listStaff, orgID)
	return text + f.after(&args) + f.order() + " LIMIT 26", args
}
