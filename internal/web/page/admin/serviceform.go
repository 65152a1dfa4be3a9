package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
)

// serviceView is the form of a service. The form holds what was typed; rows is
// how many questions it shows.
type serviceView struct {
	service appointment.Service
	form    web.Form
	rows    int
	staff   []ui.Choice
	video   videoState
	// at is where it can be had in person; nowhere is why it cannot.
	at      []appointment.Location
	nowhere string
	public  string
	// holders say who clients see as the one who holds a video call.
	holders []string
}

// path is where the form is posted.
func (v serviceView) path() string {
	if v.service.ID == "" {
		return "/services/new"
	}
	return "/services/" + v.service.ID
}

func (p *Pages) newServiceForm(w http.ResponseWriter, r *http.Request) error {
	s := appointment.NewService("")
	s.Slug, s.Methods = "", []appointment.Method{appointment.InPerson}
	return p.drawService(w, r, http.StatusOK, serviceView{service: s, form: formOf(s), rows: len(s.Questions)})
}

func (p *Pages) showService(w http.ResponseWriter, r *http.Request) error {
	s, err := p.serviceAt(r)
	if err != nil {
		return err
	}
	return p.drawService(w, r, http.StatusOK, serviceView{service: s, form: formOf(s), rows: len(s.Questions)})
}

// serviceAt is the service of the address; a new one has no id.
func (p *Pages) serviceAt(r *http.Request) (appointment.Service, error) {
	id := r.PathValue("id")
	if id == "" {
		return appointment.NewService(""), nil
	}
	return p.Appointments.Service(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id)
}

func (p *Pages) drawService(w http.ResponseWriter, r *http.Request, status int, v serviceView) (err error) {
	reader := web.ReaderOf(r)
	if v.staff, err = p.staffChoices(r, v.form.Values["staff"]); err != nil {
		return err
	}
	if v.video, err = p.videoState(r, reader, v.service); err != nil {
		return err
	}
	if v.at, v.nowhere, err = p.placeState(r, v.service); err != nil {
		return err
	}
	if v.holders, err = p.holders(r, reader); err != nil {
		return err
	}
	title := reader.T("admin.service.new")
	if v.service.ID != "" {
		title = v.service.Name
		v.public = p.Site.URL("/book/" + web.OrganizationOf(r).Slug + "/" + v.service.Slug)
	}
	header := ui.PageHeaderProps{Title: title, Breadcrumb: []ui.NavItem{crumb(reader.T("admin.services"), "/services")}}
	if v.service.ID != "" {
		header.Status = activeBadge(reader, v.service.Active)
	}
	return page.Render(w, r, status, servicePage(reader, page.Frame(w, r, title, inServices), header, v))
}

// staffChoices are the members who can offer a service.
func (p *Pages) staffChoices(r *http.Request, chosen []string) (all []ui.Choice, err error) {
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Active: true, Limit: manyMembers})
	for _, m := range people {
		all = append(all, ui.Choice{Value: m.ID, Title: m.Name, Hint: m.Email, Checked: slices.Contains(chosen, m.ID)})
	}
	return all, err
}

// saveService takes the form. A button of the questions only changes how many
// there are, and saves nothing.
func (p *Pages) saveService(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	before, err := p.serviceAt(r)
	if err != nil {
		return err
	}
	v := serviceView{service: before, form: form, rows: rowsIn(form)}
	if do := form.Get("do"); do != "" {
		v.editQuestions(do)
		return p.drawService(w, r, http.StatusOK, v)
	}
	saved, bad := p.Appointments.SaveService(r.Context(), web.ActorOf(r), readService(before, form))
	if v.form.Errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	v.form.Overtaken(bad, "appointment.service.stale", before.Version)
	if v.form.Errors != nil {
		return p.drawService(w, r, http.StatusUnprocessableEntity, v)
	}
	return tell(w, r, "/services/"+saved.ID, "success", "admin.service.saved", "Name", saved.Name)
}

// questionsMost is more rows than a service may have questions: the service
// says what is too many, this only bounds the page.
const questionsMost = 50

// rowsIn counts the questions of a form.
func rowsIn(f web.Form) int {
	for i := range questionsMost {
		if _, there := f.Values[at(i, "label")]; !there {
			return i
		}
	}
	return questionsMost
}

// editQuestions adds a question, or takes one away and moves up those below it.
func (v *serviceView) editQuestions(do string) {
	if do == "add" {
		if v.rows < questionsMost {
			v.form.Set(at(v.rows, "label"), "")
			v.form.Set(at(v.rows, "kind"), string(appointment.ShortText))
			v.rows++
		}
		return
	}
	row, err := strconv.Atoi(strings.TrimPrefix(do, "remove."))
	if err != nil || row < 0 || row >= v.rows {
		return
	}
	for i := row; i < v.rows; i++ {
		for _, field := range []string{"id", "label", "kind", "options", "required"} {
			delete(v.form.Values, at(i, field))
			if next, ok := v.form.Values[at(i+1, field)]; ok {
				v.form.Values[at(i, field)] = next
			}
		}
	}
	v.rows--
}
