// Package location is the door for administrators to the branches: where they
// are, when they are open, who works there.
//
// It draws and translates. When somebody can be met at a branch is appointment's
// to decide, and which days are public holidays is known by the room of that name.
package location

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

// Pages are the pages of the locations.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// home is the address of the list.
const home = "/locations"

// room is what a form needs that names every member and every closed day.
const room = 512 << 10

// Register adds the pages to the site.
func (p *Pages) Register() {
	s, may := p.Site, org.ManageLocations
	s.Handle("GET /locations", may, p.list)
	s.Handle("GET /locations/new", may, p.fresh)
	s.Handle("POST /locations/new", may, p.save, web.Body(room))
	s.Handle("GET /locations/{id}", may, p.show)
	s.Handle("POST /locations/{id}", may, p.save, web.Body(room))
	s.Handle("GET /locations/{id}/holidays", may, p.holidays)
	s.Handle("POST /locations/{id}/holidays", may, p.addHolidays)
	s.Handle("GET /locations/{id}/close", may, p.askClose)
	s.Handle("POST /locations/{id}/close", may, p.shut)
	s.Handle("POST /locations/{id}/open", may, p.reopen)
	s.Handle("GET /locations/{id}/delete", may, p.askDelete)
	s.Handle("POST /locations/{id}/delete", may, p.drop)
}

// Tabs lead from the services to the locations and back; both stand under one
// entry of the menu.
func Tabs(r *http.Request, reader words.Reader, current string) []ui.NavItem {
	var tabs []ui.NavItem
	for _, t := range [][2]string{{"/services", "admin.services"}, {home, "location.title"}} {
		if web.May(r, "GET "+t[0]) {
			tabs = append(tabs, ui.NavItem{Label: reader.T(t[1]), Href: t[0], Current: t[0] == current})
		}
	}
	return tabs
}

// frame is the frame of a page of this room.
func frame(w http.ResponseWriter, r *http.Request, title string) ui.ShellProps {
	return page.Frame(w, r, title, "services")
}

// above is the way back to the list.
func above(r words.Reader, more ...ui.NavItem) []ui.NavItem {
	return append([]ui.NavItem{{Label: r.T("location.title"), Href: home}}, more...)
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	all, err := p.Appointments.Locations(r.Context(), p.Orgs.Read(), actor.OrgID)
	if err != nil {
		return err
	}
	now, err := p.Now(r.Context())
	if err != nil {
		return err
	}
	rows := make([]ui.Row, len(all))
	for i, l := range all {
		rows[i] = rowOf(reader, l, now)
	}
	header := ui.PageHeaderProps{Title: reader.T("location.title"), Subtitle: reader.T("location.lead")}
	if len(rows) > 0 {
		header.Actions = newButton(reader)
	}
	return page.Render(w, r, http.StatusOK, listPage(reader, frame(w, r, header.Title), header, Tabs(r, reader, home), rows))
}

// rowOf is a location in the list, by its own clock.
func rowOf(r words.Reader, l appointment.Location, now time.Time) ui.Row {
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		zone = time.UTC
	}
	there := r.In(zone)
	next := ""
	if c, ok := l.NextClosing(now); ok {
		next = r.T("location.closing.on", "Day", closingDay(r, c), "Name", c.Name)
	}
	return ui.Row{Muted: !l.Active, Cells: []ui.Cell{
		{Text: l.Name, Href: home + "/" + l.ID, Sub: l.OneLine()},
		{Text: there.Time(now), Sub: there.ZoneName(now)},
		{Body: openStatus(r, l, now)},
		{Text: next},
		{Text: r.Number(len(l.Staff))},
		{Body: inService(r, l.Active)},
	}}
}

// closingDay writes the day of a closing as the reader does.
func closingDay(r words.Reader, c appointment.Closing) string {
	day, err := calendar.ParseDate(c.Day)
	if err != nil {
		return c.Day
	}
	return r.In(time.UTC).Date(day.In(time.UTC).Start)
}

// opening says whether a location is open now and when that changes, on its own
// clock.
func opening(r words.Reader, l appointment.Location, now time.Time) (ui.Tone, string) {
	zone, unknown := calendar.Zone(l.Zone)
	o, err := l.Opening(now)
	switch {
	case err != nil || unknown != nil:
		return ui.Warning, r.T("location.open.unknown")
	case len(l.Hours) == 0:
		return ui.Info, r.T("location.open.always")
	case o.Until.IsZero():
		return ui.Neutral, r.T("location.open.never")
	}
	there, at := r.In(zone), o.Until.In(zone)
	switch {
	case o.Open:
		return ui.Success, there.T("location.open.now", "Time", there.Time(at))
	case calendar.DateOf(at) == calendar.DateOf(now.In(zone)):
		return ui.Neutral, there.T("location.open.later", "Time", there.Time(at))
	}
	return ui.Neutral, there.T("location.open.day", "Day", there.Weekday(at.Weekday()), "Time", there.Time(at))
}
