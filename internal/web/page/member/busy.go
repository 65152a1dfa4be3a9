package member

import (
	"net/http"
	"net/url"
	"time"

	"parley/internal/calendar"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const (
	// busyPath is the page of calendars elsewhere.
	busyPath = "/hours/busy"
	// busyAhead is how far ahead the page counts, and busyShown how many it lists.
	busyAhead = 60 * 24 * time.Hour
	busyShown = 10
)

func (k *Work) busyPages() {
	k.own("GET "+busyPath, k.showBusy)
	k.own("POST "+busyPath, k.addBusy)
	k.own("POST "+busyPath+"/{id}/read", k.readBusy)
	k.own("GET "+busyPath+"/{id}/remove", k.askRemoveBusy)
	k.own("POST "+busyPath+"/{id}/remove", k.removeBusy)
}

// busyView is what the page of calendars elsewhere shows.
type busyView struct {
	shell   ui.ShellProps
	now     time.Time
	rules   calendar.BusyRules
	sources []calendar.Source
	// next are the busy times ahead, those of all calendars.
	next []calendar.Elsewhere
	form web.Form
}

func (k *Work) openBusy(w http.ResponseWriter, r *http.Request) (v busyView, err error) {
	ctx, q, actor := r.Context(), k.Orgs.Read(), web.ActorOf(r)
	if v.now, err = k.Now(ctx); err != nil {
		return v, err
	}
	if v.rules, err = k.Busy.Rules(ctx, q, actor.OrgID); err != nil {
		return v, err
	}
	if v.sources, err = k.Busy.Sources(ctx, q, actor.OrgID, actor.PersonID); err != nil {
		return v, err
	}
	v.next, err = calendar.BusyOf(ctx, q, actor.OrgID, actor.PersonID, calendar.Span{Start: v.now, End: v.now.Add(busyAhead)})
	v.shell = page.Frame(w, r, web.ReaderOf(r).T("busy.title"), "schedule")
	return v, err
}

func (k *Work) showBusy(w http.ResponseWriter, r *http.Request) error {
	v, err := k.openBusy(w, r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, busyPage(web.ReaderOf(r), v))
}

// addBusy reads the calendar before it is added, and says how much is in it.
func (k *Work) addBusy(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s, err := k.Busy.Add(r.Context(), web.ActorOf(r), form.Get("address"))
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	v, err := k.openBusy(w, r)
	if err != nil {
		return err
	}
	if form.Errors != nil {
		v.form = form
		return page.Render(w, r, http.StatusUnprocessableEntity, busyPage(web.ReaderOf(r), v))
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "busy.added", Args: []string{"Host", s.Host, "Times", v.count(web.ReaderOf(r), s)}})
	return web.Redirect(w, r, busyPath)
}

func (k *Work) readBusy(w http.ResponseWriter, r *http.Request) error {
	s, err := k.Busy.ReadNow(r.Context(), web.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.Fault != "" {
		web.Tell(w, r, web.Flash{Tone: "warning", Key: "busy.read.failed"})
	} else {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "busy.read.done", Args: []string{"Host", s.Host}})
	}
	return web.Redirect(w, r, busyPath)
}

func (k *Work) askRemoveBusy(w http.ResponseWriter, r *http.Request) error {
	s, err := k.Busy.Source(r.Context(), web.ActorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	shell := page.Frame(w, r, reader.T("busy.remove"), "schedule")
	return page.Render(w, r, http.StatusOK, removeBusyPage(reader, shell, s))
}

func (k *Work) removeBusy(w http.ResponseWriter, r *http.Request) error {
	if err := k.Busy.Remove(r.Context(), web.ActorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "busy.removed"})
	return web.Redirect(w, r, busyPath)
}

// busyName is what people see of a calendar's address.
func busyName(s calendar.Source) string { return s.Host + " …" + s.Tail }

// count says how many busy times a calendar has ahead.
func (v busyView) count(r words.Reader, s calendar.Source) string {
	n := 0
	for _, b := range v.next {
		if b.SourceID == s.ID && !b.Unknown {
			n++
		}
	}
	return r.T("busy.times", "Count", n)
}

// status is how a calendar stands, in a word.
func (v busyView) status(r words.Reader, s calendar.Source) (ui.Tone, string) {
	switch {
	case !v.rules.On:
		return ui.Neutral, r.T("busy.state.off")
	case s.Stale:
		return ui.Danger, r.T("busy.state.stale")
	case s.Fault != "":
		return ui.Warning, r.T("busy.state.failing")
	}
	return ui.Success, r.T("busy.state.fine")
}

// facts are the lines about a calendar.
func (v busyView) facts(r words.Reader, s calendar.Source) []ui.Fact {
	facts := []ui.Fact{{Term: r.T("busy.read"), Text: r.Relative(s.Read, v.now)}, {Term: r.T("busy.found"), Text: v.count(r, s)}}
	if s.Fault != "" {
		facts = append(facts, ui.Fact{Term: r.T("busy.tried"), Text: r.Relative(s.Tried, v.now)})
	}
	return facts
}

// trouble is what the owner of a calendar that cannot be read should know: why,
// and what it means for clients.
func (v busyView) trouble(r words.Reader, s calendar.Source) *ui.Message {
	if s.Fault == "" || !v.rules.On {
		return nil
	}
	meaning := r.T("busy.trouble.known")
	if s.Stale && v.rules.Stale == calendar.CloseSlots {
		meaning = r.T("busy.trouble.closed")
	}
	return &ui.Message{Tone: ui.Warning, Title: r.T(s.Fault), Text: meaning}
}

// list are the next busy times, for whoever wants to see that the right ones
// were found.
func (v busyView) list(r words.Reader) ui.TableProps {
	t := ui.TableProps{Caption: r.T("busy.next"), Columns: []ui.Column{{Label: r.T("busy.when")}, {Label: r.T("busy.calendar")}},
		Empty: ui.EmptyState(ui.EmptyProps{Icon: "calendar", Title: r.T("busy.next.none"), Text: r.T("busy.next.none.text")})}
	names := map[string]string{}
	for _, s := range v.sources {
		names[s.ID] = busyName(s)
	}
	for _, b := range v.next {
		if len(t.Rows) == busyShown {
			break
		}
		if !b.Unknown {
			t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: r.Span(b.Start, b.End)}, {Text: names[b.SourceID]}}})
		}
	}
	return t
}

// busySteps are the steps to a calendar's address at the two publishers that
// most people use.
var busySteps = []struct {
	title string
	steps []string
}{
	{"busy.outlook", []string{"busy.outlook.step.1", "busy.outlook.step.2", "busy.outlook.step.3", "busy.outlook.step.4"}},
	{"busy.google", []string{"busy.google.step.1", "busy.google.step.2", "busy.google.step.3", "busy.google.step.4"}},
}

func busyID(s calendar.Source, act string) string {
	return busyPath + "/" + url.PathEscape(s.ID) + "/" + act
}
