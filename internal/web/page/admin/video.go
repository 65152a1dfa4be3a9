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

// videoView is the list of the connections for video calls.
type videoView struct {
	rows   []ui.Row
	alarms []ui.Message
	// done is what comes next after a set-up.
	done *ui.Message
	// rematches are how readings of a directory go on, or what became of them.
	rematches []rematchView
	// links are the figures about the links of all video meetings.
	links []ui.Stat
}

// videoList lists the connections for video calls, with how each fares.
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
	v := videoView{alarms: faults.alarms(reader, all), done: p.finished(r, reader, all)}
	if err := p.fillVideo(r, reader, all, faults, &v); err != nil {
		return err
	}
	title := reader.T("admin.video")
	shell := page.Frame(w, r, title, inSettings)
	if rematching(v.rematches) {
		shell.Page.Refresh = liveLook
	}
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.video.lead"), Actions: newVideo(reader, ui.Primary),
		Breadcrumb: above(reader, crumb(reader.T("admin.integrations"), "/settings/integrations"))}
	switch {
	case len(v.rows) == 0:
		header.Actions = nil
	case v.done != nil: // what comes next is the one thing to do
		header.Actions = newVideo(reader, ui.Secondary)
	}
	return page.Render(w, r, http.StatusOK, videoPage(reader, shell, header, v))
}

// connectionPath is the page of a connection: its preview while it is not finished.
func connectionPath(c vault.Connection) string {
	if c.State == vault.Connecting {
		return "/settings/video/" + c.ID + "/preview"
	}
	return "/settings/video/" + c.ID
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
