// Package graph speaks to Microsoft: the sign-in of a tenant's account
// (Microsoft Entra ID), its directory, and Teams online meetings (Microsoft
// Graph v1.0). It describes its own set-up, so that no page knows Microsoft.
//
// It keeps nothing but public signing keys. Tokens pass through the sign-in
// calls and into the vault; the other calls get a client that already carries
// the token and keeps the pace.
package graph

import (
	"context"
	"net/http"
	"time"

	"parley/internal/connector"
)

// Name is the vendor's short name.
const Name = "teams"

// gap keeps one connection at 25 calls a second: below the 30 a second for one
// app and tenant that Microsoft documents for Teams calls, and far below the
// 3,500 resource units per 10 seconds of a small tenant's directory (Microsoft
// Graph, service-specific throttling limits).
const gap = 40 * time.Millisecond

// Config says which of Microsoft's clouds is meant; without addresses it is the
// global one.
type Config struct {
	// LoginURL and GraphURL are the bases of both services, without version.
	LoginURL, GraphURL string
	// Transport makes the sign-in calls; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Clock is the time that identity tokens are held against: the database's.
	// It has no default.
	Clock func(context.Context) (time.Time, error)
}

// Vendor is Microsoft Teams as the connector's seam sees it. It panics when the
// configuration does not pass Check, which a program does first.
func Vendor(cfg Config) connector.Vendor {
	if err := cfg.Check(); err != nil {
		panic("graph: " + err.Error())
	}
	cfg = cfg.filled()
	login := newLogin(cfg)
	v := connector.Vendor{
		Name: Name, Kind: connector.Video, Title: "teams.name", Icon: "teams",
		App:        app(login),
		Setup:      setup{login},
		Authorizer: authorizer{login},
		Directory:  directory{base: cfg.GraphURL},
		Conference: func(settings map[string]string) connector.Conference { return conferenceOf(cfg, settings) },
		Changes:    changes{directory{base: cfg.GraphURL}, cfg},
		Listener:   listener{cfg},
		Health:     health(cfg),
		Hosts:      []string{host(cfg.GraphURL)},
		Limits:     connector.Limits{Gap: gap, Body: peopleMost + 1, Apart: apart, Meetings: monthMost},
	}
	v.Doctor = doctor{login: login, base: cfg.GraphURL, vendor: v}
	return v
}
