package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/words"
)

// examineFor bounds how long one connection is examined.
const examineFor = 2 * time.Minute

// examineConnections prints what a doctor finds at the connections of every
// organization. It fails when something is wrong. A token that is due is renewed,
// as any call would; nothing else is changed.
func (h *house) examineConnections(ctx context.Context, out io.Writer) error {
	fmt.Fprintln(out, "\nCONNECTIONS")
	if h.unseen {
		fmt.Fprintln(out, "cannot be looked at from here while the database is in use or cannot be read: open Settings, Video Calls, the connection, Doctor")
		return nil
	}
	all, err := h.orgs.Organizations(ctx, h.db)
	if err != nil {
		return err
	}
	var unwell error
	seen := 0
	for _, o := range all {
		connections, err := h.vault.Connections(ctx, h.db, o.ID)
		if err != nil {
			return err
		}
		seen += len(connections)
		for _, c := range connections {
			if err := h.examineConnection(ctx, out, o, c); err != nil {
				unwell = err
			}
		}
	}
	if seen == 0 {
		fmt.Fprintln(out, "none yet")
	}
	return unwell
}

// examineConnection prints one connection.
func (h *house) examineConnection(ctx context.Context, out io.Writer, o org.Organization, c vault.Connection) error {
	var reader words.Reader
	fmt.Fprintf(out, "%s: %s, %s (%s)\n", o.Name, reader.T(h.vault.Title(c.Vendor)), c.Name, reader.T("vault.state."+string(c.State)))
	if c.State == vault.Disconnected {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, examineFor)
	defer stop()
	found, err := h.vault.Diagnose(ctx, c.OrgID, c.ID)
	if err != nil {
		fmt.Fprintf(out, "  WRONG: %s\n", plain(err))
		return errUnwell
	}
	bad := vault.Faults(found)
	for _, f := range bad {
		describeFinding(out, reader, f)
		if f.Severity == vault.Wrong {
			err = errUnwell
		}
	}
	if len(bad) == 0 {
		fmt.Fprintf(out, "  ok (looked at %d things)\n", len(found))
	}
	return err
}

// severityWords are how the command calls what a page shows in colours.
var severityWords = map[vault.Severity]string{vault.Wrong: "WRONG", vault.Risky: "RISKY"}

// describeFinding prints the sentence, the vendor's own words and what to do.
func describeFinding(out io.Writer, r words.Reader, f vault.Finding) {
	fmt.Fprintf(out, "  %s %s: %s\n", severityWords[f.Severity], f.Fault, r.T(f.Title, f.Args...))
	if f.Text != "" {
		fmt.Fprintf(out, "    %s\n", r.T(f.Text, f.Args...))
	}
	for _, e := range f.Evidence {
		fmt.Fprintf(out, "    evidence: %s\n", e)
	}
	if f.Fix != "" {
		fmt.Fprintf(out, "    fix: %s\n", r.T(f.Fix, f.Args...))
	}
	if f.Copy != "" {
		fmt.Fprintf(out, "    copy: %s\n", strings.ReplaceAll(f.Copy, "\n", "\n          "))
	}
}
