package admin

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const (
	// liveLook is how often, in seconds, a page looks again that shows how
	// something goes on.
	liveLook = "2"
	// rematchShown is how long the result of a rematch stands on the pages.
	rematchShown = 24 * time.Hour
)

// rematchView is how the rematch of a connection goes on, or what came of it.
type rematchView struct {
	running  bool
	progress ui.ProgressProps
	// who says who began it, and when.
	who string
	// trouble is what went wrong last, while it is tried again, and what happens
	// next; again tries at once.
	trouble string
	again   templ.Component
	// result is what came of it; its figures are filters.
	result ui.Message
}

// rematching reports whether any is still under way.
func rematching(all []rematchView) bool {
	for _, v := range all {
		if v.running {
			return true
		}
	}
	return false
}

// going reports whether a rematch is under way.
func going(run identity.Run) bool {
	return run.State == identity.RunReading || run.State == identity.RunMatching
}

// rematchOf is the rematch of a connection that is going on or has ended lately.
func rematchOf(r words.Reader, c vault.Connection, d identity.Directory, now time.Time) (v rematchView, some bool) {
	run := d.Run
	if c.State == vault.Disconnected || c.State == vault.Connecting {
		return v, false
	}
	switch {
	case going(run):
		v = rematchView{running: true, progress: rematchProgress(r, c, run), who: rematchBy(r, run, now)}
		return v.troubled(r, c, run), true
	case run.Braked() && c.State == vault.Connected: // for as long as it is so
		v.result = ui.Message{Tone: ui.Danger, Title: r.T("admin.rematch.failed", "Account", c.Account.Name), Text: brakedText(r, run) + " " + r.T("admin.rematch.kept"), Action: rematchAgain(r, c)}
		return v, true
	case run.Ended.IsZero() || now.Sub(run.Ended) > rematchShown:
		return v, false
	case run.State == identity.RunFailed && c.State == vault.NeedsReauthorization: // which says it all
		return v, false
	case run.State == identity.RunFailed:
		v.result = ui.Message{Tone: ui.Danger, Title: r.T("admin.rematch.failed", "Account", c.Account.Name), Text: r.T(run.Fault) + " " + r.T("admin.rematch.kept"), Action: rematchAgain(r, c)}
		return v, true
	case run.By == "": // by itself, at night: nobody waits for it
		return v, false
	}
	v.result = ui.Message{Tone: ui.Success, Title: r.T("admin.rematch.ended", "Account", c.Account.Name),
		Text:   r.T("admin.rematch.ended.text", "Name", run.ByName, "When", r.Relative(run.Ended, now), "Time", r.Time(run.Ended), "Zone", r.ZoneName(run.Ended)),
		Action: rematchFigures(rematchLinks(r, c, run))}
	return v, true
}

// brakedText says why a rematch was stopped before it changed anything, and what
// another one does.
func brakedText(r words.Reader, run identity.Run) string {
	return r.T("admin.rematch.braked", "Count", run.Lost, "Of", run.Matched, "Press", r.T("admin.rematch"))
}

// troubled says what went wrong in a rematch and what happens next. While nobody is
// signed in that is the one cause, and pressing again helps nothing.
func (v rematchView) troubled(r words.Reader, c vault.Connection, run identity.Run) rematchView {
	switch {
	case run.Fault == "":
	case c.State == vault.NeedsReauthorization:
		v.trouble = r.T("admin.rematch.afterwards")
	default:
		v.trouble = reasonText(r, run.Fault) + " " + r.T("admin.rematch.retry", "Press", r.T("admin.rematch"))
		v.again = rematchAgain(r, c)
	}
	return v
}

func rematchProgress(r words.Reader, c vault.Connection, run identity.Run) ui.ProgressProps {
	p := ui.ProgressProps{ID: "rematch-" + c.ID, Label: r.T("admin.rematch.reading", "Account", c.Account.Name), Text: r.T("admin.preview.read", "Count", run.Read)}
	if run.State == identity.RunMatching {
		p.Label, p.Done, p.Total = r.T("admin.rematch.matching", "Account", c.Account.Name), run.Done, run.Of
		p.Text = r.T("admin.rematch.done.of", "Done", run.Done, "Of", run.Of)
	}
	return p
}

// rematchBy says who began a rematch and when.
func rematchBy(r words.Reader, run identity.Run, now time.Time) string {
	if run.By == "" {
		return r.T("admin.rematch.by.itself", "When", r.Relative(run.Began, now))
	}
	return r.T("admin.rematch.by", "Name", run.ByName, "When", r.Relative(run.Began, now))
}

// rematchLinks are the figures of a rematch, each leading to its people.
func rematchLinks(r words.Reader, c vault.Connection, run identity.Run) (all []ui.ButtonProps) {
	path := connectionPath(c)
	for _, f := range []struct {
		key, query string
		n          int
	}{{"matched", "?match=matched", run.Matched}, {"newly", "?outcome=new", run.Newly}, {"lost", "?outcome=lost", run.Lost}, {"changed", "?outcome=changed", run.Changed}} {
		all = append(all, ui.ButtonProps{Small: true, Href: path + f.query, Label: r.T("admin.rematch.figure", "What", r.T("admin.rematch."+f.key), "Number", f.n)})
	}
	return all
}

func (p *Pages) askRematch(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	d, err := p.directory(r, c)
	if err != nil {
		return err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	q := p.connectionQuestion(r, c, "rematch")
	q.confirm.Harmless = true
	q.texts = []string{reader.T("admin.rematch.keeps"), reader.T("admin.rematch.field", "Field", fieldName(reader, d.Field))}
	if d.Run.Braked() {
		q.confirm.Harmless = false
		q.advice = &ui.Message{Tone: ui.Warning, Title: reader.T("admin.rematch.insist", "Count", d.Run.Lost), Text: brakedText(reader, d.Run),
			Action: link(ui.ButtonProps{Label: reader.T("admin.check"), Href: "/settings/video/" + c.ID + "/doctor"})}
	}
	if going(d.Run) && d.Run.Fault == "" { // one that met a fault is tried again at once
		q.advice = &ui.Message{Tone: ui.Info, Title: reader.T("admin.rematch.running"), Text: rematchBy(reader, d.Run, now),
			Action: link(ui.ButtonProps{Label: reader.T("admin.rematch.look"), Href: connectionPath(c)})}
	}
	return p.ask(w, r, q)
}

// rematch has the directory read anew and everybody matched. While that goes on,
// a second one says who began it.
func (p *Pages) rematch(w http.ResponseWriter, r *http.Request) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if err := p.Identities.Rematch(r.Context(), web.ActorOf(r), c.ID); err != nil {
		return p.refused(w, r, connectionPath(c), err)
	}
	return tell(w, r, "/settings/video", "success", "admin.rematch.done")
}

// rematchAgain repeats a rematch that failed.
func rematchAgain(r words.Reader, c vault.Connection) templ.Component {
	return link(ui.ButtonProps{Label: r.T("admin.rematch"), Icon: "refresh", Href: "/settings/video/" + c.ID + "/rematch"})
}
