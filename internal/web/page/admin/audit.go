package admin

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"parley/internal/calendar"
	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// verbs are what the audit log can be narrowed to, in groups as people think of
// them. A test holds that each has its sentence.
var verbs = []struct {
	group string
	names []string
}{
	{"connections", []string{"connection.connect", "connection.complete", "connection.reauthorize", "connection.disconnect", "connection.fault",
		"identity.field", "identity.rematch", "identity.enable", "identity.disable", "identity.platform"}},
	{"appointments", []string{"appointment.book", "appointment.reschedule", "appointment.cancel"}},
	{"services", []string{"service.add", "service.save"}},
	{"staff", []string{"member.add", "member.change", "role.grant", "role.revoke", "staff.limit"}},
	{"hours", []string{"hours.save", "hours.except", "hours.usual", "timeoff.add", "timeoff.remove"}},
	{"organization", []string{"organization.change", "setting.set", "setting.clear"}},
	{"access", []string{"member.sign-in", "session.end", "person.profile"}},
}

// auditView is what the audit log shows.
type auditView struct {
	query  url.Values
	errors web.Errors
	people []ui.Option
	rows   []ui.Row
	pages  ui.PaginationProps
	clear  string
}

// audit lists what happened in the organization, newest first.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request) (err error) {
	reader := web.ReaderOf(r)
	v := auditView{query: r.URL.Query(), clear: cleared(r, "person", "verb", "from", "to")}
	if v.people, err = p.memberOptions(r, reader); err != nil {
		return err
	}
	filter, bad := p.auditFilter(reader, v.query)
	if v.errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	at, status := trailOf(r), http.StatusOK
	if v.errors != nil {
		status = http.StatusUnprocessableEntity
	} else if err := p.auditRows(r, reader, filter, at, &v); err != nil {
		return err
	}
	title := reader.T("admin.audit")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.audit.lead"), Breadcrumb: above(reader)}
	return page.Render(w, r, status, auditPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

// auditRows reads one entry more than is shown, to know whether there are more.
func (p *Pages) auditRows(r *http.Request, reader words.Reader, f org.JournalFilter, at trail, v *auditView) error {
	size := rowsOf(r)
	entries, err := p.Orgs.Journal(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, f, org.Page{Before: at.last(), Limit: size + 1})
	if err != nil {
		return err
	}
	next := ""
	if len(entries) > size {
		entries = entries[:size]
		next = entries[size-1].Cursor()
	}
	names, err := p.connectionNames(r, reader)
	if err != nil {
		return err
	}
	for _, e := range entries {
		v.rows = append(v.rows, ui.Row{Cells: []ui.Cell{{Text: reader.ShortDate(e.At), Sub: reader.Time(e.At)}, {Text: sentence(reader, names, e)}, {Text: actorOf(reader, e)}}})
	}
	v.pages = at.pages(r, next)
	v.pages.Sizes = sizesOf(r)
	return nil
}

// sentence tells an entry; a verb of a room that is not there any more is told
// by its name.
func sentence(r words.Reader, names map[string]string, e org.Entry) string {
	if !r.Has(e.Key()) {
		return r.T("admin.audit.other", "Actor", actorOf(r, e), "Verb", e.Verb)
	}
	args := e.Args()
	for i := 0; i+1 < len(args); i += 2 {
		if text, ok := args[i+1].(string); ok {
			args[i+1] = inWords(r, names, args[i], text)
		}
	}
	return r.T(e.Key(), args...)
}

// inWords puts what an entry keeps for programs into the reader's words: roles,
// fields, settings, dates, instants, and connections by their name.
func inWords(r words.Reader, names map[string]string, about any, text string) any {
	if name := names[text]; name != "" {
		return name
	}
	switch about {
	case "Role":
		return known(r, "org.role.name.", text)
	case "Field":
		return known(r, "admin.field.", text)
	case "Setting":
		return known(r, "admin.setting.", text)
	case "Date":
		if day, err := calendar.ParseDate(text); err == nil {
			return r.In(time.UTC).Date(day.In(time.UTC).Start)
		}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	return text
}

// known is the word for a name, or the name where there is none.
func known(r words.Reader, prefix, name string) string {
	if r.Has(prefix + name) {
		return r.T(prefix + name)
	}
	return name
}

// connectionNames are the names of connections by their ids.
func (p *Pages) connectionNames(r *http.Request, reader words.Reader) (map[string]string, error) {
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	names := map[string]string{}
	for _, c := range all {
		names[c.ID] = reader.T("admin.staff.platform.of", "Vendor", reader.T(p.Vault.Title(c.Vendor)), "Account", c.Account.Name)
	}
	return names, err
}

func actorOf(r words.Reader, e org.Entry) string {
	return cmp.Or(e.ActorName, r.T("admin.audit.program"))
}

// auditFilter reads the filters. A day is one of the reader's own zone.
func (p *Pages) auditFilter(reader words.Reader, q url.Values) (f org.JournalFilter, err error) {
	f = org.JournalFilter{ActorID: q.Get("person"), Verb: q.Get("verb")}
	if from := q.Get("from"); from != "" {
		day, err := calendar.ParseDate(from)
		if err != nil {
			return f, atField(err, "from")
		}
		f.From = day.In(reader.Zone).Start
	}
	if to := q.Get("to"); to != "" {
		day, err := calendar.ParseDate(to)
		if err != nil {
			return f, atField(err, "to")
		}
		f.To = day.In(reader.Zone).End
	}
	return f, nil
}

// memberOptions are all members, to choose one from.
func (p *Pages) memberOptions(r *http.Request, reader words.Reader) ([]ui.Option, error) {
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Limit: manyMembers})
	if err != nil {
		return nil, err
	}
	all := []ui.Option{{Label: reader.T("admin.audit.anybody")}}
	for _, m := range people {
		all = append(all, ui.Option{Value: m.ID, Label: m.Name})
	}
	return all, nil
}

func verbOptions(r words.Reader) []ui.Option {
	all := []ui.Option{{Label: r.T("admin.audit.anything")}}
	for _, g := range verbs {
		for _, v := range g.names {
			all = append(all, ui.Option{Value: v, Label: r.T("admin.verb." + v), Group: r.T("admin.verbs." + g.group)})
		}
	}
	return all
}
