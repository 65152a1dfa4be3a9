package visit

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

// times shows to what times the appointment can be moved; a time that was
// chosen is shown for confirmation first.
func (p *Pages) times(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	v.start, _ = time.Parse(time.RFC3339, r.URL.Query().Get("start"))
	if r.URL.Query().Get("without") != "" && !v.start.IsZero() && v.Upcoming(v.now) {
		return page.Render(w, r, http.StatusOK, withoutPage(web.ReaderOf(r), v))
	}
	return p.drawTimes(w, r, v, http.StatusOK)
}

func (p *Pages) drawTimes(w http.ResponseWriter, r *http.Request, v view, status int) (err error) {
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	reader := web.ReaderOf(r)
	if v.start.IsZero() {
		ask := page.TimesAsk{
			Reader: reader, Query: r.URL.Query(), Now: v.now, Furthest: v.now.Add(v.Service.Ahead),
			Slots: func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error) {
				return p.Appointments.SlotsToMove(ctx, web.ActorOf(r), v.ID, window)
			},
			Link: func(pairs ...string) string { return page.Address(v.base+"/reschedule", pairs...) },
		}
		if v.times, err = ask.Read(r.Context()); err != nil {
			return err
		}
		v.times = v.times.Begin(r.URL.Query())
	}
	return page.Render(w, r, status, timesPage(reader, v))
}

// move moves the appointment. It keeps its join link.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
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
		return web.Redirect(w, r, v.base+"/reschedule")
	}
	move := p.Appointments.Reschedule
	if form.Get("without") != "" {
		move = p.Appointments.RescheduleWithout
	}
	if _, err = move(r.Context(), web.ActorOf(r), v.seen(form), start); err != nil {
		v.start = start
		return p.refused(w, r, v, form, err)
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "schedule.moved"})
	return web.Redirect(w, r, v.base)
}

// refused says why on the page of times, where another can be chosen; of an
// appointment that cannot be moved any more, on its own page.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, v view, form web.Form, cause error) (err error) {
	if !v.Upcoming(v.now) {
		return p.settled(w, r, v, cause, v.base)
	}
	if stale(cause) {
		return p.settled(w, r, v, cause, page.Address(v.base+"/reschedule", "start", form.Get("start")))
	}
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.form = form
	if err := p.nameRival(r, v, cause); err != nil {
		return err
	}
	if fault.As(cause).Key == "appointment.colleague.move" {
		return page.Render(w, r, http.StatusConflict, withoutPage(web.ReaderOf(r), v))
	}
	v.start = time.Time{}
	if fault.Is(cause, fault.Conflict) {
		return p.drawTimes(w, r, v, http.StatusConflict)
	}
	return p.drawTimes(w, r, v, http.StatusUnprocessableEntity)
}

// nameRival tells who took the time that was chosen, where the reader may know.
func (p *Pages) nameRival(r *http.Request, v view, cause error) error {
	if !page.Taken(cause) {
		return nil
	}
	rival, found, err := p.Appointments.RivalTo(r.Context(), p.Orgs.Read(), web.ActorOf(r), v.ID, v.start)
	if found {
		v.form.Errors["start"] = page.RivalText(web.ReaderOf(r), rival, v.me, v.now)
	}
	return err
}

// settled leads to the appointment, or to where the act is offered again, and says
// why nothing was changed and who did what meanwhile.
func (p *Pages) settled(w http.ResponseWriter, r *http.Request, v view, cause error, to string) error {
	if !fault.Is(cause, fault.Conflict) {
		return cause
	}
	told, err := page.Meanwhile(r, p.Orgs, v.ID, cause)
	if err != nil {
		return err
	}
	web.Tell(w, r, told)
	return web.Redirect(w, r, to)
}

// stale reports whether somebody was refused because it is not as they saw it.
func stale(err error) bool {
	return fault.Is(err, fault.Conflict) && (fault.As(err).Key == "appointment.seen.stale" || fault.As(err).Key == "appointment.changed")
}

// seen is the appointment as the sender of a form saw it.
func (v view) seen(form web.Form) appointment.Seen {
	return appointment.Seen{ID: v.ID, Version: form.Version()}
}

// askCancel asks before an appointment is called off.
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
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	_, err = p.Appointments.Cancel(r.Context(), web.ActorOf(r), v.seen(form), form.Get("reason"))
	if stale(err) {
		return p.settled(w, r, v, err, v.base+"/cancel")
	}
	if fault.Is(err, fault.Conflict) { // it has begun
		return p.settled(w, r, v, err, v.base)
	}
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		v.form = form
		return page.Render(w, r, http.StatusUnprocessableEntity, cancelPage(web.ReaderOf(r), v))
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "schedule.cancelled"})
	return web.Redirect(w, r, v.base)
}
