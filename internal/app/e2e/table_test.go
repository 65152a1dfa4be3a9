package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// copies fails unless a field to copy from holds a text.
func (b *tab) copies(text string) {
	b.t.Helper()
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("main input, main textarea, main pre, main code")].map((e) => e.value || e.textContent).join("\n")`))
	if err != nil || !strings.Contains(all, text) {
		b.t.Errorf("nothing on %s has %q to copy (%v): %.600s", b.where(), text, err, all)
	}
}

// action opens the menu of actions and takes one of them, by keyboard.
func (b *tab) action(words string) {
	b.t.Helper()
	b.touch(buttons, "Actions")
	it := finder(".menu-list a", words)
	b.h.until("the action "+words+" is there", func() error {
		if !b.has(".menu-list a", words) {
			return errors.New(b.said())
		}
		return nil
	})
	b.do("going to "+words, chromedp.Focus(chromedp.JSPath(it)))
	b.turn("pressing Enter on "+words, chromedp.KeyEvent("\r"))
}

// row is the row of a table that begins with a name.
func (b *tab) row(name string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`[...document.querySelectorAll("main tbody tr")].map((r) => r.innerText.replace(/\s+/g, " ").trim()).find((r) => r.includes(%q)) || ""`, name)))
	if err != nil || text == "" {
		b.t.Errorf("there is no row of %s on %s (%v)", name, b.where(), err)
	}
	return text
}

// rows are the names that a table shows, in its order.
func (b *tab) rows() (names []string) {
	b.t.Helper()
	names, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("main tbody tr")].map((r) => r.querySelector("th, td:nth-child(2)").innerText.trim().split("\n")[0].trim())`))
	if err != nil {
		b.t.Fatal(err)
	}
	return names
}

// lists fails unless the table shows these people and nobody else.
func (b *tab) lists(names ...string) {
	b.t.Helper()
	got := b.rows()
	slices.Sort(got)
	if !slices.Equal(got, names) {
		b.t.Errorf("%s lists %q, want %q", b.where(), got, names)
	}
}

// status is what an address answers to whoever is signed in at the tab.
func (b *tab) status(path string) int {
	b.t.Helper()
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.h.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
