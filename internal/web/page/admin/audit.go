package admin

import (
	"net/http"
	"net/url"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

const auditPath = "/settings/audit"

// auditPages adds the audit log to the site.
func (p *Pages) auditPages() {
	p.Site.Handle("GET "+auditPath, org.ReadJournal, p.audit)
	p.Site.Handle("GET "+auditPath+"/export.csv", org.ReadJournal, p.exportAudit)
}

// auditView is what the audit log shows.
type auditView struct {
	query  url.Values
	errors web.Errors
	// one is the person or the thing that the log was narrowed to by a link.
	one   *ui.Message
	rows  []ui.Row
	pages ui.PaginationProps
	clear string
	// export is the address of the whole answer as a file.
	export string
	// known are names to choose from while typing one.
	known []string
}

// audit lists what happened in the organization, newest first.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request) (err error) {
	reader := web.ReaderOf(r)
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	v := auditView{query: r.URL.Query(), clear: cleared(r, auditFilters...), export: auditExport(r)}
	filter, bad, err := p.auditFilter(r, reader)
	if err != nil {
		return err
	}
	if v.errors, err = web.FieldErrors(r, bad); err != nil {
		return err
	}
	at, status := trailOf(r), http.StatusOK
	if v.errors != nil {
		status = http.StatusUnprocessableEntity
	} else if err := p.auditRows(r, reader, filter, at, &v); err != nil {
		return err
	}
	if v.one, err = p.auditOne(r, reader); err != nil {
		return err
	}
	if v.known, err = p.memberNames(r); err != nil {
		return err
	}
	title := reader.T("admin.audit")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.audit.lead") + " " + reader.T("admin.audit.zone", "Zone", reader.ZoneName(now)), Breadcrumb: above(reader)}
	return page.Render(w, r, status, auditPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

// auditRows reads one entry more than is shown, to know whether there are more.
func (p *Pages) auditRows(r *http.Request, reader words.Reader, f org.JournalFilter, at trail, v *auditView) error {
	size := rowsOf(r)
	entries, err := p.journal(r, f, org.Page{Before: at.last(), Limit: size + 1})
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
	places, err := p.auditPlaces(r, entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		v.rows = append(v.rows, ui.Row{Cells: []ui.Cell{
			{Text: reader.ShortDate(e.At), Sub: reader.Time(e.At)},
			{Text: sentence(reader, names, e), Href: places.of(r, e), Sub: kindWord(reader, e.Object)},
			{Text: actorOf(reader, e), Href: byActor(e)},
		}})
	}
	v.pages = at.pages(r, next)
	v.pages.Sizes = sizesOf(r)
	return nil
}

// journal reads entries; a filter that nobody can match reads none.
func (p *Pages) journal(r *http.Request, f org.JournalFilter, at org.Page) ([]org.Entry, error) {
	if f.Actors != nil && len(f.Actors) == 0 {
		return nil, nil
	}
	return p.Orgs.Journal(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, f, at)
}

// auditOne says which person or thing the log was narrowed to by a link; nil
// when it was not.
func (p *Pages) auditOne(r *http.Request, reader words.Reader) (*ui.Message, error) {
	id := r.URL.Query().Get("person")
	if r.URL.Query().Get("of") != "" {
		return &ui.Message{Tone: ui.Info, Text: reader.T("admin.audit.one")}, nil
	}
	if id == "" {
		return nil, nil
	}
	people, err := p.Orgs.PeopleByID(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, []string{id})
	return &ui.Message{Tone: ui.Info, Text: reader.T("admin.audit.by", "Name", nameOf(reader, people, id))}, err
}

// knownMost is how many names are offered while typing one.
const knownMost = 500

// memberNames are names to choose from.
func (p *Pages) memberNames(r *http.Request) (names []string, err error) {
	people, err := p.Orgs.People(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, org.PeopleFilter{Kind: org.KindMember, Limit: knownMost})
	for _, m := range people {
		names = append(names, m.Name)
	}
	return names, err
}
