// Package desk is the door for the Contact Center: whoever answers the telephone
// or stands at the counter finds or adds a client, books for them, and sees today
// across locations. What is done to one appointment is done on its own page,
// which member draws; what may be done is decided by the rooms below.
package desk

import (
	"context"
	"time"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the pages of the Contact Center.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	at := func(pattern string, h web.Handler) { p.Site.Handle(pattern, org.UseContactCenter, h) }
	at("GET /desk", p.today)
	at("GET /desk/clients", p.clients)
	at("GET /desk/clients/new", p.newClient)
	at("POST /desk/clients/new", p.addClient)
	at("GET /desk/clients/{id}", p.client)
	at("GET /desk/clients/{id}/edit", p.editClient)
	at("POST /desk/clients/{id}/edit", p.saveClient)
	p.Site.Handle("GET "+bookPath, org.Own, p.times)
	p.Site.Handle("POST "+bookPath, org.Own, p.book, web.Body(typedMost))
}

// typedMost is the body of a form with fields to type in.
const typedMost = 256 << 10

// tabs lead between the two halves of the desk.
func tabs(r words.Reader, current string) []ui.NavItem {
	return []ui.NavItem{
		{Label: r.T("desk.today"), Href: "/desk", Current: current == "today"},
		{Label: r.T("desk.clients"), Href: "/desk/clients", Current: current == "clients"},
	}
}
