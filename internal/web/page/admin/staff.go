package admin

import (
	"net/http"
	"slices"

	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// staffView is the list of the staff.
type staffView struct {
	query map[string]string
	rows  []ui.Row
	pages ui.PaginationProps
	clear string
}

// staff lists the members of the organization by name.
func (p *Pages) staff(w http.ResponseWriter, r *http.Request) error {
	reader, q, at := web.ReaderOf(r), r.URL.Query(), trailOf(r)
	v := staffView{clear: cleared(r, "q", "role", "show"), query: map[string]string{}}
	for _, name := range []string{"q", "role", "show", "rows"} {
		v.query[name] = q.Get(name)
	}
	after, err := p.personAt(r, at.last())
	if err != nil {
		return err
	}
	size := rowsOf(r)
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Text: q.Get("q"),
		Role: org.Role(q.Get("role")), Active: q.Get("show") != "all", After: after, Limit: size + 1})
	if err != nil {
		return err
	}
	next := ""
	if len(people) > size {
		people = people[:size]
		next = people[size-1].ID
	}
	if v.rows, err = p.memberRows(r, reader, people); err != nil {
		return err
	}
	v.pages = at.pages(r, next)
	v.pages.Sizes = sizesOf(r)
	title := reader.T("admin.staff")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.staff.lead"), Actions: link(ui.ButtonProps{Label: reader.T("admin.new"), Icon: "add", Kind: ui.Primary, Href: "/staff/new"})}
	return page.Render(w, r, http.StatusOK, staffPage(reader, page.Frame(w, r, title, inStaff), header, v))
}

func (p *Pages) memberRows(r *http.Request, reader words.Reader, people []org.Person) (rows []ui.Row, err error) {
	held, err := p.Orgs.RolesOfAll(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	if err != nil {
		return nil, err
	}
	roles := map[string][]org.Role{}
	for _, h := range held {
		roles[h.PersonID] = append(roles[h.PersonID], h.Role)
	}
	var ids []string
	for _, m := range people {
		ids = append(ids, m.ID)
	}
	known, connected, err := p.identities(r, ids)
	for _, m := range people {
		cells := []ui.Cell{{Text: m.Name, Sub: m.Email, Href: "/staff/" + m.ID}, {Text: rolesOf(reader, roles[m.ID])}, {Body: activeBadge(reader, m.Active)}}
		if i, found := known[m.ID]; found {
			cells[2] = ui.Cell{Body: matchCell(reader, i)}
		} else if m.Active {
			cells[2] = ui.Cell{Text: unmatchedWord(reader, connected)}
		}
		rows = append(rows, ui.Row{Muted: !m.Active, Cells: cells})
	}
	return rows, err
}

func unmatchedWord(r words.Reader, connected bool) string {
	if connected {
		return r.T("admin.video.unsearched")
	}
	return r.T("admin.staff.unconnected")
}

// identities are who people are at the organization's default connection.
func (p *Pages) identities(r *http.Request, ids []string) (known map[string]identity.Identity, connected bool, err error) {
	id, err := p.defaultVideo(r)
	if err != nil || id == "" {
		return nil, false, err
	}
	known, err = identity.Of(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id, ids)
	return known, true, err
}

// reasons say, for people who are not found at the vendor, why.
func (p *Pages) reasons(r *http.Request, reader words.Reader, ids []string) (map[string]string, error) {
	known, _, err := p.identities(r, ids)
	texts := map[string]string{}
	for id, i := range known {
		if i.State == identity.Missed {
			texts[id] = reasonOf(reader, i)
		}
	}
	return texts, err
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
	return []ui.Option{{Label: r.T("admin.staff.show.active")}, {Value: "all", Label: r.T("admin.staff.show.all")}}
}

// platforms are the connections that somebody can hold their video calls by.
func (p *Pages) platforms(r *http.Request, reader words.Reader) ([]ui.Option, error) {
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	options := []ui.Option{{Label: reader.T("admin.staff.platform.default")}}
	for _, c := range ofKind(all, videoKind) {
		if c.State == vault.Connected || c.State == vault.NeedsReauthorization {
			options = append(options, ui.Option{Value: c.ID, Label: reader.T("admin.staff.platform.of", "Vendor", reader.T(p.Vault.Title(c.Vendor)), "Account", c.Account.Name)})
		}
	}
	return options, err
}
