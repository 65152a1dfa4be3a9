package member

import (
	"net/http"
	"time"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
)

// addOff takes a span out of the working time.
func (k *Work) addOff(w http.ResponseWriter, r *http.Request) error {
	v, form, err := k.readHours(w, r)
	if err != nil {
		return err
	}
	v.off = form
	if form.Get("do") == "edit" {
		return drawHours(w, r, v, http.StatusOK)
	}
	off, cause := offOf(form, v.plan.zone)
	if cause == nil && off.Span.Valid() {
		if v.asks(form, v.plan.withOff(off), "/hours/off") {
			return drawHours(w, r, v, http.StatusOK)
		}
	}
	actor := web.ActorOf(r)
	if cause == nil {
		_, cause = k.Calendars.AddTimeOff(r.Context(), actor, actor.PersonID, off)
	}
	errors, err := web.FieldErrors(r, cause)
	if err != nil {
		return err
	}
	if errors != nil {
		v.off.Errors = renamed(errors, "end", "off-to")
		v.problems = problems(v.off.Errors, "off-from", "off-from", "off-from-time", "off-to", "off-to-time", "reason")
		return drawHours(w, r, v, http.StatusUnprocessableEntity)
	}
	return saved(w, r, "schedule.off.saved")
}

// removeOff gives a span back to the working time.
func (k *Work) removeOff(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	if err := k.Calendars.RemoveTimeOff(r.Context(), actor, actor.PersonID, r.PathValue("id")); err != nil {
		return err
	}
	return saved(w, r, "schedule.off.removed")
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
