package app

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
)

// capabilities are the routes whose path itself is the proof: whoever holds the
// link is the one it was made for, in whatever organization.
var capabilities = []string{"/manage/{token}", "/signin/link/{token}", "/j/{code}", "/guest/{token}", "/waiting/{token}", "/feedback/{token}", "/do/{token}", "/report/{token}"}

// addressed are the public routes that name an organization in their path.
var addressed = []string{"/book/{org}", "/embed/{org}", "/brand/{slug}"}

// own are the routes whose placeholder is no row: a date of one's own.
var own = []string{"/hours/dates/{date}/usual"}

// everywhere are the routes of superusers, who look after all organizations.
var everywhere = []string{"/installation/"}

// TestNoRouteShowsAnotherOrganization asks for every route that names a row,
// with the rows of another organization, as somebody who may everything in
// their own: 404, and nothing is changed.
func TestNoRouteShowsAnotherOrganization(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		s := g.scene()
		foreign := g.foreign()
		session := g.signIn(foreign.boss)
		before, asked := g.belongings(s.org.ID), 0
		for _, pattern := range g.patterns() {
			if !strings.Contains(pattern, "{") || strings.Contains(pattern, "{$}") || isPublic(pattern) {
				continue
			}
			for _, path := range s.mixtures(t, pattern, foreign) {
				w := g.ask(method(pattern), path, session, s.filled)
				asked++
				if w.Code != http.StatusNotFound {
					t.Errorf("%s: %s answers a stranger %d %s", pattern, path, w.Code, w.Header().Get("Location"))
				}
				if body := w.Body.String(); strings.Contains(body, s.visit.Client.Name) || strings.Contains(body, s.org.Name) {
					t.Errorf("%s tells a stranger about %s", pattern, s.org.Name)
				}
			}
		}
		if asked < 30 {
			t.Errorf("only %d routes name a row", asked)
		}
		if diff := cmp.Diff(before, g.belongings(s.org.ID)); diff != "" {
			t.Errorf("a stranger changed rows of %s:\n%s", s.org.Name, diff)
		}
	})
}

// TestNoFormTakesAnotherOrganizationsRows puts foreign ids where a form or an
// address has them in its fields, on routes that the stranger may use.
func TestNoFormTakesAnotherOrganizationsRows(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		s := g.scene()
		foreign := g.foreign()
		session := g.signIn(foreign.boss)
		before := g.belongings(s.org.ID)
		for _, x := range []struct {
			name, pattern, path string
			form                url.Values
		}{
			{"another's schedule", "GET ", "/schedule?person=" + s.member.ID, nil},
			{"another's staff in a service", "POST ", "/services/" + foreign.service.ID, serviceForm("loans", s.member.ID)},
			{"another's staff in a new service", "POST ", "/services/new", serviceForm("more", s.member.ID)},
			{"another's service on the booking page", "GET ", "/book/fjord-credit/" + s.service.Slug + "?method=phone", nil},
			{"another's staff on the booking page", "GET ", "/book/fjord-credit/loans?method=phone&staff=" + s.member.ID, nil},
			{"another's free times", "GET ", "/book/fjord-credit/loans/slots.json?method=phone&staff=" + s.member.ID + "&day=2027-01-04", nil},
			{"the audit log by another's person", "GET ", "/settings/audit?person=" + s.member.ID + "&actor=" + s.member.ID, nil},
		} {
			t.Run(x.name, func(t *testing.T) {
				w := g.ask(method(x.pattern), x.path, session, with(x.form))
				if w.Code >= 500 || x.form != nil && w.Code < 400 {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
				if body := w.Body.String(); strings.Contains(body, s.visit.Client.Name) || strings.Contains(body, s.member.Name) {
					t.Errorf("%s is told to a stranger (%d)", s.member.Name, w.Code)
				}
			})
		}
		if w := g.ask(http.MethodPost, "/services/new", session, with(serviceForm("mine", foreign.boss.ID))); w.Code != http.StatusSeeOther {
			t.Errorf("the same form with one's own staff is refused (%d), so this test shows nothing", w.Code)
		}
		if diff := cmp.Diff(before, g.belongings(s.org.ID)); diff != "" {
			t.Errorf("a stranger changed rows of %s:\n%s", s.org.Name, diff)
		}
		for table, rows := range g.rowsOf() {
			for _, row := range rows {
				if strings.Contains(row, foreign.org.ID) && strings.Contains(row, s.member.ID) {
					t.Errorf("a row of %s in %s names somebody of %s: %s", foreign.org.Name, table, s.org.Name, row)
				}
			}
		}
	})
}

