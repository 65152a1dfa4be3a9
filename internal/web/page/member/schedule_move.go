package member

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
func (k *Work) times(w http.ResponseWriter, r *http.Request) error {
	v, err := k.open(w, r)
	if err != nil {
		return err
	}
	v.start, _ = time.Parse(time.RFC3339, r.URL.Query().Get("start"))
	return k.drawTimes(w, r, v, http.StatusOK)
}

func (k *Work) drawTimes(w http.ResponseWriter, r *http.Request, v visitView, status int) (err error) {
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	reader := web.ReaderOf(r)
	if v.start.IsZero() {
		ask := page.TimesAsk{
			Reader: reader, Query: r.URL.Query(), Now: v.now, Furthest: v.now.Add(v.Service.Ahead),
			Slots: func(ctx context.Context, window calendar.Span) ([]appointment.Slot, error) {
				return k.Appointments.SlotsToMove(ctx, web.ActorOf(r), v.ID, window)
			},
			Link: func(pairs ...string) string { return page.Address(v.base+"/reschedule", pairs...) },
		}
		if v.times, err = ask.Read(r.Context()); err != nil {
			return err
		}
	}
	return page.Render(w, r, status, timesPage(reader, v))
}

// move moves the appointment. It keeps its join link.
func (k *Work) move(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := k.open(w, r)
	if err != nil {
		return err
	}
	start, err := time.Parse(time.RFC3339, form.Get("start"))
	if err != nil {
		return web.Redirect(w, r, v.base+"/reschedule")
	}
	if _, err = k.Appointments.Reschedule(r.Context(), web.ActorOf(r), v.Seen(), start); err != nil {
		return k.refused(w, r, v, form, err)
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "schedule.moved"})
	return web.Redirect(w, r, v.base)
}

// refused says why on the page of times, where another can be chosen; of an
// appointment that cannot be moved any more, on its own page.
func (k *Work) refused(w http.ResponseWriter, r *http.Request, v visitView, form web.Form, cause error) (err error) {
	if !v.Upcoming(v.now) {
		return settled(w, r, v, cause)
	}
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.form = form
	if fault.Is(cause, fault.Conflict) {
		return k.drawTimes(w, r, v, http.StatusConflict)
	}
	return k.drawTimes(w, r, v, http.StatusUnprocessableEntity)
}

// settled leads to the appointment and says why nothing was changed.
func settled(w http.ResponseWriter, r *http.Request, v visitView, cause error) error {
	if !fault.Is(cause, fault.Conflict) {
		return cause
	}
	web.Tell(w, r, web.Flash{Tone: "warning", Key: fault.As(cause).Key})
	return web.Redirect(w, r, v.base)
}

// askCancel asks before an appointment is called off.
func (k *Work) askCancel(w http.ResponseWriter, r *http.Request) error {
	v, err := k.open(w, r)
	if err != nil {
		return err
	}
	if !v.Upcoming(v.now) {
		return web.Redirect(w, r, v.base)
	}
	return page.Render(w, r, http.StatusOK, cancelPage(web.ReaderOf(r), v))
}

func (k *Work) cancel(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v, err := k.open(w, r)
	if err != nil {
		return err
	}
	_, err = k.Appointments.Cancel(r.Context(), web.ActorOf(r), v.Seen(), form.Get("reason"))
	if fault.Is(err, fault.Conflict) { // it has begun, or changed meanwhile
		return settled(w, r, v, err)
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
