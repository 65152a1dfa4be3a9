package location

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// view is the form of a location. The form holds what was typed; days is how
// many closed days it shows.
type view struct {
	location appointment.Location
	form     web.Form
	days     int
	staff    []ui.Choice
	// more is how many members the list of staff leaves out.
	more int
	// coming is how many appointments are still to come here.
	coming int
	// keeps is why the location cannot be deleted, if it cannot.
	keeps *fault.Error
	now   time.Time
}

// path is where the form is posted.
func (v view) path() string {
	if v.location.ID == "" {
		return home + "/new"
	}
	return home + "/" + v.location.ID
}

func (p *Pages) fresh(w http.ResponseWriter, r *http.Request) error {
	l := appointment.Location{Active: true, Zone: web.OrganizationOf(r).Zone, Hours: usualWeek()}
	return p.draw(w, r, http.StatusOK, view{location: l, form: formOf(l)})
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	l, err := p.at(r)
	if err != nil {
		return err
	}
	return p.draw(w, r, http.StatusOK, view{location: l, form: formOf(l), days: len(l.Closed)})
}

// at is the location of the address; a new one has no id.
func (p *Pages) at(r *http.Request) (appointment.Location, error) {
	id := r.PathValue("id")
	if id == "" {
		return appointment.Location{Active: true}, nil
	}
	return p.Appointments.Location(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id)
}

func (p *Pages) draw(w http.ResponseWriter, r *http.Request, status int, v view) (err error) {
	reader := web.ReaderOf(r)
	if v.now, err = p.Now(r.Context()); err != nil {
		return err
	}
	if err := p.readStaff(r, &v); err != nil {
		return err
	}
	if err := p.readUse(r, &v); err != nil {
		return err
	}
	header := ui.PageHeaderProps{Title: reader.T("location.new"), Breadcrumb: above(reader)}
	if v.location.ID != "" {
		header.Title, header.Status = v.location.Name, inService(reader, v.location.Active)
		header.Actions = actions(reader, v.location, v.keeps == nil)
	}
	return page.Render(w, r, status, editPage(reader, frame(w, r, header.Title), header, v))
}

// readUse reads what names a location that is there already.
func (p *Pages) readUse(r *http.Request, v *view) (err error) {
	if v.location.ID == "" {
		return nil
	}
	if v.coming, err = p.Appointments.ComingTo(r.Context(), p.Orgs.Read(), v.location.OrgID, v.location.ID, v.now); err != nil {
		return err
	}
	v.keeps, err = p.keeps(r, v.location)
	return err
}

// keeps is why a location cannot be deleted, or nil if it can.
func (p *Pages) keeps(r *http.Request, l appointment.Location) (*fault.Error, error) {
	err := l.Unused(r.Context(), p.Orgs.Read())
	if err == nil {
		return nil, nil
	}
	if f := fault.As(err); f.Kind == fault.Conflict {
		return f, nil
	}
	return nil, err
}

const (
	// everyone is how many members are read to choose from.
	everyone = 5000
	// fewStaff are listed whole; of more, those who work there and those found.
	fewStaff = 24
)

// readStaff lists who can be ticked: everybody where they are few, and otherwise
// those who are ticked and those whom the search finds.
func (p *Pages) readStaff(r *http.Request, v *view) error {
	ticked := v.form.Values["staff"]
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: everyone})
	if err != nil {
		return err
	}
	found := map[string]bool{}
	if text := v.form.Get("find"); text != "" && len(people) > fewStaff {
		some, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Text: text, Limit: fewStaff})
		if err != nil {
			return err
		}
		for _, m := range some {
			found[m.ID] = true
		}
	}
	for _, m := range people {
		on := slices.Contains(ticked, m.ID)
		if len(people) > fewStaff && !on && !found[m.ID] {
			v.more++
			continue
		}
		v.staff = append(v.staff, ui.Choice{Value: m.ID, Title: m.Name, Hint: m.Email, Checked: on})
	}
	return nil
}

// save takes the form. A button inside it only changes what it shows, and saves
// nothing.
func (p *Pages) save(w http.ResponseWriter, r *http.Request) error {
	form, odd, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	before, err := p.at(r)
	if err != nil {
		return err
	}
	v := view{location: before, form: form, days: daysIn(form)}
	if do := form.Get("do"); do != "" {
		v.edit(do)
		return p.draw(w, r, http.StatusOK, v)
	}
	wish, bad := read(before, form)
	if odd != nil {
		bad = odd
	}
	saved := before
	if bad == nil {
		saved, bad = p.Appointments.SaveLocation(r.Context(), web.ActorOf(r), wish)
	}
	return p.saved(w, r, v, saved, bad)
}

// saved goes on to the location, or draws the form again with what is wrong.
func (p *Pages) saved(w http.ResponseWriter, r *http.Request, v view, saved appointment.Location, bad error) (err error) {
	if v.form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if v.form.Errors == nil {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "location.saved", Args: []string{"Name", saved.Name}})
		return web.Redirect(w, r, home+"/"+saved.ID)
	}
	v.form.Overtaken(bad, "appointment.location.stale", v.location.Version)
	return p.draw(w, r, http.StatusUnprocessableEntity, v)
}

// formOf is the form of a location as it is.
func formOf(l appointment.Location) web.Form {
	f := url.Values{
		"name": {l.Name}, "slug": {l.Slug}, "address": {l.Address}, "phone": {l.Phone}, "zone": {l.Zone}, "staff": l.Staff,
		"version": {fmt.Sprint(l.Version)},
	}
	rows := [7]int{}
	for _, h := range l.Hours {
		f.Set(weekField(h.Weekday, rows[h.Weekday], "from"), clock(h.Start))
		f.Set(weekField(h.Weekday, rows[h.Weekday], "to"), clock(h.End))
		rows[h.Weekday]++
	}
	for i, c := range l.Closed {
		f.Set(dayField(i, "day"), c.Day)
		f.Set(dayField(i, "name"), c.Name)
		for n, m := range c.Open {
			f.Set(dayField(i, fmt.Sprint("from", n)), clock(m.Start))
			f.Set(dayField(i, fmt.Sprint("to", n)), clock(m.End))
		}
	}
	return web.Form{Values: f}
}
