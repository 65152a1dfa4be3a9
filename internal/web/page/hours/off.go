package hours

import (
	"net/http"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
)

// AddOff takes a span out of the working time.
func (e *Editor) AddOff(w http.ResponseWriter, r *http.Request) error {
	v, form, err := e.read(w, r)
	if err != nil {
		return err
	}
	v.off = form
	if form.Get("do") == "edit" {
		return v.draw(w, r, http.StatusOK)
	}
	off, cause := offOf(form, v.plan.zone)
	if cause == nil && off.Span.Valid() {
		if asks, err := e.asks(r, &v, form, v.plan.withOff(off), v.desk.Off, appointment.HandOver); err != nil || asks {
			return orElse(err, func() error { return v.draw(w, r, http.StatusOK) })
		}
	}
	if cause == nil && !v.plan.isOff(off) { // who sends a form twice is away once
		_, cause = e.Calendars.AddTimeOff(r.Context(), web.ActorOf(r), v.desk.Person.ID, off)
	}
	errors, err := web.FieldErrors(r, cause)
	if err != nil {
		return err
	}
	if errors != nil {
		v.off.Errors = renamed(errors, "end", "off-to")
		v.problems = problems(v.off.Errors, "off-from", "off-from", "off-from-time", "off-to", "off-to-time", "reason")
		return v.draw(w, r, http.StatusUnprocessableEntity)
	}
	return e.saved(w, r, v, form, "schedule.off.saved")
}

// RemoveOff gives a span back to the working time.
func (e *Editor) RemoveOff(w http.ResponseWriter, r *http.Request) error {
	desk, err := e.Desk(r)
	if err != nil {
		return err
	}
	if err := e.Calendars.RemoveTimeOff(r.Context(), web.ActorOf(r), desk.Person.ID, r.PathValue("off")); err != nil {
		return err
	}
	return back(w, r, desk, "schedule.off.removed")
}

// renamed gives an error the name that its field has on the page.
func renamed(errors web.Errors, from, to string) web.Errors {
	if text, ok := errors[from]; ok {
		delete(errors, from)
		errors[to] = text
	}
	return errors
}

// offOf reads time off. Without times it is whole days, the last among them.
func offOf(form web.Form, zone *time.Location) (off calendar.TimeOff, err error) {
	from, err := dayAndTime(form, "off-from", 0, zone)
	if err != nil {
		return off, err
	}
	to, err := dayAndTime(form, "off-to", 24*60, zone)
	if err != nil {
		return off, err
	}
	return calendar.TimeOff{Span: calendar.Span{Start: from, End: to}, Reason: form.Get("reason")}, nil
}

// dayAndTime reads a date with a time beside it, which may be missing.
func dayAndTime(form web.Form, name string, otherwise int, zone *time.Location) (time.Time, error) {
	day, err := calendar.ParseDate(form.Get(name))
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "schedule.hours.date").At(name)
	}
	minute := otherwise
	if text := form.Get(name + "-time"); text != "" {
		if minute, err = readClock(text); err != nil {
			return time.Time{}, fault.New(fault.Invalid, "schedule.hours.clock").At(name + "-time")
		}
	}
	at, _ := calendar.Local(day, minute, zone)
	return at, nil
}
