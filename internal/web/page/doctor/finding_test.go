package doctor

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"parley/internal/vault"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// TestEveryFindingSaysWhatItKnows draws a finding of each severity on the page
// and on the sheet: what it means, what is to be copied and what the vendor
// answered stands in both, whatever the severity.
func TestEveryFindingSaysWhatItKnows(t *testing.T) {
	const redirect = "https://meet.harbourbank.example/settings/connect/callback"
	r := words.Reader{Lang: "en"}
	for _, severity := range []vault.Severity{vault.Wrong, vault.Risky, vault.Unseen, vault.Fine} {
		f := vault.Finding{Name: "redirect", Severity: severity, Act: vault.ActNobody, Title: "teams.doctor.fine.redirect.title", Text: "teams.doctor.fine.redirect.text",
			Args: []any{"Redirect", redirect, "App", "c-1"}, Copy: redirect, Evidence: []vault.Evidence{{Call: "GET /authorize", Status: 400, Correlation: "trace-7"}}}
		v := view{vendor: "Microsoft Teams", seen: true, report: vault.Report{Findings: []vault.Finding{f}}}
		v.problems, v.unseen, v.fine = sorted(v.report.Findings)
		sheet := sheetView{Share: vault.Share{Findings: v.report.Findings}, vendor: v.vendor, problems: v.problems, unseen: v.unseen, fine: v.fine}
		for name, c := range map[string]templ.Component{"page": foundPart(r, v), "sheet": sheetPage(r, ui.PublicShellProps{}, sheet)} {
			said := drawnAs(t, c)
			for _, want := range []string{r.T(f.Title, f.Args...), r.T(f.Text, f.Args...), "trace-7"} {
				if !strings.Contains(said, templ.EscapeString(want)) {
					t.Errorf("%s on the %s: %q is not said:\n%s", severity, name, want, said)
				}
			}
			if copied := `value="` + redirect; name == "page" && !strings.Contains(said, copied) {
				t.Errorf("%s on the page: the address is not there to copy:\n%s", severity, said)
			}
			if copied := "<code>" + redirect + "</code>"; name == "sheet" && !strings.Contains(said, copied) {
				t.Errorf("%s on the sheet: the address is not there:\n%s", severity, said)
			}
		}
	}
}

func drawnAs(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
