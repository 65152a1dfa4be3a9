package member

import (
	"net/http"
	"net/url"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
)

// showFirstRun shows the form that starts an installation, as long as it has not
// been started.
func (p pages) showFirstRun(w http.ResponseWriter, r *http.Request) error {
	empty, err := p.orgs.NeedsSetup(r.Context())
	if err != nil {
		return err
	}
	if !empty {
		return web.Redirect(w, r, "/signin")
	}
	reader := web.ReaderOf(r)
	form := web.Form{Values: url.Values{"lang": {reader.Language()}}}
	if reader.Zone != nil {
		form.Set("zone", reader.Zone.String())
	}
	return p.drawFirstRun(w, r, http.StatusOK, form)
}

func (p pages) drawFirstRun(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	now, err := p.orgs.Now(r.Context())
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	shell := page.Bare(w, r, reader.T("member.first"))
	shell.Page.ZoneGuess = form.Get("zone")
	return page.Render(w, r, status, firstRunPage(reader, shell, form, page.ZoneOptions(reader, now, form.Get("zone"))))
}

func (p pages) firstRun(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	session, err := p.orgs.Begin(r.Context(), org.FirstRun{
		Code: form.Get("code"), Name: form.Get("name"), Email: form.Get("email"),
		Organization: org.Organization{Name: form.Get("organization"), Lang: form.Get("lang"), Zone: form.Get("zone")},
	}, r.UserAgent())
	if fault.Is(err, fault.Conflict) && fault.As(err).Key == "org.setup.done" {
		web.Tell(w, r, web.Flash{Tone: "info", Key: "org.setup.done"})
		return web.Redirect(w, r, "/signin")
	}
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawFirstRun(w, r, http.StatusUnprocessableEntity, form)
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "member.first.done", Args: []string{"Organization", form.Get("organization")}})
	return start(w, r, session, "/")
}
