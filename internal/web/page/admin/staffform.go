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

// change saves each part of the form that differs, so that the journal tells
// only of what was done.
func (p *Pages) change(r *http.Request, before org.Person, form web.Form) error {
	actor := web.ActorOf(r)
	limit, err := limitIn(form)
	if err != nil {
		return err
	}
	if after := filled(before, form); after != before {
		if err := p.Orgs.SaveMember(r.Context(), actor, after); err != nil {
			return err
		}
	}
	if err := p.changeRoles(r, before.ID, rolesIn(form)); err != nil {
		return err
	}
	if was, err := p.Appointments.DailyLimit(r.Context(), p.Orgs.Read(), before.OrgID, before.ID); err != nil {
		return err
	} else if was != limit {
		if err := p.Appointments.SaveDailyLimit(r.Context(), actor, before.ID, limit); err != nil {
			return err
		}
	}
	was, err := p.Identities.PlatformOf(r.Context(), p.Orgs.Read(), before.OrgID, before.ID)
	if err != nil || was == form.Get("platform") {
		return err
	}
	return p.Identities.SetPlatform(r.Context(), actor, before.ID, form.Get("platform"))
}

func (p *Pages) changeRoles(r *http.Request, id string, wanted []org.Role) error {
	actor := web.ActorOf(r)
	held, err := p.heldBy(r, id)
	if err != nil {
		return err
	}
	for _, role := range handed(actor) {
		has, should := slices.Contains(held, role), slices.Contains(wanted, role)
		switch {
		case should && !has:
			err = p.Orgs.Grant(r.Context(), actor, id, role, "")
		case has && !should:
			err = p.Orgs.Revoke(r.Context(), actor, id, role, "")
		}
		if err != nil {
			return atField(err, "roles")
		}
	}
	return nil
}

// filled is a member as the form describes them.
func filled(m org.Person, f web.Form) org.Person {
	m.Name, m.Email, m.Username, m.EmployeeNo = f.Get("name"), f.Get("email"), f.Get("username"), f.Get("employee_no")
	m.Phone, m.Zone, m.Lang = f.Get("phone"), f.Get("zone"), f.Get("lang")
	return m
}

func rolesIn(f web.Form) (roles []org.Role) {
	for _, role := range f.Values["roles"] {
		roles = append(roles, org.Role(role))
	}
	return roles
}

// limitIn is the daily limit; an empty one is none.
func limitIn(f web.Form) (int, error) {
	text := f.Get("daily_limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "admin.staff.limit.number").At("daily_limit")
	}
	return n, nil
}

// askDeactivate asks before a member is kept out.
func (p *Pages) askDeactivate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	reader, path := web.ReaderOf(r), "/staff/"+m.ID
	return p.ask(w, r, question{
		header: ui.PageHeaderProps{Title: reader.T("admin.deactivate.title", "Name", m.Name), Breadcrumb: []ui.NavItem{crumb(reader.T("admin.staff"), "/staff"), crumb(m.Name, path)}},
		menu:   inStaff,
		texts:  []string{reader.T("admin.deactivate.booked")},
		confirm: ui.ConfirmProps{Form: ui.FormProps{Action: path + "/deactivate"}, Text: reader.T("admin.deactivate.text", "Name", m.Name),
			Yes: reader.T("admin.deactivate"), No: reader.T("admin.cancel"), NoHref: path},
	})
}

func (p *Pages) deactivate(w http.ResponseWriter, r *http.Request) error {
	return p.setActive(w, r, false)
}
func (p *Pages) activate(w http.ResponseWriter, r *http.Request) error {
	return p.setActive(w, r, true)
}

func (p *Pages) setActive(w http.ResponseWriter, r *http.Request, active bool) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	m.Active = active
	if err := p.Orgs.SaveMember(r.Context(), web.ActorOf(r), m); err != nil {
		return p.refused(w, r, "/staff/"+m.ID, err)
	}
	key := "admin.deactivated"
	if active {
		key = "admin.activated"
	}
	return tell(w, r, "/staff/"+m.ID, "success", key, "Name", m.Name)
}

// zones offers the organization's zone first, for who has none of their own.
func (v memberView) zones(r words.Reader) []ui.Option {
	home := r.ZoneChoice(v.at.Zone, v.now)
	return append([]ui.Option{{Label: r.T("admin.staff.zone.default", "Zone", home.Label)}}, zoneOptions(r, v.now, v.form.Get("zone"))...)
}

func (v memberView) langs(r words.Reader) []ui.Option {
	return append([]ui.Option{{Label: r.T("admin.staff.lang.default")}}, langOptions()...)
}
