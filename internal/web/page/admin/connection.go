package admin

import (
	"net/http"
	"time"

	"parley/internal/identity"
	"parley/internal/meeting"
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
	// totals are of whom the search leaves, matching is how many the filters leave,
	// and missing are the reasons that there are.
	totals   identity.Totals
	matching int
	missing  []identity.ReasonCount
	health   vault.Health
	counts   meeting.ConnectionCounts
	month    meeting.Month
	level    vault.Level
	// approve is the link to forward to whoever can allow more; empty when there
	// is no more to allow.
	approve string
	title   string
	// connected is who connected the account, reauthorized who signed in again since.
	connected, reauthorized signedIn
	// scanned says when the directory was last read.
	scanned string
	now     time.Time
	faults  operatorFaults
	// alarms are what is wrong, and what to do.
	alarms    []ui.Message
	rematch   *rematchView
	switching *switchingView
	rows      []ui.Row
	ids       []string
	columns   []ui.Column
	pages     ui.PaginationProps
	clear     string
}

func (v connectionView) path() string { return "/settings/video/" + v.connection.ID }

// off reports whether nothing can be done with the connection but connecting it
// again.
func (v connectionView) off() bool { return v.connection.State == vault.Disconnected }

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
		Status: badge(v.faults.status(reader, c)), Actions: connectionTools(reader, r.URL.Query(), v)}
	shell := page.Frame(w, r, v.title, inSettings)
	if v.live() {
		shell.Page.Refresh = liveLook
	}
	return page.Render(w, r, http.StatusOK, connectionPage(reader, shell, header, r.URL.Query(), v))
}

// live reports whether the page shows something that is going on.
func (v connectionView) live() bool {
	return v.switching != nil || v.rematch != nil && v.rematch.running
}

// connectionOf reads what stands above the list. The number of queries does not
// grow with the staff.
func (p *Pages) connectionOf(r *http.Request, reader words.Reader, c vault.Connection) (v connectionView, err error) {
	ctx, q := r.Context(), p.Orgs.Read()
	v = connectionView{connection: c, title: reader.T(p.Vault.Title(c.Vendor)), clear: cleared(r, videoFilters...), level: p.Vault.Level(c)}
	if v.now, err = p.Orgs.Now(ctx); err != nil {
		return v, err
	}
	if v.directory, err = p.directory(r, c); err != nil {
		return v, err
	}
	if v.missing, err = p.Identities.Missing(ctx, q, c.OrgID, c.ID); err != nil {
		return v, err
	}
	if v.counts, err = meeting.Counts(ctx, q, c.OrgID, c.ID, v.now); err != nil {
		return v, err
	}
	if v.month, err = p.Meetings.Month(ctx, q, c, v.now); err != nil {
		return v, err
	}
	if v.health, err = p.Vault.Health(ctx, q, c.OrgID, c.ID); err != nil {
		return v, err
	}
	if v.scanned, err = p.lastScan(r, reader, v); err != nil {
		return v, err
	}
	return v, p.dress(r, reader, &v)
}

// dress adds what the reader is told beyond the figures.
func (p *Pages) dress(r *http.Request, reader words.Reader, v *connectionView) (err error) {
	c := v.connection
	if v.faults, err = p.operatorFaults(r); err != nil {
		return err
	}
	if err = p.signIns(r, reader, v); err != nil {
		return err
	}
	if v.approve, err = p.moreConsent(r, c, v.level); err != nil {
		return err
	}
	if m, some := rematchOf(reader, c, v.directory, v.now); some {
		v.rematch = &m
	}
	v.alarms = v.alarmsOf(reader, p)
	v.switching = switchingOf(reader, v.directory.Bulk)
	return nil
}

// lastScan says when the directory was last read. Of a connection that is off
// nothing of it is kept; that it was read is in the log of reads.
func (p *Pages) lastScan(r *http.Request, reader words.Reader, v connectionView) (string, error) {
	c := v.connection
	if !v.off() {
		return ago(reader, v.directory.Scanned, v.now), nil
	}
	scans, err := p.Vault.Scans(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, 1)
	if err != nil || len(scans) == 0 {
		return reader.T("admin.never"), err
	}
	return reader.T("admin.video.scanned.forgotten", "When", ago(reader, scans[0].At, v.now)), nil
}

// alarmsOf are what keeps a connection from working, the operator's faults
// first: no administrator can put those right.
func (v connectionView) alarmsOf(r words.Reader, p *Pages) (all []ui.Message) {
	if m := v.faults.alarm(r, v.connection.Vendor); m != nil {
		all = append(all, *m)
	}
	c := v.connection
	switch {
	case c.State == vault.NeedsReauthorization:
		all = append(all, ui.Message{Tone: ui.Danger, Title: stateWord(r, c.State), Text: wrongText(r, c, "admin.alarm.reauthorize"), Action: alarmActs(r, v)})
	case v.off():
		all = append(all, ui.Message{Tone: ui.Info, Title: stateWord(r, c.State), Text: r.T("admin.alarm.off"),
			Action: link(ui.ButtonProps{Label: r.T("admin.reconnect"), Kind: ui.Primary, Href: v.path() + "/reauthorize"})})
	case c.Fault != "":
		all = append(all, ui.Message{Tone: ui.Warning, Title: r.T("admin.alarm.fault"), Text: wrongText(r, c, ""), Action: alarmActs(r, v)})
	}
	if v.directory.Fault != "" && !v.directory.Run.Braked() && c.State == vault.Connected { // else the rematch or the sign-in says it
		all = append(all, ui.Message{Tone: ui.Warning, Title: r.T("admin.preview.failed"), Text: r.T(v.directory.Fault)})
	}
	return append(all, v.warnings(r, p)...)
}

// warnings are what works now and will not for long.
func (v connectionView) warnings(r words.Reader, p *Pages) (all []ui.Message) {
	if n := v.month.Warning(); n > 0 {
		tone := ui.Warning
		if n == 100 {
			tone = ui.Danger
		}
		title := r.T("admin.alarm.month", "Made", v.month.Made, "Of", v.month.Of)
		if v.month.Refused > 0 {
			title = r.T("admin.alarm.month.refused", "Vendor", v.title, "Count", v.month.Refused)
		}
		all = append(all, ui.Message{Tone: tone, Title: title, Text: r.T("admin.alarm.month.text", "Date", r.Date(v.month.Ends)), Action: monthActs(r)})
	}
	if _, wanted := p.Vault.Lacking(v.connection); len(wanted) > 0 && !v.off() {
		all = append(all, ui.Message{Tone: ui.Info, Title: r.T("admin.alarm.lacking"), Text: r.T("admin.alarm.lacking.text", "Count", len(wanted), "Scopes", r.List(wanted...))})
	}
	return all
}

// wrongText is what is wrong with a connection, or another sentence when nobody
// said.
func wrongText(r words.Reader, c vault.Connection, otherwise string) string {
	if c.Fault == "" {
		return r.T(otherwise)
	}
	return r.T(c.Fault, c.FaultArgs...)
}
