package app

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/connector/ical"
	"parley/internal/connector/smtp"
	"parley/internal/db"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/hook"
	"parley/internal/web/page"
	"parley/internal/web/page/admin"
	"parley/internal/web/page/client"
	"parley/internal/web/page/desk"
	"parley/internal/web/page/doctor"
	"parley/internal/web/page/installation"
	"parley/internal/web/page/location"
	"parley/internal/web/page/member"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// linkLife is how long a sign-in link can be used, as its mail says.
const linkLife = 15 * time.Minute

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// routes hangs every door into the site.
func (h *house) routes() {
	h.orgs.LinkURL = member.LinkURL(h.site)
	page.Routes(h.site)
	member.Routes(h.site)
	(&client.Pages{
		Site: h.site, Orgs: h.orgs, Appointments: h.appointments, Links: h.links, Invite: h.invite, Notify: h.notify, Now: h.db.Now,
	}).Register()
	(&member.Work{
		Site: h.site, Orgs: h.orgs, Appointments: h.appointments, Calendars: h.calendars, Busy: h.busy, Notify: h.notify,
		Identities: h.identities, Vault: h.vault, Now: h.db.Now,
	}).Register()
	(&location.Pages{Site: h.site, Orgs: h.orgs, Appointments: h.appointments, Now: h.db.Now}).Register()
	(&desk.Pages{Site: h.site, Orgs: h.orgs, Appointments: h.appointments, Now: h.db.Now}).Register()
	(&admin.Pages{
		Site: h.site, Orgs: h.orgs, Vault: h.vault, Identities: h.identities, Calendars: h.calendars, Busy: h.busy, Appointments: h.appointments,
		Notify: h.notify, Meetings: h.meetings,
	}).Register()
	(&installation.Pages{Site: h.site, Orgs: h.orgs, Vault: h.vault}).Register()
	(&doctor.Pages{Site: h.site, Orgs: h.orgs, Vault: h.vault, Links: h.links}).Register()
	(&hook.Hooks{Site: h.site, Vault: h.vault, Log: h.log}).Register()
	h.help().Register()
	if h.demo {
		h.gallery()
	}
}

// gallery shows what pages are made of, to whoever tries the demo.
func (h *house) gallery() {
	for path, draw := range map[string]func(words.Reader) templ.Component{"/ui": ui.Gallery, "/ui/booking": ui.GalleryBooking, "/ui/bare": ui.GalleryBare} {
		h.site.Handle("GET "+path, org.Public, func(w http.ResponseWriter, r *http.Request) error {
			return page.Render(w, r, http.StatusOK, draw(web.ReaderOf(r)))
		})
	}
}

// relay is the installation's mail server; none is no error, mails wait then.
func (h *house) relay() (connector.Relay, error) {
	if h.cfg.SMTPURL.Empty() {
		return connector.Relay{}, nil
	}
	return vault.ParseMail(h.cfg.SMTPURL.Reveal(), h.cfg.MailFrom)
}

// mailer lends an organization's mail server to notify.
func (h *house) mailer(ctx context.Context, orgID string) (notify.Mailer, error) {
	relay, gate, err := h.vault.LendMail(ctx, orgID)
	if err != nil {
		return notify.Mailer{}, err
	}
	open := func(ctx context.Context) (notify.Session, error) {
		s, err := smtp.Open(ctx, relay, nil)
		if err != nil {
			return notify.Session{}, err
		}
		return notify.Session{Send: s.Send, Close: func() error { s.Close(); return nil }}, nil
	}
	return notify.Mailer{From: relay.From, Gate: gate, Open: open}, nil
}

// brand is how an organization's mails look.
func (h *house) brand(o org.Organization) card.Brand { return page.MailBrand(h.site, o) }

// sendLink mails a member the address that signs them in.
func (h *house) sendLink(ctx context.Context, tx *db.Tx, p org.Person, link string) error {
	return h.notify.Tell(ctx, tx, notify.Notice{
		OrgID: p.OrgID, Key: "sign-in:" + db.NewID(), Kind: "org.sign-in", Urgency: notify.Action, To: []string{p.ID}, Always: true, Secret: true,
		Card: card.Card{
			Kind:    "org.sign-in",
			Title:   card.Say("app.signin.title"),
			Lead:    []card.Text{card.Say("app.signin.text", card.Duration("Life", linkLife))},
			Actions: []card.Action{{Label: card.Say("app.signin.go"), Path: link, Style: card.Primary}},
			Note:    note("app.signin.note"),
		},
	})
}

// invite writes an appointment's entry for the client's calendar.
func (h *house) invite(v appointment.View, r words.Reader) ([]byte, error) {
	links := func(a card.Action) string {
		if card.Absolute(a.Path) {
			return a.Path
		}
		return h.site.URL(a.Path)
	}
	return ical.Write(*card.Draw(h.appointments.Invite(v), r, links).Event), nil
}

func note(key string) *card.Text {
	t := card.Say(key)
	return &t
}
