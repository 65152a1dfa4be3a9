package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// hoursView is the time of a member: the usual week, dates with other hours,
// and time off. The form holds what was typed into whichever of its three forms
// was sent.
type hoursView struct {
	person     org.Person
	zone       *time.Location
	now        time.Time
	form       web.Form
	week       []calendar.Hours
	exceptions []calendar.Exception
	off        []calendar.TimeOff
}

// spansADay is how many stretches a day has room for on the form, at least; one
// more than there are is always free.
const spansADay = 2

// aheadShown is how far ahead dates and time off are listed.
const aheadShown = 500 * 24 * time.Hour

func (p *Pages) showHours(w http.ResponseWriter, r *http.Request) error {
	v, err := p.hoursOf(r)
	if err != nil {
		return err
	}
	return p.drawHours(w, r, http.StatusOK, v)
}

func (p *Pages) hoursOf(r *http.Request) (v hoursView, err error) {
	if v.person, err = p.memberAt(r); err != nil {
		return v, err
	}
	if v.zone, err = calendar.Zone(zoneOf(v.person, web.OrganizationOf(r))); err != nil {
		return v, err
	}
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return v, err
	}
	orgID, id := v.person.OrgID, v.person.ID
	if v.week, err = p.Calendars.Hours(r.Context(), orgID, id); err != nil {
		return v, err
	}
	today := v.now.In(v.zone)
	if v.exceptions, err = p.Calendars.Exceptions(r.Context(), orgID, id, calendar.DateOf(today), calendar.DateOf(today.Add(aheadShown))); err != nil {
		return v, err
	}
	v.off, err = p.Calendars.TimeOff(r.Context(), orgID, id, calendar.Span{Start: v.now, End: v.now.Add(aheadShown)})
	v.form = web.Form{Values: weekForm(v.week)}
	return v, err
}

// zoneOf is the zone that a member's hours are in.
func zoneOf(m org.Person, at org.Organization) string {
	if m.Zone != "" {
		return m.Zone
	}
	return at.Zone
}

func (p *Pages) drawHours(w http.ResponseWriter, r *http.Request, status int, v hoursView) error {
	reader := web.ReaderOf(r)
	header := ui.PageHeaderProps{Title: v.person.Name, Status: activeBadge(reader, v.person.Active), Actions: memberMenu(reader, v.person),
		Subtitle:   reader.T("admin.hours.zone", "Zone", reader.ZoneChoice(v.zone.String(), v.now).Label),
		Breadcrumb: []ui.NavItem{crumb(reader.T("admin.staff"), "/staff")}}
	title := reader.T("admin.hours.title", "Name", v.person.Name)
	return page.Render(w, r, status, hoursPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// hourField names one end of a stretch of a weekday.
func hourField(day time.Weekday, row int, end string) string {
	return fmt.Sprintf("week.%d.%d.%s", day, row, end)
}

// weekForm is the form of a week as it is.
func weekForm(week []calendar.Hours) url.Values {
	f, rows := url.Values{}, map[time.Weekday]int{}
	for _, h := range week {
		f.Set(hourField(h.Weekday, rows[h.Weekday], "from"), clock(h.Start))
		f.Set(hourField(h.Weekday, rows[h.Weekday], "to"), clock(h.End))
		rows[h.Weekday]++
	}
	return f
}

// clock writes a minute of the day as time boxes do; the end of the day is
// midnight.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60%24, minute%60) }

// minuteOf reads a time box. As an end, midnight is that of the day's end.
func minuteOf(text string, end bool) (int, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "admin.hours.time")
	}
	minute := t.Hour()*60 + t.Minute()
	if end && minute == 0 {
		minute = 24 * 60
	}
	return minute, nil
}

// minutesIn reads one stretch. Where neither end is filled in there is none.
func minutesIn(f web.Form, from, to string) (m calendar.Minutes, given bool, err error) {
	if f.Get(from) == "" && f.Get(to) == "" {
		return m, false, nil
	}
	var bad []error
	if m.Start, err = minuteOf(f.Get(from), false); err != nil {
		bad = append(bad, atField(err, from))
	}
	if m.End, err = minuteOf(f.Get(to), true); err != nil {
		bad = append(bad, atField(err, to))
	}
	return m, true, errors.Join(bad...)
}

// rowsOn is how many stretches the form shows for a weekday.
func (v hoursView) rowsOn(day time.Weekday) int {
	n := 0
	for n < 24 && (v.form.Get(hourField(day, n, "from")) != "" || v.form.Get(hourField(day, n, "to")) != "") {
		n++
	}
	return max(spansADay, n+1)
}

// weekdays are the days of a week in the reader's order.
func weekdays(r words.Reader) (days []time.Weekday) {
	for i := range 7 {
		days = append(days, (r.FirstWeekday()+time.Weekday(i))%7)
	}
	return days
}

// saveHours replaces the usual week. Each day is checked by itself, so that a
// failure is told at its day.
func (p *Pages) saveHours(w http.ResponseWriter, r *http.Request) error {
	v, err := p.hoursOf(r)
	if err != nil {
		return err
	}
	if v.form, err = web.ReadForm(r); err != nil {
		return err
	}
	week, bad := weekIn(v.form)
	if bad == nil {
		bad = p.Calendars.SaveHours(r.Context(), web.ActorOf(r), v.person.ID, week)
	}
	return p.hoursDone(w, r, v, bad, "admin.hours.saved")
}

func weekIn(f web.Form) (week []calendar.Hours, err error) {
	var bad []error
	for day := time.Sunday; day <= time.Saturday; day++ {
		var open []calendar.Minutes
		for row := range 25 {
			m, given, err := minutesIn(f, hourField(day, row, "from"), hourField(day, row, "to"))
			if err != nil {
				bad = append(bad, err)
			} else if given {
				open = append(open, m)
				week = append(week, calendar.Hours{Weekday: day, Start: m.Start, End: m.End})
			}
		}
		if err := calendar.CheckDay(open); err != nil {
			bad = append(bad, fault.As(err).At(hourField(day, 0, "from")))
		}
	}
	return week, errors.Join(bad...)
}

// hoursDone goes back to the page, or draws it again with what is wrong.
func (p *Pages) hoursDone(w http.ResponseWriter, r *http.Request, v hoursView, bad error, key string) (err error) {
	if v.form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return p.drawHours(w, r, http.StatusUnprocessableEntity, v)
	}
	return tell(w, r, "/staff/"+v.person.ID+"/hours", "success", key, "Name", v.person.Name)
}

// problems are the errors of the page from top to bottom.
func (v hoursView) problems(r words.Reader) []ui.Problem {
	var fields []string
	for _, day := range weekdays(r) {
		for row := range v.rowsOn(day) {
			fields = append(fields, hourField(day, row, "from"), hourField(day, row, "to"))
		}
	}
	fields = append(fields, "date", "open_from", "open_to", "more_from", "more_to", "start", "start_time", "end", "end_time", "reason")
	return page.Problems(v.form.Errors, fields...)
}
