package app

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// strict is the policy that every page has but for where its forms lead.
const strict = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// previews are the pages that stand in frames of ours; the page of the brand holds
// those frames.
const (
	brandPage = "/settings/branding"
	previews  = brandPage + "/preview"
	// asleep is how the policy of a page in a frame begins: nothing in it runs or
	// is sent, and nobody else shows it.
	asleep = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
)

func TestEveryPageIsGuarded(t *testing.T) {
	e := exhibit(t)
	pages := append(e.all("en"), e.over("en")...)
	t.Logf("%d pages", len(pages))
	if len(pages) < 80 {
		t.Errorf("only %d pages were found", len(pages))
	}
	for _, p := range pages {
		for _, wrong := range e.unguarded(p) {
			t.Errorf("%s, for %s (%d): %s", p.path, p.who, p.status, wrong)
		}
	}
}

// unguarded says what is wrong with a page's headers and markup.
func (e *exhibition) unguarded(p shown) (wrong []string) {
	framed := strings.HasPrefix(p.path, previews) && p.status == http.StatusOK
	frames := map[bool]string{false: "DENY", true: "SAMEORIGIN"}[framed]
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": frames, "Cache-Control": "no-store"} {
		if got := p.header.Get(name); got != want {
			wrong = append(wrong, fmt.Sprintf("%s is %q, want %q", name, got, want))
		}
	}
	policy := p.header.Get("Content-Security-Policy")
	if lead := "form-action 'self' " + e.vendors.URL(); mayLeave(p.path) && p.status == http.StatusOK {
		if !strings.Contains(policy, lead) {
			wrong = append(wrong, "its form cannot lead to the vendor's sign-in")
		}
		policy = strings.Replace(policy, lead, "form-action 'self'", 1)
	}
	holds := holdsFrames(p.path) && p.status == http.StatusOK
	if holds {
		policy = strings.TrimSuffix(policy, "; frame-src 'self'")
	}
	if framed && (!strings.HasPrefix(policy, asleep) || strings.Contains(policy, "script") || !strings.Contains(policy, "; sandbox")) || !framed && policy != strict {
		wrong = append(wrong, "Content-Security-Policy is "+policy)
	}
	for n := range p.page.Descendants() {
		if holds && n.DataAtom == atom.Iframe && strings.HasPrefix(attr(n, "src"), previews) {
			continue
		}
		if n.Type == html.ElementNode {
			wrong = append(wrong, inline(n)...)
		}
	}
	return wrong
}

// holdsFrames reports whether a page shows previews in frames.
func holdsFrames(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Path == brandPage
}

// mayLeave reports whether the form of a page leads on to the vendor's sign-in.
func mayLeave(path string) bool {
	u, err := url.Parse(path)
	return err == nil && (strings.HasSuffix(u.Path, "/consent") || strings.HasSuffix(u.Path, "/reauthorize"))
}

// inline says what a strict policy would have to block on the page, and where a
// form leads away.
func inline(n *html.Node) (wrong []string) {
	switch {
	case n.DataAtom == atom.Style, n.DataAtom == atom.Base, n.DataAtom == atom.Iframe, n.DataAtom == atom.Object, n.DataAtom == atom.Embed:
		wrong = append(wrong, "it has a <"+n.Data+">")
	case n.DataAtom == atom.Script && attr(n, "src") == "" && attr(n, "type") != "application/json":
		wrong = append(wrong, "it has an inline script")
	}
	for _, a := range n.Attr {
		name := strings.ToLower(a.Key)
		switch {
		case name == "style", strings.HasPrefix(name, "on"), strings.HasPrefix(name, "hx-on"):
			wrong = append(wrong, fmt.Sprintf("<%s> has %s=%q", n.Data, a.Key, a.Val))
		case name == "src" && !ours(a.Val) && !strings.HasPrefix(a.Val, "data:image/"), name == "action" && !ours(a.Val), name == "formaction" && !ours(a.Val):
			wrong = append(wrong, fmt.Sprintf("<%s> leads away: %s=%q", n.Data, a.Key, a.Val))
		case (name == "href" || name == "hx-get" || name == "hx-post") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
			wrong = append(wrong, fmt.Sprintf("<%s> runs a script: %q", n.Data, a.Val))
		case name == "hx-get" && !ours(a.Val), name == "hx-post" && !ours(a.Val), n.DataAtom == atom.Link && name == "href" && !ours(a.Val):
			wrong = append(wrong, fmt.Sprintf("<%s> asks elsewhere: %s=%q", n.Data, a.Key, a.Val))
		}
	}
	return wrong
}

// ours reports whether an address is a path of the site, or the page itself.
func ours(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "" && u.Host == ""
}
