package admin

import (
	"errors"
	"net/http"
	"time"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// The two ways in which a date differs from the usual week.
const (
	dayClosed = "closed"
	dayOther  = "other"
)

// addException gives a date other hours, or none.
func (p *Pages) addException(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.hoursForm(r)
	if err != nil {
		return err
	}
	e, bad := exceptionIn(form)
	if bad == nil {
		bad = p.Calendars.SaveException(r.Context(), web.ActorOf(r), v.person.ID, e)
		if f := fault.As(bad); f != nil && f.Field == "hours" {
			bad = f.At("open_from")
		}
	}
	return p.hoursDone(w, r, v, bad, "admin.exception.saved")
}

// hoursForm is the page with what was typed into one of its small forms; the
// week stays as it is kept.
func (p *Pages) hoursForm(r *http.Request) (v hoursView, form web.Form, err error) {
	if v, err = p.hoursOf(r); err != nil {
		return v, form, err
	}
	if form, err = web.ReadForm(r); err != nil {
		return v, form, err
	}
	for name, values := range form.Values {
		v.form.Values[name] = values
	}
	return v, form, nil
}

func exceptionIn(f web.Form) (e calendar.Exception, err error) {
	var bad []error
	if e.Date, err = calendar.ParseDate(f.Get("date")); err != nil {
		bad = append(bad, atField(err, "date"))
	}
	if f.Get("day") == dayClosed {
		return e, errors.Join(bad...)
	}
	for _, names := range [][2]string{{"open_from", "open_to"}, {"more_from", "more_to"}} {
		m, given, err := minutesIn(f, names[0], names[1])
		if err != nil {
			bad = append(bad, err)
		} else if given {
			e.Open = append(e.Open, m)
		}
	}
	if len(e.Open) == 0 && len(bad) == 0 {
		bad = append(bad, fault.New(fault.Invalid, "admin.exception.open").At("open_from"))
	}
	return e, errors.Join(bad...)
}

func (p *Pages) dropException(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	day, err := calendar.ParseDate(r.PathValue("date"))
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := p.Calendars.DropException(r.Context(), web.ActorOf(r), m.ID, day); err != nil {
		return err
	}
	return tell(w, r, "/staff/"+m.ID+"/hours", "success", "admin.exception.dropped")
}

// addTimeOff takes days, or hours of them, out of a member's working time.
func (p *Pages) addTimeOff(w http.ResponseWriter, r *http.Request) error {
	v, form, err := p.hoursForm(r)
	if err != nil {
		return err
	}
	off, bad := timeOffIn(form, v.zone)
	if bad == nil {
		_, bad = p.Calendars.AddTimeOff(r.Context(), web.ActorOf(r), v.person.ID, off)
	}
	return p.hoursDone(w, r, v, bad, "admin.timeoff.added")
}

// timeOffIn reads time off in the member's zone. Without times it is whole
// days, the last one included; without a last day it is one day.
func timeOffIn(f web.Form, zone *time.Location) (off calendar.TimeOff, err error) {
	off.Reason = f.Get("reason")
	first, err := calendar.ParseDate(f.Get("start"))
	if err != nil {
		return off, atField(err, "start")
	}
	last := first
	if text := f.Get("end"); text != "" {
		if last, err = calendar.ParseDate(text); err != nil {
			return off, atField(err, "end")
		}
	}
	from, to := 0, 24*60
	if text := f.Get("start_time"); text != "" {
		if from, err = minuteOf(text, false); err != nil {
			return off, atField(err, "start_time")
		}
	}
	if text := f.Get("end_time"); text != "" {
		if to, err = minuteOf(text, true); err != nil {
			return off, atField(err, "end_time")
		}
	}
	off.Span.Start, _ = calendar.Local(first, from, zone)
	off.Span.End, _ = calendar.Local(last, to, zone)
	return off, nil
}

func (p *Pages) removeTimeOff(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	if err := p.Calendars.RemoveTimeOff(r.Context(), web.ActorOf(r), m.ID, r.PathValue("off")); err != nil {
		return err
	}
	return tell(w, r, "/staff/"+m.ID+"/hours", "success", "admin.timeoff.removed")
}

// exceptionRows lists the dates that differ from the usual week.
func (v hoursView) exceptionRows(r words.Reader) (rows []ui.Row) {
	for _, e := range v.exceptions {
		text := r.T("admin.exception.closed")
		if len(e.Open) > 0 {
			text = openText(r, e)
		}
		date := r.In(time.UTC).Date(e.Date.In(time.UTC).Start)
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: date}, {Text: text}, {Body: dropButton(r, "/staff/"+v.person.ID+"/exceptions/"+e.Date.String()+"/drop", date, r.T("admin.exception.drop"))}}})
	}
	return rows
}

func openText(r words.Reader, e calendar.Exception) string {
	var parts []string
	day := e.Date.In(time.UTC).Start
	for _, m := range e.Open {
		parts = append(parts, r.In(time.UTC).Times(day.Add(time.Duration(m.Start)*time.Minute), day.Add(time.Duration(m.End)*time.Minute)))
	}
	return r.List(parts...)
}

// offRows lists the time off that is to come.
func (v hoursView) offRows(r words.Reader) (rows []ui.Row) {
	for _, o := range v.off {
		when := r.In(v.zone).Span(o.Span.Start, o.Span.End)
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: when, Sub: o.Reason}, {Body: dropButton(r, "/staff/"+v.person.ID+"/timeoff/"+o.ID+"/remove", when, r.T("admin.timeoff.remove"))}}})
	}
	return rows
}
