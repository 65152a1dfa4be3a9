package admin

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// busyPath is the page on which an administrator decides about calendars elsewhere.
const busyPath = "/settings/busy"

// busyListed is how many calendars that cannot be read are listed.
const busyListed = 100

func (p *Pages) busyPages() {
	s, may := p.Site, org.ManageOrganization
	s.Handle("GET "+busyPath, may, p.showBusy)
	s.Handle("POST "+busyPath, may, p.saveBusy)
}

// busyView is what the page shows: the choices, and how the calendars fare.
type busyView struct {
	form    web.Form
	now     time.Time
	rules   calendar.BusyRules
	members int
	sources int
	failing []calendar.Source
	people  map[string]org.Person
}

func (p *Pages) showBusy(w http.ResponseWriter, r *http.Request) error {
	rules, err := p.Busy.Rules(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	if err != nil {
		return err
	}
	form := web.Form{Values: url.Values{"stale": {string(rules.Stale)}, "after": {minutesOf(rules.After)}}}
	if rules.On {
		form.Values.Set("on", "true")
	}
	return p.drawBusy(w, r, http.StatusOK, form)
}

func (p *Pages) drawBusy(w http.ResponseWriter, r *http.Request, status int, form web.Form) (err error) {
	ctx, q, orgID, reader := r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, web.ReaderOf(r)
	v := busyView{form: form}
	if v.now, err = p.Orgs.Now(ctx); err != nil {
		return err
	}
	if v.rules, err = p.Busy.Rules(ctx, q, orgID); err != nil {
		return err
	}
	all, err := p.Busy.AllSources(ctx, q, orgID)
	if err != nil {
		return err
	}
	v.count(all)
	var ids []string
	for _, s := range v.failing {
		ids = append(ids, s.PersonID)
	}
	if v.people, err = p.Orgs.PeopleByID(ctx, q, orgID, ids); err != nil {
		return err
	}
	title := reader.T("busy.title")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("busy.admin.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, busyPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

// count sums up who uses it and what cannot be read, the longest first.
func (v *busyView) count(all []calendar.Source) {
	v.sources = len(all)
	for i, s := range all {
		if i == 0 || all[i-1].PersonID != s.PersonID {
			v.members++
		}
		if s.Fault != "" {
			v.failing = append(v.failing, s)
		}
	}
	slices.SortStableFunc(v.failing, func(a, b calendar.Source) int { return a.Failing.Compare(b.Failing) })
	v.failing = v.failing[:min(len(v.failing), busyListed)]
}

func (p *Pages) saveBusy(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	after, _ := strconv.Atoi(cmp.Or(form.Get("after"), "0"))
	rules := calendar.BusyRules{On: form.On("on"), Stale: calendar.StalePolicy(form.Get("stale")), After: time.Duration(after) * time.Minute}
	err = p.Busy.SaveRules(r.Context(), web.ActorOf(r), rules)
	if form.Errors, err = web.FieldErrors(r, err); err != nil {
		return err
	}
	if form.Errors != nil {
		return p.drawBusy(w, r, http.StatusUnprocessableEntity, form)
	}
	key := "busy.admin.saved.off"
	if rules.On {
		key = "busy.admin.saved"
	}
	return tell(w, r, busyPath, "success", key)
}

func minutesOf(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// afters are the lengths to choose from.
func (v busyView) afters(r words.Reader) (all []ui.Option) {
	for _, d := range calendar.StaleAfter() {
		all = append(all, ui.Option{Value: minutesOf(d), Label: r.Duration(d)})
	}
	return all
}

// policies are what may become of free time that nobody can be sure of.
func (v busyView) policies(r words.Reader) (all []ui.Choice) {
	for _, p := range []calendar.StalePolicy{calendar.KeepOpen, calendar.CloseSlots} {
		key := "busy.stale." + string(p)
		all = append(all, ui.Choice{Value: string(p), Title: r.T(key), Hint: r.T(key + ".hint"), Checked: v.form.Get("stale") == string(p)})
	}
	return all
}

// usage are the figures of the page.
func (v busyView) usage(r words.Reader) []ui.Fact {
	return []ui.Fact{
		{Term: r.T("busy.admin.members"), Text: r.T("busy.admin.members.text", "Count", v.members)},
		{Term: r.T("busy.admin.calendars"), Text: r.T("busy.admin.calendars.text", "Count", v.sources)},
	}
}

// table lists the calendars that cannot be read.
func (v busyView) table(r words.Reader) ui.TableProps {
	t := ui.TableProps{Caption: r.T("busy.admin.failing"), Columns: []ui.Column{{Label: r.T("busy.admin.member")}, {Label: r.T("busy.calendar")}, {Label: r.T("busy.admin.why")}, {Label: r.T("busy.read")}},
		Empty: ui.EmptyState(ui.EmptyProps{Icon: "check", Title: r.T("busy.admin.failing.none"), Text: r.T("busy.admin.failing.none.text")})}
	for _, s := range v.failing {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: nameOf(r, v.people, s.PersonID), Href: "/staff/" + s.PersonID}, {Text: s.Host},
			{Body: ui.Status(v.tone(s), r.T(v.word(s))), Sub: r.T(s.Fault)}, {Text: r.Relative(s.Read, v.now)},
		}})
	}
	return t
}

func (v busyView) tone(s calendar.Source) ui.Tone {
	if s.Stale {
		return ui.Danger
	}
	return ui.Warning
}

func (v busyView) word(s calendar.Source) string {
	if s.Stale {
		return "busy.state.stale"
	}
	return "busy.state.failing"
}
