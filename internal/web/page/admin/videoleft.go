package admin

import (
	"net/http"
	"time"

	"parley/internal/meeting"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// leftPath lists what is left at the vendors, over all connections.
const leftPath = "/settings/video/left"

// leftView lists the meetings that may still be at a vendor and that nothing of
// ours can reach.
type leftView struct {
	rows []ui.Row
	// names are the connections by id, where the rows are of several; nil where
	// they are all of one.
	names map[string]string
	// id is what the vendor's name of a meeting is called.
	id    string
	pages ui.PaginationProps
}

// showLeft lists what is left at the vendor of one connection, a page at a time.
func (p *Pages) showLeft(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	reader, at := web.ReaderOf(r), trailOf(r)
	left, next, err := meeting.LeftBehind(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, at.last())
	if err != nil {
		return err
	}
	vendor := reader.T(p.Vault.Title(c.Vendor))
	header := ui.PageHeaderProps{Title: reader.T("admin.left.at", "Vendor", vendor), Subtitle: reader.T("admin.left.lead", "Vendor", vendor, "Account", c.Account.Name),
		Breadcrumb: aboveVideo(reader, crumb(vendor, connectionPath(c)))}
	v := leftView{id: reader.T("admin.left.id", "Vendor", vendor), pages: at.pages(r, next)}
	v.fill(reader, left)
	return page.Render(w, r, http.StatusOK, leftPage(reader, page.Frame(w, r, header.Title, inSettings), header, v))
}

// showAllLeft lists what is left at the vendors of all connections.
func (p *Pages) showAllLeft(w http.ResponseWriter, r *http.Request) error {
	reader, at := web.ReaderOf(r), trailOf(r)
	left, next, err := meeting.LeftAtAll(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, at.last())
	if err != nil {
		return err
	}
	v := leftView{id: reader.T("admin.left.id.any"), pages: at.pages(r, next)}
	if v.names, err = p.connectionNames(r, reader); err != nil {
		return err
	}
	v.fill(reader, left)
	header := ui.PageHeaderProps{Title: reader.T("admin.left"), Subtitle: reader.T("admin.left.lead.any"), Breadcrumb: aboveVideo(reader)}
	return page.Render(w, r, http.StatusOK, leftPage(reader, page.Frame(w, r, header.Title, inSettings), header, v))
}

func (v *leftView) fill(r words.Reader, left []meeting.Leftover) {
	for _, l := range left {
		cells := []ui.Cell{{Text: r.Span(l.Meeting.Starts, l.Meeting.Ends), Href: "/schedule/" + l.Meeting.OwnerID}, {Text: l.Meeting.Title}}
		if v.names != nil {
			cells = append(cells, ui.Cell{Text: v.names[l.Conference.ConnectionID], Href: "/settings/video/" + l.Conference.ConnectionID})
		}
		v.rows = append(v.rows, ui.Row{Cells: append(cells, ui.Cell{Text: reasonText(r, l.Conference.Reason), Sub: leftSince(r, l.Conference.LeftAt)}, ui.Cell{Text: l.Conference.VendorID})})
	}
}

// columns are the headings of fill's cells.
func (v leftView) columns(r words.Reader) []ui.Column {
	all := []ui.Column{{Label: r.T("admin.left.when")}, {Label: r.T("admin.links.what")}}
	if v.names != nil {
		all = append(all, ui.Column{Label: r.T("admin.video.integration")})
	}
	return append(all, ui.Column{Label: r.T("admin.reason")}, ui.Column{Label: v.id})
}

// leftSince says since when a meeting is out of reach.
func leftSince(r words.Reader, at time.Time) string {
	return r.T("admin.left.since", "When", r.DateTime(at), "Zone", r.ZoneName(at))
}

func reasonText(r words.Reader, key string) string {
	if key == "" {
		return ""
	}
	return r.T(key)
}
