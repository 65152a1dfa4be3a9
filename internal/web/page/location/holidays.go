package location

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/holiday"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// holidayYears is how far ahead public holidays are offered.
const holidayYears = 2

// holidayView offers the public holidays of a region.
type holidayView struct {
	location appointment.Location
	region   string
	days     []ui.Choice
	// kept is how many of them the location has already.
	kept   int
	errors web.Errors
}

func (p *Pages) holidays(w http.ResponseWriter, r *http.Request) error {
	l, err := p.at(r)
	if err != nil {
		return err
	}
	return p.drawHolidays(w, r, http.StatusOK, holidayView{location: l, region: r.URL.Query().Get("region")})
}

func (p *Pages) drawHolidays(w http.ResponseWriter, r *http.Request, status int, v holidayView) error {
	reader := web.ReaderOf(r)
	if !slices.Contains(holiday.Regions(), v.region) {
		v.region = regionOf(v.location.Zone)
	}
	offered, err := p.offered(r, v.location, v.region, reader)
	if err != nil {
		return err
	}
	for _, c := range offered {
		if slices.ContainsFunc(v.location.Closed, func(o appointment.Closing) bool { return o.Day == c.Day }) {
			v.kept++
			continue
		}
		v.days = append(v.days, ui.Choice{Value: c.Day, Title: closingDay(reader, c), Hint: c.Name, Checked: true})
	}
	title := reader.T("location.holidays")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("location.holidays.lead"),
		Breadcrumb: above(reader, ui.NavItem{Label: v.location.Name, Href: home + "/" + v.location.ID})}
	return page.Render(w, r, status, holidayPage(reader, frame(w, r, title), header, v))
}

// offered are the public holidays to come, named in somebody's language.
func (p *Pages) offered(r *http.Request, l appointment.Location, region string, in words.Reader) (days []appointment.Closing, err error) {
	now, err := p.Now(r.Context())
	if err != nil {
		return nil, err
	}
	zone, err := calendar.Zone(l.Zone)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(now.In(zone)).In(time.UTC).Start
	for _, d := range holiday.Between(region, today, today.AddDate(holidayYears, 0, 0)) {
		name := in.T(d.Name)
		if d.Substitute {
			name = in.T("holiday.substitute", "Name", name)
		}
		days = append(days, appointment.Closing{Day: d.Date.Format(time.DateOnly), Name: name})
	}
	return days, nil
}

// regionOf guesses whose holidays a location keeps from its zone.
func regionOf(zone string) string {
	for prefix, region := range map[string]string{
		"Europe/Dublin": "ie", "Europe/Paris": "fr", "Europe/Berlin": "de", "America/Toronto": "ca", "America/Vancouver": "ca", "America/Montreal": "ca",
		"America/Halifax": "ca", "America/Winnipeg": "ca", "America/Edmonton": "ca", "America/New_York": "us", "America/Chicago": "us", "America/Denver": "us", "America/Los_Angeles": "us",
	} {
		if strings.HasPrefix(zone, prefix) {
			return region
		}
	}
	return holiday.Regions()[0]
}

// addHolidays closes the location on the days that are ticked. Only days that are
// offered are taken, with the names that they have in the organization's language.
func (p *Pages) addHolidays(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l, err := p.at(r)
	if err != nil {
		return err
	}
	offered, err := p.offered(r, l, form.Get("region"), words.Reader{Lang: web.OrganizationOf(r).Lang})
	if err != nil {
		return err
	}
	added := 0
	for _, c := range offered {
		ticked := slices.Contains(form.Values["day"], c.Day)
		if ticked && !slices.ContainsFunc(l.Closed, func(o appointment.Closing) bool { return o.Day == c.Day }) {
			l.Closed = append(l.Closed, c)
			added++
		}
	}
	v := holidayView{location: l, region: form.Get("region")}
	bad := error(fault.New(fault.Invalid, "location.holidays.none").At("day"))
	if added > 0 {
		_, bad = p.Appointments.SaveLocation(r.Context(), web.ActorOf(r), l)
	}
	if v.errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if v.errors != nil {
		return p.drawHolidays(w, r, http.StatusUnprocessableEntity, v)
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "location.holidays.added", Args: []string{"Name", l.Name}})
	return web.Redirect(w, r, home+"/"+l.ID+"#closed")
}

func regionOptions(r words.Reader) (all []ui.Option) {
	for _, name := range holiday.Regions() {
		all = append(all, ui.Option{Value: name, Label: r.T("holiday." + name)})
	}
	return all
}
