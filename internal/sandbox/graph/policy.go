package graph

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// PolicyDelay is how long Teams may take to apply an application access policy ("Configure application access to online
// meetings").
const PolicyDelay = 30 * time.Minute

// Policy is an application access policy that was granted: the application may hold meetings in the name of a user, or
// of everyone.
type Policy struct {
	Tenant string `json:"tenant"`
	App    string `json:"app"`
	// User is an object id; empty is everyone.
	User string `json:"user,omitempty"`
	// From is when it takes effect, Until when its removal does; zero while it was not removed.
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero"`
}

func (p *Policy) holds(now time.Time) bool {
	return !now.Before(p.From) && (p.Until.IsZero() || now.Before(p.Until))
}

// GrantPolicy lets an application hold meetings in the name of users, of everyone without any, after a time.
func (g *Graph) GrantPolicy(tenant, app string, users []string, delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(users) == 0 {
		users = []string{""}
	}
	for _, u := range users {
		g.policies = append(g.policies, &Policy{Tenant: tenant, App: app, User: u, From: g.Stage.Now().Add(delay)})
	}
}

// RemovePolicy takes the policies of a tenant back after a time: those of one user, or all. It tells how many.
func (g *Graph) RemovePolicy(tenant, user string, delay time.Duration) (removed int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.policies {
		if p.Tenant == tenant && (user == "" || p.User == user) && p.Until.IsZero() {
			p.Until = g.Stage.Now().Add(delay)
			removed++
		}
	}
	return removed
}

// Policies lists what was granted and has not ended.
func (g *Graph) Policies() []Policy {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := []Policy{}
	for _, p := range g.policies {
		if p.Until.IsZero() || g.Stage.Now().Before(p.Until) {
			list = append(list, *p)
		}
	}
	return list
}

// covered tells whether a policy lets an application act for a user now.
func (g *Graph) covered(tenant, app, user string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.policies, func(p *Policy) bool {
		return p.Tenant == tenant && strings.EqualFold(p.App, app) && (p.User == "" || p.User == user) && p.holds(g.Stage.Now())
	})
}

// inNameOf performs a call on the meetings of the user in the path, for the application itself. The user is named by
// the object id: a sign-in name finds nobody. A signed-in user is pointed at /me.
func inNameOf(next handler) handler {
	return func(g *Graph, w http.ResponseWriter, r *http.Request, c caller) {
		if !c.grant.Application {
			g.foreignMeetings(w, r, c)
			return
		}
		id := r.PathValue("id")
		u, known := g.World.User(c.Tenant, id)
		if _, err := uuid.Parse(id); err != nil || !known {
			fail(w, r, http.StatusNotFound, "NotFound", "The organizer '"+id+"' was not found. It is named by the object id of the user.")
			return
		}
		if !g.covered(c.Tenant, c.grant.Client, u.ID) {
			fail(w, r, http.StatusForbidden, "Forbidden", "No application access policy found for this app: "+c.grant.Client+" on the user: "+u.ID+".")
			return
		}
		c.User = u
		next(g, w, r, c)
	}
}
