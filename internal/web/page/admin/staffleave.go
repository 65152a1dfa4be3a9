package admin

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// leaveView is the page on which somebody leaves: what they still have in their
// diary, and what is to become of it.
type leaveView struct {
	person   org.Person
	upcoming []appointment.View
	form     web.Form
	// failed says of an appointment why nothing was done about it.
	failed map[string]string
}

// What can be done about an appointment of somebody who leaves.
const (
	leaveKeep   = "keep"
	leaveHand   = "hand"
	leaveCancel = "cancel"
	// leaveEach follows the choice at each appointment.
	leaveEach = "each"
)

// farAhead is further than anybody books.
const farAhead = 10 * 365 * 24 * time.Hour

func (v leaveView) path() string { return "/staff/" + v.person.ID + "/deactivate" }

// upcomingOf is what somebody has in their diary from now on.
func (p *Pages) upcomingOf(r *http.Request, m org.Person, now time.Time) ([]appointment.View, error) {
	return p.Appointments.Stranded(r.Context(), p.Orgs.Read(), m.OrgID, m.ID, calendar.Span{Start: now, End: now.Add(farAhead)})
}

// askDeactivate lists what somebody who leaves still has to hold, before they are
// kept out. Of who has left already it lists what remains.
func (p *Pages) askDeactivate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	return p.drawLeave(w, r, http.StatusOK, leaveView{person: m})
}

func (p *Pages) drawLeave(w http.ResponseWriter, r *http.Request, status int, v leaveView) error {
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	if v.upcoming, err = p.upcomingOf(r, v.person, now); err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	title := reader.T("admin.deactivate.title", "Name", v.person.Name)
	if !v.person.Active {
		title = reader.T("admin.leave.remains", "Name", v.person.Name)
	}
	header := ui.PageHeaderProps{Title: title, Breadcrumb: aboveStaff(reader, crumb(v.person.Name, "/staff/"+v.person.ID))}
	if len(v.upcoming) > 0 {
		header.Subtitle = reader.T("admin.leave.zone", "Zone", reader.ZoneChoice(reader.Zone.String(), now).Label)
	}
	return page.Render(w, r, status, leavePage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// deactivate keeps somebody out first, so that nobody books them any more, and
// then does what was chosen for their appointments, one after the other. What
// could not be done is listed again, and stays as it is.
func (p *Pages) deactivate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if m.Active {
		m.Active = false
		if err := p.Orgs.SaveMember(r.Context(), web.ActorOf(r), m); err != nil {
			return p.refused(w, r, "/staff/"+m.ID, err)
		}
	}
	v := leaveView{person: m, form: form, failed: map[string]string{}}
	// A browser that goes away does not leave half of it undone.
	if err := p.settle(context.WithoutCancel(r.Context()), r, &v); err != nil {
		return err
	}
	if len(v.failed) > 0 {
		return p.drawLeave(w, r, http.StatusUnprocessableEntity, v)
	}
	return tell(w, r, "/staff/"+m.ID, "success", "admin.deactivated", "Name", m.Name)
}

// settle does what was chosen. The form carries each appointment as it was seen.
func (p *Pages) settle(ctx context.Context, r *http.Request, v *leaveView) error {
	actor, reader := web.ActorOf(r), web.ReaderOf(r)
	for _, id := range v.form.Values["appointment"] {
		seen := appointment.Seen{ID: id, Version: v.form.VersionIn("version." + id)}
		var bad error
		switch v.chosen(id) {
		case leaveHand:
			_, bad = p.Appointments.Reassign(ctx, actor, seen, "")
		case leaveCancel:
			_, bad = p.Appointments.Cancel(ctx, actor, seen, v.form.Get("reason"))
		}
		told, err := web.FieldErrors(r, bad)
		if err != nil {
			told = web.Errors{"": words.Fault(reader, err)}
		}
		for _, text := range told {
			v.failed[id] = text
		}
	}
	return nil
}

// chosen is what is to be done about an appointment.
func (v leaveView) chosen(id string) string {
	if all := v.form.Get("all"); all != "" && all != leaveEach {
		return all
	}
	if one := v.form.Get("do." + id); one != "" {
		return one
	}
	return leaveKeep
}

func (v leaveView) options(r words.Reader) []ui.Option {
	return []ui.Option{{Value: leaveKeep, Label: r.T("admin.leave.keep", "Name", v.person.Name)}, {Value: leaveHand, Label: r.T("admin.leave.hand")}, {Value: leaveCancel, Label: r.T("admin.leave.cancel")}}
}

func (v leaveView) optionsForAll(r words.Reader) []ui.Option {
	return []ui.Option{{Value: leaveEach, Label: r.T("admin.leave.each")}, {Value: leaveKeep, Label: r.T("admin.leave.all.keep", "Name", v.person.Name)}, {Value: leaveHand, Label: r.T("admin.leave.all.hand")},
		{Value: leaveCancel, Label: r.T("admin.leave.all.cancel")}}
}

func (v leaveView) rows(r words.Reader) (rows []ui.Row) {
	for _, a := range v.upcoming {
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: r.ShortDate(a.Starts), Sub: r.Time(a.Starts), Href: "/schedule/" + a.ID},
			{Text: a.Client.Name, Sub: a.Service.Name},
			{Text: r.T(a.Method.Key())},
			{Body: leaveChoice(r, v, a)},
		}})
	}
	return rows
}
