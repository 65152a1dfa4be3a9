package desk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// pageLook is how often, in seconds, the day is looked at again.
const pageLook = "30"

// todayView is one day at the locations of whoever looks.
type todayView struct {
	shell     ui.ShellProps
	now       time.Time
	day       calendar.Date
	all       []appointment.Brief
	show      string
	text      string
	location  string
	locations []appointment.Location
	services  map[string]string
	staff     map[string]org.Person
	// page is which part of the chosen tile is shown.
	page int
	// named are the names of locations by id.
	named map[string]string
	// me is who looks, and url writes an address with our host.
	me  string
	url func(path string) string
}

// today shows a day across locations.
func (p *Pages) today(w http.ResponseWriter, r *http.Request) error {
	v, err := p.day(w, r)
	if err != nil {
		return err
	}
	v.shell.Full = true
	if v.day == calendar.DateOf(v.now.In(web.ReaderOf(r).Zone)) {
		v.shell.Page.Refresh = pageLook
	}
	return page.Render(w, r, http.StatusOK, todayPage(web.ReaderOf(r), v))
}

// day reads the day of the address, as far as the actor may see it.
func (p *Pages) day(w http.ResponseWriter, r *http.Request) (v todayView, err error) {
	ctx, actor, q, reader := r.Context(), web.ActorOf(r), p.Orgs.Read(), web.ReaderOf(r)
	v = todayView{shell: page.Frame(w, r, reader.T("desk.title"), "desk"), show: r.URL.Query().Get("show"), text: r.URL.Query().Get("q"), page: page.PageOf(r), named: map[string]string{}, me: actor.PersonID, url: p.Site.URL}
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	if v.day, err = calendar.ParseDate(r.URL.Query().Get("day")); err != nil {
		v.day = calendar.DateOf(v.now.In(reader.Zone))
	}
	if err := p.names(r, &v); err != nil {
		return v, err
	}
	if v.location = r.URL.Query().Get("location"); v.named[v.location] == "" {
		v.location = ""
	}
	filter := appointment.ScheduleFilter{LocationID: v.location, Text: v.text}
	if v.all, err = p.Appointments.Diary(ctx, q, actor, filter, v.day.In(reader.Zone)); err != nil {
		return v, err
	}
	v.page = min(v.page, v.pages(reader).Pages)
	var people []string
	for _, b := range v.all {
		people = append(append(people, b.StaffID), b.Beside...)
	}
	v.staff, err = p.Orgs.PeopleByID(ctx, q, actor.OrgID, slices.Compact(slices.Sorted(slices.Values(people))))
	return v, err
}

// names reads what services and locations are called. A location is offered as a
// filter to whoever may see what is held there.
func (p *Pages) names(r *http.Request, v *todayView) error {
	ctx, actor, q := r.Context(), web.ActorOf(r), p.Orgs.Read()
	services, err := p.Appointments.Services(ctx, q, actor.OrgID)
	if err != nil {
		return err
	}
	v.services = make(map[string]string, len(services))
	for _, s := range services {
		v.services[s.ID] = s.Name
	}
	all, err := p.Appointments.Locations(ctx, q, actor.OrgID)
	everywhere, scopes := actor.Scopes(org.UseContactCenter)
	for _, l := range all {
		if everywhere || slices.Contains(scopes, l.ID) {
			v.locations = append(v.locations, l)
			v.named[l.ID] = l.Name
		}
	}
	return err
}

// A show is a filter of the day, and its tile.
type show struct {
	name string
	look page.Look
	has  func(appointment.Brief, time.Time) bool
}

// shows are in the order of the tiles; the first is the one without a name.
var shows = []show{
	{"", page.Look{Tone: ui.Neutral}, func(b appointment.Brief, _ time.Time) bool { return b.State != appointment.Cancelled }},
	{"coming", page.LookOf(appointment.Confirmed), is(appointment.Confirmed)},
	{"late", page.Look{Tone: ui.Warning}, func(b appointment.Brief, now time.Time) bool { return lateness(b, now).key != "" }},
	{"arrived", page.LookOf(appointment.Arrived), is(appointment.Arrived)},
	{"in_progress", page.LookOf(appointment.InProgress), is(appointment.InProgress)},
	{"served", page.LookOf(appointment.Served), is(appointment.Served)},
	{"no_show", page.LookOf(appointment.NoShow), is(appointment.NoShow)},
	{"cancelled", page.LookOf(appointment.Cancelled), is(appointment.Cancelled)},
}

func is(state appointment.State) func(appointment.Brief, time.Time) bool {
	return func(b appointment.Brief, _ time.Time) bool { return b.State == state }
}

