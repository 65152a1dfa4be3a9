package admin

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

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
	scopes    []ui.Choice
	services  []ui.Choice
	locations []ui.Choice
	// spoken are the languages that are asked for first, otherSpoken the rest.
	spoken, otherSpoken []ui.Choice
	platform            page.Platform
	match               templ.Component
	// since says what somebody else did meanwhile.
	since string
	// left is how many appointments somebody who left still has.
	left int
	at   org.Organization
	now  time.Time
}

// How far a scheduler's role reaches.
const (
	reachAll  = "all"
	reachSome = "some"
)

// memberFields are the fields of the form from top to bottom.
var memberFields = []string{"name", "email", "username", "employee_no", "phone", "zone", "lang", "services", "locations", "languages", "daily_limit", "platform", "roles", "reach"}

func (v memberView) path() string {
	if v.person.ID == "" {
		return "/staff/new"
	}
	return "/staff/" + v.person.ID
}

func (p *Pages) newMemberForm(w http.ResponseWriter, r *http.Request) error {
	return p.drawMember(w, r, http.StatusOK, memberView{form: web.Form{Values: url.Values{"daily_limit": {"0"}, "reach": {reachAll}}}})
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
	f := url.Values{"name": {m.Name}, "email": {m.Email}, "username": {m.Username}, "employee_no": {m.EmployeeNo}, "phone": {m.Phone}, "zone": {m.Zone}, "lang": {m.Lang},
		"version": {strconv.FormatInt(m.Version, 10)}, "reach": {reachAll}}
	held, err := p.Orgs.RolesOf(r.Context(), p.Orgs.Read(), m.OrgID, m.ID)
	if err != nil {
		return web.Form{}, err
	}
	for _, h := range held {
		if !slices.Contains(f["roles"], string(h.Role)) {
			f.Add("roles", string(h.Role))
		}
		if h.Role == org.Scheduler && h.Scope != "" {
			f.Set("reach", reachSome)
			f.Add("scopes", h.Scope)
		}
	}
	profiles, err := p.Appointments.Staffing(r.Context(), p.Orgs.Read(), m.OrgID, []string{m.ID})
	if err != nil {
		return web.Form{}, err
	}
	offers := profiles[m.ID]
	f["services"], f["locations"], f["languages"] = offers.Services, offers.Locations, offers.Languages
	f.Set("daily_limit", strconv.Itoa(offers.DailyLimit))
	platform, err := p.Identities.PlatformOf(r.Context(), p.Orgs.Read(), m.OrgID, m.ID)
	f.Set("platform", platform)
	return web.Form{Values: f}, err
}

