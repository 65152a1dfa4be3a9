package location

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// listed is how many appointments are shown before a location goes out of service.
const listed = 50

// ending is the question before a location goes out of service, or for good.
type ending struct {
	location appointment.Location
	upcoming []ui.Row
	count    int
	confirm  ui.ConfirmProps
	texts    []string
}

// askClose lists who is expected there before it goes out of service.
func (p *Pages) askClose(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	e, err := p.ending(r)
	if err != nil {
		return err
	}
	title := reader.T("location.close.title", "Name", e.location.Name)
	e.texts = []string{reader.T("location.close.text")}
	if e.count > 0 {
		e.texts = append(e.texts, reader.T("location.close.upcoming", "Count", e.count))
	}
	e.confirm = ui.ConfirmProps{Form: ui.FormProps{Action: home + "/" + e.location.ID + "/close", Hidden: web.Seen(e.location.Version)},
		Yes: reader.T("location.close"), No: reader.T("location.keep"), NoHref: home + "/" + e.location.ID}
	return page.Render(w, r, http.StatusOK, endPage(reader, frame(w, r, title), e.header(reader, title), e))
}

func (e ending) header(r words.Reader, title string) ui.PageHeaderProps {
	return ui.PageHeaderProps{Title: title, Breadcrumb: above(r, ui.NavItem{Label: e.location.Name, Href: home + "/" + e.location.ID})}
}

// ending reads a location and who is expected there.
func (p *Pages) ending(r *http.Request) (e ending, err error) {
	if e.location, err = p.at(r); err != nil {
		return e, err
	}
	now, err := p.Now(r.Context())
	if err != nil {
		return e, err
	}
	views, count, err := p.Appointments.UpcomingAt(r.Context(), p.Orgs.Read(), e.location.OrgID, e.location.ID, now, listed)
	reader := web.ReaderOf(r)
	for _, v := range views {
		e.upcoming = append(e.upcoming, ui.Row{Cells: []ui.Cell{
			{Text: reader.Span(v.Starts, v.Ends), Sub: reader.ZoneName(v.Starts), Href: "/schedule/" + v.ID}, {Text: v.Client.Name}, {Text: v.Service.Name}, {Text: v.Staff.Name}}})
	}
	e.count = count
	return e, err
}

// shut puts a location out of service; nobody can be booked there any more.
func (p *Pages) shut(w http.ResponseWriter, r *http.Request) error {
	return p.serve(w, r, false, "location.closed")
}

// reopen puts a location back into service.
func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.serve(w, r, true, "location.reopened")
}

func (p *Pages) serve(w http.ResponseWriter, r *http.Request, active bool, told string) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l, err := p.at(r)
	if err != nil {
		return err
	}
	l.Active, l.Version = active, form.Version()
	if _, err := p.Appointments.SaveLocation(r.Context(), web.ActorOf(r), l); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: told, Args: []string{"Name", l.Name}})
	return web.Redirect(w, r, home+"/"+l.ID)
}

// askDelete asks before a location is removed for good.
func (p *Pages) askDelete(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	e, err := p.ending(r)
	if err != nil {
		return err
	}
	title := reader.T("location.delete.title", "Name", e.location.Name)
	keeps, err := p.keeps(r, e.location)
	if err != nil {
		return err
	}
	if keeps != nil { // an old page led here
		e.texts = []string{words.Fault(reader, keeps)}
		return page.Render(w, r, http.StatusConflict, endPage(reader, frame(w, r, title), e.header(reader, title), e))
	}
	e.texts = []string{reader.T("location.delete.text")}
	e.confirm = ui.ConfirmProps{Form: ui.FormProps{Action: home + "/" + e.location.ID + "/delete"},
		Yes: reader.T("location.delete"), No: reader.T("location.keep"), NoHref: home + "/" + e.location.ID}
	return page.Render(w, r, http.StatusOK, endPage(reader, frame(w, r, title), e.header(reader, title), e))
}

// drop removes a location at which no appointment was ever held.
func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	l, err := p.at(r)
	if err != nil {
		return err
	}
	if err := p.Appointments.DropLocation(r.Context(), web.ActorOf(r), l.ID); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "location.deleted", Args: []string{"Name", l.Name}})
	return web.Redirect(w, r, home)
}
