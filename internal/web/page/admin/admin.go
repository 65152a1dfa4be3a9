// Package admin is the door for people who run an organization: its settings,
// its integrations and the wizard that makes them, its services, its staff and
// their hours, and the audit log.
//
// It draws and translates. What a connection can do is vault's to decide, who
// matches is identity's, what can be booked is appointment's. It knows no
// vendor: a vendor describes its own set-up, and the wizard draws any.
package admin

import (
	"net/http"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/meeting"
	"parley/internal/notify"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// Pages are the administrator's pages.
type Pages struct {
	Site         *web.Site
	Orgs         *org.Orgs
	Vault        *vault.Vault
	Identities   *identity.Identities
	Appointments *appointment.Appointments
	Calendars    *calendar.Calendars
	Busy         *calendar.Busy
	Notify       *notify.Notify
	Meetings     *meeting.Meetings
}

// bulkRoom is what a form needs that names every member of a long page.
const bulkRoom = 256 << 10

// manyMembers is how many members are read where all are wanted.
const manyMembers = 5000

// CallbackPath is where vendors send a browser back to. The address of it on
// this site is the vault's RedirectURL, and registered at every vendor.
const CallbackPath = "/connect/callback"

// Register adds the pages to the site.
func (p *Pages) Register() {
	p.settings()
	p.bookingPages()
	p.feedbackPages()
	p.auditPages()
	p.brandingPages()
	p.busyPages()
	p.integrations()
	p.servicePages()
	p.staffPages()
	p.importPages()
}

func (p *Pages) settings() {
	s := p.Site
	s.Handle("GET /settings", org.ManageOrganization, p.settingsIndex)
	s.Handle("GET /settings/organization", org.ManageOrganization, p.showOrganization)
	s.Handle("POST /settings/organization", org.ManageOrganization, p.saveOrganization)
}

func (p *Pages) integrations() {
	s, may := p.Site, org.ManageIntegrations
	s.Handle("GET /settings/integrations", may, p.integrationsIndex)
	s.Handle("GET /settings/video", may, p.videoList)
	s.Handle("GET /settings/video/new", may, p.chooseVendor)
	s.Handle("GET /settings/connect/{vendor}", may, p.firstStep)
	s.Handle("GET /settings/connect/{vendor}/{step}", may, p.showStep)
	s.Handle("POST /settings/connect/{vendor}/{step}", may, p.answerStep)
	s.Handle("GET "+linksPath, may, p.showLinks)
	s.Handle("GET "+leftPath, may, p.showAllLeft)
	s.Handle("GET /settings/video/{id}", may, p.showConnection)
	s.Handle("POST /settings/video/{id}/default", may, p.makeDefault)
	s.Handle("GET /settings/video/{id}/preview", may, p.showPreview)
	s.Handle("POST /settings/video/{id}/preview", may, p.finish)
	s.Handle("POST /settings/video/{id}/again", may, p.again)
	s.Handle("GET /settings/video/{id}/wait", may, p.showWait)
	s.Handle("POST /settings/video/{id}/wait", may, p.finishWait)
	s.Handle("POST /settings/video/{id}/wait/check", may, p.checkWait)
	p.alternativePages()
	p.connectionStaff()
	p.connectionActs()
	// A customer's own administrator comes back here without an account of ours.
	s.Handle("GET "+CallbackPath, org.Public, p.callback)
}

// connectionStaff are the acts on the staff of a connection.
func (p *Pages) connectionStaff() {
	s, may := p.Site, org.ManageIntegrations
	s.Handle("GET /settings/video/{id}/export.csv", may, p.exportVideo)
	s.Handle("POST /settings/video/{id}/staff", may, p.toggleMany, web.Body(bulkRoom))
	s.Handle("POST /settings/video/{id}/staff/{person}", may, p.toggleOne)
	s.Handle("GET /settings/video/{id}/staff/{person}/match", may, p.showHand)
	s.Handle("POST /settings/video/{id}/staff/{person}/match", may, p.matchHand)
	s.Handle("POST /settings/video/{id}/staff/{person}/match/undo", may, p.undoHand)
	s.Handle("POST /settings/video/{id}/staff/{person}/match/hint", may, p.useAccount)
}

// connectionActs are the acts on a connection as a whole.
func (p *Pages) connectionActs() {
	s, may := p.Site, org.ManageIntegrations
	s.Handle("GET /settings/video/{id}/reauthorize", may, p.askReauthorize)
	s.Handle("POST /settings/video/{id}/reauthorize", may, p.reauthorize)
	s.Handle("GET /settings/video/{id}/other", may, p.showOther)
	s.Handle("POST /settings/video/{id}/other", may, p.acceptOther)
	s.Handle("GET /settings/video/{id}/rematch", may, p.askRematch)
	s.Handle("POST /settings/video/{id}/rematch", may, p.rematch)
	s.Handle("GET /settings/video/{id}/disconnect", may, p.askDisconnect)
	s.Handle("GET /settings/video/{id}/field", may, p.showField)
	s.Handle("POST /settings/video/{id}/field", may, p.changeField)
	s.Handle("GET /settings/video/{id}/left", may, p.showLeft)
	s.Handle("POST /settings/video/{id}/disconnect", may, p.disconnect)
}

func (p *Pages) servicePages() {
	s, may := p.Site, org.ManageServices
	s.Handle("GET /services", may, p.services)
	s.Handle("GET /services/new", may, p.newServiceForm)
	s.Handle("POST /services/new", may, p.saveService, web.Body(bulkRoom))
	s.Handle("GET /services/{id}", may, p.showService)
	s.Handle("POST /services/{id}", may, p.saveService, web.Body(bulkRoom))
}

func (p *Pages) staffPages() {
	s, may := p.Site, org.ManageStaff
	s.Handle("GET /staff", may, p.staff)
	s.Handle("GET /staff/new", may, p.newMemberForm)
	s.Handle("POST /staff/new", may, p.addMember)
	s.Handle("GET /staff/{id}", may, p.showMember)
	s.Handle("POST /staff/{id}", may, p.saveMember)
	s.Handle("GET /staff/{id}/deactivate", may, p.askDeactivate)
	s.Handle("POST /staff/{id}/deactivate", may, p.deactivate)
	s.Handle("POST /staff/{id}/activate", may, p.activate)
	p.hoursPages()
}

// The entries of the one menu that the pages of this room belong to.
const (
	inSettings = "settings"
	inServices = "services"
	inStaff    = "staff"
)

// A crumb is a page above this one.
func crumb(label, href string) ui.NavItem { return ui.NavItem{Label: label, Href: href} }

// above leads from the settings down to a page of the integrations.
func above(r words.Reader, more ...ui.NavItem) []ui.NavItem {
	return append([]ui.NavItem{crumb(r.T("admin.settings"), "/settings")}, more...)
}

// aboveVideo leads from the settings down to a page of the video calls.
func aboveVideo(r words.Reader, more ...ui.NavItem) []ui.NavItem {
	return append(above(r, crumb(r.T("admin.integrations"), "/settings/integrations"), crumb(r.T("admin.video"), "/settings/video")), more...)
}

// question asks before an act that cannot be undone, on a page of its own.
type question struct {
	header ui.PageHeaderProps
	menu   string
	// texts are what will happen, each a paragraph.
	texts []string
	// advice stands above, where there is a gentler way.
	advice  *ui.Message
	confirm ui.ConfirmProps
}

// ask shows a question.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, q question) error {
	shell := page.Frame(w, r, q.header.Title, q.menu)
	return page.Render(w, r, http.StatusOK, questionPage(web.ReaderOf(r), shell, q))
}

// defaultVideo is the connection of who chose none; empty when there is none.
func (p *Pages) defaultVideo(r *http.Request) (string, error) {
	c, err := p.Vault.Default(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return c.ID, err
}

// tell leaves a message for the next page and goes there.
func tell(w http.ResponseWriter, r *http.Request, to, tone, key string, args ...string) error {
	web.Tell(w, r, web.Flash{Tone: tone, Key: key, Args: args})
	return web.Redirect(w, r, to)
}
