package admin

import (
	"net/http"
	"slices"
	"strings"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// offeredNames are services and locations by their ids, in order of name.
type offeredNames struct {
	services, locations []ui.Option
	byID                map[string]string
}

func (p *Pages) offered(r *http.Request) (n offeredNames, err error) {
	orgID := web.ActorOf(r).OrgID
	n.byID = map[string]string{}
	services, err := p.Appointments.Services(r.Context(), p.Orgs.Read(), orgID)
	if err != nil {
		return n, err
	}
	for _, s := range services {
		n.services, n.byID[s.ID] = append(n.services, ui.Option{Value: s.ID, Label: s.Name}), s.Name
	}
	locations, err := p.Appointments.Locations(r.Context(), p.Orgs.Read(), orgID)
	for _, l := range locations {
		n.locations, n.byID[l.ID] = append(n.locations, ui.Option{Value: l.ID, Label: l.Name}), l.Name
	}
	return n, err
}

func choicesOf(r words.Reader, all []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: r.T("admin.all")}}, all...)
}

// shortList names one or two things; of more it names the first and counts the rest.
func shortList(r words.Reader, ids []string, names map[string]string) string {
	var all []string
	for _, id := range ids {
		all = append(all, names[id])
	}
	slices.Sort(all)
	switch {
	case len(all) == 0:
		return r.T("admin.staff.none")
	case len(all) > 2:
		return r.T("admin.staff.more", "Names", all[0], "Count", len(all)-1)
	}
	return strings.Join(all, ", ")
}

func roleNames(held []org.Held) (roles []org.Role) {
	for _, h := range held {
		roles = append(roles, h.Role)
	}
	return roles
}

// rolesOf names the roles of somebody, the widest first; that they are a member
// is said only of those who are nothing more.
func rolesOf(r words.Reader, held []org.Role) string {
	var names []string
	for _, role := range org.Roles {
		if slices.Contains(held, role) && (role != org.Member || len(names) == 0) {
			names = append(names, r.T("org.role.name."+string(role)))
		}
	}
	return r.List(names...)
}

func roleOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.all")}}
	for _, role := range org.Roles {
		all = append(all, ui.Option{Value: string(role), Label: r.T("org.role.name." + string(role))})
	}
	return all
}

func showOptions(r words.Reader) []ui.Option {
	return []ui.Option{{Label: r.T("admin.staff.show.active")}, {Value: "inactive", Label: r.T("admin.staff.show.inactive")}, {Value: "all", Label: r.T("admin.staff.show.all")}}
}
