package admin

import (
	"net/http"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// upnView is the page on which another field is chosen that holds the sign-in
// name, while the connection goes on working.
type upnView struct {
	connection vault.Connection
	directory  identity.Directory
	previews   []identity.FieldPreview
	people     map[string]org.Person
	chosen     string
	title      string
	errors     web.Errors
}

func (v upnView) path() string { return "/settings/video/" + v.connection.ID + "/field" }

// showField shows who would match under each field.
func (p *Pages) showField(w http.ResponseWriter, r *http.Request) error {
	v, err := p.upnOf(r)
	if err != nil {
		return err
	}
	v.chosen = v.directory.Field
	if asked := r.URL.Query().Get(fieldAnswer); isField(asked) {
		v.chosen = asked
	}
	return p.drawField(w, r, http.StatusOK, v)
}

func (p *Pages) upnOf(r *http.Request) (v upnView, err error) {
	if v.connection, err = p.connection(r); err != nil {
		return v, err
	}
	c := v.connection
	if c.State == vault.Connecting || c.State == vault.Disconnected {
		return v, fault.New(fault.Conflict, "admin.field.off")
	}
	if v.directory, err = p.directory(r, c); err != nil {
		return v, err
	}
	v.title = web.ReaderOf(r).T(p.Vault.Title(c.Vendor))
	v.previews, v.people, err = p.previews(r, c)
	return v, err
}

func (p *Pages) drawField(w http.ResponseWriter, r *http.Request, status int, v upnView) error {
	reader := web.ReaderOf(r)
	header := ui.PageHeaderProps{Title: reader.T("admin.field.change"), Subtitle: reader.T("admin.field.change.lead"),
		Breadcrumb: aboveVideo(reader, crumb(v.title, connectionPath(v.connection)))}
	return page.Render(w, r, status, fieldPage(reader, page.Frame(w, r, header.Title, inSettings), header, v))
}

// changeField takes another field over, after it was said what that changes.
func (p *Pages) changeField(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.upnOf(r)
	if err != nil {
		return err
	}
	field, back := form.Get(fieldAnswer), connectionPath(v.connection)
	switch {
	case !isField(field):
		v.errors, v.chosen = web.Errors{fieldAnswer: web.ReaderOf(r).T("admin.wizard.field.missing")}, field
		return p.drawField(w, r, http.StatusUnprocessableEntity, v)
	case field == v.directory.Field:
		return tell(w, r, back, "info", "admin.field.same", "Field", fieldName(web.ReaderOf(r), field))
	case form.Get(bulkSure) == "":
		return p.askField(w, r, v, field)
	}
	if err := p.Identities.Choose(r.Context(), web.ActorOf(r), v.connection.ID, field); err != nil {
		return p.refused(w, r, v.path(), err)
	}
	return tell(w, r, back, "success", "admin.field.changed", "Field", fieldName(web.ReaderOf(r), field))
}

// askField says how many are matched now and how many will be.
func (p *Pages) askField(w http.ResponseWriter, r *http.Request, v upnView, field string) error {
	reader := web.ReaderOf(r)
	q := question{menu: inSettings, header: ui.PageHeaderProps{Title: reader.T("admin.field.sure", "Field", fieldName(reader, field)),
		Breadcrumb: aboveVideo(reader, crumb(v.title, connectionPath(v.connection)))}}
	will, now := matchedBy(v.previews, field), matchedBy(v.previews, v.directory.Field)
	q.texts = []string{reader.T("admin.field.sure.count", "Will", will.Matched, "Of", will.Of, "Now", now.Matched, "Field", fieldName(reader, v.directory.Field)), reader.T("admin.field.sure.keeps")}
	if will.Matched < now.Matched {
		q.advice = &ui.Message{Tone: ui.Warning, Title: reader.T("admin.field.fewer", "Count", now.Matched-will.Matched), Text: reader.T("admin.field.fewer.text")}
	}
	q.confirm = ui.ConfirmProps{Harmless: true, Text: reader.T("admin.field.sure.text"), Yes: reader.T("admin.field.yes", "Field", fieldName(reader, field)),
		No: reader.T("admin.cancel"), NoHref: v.path() + "?field=" + field, Form: ui.FormProps{Action: v.path(), Hidden: []string{fieldAnswer, field, bulkSure, "true"}}}
	return p.ask(w, r, q)
}

func matchedBy(all []identity.FieldPreview, field string) identity.FieldPreview {
	for _, f := range all {
		if f.Field == field {
			return f
		}
	}
	return identity.FieldPreview{}
}

// fieldShares are the fields with how many of our people each finds.
func fieldShares(r words.Reader, all []identity.FieldPreview) (choices []ui.Choice) {
	for _, f := range all {
		c := fieldChoice(r, f.Field)
		c.Badge, c.BadgeTone = r.T("admin.preview.match", "Count", f.Matched, "Of", f.Of, "Percent", percent(f.Matched, f.Of)), shareTone(f.Matched, f.Of)
		choices = append(choices, c)
	}
	return choices
}

// percent is a share in whole percents, never rounded up to all.
func percent(some, all int) int {
	if all == 0 {
		return 0
	}
	return some * 100 / all
}
