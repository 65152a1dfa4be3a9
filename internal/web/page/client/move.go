package client

import (
	"context"
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
)

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
