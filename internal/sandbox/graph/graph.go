// Package graph plays the part of Microsoft Graph that concerns people and Teams meetings, and the page a Teams link
// leads to. People and tokens are the directory's; meetings live here.
package graph

import (
	"embed"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/face"
	"parley/internal/sandbox/stage"
)

//go:embed page/*.html
var files embed.FS

// Limits are the vendor's published limits ("Microsoft Graph service-specific throttling limits"); zero takes theirs.
type Limits struct {
	// DirectoryUnits are resource units for one application and tenant in ten seconds.
	DirectoryUnits int
	// MeetingCalls are requests to online meetings by one application in ten seconds.
	MeetingCalls int
	// MeetingsAMonth are meetings one organizer may create in a calendar month.
	MeetingsAMonth int
}

func (l Limits) orPublished() Limits {
	if l.DirectoryUnits == 0 {
		l.DirectoryUnits = 5000
	}
	if l.MeetingCalls == 0 {
		l.MeetingCalls = 5000
	}
	if l.MeetingsAMonth == 0 {
		l.MeetingsAMonth = 2000
	}
	return l
}

// Config is what Graph is played with.
type Config struct {
	Stage *stage.Stage
	World *directory.World
	// Base is the address that stands for https://graph.microsoft.com, Teams the one for https://teams.microsoft.com.
	Base, Teams string
	Limits      Limits
	// ShortLinks gives meetings links of the newer, short shape.
	ShortLinks bool
}

// Graph is the service.
type Graph struct {
	Config
	pages face.Pages
	play  *stage.Vendor
	mux   *http.ServeMux

	mu       sync.Mutex
	meetings []*Meeting
	windows  map[string]*window
}

// New returns the service.
func New(c Config) *Graph {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		panic(err)
	}
	c.Limits = c.Limits.orPublished()
	g := &Graph{Config: c, pages: face.Parse(folder), windows: map[string]*window{}}
	g.play = &stage.Vendor{Stage: c.Stage, Name: "graph", Who: g.who, Fail: failWith}
	g.mux = g.routes()
	return g
}

// Reset forgets all meetings and counters.
func (g *Graph) Reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.meetings, g.windows = nil, map[string]*window{}
}

// call is one call of Graph: which permissions allow it (any one is enough), what it costs, and what does it.
type call struct {
	name   string
	scopes []string
	units  int
	handle func(*Graph, http.ResponseWriter, *http.Request, caller)
}

// caller is the account whose token came with the request.
type caller struct {
	directory.User
	grant directory.Grant
	// listing says that the call lists people: one's own profile is then no exception.
	listing bool
}

var (
	readsSelf     = []string{"User.Read", "User.ReadBasic.All", "User.Read.All", "Directory.Read.All"}
	readsPeople   = []string{"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"}
	readsTenant   = []string{"User.Read", "User.Read.All", "Directory.Read.All"}
	readsLicences = []string{"LicenseAssignment.Read.All", "Directory.Read.All", "User.Read.All"}
	readsOwn      = append([]string{"User.Read"}, readsLicences...)
	readsMeetings = []string{"OnlineMeetings.Read", "OnlineMeetings.ReadWrite"}
	keepsMeetings = []string{"OnlineMeetings.ReadWrite"}
)

func (g *Graph) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, c := range map[string]call{
		"GET /v1.0/me":                                                 {"me", readsSelf, 1, (*Graph).getMe},
		"GET /v1.0/users":                                              {"listUsers", readsPeople, 2, (*Graph).listUsers},
		"GET /v1.0/users/{id}":                                         {"getUser", readsSelf, 1, (*Graph).getUser},
		"GET /v1.0/organization":                                       {"organization", readsTenant, 1, (*Graph).organization},
		"GET /v1.0/me/licenseDetails":                                  {"licenseDetails", readsOwn, 2, (*Graph).licences},
		"GET /v1.0/users/{id}/licenseDetails":                          {"licenseDetails", readsOwn, 2, (*Graph).licences},
		"GET /v1.0/me/licenseDetails/getTeamsLicensingDetails":         {"teamsLicensing", readsOwn, 2, (*Graph).teamsLicensing},
		"GET /v1.0/users/{id}/licenseDetails/getTeamsLicensingDetails": {"teamsLicensing", readsOwn, 2, (*Graph).teamsLicensing},
		"POST /v1.0/me/onlineMeetings/createOrGet":                     {"createOrGet", keepsMeetings, 0, (*Graph).createOrGet},
		"POST /v1.0/me/onlineMeetings":                                 {"createMeeting", keepsMeetings, 0, (*Graph).createMeeting},
		"GET /v1.0/me/onlineMeetings":                                  {"findMeeting", readsMeetings, 0, (*Graph).findMeeting},
		"GET /v1.0/me/onlineMeetings/{meeting}":                        {"getMeeting", readsMeetings, 0, (*Graph).getMeeting},
		"PATCH /v1.0/me/onlineMeetings/{meeting}":                      {"updateMeeting", keepsMeetings, 0, (*Graph).updateMeeting},
		"DELETE /v1.0/me/onlineMeetings/{meeting}":                     {"deleteMeeting", keepsMeetings, 0, (*Graph).deleteMeeting},
	} {
		mux.Handle(pattern, g.play.Play(c.name, g.guard(c)))
	}
	foreign := g.play.Play("foreignMeetings", g.guard(call{"foreignMeetings", readsMeetings, 0, (*Graph).foreignMeetings}))
	mux.Handle("/v1.0/users/{id}/onlineMeetings", foreign)
	mux.Handle("/v1.0/users/{id}/onlineMeetings/", foreign)
	mux.Handle("POST /v1.0/$batch", g.play.Play("batch", g.guard(call{"batch", nil, 0, (*Graph).batch})))
	mux.Handle("/", g.play.Play("unknown", notFound))
	return mux
}

