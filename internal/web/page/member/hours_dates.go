package member

import (
	"net/http"
	"strconv"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/words"
)

// saveDate gives one date other hours, or closes it.
func (k *Work) saveDate(w http.ResponseWriter, r *http.Request) error {
	v, form, err := k.readHours(w, r)
	if err != nil {
		return err
	}
	v.date, v.day = form, append(readRows(form.Values, "x"), make([]row, dateRows)...)[:dateRows]
	if form.Get("do") == "edit" {
		return drawHours(w, r, v, http.StatusOK)
	}
	e, errors := v.readDate(web.ReaderOf(r))
	if errors == nil {
		if v.asks(form, v.plan.withDate(e), "/hours/dates") {
			return drawHours(w, r, v, http.StatusOK)
		}
		actor := web.ActorOf(r)
		if errors, err = web.FieldErrors(r, k.Calendars.SaveException(r.Context(), actor, actor.PersonID, e)); err != nil {
			return err
		}
	}
	if errors != nil {
		v.date.Errors, v.problems = errors, problems(errors, "from-x-0", "date", "kind", "from-x-0", "from-x-1")
		return drawHours(w, r, v, http.StatusUnprocessableEntity)
	}
	return saved(w, r, "schedule.dates.saved")
}

// readDate reads the form for a date; what is wrong comes back by field.
func (v *hoursView) readDate(r words.Reader) (e calendar.Exception, errors web.Errors) {
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
			v.day[0].fault = r.T("schedule.dates.missing")
			errors["from-x-0"] = v.day[0].fault
		}
	}
	if len(errors) == 0 {
		return e, nil
	}
	return e, errors
}

// dropDate gives a date its usual hours back.
func (k *Work) dropDate(w http.ResponseWriter, r *http.Request) error {
	day, err := calendar.ParseDate(r.PathValue("date"))
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	actor := web.ActorOf(r)
	if err := k.Calendars.DropException(r.Context(), actor, actor.PersonID, day); err != nil {
		return err
	}
	return saved(w, r, "schedule.dates.dropped")
}
