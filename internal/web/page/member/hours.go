package member

import (
	"net/http"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// hoursView is what the page of a member's hours shows. Each of its three forms
// keeps what was typed while another is sent.
type hoursView struct {
	shell ui.ShellProps
	now   time.Time
	plan  plan
	week  weekForm
	// unsaved says that rows were added or taken away and not saved yet.
	unsaved bool
	// date and off are the forms below the week, day the rows of the first.
	date, off web.Form
	day       []row
	problems  []ui.Problem
	// over asks first, since booked appointments would lie outside.
	over *overlap
}

// An overlap is a change that would leave booked appointments outside working
// time, with the form that asked for it.
type overlap struct {
	list []appointment.View
	form web.Form
	// action is where the form goes once more, when the reader is sure.
	action string
}

// openHours reads the plan of whoever asks.
func (k *Work) openHours(w http.ResponseWriter, r *http.Request) (v hoursView, err error) {
	if v.now, err = k.Now(r.Context()); err != nil {
		return v, err
	}
	actor, reader := web.ActorOf(r), web.ReaderOf(r)
	if v.plan, err = k.plan(r.Context(), actor.OrgID, actor.PersonID, v.now); err != nil {
		return v, err
	}
	v.week, v.day = weekOf(v.plan.hours), make([]row, dateRows)
	v.shell = page.Frame(w, r, reader.T("schedule.hours"), "schedule")
	return v, nil
}

// dateRows is how many stretches the form for a date holds: a morning and an afternoon.
const dateRows = 2

func (k *Work) hours(w http.ResponseWriter, r *http.Request) error {
	v, err := k.openHours(w, r)
	if err != nil {
		return err
	}
	return drawHours(w, r, v, http.StatusOK)
}

// drawHours draws the page, or the question that comes before a change.
func drawHours(w http.ResponseWriter, r *http.Request, v hoursView, status int) error {
	reader := web.ReaderOf(r)
	if v.over != nil {
		return page.Render(w, r, status, overPage(reader, v))
	}
	return page.Render(w, r, status, hoursPage(reader, v))
}

// readHours reads the form that was posted and what it is about.
func (k *Work) readHours(w http.ResponseWriter, r *http.Request) (hoursView, web.Form, error) {
	form, err := web.ReadForm(r)
	if err != nil {
		return hoursView{}, form, err
	}
	v, err := k.openHours(w, r)
	return v, form, err
}

// asks reports that the change must be asked about first, and puts the question.
func (v *hoursView) asks(form web.Form, by plan, action string) bool {
	list := v.plan.left(by)
	if form.On("sure") || len(list) == 0 {
		return false
	}
	v.over = &overlap{list: list, form: form, action: action}
	return true
}

// saveHours saves the usual week, or only adds and takes away rows.
func (k *Work) saveHours(w http.ResponseWriter, r *http.Request) error {
	v, form, err := k.readHours(w, r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	v.week = readWeek(form.Values)
	if do := form.Get("do"); do != "" && do != "save" {
		v.week.change(do)
		v.unsaved = true
		return drawHours(w, r, v, http.StatusOK)
	}
	hours, ok := v.week.hours(reader)
	if !ok {
		v.problems = v.week.problems(reader)
		return drawHours(w, r, v, http.StatusUnprocessableEntity)
	}
	by := v.plan
	by.hours = hours
	if v.asks(form, by, "/hours") {
		return drawHours(w, r, v, http.StatusOK)
	}
	actor := web.ActorOf(r)
	if err := k.Calendars.SaveHours(r.Context(), actor, actor.PersonID, hours); err != nil {
		if form.Errors, err = web.FieldErrors(r, err); err != nil {
			return err
		}
		v.problems = problems(form.Errors, "")
		return drawHours(w, r, v, http.StatusUnprocessableEntity)
	}
	return saved(w, r, "schedule.hours.saved")
}

func saved(w http.ResponseWriter, r *http.Request, key string) error {
	web.Tell(w, r, web.Flash{Tone: "success", Key: key})
	return web.Redirect(w, r, "/hours")
}

// problems are the errors for the summary in the order of the fields. One that
// is about no field of the page leads to the first box.
func problems(errors web.Errors, first string, fields ...string) (all []ui.Problem) {
	told := map[string]bool{}
	for _, field := range append([]string{"", "hours"}, fields...) {
		if text := errors[field]; text != "" && !told[field] {
			told[field] = true
			if field == "" || field == "hours" {
				all = append(all, ui.Problem{Field: first, Text: text})
				continue
			}
			all = append(all, ui.Problem{Field: field, Text: text})
		}
	}
	return all
}

// problems are what is wrong with the rows, with the day's name in front.
func (f weekForm) problems(r words.Reader) (all []ui.Problem) {
	for _, d := range r.Weekdays() {
		for i, w := range f[d] {
			if w.fault != "" {
				all = append(all, ui.Problem{Field: fieldID("from", strconv.Itoa(int(d)), i), Text: r.T("schedule.hours.problem", "Day", r.Weekday(d), "Text", w.fault)})
			}
		}
	}
	return all
}

func fieldID(name, day string, i int) string { return name + "-" + day + "-" + strconv.Itoa(i) }
