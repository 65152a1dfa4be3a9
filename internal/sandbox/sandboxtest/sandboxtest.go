// Package sandboxtest starts sandboxes in tests and walks the sign-in pages as a person would.
package sandboxtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"parley/internal/sandbox"
)

// Sandbox is a running sandbox that ends with its test.
type Sandbox struct {
	*sandbox.Server
	t testing.TB
}

// Start runs a sandbox on free ports until the test ends.
func Start(t testing.TB, change ...func(*sandbox.Options)) *Sandbox {
	t.Helper()
	var o sandbox.Options
	for _, c := range change {
		c(&o)
	}
	s, err := sandbox.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &Sandbox{Server: s, t: t}
}

// Fault makes a vendor misbehave until the test ends or the fault has happened often enough.
func (s *Sandbox) Fault(f sandbox.Fault) string {
	s.t.Helper()
	id, err := s.AddFault(f)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// Calls counts the requests of one call that arrived, with whatever answer.
func (s *Sandbox) Calls(vendor, call string) int {
	return len(s.Log(sandbox.Query{Vendor: vendor, Call: call}))
}

// LiveMeetings lists the meetings that were not deleted.
func (s *Sandbox) LiveMeetings() []sandbox.Meeting {
	var live []sandbox.Meeting
	for _, m := range s.Meetings() {
		if m.Deleted == nil {
			live = append(live, m)
		}
	}
	return live
}

// Door is what a Teams link answers someone who opens it.
type Door struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	Meeting struct {
		Subject string `json:"subject"`
		Deleted bool   `json:"deleted"`
		Lobby   string `json:"lobby"`
	} `json:"meeting"`
}

// WouldEnter asks whether someone would get in through a Teams link: as a sign-in name, or "anonymous".
func WouldEnter(t testing.TB, joinURL, as string) Door {
	t.Helper()
	return door(t, http.MethodGet, joinURL, as)
}

// Enter goes to a meeting through its Teams link and stays there, or in its lobby.
func Enter(t testing.TB, joinURL, as string) Door {
	t.Helper()
	return door(t, http.MethodPost, joinURL, as)
}

func door(t testing.TB, method, joinURL, as string) Door {
	t.Helper()
	u, err := url.Parse(joinURL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("as", as)
	u.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(t.Context(), method, u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var d Door
	if err := json.NewDecoder(answer.Body).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Choice is what the person at the sign-in pages does.
type Choice struct {
	// Decline refuses the consent; Cancel leaves before choosing an account, or after a refusal.
	Decline, Cancel bool
	// Everyone ticks "consent on behalf of your organization".
	Everyone bool
	// Then is a second account to try when the first is refused.
	Then string
}

// SignIn walks the account picker and the consent page with an account, and returns the address the application is
// sent back to, without going there.
func SignIn(t testing.TB, authorizeURL, upn string, choice ...Choice) string {
	t.Helper()
	var c Choice
	if len(choice) > 0 {
		c = choice[0]
	}
	b := &browser{t: t, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	redirect, page := b.open(authorizeURL)
	for step := 0; redirect == "" && step < 6; step++ {
		redirect, page = b.answer(page, &upn, &c)
	}
	if redirect == "" {
		t.Fatalf("the sign-in of %s did not end; the last page says: %s", upn, page.text)
	}
	return redirect
}

// browser is as much of a browser as the sign-in pages need.
type browser struct {
	t      testing.TB
	client *http.Client
}

// form is one form of a page: where it goes, its hidden fields, and the names it has.
type form struct {
	action string
	fields url.Values
	names  map[string]bool
}

// page is what the browser sees.
type page struct {
	address *url.URL
	forms   []form
	text    string
}

func (b *browser) open(address string) (string, *page) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) submit(p *page, f form) (string, *page) {
	b.t.Helper()
	target, err := p.address.Parse(f.action)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, target.String(), strings.NewReader(f.fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) do(r *http.Request) (string, *page) {
	b.t.Helper()
	r.Header.Set("Accept", "text/html")
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 && answer.StatusCode < 400 {
		return answer.Header.Get("Location"), nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return "", read(b.t, r.URL, string(body))
}

// answer does on a page what the person would.
func (b *browser) answer(p *page, upn *string, c *Choice) (string, *page) {
	b.t.Helper()
	for _, f := range p.forms {
		switch {
		case f.names["answer"]:
			return b.consent(p, f, c)
		case c.Cancel && f.names["cancel"]:
			f.fields.Set("cancel", "1")
			return b.submit(p, f)
		case !c.Cancel && f.names["other"]:
			f.fields.Set("other", *upn)
			*upn, c.Then = c.Then, ""
			c.Cancel = *upn == ""
			return b.submit(p, f)
		}
	}
	b.t.Fatalf("there is nothing to do on this page: %s", p.text)
	return "", nil
}

func (b *browser) consent(p *page, f form, c *Choice) (string, *page) {
	b.t.Helper()
	f.fields.Set("answer", "accept")
	if c.Decline {
		f.fields.Set("answer", "decline")
	}
	if c.Everyone && f.names["everyone"] {
		f.fields.Set("everyone", "1")
	}
	return b.submit(p, f)
}

// read finds the forms and the words of a page.
func read(t testing.TB, address *url.URL, body string) *page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	p := &page{address: address}
	var words []string
	var current *form
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode:
			words = append(words, strings.Fields(n.Data)...)
		case n.Data == "form":
			p.forms = append(p.forms, form{action: attribute(n, "action"), fields: url.Values{}, names: map[string]bool{}})
			current = &p.forms[len(p.forms)-1]
		case current != nil && (n.Data == "input" || n.Data == "button"):
			current.take(n)
		}
	}
	p.text = strings.Join(words, " ")
	return p
}

func (f *form) take(n *html.Node) {
	name := attribute(n, "name")
	f.names[name] = true
	if attribute(n, "type") == "hidden" {
		f.fields.Set(name, attribute(n, "value"))
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
