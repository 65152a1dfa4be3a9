package member

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page/hours"
	"parley/internal/web/ui"
)

// registerHours adds the pages on which members say when they work.
func (k *Work) registerHours() {
	e := &hours.Editor{Orgs: k.Orgs, Appointments: k.Appointments, Calendars: k.Calendars, Now: k.Now, Desk: k.hoursDesk}
	k.own("GET /hours", e.Show)
	k.own("POST /hours", e.SaveWeek)
	k.own("POST /hours/dates", e.SaveDate)
	k.own("POST /hours/dates/{date}/usual", e.DropDate)
	k.own("POST /hours/off", e.AddOff)
	k.own("POST /hours/off/{off}/remove", e.RemoveOff)
	k.own("GET /hours/away", e.Away)
	k.own("POST /hours/settle", e.Settle)
}

// hoursDesk is the place of a member's own time.
func (k *Work) hoursDesk(r *http.Request) (hours.Desk, error) {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	return hours.Desk{
		Person: org.Person{OrgID: actor.OrgID, ID: actor.PersonID, Name: actor.Name}, Own: true,
		Menu: "schedule", Title: reader.T("schedule.hours"),
		Header: ui.PageHeaderProps{Title: reader.T("schedule.hours"), Breadcrumb: []ui.NavItem{{Label: reader.T("schedule.title"), Href: "/schedule"}}},
		Tabs:   hoursTabs(reader, "hours"),
		Week:   "/hours", Dates: "/hours/dates", Off: "/hours/off", Away: "/hours/away", Settle: "/hours/settle",
		DropDate:  func(day string) string { return "/hours/dates/" + day + "/usual" },
		RemoveOff: func(id string) string { return "/hours/off/" + id + "/remove" },
		Opens:     func(v appointment.View) string { return "/schedule/" + v.ID },
	}, nil
}
