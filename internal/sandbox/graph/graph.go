// Package graph plays the part of Microsoft Graph that concerns people and Teams meetings, the notifications it sends
// when people change, and the page a Teams link leads to. People, their changes and tokens are the directory's;
// meetings, application access policies and subscriptions live here.
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
	// DirectoryUnits are resource units for one application and tenant in ten seconds; Microsoft's depend on the size of
	// the tenant.
	DirectoryUnits int
	// MeetingCalls are requests to online meetings by one application in ten seconds.
	MeetingCalls int
	// MeetingsAMonth are meetings one organizer may create in a calendar month.
	MeetingsAMonth int
	// Subscriptions are how many one application may have in a tenant.
	Subscriptions int
}

func (l Limits) orPublished() Limits {
	if l.MeetingCalls == 0 {
		l.MeetingCalls = 5000
	}
	if l.MeetingsAMonth == 0 {
		l.MeetingsAMonth = 2000
	}
	if l.Subscriptions == 0 {
		l.Subscriptions = 100
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
	// notifier tells subscribers what happens.
	notifier *notifier

	mu       sync.Mutex
	meetings *calendar
	windows  map[string]*window
	policies []*Policy
	// pagesFrom and deltasFrom end the cursors given out before.
	pagesFrom, deltasFrom time.Time
}

// New returns the service.
func New(c Config) *Graph {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		panic(err)
	}
	c.Limits = c.Limits.orPublished()
	g := &Graph{Config: c, pages: face.Parse(folder), windows: map[string]*window{}, meetings: newCalendar()}
	g.notifier = newNotifier(c.Stage)
	c.World.Watch(g.notifier.heard)
	g.play = &stage.Vendor{Stage: c.Stage, Name: "graph", Who: g.who, Fail: failWith, Refuse: refuse}
	g.mux = g.routes()
	return g
}

// Reset forgets all meetings, policies, subscriptions and counters.
func (g *Graph) Reset() {
	g.notifier.reset()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.meetings, g.windows, g.policies = newCalendar(), map[string]*window{}, nil
	g.pagesFrom, g.deltasFrom = time.Time{}, time.Time{}
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
	if grant.Application {
		return g.World.App().Name
	}
	u, _ := g.World.User(grant.Tenant, grant.User)
	return u.UPN
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") && token != ""
}