// Handler serves Graph, without the prefix of Base.
func (g *Graph) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mux.ServeHTTP(w, plainPath(r))
	})
}

var (
	keyForm = regexp.MustCompile(`^(/[^/]+/users)\('([^/]*)'\)`)
	callEnd = regexp.MustCompile(`\(\)$`)
)

// plainPath rewrites OData's other spellings, users('id') and function(), into plain segments.
func plainPath(r *http.Request) *http.Request {
	path := callEnd.ReplaceAllString(keyForm.ReplaceAllString(r.URL.EscapedPath(), "$1/$2"), "")
	path = strings.ReplaceAll(path, "/%24batch", "/$batch")
	if path == r.URL.EscapedPath() {
		return r
	}
	u := *r.URL
	plain, err := u.Parse(path)
	if err != nil {
		return r
	}
	u.Path, u.RawPath = plain.Path, plain.RawPath
	copied := *r
	copied.URL = &u
	return &copied
}

// who names the account of the request's token for the log, whether or not the token is still good.
func (g *Graph) who(r *http.Request) string {
	token, _ := bearer(r)
	grant, _ := g.World.Access(token)
	u, _ := g.World.User(grant.Tenant, grant.User)
	return u.UPN
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") && token != ""
}

// guard lets a call through with a good token, a permission that allows it, and room under the limits.
func (g *Graph) guard(c call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r)
		if !ok {
			unauthorized(w, r, "Access token is empty.")
			return
		}
		grant, err := g.World.Access(token)
		if err == directory.ErrExpired {
			unauthorized(w, r, "Lifetime validation failed, the token is expired.")
			return
		}
		if err != nil {
			unauthorized(w, r, "The token is not one that was given out here.")
			return
		}
		u, _ := g.World.User(grant.Tenant, grant.User)
		if c.scopes != nil && !grant.Has(c.scopes...) {
			fail(w, r, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
			return
		}
		if wait := g.spend(c, r, grant); wait > 0 {
			throttled(w, r, wait)
			return
		}
		c.handle(g, w, r, caller{User: u, grant: grant})
	}
}

// window counts what one caller has spent in one span of time.
type window struct {
	ends  time.Time
	spent int
}

// spend takes the cost of a call from its limit and returns how long to wait when nothing is left. What is refused
// counts as well.
func (g *Graph) spend(c call, r *http.Request, grant directory.Grant) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case c.name == "batch":
		return 0
	case c.units > 0:
		return g.take("directory/"+grant.Client+"/"+grant.Tenant, cost(c, r), g.Limits.DirectoryUnits, g.Stage.Now().Add(10*time.Second))
	}
	return g.take("meetings/"+grant.Client, 1, g.Limits.MeetingCalls, g.Stage.Now().Add(10*time.Second))
}

// cost is what a directory call costs in resource units: $select and a small $top make it cheaper.
func cost(c call, r *http.Request) int {
	units := c.units
	if c.name == "listUsers" && r.URL.Query().Has("$select") {
		units--
	}
	return max(units, 1)
}

func (g *Graph) take(key string, n, limit int, ends time.Time) time.Duration {
	now := g.Stage.Now()
	open := g.windows[key]
	if open == nil || !now.Before(open.ends) {
		open = &window{ends: ends}
		g.windows[key] = open
	}
	if open.spent += n; open.spent > limit {
		return open.ends.Sub(now)
	}
	return 0
}
