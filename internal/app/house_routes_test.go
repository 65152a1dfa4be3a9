package app

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/org"
)

// A row is a line of the design's table of who may do what.
type row string

const (
	anybody        row = "anybody"
	everyMember    row = "own schedule, hours, preferences, sessions"
	ofInstallation row = "features and vendor registrations"
	organization   row = "install, reauthorize, disconnect, toggles, staff, services, audit log"
	programs       row = "modes, members, announcements"
	atDesk         row = "Contact Center"
)

// table says who may, in the words of the design and not of the program.
var table = map[row][]org.Role{
	everyMember:    {org.Member, org.Scheduler, org.GroupLead, org.ProgramAdministrator, org.Administrator, org.Superuser},
	ofInstallation: {org.Superuser},
	organization:   {org.Administrator},
	programs:       {org.Administrator, org.ProgramAdministrator, org.GroupLead},
	atDesk:         {org.Administrator, org.Scheduler},
}

// doors says for every route of the site which row of the table it is in. A new
// route is added here by hand: who may open it is a decision.
var doors = map[row]string{
	anybody: `
		GET /healthz
		GET /readyz
		GET /metrics
		GET /language
		GET /assets/
		GET /brand/{slug}/{version}/brand.css
		GET /brand/{slug}/{version}/logo
		GET /ui
		GET /ui/booking
		GET /ui/bare
		POST /theme
		GET /{$}
		GET /signin
		POST /signin
		POST /signin/persona
		GET /signin/link/{token}
		POST /signin/link/{token}
		POST /signout
		GET /first-run
		POST /first-run
		GET /book/{org}
		GET /book/{org}/{service}
		POST /book/{org}/{service}
		GET /book/{org}/{service}/slots.json
		GET /manage/{token}
		GET /manage/{token}/invite.ics
		GET /manage/{token}/reschedule
		POST /manage/{token}/reschedule
		GET /manage/{token}/cancel
		POST /manage/{token}/cancel
		POST /manage/{token}/language
		GET /manage/{token}/guest
		POST /manage/{token}/guest
		POST /manage/{token}/guest/{guest}/remove
		GET /manage/{token}/late
		POST /manage/{token}/late
		GET /manage/{token}/earlier
		POST /manage/{token}/earlier
		POST /manage/{token}/earlier/leave
		GET /guest/{token}
		POST /guest/{token}/decline
		GET /book/{org}/{service}/waiting
		POST /book/{org}/{service}/waiting
		GET /waiting/{token}
		POST /waiting/{token}/take
		POST /waiting/{token}/leave
		GET /feedback/{token}
		POST /feedback/{token}
		POST /feedback/{token}/stop
		GET /embed.js
		GET /embed/{org}
		GET /embed/{org}/{service}
		POST /embed/{org}/{service}
		GET /embed/{org}/{service}/waiting
		POST /embed/{org}/{service}/waiting
		GET /embed/{org}/{service}/booked/{token}
		GET /report/{token}
		GET /do/{token}
		POST /do/{token}
		GET /j
		GET /j/{code}
		GET /j/{code}/go
		POST /hook/graph
		GET /connect/callback`,
	everyMember: `
		GET /help
		GET /help/contact
		POST /help/contact
		GET /profile
		POST /profile
		GET /profile/offer
		POST /profile/platform
		GET /profile/reads
		GET /profile/sessions
		POST /profile/sessions/{id}/end
		POST /profile/sessions/end-others
		GET /schedule
		GET /schedule/new
		POST /schedule/new
		GET /schedule/{id}
		GET /schedule/{id}/moves
		GET /schedule/{id}/drop
		POST /schedule/{id}/drop
		GET /schedule/{id}/reschedule
		POST /schedule/{id}/reschedule
		GET /schedule/{id}/cancel
		POST /schedule/{id}/cancel
		POST /schedule/{id}/state
		GET /schedule/{id}/reassign
		POST /schedule/{id}/reassign
		GET /schedule/{id}/method
		POST /schedule/{id}/method
		GET /schedule/{id}/choose
		POST /schedule/{id}/choose
		GET /schedule/{id}/colleague
		POST /schedule/{id}/colleague
		POST /schedule/{id}/colleague/{person}/drop
		POST /schedule/{id}/delay
		POST /schedule/{id}/notes
		GET /schedule/{id}/notes/{note}
		POST /schedule/{id}/notes/{note}
		POST /schedule/{id}/notes/{note}/remove
		POST /schedule/{id}/notes/{note}/done
		GET /hours
		POST /hours
		POST /hours/dates
		POST /hours/dates/{date}/usual
		POST /hours/off
		POST /hours/off/{off}/remove
		GET /hours/away
		POST /hours/settle
		GET /hours/busy
		POST /hours/busy
		POST /hours/busy/{id}/read
		GET /hours/busy/{id}/remove
		POST /hours/busy/{id}/remove`,
	ofInstallation: `
		GET /installation/support
		POST /installation/support
		POST /installation/support/remove
		GET /installation/apps
		GET /installation/apps/{vendor}
		POST /installation/apps/{vendor}
		POST /installation/apps/{vendor}/test
		GET /installation/apps/{vendor}/remove
		POST /installation/apps/{vendor}/remove`,
	atDesk: `
		GET /desk
		GET /desk/clients
		GET /desk/clients/new
		POST /desk/clients/new
		GET /desk/clients/{id}
		GET /desk/clients/{id}/edit
		POST /desk/clients/{id}/edit`,
	organization: `
		GET /settings
		GET /settings/organization
		POST /settings/organization
		GET /settings/support
		POST /settings/support
		POST /settings/support/remove
		GET /settings/branding
		POST /settings/branding
		POST /settings/branding/logo
		GET /settings/branding/logo/remove
		POST /settings/branding/logo/remove
		GET /settings/branding/reset
		POST /settings/branding/reset
		GET /settings/branding/preview
		GET /settings/branding/preview.css
		GET /settings/busy
		POST /settings/busy
		GET /settings/audit
		GET /settings/audit/export.csv
		GET /settings/integrations
		GET /settings/video
		GET /settings/video/new
		GET /settings/connect/{vendor}
		GET /settings/connect/{vendor}/{step}
		POST /settings/connect/{vendor}/{step}
		GET /settings/video/links
		GET /settings/video/left
		GET /settings/video/{id}
		POST /settings/video/{id}/default
		GET /settings/video/{id}/preview
		POST /settings/video/{id}/preview
		POST /settings/video/{id}/again
		GET /settings/video/{id}/wait
		POST /settings/video/{id}/wait
		POST /settings/video/{id}/wait/check
		GET /settings/video/{id}/export.csv
		GET /settings/video/{id}/staff/{person}/match
		POST /settings/video/{id}/staff/{person}/match
		POST /settings/video/{id}/staff/{person}/match/undo
		POST /settings/video/{id}/staff/{person}/match/hint
		GET /settings/video/{id}/other
		POST /settings/video/{id}/other
		GET /settings/video/{id}/field
		POST /settings/video/{id}/field
		GET /settings/video/{id}/left
		POST /settings/video/{id}/staff
		POST /settings/video/{id}/staff/{person}
		GET /settings/video/{id}/reauthorize
		POST /settings/video/{id}/reauthorize
		GET /settings/video/{id}/rematch
		POST /settings/video/{id}/rematch
		GET /settings/video/alternatives
		POST /settings/video/alternatives
		GET /settings/video/{id}/doctor
		POST /settings/video/{id}/doctor
		POST /settings/video/{id}/doctor/share
		POST /settings/video/{id}/doctor/revoke
		GET /settings/video/{id}/disconnect
		POST /settings/video/{id}/disconnect
		GET /settings/booking
		POST /settings/booking
		GET /services/feedback
		GET /services
		GET /services/new
		POST /services/new
		GET /services/{id}
		POST /services/{id}
		GET /locations
		GET /locations/new
		POST /locations/new
		GET /locations/{id}
		POST /locations/{id}
		GET /locations/{id}/holidays
		POST /locations/{id}/holidays
		GET /locations/{id}/close
		POST /locations/{id}/close
		POST /locations/{id}/open
		GET /locations/{id}/delete
		POST /locations/{id}/delete
		GET /staff/export.csv
		GET /staff-import
		POST /staff-import
		GET /staff-import/sample.csv
		GET /staff-import/{import}
		POST /staff-import/{import}/format
		POST /staff-import/{import}/start
		POST /staff-import/{import}/drop
		GET /staff-import/{import}/errors.csv
		GET /staff
		GET /staff/new
		POST /staff/new
		GET /staff/{id}
		POST /staff/{id}
		GET /staff/{id}/deactivate
		POST /staff/{id}/deactivate
		POST /staff/{id}/activate
		GET /staff/{id}/hours
		POST /staff/{id}/hours
		POST /staff/{id}/exceptions
		POST /staff/{id}/exceptions/{date}/drop
		POST /staff/{id}/timeoff
		POST /staff/{id}/timeoff/{off}/remove
		GET /staff/{id}/away
		POST /staff/{id}/settle`,
}

