package graph

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
)

// span is how long the windows of the limits are.
const (
	span10 = 10 * time.Second
	span20 = 20 * time.Second
)

// window counts what one caller has spent in one span of time.
type window struct {
	ends  time.Time
	spent int
}

// spend takes the cost of a call from its limit and returns how long to wait when nothing is left. What is refused
// counts as well ("Microsoft Graph throttling guidance").
func (g *Graph) spend(c call, w http.ResponseWriter, r *http.Request, grant directory.Grant) time.Duration {
	whose := grant.Client + "/" + grant.Tenant
	limit := g.Limits.DirectoryUnits
	if limit == 0 {
		limit = unitsOf(g.World.Count(grant.Tenant, nil))
	}
	now := g.Stage.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case c.name == "batch":
		return 0
	case c.units > 0:
		units := cost(c, r)
		wait := g.take("directory/"+whose, units, limit, now.Add(span10))
		g.tell(w, units, limit, g.windows["directory/"+whose].spent, wait)
		return wait
	case strings.HasSuffix(c.name, "ubscription") || strings.HasSuffix(c.name, "ubscriptions"):
		return g.take("subscriptions/"+whose, 1, subscriptionCalls(r.Method), now.Add(span20))
	}
	return g.take("meetings/"+grant.Client, 1, g.Limits.MeetingCalls, now.Add(span10))
}

// unitsOf are the published resource units of a tenant with so many people.
func unitsOf(people int) int {
	switch {
	case people < 50:
		return 3500
	case people <= 500:
		return 5000
	}
	return 8000
}

func subscriptionCalls(method string) int {
	if method == http.MethodGet {
		return 5000
	}
	return 1000
}

// cost is what a directory call costs in resource units: $select and a small $top make it cheaper, $expand dearer.
func cost(c call, r *http.Request) int {
	units, query := c.units, r.URL.Query()
	if c.name != "listUsers" && c.name != "delta" {
		return units
	}
	if query.Has("$select") {
		units--
	}
	if query.Has("$expand") {
		units++
	}
	if top, err := strconv.Atoi(query.Get("$top")); err == nil && top < 20 {
		units--
	}
	return max(units, 1)
}

// tell writes what the call cost, and how near the limit is once that is worth knowing.
func (g *Graph) tell(w http.ResponseWriter, units, limit, spent int, wait time.Duration) {
	w.Header().Set("x-ms-resource-unit", strconv.Itoa(units))
	if share := float64(spent) / float64(limit); share >= 0.8 {
		w.Header().Set("x-ms-throttle-limit-percentage", fmt.Sprintf("%.2f", min(share, 1.8)))
	}
	if wait > 0 {
		w.Header().Set("x-ms-throttle-scope", "Tenant_Application/ReadWrite")
		w.Header().Set("x-ms-throttle-information", "ResourceUnitLimitExceeded")
	}
}

// take wants the lock held.
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

// Throttle makes the directory of a tenant one that has nothing left for a while; it ends by the sandbox's clock.
func (g *Graph) Throttle(tenant string, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.windows["directory/"+g.World.App().ClientID+"/"+tenant] = &window{ends: g.Stage.Now().Add(d), spent: 1 << 30}
}

// month names the counter of an organizer's meetings in the month of a time.
func month(organizer string, at time.Time) string {
	return "month/" + organizer + at.UTC().Format("/2006-01")
}

// UseUp counts meetings as made by an organizer this month, as another application would have; it tells how many there
// are now.
func (g *Graph) UseUp(organizer string, meetings int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.Stage.Now()
	g.take(month(organizer, now), meetings, g.Limits.MeetingsAMonth, endOfMonth(now))
	return g.windows[month(organizer, now)].spent
}

func endOfMonth(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}
