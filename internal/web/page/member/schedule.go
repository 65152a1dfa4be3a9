package member

import (
	"context"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/identity"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page/diary"
	"parley/internal/web/page/visit"
)

// Work is the pages of a member's working day: the schedule, each appointment
// in it, and the hours in which the member can be booked. It draws and reads
// forms; what is allowed is decided by appointment and calendar.
type Work struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	Calendars    *calendar.Calendars
	Busy         *calendar.Busy
	Notify       *notify.Notify
	Identities   *identity.Identities
	Vault        *vault.Vault
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (k *Work) Register() {
	(&diary.Diary{Site: k.Site, Orgs: k.Orgs, Appointments: k.Appointments, Calendars: k.Calendars, Now: k.Now}).Register()
	(&visit.Pages{Site: k.Site, Orgs: k.Orgs, Appointments: k.Appointments, Notify: k.Notify, Now: k.Now, Base: "/schedule", May: org.Own, Menu: "schedule"}).Register()
	k.own("GET /profile/reads", k.reads)
	k.offerPages()
	k.registerHours()
	k.busyPages()
}

func (k *Work) own(pattern string, h web.Handler) { k.Site.Handle(pattern, org.Own, h) }
