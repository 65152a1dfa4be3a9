package admin

import (
	"bytes"
	"cmp"
	"image"
	_ "image/jpeg" // logos may be JPEG
	_ "image/png"  // or PNG
	"io"
	"net/http"
	"net/url"
	"time"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const (
	// logoMax is more than any logo needs, and little for a mail.
	logoMax = 512 << 10
	// logoSide bounds how large a picture can be once it is unpacked.
	logoSide = 4000
	// formRoom is what a form needs around a file.
	formRoom = 8 << 10
)

// logoTypes are the media types of the pictures we serve. SVG is not among them:
// it can carry scripts.
var logoTypes = map[string]string{"png": "image/png", "jpeg": "image/jpeg"}

// organizationView is what the page of the organization shows.
type organizationView struct {
	form web.Form
	at   org.Organization
	now  time.Time
	// logo is the address of the picture now, if there is one.
	logo string
	// public is the address of the booking page.
	public string
	// logoError is what is wrong with a picture that was sent.
	logoError string
}

func (p *Pages) organization(r *http.Request) (org.Organization, error) {
	return p.Orgs.Organization(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
}

func (p *Pages) showOrganization(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"organization": {at.Name}, "slug": {at.Slug}, "zone": {at.Zone}, "lang": {at.Lang}, "accent": {at.Accent}}}
	return p.drawOrganization(w, r, http.StatusOK, organizationView{form: form, at: at})
}

func (p *Pages) drawOrganization(w http.ResponseWriter, r *http.Request, status int, v organizationView) (err error) {
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	title := reader.T("admin.organization")
	shell := page.Frame(w, r, title, inSettings)
	v.logo, v.public = shell.Org.Logo, p.Site.URL("/book/"+v.at.Slug)
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.organization.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, organizationPage(reader, shell, header, v))
}

func (p *Pages) saveOrganization(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	n := at
	n.Name, n.Slug, n.Zone, n.Lang, n.Accent = form.Get("organization"), form.Get("slug"), form.Get("zone"), form.Get("lang"), form.Get("accent")
	n.Slug = cmp.Or(n.Slug, at.Slug)
	err = p.Orgs.SaveOrganization(r.Context(), web.ActorOf(r), n)
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawOrganization(w, r, http.StatusUnprocessableEntity, organizationView{form: form, at: at})
	}
	if fixed, changed := ui.Accent(n.Accent); changed {
		return tell(w, r, "/settings/organization", "warning", "admin.organization.accent.fixed", "Asked", n.Accent, "Used", fixed)
	}
	return tell(w, r, "/settings/organization", "success", "admin.organization.saved")
}

// saveLogo takes a picture. It is looked into, since what a browser says about a
// file proves nothing.
func (p *Pages) saveLogo(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	logo, kind, err := readLogo(r)
	if err == nil {
		at.Logo, at.LogoType = logo, kind
		err = p.Orgs.SaveOrganization(r.Context(), web.ActorOf(r), at)
	}
	errors, err := web.FieldErrors(r, err)
	if err != nil {
		return err
	}
	if errors == nil {
		return tell(w, r, "/settings/organization", "success", "admin.logo.saved")
	}
	form := web.Form{Values: url.Values{"organization": {at.Name}, "slug": {at.Slug}, "zone": {at.Zone}, "lang": {at.Lang}, "accent": {at.Accent}}, Errors: errors}
	return p.drawOrganization(w, r, http.StatusUnprocessableEntity, organizationView{form: form, at: at})
}

func readLogo(r *http.Request) (logo []byte, kind string, err error) {
	file, _, err := r.FormFile("logo")
	if err != nil {
		return nil, "", fault.Wrap(fault.Invalid, err, "admin.logo.missing").At("logo")
	}
	defer file.Close()
	if logo, err = io.ReadAll(io.LimitReader(file, logoMax+1)); err != nil {
		return nil, "", err
	}
	if len(logo) > logoMax {
		return nil, "", fault.New(fault.Invalid, "admin.logo.large", "Max", logoMax>>10).At("logo")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(logo))
	if err != nil || logoTypes[format] == "" {
		return nil, "", fault.New(fault.Invalid, "admin.logo.kind").At("logo")
	}
	if config.Width > logoSide || config.Height > logoSide {
		return nil, "", fault.New(fault.Invalid, "admin.logo.side", "Max", logoSide).At("logo")
	}
	return logo, logoTypes[format], nil
}

func (p *Pages) askRemoveLogo(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	return p.ask(w, r, question{
		header: ui.PageHeaderProps{Title: reader.T("admin.logo.remove"), Breadcrumb: above(reader, crumb(reader.T("admin.organization"), "/settings/organization"))},
		menu:   inSettings,
		confirm: ui.ConfirmProps{Form: ui.FormProps{Action: "/settings/organization/logo/remove"}, Text: reader.T("admin.logo.remove.text"),
			Yes: reader.T("admin.logo.remove"), No: reader.T("admin.cancel"), NoHref: "/settings/organization"},
	})
}

func (p *Pages) removeLogo(w http.ResponseWriter, r *http.Request) error {
	at, err := p.organization(r)
	if err != nil {
		return err
	}
	at.Logo, at.LogoType = nil, ""
	if err := p.Orgs.SaveOrganization(r.Context(), web.ActorOf(r), at); err != nil {
		return err
	}
	return tell(w, r, "/settings/organization", "success", "admin.logo.removed")
}

// zoneOptions are the zones to choose from, with the one that is chosen already
// if the list does not hold it.
func zoneOptions(r words.Reader, now time.Time, chosen string) []ui.Option {
	var all []ui.Option
	listed := chosen == ""
	for _, region := range r.Zones(now) {
		for _, z := range region.Zones {
			all = append(all, ui.Option{Value: z.Name, Label: z.Label, Group: region.Name})
			listed = listed || z.Name == chosen
		}
	}
	if _, known := words.Zone(chosen); !listed && known {
		z := r.ZoneChoice(chosen, now)
		all = append([]ui.Option{{Value: z.Name, Label: z.Label}}, all...)
	}
	return all
}

func langOptions() (all []ui.Option) {
	for _, l := range words.Langs() {
		all = append(all, ui.Option{Value: l.Tag, Label: l.Name})
	}
	return all
}