func (p *Pages) drawMember(w http.ResponseWriter, r *http.Request, status int, v memberView) (err error) {
	reader := web.ReaderOf(r)
	v.at = web.OrganizationOf(r)
	if v.now, err = p.Orgs.Now(r.Context()); err != nil {
		return err
	}
	if v.platform, err = (page.Platforms{Orgs: p.Orgs, Vault: p.Vault, Identities: p.Identities}).Of(r, v.person.ID); err != nil {
		return err
	}
	if err := p.fillChoices(r, reader, &v); err != nil {
		return err
	}
	title := reader.T("admin.staff.new")
	header := ui.PageHeaderProps{Breadcrumb: []ui.NavItem{crumb(reader.T("admin.staff"), "/staff")}}
	if v.person.ID != "" {
		title = v.person.Name
		header.Status, header.Actions = activeBadge(reader, v.person.Active), memberMenu(reader, v.person)
		if err := p.fillStanding(r, reader, &v); err != nil {
			return err
		}
	}
	header.Title = title
	return page.Render(w, r, status, memberPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

// fillChoices lists what can be ticked, and what is.
func (p *Pages) fillChoices(r *http.Request, reader words.Reader, v *memberView) error {
	for _, role := range org.HandedRoles(web.ActorOf(r)) {
		v.roles = append(v.roles, ui.Choice{Value: string(role), Title: reader.T("org.role.name." + string(role)), Hint: reader.T("admin.role." + string(role)),
			Checked: slices.Contains(v.form.Values["roles"], string(role))})
	}
	names, err := p.offered(r)
	if err != nil {
		return err
	}
	v.services = ticked(names.services, v.form.Values["services"])
	v.locations, v.scopes = ticked(names.locations, v.form.Values["locations"]), ticked(names.locations, v.form.Values["scopes"])
	for _, l := range reader.Spoken() {
		c := ui.Choice{Value: l.Tag, Title: l.Name, Checked: slices.Contains(v.form.Values["languages"], l.Tag)}
		if c.Checked || words.IsLang(l.Tag) || l.Tag == v.at.Lang {
			v.spoken = append(v.spoken, c)
		} else {
			v.otherSpoken = append(v.otherSpoken, c)
		}
	}
	return nil
}

func ticked(all []ui.Option, chosen []string) (choices []ui.Choice) {
	for _, o := range all {
		choices = append(choices, ui.Choice{Value: o.Value, Title: o.Label, Checked: slices.Contains(chosen, o.Value)})
	}
	return choices
}

// fillStanding reads how a member stands: at the vendor, and with what they left.
func (p *Pages) fillStanding(r *http.Request, reader words.Reader, v *memberView) error {
	known, _, err := p.identities(r, []string{v.person.ID})
	if err != nil {
		return err
	}
	if i, found := known[v.person.ID]; found && v.person.Active {
		v.match = matchCell(reader, i)
	}
	if !v.person.Active {
		left, err := p.upcomingOf(r, v.person, v.now)
		v.left = len(left)
		return err
	}
	return nil
}

// addMember adds somebody by hand.
func (p *Pages) addMember(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	steps, bad := p.memberSteps(r, form)
	m := filled(org.Person{}, form)
	if bad == nil {
		m, bad = p.Orgs.AddStaff(r.Context(), web.ActorOf(r), m, steps...)
	}
	if form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawMember(w, r, http.StatusUnprocessableEntity, memberView{form: form})
	}
	return tell(w, r, "/staff/"+m.ID+"/hours", "success", "admin.staff.added", "Name", m.Name)
}

// saveMember changes what the organization says about a member, all of it or
// nothing.
func (p *Pages) saveMember(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	before, err := p.memberAt(r)
	if err != nil {
		return err
	}
	steps, bad := p.memberSteps(r, form)
	if bad == nil {
		after := filled(before, form)
		after.Version = form.Version()
		bad = p.Orgs.SaveMember(r.Context(), web.ActorOf(r), after, steps...)
	}
	if form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	if form.Errors == nil {
		return tell(w, r, "/staff/"+before.ID, "success", "admin.staff.saved", "Name", form.Get("name"))
	}
	v := memberView{person: before, form: form}
	if form.Overtaken(bad, "org.member.stale", before.Version) {
		if v.since, err = p.lastDone(r, before.ID); err != nil {
			return err
		}
	}
	return p.drawMember(w, r, http.StatusUnprocessableEntity, v)
}

// lastDone tells the last thing that was done to a person.
func (p *Pages) lastDone(r *http.Request, id string) (string, error) {
	reader := web.ReaderOf(r)
	entries, err := p.Orgs.Journal(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.JournalFilter{ObjectID: id}, org.Page{Limit: 1})
	if err != nil || len(entries) == 0 {
		return reader.T("org.member.stale"), err
	}
	names, err := p.connectionNames(r, reader)
	return sentence(reader, names, entries[0]) + " " + reader.DateTime(entries[0].At), err
}

// zones offers the organization's zone first, for who has none of their own.
func (v memberView) zones(r words.Reader) []ui.Option {
	home := r.ZoneChoice(v.at.Zone, v.now)
	return append([]ui.Option{{Label: r.T("admin.staff.zone.default", "Zone", home.Label)}}, page.ZoneOptions(r, v.now, v.form.Get("zone"))...)
}

func (v memberView) langs(r words.Reader) []ui.Option {
	return append([]ui.Option{{Label: r.T("admin.staff.lang.default")}}, page.LangOptions()...)
}

// limitIn is the daily limit; an empty one is none.
func limitIn(f web.Form) (int, error) {
	n, err := strconv.Atoi(cmp.Or(f.Get("daily_limit"), "0"))
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "admin.staff.limit.number").At("daily_limit")
	}
	return n, nil
}
