package uitest

import (
	"context"
	_ "embed" // For axe.min.js.
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed axe.min.js
var axeSource string

// A Violation is one rule that a page breaks, and where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []Node
}

// A Node is an element that breaks a rule.
type Node struct{ Target, HTML, Summary string }

// String says what is wrong and where, for a test's failure.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s\n    %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// axeRun asks for WCAG 2.2 A and AA and for good practice. Animations are
// stopped first: a half-faded text has no contrast worth measuring.
const axeRun = `(async (within) => {
  for (const a of document.getAnimations()) a.cancel();
  const found = await axe.run(within.length ? within : document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]});
  return JSON.stringify(found.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({
    Target: n.target.join(" "), HTML: n.html.slice(0, 300), Summary: n.failureSummary || ""}))})));
})(%s)`

// Axe returns what axe-core finds wrong with the page that the browser shows, or
// with the parts of it that the CSS selectors name.
func Axe(ctx context.Context, within ...string) ([]Violation, error) {
	scope, err := json.Marshal(append([]string{}, within...))
	if err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axeSource+";undefined")); err != nil {
		return nil, fmt.Errorf("loading axe: %w", err)
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(axeRun, scope), chromedp.EvalAwaitPromise))
	if err != nil {
		return nil, fmt.Errorf("running axe: %w", err)
	}
	var found []Violation
	return found, json.Unmarshal([]byte(text), &found)
}

// Accessible fails the test for everything that axe finds on the page, or in
// the parts of it that the CSS selectors name.
func Accessible(t testing.TB, ctx context.Context, within ...string) {
	t.Helper()
	found, err := Axe(ctx, within...)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Errorf("axe: %v", v)
	}
}
