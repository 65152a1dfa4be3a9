package admin

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/page/location"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// services lists what clients can book.
func (p *Pages) services(w http.ResponseWriter, r *http.Request) error {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	all, err := p.Appointments.Services(r.Context(), p.Orgs.Read(), actor.OrgID)
	if err != nil {
		return err
	}
	var rows []ui.Row
	for _, s := range all {
		video, err := p.videoWord(r, reader, s)
		if err != nil {
			return err
		}
		_, why, err := p.placeState(r, s)
		if err != nil {
			return err
		}
		rows = append(rows, ui.Row{Muted: !s.Active, Cells: []ui.Cell{
			{Text: s.Name, Href: "/services/" + s.ID, Sub: "/book/" + actor.Organization.Slug + "/" + s.Slug},
			{Text: reader.Duration(s.Duration)},
			{Text: methodsOf(reader, s), Sub: whyNowhere(reader, why)},
			{Text: video},
			{Body: activeBadge(reader, s.Active)},
		}})
	}
	title := reader.T("admin.services")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.services.lead")}
	if len(rows) > 0 {
		header.Actions = newService(reader)
	}
	public := p.Site.URL("/book/" + actor.Organization.Slug)
	return page.Render(w, r, http.StatusOK, servicesPage(reader, page.Frame(w, r, title, inServices), header, location.Tabs(r, reader, "/services"), rows, public))
}

// videoWord says how many of a service's staff can take video appointments; it
// is empty where that does not matter.
func (p *Pages) videoWord(r *http.Request, reader words.Reader, s appointment.Service) (string, error) {
	if !s.Offers(appointment.Video) {
		return "", nil
	}
	can, of, _, err := p.Appointments.CanTakeVideo(r.Context(), p.Orgs.Read(), s.OrgID, s.ID)
	return reader.T("admin.service.can", "Count", can, "Of", of), err
}

// methodsOf names the meeting methods of a service.
func methodsOf(r words.Reader, s appointment.Service) string {
	var names []string
	for _, m := range appointment.Methods() {
		if s.Offers(m) {
			names = append(names, r.T(m.Key()))
		}
	}
	return r.List(names...)
}

// placeState is where a service can be had in person, or why nowhere, as a key;
// neither where it is not offered in person.
func (p *Pages) placeState(r *http.Request, s appointment.Service) (at []appointment.Location, why string, err error) {
	if s.ID == "" || !s.Offers(appointment.InPerson) {
		return nil, "", nil
	}
	return p.Appointments.InPerson(r.Context(), p.Orgs.Read(), s)
}

// whyNowhere is the text of the key of why, or nothing of none.
func whyNowhere(r words.Reader, key string) string {
	if key == "" {
		return ""
	}
	return r.T(key)
}

// videoState is who can take video appointments of a service, and who not.
type videoState struct {
	can, of int
	why     []whyNot
}

// whyNot is somebody who cannot take video appointments.
type whyNot struct{ id, name, reason string }

func (p *Pages) videoState(r *http.Request, reader words.Reader, s appointment.Service) (v videoState, err error) {
	if s.ID == "" || !s.Offers(appointment.Video) {
		return v, nil
	}
	var why []appointment.WhyNot
	if v.can, v.of, why, err = p.Appointments.CanTakeVideo(r.Context(), p.Orgs.Read(), s.OrgID, s.ID); err != nil {
		return v, err
	}
	reasons, err := p.reasons(r, reader, s.Staff)
	for _, n := range why {
		text := reasons[n.Person.ID]
		if text == "" {
			text = reader.T(n.Reason, "Value", n.Person.Email, "Hint", "")
		}
		v.why = append(v.why, whyNot{n.Person.ID, n.Person.Name, text})
	}
	return v, err
}
