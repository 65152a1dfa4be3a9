package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"parley/internal/connector/smtp"
	"parley/internal/db"
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
	{"database", checkDatabase},
	{"clock", checkClock},
	{"address", checkAddress},
	{"mail server", checkMail},
	{"Microsoft sign-in", checkMicrosoft},
	{"registrations", checkRegistrations},
}

// Doctor prints the effective settings with their origin, then asks the
// database, the mail server and the vendors, and names what is wrong.
func Doctor(ctx context.Context, cfg Config, origins []Origin, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tFROM")
	for _, o := range origins {
		fmt.Fprintf(table, "%s\t%s\t%s\n", o.Name, o.Value, o.From)
	}
	fmt.Fprintln(table, "\nCHECK\tRESULT\t")
	h, err := open(ctx, cfg, slog.New(slog.DiscardHandler), nil, false)
	if err != nil {
		fmt.Fprintf(table, "database\tWRONG: %v\t\n", err)
		return errors.Join(table.Flush(), errUnwell)
	}
	defer h.db.Close()
	var unwell error
	for _, c := range checks {
		result, err := h.examine(ctx, c)
		if err != nil {
			unwell, result = errUnwell, "WRONG: "+err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t\n", c.name, result)
	}
	return errors.Join(table.Flush(), unwell)
}

func (h *house) examine(ctx context.Context, c check) (string, error) {
	ctx, stop := context.WithTimeout(ctx, checkFor)
	defer stop()
	return c.ask(ctx, h)
}

func checkDatabase(ctx context.Context, h *house) (string, error) {
	if err := h.ready(ctx); err != nil {
		return "", err
	}
	dead, err := db.Value[int64](ctx, h.db, "/* every organization: the operator's own look */ SELECT count(*) FROM jobs WHERE dead = TRUE")
	if err != nil {
		return "", err
	}
	if dead > 0 {
		return fmt.Sprintf("ok (%s), %d jobs given up", h.db.Engine(), dead), nil
	}
	return "ok (" + h.db.Engine() + ")", nil
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

func checkRegistrations(ctx context.Context, h *house) (string, error) {
	if h.cfg.MicrosoftClientID == "" || h.cfg.MicrosoftClientSecret.Empty() {
		return "", errors.New("Microsoft: set PARLEY_MICROSOFT_CLIENT_ID and PARLEY_MICROSOFT_CLIENT_SECRET; see docs/microsoft.md")
	}
	faults, err := h.vault.OperatorFaults(ctx, h.db)
	if err != nil {
		return "", err
	}
	var said []string
	for _, f := range faults {
		said = append(said, fmt.Sprintf("%s since %s: %s", f.Vendor, f.Since.Format(time.RFC3339), f.Said))
	}
	if len(said) > 0 {
		return "", errors.New(strings.Join(said, "; "))
	}
	return "ok", nil
}
