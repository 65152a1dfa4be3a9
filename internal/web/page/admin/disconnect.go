package admin

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// connectionQuestion begins a question about a connection.
func (p *Pages) connectionQuestion(r *http.Request, c vault.Connection, act string) question {
	reader := web.ReaderOf(r)
	path := "/settings/video/" + c.ID
	back := connectionPath(c)
	return question{
		menu: inSettings,
		header: ui.PageHeaderProps{Title: reader.T("admin."+act+".title", "Account", c.Account.Name),
			Breadcrumb: aboveVideo(reader, crumb(reader.T(p.Vault.Title(c.Vendor)), back))},
		confirm: ui.ConfirmProps{Form: ui.FormProps{Action: path + "/" + act}, Text: reader.T("admin." + act + ".text"),
			Yes: reader.T("admin." + act + ".yes"), No: reader.T("admin.cancel"), NoHref: back},
	}
}

func (p *Pages) askDisconnect(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	q := p.connectionQuestion(r, c, "disconnect")
	if c.State == vault.Connecting {
		q.confirm.Text = reader.T("admin.disconnect.unfinished")
		return p.ask(w, r, q)
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	counts, err := meeting.Counts(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, now)
	if err != nil {
		return err
	}
	stand, err := p.standsIn(r, c)
	if err != nil {
		return err
	}
	next, err := p.afterwards(r, c)
	if err != nil {
		return err
	}
	q.texts = append(consequences(reader, counts, stand), next)
	q.advice = &ui.Message{Tone: ui.Info, Title: reader.T("admin.disconnect.advice"), Text: reader.T("admin.disconnect.advice.text"),
		Action: link(ui.ButtonProps{Label: reader.T("admin.reauthorize"), Href: "/settings/video/" + c.ID + "/reauthorize"})}
	return p.ask(w, r, q)
}

// consequences say what becomes of the meetings that are booked. Stand is what
// takes the place of a link that can no longer be made; empty when nothing is
// listed and the staff are asked.
func consequences(r words.Reader, n meeting.ConnectionCounts, stand string) []string {
	texts := []string{r.T("admin.disconnect.ready.none")}
	if ready := n.Ready + n.AtRisk; ready > 0 {
		texts[0] = r.T("admin.disconnect.ready", "Count", ready)
	}
	switch {
	case n.Pending == 0:
		texts = append(texts, r.T("admin.disconnect.pending.none"))
	case stand != "":
		texts = append(texts, r.T("admin.disconnect.pending.stand", "Count", n.Pending, "Stand", stand))
	default:
		texts = append(texts, r.T("admin.disconnect.pending.ask", "Count", n.Pending))
	}
	return append(texts, r.T("admin.disconnect.moved"))
}

// afterwards says through which account new appointments get their links once a
// connection is disconnected.
func (p *Pages) afterwards(r *http.Request, c vault.Connection) (string, error) {
	reader := web.ReaderOf(r)
	next, err := p.Vault.DefaultWithout(r.Context(), p.Orgs.Read(), c.OrgID, c.ID)
	if fault.Is(err, fault.NotFound) {
		return reader.T("admin.disconnect.new"), nil
	}
	if err != nil {
		return "", err
	}
	before, err := p.defaultVideo(r)
	key := "admin.disconnect.next"
	if before == next.ID {
		key = "admin.disconnect.stays"
	}
	if next.State == vault.NeedsReauthorization {
		key += ".waits"
	}
	return reader.T(key, "Account", next.Account.Name), err
}

// standsIn is what takes the place of a link that this connection can no longer
// make: the first listed way that works; empty when there is none.
func (p *Pages) standsIn(r *http.Request, c vault.Connection) (string, error) {
	list, err := p.Appointments.VideoAlternatives(r.Context(), p.Orgs.Read(), c.OrgID)
	if err != nil || len(list) == 0 {
		return "", err
	}
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), c.OrgID)
	if err != nil {
		return "", err
	}
	reader := web.ReaderOf(r)
	for _, way := range list {
		if way == appointment.ByTelephone {
			return reader.T("admin.disconnect.phone"), nil
		}
		for _, other := range all {
			if other.ID == way && way != c.ID && other.State == vault.Connected {
				return page.ConnectionName(reader, p.Vault, other), nil
			}
		}
	}
	return "", nil
}

func (p *Pages) disconnect(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if err := p.Vault.Disconnect(r.Context(), web.ActorOf(r), c.ID); err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	return tell(w, r, "/settings/video", "success", "admin.disconnect.done", "Account", c.Account.Name)
}
