package admin

import (
	"net/http"
	"time"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// videoLine is one connection of the list.
type videoLine struct {
	connection vault.Connection
	directory  identity.Directory
	totals     identity.Totals
	owner      string
	standard   bool
	title      string
	now        time.Time
	faults     operatorFaults
}

// fillVideo reads what the list says of each connection.
func (p *Pages) fillVideo(r *http.Request, reader words.Reader, all []vault.Connection, faults operatorFaults, v *videoView) error {
	owners, err := p.owners(r, all)
	if err != nil {
		return err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	def, err := p.defaultVideo(r)
	if err != nil {
		return err
	}
	for _, c := range all {
		l := videoLine{connection: c, owner: nameOf(reader, owners, c.ConnectedBy), standard: c.ID == def, title: reader.T(p.Vault.Title(c.Vendor)), now: now, faults: faults}
		if l.directory, err = p.directory(r, c); err != nil {
			return err
		}
		if l.totals, err = p.Identities.Totals(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, identity.Filter{}); err != nil {
			return err
		}
		v.rows = append(v.rows, l.row(reader))
		if m, some := rematchOf(reader, c, l.directory, now); some {
			v.rematches = append(v.rematches, m)
		}
	}
	v.links, err = p.linkStats(r, reader, now)
	return err
}

// owners are the people who made connections, by id.
func (p *Pages) owners(r *http.Request, all []vault.Connection) (map[string]org.Person, error) {
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ConnectedBy)
	}
	return p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, ids)
}

func (l videoLine) row(r words.Reader) ui.Row {
	c := l.connection
	return ui.Row{Muted: c.State == vault.Disconnected, Cells: []ui.Cell{
		{Body: videoName(r, l)},
		{Body: videoHealth(r, l)},
		{Text: c.Account.Name, Sub: r.T("admin.video.by.when", "Name", l.owner, "When", ago(r, began(c), l.now))},
		l.matched(r),
		{Text: ago(r, c.LastOK, l.now)},
		{Body: videoActs(r, l)},
	}}
}

// began is when a connection was made, or when its set-up was begun.
func began(c vault.Connection) time.Time {
	if c.ConnectedAt.IsZero() {
		return c.Created
	}
	return c.ConnectedAt
}

// matched is how many of the staff were found, which leads to those who were not.
func (l videoLine) matched(r words.Reader) ui.Cell {
	if l.totals.Of == 0 {
		return ui.Cell{Text: r.T("admin.none.yet")}
	}
	cell := ui.Cell{Text: r.T("admin.video.matched.of", "Matched", l.totals.Matched, "Of", l.totals.Of)}
	if l.totals.Missed > 0 {
		cell.Href = connectionPath(l.connection) + "?match=missed"
	}
	return cell
}

// health is how a connection is: by its state, or by what is wrong though it is
// accepted.
func (l videoLine) health(r words.Reader) (ui.Tone, string) {
	if c := l.connection; c.State == vault.Connected && c.Fault != "" && !l.faults.waits(c) {
		return ui.Warning, r.T("admin.video.troubled")
	}
	return l.faults.status(r, l.connection)
}

// next is what to do about a connection that does not work, and where.
func (l videoLine) next(r words.Reader) (label, href string) {
	c := l.connection
	switch {
	case l.faults.waits(c):
		return "", ""
	case c.State == vault.Connecting && c.Waiting != "" && l.directory.Field != "":
		return r.T("admin.video.waits"), waitPath(c)
	case c.State == vault.Connecting:
		return r.T("admin.video.goon"), connectionPath(c)
	case c.State == vault.NeedsReauthorization:
		return r.T("admin.reauthorize"), "/settings/video/" + c.ID + "/reauthorize"
	case c.State == vault.Disconnected:
		return r.T("admin.reconnect"), "/settings/video/" + c.ID + "/reauthorize"
	case c.Fault != "" || l.directory.Fault != "":
		return r.T("admin.check"), "/settings/video/" + c.ID + "/doctor"
	}
	return "", ""
}

// makeDefault makes a connection the one of everybody who chose none.
func (p *Pages) makeDefault(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State == vault.Connecting || c.State == vault.Disconnected {
		return fault.New(fault.Conflict, "admin.video.default.off")
	}
	if err := p.Orgs.SaveSetting(r.Context(), web.ActorOf(r), vault.DefaultVideo, org.WholeOrganization, c.ID); err != nil {
		return err
	}
	return tell(w, r, "/settings/video", "success", "admin.video.default.done", "Account", c.Account.Name)
}
