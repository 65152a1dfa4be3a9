// Package diary draws schedules: the day and the week as a grid of hours, the
// week of many people as a board, and any time as a list. It reads what a member
// may see of the appointments, and asks for an appointment to be moved where it
// was dropped. What may be seen and what is free is decided by appointment; the
// page of one appointment is not here.
package diary

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

// Diary is the pages of the schedule.
type Diary struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	Calendars    *calendar.Calendars
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// home is where the schedule is, and where each appointment has its page.
const home = "/schedule"

// Register adds the pages to the site.
func (d *Diary) Register() {
	d.Site.Handle("GET "+home, org.Own, d.show)
	d.Site.Handle("GET "+home+"/{id}/moves", org.Own, d.moves)
	d.Site.Handle("GET "+home+"/{id}/drop", org.Own, d.askDrop)
	d.Site.Handle("POST "+home+"/{id}/drop", org.Own, d.drop)
}

// lookAgain is how often, in seconds, the page looks for what has changed.
const lookAgain = "60"

func (d *Diary) show(w http.ResponseWriter, r *http.Request) error {
	v, err := d.Read(r, home)
	if err != nil {
		return err
	}
	shell := page.Frame(w, r, v.heading(), "schedule")
	shell.Full, shell.Page.Refresh = true, lookAgain
	return page.Render(w, r, http.StatusOK, schedulePage(v.r, shell, v))
}
