package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A walker visits pages as a person without JavaScript does: it opens links by
// their words, fills in forms and presses buttons. It reads nothing that is not
// on the page.
type walker struct {
	http *http.Client
	// page is what was shown last, at its address.
	page   *html.Node
	at     *url.URL
	status int
}

func newWalker() *walker {
	jar, _ := cookiejar.New(nil) // fails only for options it was not given
	return &walker{http: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// open goes to an address.
func (w *walker) open(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.resolve(address), nil)
	if err != nil {
		return err
	}
	return w.send(req)
}

func (w *walker) resolve(address string) string {
	if w.at == nil {
		return address
	}
	u, err := w.at.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}

func (w *walker) send(req *http.Request) error {
	req.Header.Set("Accept", "text/html")
	if w.at != nil {
		req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
	}
	answer, err := w.http.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	page, err := html.Parse(io.LimitReader(answer.Body, 4<<20))
	if err != nil {
		return err
	}
	w.page, w.at, w.status = page, answer.Request.URL, answer.StatusCode
	if w.status >= http.StatusInternalServerError {
		return fmt.Errorf("%s answered %d: %s", w.at.Path, w.status, w.said())
	}
	return nil
}

// follow opens the first link whose words contain the text.
func (w *walker) follow(ctx context.Context, text string) error {
	link := w.find(func(n *html.Node) bool {
		return n.DataAtom == atom.A && attr(n, "href") != "" && strings.Contains(wordsOf(n), text)
	})
	if link == nil {
		return w.missing("link", text)
	}
	return w.open(ctx, attr(link, "href"))
}

// press presses the first button whose words contain the text, with the fields
// of its form as they are but for those given. A name that the form does not
// have is an error: a person could not have filled it in.
func (w *walker) press(ctx context.Context, text string, fields ...string) error {
	button := w.find(func(n *html.Node) bool { return n.DataAtom == atom.Button && strings.Contains(wordsOf(n), text) })
	if button == nil {
		return w.missing("button", text)
	}
	form := w.formOf(button)
	if form == nil {
		return fmt.Errorf("the button %q on %s belongs to no form", text, w.at.Path)
	}
	values, known := fieldsOf(form)
	for i := 0; i+1 < len(fields); i += 2 {
		if !known[fields[i]] {
			return fmt.Errorf("the form on %s has no field %q", w.at.Path, fields[i])
		}
		values.Del(fields[i])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Add(fields[i], fields[i+1])
	}
	if name := attr(button, "name"); name != "" {
		values.Set(name, attr(button, "value"))
	}
	return w.submit(ctx, form, button, values)
}

func (w *walker) submit(ctx context.Context, form, button *html.Node, values url.Values) error {
	action := attr(form, "action")
	if a := attr(button, "formaction"); a != "" {
		action = a
	}
	address := w.resolve(action)
	if !strings.EqualFold(attr(form, "method"), "post") {
		return w.open(ctx, strings.SplitN(address, "?", 2)[0]+"?"+values.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(req)
}

// formOf is the form that a button belongs to: the one around it or the one it names.
func (w *walker) formOf(button *html.Node) *html.Node {
	if id := attr(button, "form"); id != "" {
		return w.find(func(n *html.Node) bool { return n.DataAtom == atom.Form && attr(n, "id") == id })
	}
	for n := button.Parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.Form {
			return n
		}
	}
	return nil
}

// fieldsOf is what a form would send untouched, and the names of all its fields.
func fieldsOf(form *html.Node) (values url.Values, known map[string]bool) {
	values, known = url.Values{}, map[string]bool{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if name == "" {
			continue
		}
		switch n.DataAtom {
		case atom.Input:
			known[name] = true
			if kind := attr(n, "type"); kind != "checkbox" && kind != "radio" || has(n, "checked") {
				values.Add(name, attr(n, "value"))
			}
		case atom.Textarea:
			known[name] = true
			values.Add(name, strings.TrimPrefix(rawText(n), "\n"))
		case atom.Select:
			known[name] = true
			values.Add(name, chosen(n))
		}
	}
	return values, known
}

// chosen is the value of a select: the selected option, else the first.
func chosen(sel *html.Node) string {
	first, found := "", false
	for n := range sel.Descendants() {
		if n.DataAtom != atom.Option {
			continue
		}
		if has(n, "selected") {
			return attr(n, "value")
		}
		if !found {
			first, found = attr(n, "value"), true
		}
	}
	return first
}

// find returns the first element of the page that fits.
func (w *walker) find(fits func(*html.Node) bool) *html.Node {
	for n := range w.page.Descendants() {
		if n.Type == html.ElementNode && fits(n) {
			return n
		}
	}
	return nil
}

// shows reports whether the page says the text.
func (w *walker) shows(text string) bool { return strings.Contains(w.said(), text) }

// said is all that the main part of the page says.
func (w *walker) said() string {
	if w.page == nil {
		return ""
	}
	if main := w.find(func(n *html.Node) bool { return n.DataAtom == atom.Main }); main != nil {
		return wordsOf(main)
	}
	return wordsOf(w.page)
}

func (w *walker) missing(what, text string) error {
	return fmt.Errorf("no %s %q on %s (status %d), which says: %.600s", what, text, w.at.Path, w.status, w.said())
}

// wordsOf is the text of a node with single spaces, without scripts and styles.
func wordsOf(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// offers reports whether the page asks for a field of this name.
func (w *walker) offers(name string) bool {
	return w.find(func(n *html.Node) bool { return attr(n, "name") == name && n.DataAtom != atom.Meta }) != nil
}

// fieldStarting is the name of the first field of a kind whose name begins so.
func (w *walker) fieldStarting(prefix string, kind atom.Atom) string {
	n := w.find(func(n *html.Node) bool { return n.DataAtom == kind && strings.HasPrefix(attr(n, "name"), prefix) })
	if n == nil {
		return prefix
	}
	return attr(n, "name")
}

// copied is the value of a box to copy from that contains the text.
func (w *walker) copied(part string) string {
	n := w.find(func(n *html.Node) bool { return n.DataAtom == atom.Input && strings.Contains(attr(n, "value"), part) })
	if n == nil {
		return ""
	}
	return attr(n, "value")
}
