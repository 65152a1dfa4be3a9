package admin

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page/hours"
	"parley/internal/web/ui"
)

// hoursPages adds the pages on which administrators say when the staff work.
func (p *Pages) hoursPages() {
	s, may := p.Site, org.ManageStaff
	e := &hours.Editor{Orgs: p.Orgs, Appointments: p.Appointments, Calendars: p.Calendars, Now: p.Orgs.Now, Desk: p.hoursDesk}
	s.Handle("GET /staff/{id}/hours", may, e.Show)
	s.Handle("POST /staff/{id}/hours", may, e.SaveWeek)
	s.Handle("POST /staff/{id}/exceptions", may, e.SaveDate)
	s.Handle("POST /staff/{id}/exceptions/{date}/drop", may, e.DropDate)
	s.Handle("POST /staff/{id}/timeoff", may, e.AddOff)
	s.Handle("POST /staff/{id}/timeoff/{off}/remove", may, e.RemoveOff)
	s.Handle("GET /staff/{id}/away", may, e.Away)
	s.Handle("POST /staff/{id}/settle", may, e.Settle)
}

// hoursDesk is the place of the time of a member of staff.
func (p *Pages) hoursDesk(r *http.Request) (hours.Desk, error) {
	m, err := p.memberAt(r)
	if err != nil {
		return hours.Desk{}, err
	}
	reader, base := web.ReaderOf(r), "/staff/"+m.ID
	return hours.Desk{
		Person: m, Menu: inStaff, Title: reader.T("admin.hours.title", "Name", m.Name),
		Header: ui.PageHeaderProps{Title: m.Name, Status: activeBadge(reader, m.Active), Breadcrumb: []ui.NavItem{crumb(reader.T("admin.staff"), "/staff")}},
		Tabs:   memberTabs(reader, m, "hours"),
		Week:   base + "/hours", Dates: base + "/exceptions", Off: base + "/timeoff", Away: base + "/away", Settle: base + "/settle",
		DropDate:  func(day string) string { return base + "/exceptions/" + day + "/drop" },
		RemoveOff: func(id string) string { return base + "/timeoff/" + id + "/remove" },
		Opens:     func(v appointment.View) string { return "/schedule/" + v.ID },
	}, nil
}
