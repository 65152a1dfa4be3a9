package admin

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/web"
)

// memberSteps are the parts of the form that other rooms keep. They run in the
// transaction that saves the member.
func (p *Pages) memberSteps(r *http.Request, form web.Form) ([]org.Step, error) {
	limit, err := limitIn(form)
	if err != nil {
		return nil, err
	}
	held, err := rolesIn(form)
	if err != nil {
		return nil, err
	}
	actor := web.ActorOf(r)
	profile := appointment.StaffProfile{DailyLimit: limit, Languages: form.Values["languages"], Services: form.Values["services"], Locations: form.Values["locations"]}
	return []org.Step{p.Orgs.RolesStep(actor, held).At("roles"), p.Appointments.StaffStep(actor, profile), p.Identities.PlatformStep(actor, form.Get("platform"))}, nil
}

// filled is a member as the form describes them.
func filled(m org.Person, f web.Form) org.Person {
	m.Name, m.Email, m.Username, m.EmployeeNo = f.Get("name"), f.Get("email"), f.Get("username"), f.Get("employee_no")
	m.Phone, m.Zone, m.Lang = f.Get("phone"), f.Get("zone"), f.Get("lang")
	return m
}

// rolesIn are the roles with where they hold. Only a scheduler's is narrowed to
// locations.
func rolesIn(f web.Form) (held []org.Held, err error) {
	scopes := f.Values["scopes"]
	for _, role := range f.Values["roles"] {
		if org.Role(role) != org.Scheduler || f.Get("reach") != reachSome {
			held = append(held, org.Held{Role: org.Role(role)})
			continue
		}
		if len(scopes) == 0 {
			return nil, fault.New(fault.Invalid, "admin.staff.reach.none").At("reach")
		}
		for _, s := range scopes {
			held = append(held, org.Held{Role: org.Role(role), Scope: s})
		}
	}
	return held, nil
}

func (p *Pages) activate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.memberAt(r)
	if err != nil {
		return err
	}
	m.Active = true
	if err := p.Orgs.SaveMember(r.Context(), web.ActorOf(r), m); err != nil {
		return p.refused(w, r, "/staff/"+m.ID, err)
	}
	return tell(w, r, "/staff/"+m.ID, "success", "admin.activated", "Name", m.Name)
}
