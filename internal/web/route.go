package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/internal/org"
)

// A Route is one entry of the site: where, who may, and what bounds it. The
// permission test walks all of them.
type Route struct {
	// Pattern is as http.ServeMux takes it: "POST /settings/video/{id}".
	Pattern    string
	Permission org.Permission

	site      *Site
	body      int64
	unguarded bool
	strict    bool
	machine   bool
}

// An Option changes a bound of a route.
type Option func(*Route)

const formMax = 64 << 10

// Body lets a route take more than the 64 kB of a form.
func Body(bytes int64) Option { return func(r *Route) { r.body = bytes } }

// Strict is for what people do seldom and machines try often, such as signing
// in: a few in a row, then one a while.
func Strict(r *Route) { r.strict = true }

// Machine is for what the machines of a vendor post: ten times what people do at
// one address.
func Machine(r *Route) { r.machine = true }

// Unguarded leaves a route open to any host name and origin, for probes, which
// come by address.
func Unguarded(r *Route) { r.unguarded = true }

// Handle registers a handler with the permission that is needed to reach it.
func (s *Site) Handle(pattern string, p org.Permission, h Handler, options ...Option) {
	route := Route{Pattern: pattern, Permission: p, site: s, body: formMax}
	for _, o := range options {
		o(&route)
	}
	s.routes = append(s.routes, route)
	s.byPattern[pattern] = route
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := route.serve(w, r, h); err != nil {
			s.respond(w, r, err)
		}
	})
}

// Mount registers an http.Handler, such as the assets or the API.
func (s *Site) Mount(pattern string, p org.Permission, h http.Handler, options ...Option) {
	s.Handle(pattern, p, func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}, options...)
}

// Routes lists every route in the order of registration.
func (s *Site) Routes() []Route { return s.routes }

// May reports whether there is such a route and whoever is asking may use it, so
// that a page offers what works and nothing else.
func May(r *http.Request, pattern string) bool {
	v := visitOf(r)
	if v.site == nil {
		return false
	}
	route, ok := v.site.byPattern[pattern]
	return ok && v.actor.May(route.Permission)
}

// MayBelow reports whether there is a page below a path, such as "/installation/",
// that whoever is asking may open.
func MayBelow(r *http.Request, path string) bool {
	v := visitOf(r)
	if v.site == nil {
		return false
	}
	return slices.ContainsFunc(v.site.routes, func(route Route) bool {
		return strings.HasPrefix(route.Pattern, "GET "+path) && v.actor.May(route.Permission)
	})
}

// PatternOf is the route that is being answered, such as "GET /staff/{id}".
func PatternOf(r *http.Request) string { return visitOf(r).pattern }

// serve asks, before the handler: is this too often, is it too much, who is it,
// and may they.
func (route Route) serve(w http.ResponseWriter, r *http.Request, h Handler) error {
	v := visitOf(r)
	v.pattern = route.Pattern
	if err := route.inPace(r, v); err != nil {
		return err
	}
	sent := r.Body
	if r.ContentLength > route.body {
		swallow(r, sent)
		return &http.MaxBytesError{Limit: route.body}
	}
	r.Body = http.MaxBytesReader(w, sent, route.body)
	if err := route.admit(w, r, v); err != nil {
		return err
	}
	err := h(w, r)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		swallow(r, sent)
	}
	return err
}

// swallowMost is how much of a body that is too large is still taken off the
// wire.
const swallowMost = 16 << 20

// swallow reads on and keeps nothing. A browser that is answered while it still
// sends shows a broken connection instead of the page that says what to do. Who
// asked first whether to send is simply told not to.
func swallow(r *http.Request, body io.Reader) {
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, body, swallowMost) // how it ends is the sender's affair
	}
}

// inPace bounds what strangers may post, and everybody on strict routes.
func (route Route) inPace(r *http.Request, v *visit) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if route.strict {
		return route.site.pace.take("strict", v.client)
	}
	if route.machine {
		return route.site.pace.take("machine", v.client)
	}
	if route.Permission == org.Public {
		return route.site.pace.take("public", v.client)
	}
	return nil
}

// admit finds out who is asking, if anybody, and whether they may.
func (route Route) admit(w http.ResponseWriter, r *http.Request, v *visit) error {
	err := v.signIn(w, r)
	if err != nil && (route.Permission != org.Public || !fault.Is(err, fault.SignIn)) {
		return err
	}
	switch {
	case route.Permission == org.Public:
		return nil
	case !v.actor.SignedIn():
		return fault.New(fault.SignIn, "")
	case !v.actor.May(route.Permission):
		return fault.New(fault.Denied, "")
	}
	return nil
}
