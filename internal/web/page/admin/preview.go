package admin

import (
	"cmp"
	"errors"
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

// settleWord is what the button says: a set-up that waits for something is not
// finished yet.
func (v previewView) settleWord(r words.Reader) string {
	if awaits(v.steps) {
		return r.T("admin.continue")
	}
	return r.T("admin.finish")
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
	if v.wizard, err = p.stepOf(reader, c, vault.StepPreview); err != nil {
		return v, err
	}
	v.connection = c
	if v.directory, err = p.directory(r, c); err != nil || v.directory.State != identity.Read {
		return v, err
	}
	v.chosen = cmp.Or(r.URL.Query().Get(fieldAnswer), v.directory.Field)
	v.previews, v.people, err = p.previews(r, c)
	return v, err
}

// previews are who would match under each field, and the names of those who
// would not, as far as they are listed.
func (p *Pages) previews(r *http.Request, c vault.Connection) (all []identity.FieldPreview, people map[string]org.Person, err error) {
	if all, err = p.Identities.Preview(r.Context(), p.Orgs.Read(), c.OrgID, c.ID); err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, f := range all {
		for _, m := range f.Misses {
			ids = append(ids, m.PersonID)
		}
	}
	people, err = p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), c.OrgID, ids)
	return all, people, err
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
	waits, err := p.settleField(r, c, form.Get(fieldAnswer))
	switch {
	case err != nil:
		return p.notFinished(w, r, c, form, err)
	case waits:
		return web.Redirect(w, r, waitPath(c))
	}
	return p.completed(w, r, c)
}

// canTakeVideo counts who is matched and switched on at a connection. On one
// that was connected before, a switch may be off that somebody moved then.
func (p *Pages) canTakeVideo(r *http.Request, c vault.Connection) (can, of int, err error) {
	totals, err := p.Identities.Totals(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, identity.Filter{})
	return totals.Ready, totals.Of, err
}

// settleField settles the field. A set-up that waits for something goes on with that;
// any other is complete.
func (p *Pages) settleField(r *http.Request, c vault.Connection, field string) (waits bool, err error) {
	actor := web.ActorOf(r)
	d, err := p.directory(r, c)
	if err != nil {
		return false, err
	}
	if d.State != identity.Read {
		return false, fault.New(fault.Conflict, "admin.preview.unread")
	}
	if err := p.Identities.Choose(r.Context(), actor, c.ID, field); err != nil {
		return false, err
	}
	steps, err := p.Vault.Steps(c.Vendor, c.Answers)
	if err != nil || awaits(steps) {
		return err == nil, err
	}
	_, err = p.Vault.Complete(r.Context(), actor, c.ID)
	return false, err
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
