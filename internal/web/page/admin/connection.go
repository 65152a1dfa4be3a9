package admin

import (
	"net/http"
	"time"

	"parley/internal/identity"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// connectionView is the dashboard of a connection.
type connectionView struct {
	connection vault.Connection
	directory  identity.Directory
	totals     identity.Totals
	title      string
	owner      string
	// scanned says when the directory was last read.
	scanned string
	now     time.Time
	faults  operatorFaults
	// alarms are what is wrong, and what to do.
	alarms []ui.Message
	// left are the meetings that may still be at the vendor, out of reach.
	left  []ui.Row
	rows  []ui.Row
	pages ui.PaginationProps
	clear string
}

func (v connectionView) path() string { return "/settings/video/" + v.connection.ID }

// showConnection shows the account, how it is, and every member with their match.
func (p *Pages) showConnection(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State == vault.Connecting {
		return web.Redirect(w, r, connectionPath(c))
	}
	reader := web.ReaderOf(r)
	v, err := p.connectionOf(r, reader, c)
	if err != nil {
		return err
	}
	if err := p.staffRows(r, reader, &v); err != nil {
		return err
	}
	header := ui.PageHeaderProps{Title: v.title, Subtitle: c.Account.Name, Breadcrumb: aboveVideo(reader),
		Status: badge(v.faults.status(reader, c)), Actions: connectionMenu(reader, v)}
	return page.Render(w, r, http.StatusOK, connectionPage(reader, page.Frame(w, r, v.title, inSettings), header, r.URL.Query(), v))
}

func (p *Pages) connectionOf(r *http.Request, reader words.Reader, c vault.Connection) (v connectionView, err error) {
	v = connectionView{connection: c, title: reader.T(p.Vault.Title(c.Vendor)), clear: cleared(r, "q", "match", "toggle")}
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return v, err
	}
	if v.directory, err = p.directory(r, c); err != nil {
		return v, err
	}
	if v.totals, err = p.Identities.Totals(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, identity.Filter{}); err != nil {
		return v, err
	}
	if v.scanned, err = p.lastScan(r, reader, v); err != nil {
		return v, err
	}
	if v.faults, err = p.operatorFaults(r); err != nil {
		return v, err
	}
	owner, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), c.OrgID, []string{c.ConnectedBy})
	if err != nil {
		return v, err
	}
	if v.left, err = p.leftRows(r, reader, c); err != nil {
		return v, err
	}
	v.owner = nameOf(reader, owner, c.ConnectedBy)
	v.alarms = v.alarmsOf(reader)
	return v, nil
}

// lastScan says when the directory was last read. Of a connection that is off
// nothing of it is kept; that it was read is in the log of reads.
func (p *Pages) lastScan(r *http.Request, reader words.Reader, v connectionView) (string, error) {
	c := v.connection
	if c.State != vault.Disconnected {
		return ago(reader, v.directory.Scanned, v.now), nil
	}
	scans, err := p.Vault.Scans(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, 1)
	if err != nil || len(scans) == 0 {
		return reader.T("admin.never"), err
	}
	return reader.T("admin.video.scanned.forgotten", "When", ago(reader, scans[0].At, v.now)), nil
}

// leftRows are the meetings that may still be at the vendor and that Parley
// cannot reach any more.
func (p *Pages) leftRows(r *http.Request, reader words.Reader, c vault.Connection) (rows []ui.Row, err error) {
	left, _, err := meeting.LeftBehind(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, "")
	for _, l := range left {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: reader.Span(l.Meeting.Starts, l.Meeting.Ends)}, {Text: l.Conference.VendorID}}})
	}
	return rows, err
}

// alarms are what keeps a connection from working, the operator's faults first:
// no administrator can put those right.
func (v connectionView) alarmsOf(reader words.Reader) (all []ui.Message) {
	if m := v.faults.alarm(reader, v.connection.Vendor); m != nil {
		all = append(all, *m)
	}
	switch c := v.connection; {
	case c.State == vault.NeedsReauthorization:
		m := ui.Message{Tone: ui.Danger, Title: stateWord(reader, c.State), Action: link(ui.ButtonProps{Label: reader.T("admin.reauthorize"), Kind: ui.Primary, Href: v.path() + "/reauthorize"})}
		m.Text = reader.T("admin.alarm.reauthorize")
		if c.Fault != "" {
			m.Text = reader.T(c.Fault)
		}
		all = append(all, m)
	case c.State == vault.Disconnected:
		all = append(all, ui.Message{Tone: ui.Info, Title: stateWord(reader, c.State), Text: reader.T("admin.alarm.off"),
			Action: link(ui.ButtonProps{Label: reader.T("admin.reconnect"), Kind: ui.Primary, Href: "/settings/connect/" + c.Vendor})})
	case v.directory.Fault != "":
		all = append(all, ui.Message{Tone: ui.Warning, Title: reader.T("admin.preview.failed"), Text: reader.T(v.directory.Fault)})
	case v.directory.State != identity.Read:
		all = append(all, ui.Message{Tone: ui.Info, Text: reader.T("admin.video.rematching", "Count", int(v.directory.Entries))})
	}
	return all
}

