package admin

import (
	"net/http"
	"slices"
	"strconv"

	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
)

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
