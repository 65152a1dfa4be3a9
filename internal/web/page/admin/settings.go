package admin

import (
	"net/http"
	"time"

	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// settingsIndex leads to everything an administrator can set.
func (p *Pages) settingsIndex(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	title := reader.T("admin.settings")
	cards := []ui.LinkCardProps{
		{Href: "/settings/organization", Icon: "building", Title: reader.T("admin.organization"), Text: reader.T("admin.organization.card")},
		{Href: bookingPath, Icon: "calendar", Title: reader.T("admin.booking"), Text: reader.T("admin.booking.card")},
		{Href: brandingPath, Icon: "eye", Title: reader.T("branding.title"), Text: reader.T("branding.card")},
		{Href: "/settings/support", Icon: "chat", Title: reader.T("help.setting"), Text: reader.T("help.setting.card")},
		{Href: busyPath, Icon: "clock", Title: reader.T("busy.title"), Text: reader.T("busy.admin.card")},
		{Href: "/locations", Icon: "place", Title: reader.T("location.title"), Text: reader.T("location.card")},
		{Href: "/settings/integrations", Icon: "plug", Title: reader.T("admin.integrations"), Text: reader.T("admin.integrations.card")},
		{Href: "/settings/audit", Icon: "list", Title: reader.T("admin.audit"), Text: reader.T("admin.audit.card")},
	}
	if web.May(r, "GET /installation/apps") {
		cards = append(cards, ui.LinkCardProps{Href: "/installation/apps", Icon: "shield", Title: reader.T("installation.apps"), Text: reader.T("installation.apps.card")})
	}
	shell := page.Frame(w, r, title, inSettings)
	return page.Render(w, r, http.StatusOK, cardsPage(reader, shell, ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.settings.lead")}, cards))
}

// integrationsIndex lists the kinds of integration with how they are now.
func (p *Pages) integrationsIndex(w http.ResponseWriter, r *http.Request) error {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), actor.OrgID)
	if err != nil {
		return err
	}
	title := reader.T("admin.integrations")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.integrations.lead"), Breadcrumb: above(reader)}
	shell := page.Frame(w, r, title, inSettings)
	mail, err := p.mailNow(r, reader)
	if err != nil {
		return err
	}
	faults, err := p.operatorFaults(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, integrationsPage(reader, shell, header, videoCard(reader, ofKind(all, videoKind), faults), mail))
}

// videoCard is the card of the video integrations with the worst that can be said
// of them.
func videoCard(r words.Reader, all []vault.Connection, faults operatorFaults) ui.LinkCardProps {
	card := ui.LinkCardProps{Href: "/settings/video", Icon: "video", Title: r.T("admin.video"), Text: r.T("admin.video.card")}
	connected := 0
	for _, c := range all {
		switch {
		case faults.waits(c), c.State == vault.NeedsReauthorization:
			card.BadgeTone, card.Badge = faults.status(r, c)
			return card
		case c.State == vault.Connected:
			connected++
		}
	}
	card.Badge, card.BadgeTone = r.T("admin.none.connected"), ui.Neutral
	if connected > 0 {
		card.Badge, card.BadgeTone = r.T("admin.connected", "Count", connected), ui.Success
	}
	return card
}

func ofKind(all []vault.Connection, kind string) (some []vault.Connection) {
	for _, c := range all {
		if c.Kind == kind {
			some = append(some, c)
		}
	}
	return some
}

// stateWord is a connection's state in the reader's words.
func stateWord(r words.Reader, s vault.State) string { return r.T("vault.state." + string(s)) }

// stateTone is how alarming a state is.
func stateTone(s vault.State) ui.Tone {
	switch s {
	case vault.Connected:
		return ui.Success
	case vault.NeedsReauthorization:
		return ui.Warning
	case vault.Connecting:
		return ui.Info
	}
	return ui.Neutral
}

// ago writes when something was, or that it never was.
func ago(r words.Reader, t, now time.Time) string {
	if t.IsZero() {
		return r.T("admin.never")
	}
	return r.Relative(t, now)
}

// nameOf is the name of somebody among people, or that they are not known any more.
func nameOf(r words.Reader, people map[string]org.Person, id string) string {
	if p, ok := people[id]; ok {
		return p.Name
	}
	return r.T("admin.someone")
}