// facts are the head of the dashboard, the connected account first.
func (v connectionView) facts(r words.Reader) []ui.Fact {
	c := v.connection
	return []ui.Fact{
		{Term: r.T("admin.video.account"), Text: c.Account.Name, Icon: "person"},
		{Term: r.T("admin.video.by"), Text: r.T("admin.video.by.when", "Name", v.owner, "When", ago(r, c.ConnectedAt, v.now))},
		{Term: r.T("admin.video.last"), Text: ago(r, c.LastOK, v.now), Icon: "check"},
		{Term: r.T("admin.video.scanned"), Text: v.scanned, Icon: "refresh"},
		{Term: r.T("admin.wizard.step.field"), Text: fieldName(r, v.directory.Field)},
	}
}

// tiles are the totals of the staff, which are filters too.
func (v connectionView) tiles(r words.Reader, query map[string][]string) []ui.Stat {
	is := func(name, value string) bool { return len(query[name]) > 0 && query[name][0] == value }
	t := v.totals
	return []ui.Stat{
		{Figure: r.Number(t.Of), Label: r.T("admin.video.all"), Href: v.path(), Current: v.clear == ""},
		{Figure: r.Number(t.Matched), Label: r.T("admin.video.matched"), Href: v.path() + "?match=matched", Tone: ui.Success, Current: is("match", "matched")},
		{Figure: r.Number(t.Of - t.Matched), Label: r.T("admin.video.missed"), Href: v.path() + "?match=missed", Tone: ui.Warning, Current: is("match", "missed")},
		{Figure: r.Number(t.Enabled), Label: r.T("admin.video.enabled"), Href: v.path() + "?toggle=on", Tone: ui.Info, Current: is("toggle", "on")},
	}
}

func (p *Pages) staffRows(r *http.Request, reader words.Reader, v *connectionView) error {
	q, at := r.URL.Query(), trailOf(r)
	f := identity.Filter{Text: q.Get("q"), Match: q.Get("match"), Toggle: q.Get("toggle"), Rows: rowsOf(r), Page: 1}
	f.Page += len(at)
	list, err := p.Identities.List(r.Context(), p.Orgs.Read(), v.connection.OrgID, v.connection.ID, f)
	if err != nil {
		return err
	}
	for _, l := range list.Lines {
		v.rows = append(v.rows, ui.Row{Value: l.Person.ID, Label: l.Person.Name, Cells: []ui.Cell{
			{Text: l.Person.Name, Sub: l.Person.Email, Href: "/staff/" + l.Person.ID},
			{Body: matchCell(reader, l.Identity)},
			{Body: toggle(reader, *v, l)},
		}})
	}
	next := ""
	if list.Page < list.Pages {
		next = list.Lines[len(list.Lines)-1].Person.ID
	}
	v.pages = at.pages(r, next)
	v.pages.Sizes = sizesOf(r)
	return nil
}

// personAt is the person at which a page of a list begins; nobody at the first.
func (p *Pages) personAt(r *http.Request, id string) (org.Person, error) {
	if id == "" {
		return org.Person{}, nil
	}
	return p.Orgs.Person(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id)
}

// reasonOf says why somebody is not matched.
func reasonOf(r words.Reader, i identity.Identity) string {
	if i.Reason == "" {
		return r.T("admin.video.unsearched")
	}
	return r.T(i.Reason, "Value", i.Value, "Hint", i.Hint)
}

// toggleOne switches Video Calls of one member.
func (p *Pages) toggleOne(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("person")
	return p.switchStaff(w, r, form.On(toggleName(id)), id)
}

// toggleName is the name under which a member's switch is posted.
func toggleName(personID string) string { return "video-" + personID }

// toggleMany switches Video Calls of every member who is ticked.
func (p *Pages) toggleMany(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return p.switchStaff(w, r, form.On("on"), form.Values["who"]...)
}

func (p *Pages) switchStaff(w http.ResponseWriter, r *http.Request, on bool, ids ...string) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return tell(w, r, web.Back(r), "warning", "admin.video.nobody")
	}
	if err := p.Identities.Toggle(r.Context(), web.ActorOf(r), c.ID, on, ids...); err != nil {
		return err
	}
	people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), c.OrgID, ids)
	if err != nil {
		return err
	}
	key, reader := "admin.video.off.many", web.ReaderOf(r)
	if on {
		key = "admin.video.on.many"
	}
	if len(ids) == 1 {
		return tell(w, r, web.Back(r), "success", key[:len(key)-len(".many")]+".one", "Name", people[ids[0]].Name)
	}
	return tell(w, r, web.Back(r), "success", key, "Number", reader.Number(len(ids)))
}
