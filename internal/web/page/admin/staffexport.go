package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/words"
)

// exported are the columns of an export, which are those of an import, so that
// what was exported can be changed and imported again.
var exported = []string{"name", "email", "username", "employee_no", "phone", "lang", "zone", "role", "languages", "services", "locations", "daily_limit"}

// exportStaff writes everybody whom the list shows, page after page, as a sheet.
func (p *Pages) exportStaff(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	filter, err := p.staffFilter(r)
	if err != nil {
		return err
	}
	names, err := p.offered(r)
	if err != nil {
		return err
	}
	out := sheetOf(w, "staff.csv", ",")
	var header []string
	for _, c := range exported {
		header = append(header, reader.T(org.ColumnKey(c)))
	}
	if err := out.Write(append(header, reader.T("admin.staff.state"))); err != nil {
		return err
	}
	for {
		filter.Limit = 500
		people, err := p.Orgs.Staff(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, filter)
		if err != nil {
			return err
		}
		profiles, err := p.Appointments.Staffing(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, idsOf(people))
		if err != nil {
			return err
		}
		roles, err := p.Orgs.RolesOfSome(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, idsOf(people))
		if err != nil {
			return err
		}
		for _, m := range people {
			if err := out.Write(plainCells(staffCells(reader, m, profiles[m.ID], roles[m.ID], names.byID))); err != nil {
				return err
			}
		}
		if len(people) < filter.Limit {
			break
		}
		filter.After = people[len(people)-1]
	}
	out.Flush()
	return out.Error()
}

func staffCells(r words.Reader, m org.Person, s appointment.StaffProfile, roles []org.Held, names map[string]string) []string {
	state := r.T("admin.active")
	if !m.Active {
		state = r.T("admin.inactive")
	}
	limit := ""
	if s.DailyLimit > 0 {
		limit = strconv.Itoa(s.DailyLimit)
	}
	var held []string
	for _, role := range []org.Role{org.Administrator, org.Scheduler} {
		if slices.ContainsFunc(roles, func(h org.Held) bool { return h.Role == role }) {
			held = append(held, r.T("org.role.name."+string(role)))
		}
	}
	if held == nil {
		held = []string{r.T("org.role.name." + string(org.Member))}
	}
	return []string{m.Name, m.Email, m.Username, m.EmployeeNo, m.Phone, m.Lang, m.Zone, strings.Join(held, "; "), strings.Join(s.Languages, "; "),
		namesOf(s.Services, names), namesOf(s.Locations, names), limit, state}
}

func namesOf(ids []string, names map[string]string) string {
	var all []string
	for _, id := range ids {
		all = append(all, names[id])
	}
	return strings.Join(all, "; ")
}

func idsOf(people []org.Person) (ids []string) {
	for _, m := range people {
		ids = append(ids, m.ID)
	}
	return ids
}