// rowOf turns the lists around.
func rowOf(t *testing.T) map[string]row {
	t.Helper()
	all := map[string]row{}
	for r, list := range doors {
		for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
			pattern := strings.TrimSpace(line)
			if _, twice := all[pattern]; twice {
				t.Errorf("%s is in the table twice", pattern)
			}
			all[pattern] = r
		}
	}
	return all
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	g := lodge(t, "", quiet)
	rows := rowOf(t)
	for _, pattern := range g.patterns() {
		if _, known := rows[pattern]; !known {
			t.Errorf("%s is new: say in doors who may open it", pattern)
		}
		delete(rows, pattern)
	}
	for pattern := range rows {
		t.Errorf("%s is in the table and not in the site", pattern)
	}
}

// TestEveryRouteAsksWhoMay walks all routes in every role.
func TestEveryRouteAsksWhoMay(t *testing.T) {
	g := lodge(t, "", quiet)
	s, rows := g.scene(), rowOf(t)
	people := map[org.Role]org.Person{}
	for _, role := range org.Roles {
		people[role] = g.addMember(g.org.ID, "Only "+string(role), role)
	}
	for _, pattern := range g.patterns() {
		path, at := s.path(t, pattern), rows[pattern]
		g.asStranger(t, pattern, path, at)
		for role, p := range people {
			allowed := at == anybody
			for _, may := range table[at] {
				allowed = allowed || may == role
			}
			w := g.ask(method(pattern), path, g.signIn(p))
			switch {
			case allowed && isTurnedAway(pattern, w.Code, w.Header()):
				t.Errorf("%s: a %s is refused (%d %s)", pattern, role, w.Code, w.Header().Get("Location"))
			case allowed && w.Code >= 500:
				t.Errorf("%s: a %s gets %d: %s", pattern, role, w.Code, w.Body)
			case !allowed && w.Code != http.StatusForbidden:
				t.Errorf("%s: a %s gets %d, want 403", pattern, role, w.Code)
			}
		}
	}
}

