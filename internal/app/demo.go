package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"parley/internal/connector"
	"parley/internal/sandbox"
	"parley/internal/web/page/admin"
)

// DemoOptions say how the demo runs.
type DemoOptions struct {
	// Tour walks the main job over HTTP and ends.
	Tour bool
	// Data keeps the database in a folder; empty uses one that is removed.
	Data string
	// Listen and SandboxListen are the two addresses, both on this machine.
	Listen, SandboxListen string
	Out                   io.Writer
}

// Demo runs Parley against the sandbox, with an organization of invented people.
func Demo(ctx context.Context, o DemoOptions) error {
	if err := onThisMachine(o.Listen, o.SandboxListen); err != nil {
		return err
	}
	data, remove, err := demoData(o.Data)
	if err != nil {
		return err
	}
	defer remove()
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return err
	}
	base := "http://" + l.Addr().String()
	vendors, err := sandbox.Start(ctx, sandbox.Options{Listen: o.SandboxListen, RedirectURIs: []string{base + admin.CallbackPath}})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer vendors.Close()
	h, err := openDemo(ctx, demoConfig(base, data, vendors), vendors)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if o.Tour {
		return h.serveWith(ctx, l, func(ctx context.Context) error { return h.tour(ctx, vendors, o.Out) })
	}
	return h.serveWith(ctx, l, func(ctx context.Context) error {
		h.introduce(vendors, o.Out)
		<-ctx.Done()
		return nil
	})
}

// onThisMachine refuses addresses that others can reach: the demo signs anybody
// in as anybody.
func onThisMachine(addresses ...string) error {
	for _, a := range addresses {
		host, _, err := net.SplitHostPort(a)
		if err != nil {
			return err
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("%s: the demo signs anybody in as anybody, so it listens on this machine only (127.0.0.1)", a)
		}
	}
	return nil
}

func demoData(kept string) (dir string, remove func(), err error) {
	if kept != "" {
		return kept, func() {}, os.MkdirAll(kept, 0o700)
	}
	dir, err = os.MkdirTemp("", "parley-demo-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

func demoConfig(base, data string, vendors *sandbox.Server) Config {
	cfg, _, _ := LoadConfig(nil, nil)
	cfg.BaseURL, cfg.DatabaseURL = base, filepath.Join(data, "parley.db")
	cfg.MicrosoftLoginURL, cfg.MicrosoftGraphURL = vendors.LoginURL(), vendors.GraphURL()
	cfg.CalendarOrigins = []string{vendors.URL()}
	cfg.SMTPURL, cfg.MailFrom = connector.NewSecret("smtp://"+vendors.SMTPAddr()), "Harbour Bank <appointments@harbourbank.example>"
	return cfg
}

// openDemo opens the house on the sandbox's clock, and furnishes it once.
func openDemo(ctx context.Context, cfg Config, vendors *sandbox.Server) (*house, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	var past atomic.Int64 // how far the house is behind while it is furnished
	h, err := open(ctx, cfg, log, func() time.Duration { return vendors.Offset() - time.Duration(past.Load()) }, true)
	if err != nil {
		return nil, err
	}
	empty, err := h.orgs.NeedsSetup(ctx)
	if err == nil && empty {
		if err = h.furnish(ctx); err == nil {
			err = h.furnishWeek(ctx, func(at time.Time) { past.Store(int64(vendors.Offset() - time.Until(at))) })
		}
		past.Store(0)
	}
	if err != nil {
		return nil, errors.Join(err, h.db.Close())
	}
	return h, nil
}

// serveWith serves while do runs, and ends with it.
func (h *house) serveWith(ctx context.Context, l net.Listener, do func(context.Context) error) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- h.serve(serving, l) }()
	did := make(chan error, 1)
	go func() { did <- do(serving) }()
	select {
	case err := <-served: // it could not serve, or was told to stop
		stop()
		return errors.Join(err, <-did)
	case err := <-did:
		stop()
		return errors.Join(err, <-served)
	}
}

// introduce prints what to open.
func (h *house) introduce(vendors *sandbox.Server, out io.Writer) {
	base := h.cfg.BaseURL
	fmt.Fprintf(out, `Parley is running, with invented people and played vendors. Nothing leaves this machine.

  Parley              %s
                      One click signs you in as anybody: Amelia Hart is an adviser, Ruth Adeyemi
                      works in the Contact Center. To connect Teams, be %s, the administrator:
                      Settings > Integrations & API > Video Calls > + New > Microsoft Teams.
                      The tenant is %s, the service account %s.
  Booking page        %s/book/%s
                      What a client sees. Video Call appears once Teams is connected
                      and a service offers it (Services > Meeting methods).
  Inbox               %s/mail
  Microsoft           %s/microsoft
  A calendar          %s/calendar/amelia.hart.ics
                      Published elsewhere: add it under My schedule > My hours > Busy elsewhere.
  The sandbox itself  %s

Press Ctrl+C to end.
`, base, demoAdministrator, sandbox.TenantID, sandbox.Service, base, demoSlug, vendors.URL(), vendors.URL(), vendors.URL(), vendors.URL())
}
