package hours

import (
	"net/http"
	"net/url"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/words"
)

// awayView is what the page of being away shows before days are chosen.
type awayView struct {
	view
	form web.Form
}

// Away asks for how long somebody is away, shows what is booked then, and
// proposes what becomes of it. Nothing is saved before that is confirmed.
func (e *Editor) Away(w http.ResponseWriter, r *http.Request) error {
	v, err := e.open(w, r)
	if err != nil {
		return err
	}
	reader, q := web.ReaderOf(r), r.URL.Query()
	form := awayForm(q, v.now.In(v.plan.zone))
	if form.Values == nil {
		return page.Render(w, r, http.StatusOK, awayPage(reader, awayView{view: v}))
	}
	off, err := offOf(form, v.plan.zone)
	if err == nil && !off.Span.Valid() {
		form.Errors = web.Errors{"off-to": reader.T("calendar.span.backwards")}
	} else if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		v.problems = problems(form.Errors, "off-from", "off-from", "off-to")
		return page.Render(w, r, http.StatusUnprocessableEntity, awayPage(reader, awayView{view: v, form: form}))
	}
	list, err := e.Appointments.Stranded(r.Context(), e.Orgs.Read(), v.desk.Person.OrgID, v.desk.Person.ID, off.Span)
	if err != nil {
		return err
	}
	all, err := e.stranded(r.Context(), web.ActorOf(r), list, appointment.HandOver)
	if err != nil {
		return err
	}
	v.over = &overlap{list: all, form: form, action: v.desk.Off, away: true}
	return v.draw(w, r, http.StatusOK)
}

// awayForm is the time off that the address asks for, as the form of time off has
// it: the rest of today, tomorrow, or the days that were chosen.
func awayForm(q url.Values, now time.Time) web.Form {
	today := calendar.DateOf(now)
	day := func(from, to calendar.Date) url.Values {
		return url.Values{"off-from": {from.String()}, "off-to": {to.String()}}
	}
	switch {
	case q.Get("when") == "today":
		f := day(today, today)
		f.Set("off-from-time", now.Format("15:04"))
		return web.Form{Values: f}
	case q.Get("when") == "tomorrow":
		return web.Form{Values: day(today+1, today+1)}
	case q.Has("off-from"):
		f := url.Values{"off-from": {q.Get("off-from")}, "off-to": {q.Get("off-to")}}
		if f.Get("off-to") == "" {
			f.Set("off-to", f.Get("off-from"))
		}
		return web.Form{Values: f}
	}
	return web.Form{}
}

// awayText is when the person would be away, in words.
func (v view) awayText(r words.Reader) string {
	off, err := offOf(v.over.form, v.plan.zone)
	if err != nil {
		return ""
	}
	return v.offText(r, off.Span)
}
