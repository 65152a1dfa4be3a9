package admin

import (
	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// idleStaff leads to the members who offer no service.
const idleStaff = "/staff?offers=nothing"

// offeringNothing narrows the staff to those who offer no service: nobody can book
// them, so they are not looked for at a vendor either.
func offeringNothing(orgID string) org.StaffFilter {
	return (org.StaffFilter{State: "active"}).In(appointment.WhoOffersNothing(orgID))
}

// unlistedText says who is left out. It counts nobody: that would read everybody
// for each draw of the page.
func (v connectionView) unlistedText(r words.Reader) string {
	if v.off() {
		return ""
	}
	return r.T("admin.video.unlisted")
}

// foundNothing is a list that its filters left empty. Who offers no service is in
// none of them, and may be who was searched for.
func (v connectionView) foundNothing(r words.Reader) ui.EmptyProps {
	e := ui.EmptyProps{Icon: "search", Title: r.T("admin.none.found"), Text: r.T("admin.none.found.text")}
	if text := v.unlistedText(r); text != "" {
		e.Text += " " + text
		e.Action = link(ui.ButtonProps{Label: r.T("admin.video.unlisted.see"), Href: idleStaff})
	}
	return e
}
