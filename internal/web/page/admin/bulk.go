package admin

import (
	"net/http"
	"net/url"
	"strings"

	"parley/internal/identity"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// What a bulk form posts besides its scope and the ticked rows.
const (
	bulkOn    = "on"
	bulkShown = "shown"
	bulkSure  = "sure"
)

// bulkProps are the acts on many of the list. The address keeps the filters, so
// that "all that match" means what the reader saw.
func (v connectionView) bulkProps(r words.Reader, filters string) ui.BulkProps {
	shown := len(v.rows)
	p := ui.BulkProps{Form: ui.FormProps{ID: "bulk", Action: v.path() + "/staff" + filters, Hidden: []string{bulkShown, strings.Join(v.ids, ",")}},
		Select: "who", Label: r.T("admin.bulk.for"), Ticked: r.T("admin.bulk.ticked"), Page: r.T("admin.bulk.page", "Count", shown), All: r.T("admin.bulk.all", "Count", v.matching),
		More: v.matching > shown, PageLine: r.T("admin.bulk.page.line", "Count", shown), AllButton: r.T("admin.bulk.all.button", "Count", v.matching),
		AllLine: r.T("admin.bulk.all.line", "Count", v.matching), Clear: r.T("admin.bulk.clear")}
	return p
}

// toggleMany switches Video Calls of many: of who is ticked, of who is on the
// page, or, once more asked, of all that the filters leave.
func (p *Pages) toggleMany(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ids := form.Values["who"]
	switch form.Get("scope") {
	case ui.BulkAll:
		return p.toggleAll(w, r, form)
	case ui.BulkPage:
		ids = strings.FieldsFunc(form.Get(bulkShown), func(c rune) bool { return c == ',' })
	}
	return p.switchStaff(w, r, form.On(bulkOn), ids...)
}

// toggleAll asks before it switches all that the filters leave.
func (p *Pages) toggleAll(w http.ResponseWriter, r *http.Request, form web.Form) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	on, filter := form.On(bulkOn), videoFilter(r)
	if form.Get(bulkSure) == "" {
		return p.askAll(w, r, c, on, filter)
	}
	n, err := p.Identities.ToggleAll(r.Context(), web.ActorOf(r), c.ID, on, filter)
	back := withQuery(connectionPath(c), filtersOf(r.URL.Query()))
	if err != nil {
		return p.refused(w, r, back, err)
	}
	d, err := p.directory(r, c)
	if err != nil {
		return err
	}
	ending := ".many"
	if d.Bulk.Of > 0 { // it goes on in the background
		ending = ".going"
	}
	return tell(w, r, back, "success", switchedKey(on, ending), "Number", web.ReaderOf(r).Number(n))
}

// switchedKey is the sentence of what was switched.
func switchedKey(on bool, ending string) string {
	if on {
		return "admin.video.on" + ending
	}
	return "admin.video.off" + ending
}

// askAll asks whether all that match are meant, and says how many that is now.
func (p *Pages) askAll(w http.ResponseWriter, r *http.Request, c vault.Connection, on bool, f identity.Filter) error {
	reader := web.ReaderOf(r)
	f.Page, f.Rows = 1, 1
	found, err := p.Identities.List(r.Context(), p.Orgs.Read(), c.OrgID, c.ID, f)
	if err != nil {
		return err
	}
	filters := filtersOf(r.URL.Query())
	back := withQuery(connectionPath(c), filters)
	if found.Total == 0 {
		return tell(w, r, back, "warning", "admin.video.nobody")
	}
	key := "admin.bulk.off"
	if on {
		key = "admin.bulk.on"
	}
	q := question{menu: inSettings, header: ui.PageHeaderProps{Title: reader.T(key+".title", "Count", found.Total),
		Breadcrumb: aboveVideo(reader, crumb(reader.T(p.Vault.Title(c.Vendor)), connectionPath(c)))}}
	q.texts = append(q.texts, filterText(reader, r.URL.Query()))
	q.confirm = ui.ConfirmProps{Harmless: on, Text: reader.T(key + ".text"), Yes: reader.T(key+".yes", "Count", found.Total), No: reader.T("admin.cancel"), NoHref: back,
		Form: ui.FormProps{Action: withQuery(connectionPath(c)+"/staff", filters), Hidden: []string{"scope", ui.BulkAll, bulkOn, boolText(on), bulkSure, "true"}}}
	return p.ask(w, r, q)
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// filterText says in words whom the filters leave.
func filterText(r words.Reader, q url.Values) string {
	var parts []string
	for _, f := range []struct {
		name    string
		options []ui.Option
	}{{"match", matchOptions(r)}, {"reason", reasonOptions(r, nil, q.Get("reason"))}, {"toggle", toggleOptions(r)}, {"outcome", outcomeOptions(r)}} {
		for _, o := range f.options {
			if o.Value != "" && o.Value == q.Get(f.name) {
				parts = append(parts, r.T("admin.bulk.filter", "Filter", r.T("admin.video.filter."+f.name), "Value", o.Label))
			}
		}
	}
	if text := q.Get("q"); text != "" {
		parts = append(parts, r.T("admin.bulk.filter.text", "Text", text))
	}
	if len(parts) == 0 {
		return r.T("admin.bulk.everybody")
	}
	return r.T("admin.bulk.filters", "Filters", r.List(parts...))
}

func (p *Pages) switchStaff(w http.ResponseWriter, r *http.Request, on bool, ids ...string) error {
	c, err := p.connection(r)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return tell(w, r, web.Back(r), "warning", "admin.video.nobody")
	}
	if err := p.Identities.Toggle(r.Context(), web.ActorOf(r), c.ID, on, ids...); err != nil {
		return p.refused(w, r, web.Back(r), err)
	}
	if len(ids) > 1 {
		return tell(w, r, web.Back(r), "success", switchedKey(on, ".many"), "Number", web.ReaderOf(r).Number(len(ids)))
	}
	people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), c.OrgID, ids)
	if err != nil {
		return err
	}
	return tell(w, r, web.Back(r), "success", switchedKey(on, ".one"), "Name", people[ids[0]].Name)
}

// switchingView is a change of many switches that is going on.
type switchingView struct{ progress ui.ProgressProps }

func switchingOf(r words.Reader, b identity.Bulk) *switchingView {
	if b.Of == 0 || b.Done >= b.Of {
		return nil
	}
	key := "admin.bulk.going.off"
	if b.On {
		key = "admin.bulk.going.on"
	}
	return &switchingView{ui.ProgressProps{ID: "switching", Label: r.T(key), Done: b.Done, Total: b.Of, Text: r.T("admin.bulk.going", "Done", b.Done, "Of", b.Of, "Name", b.ByName)}}
}
