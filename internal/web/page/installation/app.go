package installation

import (
	"net/http"
	"time"

	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// view is what the page of one application shows.
type view struct {
	vendor, title string
	// orgID and organization are whose alone it is; empty for the installation's.
	orgID, organization string
	app                 vault.App
	redirect            string
	// webhooks are the vendor's further addresses, whole.
	webhooks []vault.Endpoint
	all      []organization
	is       vault.Registered
	now      time.Time
	form     web.Form
	// retype says that a secret was typed, which is not sent back.
	retype bool
	// where and tested are the test's answer and what is wrong with it.
	where  string
	tested web.Errors
}

// path is the page itself.
func (v view) path() string { return AppPath(v.vendor, v.orgID) }

// action is where a form of the page posts to.
func (v view) action(act string) string { return appsPath + "/" + v.vendor + act }

// outside reports whether what counts was set outside the program, so that
// nothing can be entered here.
func (v view) outside() bool { return v.is.Effective.Origin == vault.FromEnvironment && v.orgID == "" }

// show draws the page with what is kept.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.at(r, r.URL.Query().Get(ofWhom))
	if err != nil {
		return err
	}
	return p.draw(w, r, http.StatusOK, v)
}

// draw reads how things stand and draws the page around what was typed.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, v view) (err error) {
	if v.is, err = p.Vault.Registration(r.Context(), p.Orgs.Read(), web.ActorOf(r), v.orgID, v.vendor); err != nil {
		return err
	}
	if v.form.Values == nil {
		v.form = typed(v.is.Kept)
	}
	if v.where == "" {
		v.where = r.URL.Query().Get(vault.FieldWhere)
	}
	reader := web.ReaderOf(r)
	header := ui.PageHeaderProps{Title: v.title, Subtitle: reader.T("installation.for.all"),
		Breadcrumb: p.above(r, reader, ui.NavItem{Label: reader.T("installation.apps"), Href: appsPath})}
	if v.orgID != "" {
		header.Subtitle = v.organization
	}
	return page.Render(w, r, status, appPage(reader, page.Frame(w, r, v.title, inSettings), header, v))
}

// messages are what is wrong now, the worst first.
func (v view) messages(r words.Reader) (all []ui.Message) {
	now := v.is.Effective
	if v.is.Fault.Fault != "" {
		all = append(all, ui.Message{Tone: ui.Danger, Title: r.T("installation.refused"), Text: r.T(v.is.Fault.Fault)})
	}
	switch passed := now.Urgency(v.now); {
	case !now.Complete() || passed == 0:
	case passed > 2:
		all = append(all, ui.Message{Tone: ui.Danger, Title: r.T("installation.ended", "When", day(r, now)), Text: r.T("installation.ended.text")})
	default:
		all = append(all, ui.Message{Tone: ui.Warning, Title: r.T("installation.soon", "When", day(r, now)), Text: r.T("installation.soon.text")})
	}
	switch {
	case v.outside():
		all = append(all, ui.Message{Tone: ui.Info, Title: r.T("installation.outside", "Name", now.Source.Name), Text: r.T("installation.outside.text", "From", from(r, now.Source))})
	case now.Origin == vault.FromNowhere:
		all = append(all, ui.Message{Tone: ui.Warning, Title: r.T("installation.none"), Text: r.T("installation.none.text")})
	case v.orgID != "" && now.OrgID == "":
		all = append(all, ui.Message{Tone: ui.Info, Text: r.T("installation.inherits")})
	}
	return all
}

// facts describe what counts now, without what proves it.
func (v view) facts(r words.Reader) []ui.Fact {
	now := v.is.Effective
	facts := []ui.Fact{
		{Term: r.T(v.app.ID.Label), Text: now.ClientID},
		{Term: r.T("installation.origin"), Text: originOf(r, now)},
		{Term: r.T("installation.proof"), Text: proofOf(r, now)},
		{Term: r.T("installation.ends"), Text: ends(r, now)},
	}
	if !now.SetAt.IsZero() {
		facts = append(facts, ui.Fact{Term: r.T("installation.set"), Text: r.T("installation.set.by", "When", r.DateTime(now.SetAt)+" "+r.ZoneName(now.SetAt), "Name", now.SetByName)})
	}
	return append(facts, ui.Fact{Term: r.T("installation.connections"), Text: r.Number(v.is.Connections)})
}

func originOf(r words.Reader, reg vault.Registration) string {
	if reg.Origin == vault.FromEnvironment {
		return r.T("installation.origin.environment", "Name", reg.Source.Name, "From", from(r, reg.Source))
	}
	return r.T("installation.origin." + string(reg.Origin))
}

// from is where a variable was set: a file by its path, the rest in words.
func from(r words.Reader, s vault.Source) string {
	if r.Has("installation.from." + s.From) {
		return r.T("installation.from." + s.From)
	}
	return s.From
}

func proofOf(r words.Reader, reg vault.Registration) string {
	switch {
	case reg.Kind == vault.ByCertificate:
		return r.T("installation.proof.certificate", "Subject", reg.Subject, "Thumbprint", reg.Hint)
	case reg.Kind == "":
		return r.T("installation.proof.none")
	case reg.Hint == "":
		return r.T("installation.proof.secret")
	}
	return r.T("installation.proof.secret.tail", "Tail", reg.Hint)
}

// whose are the organizations to choose from.
func (v view) whose(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("installation.for.all")}}
	for _, o := range v.all {
		all = append(all, ui.Option{Value: o.ID, Label: o.Name})
	}
	return all
}

// hint is a hint of the vendor's, and that what is kept stays if nothing is typed.
func (v view) secretHint(r words.Reader) string {
	hint := r.T(v.app.Secret.Hint)
	if v.is.Kept.Version > 0 {
		hint += " " + r.T("installation.secret.keep")
	}
	return hint
}

// certificate reports whether the box for a certificate is worth showing at once.
func (v view) certificate() bool {
	return v.is.Kept.Kind == vault.ByCertificate || v.form.Get(vault.FieldCertificate) != "" || v.form.Errors[vault.FieldCertificate] != ""
}

// heading says whether something is entered for the first time.
func (v view) heading(r words.Reader) string {
	if v.is.Kept.Version == 0 {
		return r.T("installation.enter")
	}
	return r.T("installation.change")
}

func permissionRows(r words.Reader, app vault.App) (rows []ui.Row) {
	for _, p := range app.Permissions {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: p.Name, Sub: r.T("installation.permission." + p.Kind)}, {Text: r.T(p.Why)}}})
	}
	return rows
}
