package admin

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"parley/internal/appointment"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// staffView is the list of the staff.
type staffView struct {
	query     url.Values
	rows      []ui.Row
	tiles     []ui.Stat
	pages     ui.PaginationProps
	columns   []ui.Column
	clear     string
	services  []ui.Option
	locations []ui.Option
	connected bool
	// nobody says that there is nobody yet besides who looks.
	nobody bool
}

// staffFilters are the values of the address that narrow the list.
var staffFilters = []string{"q", "role", "show", "service", "location", "video", "offers"}

// staff lists the members of the organization by name.
func (p *Pages) staff(w http.ResponseWriter, r *http.Request) error {
	reader, at := web.ReaderOf(r), trailOf(r)
	v := staffView{clear: cleared(r, staffFilters...), query: r.URL.Query()}
	f, err := p.staffFilter(r)
	if err != nil {
		return err
	}
	if f.After, err = p.personAt(r, at.last()); err != nil {
		return err
	}
	size := rowsOf(r)
	f.Limit = size + 1
	people, err := p.Orgs.Staff(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, f)
	if err != nil {
		return err
	}
	next := ""
	if len(people) > size {
		people = people[:size]
		next = people[size-1].ID
	}
	if err := p.fillStaff(r, reader, people, &v); err != nil {
		return err
	}
	v.nobody = v.clear == "" && len(at) == 0 && len(people) < 2
	v.pages = at.pages(r, next)
	v.pages.Sizes = sizesOf(r)
	title := reader.T("admin.staff")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.staff.lead"), Actions: staffActions(reader, r)}
	return page.Render(w, r, http.StatusOK, staffPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// staffFilter reads the question that the address asks.
func (p *Pages) staffFilter(r *http.Request) (f org.StaffFilter, err error) {
	q, orgID := r.URL.Query(), web.ActorOf(r).OrgID
	f = org.StaffFilter{Text: q.Get("q"), Role: org.Role(q.Get("role")), State: "active", Backwards: q.Get("sort") == "-name"}
	switch q.Get("show") {
	case "all":
		f.State = ""
	case "inactive":
		f.State = "inactive"
	}
	if id := q.Get("service"); id != "" {
		f.Among = append(f.Among, appointment.WhoOffers(orgID, id))
	}
	if id := q.Get("location"); id != "" {
		f.Among = append(f.Among, appointment.WhoWorksAt(orgID, id))
	}
	if q.Get("offers") == "nothing" {
		f.Among = append(f.Among, appointment.WhoOffersNothing(orgID))
	}
	if state := identity.State(q.Get("video")); state == identity.Matched || state == identity.Missed {
		connection, err := p.defaultVideo(r)
		if err != nil {
			return f, err
		}
		f.Among = append(f.Among, identity.Standing(orgID, connection, state))
	}
	return f, nil
}

// fillStaff reads what stands around the people of one page, with a query for
// each kind of thing.
func (p *Pages) fillStaff(r *http.Request, reader words.Reader, people []org.Person, v *staffView) (err error) {
	names, err := p.offered(r)
	if err != nil {
		return err
	}
	v.services, v.locations = choicesOf(reader, names.services), choicesOf(reader, names.locations)
	if v.rows, v.connected, err = p.memberRows(r, reader, people, names); err != nil {
		return err
	}
	v.columns = staffColumns(r, reader, len(names.locations) > 0)
	v.tiles, err = p.staffTiles(r, reader, v.connected)
	return err
}

// staffActions are the buttons of the page. The export is of what is listed.
func staffActions(reader words.Reader, r *http.Request) templ.Component {
	export := "/staff/export.csv"
	if q := r.URL.RawQuery; q != "" {
		export += "?" + r.URL.Query().Encode()
	}
	return staffButtons(reader, export)
}

func staffColumns(r *http.Request, reader words.Reader, located bool) []ui.Column {
	sort, sorted := "-name", "asc"
	if r.URL.Query().Get("sort") == "-name" {
		sort, sorted = "", "desc"
	}
	q := r.URL.Query()
	all := []ui.Column{
		{Label: reader.T("admin.staff.name"), Sorted: sorted, Sort: page.Address("/staff", "q", q.Get("q"), "role", q.Get("role"), "show", q.Get("show"), "service", q.Get("service"),
			"location", q.Get("location"), "video", q.Get("video"), "offers", q.Get("offers"), "rows", q.Get("rows"), "sort", sort)},
		{Label: reader.T("admin.staff.roles")},
		{Label: reader.T("admin.staff.services")},
	}
	if located {
		all = append(all, ui.Column{Label: reader.T("admin.staff.locations")})
	}
	return append(all, ui.Column{Label: reader.T("admin.video.toggle")}, ui.Column{Label: reader.T("admin.staff.next", "Zone", reader.City(reader.Zone.String()))})
}

func (p *Pages) memberRows(r *http.Request, reader words.Reader, people []org.Person, names offeredNames) (rows []ui.Row, connected bool, err error) {
	ids, orgID := idsOf(people), web.ActorOf(r).OrgID
	roles, err := p.Orgs.RolesOfSome(r.Context(), p.Orgs.Read(), orgID, ids)
	if err != nil {
		return nil, false, err
	}
	profiles, err := p.Appointments.Staffing(r.Context(), p.Orgs.Read(), orgID, ids)
	if err != nil {
		return nil, false, err
	}
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return nil, false, err
	}
	next, err := p.Appointments.NextStarts(r.Context(), p.Orgs.Read(), orgID, ids, now)
	if err != nil {
		return nil, false, err
	}
	known, connected, err := p.identities(r, ids)
	for _, m := range people {
		when := ui.Cell{Text: reader.T("admin.staff.next.none")}
		if at, found := next[m.ID]; found {
			when = ui.Cell{Text: reader.ShortDate(at), Sub: reader.Time(at)}
		}
		offers := profiles[m.ID]
		cells := []ui.Cell{{Text: m.Name, Sub: m.Email, Href: "/staff/" + m.ID}, {Text: rolesOf(reader, roleNames(roles[m.ID]))}, {Text: shortList(reader, offers.Services, names.byID)}}
		if len(names.locations) > 0 {
			cells = append(cells, ui.Cell{Text: shortList(reader, offers.Locations, names.byID)})
		}
		rows = append(rows, ui.Row{Muted: !m.Active, Cells: append(cells, videoCell(reader, m, known, connected), when)})
	}
	return rows, connected, err
}

// staffTiles count who needs a look, and lead to them.
func (p *Pages) staffTiles(r *http.Request, reader words.Reader, connected bool) (all []ui.Stat, err error) {
	orgID, q := web.ActorOf(r).OrgID, r.URL.Query()
	add := func(key string, tone ui.Tone, current bool, href string, f org.StaffFilter) {
		n, bad := p.Orgs.CountStaff(r.Context(), p.Orgs.Read(), orgID, f)
		if err = cmp.Or(err, bad); n == 0 {
			tone = ui.Neutral
		}
		all = append(all, ui.Stat{Figure: reader.Number(n), Label: reader.T("admin.staff.tile." + key), Tone: tone, Current: current, Href: href})
	}
	add("active", ui.Success, cleared(r, staffFilters...) == "", "/staff", org.StaffFilter{State: "active"})
	add("inactive", ui.Neutral, q.Get("show") == "inactive", "/staff?show=inactive", org.StaffFilter{State: "inactive"})
	add("idle", ui.Warning, q.Get("offers") == "nothing", idleStaff, offeringNothing(orgID))
	if connected {
		connection, bad := p.defaultVideo(r)
		err = cmp.Or(err, bad)
		add("missed", ui.Warning, q.Get("video") == string(identity.Missed), "/staff?video=missed", (org.StaffFilter{State: "active"}).In(identity.Standing(orgID, connection, identity.Missed)))
	}
	return all, err
}
