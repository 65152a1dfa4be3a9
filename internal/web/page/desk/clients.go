package desk

import (
	"net/http"
	"time"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// clientsMost is how many clients one search shows; who finds more types more.
const clientsMost = 50

// clientsView is a search for clients.
type clientsView struct {
	shell ui.ShellProps
	query string
	rows  []ui.Row
	more  bool
}

func (p *Pages) clients(w http.ResponseWriter, r *http.Request) error {
	reader := web.ReaderOf(r)
	v := clientsView{query: r.URL.Query().Get("q"), shell: page.Frame(w, r, reader.T("desk.clients"), "desk")}
	found, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindClient, Text: v.query, Limit: clientsMost + 1})
	if err != nil {
		return err
	}
	if v.more = len(found) > clientsMost; v.more {
		found = found[:clientsMost]
	}
	for _, c := range found {
		v.rows = append(v.rows, ui.Row{Cells: []ui.Cell{
			{Text: nameOf(reader, c), Href: clientPath(c.ID)},
			{Text: c.Email}, {Text: c.Phone}, {Text: langName(c.Lang)},
			{Body: bookLink(reader, c, v.query != "" && len(v.rows) == 0)},
		}})
	}
	return page.Render(w, r, http.StatusOK, clientsPage(reader, v))
}

func clientPath(id string) string { return "/desk/clients/" + id }

// nameOf is what a client is called; one who was forgotten has no name left.
func nameOf(r words.Reader, c org.Person) string {
	if c.Name == "" {
		return r.T("desk.client.forgotten")
	}
	return c.Name
}

func langName(tag string) string {
	for _, l := range words.Langs() {
		if l.Tag == tag {
			return l.Name
		}
	}
	return ""
}

// clientView is the form for a client's details.
type clientView struct {
	shell ui.ShellProps
	// client is who is changed; zero for a new one.
	client org.Person
	form   web.Form
	zones  []ui.Option
	now    time.Time
}

var clientFields = []string{"name", "email", "phone", "lang", "zone"}

// stale reports that somebody else changed the client meanwhile.
func (v clientView) stale() bool { return v.client.ID != "" && v.form.Errors[""] != "" }

// facts are the client's details as they are saved.
func (v clientView) facts(r words.Reader) []ui.Fact { return factsOf(r, v.client, v.now) }

func (v clientView) action() string {
	if v.client.ID == "" {
		return "/desk/clients/new"
	}
	return clientPath(v.client.ID) + "/edit"
}

func (v clientView) back() string {
	if v.client.ID == "" {
		return "/desk/clients"
	}
	return clientPath(v.client.ID)
}

func (p *Pages) newClient(w http.ResponseWriter, r *http.Request) error {
	o := web.OrganizationOf(r)
	form := web.Form{Values: map[string][]string{"lang": {o.Lang}, "zone": {o.Zone}}}
	form.Set(guess(r.URL.Query().Get("q")))
	return p.drawForm(w, r, http.StatusOK, clientView{form: form})
}

// guess puts what was searched for into the field it looks like.
func guess(text string) (field, value string) {
	switch {
	case org.IsEmail(text):
		return "email", text
	case text != "" && (text[0] == '+' || text[0] >= '0' && text[0] <= '9'):
		return "phone", text
	}
	return "name", text
}

func (p *Pages) addClient(w http.ResponseWriter, r *http.Request) error {
	return p.keep(w, r, clientView{}, func(n org.Person) (org.Person, error) {
		return p.Orgs.NewClient(r.Context(), web.ActorOf(r), n)
	})
}

func (p *Pages) editClient(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Orgs.Client(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, r.PathValue("id"))
	if err != nil {
		return err
	}
	form := web.Form{Values: map[string][]string{"name": {c.Name}, "email": {c.Email}, "phone": {c.Phone}, "lang": {c.Lang}, "zone": {c.Zone}}}
	return p.drawForm(w, r, http.StatusOK, clientView{client: c, form: form})
}

func (p *Pages) saveClient(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Orgs.Client(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.keep(w, r, clientView{client: c}, func(n org.Person) (org.Person, error) {
		n.ID = c.ID
		return n, p.Orgs.SaveClient(r.Context(), web.ActorOf(r), n)
	})
}

// keep reads the form, saves it, and leads to the client; what is refused is
// shown again as it was typed.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request, v clientView, save func(org.Person) (org.Person, error)) error {
	form, odd, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	var saved org.Person
	if err = odd; err == nil {
		saved, err = save(org.Person{Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Lang: form.Get("lang"), Zone: form.Get("zone"), Version: form.Version()})
	}
	if err == nil {
		web.Tell(w, r, web.Flash{Tone: "success", Key: "desk.client.saved", Args: []string{"Name", form.Get("name")}})
		return web.Redirect(w, r, clientPath(saved.ID))
	}
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	v.form = form
	return p.drawForm(w, r, http.StatusUnprocessableEntity, v)
}

func (p *Pages) drawForm(w http.ResponseWriter, r *http.Request, status int, v clientView) error {
	reader := web.ReaderOf(r)
	var err error
	if v.now, err = p.Now(r.Context()); err != nil {
		return err
	}
	title := reader.T("desk.client.new")
	if v.client.ID != "" {
		title = reader.T("desk.client.edit", "Name", nameOf(reader, v.client))
	}
	v.shell = page.Frame(w, r, title, "desk")
	v.zones = page.ZoneOptions(reader, v.now, v.form.Get("zone"))
	return page.Render(w, r, status, clientFormPage(reader, v, title))
}
