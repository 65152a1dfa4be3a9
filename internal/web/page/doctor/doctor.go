// Package doctor is the page on which a connection is examined: what was found,
// what it means, who has to act, the fix to copy and the vendor's own answer to
// give to its support; and the sheet of it that a security team may read without
// an account.
//
// It draws and translates. What is looked at and what it means is a vendor's to
// say, and reports are kept by vault; the room knows no vendor.
package doctor

import (
	"net/http"
	"time"

	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the pages of examinations.
type Pages struct {
	Site  *web.Site
	Orgs  *org.Orgs
	Vault *vault.Vault
	// Links sign and prove the addresses of sheets.
	Links notify.LinkKeys
}

// Register adds the pages to the site.
func (p *Pages) Register() {
	at := func(pattern string, h web.Handler) { p.Site.Handle(pattern, org.ManageIntegrations, h) }
	at("GET /settings/video/{id}/doctor", p.show)
	at("POST /settings/video/{id}/doctor", p.ask)
	at("POST /settings/video/{id}/doctor/share", p.share)
	at("POST /settings/video/{id}/doctor/revoke", p.revoke)
	p.Site.Handle("GET "+sheetPath+"/{token}", org.Public, p.sheet)
}

const (
	// reportsShown is how many earlier examinations are listed.
	reportsShown = 20
	// look is how often, in seconds, the page looks for a report that was asked for.
	look = "2"
	// patience is how long a report is waited for before the page says that none came.
	patience = 3 * time.Minute
	// waiting is the value of the address that says since when a report is waited for.
	waiting = "since"
)

// view is the page of one connection's examinations.
type view struct {
	connection vault.Connection
	// vendor is what the vendor is called.
	vendor string
	report vault.Report
	// seen says that there is a report at all.
	seen     bool
	earlier  []vault.Report
	shares   []vault.Share
	now      time.Time
	since    time.Time
	problems []vault.Finding
	unseen   []vault.Finding
	fine     []vault.Finding
}

func (v view) path() string { return "/settings/video/" + v.connection.ID + "/doctor" }

// waits reports whether a report was asked for and has not come yet.
func (v view) waits() bool { return !v.since.IsZero() && v.now.Sub(v.since) < patience }

// show shows the latest report, or the one that the address names.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.read(r)
	if err != nil {
		return err
	}
	reader := web.ReaderOf(r)
	shell := page.Frame(w, r, reader.T("doctor.title"), "settings")
	if v.waits() {
		shell.Page.Refresh = look
	}
	return page.Render(w, r, http.StatusOK, doctorPage(reader, shell, p.header(reader, v), v, p.links(reader, v)))
}

func (p *Pages) read(r *http.Request) (v view, err error) {
	ctx, q, orgID := r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID
	if v.connection, err = p.Vault.Connection(ctx, q, orgID, r.PathValue("id")); err != nil {
		return v, err
	}
	if v.now, err = p.Orgs.Now(ctx); err != nil {
		return v, err
	}
	v.vendor = web.ReaderOf(r).T(p.Vault.Title(v.connection.Vendor))
	if v.shares, err = p.Vault.Shares(ctx, q, orgID, v.connection.ID, v.now); err != nil {
		return v, err
	}
	if v.earlier, err = p.Vault.Reports(ctx, q, orgID, v.connection.ID, reportsShown); err != nil {
		return v, err
	}
	v.choose(r.URL.Query().Get("report"))
	if since, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get(waiting)); err == nil && !v.cameSince(since) {
		v.since = since
	}
	v.problems, v.unseen, v.fine = sorted(v.report.Findings)
	return v, nil
}

// choose takes the report of the address, or the latest.
func (v *view) choose(id string) {
	for i, r := range v.earlier {
		if i == 0 || r.ID == id {
			v.report, v.seen = r, true
		}
	}
}

// cameSince reports whether a report came after it was asked for.
func (v view) cameSince(t time.Time) bool { return len(v.earlier) > 0 && !v.earlier[0].At.Before(t) }

// sorted are the findings in the order in which they are read: the worst first.
func sorted(all []vault.Finding) (problems, unseen, fine []vault.Finding) {
	by := map[vault.Severity][]vault.Finding{}
	for _, f := range all {
		by[f.Severity] = append(by[f.Severity], f)
	}
	return append(by[vault.Wrong], by[vault.Risky]...), by[vault.Unseen], by[vault.Fine]
}

func (p *Pages) header(r words.Reader, v view) ui.PageHeaderProps {
	return ui.PageHeaderProps{Title: r.T("doctor.title"), Subtitle: v.vendor + " · " + v.connection.Account.Name, Actions: askButton(r, v), Breadcrumb: []ui.NavItem{
		{Label: r.T("admin.settings"), Href: "/settings"}, {Label: r.T("admin.integrations"), Href: "/settings/integrations"},
		{Label: r.T("admin.video"), Href: "/settings/video"}, {Label: v.vendor, Href: "/settings/video/" + v.connection.ID},
	}}
}

// ask has the connection examined, and waits on the page for what is found.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	now, err := p.Orgs.Now(r.Context())
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := p.Vault.AskExamination(r.Context(), web.ActorOf(r), id); err != nil {
		return err
	}
	return web.Redirect(w, r, page.Address("/settings/video/"+id+"/doctor", waiting, now.UTC().Format(time.RFC3339Nano)))
}
