package admin

import (
	"net/http"

	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// videoKind is the kind of vendor that the video pages are about.
const videoKind = page.VideoKind

// videoList lists the connections for video calls.
func (p *Pages) videoList(w http.ResponseWriter, r *http.Request) error {
	reader, actor := web.ReaderOf(r), web.ActorOf(r)
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), actor.OrgID)
	if err != nil {
		return err
	}
	all = ofKind(all, videoKind)
	faults, err := p.operatorFaults(r)
	if err != nil {
		return err
	}
	rows, err := p.connectionRows(r, reader, all, faults)
	if err != nil {
		return err
	}
	title := reader.T("admin.video")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.video.lead"), Actions: newVideo(reader, ui.Primary),
		Breadcrumb: above(reader, crumb(reader.T("admin.integrations"), "/settings/integrations"))}
	done := p.finished(r, reader, all)
	switch {
	case len(rows) == 0:
		header.Actions = nil
	case done != nil: // what comes next is the one thing to do
		header.Actions = newVideo(reader, ui.Secondary)
	}
	return page.Render(w, r, http.StatusOK, videoPage(reader, page.Frame(w, r, title, inSettings), header, rows, faults.alarms(reader, all), done))
}

func (p *Pages) connectionRows(r *http.Request, reader words.Reader, all []vault.Connection, faults operatorFaults) ([]ui.Row, error) {
	var owners []string
	for _, c := range all {
		owners = append(owners, c.ConnectedBy)
	}
	people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, owners)
	if err != nil {
		return nil, err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return nil, err
	}
	def, err := p.defaultVideo(r)
	if err != nil {
		return nil, err
	}
	var rows []ui.Row
	for _, c := range all {
		since := ago(reader, c.ConnectedAt, now)
		rows = append(rows, ui.Row{Muted: c.State == vault.Disconnected, Cells: []ui.Cell{
			{Text: reader.T(p.Vault.Title(c.Vendor)), Href: connectionPath(c), Sub: defaultWord(reader, c.ID == def)},
			{Body: badge(faults.status(reader, c))},
			{Text: c.Account.Name},
			{Text: nameOf(reader, people, c.ConnectedBy), Sub: since},
			{Text: ago(reader, c.LastOK, now)},
		}})
	}
	return rows, nil
}

// connectionPath is the page of a connection: its preview while it is not finished.
func connectionPath(c vault.Connection) string {
	if c.State == vault.Connecting {
		return "/settings/video/" + c.ID + "/preview"
	}
	return "/settings/video/" + c.ID
}

func defaultWord(r words.Reader, is bool) string {
	if is {
		return r.T("admin.video.default")
	}
	return ""
}

// chooseVendor offers what can be connected. A vendor at which nobody registered
// this installation says who can change that.
func (p *Pages) chooseVendor(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	title := reader.T("admin.video.new")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.video.new.lead"), Breadcrumb: aboveVideo(reader)}
	var cards []ui.LinkCardProps
	var missing []ui.Message
	offers, err := p.Vault.Offers(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, videoKind)
	if err != nil {
		return err
	}
	for _, o := range offers {
		name := reader.T(o.Title)
		if o.Missing != nil {
			missing = append(missing, ui.Message{Tone: ui.Warning, Title: reader.T("admin.video.unregistered", "Vendor", name), Text: words.Fault(reader, o.Missing)})
			continue
		}
		cards = append(cards, ui.LinkCardProps{Href: "/settings/connect/" + o.Vendor, Title: name, Icon: "video", Text: reader.T("admin.video.vendor", "Vendor", name)})
	}
	return page.Render(w, r, http.StatusOK, vendorsPage(reader, page.Frame(w, r, title, inSettings), header, cards, missing))
}
