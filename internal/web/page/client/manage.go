package client

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// manageView is what a client's own page of an appointment shows.
type manageView struct {
	appointment.View
	shell ui.PublicShellProps
	// base is the address of the page.
	base string
	// joinURL is the permanent address with the host, for copying.
	joinURL string
	// way says whether the join page has a way in now.
	way meeting.Way
	// fresh is set right after booking.
	fresh bool
	now   time.Time
	form  web.Form
	// when and start are for moving: the times to choose from, and the chosen one.
	when  when
	start time.Time
	// waiting is the client's place on the waiting list, if they wait for an
	// earlier time, and offer the address of what they are offered.
	waiting appointment.Waiting
	waits   bool
	offer   string
}

// open proves the link and reads the appointment as its client may see it.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) (v manageView, err error) {
	ctx := r.Context()
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), appointment.ManagePath, v.now)
	if err != nil {
		return v, err
	}
	if v.View, err = p.Appointments.ForClient(ctx, p.Orgs.Read(), claim.OrgID, claim.PersonID, claim.Object); err != nil {
		return v, err
	}
	web.InOrganization(r, v.Organization)
	web.ReadsAs(r, v.Client.Lang, v.Zone)
	if v.way, err = meeting.Join(ctx, p.Orgs.Read(), v.Meeting.Code, v.now); err != nil {
		return v, err
	}
	v.base = appointment.ManagePath + "/" + r.PathValue("token")
	v.joinURL = p.Site.URL("/j/" + v.Meeting.Code)
	reader := web.ReaderOf(r)
	v.shell = page.Public(w, r, reader.T("client.manage.title", "Service", v.Service.Name))
	v.shell.Page.ZoneGuess = guess(r, reader)
	return v, nil
}

func (v manageView) by() org.Actor { return org.Client(v.Client) }

// seen is the appointment as the client saw it who sent a form: what the staff
// changed meanwhile is neither moved nor called off unseen.
func (v manageView) seen(form web.Form) appointment.Seen {
	return appointment.Seen{ID: v.ID, Version: form.Version()}
}

// manage shows the appointment: what was agreed, the join link and what can
// still be changed.
func (p *Pages) manage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if err := p.moreOf(r, &v); err != nil {
		return err
	}
	v.fresh = r.URL.Query().Get("new") != ""
	if v.State == appointment.Confirmed && v.way.State == meeting.WayPending {
		v.shell.Page.Refresh = pendingLook
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, http.StatusOK, managePage(web.ReaderOf(r), v))
}

// invite is the calendar entry, for who lost the mail.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	ics, err := p.Invite(v.View, web.ReaderOf(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="appointment.ics"`)
	_, err = w.Write(ics)
	return err
}

// times shows to what times the appointment can be moved.
func (p *Pages) times(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	back := page.Address(v.base+"/reschedule", "day", q.Get("day"), "month", q.Get("month"))
	if done, err := changeZone(w, r, back); done {
		return err
	}
	return p.drawTimes(w, r, v, http.StatusOK)
}

func (p *Pages) drawTimes(w http.ResponseWriter, r *http.Request, v manageView, status int) error {
	reader, q := web.ReaderOf(r), r.URL.Query()
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	v.start, _ = time.Parse(time.RFC3339, q.Get("start"))
	ask := page.TimesAsk{
		Reader: reader, Query: q, Now: v.now, Furthest: v.now.Add(v.Service.Ahead),
		Slots: func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error) {
			return p.Appointments.SlotsToMove(ctx, v.by(), v.ID, window)
		},
		Link: func(pairs ...string) string { return page.Address(v.base+"/reschedule", pairs...) },
	}
	var err error
	if v.when.times, err = ask.Read(r.Context()); err != nil {
		return err
	}
	v.when.zone = zonesOf(r, v.now, v.base+"/reschedule")
	v.shell.Wide = true
	return page.Render(w, r, status, timesPage(reader, v))
}

// reschedule moves the appointment. It keeps its join link.
func (p *Pages) reschedule(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	start, err := time.Parse(time.RFC3339, form.Get("start"))
	if err != nil {
		return p.refusedMove(w, r, v, fault.Wrap(fault.Invalid, err, "appointment.start.missing").At("start"))
	}
	_, err = p.Appointments.Reschedule(r.Context(), v.by(), v.seen(form), start)
	if err != nil {
		return p.refusedMove(w, r, v, err)
	}
	web.Tell(w, r, movedFlash(v.Method))
	return web.Redirect(w, r, v.base)
}

// movedFlash tells who moved an appointment, and what stays where there is a link.
func movedFlash(m appointment.Method) web.Flash {
	if m == appointment.Video {
		return web.Flash{Tone: "success", Key: "client.moved"}
	}
	return web.Flash{Tone: "success", Key: "client.moved.unlinked"}
}

// refusedMove says why on the page of times, where another can be chosen.
func (p *Pages) refusedMove(w http.ResponseWriter, r *http.Request, v manageView, cause error) error {
	fields, err := web.FieldErrors(r, cause)
	if err != nil {
		return err
	}
	v.form.Errors = fields
	status := http.StatusUnprocessableEntity
	if isGone(cause) {
		status = http.StatusConflict
	}
	return p.drawTimes(w, r, v, status)
}

// askCancel asks before anything is cancelled: mail scanners open every link.
func (p *Pages) askCancel(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	return page.Render(w, r, http.StatusOK, cancelPage(web.ReaderOf(r), v))
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	form, cause, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if cause == nil {
		_, cause = p.Appointments.Cancel(r.Context(), v.by(), v.seen(form), form.Get("reason"))
	}
	if cause != nil {
		if form.Errors, err = web.FieldErrors(r, cause); err != nil {
			return err
		}
		v.form = form
		return page.Render(w, r, http.StatusUnprocessableEntity, cancelPage(web.ReaderOf(r), v))
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.cancelled"})
	return web.Redirect(w, r, v.base)
}

// linkTone says how much a link state asks for attention.
func linkTone(s meeting.LinkState) ui.Tone {
	switch s {
	case meeting.Ready:
		return ui.Success
	case meeting.NoLink:
		return ui.Neutral
	}
	return ui.Warning
}
