package graph

import (
	"net/http"
	"strings"

	"parley/internal/sandbox/directory"
)

// handler performs one call of Graph for a caller who may.
type handler func(*Graph, http.ResponseWriter, *http.Request, caller)

// call is one call of Graph: which delegated and which application permissions allow it (any one is enough), what it
// costs, and what does it. Without application permissions it is for signed-in users only.
type call struct {
	name               string
	scopes, permission []string
	units              int
	handle             handler
}

// caller is the account whose token came with the request; of the application itself only the tenant.
type caller struct {
	directory.User
	grant directory.Grant
	// listing says that the call lists people: one's own profile is then no exception.
	listing bool
	// full says that the permissions show whole profiles.
	full bool
}

// The permissions that allow calls ("Microsoft Graph permissions reference").
var (
	readsSelf     = []string{"User.Read", "User.ReadBasic.All", "User.Read.All", "Directory.Read.All"}
	readsPeople   = []string{"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"}
	readsFull     = []string{"User.Read.All", "Directory.Read.All"}
	readsTenant   = []string{"User.Read", "User.Read.All", "Directory.Read.All"}
	readsTenantBy = []string{"Organization.Read.All", "User.Read.All", "Directory.Read.All"}
	readsLicences = []string{"LicenseAssignment.Read.All", "Directory.Read.All", "User.Read.All"}
	readsOwn      = append([]string{"User.Read"}, readsLicences...)
	readsMeetings = []string{"OnlineMeetings.Read", "OnlineMeetings.ReadWrite"}
	keepsMeetings = []string{"OnlineMeetings.ReadWrite"}
	readsTheirs   = []string{"OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"}
	keepsTheirs   = []string{"OnlineMeetings.ReadWrite.All"}
)

func (g *Graph) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, c := range map[string]call{
		"GET /v1.0/me":                                                 {"me", readsSelf, nil, 1, (*Graph).getMe},
		"GET /v1.0/users":                                              {"listUsers", readsPeople, readsPeople, 2, (*Graph).listUsers},
		"GET /v1.0/users/$count":                                       {"countUsers", readsPeople, readsPeople, 2, (*Graph).countUsers},
		"GET /v1.0/users/delta":                                        {"delta", readsFull, readsFull, 2, (*Graph).delta},
		"GET /v1.0/users/{id}":                                         {"getUser", readsSelf, readsPeople, 1, (*Graph).getUser},
		"GET /v1.0/organization":                                       {"organization", readsTenant, readsTenantBy, 1, (*Graph).organization},
		"GET /v1.0/me/licenseDetails":                                  {"licenseDetails", readsOwn, nil, 2, (*Graph).licences},
		"GET /v1.0/users/{id}/licenseDetails":                          {"licenseDetails", readsOwn, readsLicences, 2, (*Graph).licences},
		"GET /v1.0/me/licenseDetails/getTeamsLicensingDetails":         {"teamsLicensing", readsOwn, nil, 2, (*Graph).teamsLicensing},
		"GET /v1.0/users/{id}/licenseDetails/getTeamsLicensingDetails": {"teamsLicensing", readsOwn, nil, 2, (*Graph).teamsLicensing},
	} {
		mux.Handle(pattern, g.play.Play(c.name, g.guard(c)))
	}
	g.meetingRoutes(mux)
	g.subscriptionRoutes(mux)
	mux.Handle("POST /v1.0/$batch", g.play.Play("batch", g.guard(call{"batch", nil, nil, 0, (*Graph).batch})))
	mux.Handle("/", g.play.Play("unknown", notFound))
	return mux
}

// meetingRoutes serves the meetings of /me for signed-in users, and those of /users/{id} for the application itself.
func (g *Graph) meetingRoutes(mux *http.ServeMux) {
	for _, c := range []struct {
		method, path string
		name         string
		reading      bool
		handle       handler
	}{
		{"POST", "/createOrGet", "createOrGet", false, (*Graph).createOrGet},
		{"POST", "", "createMeeting", false, (*Graph).createMeeting},
		{"GET", "", "findMeeting", true, (*Graph).findMeeting},
		{"GET", "/{meeting}", "getMeeting", true, (*Graph).getMeeting},
		{"PATCH", "/{meeting}", "updateMeeting", false, (*Graph).updateMeeting},
		{"DELETE", "/{meeting}", "deleteMeeting", false, (*Graph).deleteMeeting},
	} {
		mine, theirs := keepsMeetings, keepsTheirs
		if c.reading {
			mine, theirs = readsMeetings, readsTheirs
		}
		mux.Handle(c.method+" /v1.0/me/onlineMeetings"+c.path, g.play.Play(c.name, g.guard(call{c.name, mine, nil, 0, c.handle})))
		mux.Handle(c.method+" /v1.0/users/{id}/onlineMeetings"+c.path,
			g.play.Play(c.name, g.guard(call{c.name, readsMeetings, theirs, 0, inNameOf(c.handle)})))
	}
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
		if !c.allows(grant, w, r) {
			return
		}
		if wait := g.spend(c, w, r, grant); wait > 0 {
			throttled(w, r, wait)
			return
		}
		who := caller{grant: grant, full: grant.Has(readsFull...)}
		who.User, _ = g.World.User(grant.Tenant, grant.User)
		who.Tenant = grant.Tenant
		c.handle(g, w, r, who)
	}
}

// allows looks at the permissions of a token, and answers where they are not enough.
func (c call) allows(grant directory.Grant, w http.ResponseWriter, r *http.Request) bool {
	needed := c.scopes
	if grant.Application {
		needed = c.permission
	}
	switch {
	case needed == nil && c.scopes != nil && strings.HasPrefix(r.URL.Path, "/v1.0/me"):
		bad(w, r, "/me request is only valid with delegated authentication flow.")
		return false
	case needed == nil && c.scopes != nil:
		denied(w, r)
		return false
	}
	if needed == nil || grant.Has(needed...) {
		return true
	}
	denied(w, r)
	return false
}