func isPublic(pattern string) bool {
	return slices.ContainsFunc(slices.Concat(capabilities, addressed, own, everywhere), func(p string) bool { return strings.Contains(pattern, p) }) ||
		strings.Contains(pattern, "/connect/{vendor}")
}

// with sends a form along.
func with(form url.Values) func(*http.Request) {
	return func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(form.Encode())) }
}

// serviceForm is a service as its page sends it.
func serviceForm(slug, staff string) url.Values {
	return url.Values{"name": {"Service " + slug}, "slug": {slug}, "duration": {"30"}, "step": {"15"}, "notice": {"60"}, "ahead": {"60"}, "buffer_before": {"0"}, "buffer_after": {"0"},
		"methods": {"phone"}, "lobby": {"staff-admits"}, "active": {"on"}, "staff": {staff}}
}

// filled is a form that has what any of them asks for, so that it is the row
// that is refused.
func (s scene) filled(r *http.Request) {
	if r.Method != http.MethodPost {
		return
	}
	form := serviceForm("taken", s.member.ID)
	for name, value := range map[string]string{"sure": "on", "confirm": "on", "on": "true", "field": "email", "who": s.member.ID, "reason": "x", "start": "2027-01-04T10:00:00Z",
		"minutes": "15", "email": "taken@over.example", "date": "2027-01-04", "from": "2027-01-04", "until": "2027-01-05"} {
		form.Set(name, value)
	}
	with(form)(r)
}

// neighbour is the other organization.
type neighbour struct {
	org     org.Organization
	boss    org.Person
	service appointment.Service
}

// foreign makes a second organization with somebody who may everything in it.
func (g *lodging) foreign() (n neighbour) {
	g.t.Helper()
	ctx := g.t.Context()
	g.ok(g.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n.org, err = g.orgs.Create(ctx, tx, org.Organization{Slug: "fjord-credit", Name: "Fjord Credit", Lang: "en", Zone: "Europe/Oslo"})
		return err
	}))
	n.boss = g.addMember(n.org.ID, "Ingrid Solberg", org.Roles...)
	actor := org.Actor{OrgID: n.org.ID, PersonID: n.boss.ID, Name: n.boss.Name, Roles: org.Roles}
	g.ok(g.calendars.SaveHours(ctx, actor, n.boss.ID, []calendar.Hours{{Weekday: 1, Start: 9 * 60, End: 17 * 60}}))
	loans := appointment.NewService("Loans")
	loans.Methods, loans.Staff = []appointment.Method{appointment.Phone}, []string{n.boss.ID}
	var err error
	n.service, err = g.appointments.SaveService(ctx, actor, loans)
	g.ok(err)
	return n
}

// mixtures are the path with the scene's ids, and where it names two rows, also
// with one's own first and the other's second.
func (s scene) mixtures(t *testing.T, pattern string, n neighbour) []string {
	path := s.path(t, pattern)
	own := strings.Replace(path, "/staff/"+s.member.ID+"/", "/staff/"+n.boss.ID+"/", 1)
	if own == path || !strings.Contains(pattern, "{off}") {
		return []string{path}
	}
	return []string{path, own}
}

// belongings are all rows of an organization, but for when it was last seen.
func (g *lodging) belongings(orgID string) map[string][]string {
	all := g.rowsOf()
	for table, rows := range all {
		all[table] = slices.DeleteFunc(rows, func(row string) bool { return !strings.Contains(row, orgID) })
	}
	delete(all, "lanes")
	return all
}
