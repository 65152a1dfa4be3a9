// Package sandbox plays the vendors on one local server, so that anyone can try an application of theirs without a
// tenant, an account or a mail server, and so that tests can make vendors misbehave. Microsoft's sign-in is in entra,
// Microsoft Graph in graph, the mail relay with its inbox in mail, published calendars in calendar; here are their common front: the address, the
// control API and the index page. It shares no type with the application that is tried: a misreading of a vendor must
// not hide on both sides.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/sandbox/calendar"
	"parley/internal/sandbox/console"
	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/entra"
	"parley/internal/sandbox/graph"
	"parley/internal/sandbox/hand"
	"parley/internal/sandbox/mail"
	"parley/internal/sandbox/stage"
)

// What the control API and Go tests speak of.
type (
	// Fault is a misbehaviour asked of a vendor.
	Fault = stage.Fault
	// Delay is the delay of a fault.
	Delay = stage.Delay
	// Entry is one request in the log.
	Entry = stage.Entry
	// Query picks log entries.
	Query = stage.Query
	// Message is a mail that arrived.
	Message = mail.Message
	// Meeting is a Teams meeting as Microsoft holds it.
	Meeting = graph.Meeting
	// User is an account of a Microsoft tenant.
	User = directory.User
	// Limits are the vendors' limits; zero takes the published ones.
	Limits = graph.Limits
)

// The seeded world, for applications that are set up to use it.
const (
	ClientID     = directory.ClientID
	ClientSecret = directory.Secret
	TenantID     = directory.HarbourBank
	OtherTenant  = directory.FjordCredit
	Service      = "appointments@harbourbank.example"
	Admin        = "it.admin@harbourbank.example"
)

// Options says how the sandbox runs. The zero value runs on free ports of the loopback interface.
type Options struct {
	// Listen is the HTTP address, SMTPListen the mail relay's; empty takes a free port of 127.0.0.1.
	Listen, SMTPListen string
	// RedirectURIs are where the registered application may be sent back to; AllowRedirect adds more.
	RedirectURIs []string
	// ClientID and ClientSecret replace those of the seeded registration, AppName its name.
	ClientID, ClientSecret, AppName string
	// Logger hears of failures of the sandbox itself; nil keeps it silent.
	Logger *slog.Logger
	// StrictRefresh makes a refresh token die when it is used; Microsoft lets the old one live.
	StrictRefresh bool
	// AnyTenant lets accounts of other tenants through a tenant's own sign-in page; the token endpoint then refuses
	// their code, unless AnyToken makes it give out tokens of the other tenant.
	AnyTenant, AnyToken bool
	// ShortLinks gives meetings join links of the newer, short shape.
	ShortLinks bool
	// Limits replace published limits.
	Limits Limits
	// Latency is how long a vendor ("entra", "graph") takes for each call; a reset returns to it.
	Latency map[string]time.Duration
	// Delegated and Application are the permissions that the application's registration is set up with, which
	// administrators are asked for by ".default"; nil takes those of the seed.
	Delegated, Application []string
}

func (o Options) filled() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.SMTPListen == "" {
		o.SMTPListen = "127.0.0.1:0"
	}
	if o.ClientID == "" {
		o.ClientID = ClientID
	}
	if o.ClientSecret == "" {
		o.ClientSecret = ClientSecret
	}
	if o.AppName == "" {
		o.AppName = "Parley"
	}
	delegated, application := directory.Registered()
	if o.Delegated == nil {
		o.Delegated = delegated
	}
	if o.Application == nil {
		o.Application = application
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Server is a running sandbox.
type Server struct {
	options Options
	url     string
	smtp    string
	stage   *stage.Stage
	world   *directory.World
	login   *entra.Login
	graph   *graph.Graph
	mail    *mail.Relay
	cal     *calendar.Publisher
	console *console.Console
	hand    hand.Hand
	http    *http.Server
	relay   net.Listener
	running sync.WaitGroup
	closing sync.Once
}

// Start runs a sandbox until it is closed or the context ends.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.filled()
	web, err := listen(ctx, o.Listen)
	if err != nil {
		return nil, err
	}
	relay, err := listen(ctx, o.SMTPListen)
	if err != nil {
		return nil, errors.Join(err, web.Close())
	}
	s := &Server{options: o, url: "http://" + reachable(web.Addr()), smtp: reachable(relay.Addr()), stage: stage.New(o.Latency), relay: relay}
	s.build()
	s.running.Go(func() { s.report("http", s.http.Serve(web), http.ErrServerClosed) })
	s.running.Go(func() { s.report("smtp", s.mail.Serve(relay), net.ErrClosed) })
	context.AfterFunc(ctx, s.Close)
	return s, nil
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	if strings.HasPrefix(address, ":") {
		address = "127.0.0.1" + address
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the sandbox cannot listen on %s: %w", address, err)
	}
	return l, nil
}

// reachable is the address to call a listener at; one that listens everywhere is called on loopback.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return a.String()
}

// build puts the vendors together.
func (s *Server) build() {
	s.world = directory.New(s.stage.Now, directory.App{
		ClientID: s.options.ClientID, Secret: s.options.ClientSecret, Name: s.options.AppName, RedirectURIs: slices.Clone(s.options.RedirectURIs),
		Delegated: s.options.Delegated, Application: s.options.Application, Home: TenantID,
	})
	s.login = entra.New(entra.Config{Stage: s.stage, World: s.world, Base: s.LoginURL(), StrictRefresh: s.options.StrictRefresh, AnyTenant: s.options.AnyTenant, AnyToken: s.options.AnyToken})
	s.graph = graph.New(graph.Config{Stage: s.stage, World: s.world, Base: s.GraphURL(), Teams: s.url, Limits: s.options.Limits, ShortLinks: s.options.ShortLinks})
	s.mail = mail.New(s.stage)
	s.cal = calendar.New(calendar.Config{Stage: s.stage, World: s.world})
	s.hand = hand.Hand{World: s.world, Graph: s.graph}
	s.console = console.New(console.Config{Stage: s.stage, World: s.world, Graph: s.graph, Hand: s.hand, Reset: s.Reset, SMTP: s.smtp})
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.options.Logger.Handler(), slog.LevelWarn)}
}

func (s *Server) report(what string, err, usual error) {
	if err != nil && !errors.Is(err, usual) {
		s.options.Logger.Error("the sandbox stopped serving", "what", what, "error", err)
	}
}

// Close ends the sandbox; what was in it is gone. The relay's listener is closed by hand: the relay knows it only once it
// serves, which may not have begun.
func (s *Server) Close() {
	s.closing.Do(func() { // the end of the context and the caller may come at once
		_ = s.relay.Close()
		_ = s.http.Close()
		_ = s.mail.Close()
		s.graph.Close()
	})
	s.running.Wait()
}

// URL is the address of the sandbox.
func (s *Server) URL() string { return s.url }

// LoginURL stands for https://login.microsoftonline.com.
func (s *Server) LoginURL() string { return s.url + "/entra" }

// GraphURL stands for https://graph.microsoft.com.
func (s *Server) GraphURL() string { return s.url + "/graph" }

// SMTPAddr is the host and port of the mail relay.
func (s *Server) SMTPAddr() string { return s.smtp }

// CalendarURL is the address at which the calendar of an account is published; the name is that of its sign-in name
// before the @.
func (s *Server) CalendarURL(name string) string { return s.url + "/calendar/" + name + ".ics" }
