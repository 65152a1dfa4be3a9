// Package hours is the one editor of when somebody works: the usual week, dates
// with other hours, time off, and what becomes of the appointments that a change
// would strand. Members use it for themselves, administrators for the staff. It
// draws and reads forms; what is allowed is decided by calendar and appointment.
package hours

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// An Editor edits when people work. Its handlers are registered by whoever opens
// a Desk for it.
type Editor struct {
	Orgs         *org.Orgs
	Appointments *appointment.Appointments
	Calendars    *calendar.Calendars
	// Now is the database's clock.
	Now func(context.Context) (time.Time, error)
	// Desk says whose time the address is about. It refuses who may not edit it.
	Desk func(*http.Request) (Desk, error)
}

// A Desk is the place at which somebody's time is edited: whose it is, how the
// page around the editor looks, and where its forms lead.
type Desk struct {
	Person org.Person
	// Own says that it is the reader's own time.
	Own bool
	// Menu is the entry of the menu, Title the name of the page.
	Menu, Title string
	// Header is the heading; the zone is added as its subtitle.
	Header ui.PageHeaderProps
	// Tabs lead to what stands beside the hours; nil is none.
	Tabs templ.Component
	// Week is the address of the page, and where the week is posted. Dates, Off,
	// Away and Settle are those of the other forms.
	Week, Dates, Off, Away, Settle string
	// DropDate and RemoveOff are where a date, and time off, are taken back.
	DropDate, RemoveOff func(id string) string
	// Opens is the page of an appointment; empty when the reader has none.
	Opens func(appointment.View) string
}

// ofOthers are the sentences that are said otherwise to who edits the time of
// somebody else.
var ofOthers = map[string]string{
	"schedule.hours.saved": "hours.of.saved", "schedule.hours.unsaved": "hours.of.unsaved", "schedule.hours.week.text": "hours.of.week",
	"schedule.dates.text": "hours.of.dates", "schedule.dates.dropped": "hours.of.dates.dropped", "schedule.dates.missing": "hours.of.dates.missing",
	"schedule.off.text": "hours.of.off", "schedule.off.saved": "hours.of.off.saved", "schedule.off.removed": "hours.of.off.removed",
}

// says is the sentence of a key as this reader is told it.
func (d Desk) says(key string) string {
	if other, ok := ofOthers[key]; ok && !d.Own {
		return other
	}
	return key
}

// view is what the page shows. Each of its three forms keeps what was typed while
// another is sent.
type view struct {
	desk   Desk
	shell  ui.ShellProps
	now    time.Time
	plan   plan
	places []appointment.Location
	week   weekForm
	// seen is the print of the week that the form was drawn from.
	seen string
	// unsaved says that rows were added or taken away and not saved yet, changed
	// that somebody else saved the week meanwhile.
	unsaved, changed bool
	// date and off are the forms below the week, day the rows of the first.
	date, off web.Form
	day       []row
	problems  []ui.Problem
	// over asks first, since booked appointments would lie outside.
	over *overlap
}

// dateRows is how many stretches the form for a date holds: a morning and an afternoon.
const dateRows = 2

// open reads the plan of whoever the address is about.
func (e *Editor) open(w http.ResponseWriter, r *http.Request) (v view, err error) {
	if v.desk, err = e.Desk(r); err != nil {
		return v, err
	}
	if v.now, err = e.Now(r.Context()); err != nil {
		return v, err
	}
	if v.plan, err = e.plan(r.Context(), v.desk.Person, v.now); err != nil {
		return v, err
	}
	if v.places, err = e.placesOf(r.Context(), v.desk.Person); err != nil {
		return v, err
	}
	v.week, v.seen, v.day = weekOf(v.plan.hours), calendar.Print(v.plan.hours), make([]row, dateRows)
	v.shell = page.Frame(w, r, v.desk.Title, v.desk.Menu)
	return v, nil
}

// placesOf are the branches at which a person works, if there is more than one to
// tell apart.
func (e *Editor) placesOf(ctx context.Context, p org.Person) (own []appointment.Location, err error) {
	all, err := e.Appointments.Locations(ctx, e.Orgs.Read(), p.OrgID)
	for _, l := range all {
		for _, id := range l.Staff {
			if id == p.ID && l.Active {
				own = append(own, l)
			}
		}
	}
	if len(own) < 2 {
		return nil, err
	}
	return own, err
}

// Show shows the week, the dates and the time off.
func (e *Editor) Show(w http.ResponseWriter, r *http.Request) error {
	v, err := e.open(w, r)
	if err != nil {
		return err
	}
	return v.draw(w, r, http.StatusOK)
}

// draw draws the page, or the question that comes before a change.
func (v view) draw(w http.ResponseWriter, r *http.Request, status int) error {
	reader := web.ReaderOf(r)
	if v.over != nil {
		return page.Render(w, r, status, overPage(reader, v))
	}
	return page.Render(w, r, status, hoursPage(reader, v))
}

// read reads the form that was posted and what it is about.
func (e *Editor) read(w http.ResponseWriter, r *http.Request) (view, web.Form, error) {
	form, err := web.ReadForm(r)
	if err != nil {
		return view{}, form, err
	}
	v, err := e.open(w, r)
	return v, form, err
}

// SaveWeek saves the usual week, or only adds and takes away rows.
func (e *Editor) SaveWeek(w http.ResponseWriter, r *http.Request) error {
	v, form, err := e.read(w, r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	v.week = readWeek(form.Values)
	if seen := form.Get("seen"); seen != "" {
		v.seen = seen
	}
	if do := form.Get("do"); do != "" && do != "save" {
		v.week.change(do)
		v.unsaved = true
		return v.draw(w, r, http.StatusOK)
	}
	hours, ok := v.week.hours(reader)
	if !ok {
		v.problems = v.week.problems(reader)
		return v.draw(w, r, http.StatusUnprocessableEntity)
	}
	by := v.plan
	by.hours = hours
	if asks, err := e.asks(r, &v, form, by, v.desk.Week, appointment.Keep); err != nil || asks {
		return orElse(err, func() error { return v.draw(w, r, http.StatusOK) })
	}
	err = e.Calendars.ReplaceHours(r.Context(), web.ActorOf(r), v.desk.Person.ID, v.seen, hours)
	if err != nil {
		return v.refusedWeek(w, r, form, err)
	}
	return e.saved(w, r, v, form, "schedule.hours.saved")
}

// orElse is the error, or what is done when there is none.
func orElse(err error, otherwise func() error) error {
	if err != nil {
		return err
	}
	return otherwise()
}

// refusedWeek draws what was typed again. Where somebody else saved the week
// meanwhile, it shows theirs beside, and saving once more replaces it.
func (v view) refusedWeek(w http.ResponseWriter, r *http.Request, form web.Form, cause error) (err error) {
	status := http.StatusUnprocessableEntity
	if fault.Is(cause, fault.Conflict) {
		v.changed, v.seen, status = true, calendar.Print(v.plan.hours), http.StatusConflict
	}
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.problems = problems(form.Errors, "week")
	return v.draw(w, r, status)
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
