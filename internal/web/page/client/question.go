package client

import (
	"net/http"

	"github.com/a-h/templ"

	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// A question is a page behind a client's link that asks something before their
// appointment changes: mail scanners open every link, so opening one does nothing.
type question struct {
	draw func(r words.Reader, v manageView) templ.Component
	// do acts on the answer. What it refuses is said on the same page, with what
	// was typed.
	do func(r *http.Request, v manageView, form web.Form) error
	// done is what is said, in the catalogue, once it is done.
	done string
}

// question adds a question of a client's own page: asked and answered at one
// address below it, while the appointment can still change.
func (p *Pages) question(path string, q question) {
	p.public("GET /manage/{token}/"+path, func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.open(w, r)
		if err != nil {
			return err
		}
		if !v.Upcoming(v.now) {
			return web.Redirect(w, r, v.base)
		}
		return page.Render(w, r, http.StatusOK, q.draw(web.ReaderOf(r), v))
	})
	p.public("POST /manage/{token}/"+path, func(w http.ResponseWriter, r *http.Request) error {
		form, cause, err := web.ReadTyped(r)
		if err != nil {
			return err
		}
		v, err := p.open(w, r)
		if err != nil {
			return err
		}
		if cause == nil {
			cause = q.do(r, v, form)
		}
		if cause != nil {
			return q.refused(w, r, v, form, cause)
		}
		web.Tell(w, r, web.Flash{Tone: "success", Key: q.done})
		return web.Redirect(w, r, v.base)
	}, web.Body(typedMost))
}

// refused draws the question again, with what was typed and what is wrong with it.
func (q question) refused(w http.ResponseWriter, r *http.Request, v manageView, form web.Form, cause error) (err error) {
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.form = form
	return page.Render(w, r, http.StatusUnprocessableEntity, q.draw(web.ReaderOf(r), v))
}
