package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"parley/internal/db"
	"parley/internal/sandbox"
)

// Serve runs the server until ctx ends. What a person must read to begin goes
// to out; everything else to the log.
func Serve(ctx context.Context, cfg Config, out io.Writer) error {
	log, err := newLogger(cfg, os.Stderr)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	h, err := open(ctx, cfg, log, nil, false)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := h.welcome(ctx, out); err != nil {
		return errors.Join(err, l.Close(), h.db.Close())
	}
	log.Info("serving", "address", l.Addr().String(), "base_url", cfg.BaseURL, "database", h.db.Engine(), "version", Version())
	return h.serve(ctx, l)
}

// welcome prints the set-up code of an empty installation. It is never logged:
// whoever reads it can make themselves superuser.
func (h *house) welcome(ctx context.Context, out io.Writer) error {
	empty, err := h.orgs.NeedsSetup(ctx)
	if err != nil || !empty {
		return err
	}
	code, err := h.orgs.NewSetupCode(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nThis installation is empty. Open %s/first-run and give this set-up code, which is good for 24 hours:\n\n    %s\n\n", h.cfg.BaseURL, code)
	return err
}

// Migrate brings the database up to this version.
func Migrate(ctx context.Context, cfg Config, out io.Writer) error {
	d, err := db.Open(ctx, cfg.DatabaseURL, db.Options{})
	if err != nil {
		return plain(err)
	}
	if err := errors.Join(d.Migrate(ctx), d.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "The database is at this version.")
	return err
}

// Superuser gives the role to the member with that e-mail and prints a link
// that signs them in, for whoever is locked out or has no mail server yet.
func Superuser(ctx context.Context, cfg Config, email string, out io.Writer) error {
	log, err := newLogger(cfg, io.Discard)
	if err != nil {
		return err
	}
	h, err := open(ctx, cfg, log, nil, false)
	if err != nil {
		return err
	}
	defer h.db.Close()
	if err := h.orgs.MakeSuperuser(ctx, email); err != nil {
		return plain(err)
	}
	link, err := h.orgs.LinkNow(ctx, email)
	if err != nil {
		return plain(err)
	}
	_, err = fmt.Fprintf(out, "%s is a superuser now. This signs them in once, within 15 minutes, while the server runs:\n\n    %s\n\n", email, link)
	return err
}

// Sandbox plays the vendors until ctx ends.
func Sandbox(ctx context.Context, listen, smtp string, redirects []string, out io.Writer) error {
	s, err := sandbox.Start(ctx, sandbox.Options{Listen: listen, SMTPListen: smtp, RedirectURIs: redirects, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := fmt.Fprintf(out, `The sandbox is at %s

Point Parley to it:
  export PARLEY_MICROSOFT_LOGIN_URL=%s
  export PARLEY_MICROSOFT_GRAPH_URL=%s
  export PARLEY_MICROSOFT_CLIENT_ID=%s
  export PARLEY_MICROSOFT_CLIENT_SECRET=%s
  export PARLEY_SMTP_URL=smtp://%s
  export PARLEY_MAIL_FROM="Parley <parley@harbourbank.example>"
`, s.URL(), s.LoginURL(), s.GraphURL(), sandbox.ClientID, sandbox.ClientSecret, s.SMTPAddr()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
