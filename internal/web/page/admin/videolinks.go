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

const (
	// linksPath lists the meetings of the week that have no working link.
	linksPath = "/settings/video/links"
	// linksListed is how many of them are listed; there should be none.
	linksListed = 200
)

// linkStats begin with the one number that says whether the video calls of the
// week will take place. The others count what is out of reach while a connection
// is off.
func (p *Pages) linkStats(r *http.Request, reader words.Reader, now time.Time) ([]ui.Stat, error) {
	n, err := meeting.Week(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, now)
	if err != nil {
		return nil, err
	}
	week := ui.Stat{Figure: reader.Number(n), Label: reader.T("admin.links.week"), Hint: reader.T("admin.links.good"), Tone: ui.Success, Href: linksPath}
	if n > 0 {
		week.Tone, week.Hint = ui.Danger, reader.T("admin.links.look")
	}
	behind, err := meeting.BehindAtAll(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, now)
	if err != nil {
		return nil, err
	}
	outdated := ui.Stat{Figure: reader.Number(behind.Outdated), Label: reader.T("admin.outdated"), Hint: reader.T("admin.outdated.hint")}
	left := ui.Stat{Figure: reader.Number(behind.Left), Label: reader.T("admin.left"), Hint: reader.T("admin.left.hint"), Href: leftPath}
	if behind.Outdated > 0 {
		outdated.Tone = ui.Warning
	}
	if behind.Left > 0 {
		left.Tone = ui.Warning
	}
	return []ui.Stat{week, outdated, left}, nil
}

// linksView lists meetings without a working link.
type linksView struct {
	rows []ui.Row
	// more says that not all are listed.
	more bool
}

// showLinks lists the meetings of the next seven days that have no working link,
// with who holds them and why.
func (p *Pages) showLinks(w http.ResponseWriter, r *http.Request) error {
	reader, orgID := web.ReaderOf(r), web.ActorOf(r).OrgID
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	all, err := meeting.WeekList(r.Context(), p.Orgs.Read(), orgID, now, linksListed+1)
	if err != nil {
		return err
	}
	v := linksView{more: len(all) > linksListed}
	if v.more {
		all = all[:linksListed]
	}
	if v.rows, err = p.linkRows(r, reader, all, now); err != nil {
		return err
	}
	title := reader.T("admin.links")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.links.lead", "Zone", reader.ZoneName(now)), Breadcrumb: aboveVideo(reader)}
	return page.Render(w, r, http.StatusOK, linksPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

func (p *Pages) linkRows(r *http.Request, reader words.Reader, all []meeting.Meeting, now time.Time) (rows []ui.Row, err error) {
	ctx, q, orgID := r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID
	var hosts []string
	for _, m := range all {
		hosts = append(hosts, m.HostID)
	}
	people, err := p.Orgs.PeopleByID(ctx, q, orgID, hosts)
	if err != nil {
		return nil, err
	}
	names, err := p.connectionNames(r, reader)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		why := reader.T("admin.links.making")
		if m.LinkReason != "" {
			why = reader.T(m.LinkReason, "Name", nameOf(reader, people, m.HostID))
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: reader.Span(m.Starts, m.Ends), Sub: reader.Relative(m.Starts, now), Href: "/schedule/" + m.OwnerID},
			{Text: m.Title}, {Text: nameOf(reader, people, m.HostID)}, {Text: names[m.ConnectionID]}, {Text: why, Sub: reader.T(linkNext[m.Trouble])},
		}})
	}
	return rows, nil
}

// linkNext says what is to be done about a missing link.
var linkNext = map[meeting.Trouble]string{meeting.Passing: "admin.links.next.passing", meeting.Stuck: "admin.links.next.stuck", meeting.Lost: "admin.links.next.lost"}
