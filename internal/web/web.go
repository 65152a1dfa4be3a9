// Package web is what all doors share: who is asking and how they read, what a
// stranger may send and how often, and how a failure becomes an answer.
//
// A door (page, api, hook) registers handlers that return errors, each with the
// permission it needs; everything else happens here. The package draws nothing
// and decides nothing about a feature: pages are drawn by web/page, and error
// pages by a function that app hands in.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/internal/org"
)

// A Handler answers a request, or returns an error and lets the site answer.
// It returns an error only before it has written anything.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Config is what a site is made of.
type Config struct {
	Orgs *org.Orgs
	// BaseURL is the public address. Requests for any other host are refused.
	BaseURL *url.URL
	Log     *slog.Logger
	// Metrics is where the site's measurements are registered and what /metrics shows.
	Metrics *prometheus.Registry
	// Draw draws an error page. It has not been written to yet.
	Draw func(w http.ResponseWriter, r *http.Request, p Problem) error
	// Ready reports whether the database answers and is migrated.
	Ready func(ctx context.Context) error
	// Proxies are the networks whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Key signs what the site gives a browser to keep. All processes of an
	// installation share it.
	Key []byte
	// Demo also answers to the names of this machine. Personas are a matter of
	// Orgs.Demo.
	Demo bool
	// Pace bounds what one client may post; zero is DefaultPace.
	Pace Pace
}

// A Site is the http.Handler of the whole program.
type Site struct {
	Config
	mux       *http.ServeMux
	routes    []Route
	byPattern map[string]Route
	origins   *http.CrossOriginProtection
	pace      *limiter
	seconds   *prometheus.HistogramVec
}

// New returns a site with the routes that every installation has: /healthz,
// /readyz, /metrics and /language.
func New(c Config) (*Site, error) {
	if c.BaseURL == nil || c.BaseURL.Host == "" || c.Orgs == nil || c.Log == nil || c.Metrics == nil || c.Draw == nil || c.Ready == nil || len(c.Key) < 16 {
		return nil, errors.New("web: the configuration is incomplete")
	}
	if c.Pace == (Pace{}) {
		c.Pace = DefaultPace
	}
	s := &Site{Config: c, mux: http.NewServeMux(), byPattern: map[string]Route{}, origins: http.NewCrossOriginProtection(), pace: newLimiter(c.Pace)}
	if err := s.origins.AddTrustedOrigin(c.BaseURL.Scheme + "://" + c.BaseURL.Host); err != nil {
		return nil, err
	}
	s.seconds = requestSeconds()
	if err := c.Metrics.Register(s.seconds); err != nil {
		return nil, err
	}
	s.Handle("GET /healthz", org.Public, s.healthy, Unguarded)
	s.Handle("GET /readyz", org.Public, s.ready, Unguarded)
	s.Mount("GET /metrics", org.Public, promhttp.HandlerFor(c.Metrics, promhttp.HandlerOpts{}), Unguarded)
	s.Handle("GET /language", org.Public, chooseLanguage)
	return s, nil
}

// Secure reports whether people reach the site over https.
func (s *Site) Secure() bool { return s.BaseURL.Scheme == "https" }

// URL is the public address of a path of the site.
func (s *Site) URL(path string) string { return s.BaseURL.JoinPath("/").String() + path[1:] }

// ServeHTTP answers a request: what is the same for all routes happens here, in
// this order, and the rest in the route (see Route.serve).
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := newVisit(s, r)
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	out := newWriter(w, r)
	defer out.close()
	defer s.finish(out, r, v)
	s.setHeaders(out.Header(), v)
	if err := s.route(out, r); err != nil {
		s.respond(out, r, err)
	}
}

// route refuses what no handler should see and finds the handler of the rest.
func (s *Site) route(w http.ResponseWriter, r *http.Request) error {
	if err := checkText(r); err != nil {
		return err
	}
	h, pattern := s.mux.Handler(r)
	if !s.byPattern[pattern].unguarded {
		if err := s.guard(r); err != nil {
			return err
		}
	}
	if pattern == "" {
		return unmatched(w, r, h)
	}
	s.mux.ServeHTTP(w, r)
	return nil
}
