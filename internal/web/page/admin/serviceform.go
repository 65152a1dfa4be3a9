package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// serviceView is the form of a service. The form holds what was typed; rows is
// how many questions it shows.
type serviceView struct {
	service appointment.Service
	form    web.Form
	rows    int
	staff   []ui.Choice
	video   videoState
	public  string
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
	saved, err := p.Appointments.SaveService(r.Context(), web.ActorOf(r), readService(before, form))
	if v.form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if v.form.Errors != nil {
		return p.drawService(w, r, http.StatusUnprocessableEntity, v)
	}
	return tell(w, r, "/services/"+saved.ID, "success", "admin.service.saved", "Name", saved.Name)
}

// formOf is the form of a service as it is.
func formOf(s appointment.Service) web.Form {
	f := url.Values{
		"name": {s.Name}, "slug": {s.Slug}, "description": {s.Description}, "place": {s.Place}, "lobby": {string(s.Lobby)},
		"duration": {minutes(s.Duration)}, "buffer_before": {minutes(s.BufferBefore)}, "buffer_after": {minutes(s.BufferAfter)},
		"step": {minutes(s.Step)}, "notice": {minutes(s.Notice)}, "ahead": {strconv.Itoa(int(s.Ahead / (24 * time.Hour)))}, "staff": s.Staff,
	}
	if s.Active {
		f.Set("active", "on")
	}
	for _, m := range s.Methods {
		f.Add("methods", string(m))
	}
	for i, q := range s.Questions {
		f.Set(at(i, "id"), q.ID)
		f.Set(at(i, "label"), q.Label)
		f.Set(at(i, "kind"), string(q.Kind))
		f.Set(at(i, "options"), strings.Join(q.Options, "\n"))
		if q.Required {
			f.Set(at(i, "required"), "on")
		}
	}
	return web.Form{Values: f}
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// at names a field of the question in a row.
func at(row int, field string) string { return fmt.Sprintf("questions.%d.%s", row, field) }

// readService is the service that a form describes.
func readService(s appointment.Service, f web.Form) appointment.Service {
	s.Name, s.Slug, s.Description, s.Place = f.Get("name"), f.Get("slug"), f.Get("description"), f.Get("place")
	s.Duration, s.Step, s.Notice = lasting(f.Get("duration"), time.Minute), lasting(f.Get("step"), time.Minute), lasting(f.Get("notice"), time.Minute)
	s.BufferBefore, s.BufferAfter = lasting(f.Get("buffer_before"), time.Minute), lasting(f.Get("buffer_after"), time.Minute)
	s.Ahead = lasting(f.Get("ahead"), 24*time.Hour)
	s.Lobby, s.Active, s.Staff = meeting.Lobby(f.Get("lobby")), f.On("active"), slices.Clone(f.Values["staff"])
	s.Methods = nil
	for _, m := range f.Values["methods"] {
		s.Methods = append(s.Methods, appointment.Method(m))
	}
	s.Questions = nil
	for i := range rowsIn(f) {
		s.Questions = append(s.Questions, questionIn(f, i))
	}
	return s
}

// lasting reads a length of time. What is no number becomes a length that no
// field allows, so that it is told at its field.
func lasting(text string, unit time.Duration) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000 {
		return -unit
	}
	return time.Duration(n) * unit
}

func questionIn(f web.Form, i int) appointment.Question {
	q := appointment.Question{ID: f.Get(at(i, "id")), Label: f.Get(at(i, "label")), Kind: appointment.QuestionKind(f.Get(at(i, "kind"))), Required: f.On(at(i, "required"))}
	if q.Kind == appointment.Choice {
		for _, o := range strings.Split(f.Get(at(i, "options")), "\n") {
			if o = strings.TrimSpace(o); o != "" {
				q.Options = append(q.Options, o)
			}
		}
	}
	return q
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

// problems are the errors of the form in the order in which it asks. A question
// is told at its text.
func (v serviceView) problems() []ui.Problem {
	fields := []string{"name", "slug", "description", "methods", "place", "lobby", "duration", "step", "buffer_before", "buffer_after", "notice", "ahead", "questions"}
	all := page.Problems(v.form.Errors, fields...)
	for i := range v.rows {
		if text := v.form.Errors[fmt.Sprintf("questions.%d", i)]; text != "" {
			all = append(all, ui.Problem{Field: at(i, "label"), Text: text})
		}
	}
	return append(all, page.Problems(web.Errors{"staff": v.form.Errors["staff"]}, "staff")...)
}

// methods are the meeting methods to tick.
func (v serviceView) methods(r words.Reader) (all []ui.Choice) {
	for _, m := range appointment.Methods() {
		c := ui.Choice{Value: string(m), Title: r.T(m.Key()), Hint: r.T("admin.method." + string(m)), Checked: slices.Contains(v.form.Values["methods"], string(m))}
		if m == appointment.Video && v.video.of > 0 {
			c.Badge, c.BadgeTone = r.T("admin.service.can", "Count", v.video.can, "Of", v.video.of), shareTone(v.video.can, v.video.of)
		}
		all = append(all, c)
	}
	return all
}

func lobbies(r words.Reader) (all []ui.Choice) {
	for _, l := range []meeting.Lobby{meeting.StaffAdmits, meeting.OrganizationEnters, meeting.EveryoneEnters} {
		all = append(all, ui.Choice{Value: string(l), Title: r.T("admin.lobby." + string(l)), Hint: r.T("admin.lobby." + string(l) + ".hint")})
	}
	return all
}

// lengths are lengths of time to choose from, with the one that is chosen
// already if it is not among them.
func lengths(r words.Reader, chosen string, of ...time.Duration) (all []ui.Option) {
	if d := lasting(chosen, time.Minute); d >= 0 && !slices.Contains(of, d) {
		of = append(of, d)
		slices.Sort(of)
	}
	for _, d := range of {
		label := r.Duration(d)
		if d == 0 {
			label = r.T("admin.length.none")
		}
		all = append(all, ui.Option{Value: minutes(d), Label: label})
	}
	return all
}

var (
	steps   = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour}
	notices = []time.Duration{0, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}
)

func questionKinds(r words.Reader) (all []ui.Option) {
	for _, k := range []appointment.QuestionKind{appointment.ShortText, appointment.LongText, appointment.Choice} {
		all = append(all, ui.Option{Value: string(k), Label: r.T("admin.question.kind." + string(k))})
	}
	return all
}
