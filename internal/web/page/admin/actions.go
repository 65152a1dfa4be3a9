package admin

import (
	"net/http"

	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
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

func (p *Pages) askReauthorize(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	if _, err := p.approval(w, r, c.Vendor, c.Answers); err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	q := p.connectionQuestion(r, c, "reauthorize")
	q.confirm.Harmless = true
	q.texts = []string{reader.T("admin.reauthorize.same", "Account", c.Account.Name), reader.T("admin.reauthorize.links")}
	return p.ask(w, r, q)
}

func (p *Pages) reauthorize(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	address, err := p.Vault.Reauthorize(r.Context(), web.ActorOf(r), c.ID)
	if err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	p.keepReturn(w, connectionPath(c)+"/reauthorize")
	return web.Redirect(w, r, address)
}

func (p *Pages) askRematch(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	q := p.connectionQuestion(r, c, "rematch")
	q.confirm.Harmless = true
	d, err := p.directory(r, c)
	if err != nil {
		return err
	}
	q.choose = &fieldQuestion{chosen: d.Field, options: plainFields(web.ReaderOf(r))}
	return p.ask(w, r, q)
}

// rematch reads the directory anew. Another field is taken over at once, and
// then once more with what the directory says now.
func (p *Pages) rematch(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	d, err := p.directory(r, c)
	if err != nil {
		return err
	}
	if field := form.Get(fieldAnswer); field != "" && field != d.Field {
		if err := p.Identities.Choose(r.Context(), web.ActorOf(r), c.ID, field); err != nil {
			return p.refused(w, r, connectionPath(c)+"/rematch", err)
		}
	}
	if err := p.Identities.Rematch(r.Context(), web.ActorOf(r), c.ID); err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	return tell(w, r, connectionPath(c), "success", "admin.rematch.done")
}

func plainFields(r words.Reader) (all []ui.Choice) {
	for _, f := range identity.Fields {
		all = append(all, fieldChoice(r, f))
	}
	return all
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
	q.texts = []string{reader.T("admin.disconnect.links"), reader.T("admin.disconnect.new")}
	q.advice = &ui.Message{Tone: ui.Info, Title: reader.T("admin.disconnect.advice"), Text: reader.T("admin.disconnect.advice.text"),
		Action: link(ui.ButtonProps{Label: reader.T("admin.reauthorize"), Href: "/settings/video/" + c.ID + "/reauthorize"})}
	return p.ask(w, r, q)
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
