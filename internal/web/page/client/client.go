// Package client is the door for people without an account: the booking page of
// an organization, the page behind the signed link in a client's mail, and the
// join page of every meeting.
//
// It draws and translates; what may be booked is appointment's to decide, and
// where a join link leads is meeting's.
package client

import (
	"context"
	"time"

	"parley/internal/appointment"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/words"
)

// Pages are the client's pages.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	// Links sign and prove the addresses in a client's mail.
	Links notify.LinkKeys
	// Invite writes an appointment's entry for the client's calendar.
	Invite func(v appointment.View, r words.Reader) ([]byte, error)
	// Notify does the deeds behind links in mails.
	Notify *notify.Notify
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	p.public("GET /book/{org}", p.services)
	p.public("GET /book/{org}/{service}", p.steps)
	p.public("POST /book/{org}/{service}", p.book, web.Body(typedMost))
	p.public("GET /book/{org}/{service}/slots.json", p.slots)
	p.managePages()
	p.guestPages()
	p.waitingPages()
	p.feedbackPages()
	p.embedPages()
	p.public("GET /do/{token}", p.askDeed)
	p.public("POST /do/{token}", p.doDeed)
	p.public("GET /j", p.enterCode)
	p.public("GET /j/{code}", p.join)
	p.public("GET /j/{code}/go", p.enter)
}

// typedMost is the body of a form with fields to type in: far more than any of
// them takes, so that who pasted too much is told at the field and loses nothing.
const typedMost = 256 << 10

func (p *Pages) public(pattern string, h web.Handler, options ...web.Option) {
	p.Site.Handle(pattern, org.Public, h, options...)
}
