package admin

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// brandingPath is the page on which an organization chooses how it looks.
const brandingPath = "/settings/branding"

// formRoom is what a form needs around a file.
const formRoom = 8 << 10

func (p *Pages) brandingPages() {
	s, may := p.Site, org.ManageOrganization
	s.Handle("GET "+brandingPath, may, p.showBranding)
	s.Handle("POST "+brandingPath, may, p.saveBranding)
	s.Handle("POST "+brandingPath+"/logo", may, p.saveLogo, web.Body(org.LogoMax+formRoom))
	s.Handle("GET "+brandingPath+"/logo/remove", may, p.askRemoveLogo)
	s.Handle("POST "+brandingPath+"/logo/remove", may, p.removeLogo)
	s.Handle("GET "+brandingPath+"/reset", may, p.askResetBranding)
	s.Handle("POST "+brandingPath+"/reset", may, p.resetBranding)
	s.Handle("GET "+brandingPath+"/preview", may, p.preview)
	s.Handle("GET "+brandingPath+"/preview.css", may, p.previewSheet)
}

// brandingView is what the page shows: what is saved, or what was typed and not
// saved yet.
type brandingView struct {
	form web.Form
	at   org.Organization
	// logo is the picture that is saved, if there is one.
	logo ui.Brand
	// part is what the preview shows; typed says that it shows what is not saved.
	part  string
	typed bool
	// public is the address of the booking page.
	public string
}

// shades are what becomes of the colour in the form.
func (v brandingView) shades() ui.Shades { return ui.ShadesOf(v.form.Get("accent")) }

// picked is the colour at which the picker stands.
func (v brandingView) picked() string {
	if v.form.Errors["accent"] != "" {
		return ui.DefaultAccent
	}
	return cmp.Or(v.form.Get("accent"), ui.DefaultAccent)
}

// frame is the address of a preview.
func (v brandingView) frame(theme string) string {
	return page.Address(brandingPath+"/preview", "part", v.part, "theme", theme, "name", v.form.Get("organization"), "accent", v.accent())
}

// accent is the colour in the form, if it is one.
func (v brandingView) accent() string {
	if v.form.Errors["accent"] != "" {
		return v.at.Accent
	}
	return v.form.Get("accent")
}

// showBranding shows what is saved, or with a question in the address what was
// typed: the preview of a browser without JavaScript. It saves nothing.
func (p *Pages) showBranding(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := brandingView{at: at, part: q.Get("part"), form: savedLook(at)}
	if q.Has("version") {
		v.form.Set("version", q.Get("version"))
	}
	if q.Has("organization") || q.Has("accent") {
		v.form.Set("organization", q.Get("organization"))
		v.form.Set("accent", ui.Hex(q.Get("accent")))
		v.typed = v.form.Get("organization") != at.Name || v.form.Get("accent") != at.Accent
	}
	if v.form.Errors, err = web.FieldErrors(r, page.Shaded(v.form.Get("organization"), v.form.Get("accent")).Check()); err != nil {
		return err
	}
	return p.drawBranding(w, r, http.StatusOK, v)
}

// savedLook is the form as it is before anything is typed.
func savedLook(at org.Organization) web.Form {
	return web.Form{Values: url.Values{"organization": {at.Name}, "accent": {at.Accent}, "version": {version(at)}}}
}

func (p *Pages) drawBranding(w http.ResponseWriter, r *http.Request, status int, v brandingView) error {
	reader := web.ReaderOf(r)
	title := reader.T("branding.title")
	web.ShowFrames(w)
	shell := page.Frame(w, r, title, inSettings)
	v.logo, v.public = shell.Org, p.Site.URL("/book/"+v.at.Slug)
	if previews[v.part] == nil {
		v.part = previewParts[0]
	}
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("branding.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, brandingPage(reader, shell, header, v))
}

func (p *Pages) saveBranding(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	form.Set("accent", ui.Hex(form.Get("accent")))
	look := page.Shaded(form.Get("organization"), form.Get("accent"))
	look.Version = form.Version()
	bad := p.Orgs.SaveLook(r.Context(), web.ActorOf(r), look)
	if form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.refuseBranding(w, r, form, bad)
	}
	if s := ui.ShadesOf(look.Accent); s.Light.Failed() {
		return tell(w, r, brandingPath, "warning", "branding.saved.corrected", "Asked", s.Light.Asked, "Used", s.Light.Used)
	}
	return tell(w, r, brandingPath, "success", "branding.saved")
}

func (p *Pages) refuseBranding(w http.ResponseWriter, r *http.Request, form web.Form, bad error) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	form.Overtaken(bad, staleOrganization, at.Version)
	return p.drawBranding(w, r, http.StatusUnprocessableEntity, brandingView{at: at, form: form})
}

// saveLogo takes a picture.
func (p *Pages) saveLogo(w http.ResponseWriter, r *http.Request) error {
	logo, err := readLogo(r)
	if err == nil {
		seen := web.Form{Values: r.PostForm}.Version()
		err = p.Orgs.SaveLogo(r.Context(), web.ActorOf(r), seen, logo)
	}
	errors, err := web.FieldErrors(r, err)
	if err != nil {
		return err
	}
	if errors == nil {
		return tell(w, r, brandingPath, "success", "admin.logo.saved")
	}
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	form := savedLook(at)
	form.Errors = errors
	return p.drawBranding(w, r, http.StatusUnprocessableEntity, brandingView{at: at, form: form})
}

func readLogo(r *http.Request) (org.Logo, error) {
	file, _, err := r.FormFile("logo")
	if err != nil {
		return org.Logo{}, fault.Wrap(fault.Invalid, err, "admin.logo.missing").At("logo")
	}
	defer file.Close()
	var sent bytes.Buffer
	if _, err := io.Copy(&sent, io.LimitReader(file, org.LogoMax+1)); err != nil {
		return org.Logo{}, err
	}
	return org.ReadLogo(sent.Bytes())
}

func (p *Pages) askRemoveLogo(w http.ResponseWriter, r *http.Request) error {
	return p.askBranding(w, r, "admin.logo.remove", brandingPath+"/logo/remove")
}

func (p *Pages) removeLogo(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.Orgs.SaveLogo(r.Context(), web.ActorOf(r), form.Version(), org.Logo{}); err != nil {
		return p.refused(w, r, brandingPath, err)
	}
	return tell(w, r, brandingPath, "success", "admin.logo.removed")
}

func (p *Pages) askResetBranding(w http.ResponseWriter, r *http.Request) error {
	return p.askBranding(w, r, "branding.reset", brandingPath+"/reset")
}

// askBranding asks before something is taken away; key is its name, and with
// ".text" what will happen.
func (p *Pages) askBranding(w http.ResponseWriter, r *http.Request, key, action string) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	return p.ask(w, r, question{
		header: ui.PageHeaderProps{Title: reader.T(key), Breadcrumb: above(reader, crumb(reader.T("branding.title"), brandingPath))},
		menu:   inSettings,
		confirm: ui.ConfirmProps{Form: ui.FormProps{Action: action, Hidden: web.Seen(at.Version)}, Text: reader.T(key + ".text"),
			Yes: reader.T(key), No: reader.T("admin.cancel"), NoHref: brandingPath},
	})
}

func (p *Pages) resetBranding(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.Orgs.ResetLook(r.Context(), web.ActorOf(r), form.Version()); err != nil {
		return p.refused(w, r, brandingPath, err)
	}
	return tell(w, r, brandingPath, "success", "branding.reset.done")
}