// A lag is who keeps whom waiting, and for how long.
type lag struct {
	key  string
	long time.Duration
}

// lateness says who is late: the client who has not come or said so, the staff
// who let somebody wait, or a talk that takes longer than it was meant to.
func lateness(b appointment.Brief, now time.Time) lag {
	switch {
	case b.State == appointment.Confirmed && now.After(b.Starts.Add(b.Late)):
		return lag{"desk.late.client", now.Sub(b.Starts)}
	case b.State == appointment.Confirmed && b.Late > 0:
		return lag{"desk.late.said", b.Late}
	case b.State == appointment.Arrived && now.After(b.Starts):
		return lag{"desk.late.waiting", now.Sub(b.Starts)}
	case b.State == appointment.InProgress && now.After(b.Ends):
		return lag{"desk.late.over", now.Sub(b.Ends)}
	}
	return lag{}
}

// with is the address of the day with some values set, or unset when empty.
func (v todayView) with(pairs ...string) string {
	return page.Address("/desk", append([]string{"day", v.day.String(), "location", v.location, "q", v.text, "show", v.show}, pairs...)...)
}

// here is the address of the day as it is shown.
func (v todayView) here() string { return v.with("page", strconv.Itoa(v.page)) }

func (v todayView) tiles(r words.Reader) (tiles []ui.Stat) {
	for _, s := range shows {
		n := 0
		for _, b := range v.all {
			if s.has(b, v.now) {
				n++
			}
		}
		tile := ui.Stat{Figure: r.Number(n), Label: r.T("desk.show." + orAll(s.name)), Tone: s.look.Tone, Icon: s.look.Icon, Href: v.with("show", s.name), Current: s.name == v.show}
		if n == 0 {
			tile.Tone = ui.Neutral
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

func orAll(name string) string {
	if name == "" {
		return "all"
	}
	return name
}

// rowsMost is how many appointments a page of the day holds.
const rowsMost = 100

// chosen are the appointments of the chosen tile.
func (v todayView) chosen() (list []appointment.Brief) {
	i := slices.IndexFunc(shows, func(s show) bool { return s.name == v.show })
	for _, b := range v.all {
		if shows[max(i, 0)].has(b, v.now) {
			list = append(list, b)
		}
	}
	return list
}

// pages leads through the appointments of the chosen tile.
func (v todayView) pages(r words.Reader) ui.PaginationProps {
	return page.Numbered(r, v.page, rowsMost, len(v.chosen()), func(n int) string { return v.with("page", strconv.Itoa(n)) })
}

// rows are the chosen appointments of the page.
func (v todayView) rows(r words.Reader) (rows []ui.Row) {
	list := v.chosen()
	from := min((v.page-1)*rowsMost, len(list))
	for _, b := range list[from:min(from+rowsMost, len(list))] {
		rows = append(rows, ui.Row{ID: "a-" + b.ID, Muted: !b.State.Standing(), Cells: []ui.Cell{
			{Text: r.Time(b.Starts), Sub: r.T("desk.until", "Time", r.Time(b.Ends)), Href: "/schedule/" + b.ID},
			{Text: nameOf(r, org.Person{Name: b.Client}), Href: clientPath(b.ClientID)},
			{Text: v.services[b.ServiceID], Sub: v.where(r, b)},
			{Text: v.staff[b.StaffID].Name, Sub: v.besideNames(r, b)},
			v.callCell(r, b),
			{Body: stateCell(r, b, v.now)},
			{Body: stepCell(r, v, b)},
		}})
	}
	return rows
}

// callCell is the link of a video call; empty where there is none.
func (v todayView) callCell(r words.Reader, b appointment.Brief) ui.Cell {
	if c, has := page.CallOf(b, v.me, v.url); has {
		return ui.Cell{Body: page.CallCell(r, c)}
	}
	return ui.Cell{}
}

func (v todayView) where(r words.Reader, b appointment.Brief) string {
	if name := v.named[b.LocationID]; name != "" {
		return name
	}
	return r.T(b.Method.Key())
}

// others are the presses that are less likely than the first: the further
// states, and taking the last one back.
func (v todayView) others(r words.Reader, b appointment.Brief, next []appointment.State, back appointment.State) (items []ui.MenuItem) {
	add := func(to appointment.State, label string) {
		items = append(items, ui.MenuItem{Label: label, Icon: page.LookOf(to).Icon, Href: stepPath(b), Post: true, Hidden: v.hidden(b, to)})
	}
	for i, to := range next {
		if i > 0 {
			add(to, r.T("desk.step."+string(to)))
		}
	}
	if back != "" {
		add(back, r.T("desk.step.back", "State", r.T(back.Key())))
	}
	return append(items, v.delays(r, b)...)
}
