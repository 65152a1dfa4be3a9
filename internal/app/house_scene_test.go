package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db/dbtest"
	"parley/internal/org"
)

// A scene is one of everything that an organization has and a route can name.
type scene struct {
	org        org.Organization
	connection string
	service    appointment.Service
	location   string
	visit      appointment.View
	member     org.Person
	off        string
	busy       string
	note       string
	session    string
	manage     string
	guest      appointment.Guest
	links      map[string]string
	signIn     string
	upload     org.Import
}

// uploaded is a file of staff with a row that is taken and one that is not.
const uploaded = "Name,E-mail,Services,Shoe size\nNadia Brunner,nadia@harbourbank.example,Everyday banking,40\nNemo,nowhere,,\n"

// scene makes one of everything in the furnished organization.
func (g *lodging) scene() scene {
	g.t.Helper()
	ctx := g.t.Context()
	s := scene{connection: g.connect().ID, service: g.service("Everyday banking")}
	s.visit = g.book(s.service, appointment.Video, "Nadia Brunner")
	s.member = s.visit.Staff
	g.work()
	s.manage = g.manageToken(s.visit)
	off, err := g.calendars.AddTimeOff(ctx, g.admin, s.member.ID, calendar.TimeOff{Span: daysAhead(g, 200, 2), Reason: "Leave"})
	g.ok(err)
	s.off = off.ID
	s.upload, err = g.orgs.Upload(ctx, g.admin, "staff.csv", []byte(uploaded))
	g.ok(err)
	own := org.Actor{OrgID: g.org.ID, PersonID: s.member.ID, Roles: []org.Role{org.Member}}
	s.busy = g.publish(own)
	note, err := g.appointments.AddNote(ctx, own, s.visit.ID, "Brings her sister.")
	g.ok(err)
	s.note = note.ID
	g.signIn(s.member)
	sessions, err := g.orgs.Sessions(ctx, own)
	g.ok(err)
	s.session = sessions[0].ID
	s.signIn = g.link(s.member.Email)
	s.guest, s.links = g.around(s.visit)
	s.links["/report"] = g.sheet(s.connection)
	g.work()
	places, err := g.appointments.Locations(ctx, g.db, g.org.ID)
	g.ok(err)
	s.location = places[0].ID
	s.org, err = g.orgs.BySlug(ctx, g.db, demoSlug)
	g.ok(err)
	return s
}

// publish adds a calendar of the sandbox to a member's time.
func (g *lodging) publish(own org.Actor) string {
	g.t.Helper()
	g.ok(g.busy.SaveRules(g.t.Context(), g.admin, calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour}))
	source, err := g.busy.Add(g.t.Context(), own, g.vendors.CalendarURL("grace.kim"))
	g.ok(err)
	return source.ID
}

// link asks for a sign-in link and reads its token from the mail.
func (g *lodging) link(email string) string {
	g.t.Helper()
	g.ok(g.orgs.AskLink(g.t.Context(), email, "/"))
	g.work()
	mails := g.vendors.Messages(email)
	_, rest, found := strings.Cut(mails[len(mails)-1].Text, "/signin/link/")
	if !found {
		g.t.Fatalf("the mail has no link: %s", mails[len(mails)-1].Text)
	}
	token, _, _ := strings.Cut(strings.Fields(rest)[0], "?")
	return token
}

func daysAhead(g *lodging, n, length int) calendar.Span {
	g.t.Helper()
	now, err := g.db.Now(g.t.Context())
	g.ok(err)
	day := now.Truncate(24*time.Hour).AddDate(0, 0, n)
	return calendar.Span{Start: day, End: day.AddDate(0, 0, length)}
}

// path fills the placeholders of a pattern with what the scene has.
func (s scene) path(t testing.TB, pattern string) string {
	t.Helper()
	path := strings.TrimSuffix(pattern[strings.Index(pattern, "/"):], "{$}")
	id := map[string]string{"/schedule/": s.visit.ID, "/settings/video/": s.connection, "/services/": s.service.ID, "/locations/": s.location, "/staff/": s.member.ID,
		"/profile/sessions/": s.session, "/hours/off/": s.off, "/hours/busy/": s.busy, "/desk/clients/": s.visit.Client.ID}
	token := s.manage
	if strings.HasPrefix(path, "/signin/") {
		token = s.signIn
	}
	for prefix, link := range s.links {
		if strings.HasPrefix(path, prefix+"/") {
			token = link
		}
	}
	service := s.service.Slug
	for prefix, value := range id {
		path = strings.Replace(path, prefix+"{id}", prefix+value, 1)
	}
	path = strings.NewReplacer("{org}", s.org.Slug, "{slug}", s.org.Slug, "{version}", fmt.Sprint(s.org.Version), "{service}", service, "{code}", s.visit.Meeting.Code,
		"{token}", token, "{guest}", s.guest.ID, "{vendor}", "teams", "{step}", "field", "{person}", s.member.ID, "{import}", s.upload.ID, "{off}", s.off, "{note}", s.note, "{date}", "2027-01-04").Replace(path)
	if strings.Contains(path, "{") {
		t.Errorf("the scene has nothing for %s: teach it in scene.path", pattern)
	}
	return path
}

// patterns are those of the site, GET before POST, so that what is asked for
// first is still there.
func (g *lodging) patterns() []string {
	var all []string
	for _, r := range g.site.Routes() {
		all = append(all, r.Pattern)
	}
	slices.SortStableFunc(all, func(a, b string) int { return strings.Compare(method(a), method(b)) })
	return all
}

func method(pattern string) string {
	m, _, _ := strings.Cut(pattern, " ")
	return m
}

// isRefused reports whether the site itself turned somebody away.
func isRefused(status int, header http.Header) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusSeeOther && strings.HasPrefix(header.Get("Location"), "/signin")
}

// rowsOf are all rows of the database as they are kept.
func (g *lodging) rowsOf() map[string][]string {
	g.t.Helper()
	return dbtest.Dump(g.t, g.cfg.DatabaseURL)
}
