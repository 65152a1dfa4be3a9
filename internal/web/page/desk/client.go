package desk

import (
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// fileView is what the desk knows of one client.
type fileView struct {
	shell        ui.ShellProps
	client       org.Person
	coming, past []appointment.View
	now          time.Time
}

func (p *Pages) client(w http.ResponseWriter, r *http.Request) error {
	reader, actor, q := web.ReaderOf(r), web.ActorOf(r), p.Orgs.Read()
	c, err := p.Orgs.Client(r.Context(), q, actor.OrgID, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := fileView{client: c, shell: page.Frame(w, r, nameOf(reader, c), "desk")}
	if v.now, err = p.Now(r.Context()); err != nil {
		return err
	}
	all, err := p.Appointments.OfClient(r.Context(), q, actor, c.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State.Standing() && a.Ends.After(v.now) {
			v.coming = append([]appointment.View{a}, v.coming...)
		} else {
			v.past = append(v.past, a)
		}
	}
	return page.Render(w, r, http.StatusOK, filePage(reader, v))
}

func factsOf(r words.Reader, c org.Person, now time.Time) []ui.Fact {
	facts := []ui.Fact{
		{Icon: "person", Term: r.T("desk.client.name"), Text: nameOf(r, c)},
		{Icon: "mail", Term: r.T("desk.client.email"), Text: orNone(r, c.Email)},
		{Icon: "phone", Term: r.T("desk.client.phone"), Text: orNone(r, c.Phone)},
		{Icon: "globe", Term: r.T("desk.client.lang"), Text: orNone(r, langName(c.Lang))},
	}
	if zone, ok := words.Zone(c.Zone); ok {
		facts = append(facts, ui.Fact{Icon: "clock", Term: r.T("desk.client.zone"), Text: r.In(zone).ZoneName(now)})
	}
	return facts
}

func orNone(r words.Reader, text string) string {
	if text == "" {
		return r.T("desk.client.unknown")
	}
	return text
}

// rows are appointments as lines of a table, each leading to its own page.
func (v fileView) rows(r words.Reader, list []appointment.View) (rows []ui.Row) {
	for _, a := range list {
		rows = append(rows, ui.Row{Muted: !a.State.Standing(), Cells: []ui.Cell{
			{Text: r.DayMonth(a.Starts) + ", " + r.Time(a.Starts), Sub: r.ZoneName(a.Starts), Href: "/schedule/" + a.ID},
			{Text: a.Service.Name, Sub: r.T(a.Method.Key())},
			{Text: a.Staff.Name, Sub: a.Location.Name},
			{Body: page.StateBadge(r, a.State)},
		}})
	}
	return rows
}
