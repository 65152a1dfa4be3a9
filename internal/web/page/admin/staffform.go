package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// memberView is the form of a member. A new one has no id.
type memberView struct {
	person    org.Person
	form      web.Form
	roles     []ui.Choice
	platforms []ui.Option
	at        org.Organization
	now       time.Time
}

func (v memberView) path() string {
	if v.person.ID == "" {
		return "/staff/new"
	}
	return "/staff/" + v.person.ID
}

// handed are the roles that are given here: those of a program or a group are
// given there.
func handed(by org.Actor) []org.Role {
	roles := []org.Role{org.Administrator, org.Scheduler}
	if by.Is(org.Superuser) {
		roles = append([]org.Role{org.Superuser}, roles...)
	}
	return roles
}

func (p *Pages) newMemberForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawMember(w, r, http.StatusOK, memberView{form: web.Form{Values: url.Values{"daily_limit": {"0"}}}})
}

func (p *Pages) showMember(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	form, err := p.memberForm(r, m)
	if err != nil {
		return err
	}
	return p.drawMember(w, r, http.StatusOK, memberView{person: m, form: form})
}

// memberAt is the member of the address. A client is not one.
func (p *Pages) memberAt(r *http.Request) (org.Person, error) {
	m, err := p.Orgs.Person(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, r.PathValue("id"))
	if err == nil && m.Kind != org.KindMember {
		err = fault.New(fault.NotFound, "")
	}
	return m, err
}

// memberForm is the form of a member as they are.
func (p *Pages) memberForm(r *http.Request, m org.Person) (web.Form, error) {
	f := url.Values{"name": {m.Name}, "email": {m.Email}, "username": {m.Username}, "employee_no": {m.EmployeeNo}, "phone": {m.Phone}, "zone": {m.Zone}, "lang": {m.Lang}}
	roles, err := p.heldBy(r, m.ID)
	if err != nil {
		return web.Form{}, err
	}
	for _, role := range roles {
		f.Add("roles", string(role))
	}
	limit, err := p.Appointments.DailyLimit(r.Context(), p.Orgs.Read(), m.OrgID, m.ID)
	if err != nil {
		return web.Form{}, err
	}
	f.Set("daily_limit", strconv.Itoa(limit))
	platform, err := p.Identities.PlatformOf(r.Context(), p.Orgs.Read(), m.OrgID, m.ID)
	f.Set("platform", platform)
	return web.Form{Values: f}, err
}

// heldBy are the roles of a member in the whole organization.
func (p *Pages) heldBy(r *http.Request, id string) (roles []org.Role, err error) {
	held, err := p.Orgs.RolesOf(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id)
	for _, h := range held {
		if h.Scope == "" {
			roles = append(roles, h.Role)
		}
	}
	return roles, err
}

func (p *Pages) drawMember(w http.ResponseWriter, r *http.Request, status int, v memberView) (err error) {
	reader := web.ReaderOf(r)
	v.at = web.OrganizationOf(r)
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return err
	}
	if v.platforms, err = p.platforms(r, reader); err != nil {
		return err
	}
	for _, role := range handed(web.ActorOf(r)) {
		v.roles = append(v.roles, ui.Choice{Value: string(role), Title: reader.T("org.role.name." + string(role)), Hint: reader.T("admin.role." + string(role)),
			Checked: slices.Contains(v.form.Values["roles"], string(role))})
	}
	title := reader.T("admin.staff.new")
	header := ui.PageHeaderProps{Breadcrumb: []ui.NavItem{crumb(reader.T("admin.staff"), "/staff")}}
	if v.person.ID != "" {
		title = v.person.Name
		header.Status, header.Actions = activeBadge(reader, v.person.Active), memberMenu(reader, v.person)
	}
	header.Title = title
	return page.Render(w, r, status, memberPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// addMember adds somebody by hand.
func (p *Pages) addMember(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	limit, bad := limitIn(form)
	m := filled(org.Person{}, form)
	if bad == nil {
		m, bad = p.Orgs.NewMember(r.Context(), web.ActorOf(r), m, rolesIn(form)...)
	}
	if bad == nil && limit > 0 {
		bad = p.Appointments.SaveDailyLimit(r.Context(), web.ActorOf(r), m.ID, limit)
	}
	if form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawMember(w, r, http.StatusUnprocessableEntity, memberView{form: form})
	}
	return tell(w, r, "/staff/"+m.ID+"/hours", "success", "admin.staff.added", "Name", m.Name)
}

// saveMember changes what the organization says about a member.
func (p *Pages) saveMember(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	before, err := p.memberAt(r)
	if err != nil {
		return err
	}
	if form.Errors, err = web.FieldErrors(r, p.change(r, before, form)); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawMember(w, r, http.StatusUnprocessableEntity, memberView{person: before, form: form})
	}
	return tell(w, r, "/staff/"+before.ID, "success", "admin.staff.saved", "Name", form.Get("name"))
}

// zones offers the organization's zone first, for who has none of their own.
func (v memberView) zones(r words.Reader) []ui.Option {
	home := r.ZoneChoice(v.at.Zone, v.now)
	return append([]ui.Option{{Label: r.T("admin.staff.zone.default", "Zone", home.Label)}}, zoneOptions(r, v.now, v.form.Get("zone"))...)
}

func (v memberView) langs(r words.Reader) []ui.Option {
	return append([]ui.Option{{Label: r.T("admin.staff.lang.default")}}, langOptions()...)
}
