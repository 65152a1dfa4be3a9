package admin

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// previewView is the last step of a set-up: who matches under each field.
type previewView struct {
	wizard
	connection vault.Connection
	directory  identity.Directory
	previews   []identity.FieldPreview
	people     map[string]org.Person
	chosen     string
}

// reading reports whether the directory is still to come.
func (v previewView) reading() bool {
	return v.directory.State != identity.Read && v.directory.Fault == ""
}

// failed is why the directory could not be read; empty when it was or will be.
func (v previewView) failed(r words.Reader) string {
	if v.directory.State == identity.Read || v.directory.Fault == "" {
		return ""
	}
	return r.T(v.directory.Fault)
}

// connection finds the connection that a page is about.
func (p *Pages) connection(r *http.Request) (vault.Connection, error) {
	return p.Vault.Connection(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, r.PathValue("id"))
}

// directory is what is known of a connection's directory; of one that nobody
// has begun to read, that it waits.
func (p *Pages) directory(r *http.Request, c vault.Connection) (identity.Directory, error) {
	d, err := p.Identities.Directory(r.Context(), p.Orgs.Read(), c.OrgID, c.ID)
	if fault.Is(err, fault.NotFound) {
		return identity.Directory{State: identity.Waiting}, nil
	}
	return d, err
}

// showPreview shows how far the directory is, and then who matches.
func (p *Pages) showPreview(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State != vault.Connecting {
		return web.Redirect(w, r, connectionPath(c))
	}
	v, err := p.previewOf(r, c)
	if err != nil {
		return err
	}
	return p.drawPreview(w, r, http.StatusOK, v)
}

func (p *Pages) previewOf(r *http.Request, c vault.Connection) (v previewView, err error) {
	reader := web.ReaderOf(r)
	steps, err := p.Vault.Steps(c.Vendor, c.Answers)
	if err != nil {
		return v, err
	}
	at := slices.IndexFunc(steps, func(s vault.Step) bool { return s.Kind == vault.StepPreview })
	if at < 0 {
		return v, fault.New(fault.NotFound, "")
	}
	v.wizard = wizard{vendor: c.Vendor, title: reader.T(p.Vault.Title(c.Vendor)), steps: steps, at: at, answers: c.Answers}
	v.connection = c
	if v.directory, err = p.directory(r, c); err != nil || v.directory.State != identity.Read {
		return v, err
	}
	if v.previews, err = p.Identities.Preview(r.Context(), p.Orgs.Read(), c.OrgID, c.ID); err != nil {
		return v, err
	}
	v.chosen = cmp.Or(r.URL.Query().Get(fieldAnswer), v.directory.Field)
	var ids []string
	for _, f := range v.previews {
		for _, m := range f.Misses {
			ids = append(ids, m.PersonID)
		}
	}
	v.people, err = p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), c.OrgID, ids)
	return v, err
}

func (p *Pages) drawPreview(w http.ResponseWriter, r *http.Request, status int, v previewView) error {
	reader := web.ReaderOf(r)
	header := ui.PageHeaderProps{Title: reader.T(v.step().Title), Breadcrumb: aboveVideo(reader)}
	if v.directory.State == identity.Read { // the lead speaks of the matches
		header.Subtitle = reader.T(v.step().Lead)
	}
	shell := page.Frame(w, r, header.Title, inSettings)
	if v.directory.State != identity.Read {
		shell.Page.Refresh = "2"
	}
	return page.Render(w, r, status, previewPage(reader, shell, header, v))
}

// finish ends the set-up: the field is settled, the connection works, and who
// matches is who the preview said.
func (p *Pages) finish(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State == vault.Connected { // pressed twice
		return web.Redirect(w, r, "/settings/video?done="+c.ID)
	}
	if err := p.complete(r, c, form.Get(fieldAnswer)); err != nil {
		return p.notFinished(w, r, c, form, err)
	}
	can, of, err := p.canTakeVideo(r, c)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	return tell(w, r, "/settings/video?done="+c.ID, "success", "admin.video.finished", "Can", reader.Number(can), "Of", reader.Number(of))
}

// canTakeVideo counts who is matched and switched on at a connection. On one
// that was connected before, a switch may be off that somebody moved then.
func (p *Pages) canTakeVideo(r *http.Request, c vault.Connection) (can, of int, err error) {
	totals, err := p.Identities.Totals(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, identity.Filter{})
	return totals.Ready, totals.Of, err
}

func (p *Pages) complete(r *http.Request, c vault.Connection, field string) error {
	actor := web.ActorOf(r)
	d, err := p.directory(r, c)
	if err != nil {
		return err
	}
	if d.State != identity.Read {
		return fault.New(fault.Conflict, "admin.preview.unread")
	}
	if err := p.Identities.Choose(r.Context(), actor, c.ID, field); err != nil {
		return err
	}
	_, err = p.Vault.Complete(r.Context(), actor, c.ID)
	return err
}

func (p *Pages) notFinished(w http.ResponseWriter, r *http.Request, c vault.Connection, form web.Form, cause error) error {
	problems, err := web.FieldErrors(r, cause)
	if err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	v, err := p.previewOf(r, c)
	if err != nil {
		return errors.Join(err, cause)
	}
	v.errors, v.chosen = problems, form.Get(fieldAnswer)
	return p.drawPreview(w, r, http.StatusUnprocessableEntity, v)
}

// again reads the directory once more.
func (p *Pages) again(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if err := p.Identities.Rematch(r.Context(), web.ActorOf(r), c.ID); err != nil {
		return err
	}
	return web.Redirect(w, r, connectionPath(c))
}

// finished says once more what comes next, on the list after Finish.
func (p *Pages) finished(r *http.Request, reader words.Reader, all []vault.Connection) *ui.Message {
	done := r.URL.Query().Get("done")
	for _, c := range all {
		if c.ID != done || c.State != vault.Connected {
			continue
		}
		steps, err := p.Vault.Steps(c.Vendor, c.Answers)
		if err != nil {
			return nil
		}
		for _, s := range steps {
			if s.Kind == vault.StepFinish {
				return &ui.Message{Tone: ui.Info, Title: reader.T(s.Title), Text: reader.T(s.Lead), Action: nextButtons(reader, c)}
			}
		}
	}
	return nil
}

// choices are the fields with how many of our people each finds.
func (v previewView) choices(r words.Reader) (all []ui.Choice) {
	for _, f := range v.previews {
		c := fieldChoice(r, f.Field)
		c.Badge, c.BadgeTone = r.T("admin.preview.match", "Count", f.Matched, "Of", f.Of), shareTone(f.Matched, f.Of)
		all = append(all, c)
	}
	return all
}

// misses are the people that a field does not find, and why.
func (v previewView) misses(r words.Reader, f identity.FieldPreview) (rows []ui.Row) {
	for _, m := range f.Misses {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: nameOf(r, v.people, m.PersonID), Sub: m.Value}, {Text: r.T(m.Reason, m.Args()...)}}})
	}
	return rows
}
