// Command parley runs Parley: the server, the demo, and what an operator needs
// beside them. It parses the command line and calls internal/app.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"parley/internal/app"
)

const description = `Parley gives every meeting its video link, keeps that link working, and reaches people where they are.

Settings are PARLEY_* environment variables; "parley doctor" lists them with the value that counts and where it came from.`

// commands is the whole command line.
type commands struct {
	Demo      demo      `cmd:"" help:"Run everything against the sandbox: nothing to install, no account."`
	Serve     serve     `cmd:"" help:"Run the server."`
	Migrate   migrate   `cmd:"" help:"Bring the database up to this version and exit."`
	Doctor    doctor    `cmd:"" help:"Check configuration, database, mail server and vendors, and name the fault."`
	Superuser superuser `cmd:"" help:"Make a member a superuser, and print a link that signs them in once."`
	Sandbox   sandbox   `cmd:"" help:"Run the sandbox alone: Microsoft and a mail server, played on this machine."`
	Version   version   `cmd:"" help:"Print the version."`
}

type demo struct {
	Tour          bool   `help:"Walk the main job without a browser, and prove each step."`
	Data          string `help:"Keep the database in this folder." placeholder:"DIR" type:"path"`
	Listen        string `help:"Address of Parley." default:"127.0.0.1:8080"`
	SandboxListen string `help:"Address of the sandbox." default:"127.0.0.1:8090"`
}

// Help shows examples.
func (demo) Help() string {
	return `Examples:
  parley demo
  parley demo --tour
  parley demo --data ./demo-data --listen 127.0.0.1:9080`
}

// Run runs the demo.
func (d demo) Run(ctx context.Context) error {
	return app.Demo(ctx, app.DemoOptions{Tour: d.Tour, Data: d.Data, Listen: d.Listen, SandboxListen: d.SandboxListen, Out: os.Stdout})
}

// settings are the flags that several commands share; each stands above its
// environment variable.
type settings struct {
	Database string `help:"File path or postgres:// address (PARLEY_DATABASE_URL)." placeholder:"URL"`
}

func (s settings) load(more map[string]string) (app.Config, []app.Origin, error) {
	flags := map[string]string{}
	for name, value := range more {
		if value != "" {
			flags[name] = value
		}
	}
	if s.Database != "" {
		flags["DATABASE_URL"] = s.Database
	}
	return app.LoadConfig(os.Environ(), flags)
}

type serve struct {
	settings
	Listen  string `help:"Address to listen on (PARLEY_LISTEN)." placeholder:"ADDR"`
	BaseURL string `help:"Public address (PARLEY_BASE_URL)." placeholder:"URL" name:"base-url"`
}

// Help shows examples.
func (serve) Help() string {
	return `Examples:
  parley serve
  PARLEY_BASE_URL=https://meet.example.org parley serve --listen :8080
  PARLEY_DATABASE_URL=postgres://parley@db/parley parley serve`
}

// Run serves until it is told to stop.
func (s serve) Run(ctx context.Context) error {
	c, _, err := s.load(map[string]string{"LISTEN": s.Listen, "BASE_URL": s.BaseURL})
	if err != nil {
		return err
	}
	return app.Serve(ctx, c, os.Stdout)
}

type migrate struct{ settings }

// Help shows an example.
func (migrate) Help() string {
	return "Example:\n  parley migrate --database postgres://parley@db/parley"
}

// Run migrates.
func (m migrate) Run(ctx context.Context) error {
	c, _, err := m.load(nil)
	if err != nil {
		return err
	}
	return app.Migrate(ctx, c, os.Stdout)
}

type doctor struct{ settings }

// Help shows an example.
func (doctor) Help() string {
	return "Example:\n  parley doctor\n\nIt exits 0 when nothing is wrong, 1 when something is."
}

// Run checks.
func (d doctor) Run(ctx context.Context) error {
	c, origins, err := d.load(nil)
	if err != nil {
		return err
	}
	return app.Doctor(ctx, c, origins, os.Stdout)
}

type superuser struct {
	settings
	Email string `arg:"" help:"E-mail address of a member."`
}

// Help shows an example.
func (superuser) Help() string { return "Example:\n  parley superuser sam@example.org" }

// Run appoints.
func (s superuser) Run(ctx context.Context) error {
	c, _, err := s.load(nil)
	if err != nil {
		return err
	}
	return app.Superuser(ctx, c, s.Email, os.Stdout)
}

type sandbox struct {
	Listen     string   `help:"Address of the sandbox." default:"127.0.0.1:8090"`
	SMTPListen string   `help:"Address of its mail server." default:"127.0.0.1:8025" name:"smtp-listen"`
	Redirect   []string `help:"Redirect address that the played registration allows." default:"http://127.0.0.1:8080/connect/callback"`
}

// Help shows an example.
func (sandbox) Help() string { return "Example:\n  parley sandbox --listen 127.0.0.1:8090" }

// Run plays the vendors until it is told to stop.
func (s sandbox) Run(ctx context.Context) error {
	return app.Sandbox(ctx, s.Listen, s.SMTPListen, s.Redirect, os.Stdout)
}

type version struct{}

// Help shows an example.
func (version) Help() string { return "Example:\n  parley version" }

// Run prints the version.
func (version) Run() error {
	fmt.Println(app.Version())
	return nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parsed := kong.Parse(&c, kong.Name("parley"), kong.Description(description), kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError())
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		os.Exit(1)
	}
}
