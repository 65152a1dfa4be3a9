package admin

import (
	"net/http"
	"slices"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// reauthorizeView is the page before the sign-in of a connection that is there
// already: who has to be at hand, and what is asked again.
type reauthorizeView struct {
	connection vault.Connection
	title      string
	// questions are asked again, with what was answered now.
	questions []vault.Question
	answers   map[string]string
	errors    web.Errors
	// needs are who and what must be at hand.
	needs []string
	// away is why the vendor could not be asked.
	away string
	// approve is the link for the customer's own administrator.
	approve string
}

func (v reauthorizeView) path() string { return "/settings/video/" + v.connection.ID + "/reauthorize" }

// askLevel is the value of the address that chooses how much shall be read from now
// on; without it, the choice made before stands.
const askLevel = "level"

func (p *Pages) askReauthorize(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	chosen := c.Answers
	if l := r.URL.Query().Get(askLevel); l != "" {
		chosen = p.Vault.AtLevel(c, vault.Level(l))
	}
	answers := map[string]string{}
	for _, q := range p.Vault.AskedAgain(c) {
		if q.Level {
			answers[q.Name] = chosen[q.Name]
		}
	}
	return p.drawReauthorize(w, r, http.StatusOK, reauthorizeView{connection: c, answers: answers})
}

func (p *Pages) drawReauthorize(w http.ResponseWriter, r *http.Request, status int, v reauthorizeView) (err error) {
	c, reader := v.connection, web.ReaderOf(r)
	v.title = reader.T(p.Vault.Title(c.Vendor))
	v.questions = p.Vault.AskedAgain(c)
	v.needs = v.atHand(reader)
	if v.approve, err = p.approval(w, r, c.Vendor, p.Vault.AtLevel(c, identity.Full)); err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	key := "admin.reauthorize"
	if c.State == vault.Disconnected {
		key = "admin.reconnect"
	}
	header := ui.PageHeaderProps{Title: reader.T(key+".title", "Account", c.Account.Name), Breadcrumb: aboveVideo(reader, crumb(v.title, connectionPath(c)))}
	return page.Render(w, r, status, reauthorizePage(reader, page.Frame(w, r, header.Title, inSettings), header, v))
}

// atHand are who and what the sign-in needs, before anybody is sent there.
func (v reauthorizeView) atHand(r words.Reader) (all []string) {
	c := v.connection
	if c.Account.Own() {
		all = append(all, r.T("admin.reauthorize.need.admin", "Vendor", v.title))
	} else {
		all = append(all, r.T("admin.reauthorize.need.account", "Account", c.Account.Name), r.T("admin.reauthorize.need.proof"))
	}
	for _, q := range v.questions {
		if q.Tenant {
			all = append(all, r.T("admin.reauthorize.need.answer", "What", r.T(q.Label)))
		}
	}
	if asksLevel(v.questions) && !c.Account.Own() {
		all = append(all, r.T("admin.reauthorize.need.full", "Vendor", v.title))
	}
	return all
}

// asksLevel reports whether it can be chosen how much may be read.
func asksLevel(questions []vault.Question) bool {
	return slices.ContainsFunc(questions, func(q vault.Question) bool { return q.Level })
}

// reauthorize sends the browser to the vendor once the answers are right.
func (p *Pages) reauthorize(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	v := reauthorizeView{connection: c, answers: map[string]string{}}
	for _, q := range p.Vault.AskedAgain(c) {
		v.answers[q.Name] = form.Get(q.Name)
	}
	address, err := p.Vault.ReauthorizeAs(r.Context(), web.ActorOf(r), c.ID, v.answers)
	if f := fault.As(err); f != nil && vendorAway(f) {
		v.away = words.Fault(web.ReaderOf(r), f)
		return p.drawReauthorize(w, r, http.StatusServiceUnavailable, v)
	}
	if f := fault.As(err); f != nil && f.Field != "" {
		if v.errors, err = web.FieldErrors(r, err); err != nil {
			return err
		}
		return p.drawReauthorize(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	p.keepReturn(w, connectionPath(c)+"/reauthorize")
	return web.Redirect(w, r, address)
}

// showOther asks whether a connection shall belong to another account from now
// on, which signed in where the usual one was expected.
func (p *Pages) showOther(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	o, err := p.Vault.Other(r.Context(), p.Orgs.Read(), web.ActorOf(r), c.ID)
	if fault.Is(err, fault.NotFound) { // decided, or over
		return tell(w, r, connectionPath(c)+"/reauthorize", "warning", "vault.account.over")
	}
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	back := connectionPath(c)
	q := question{menu: inSettings, header: ui.PageHeaderProps{Title: reader.T("admin.other.title", "Got", o.Account.Name), Breadcrumb: aboveVideo(reader, crumb(reader.T(p.Vault.Title(c.Vendor)), back))}}
	q.advice = &ui.Message{Tone: ui.Danger, Title: reader.T("admin.other.refused", "Got", o.Account.Name, "Want", c.Account.Name), Text: reader.T("admin.other.refused.text", "Want", c.Account.Name),
		Action: link(ui.ButtonProps{Label: reader.T("admin.other.again"), Kind: ui.Primary, Href: connectionPath(c) + "/reauthorize"})}
	q.texts = []string{reader.T("admin.other.means", "Want", c.Account.Name), reader.T("admin.other.new", "Got", o.Account.Name), reader.T("admin.other.links")}
	q.confirm = ui.ConfirmProps{Text: reader.T("admin.other.until", "Time", reader.Time(o.Expires), "Zone", reader.ZoneName(o.Expires)), Yes: reader.T("admin.other.yes", "Got", o.Account.Name),
		No: reader.T("admin.cancel"), NoHref: back, Form: ui.FormProps{Action: "/settings/video/" + c.ID + "/other", Hidden: []string{"account", o.Account.ID}}}
	return p.ask(w, r, q)
}

// acceptOther goes on knowingly with the other account.
func (p *Pages) acceptOther(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	c, err = p.Vault.Accept(r.Context(), web.ActorOf(r), c.ID, form.Get("account"))
	if err != nil {
		return p.refused(w, r, "/settings/video/"+r.PathValue("id")+"/reauthorize", err)
	}
	return tell(w, r, connectionPath(c), "success", "admin.video.reauthorized", "Account", c.Account.Name)
}
