package app

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"parley/internal/sandbox"
)

// A misfortune is one kind of failure. What the sandbox's faults cannot say is
// done by hand.
type misfortune struct {
	name  string
	fault sandbox.Fault
	act   func(v *sandbox.Server)
}

var misfortunes = []misfortune{
	{name: "429 with Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"}, Times: 5}},
	{name: "429 without Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusTooManyRequests, Times: 2}},
	{name: "500", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusInternalServerError, Times: 5}},
	{name: "503 with Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusServiceUnavailable, Headers: map[string]string{"Retry-After": "1"}, Times: 3}},
	{name: "a proxy's page", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusBadGateway, Headers: map[string]string{"Content-Type": "text/html"}, Body: "<html>Bad gateway</html>", Times: 4}},
	{name: "made, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Hangup: true, Times: 4}},
	{name: "not made, and no answer", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", Hangup: true, Times: 4}},
	{name: "made, and answered too late", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Status: http.StatusGatewayTimeout, Delay: sandbox.Delay(300 * time.Millisecond), Times: 3}},
	{name: "settings taken, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", After: true, Hangup: true, Times: 4}},
	{name: "settings not taken", fault: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", Status: http.StatusServiceUnavailable, Times: 4}},
	{name: "deleted, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "deleteMeeting", After: true, Hangup: true, Times: 2}},
	{name: "not deleted", fault: sandbox.Fault{Vendor: "graph", Call: "deleteMeeting", Status: http.StatusInternalServerError, Times: 2}},
	{name: "a slow vendor", fault: sandbox.Fault{Vendor: "graph", Delay: sandbox.Delay(time.Second), Times: 4}},
	{name: "sign-in away", fault: sandbox.Fault{Vendor: "entra", Call: "token", Status: http.StatusServiceUnavailable, Times: 1}, act: expireAccess},
	{name: "renewed, and the answer lost", fault: sandbox.Fault{Vendor: "entra", Call: "token", After: true, Hangup: true, Times: 1}, act: expireAccess},
	{name: "mail refused, to be sent again", fault: sandbox.Fault{Vendor: "mail", Call: "from", Status: 451, Times: 1}},
	{name: "mail accepted, and the answer lost", fault: sandbox.Fault{Vendor: "mail", Call: "data", After: true, Hangup: true, Times: 2}},
}

func expireAccess(v *sandbox.Server) { v.ExpireAccessTokens(sandbox.Service) }

// storm lets one misfortune after another happen, in an order that the seed
// decides. One that still waits for a call to meet it is not asked for again.
func (c *chaos) storm() {
	order := rand.New(rand.NewPCG(c.seed, 1))
	for {
		for _, i := range order.Perm(len(misfortunes)) {
			if c.over.Load() {
				return
			}
			if !c.lull.Load() && !c.waiting(misfortunes[i]) {
				c.befall(misfortunes[i])
			}
			// Misfortunes are spread over the run, not spent at once.
			time.Sleep(time.Duration(20+order.IntN(80)) * time.Millisecond)
			c.look()
		}
	}
}

// waiting reports whether a misfortune is not to happen now: it is still to be
// met, or too few calls went well since the last. Some get through on the worst
// of days; a vendor that only refuses is left alone for longer and longer, and
// nothing would happen at all.
func (c *chaos) waiting(m misfortune) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := side(m.fault.Vendor); c.well[s] < c.due[s] {
		return true
	}
	return slices.ContainsFunc(c.r.vendors.Faults(), func(f sandbox.Fault) bool {
		return c.kinds[f.ID] == m.name
	})
}

// side is whose day a misfortune makes worse: sign-in and Graph are Microsoft's.
func side(vendor string) string {
	if vendor == "mail" {
		return vendor
	}
	return "microsoft"
}

func (c *chaos) befall(m misfortune) {
	id := c.r.vendors.Fault(m.fault)
	c.mu.Lock()
	c.kinds[id] = m.name
	s := side(m.fault.Vendor)
	c.due[s] = c.well[s] + chaosBetween
	c.mu.Unlock()
	if m.act != nil {
		m.act(c.r.vendors.Server)
	}
}

// look counts the requests that met a fault since the last look.
func (c *chaos) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.r.vendors.Log(sandbox.Query{Since: c.seen}) {
		c.seen = e.Seq
		if e.Fault == "" && e.Status >= 200 && e.Status < 300 {
			c.well[side(e.Vendor)]++
		}
		if kind := c.kinds[e.Fault]; kind != "" {
			c.fired[kind]++
		}
	}
}
