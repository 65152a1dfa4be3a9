package hours

import (
	"net/http"
	"strconv"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/words"
)

// SaveDate gives one date other hours, or closes it.
func (e *Editor) SaveDate(w http.ResponseWriter, r *http.Request) error {
	v, form, err := e.read(w, r)
	if err != nil {
		return err
	}
	v.date, v.day = form, append(readRows(form.Values, "x"), make([]row, dateRows)...)[:dateRows]
	if form.Get("do") == "edit" {
		return v.draw(w, r, http.StatusOK)
	}
	day, errors := v.readDate(web.ReaderOf(r))
	if errors == nil {
		if asks, err := e.asks(r, &v, form, v.plan.withDate(day), v.desk.Dates, appointment.Keep); err != nil || asks {
			return orElse(err, func() error { return v.draw(w, r, http.StatusOK) })
		}
		if errors, err = web.FieldErrors(r, e.Calendars.SaveException(r.Context(), web.ActorOf(r), v.desk.Person.ID, day)); err != nil {
			return err
		}
	}
	if errors != nil {
		v.date.Errors, v.problems = errors, problems(errors, "from-x-0", "date", "kind", "from-x-0", "from-x-1")
		return v.draw(w, r, http.StatusUnprocessableEntity)
	}
	return e.saved(w, r, v, form, "schedule.dates.saved")
}

// readDate reads the form for a date; what is wrong comes back by field.
func (v *view) readDate(r words.Reader) (e calendar.Exception, errors web.Errors) {
	errors = web.Errors{}
	day, err := calendar.ParseDate(v.date.Get("date"))
	switch {
	case err != nil:
		errors["date"] = r.T("schedule.hours.date")
	case day < calendar.DateOf(v.now.In(v.plan.zone)):
		errors["date"] = r.T("schedule.dates.past")
	}
	e.Date = day
	if v.date.Get("kind") == "open" {
		list, _ := check(r, v.day)
		for _, m := range list {
			e.Open = append(e.Open, m.Minutes)
		}
		for i, w := range v.day {
			if w.fault != "" {
				errors["from-x-"+strconv.Itoa(i)] = w.fault
			}
		}
		if len(e.Open) == 0 && len(errors) == 0 {
			v.day[0].fault = r.T(v.desk.says("schedule.dates.missing"), "Name", v.desk.Person.Name)
			errors["from-x-0"] = v.day[0].fault
		}
	}
	if len(errors) == 0 {
		return e, nil
	}
	return e, errors
}

// DropDate gives a date its usual hours back.
func (e *Editor) DropDate(w http.ResponseWriter, r *http.Request) error {
	desk, err := e.Desk(r)
	if err != nil {
		return err
	}
	day, err := calendar.ParseDate(r.PathValue("date"))
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := e.Calendars.DropException(r.Context(), web.ActorOf(r), desk.Person.ID, day); err != nil {
		return err
	}
	return back(w, r, desk, "schedule.dates.dropped")
}