// asStranger asks as nobody: a browser is led to the sign-in, a program is told.
func (g *lodging) asStranger(t *testing.T, pattern, path string, at row) {
	t.Helper()
	page := g.ask(method(pattern), path, nil)
	program := g.ask(method(pattern), path, nil, func(r *http.Request) { r.Header.Set("Accept", "application/json") })
	if at == anybody {
		if isTurnedAway(pattern, page.Code, page.Header()) || page.Code >= 500 {
			t.Errorf("%s: a stranger is refused (%d)", pattern, page.Code)
		}
		return
	}
	if page.Code != http.StatusSeeOther || !strings.HasPrefix(page.Header().Get("Location"), "/signin") {
		t.Errorf("%s: a stranger's browser gets %d %s, want the sign-in page", pattern, page.Code, page.Header().Get("Location"))
	}
	if program.Code != http.StatusUnauthorized {
		t.Errorf("%s: a stranger's program gets %d, want 401", pattern, program.Code)
	}
}

// isTurnedAway leaves out the routes whose very business is the sign-in.
func isTurnedAway(pattern string, status int, header http.Header) bool {
	for _, way := range []string{"GET /{$}", "POST /signout", "GET /signin/link/{token}", "POST /signin/link/{token}", "GET /first-run", "POST /first-run", "GET /connect/callback"} {
		if pattern == way {
			return false
		}
	}
	return isRefused(status, header)
}
