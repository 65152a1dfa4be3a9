package installation

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// organization is a customer, as it is chosen from a list.
type organization = org.Organization

// Fields of the form beside those that vault names.
const (
	fieldExpires = "expires"
	fieldFile    = "certificate_file"
	fieldSure    = "sure"
	fieldVersion = "version"
)

// typed is a form that holds what is kept; what proves it is never among it.
func typed(kept vault.Registration) web.Form {
	f := web.Form{Values: url.Values{vault.FieldID: {kept.ClientID}, fieldVersion: {strconv.FormatInt(kept.Version, 10)}}}
	if kept.Kind == vault.BySecret && !kept.Expires.IsZero() {
		f.Set(fieldExpires, kept.Expires.UTC().Format(time.DateOnly))
	}
	return f
}

// readForm reads the form with its file, which stands in for the box.
func readForm(r *http.Request) (web.Form, error) {
	if err := r.ParseMultipartForm(pemRoom); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return web.Form{}, fault.Wrap(fault.Invalid, err, "web.text")
	}
	f, err := web.ReadForm(r)
	if err != nil || r.MultipartForm == nil {
		return f, err
	}
	file, _, err := r.FormFile(fieldFile)
	if err != nil {
		return f, nil // none was chosen
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, pemRoom))
	if err == nil && len(text) > 0 {
		f.Set(vault.FieldCertificate, string(text))
	}
	return f, err
}

// draft is what the form asks for.
func (v view) draft(f web.Form) (vault.Draft, error) {
	d := vault.Draft{
		OrgID: v.orgID, Vendor: v.vendor, ClientID: f.Get(vault.FieldID), Secret: vault.NewSecret(f.Get(vault.FieldSecret)),
		Certificate: vault.NewSecret(f.Get(vault.FieldCertificate)), Sure: f.On(fieldSure), Version: f.VersionIn(fieldVersion),
	}
	text := f.Get(fieldExpires)
	if text == "" {
		return d, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return d, fault.Wrap(fault.Invalid, err, "installation.date").At(fieldExpires)
	}
	d.Expires = at
	return d, nil
}

func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := p.at(r, form.Get(ofWhom))
	if err != nil {
		return err
	}
	draft, err := v.draft(form)
	if err == nil {
		err = p.Vault.SaveRegistration(r.Context(), web.ActorOf(r), draft)
	}
	if err == nil {
		return tell(w, r, v.path(), "installation.saved")
	}
	moved := fault.Is(err, fault.Conflict)
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	v.retype = form.Get(vault.FieldSecret) != "" && form.Errors[vault.FieldSecret] == ""
	form.Del(vault.FieldSecret)
	form.Del(vault.FieldCertificate) // it holds a private key
	v.form = form
	if moved { // the next try is about what stands there now
		v.form = p.again(r, v)
	}
	return p.draw(w, r, http.StatusUnprocessableEntity, v)
}

// again is the form as it is kept now, with why what was typed was not.
func (p *Pages) again(r *http.Request, v view) web.Form {
	is, err := p.Vault.Registration(r.Context(), p.Orgs.Read(), web.ActorOf(r), v.orgID, v.vendor)
	if err != nil {
		return v.form
	}
	f := typed(is.Kept)
	f.Errors = v.form.Errors
	return f
}

// test asks the vendor. A refusal is shown on the page, at the question it is
// about if that is one of the test's.
func (p *Pages) test(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.at(r, form.Get(ofWhom))
	if err != nil {
		return err
	}
	v.where = form.Get(vault.FieldWhere)
	err = p.Vault.TryRegistration(r.Context(), web.ActorOf(r), v.orgID, v.vendor, v.where)
	if err == nil {
		return tell(w, r, page.Address(appsPath+"/"+v.vendor, ofWhom, v.orgID, vault.FieldWhere, v.where), "installation.test.ok", "Vendor", v.title)
	}
	f := fault.As(err)
	if f.Kind == fault.Internal || f.Kind == fault.NotFound {
		return err
	}
	field := ""
	if f.Field == vault.FieldWhere {
		field = f.Field
	}
	v.tested = web.Errors{field: words.Fault(web.ReaderOf(r), f)}
	return p.draw(w, r, http.StatusUnprocessableEntity, v)
}

// askRemove says what stops before anything does.
func (p *Pages) askRemove(w http.ResponseWriter, r *http.Request) error {
	v, err := p.at(r, r.URL.Query().Get(ofWhom))
	if err != nil {
		return err
	}
	if v.is, err = p.Vault.Registration(r.Context(), p.Orgs.Read(), web.ActorOf(r), v.orgID, v.vendor); err != nil {
		return err
	}
	if v.is.Kept.Version == 0 {
		return web.Redirect(w, r, v.path())
	}
	stands, err := p.Vault.Registration(r.Context(), p.Orgs.Read(), web.ActorOf(r), "", v.vendor)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	title := reader.T("installation.remove.title")
	header := ui.PageHeaderProps{Title: title, Breadcrumb: p.above(r, reader,
		ui.NavItem{Label: reader.T("installation.apps"), Href: appsPath}, ui.NavItem{Label: v.title, Href: v.path()})}
	confirm := ui.ConfirmProps{
		Form: ui.FormProps{Action: v.action("/remove"), Hidden: []string{ofWhom, v.orgID, fieldVersion, strconv.FormatInt(v.is.Kept.Version, 10)}},
		Text: reader.T("installation.remove.text") + " " + v.stops(reader, stands.Effective),
		Yes:  reader.T("installation.remove.yes"), No: reader.T("installation.remove.no"), NoHref: v.path(),
	}
	return page.Render(w, r, http.StatusOK, removePage(reader, page.Frame(w, r, title, inSettings), header, confirm))
}

// stops is what happens to the connections once the registration is gone.
func (v view) stops(r words.Reader, behind vault.Registration) string {
	switch {
	case v.outside() || v.is.Connections == 0:
		return r.T("installation.remove.nothing")
	case v.orgID != "" && behind.Complete():
		return r.T("installation.remove.behind", "Count", v.is.Connections)
	}
	return r.T("installation.remove.stop", "Count", v.is.Connections)
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.at(r, form.Get(ofWhom))
	if err != nil {
		return err
	}
	err = p.Vault.RemoveRegistration(r.Context(), web.ActorOf(r), v.orgID, v.vendor, form.VersionIn(fieldVersion))
	if fault.Is(err, fault.Conflict) {
		web.Tell(w, r, web.Flash{Tone: "warning", Key: "installation.remove.stale"})
		return web.Redirect(w, r, v.path())
	}
	if err != nil {
		return err
	}
	return tell(w, r, v.path(), "installation.removed")
}

// tell leaves a message for the next page and goes there.
func tell(w http.ResponseWriter, r *http.Request, to, key string, args ...string) error {
	web.Tell(w, r, web.Flash{Tone: "success", Key: key, Args: args})
	return web.Redirect(w, r, to)
}
