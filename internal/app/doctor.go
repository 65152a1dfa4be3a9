package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"parley/internal/connector/smtp"
	"parley/internal/db"
	"parley/internal/fault"
)

// errUnwell ends the doctor's command with a failure once it has said which.
var errUnwell = errors.New("something is wrong, see above")

// checkFor bounds each of the doctor's checks.
const checkFor = 15 * time.Second

// A check is one question of the doctor's. It returns what it found, or what is
// wrong and what to do.
type check struct {
	name string
	ask  func(ctx context.Context, h *house) (string, error)
}

var checks = []check{
	{"clock", checkClock},
	{"address", checkAddress},
	{"mail server", checkMail},
	{"Microsoft sign-in", checkMicrosoft},
	{"registrations", checkRegistrations},
}

// Doctor prints the effective settings with their origin, then asks the
// database, the mail server and the vendors, examines the connections of every
// organization, and names what is wrong.
func Doctor(ctx context.Context, cfg Config, origins []Origin, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tFROM")
	for _, o := range origins {
		fmt.Fprintf(table, "%s\t%s\t%s\n", o.Name, o.Value, o.From)
	}
	fmt.Fprintln(table, "\nCHECK\tRESULT\t")
	h, said, unwell, err := patient(ctx, cfg)
	if err != nil {
		return errors.Join(table.Flush(), err)
	}
	defer h.close()
	fmt.Fprintf(table, "database\t%s\t\n", said)
	for _, c := range checks {
		result, err := h.examine(ctx, c)
		if err != nil {
			unwell, result = errUnwell, "WRONG: "+err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t\n", c.name, result)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := h.examineConnections(ctx, out); err != nil {
		return err
	}
	return unwell
}

// A bed is the house that the doctor looks at, and how to leave it.
type bed struct {
	*house
	close func()
}

// patient looks at the database and opens the house on it. A doctor changes
// nothing: a database that is not there yet, waits for migrations or belongs to
// a running server is left alone, and the other questions are asked in an empty
// house beside it.
func patient(ctx context.Context, cfg Config) (b bed, said string, unwell, err error) {
	said, usable, wrong := probe(ctx, cfg)
	unseen := !usable && !absent(cfg)
	if wrong != nil {
		said, unwell = "WRONG: "+wrong.Error(), errUnwell
	}
	remove := func() {}
	if !usable {
		dir, err := os.MkdirTemp("", "parley-doctor-")
		if err != nil {
			return b, "", nil, err
		}
		remove = func() { _ = os.RemoveAll(dir) }
		cfg.DatabaseURL = filepath.Join(dir, "parley.db")
	}
	h, err := open(ctx, cfg, slog.New(slog.DiscardHandler), nil, false)
	if err != nil {
		remove()
		return b, "", nil, err
	}
	h.unseen = unseen
	return bed{h, func() { _ = h.db.Close(); remove() }}, said, unwell, nil
}

// probe says how the database is, and whether the house can be opened on it.
func probe(ctx context.Context, cfg Config) (said string, usable bool, err error) {
	if absent(cfg) {
		return "none yet at " + cfg.DatabaseURL + "; parley serve makes it", false, nil
	}
	d, err := db.Open(ctx, cfg.DatabaseURL, db.Options{})
	if fault.Is(err, fault.Conflict) {
		return "ok (in use by a running Parley)", false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer d.Close()
	pending, err := d.Pending(ctx)
	switch {
	case err != nil:
		return "", false, err
	case pending:
		return "", false, errors.New("migrations are pending: run parley migrate, or start the server")
	}
	return countDead(ctx, d)
}

// absent reports whether there is no database yet where one would be made.
func absent(cfg Config) bool {
	if isPostgres(cfg.DatabaseURL) {
		return false
	}
	_, err := os.Stat(cfg.DatabaseURL)
	return errors.Is(err, os.ErrNotExist)
}

func countDead(ctx context.Context, d *db.DB) (string, bool, error) {
	dead, err := db.Value[int64](ctx, d, "/* every organization: the operator's own look */ SELECT count(*) FROM jobs WHERE dead = TRUE")
	if err != nil {
		return "", false, err
	}
	if dead > 0 {
		return fmt.Sprintf("ok (%s), %d jobs given up", d.Engine(), dead), true, nil
	}
	return "ok (" + d.Engine() + ")", true, nil
}

func (h *house) examine(ctx context.Context, c check) (string, error) {
	ctx, stop := context.WithTimeout(ctx, checkFor)
	defer stop()
	return c.ask(ctx, h)
}

// skewMost is how far the database's clock may be from this machine's: sign-in
// tokens of vendors are good for minutes.
const skewMost = 2 * time.Second

func checkClock(ctx context.Context, h *house) (string, error) {
	now, err := h.db.Now(ctx)
	if err != nil {
		return "", err
	}
	if skew := time.Since(now).Abs(); skew > skewMost {
		return "", fmt.Errorf("the database's clock is %s away from this machine's: set both by the same time server", skew.Round(time.Second))
	}
	return "ok", nil
}

func checkAddress(_ context.Context, h *house) (string, error) {
	host := h.base.Hostname()
	if h.base.Scheme == "http" && host != "127.0.0.1" && host != "localhost" && host != "::1" {
		return "", fmt.Errorf("%s is not https: sign-in cookies and join links would travel in the open", h.cfg.BaseURL)
	}
	return "ok (" + h.cfg.BaseURL + ")", nil
}

func checkMail(ctx context.Context, h *house) (string, error) {
	relay, _, err := h.vault.LendMail(ctx, "")
	if err != nil {
		return "", errors.New("none: set PARLEY_SMTP_URL and PARLEY_MAIL_FROM; mails wait until then")
	}
	s, err := smtp.Open(ctx, relay, nil)
	if err != nil {
		return "", plain(err)
	}
	s.Close()
	return fmt.Sprintf("ok (%s:%d, from %s)", relay.Host, relay.Port, relay.From.Mailbox), nil
}

// checkMicrosoft reads a public document: it needs no registration and names a
// proxy or firewall in the way.
func checkMicrosoft(ctx context.Context, h *house) (string, error) {
	url := h.cfg.MicrosoftLoginURL + "/organizations/v2.0/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("cannot be reached; is there a proxy or firewall? %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusInternalServerError {
		return "", fmt.Errorf("answered %s", answer.Status)
	}
	return "ok (reached)", nil
}
