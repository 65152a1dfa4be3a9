package admin

import (
	"fmt"
	"net/http"
	"strings"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// feedbackPath is the page on what clients said.
const feedbackPath = "/services/feedback"

func (p *Pages) feedbackPages() {
	p.Site.Handle("GET "+feedbackPath, org.ManageServices, p.feedback)
}

// feedbackView is what the page shows.
type feedbackView struct {
	report   appointment.FeedbackReport
	services []ui.Row
	staff    []ui.Row
	comments []ui.Row
	months   []ui.Bar
}

// feedback shows what clients said during the last twelve months.
func (p *Pages) feedback(w http.ResponseWriter, r *http.Request) (err error) {
	reader, orgID := web.ReaderOf(r), web.ActorOf(r).OrgID
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	var v feedbackView
	window := calendar.Span{Start: now.AddDate(-1, 0, 0), End: now}
	if v.report, err = p.Appointments.Feedback(r.Context(), p.Orgs.Read(), orgID, window, reader.Zone); err != nil {
		return err
	}
	if err := p.nameFeedback(r, reader, &v); err != nil {
		return err
	}
	for _, m := range v.report.Months {
		label := reader.ShortMonth(m.Month.Month())
		v.months = append(v.months, ui.Bar{Label: label, Value: m.Score(), Text: score(reader, m.Score())})
	}
	title := reader.T("admin.feedback")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.feedback.lead"), Breadcrumb: []ui.NavItem{crumb(reader.T("admin.services"), "/services")}}
	return page.Render(w, r, http.StatusOK, feedbackPage(reader, page.Frame(w, r, title, inServices), header, v))
}

// nameFeedback gives the figures the names of services and people.
func (p *Pages) nameFeedback(r *http.Request, reader words.Reader, v *feedbackView) error {
	orgID := web.ActorOf(r).OrgID
	services, err := p.Appointments.Services(r.Context(), p.Orgs.Read(), orgID)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, s := range services {
		names[s.ID] = s.Name
	}
	var ids []string
	for _, a := range v.report.Staff {
		ids = append(ids, a.ID)
	}
	if len(ids) > 0 {
		people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), orgID, ids)
		if err != nil {
			return err
		}
		for id, person := range people {
			names[id] = person.Name
		}
	}
	v.services, v.staff = averages(reader, v.report.Services, names, "/services/"), averages(reader, v.report.Staff, names, "/staff/")
	for _, f := range v.report.Comments {
		v.comments = append(v.comments, ui.Row{Cells: []ui.Cell{
			{Text: f.Comment, Sub: reader.ShortDate(f.Ended)}, {Text: reader.T(appointment.ScoreKey(f.Score))}, {Text: named(reader, names, f.ServiceID)}, {Text: named(reader, names, f.StaffID)},
		}})
	}
	return nil
}

func named(r words.Reader, names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return r.T("admin.feedback.gone")
}

func averages(r words.Reader, of []appointment.Average, names map[string]string, path string) (rows []ui.Row) {
	for _, a := range of {
		cell := ui.Cell{Text: named(r, names, a.ID)}
		if names[a.ID] != "" {
			cell.Href = path + a.ID
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{cell, {Text: r.T("admin.feedback.of", "Score", score(r, a.Score()))}, {Text: r.Number(a.Count)}}})
	}
	return rows
}

// score writes a mean with one decimal, as the language writes it.
func score(r words.Reader, mean float64) string {
	text := fmt.Sprintf("%.1f", mean)
	if r.Language() != words.Default {
		text = strings.Replace(text, ".", r.T("admin.feedback.point"), 1)
	}
	return text
}
