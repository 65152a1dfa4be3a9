package admin

import (
	"net/http"
	"slices"
	"time"

	"parley/internal/fault"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// waitLook is how often, in seconds, the waiting step looks again. The vendor is
// asked by a job, less often.
const waitLook = "10"

// waitView is the step of a set-up that waits for what somebody at the customer
// has to do at the vendor.
type waitView struct {
	wizard
	connection vault.Connection
	// instructions say what they have to do, with literals to copy.
	instructions []vault.Help
	// since and checked say how long it waits and when it was looked for last.
	since, checked string
}

// waits reports whether what is needed has not come yet.
func (v waitView) waits() bool { return v.connection.Waiting != "" }

func waitPath(c vault.Connection) string { return "/settings/video/" + c.ID + "/wait" }

// awaits reports whether the set-up of a connection has a step that waits.
func awaits(steps []vault.Step) bool {
	return slices.ContainsFunc(steps, func(s vault.Step) bool { return s.Kind == vault.StepWait })
}

// showWait shows what is waited for, since when, and how to do it.
func (p *Pages) showWait(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State != vault.Connecting {
		return web.Redirect(w, r, connectionPath(c))
	}
	v, err := p.waitOf(r, c)
	if fault.Is(err, fault.NotFound) { // this way has nothing to wait for
		return web.Redirect(w, r, connectionPath(c))
	}
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	lead := v.step().Lead
	if !v.waits() {
		lead = "admin.wait.lead.here"
	}
	header := ui.PageHeaderProps{Title: reader.T(v.step().Title), Subtitle: reader.T(lead), Breadcrumb: aboveVideo(reader)}
	shell := page.Frame(w, r, header.Title, inSettings)
	if v.waits() {
		shell.Page.Refresh = waitLook
	}
	return page.Render(w, r, http.StatusOK, waitPage(reader, shell, header, v))
}

func (p *Pages) waitOf(r *http.Request, c vault.Connection) (v waitView, err error) {
	reader := web.ReaderOf(r)
	if v.wizard, err = p.stepOf(reader, c, vault.StepWait); err != nil {
		return v, err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return v, err
	}
	v.connection, v.since, v.checked = c, clock(reader, c.WaitingSince, now), clock(reader, c.CheckedAt, now)
	v.instructions, err = p.Vault.Awaited(r.Context(), p.Orgs.Read(), c.OrgID, c.ID)
	return v, err
}

// checkWait looks now.
func (p *Pages) checkWait(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	c, err = p.Vault.Check(r.Context(), web.ActorOf(r), c.ID)
	if err != nil {
		return p.refused(w, r, waitPath(c), err)
	}
	if c.Waiting != "" {
		return tell(w, r, waitPath(c), "info", "admin.wait.notyet")
	}
	return tell(w, r, waitPath(c), "success", "admin.wait.came")
}

// finishWait ends a set-up that waited. Before what it waits for has come, it
// ends nothing.
func (p *Pages) finishWait(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if c.State == vault.Connected { // pressed twice
		return web.Redirect(w, r, "/settings/video?done="+c.ID)
	}
	if _, err := p.Vault.Complete(r.Context(), web.ActorOf(r), c.ID); err != nil {
		return p.refused(w, r, waitPath(c), err)
	}
	return p.completed(w, r, c)
}

// completed goes to the list, which says what comes next.
func (p *Pages) completed(w http.ResponseWriter, r *http.Request, c vault.Connection) error {
	can, of, err := p.canTakeVideo(r, c)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	return tell(w, r, "/settings/video?done="+c.ID, "success", "admin.video.finished", "Can", reader.Number(can), "Of", reader.Number(of))
}

// clock writes when something was, by the clock too; nothing yet when it was not.
func clock(r words.Reader, t, now time.Time) string {
	if t.IsZero() {
		return r.T("admin.wait.never")
	}
	return r.T("admin.wait.at", "When", r.Relative(t, now), "Time", r.Time(t), "Zone", r.ZoneName(t))
}

// stepOf is the set-up of a connection at its step of a kind.
func (p *Pages) stepOf(r words.Reader, c vault.Connection, kind string) (wizard, error) {
	steps, err := p.Vault.Steps(c.Vendor, c.Answers)
	if err != nil {
		return wizard{}, err
	}
	at := slices.IndexFunc(steps, func(s vault.Step) bool { return s.Kind == kind })
	if at < 0 {
		return wizard{}, fault.New(fault.NotFound, "")
	}
	return wizard{vendor: c.Vendor, title: r.T(p.Vault.Title(c.Vendor)), steps: steps, at: at, answers: c.Answers}, nil
}
