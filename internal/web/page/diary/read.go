package diary

import (
	"context"
	"net/http"
	"slices"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/words"
)

// View is a schedule as it is shown.
type View struct {
	look
	r    words.Reader
	now  time.Time
	me   org.Actor
	zone string
	// people are those whose time is shown, by name; names are of all who appear.
	people []org.Person
	names  map[string]string
	// along is how many the clients bring, by the appointment.
	along map[string]int
	// watch are all whose schedules the reader may look at; empty for who sees
	// only their own.
	watch     []org.Person
	locations []appointment.Location
	services  []appointment.Service
	outlines  map[string]calendar.Outline
	list      []appointment.Brief
	// total counts the list where it has pages.
	total int
	// next is what goes on now or comes next, if anything.
	next *appointment.Brief
	// due are the follow-ups of the reader that are due by today.
	due     []appointment.Task
	booking string
	// url writes an address with our host.
	url  func(path string) string
	face *faces
}

// pageSize is how many appointments a page of the list holds.
const pageSize = 100

// Read reads the schedule that the address of a request asks for, at base or
// wherever else it is shown, with a fixed number of queries.
func (d *Diary) Read(r *http.Request, base string) (v *View, err error) {
	ctx := r.Context()
	v = &View{r: web.ReaderOf(r), me: web.ActorOf(r), url: d.Site.URL}
	if v.now, err = d.Now(ctx); err != nil {
		return nil, err
	}
	v.look = lookOf(r.URL.Query(), base, v.r, v.now)
	v.booking = v.url("/book/" + v.me.Organization.Slug)
	for _, read := range []func(context.Context, *View) error{d.readChoices, d.readPeople, d.readTime, d.readList, d.readNext, d.readDue} {
		if err := read(ctx, v); err != nil {
			return nil, err
		}
	}
	v.face = newFaces(v)
	return v, nil
}

// readChoices reads what there is to choose from.
func (d *Diary) readChoices(ctx context.Context, v *View) (err error) {
	q := d.Orgs.Read()
	if v.services, err = d.Appointments.Services(ctx, q, v.me.OrgID); err != nil {
		return err
	}
	if v.watch, err = d.Appointments.Watchable(ctx, q, v.me); err != nil || len(v.watch) == 0 {
		return err
	}
	v.locations, err = d.Appointments.Locations(ctx, q, v.me.OrgID)
	return err
}

// readPeople finds whose time is shown. A person whose schedule is not the
// reader's to see does not exist.
func (d *Diary) readPeople(ctx context.Context, v *View) (err error) {
	if v.person == v.me.PersonID {
		v.person = ""
	}
	switch {
	case v.person == everyone && len(v.watch) == 0:
		return fault.New(fault.NotFound, "")
	case v.person == everyone:
		v.people = v.narrowPeople()
		return nil
	case v.person == "":
		v.people = []org.Person{{OrgID: v.me.OrgID, ID: v.me.PersonID, Name: v.me.Name}}
		return nil
	}
	if i := slices.IndexFunc(v.watch, func(p org.Person) bool { return p.ID == v.person }); i >= 0 {
		v.people = v.watch[i : i+1]
		return nil
	}
	p, err := d.gone(ctx, v)
	v.people = []org.Person{p}
	return err
}

// gone is a member who left, whose schedule those who see all may still look at.
func (d *Diary) gone(ctx context.Context, v *View) (org.Person, error) {
	if everywhere, _ := v.me.Scopes(org.UseContactCenter); !everywhere {
		return org.Person{}, fault.New(fault.NotFound, "")
	}
	p, err := d.Orgs.Person(ctx, d.Orgs.Read(), v.me.OrgID, v.person)
	if err == nil && p.Kind != org.KindMember {
		err = fault.New(fault.NotFound, "")
	}
	return p, err
}

// narrowPeople are those who can have what is asked for: who work at the branch,
// and offer the service.
func (v *View) narrowPeople() []org.Person {
	people := slices.Clone(v.watch)
	keep := func(ids []string) {
		people = slices.DeleteFunc(people, func(p org.Person) bool { return !slices.Contains(ids, p.ID) })
	}
	for _, l := range v.locations {
		if l.ID == v.location {
			keep(l.Staff)
		}
	}
	for _, s := range v.services {
		if s.ID == v.service {
			keep(s.Staff)
		}
	}
	return people
}

// readTime reads when the people work; the list does not show it.
func (d *Diary) readTime(ctx context.Context, v *View) (err error) {
	if v.view == listView && v.many() {
		return nil
	}
	ids := make([]string, len(v.people))
	for i, p := range v.people {
		ids[i] = p.ID
	}
	v.outlines, err = calendar.Outlines(ctx, d.Orgs.Read(), v.me.OrgID, ids, v.window(v.r))
	return err
}

// readList reads the appointments, and the names of those who are not among the
// people: who left, or works elsewhere.
func (d *Diary) readList(ctx context.Context, v *View) (err error) {
	q, f, window := d.Orgs.Read(), v.filter(), v.window(v.r)
	if v.view == listView {
		if v.total, err = d.Appointments.CountDiary(ctx, q, v.me, f, window); err != nil {
			return err
		}
		v.page = min(v.page, max((v.total+pageSize-1)/pageSize, 1))
		f.Skip, f.Limit = (v.page-1)*pageSize, pageSize
	}
	if v.list, err = d.Appointments.Diary(ctx, q, v.me, f, window); err != nil {
		return err
	}
	if v.view == listView {
		if v.along, err = d.Appointments.ComingAlong(ctx, q, v.me.OrgID, v.list); err != nil {
			return err
		}
	}
	return d.readNames(ctx, v)
}

func (d *Diary) readNames(ctx context.Context, v *View) error {
	v.names = make(map[string]string, len(v.people))
	for _, p := range v.people {
		v.names[p.ID] = p.Name
	}
	var missing []string
	for _, b := range v.list {
		if _, known := v.names[b.StaffID]; !known {
			v.names[b.StaffID] = ""
			missing = append(missing, b.StaffID)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := d.Orgs.PeopleByID(ctx, d.Orgs.Read(), v.me.OrgID, missing)
	for _, id := range missing {
		if p, ok := found[id]; ok {
			v.names[id] = p.Name
			if v.many() {
				v.people = append(v.people, p)
			}
		}
	}
	return err
}

// readNext finds what is next where that is worth saying: for one person, and
// where nothing else is shown.
func (d *Diary) readNext(ctx context.Context, v *View) error {
	if v.many() && len(v.list) > 0 {
		return nil
	}
	b, found, err := d.Appointments.UpNext(ctx, d.Orgs.Read(), v.me, v.filter(), v.now)
	if found {
		v.next = &b
	}
	return err
}

func (v *View) filter() appointment.ScheduleFilter {
	f := appointment.ScheduleFilter{LocationID: v.location, ServiceID: v.service, Text: v.text}
	if !v.many() {
		f.StaffID = v.people[0].ID
	}
	if v.state != "" {
		f.States = []appointment.State{v.state}
	}
	return f
}
