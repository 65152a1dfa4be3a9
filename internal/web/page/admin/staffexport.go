package admin

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

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
	filter.Limit = exportRows
	part, err := p.exportPart(r, filter)
	if err != nil {
		return err
	}
	out := sheetOf(w, "staff.csv", ",")
	var header []string
	for _, c := range exported {
		header = append(header, reader.T(org.ColumnKey(c)))
	}
	_ = out.Write(append(header, reader.T("admin.staff.state"))) // what cannot be written shows at Flush
	p.exportMembers(w, r, out, names.byID, filter, part)
	return nil
}

// staffPart is a part of the staff, with what is written of them.
type staffPart struct {
	people   []org.Person
	profiles map[string]appointment.StaffProfile
	roles    map[string][]org.Held
}

func (p *Pages) exportPart(r *http.Request, filter org.StaffFilter) (part staffPart, err error) {
	ctx, q, orgID := r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID
	if part.people, err = p.Orgs.Staff(ctx, q, orgID, filter); err != nil {
		return part, err
	}
	if part.profiles, err = p.Appointments.Staffing(ctx, q, orgID, idsOf(part.people)); err != nil {
		return part, err
	}
	part.roles, err = p.Orgs.RolesOfSome(ctx, q, orgID, idsOf(part.people))
	return part, err
}

// exportMembers writes part after part. What has begun cannot become an error
// page: a failure breaks the answer off, so that nobody takes some for everybody.
func (p *Pages) exportMembers(w http.ResponseWriter, r *http.Request, out *csv.Writer, names map[string]string, filter org.StaffFilter, part staffPart) {
	reader, line := web.ReaderOf(r), http.NewResponseController(w)
	for {
		_ = line.SetWriteDeadline(time.Now().Add(exportPause))
		for _, m := range part.people {
			_ = out.Write(plainCells(staffCells(reader, m, part.profiles[m.ID], part.roles[m.ID], names)))
		}
		if out.Flush(); out.Error() != nil {
			panic(http.ErrAbortHandler)
		}
		if len(part.people) < filter.Limit {
			return
		}
		filter.After = part.people[len(part.people)-1]
		var err error
		if part, err = p.exportPart(r, filter); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
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
