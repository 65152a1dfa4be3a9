// Package page is what all pages for people have in common: the frame with the
// one menu, the organization's brand, the page that tells of a failure, what
// several forms offer to choose from, and the rendering. The pages themselves lie
// in the folders below, one for each kind of person.
package page

import (
	"bytes"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
)

// Routes registers what every page leans on: assets, brands and the choice of
// light or dark.
func Routes(s *web.Site) {
	s.Mount("GET /assets/", org.Public, ui.Assets())
	s.Handle("POST /theme", org.Public, setTheme)
	b := brands{s.Orgs}
	s.Handle("GET /brand/{slug}/{version}/brand.css", org.Public, b.sheet)
	s.Handle("GET /brand/{slug}/{version}/logo", org.Public, b.logo)
}

// Render writes a component as the answer. It is drawn whole before the first
// byte leaves, so that a failure in the middle is answered as a failure.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := page.WriteTo(w)
	return err
}

// Problems are the errors of a form for ui.ErrorSummary, in the order in which
// the form asks.
func Problems(errors web.Errors, fields ...string) []ui.Problem {
	var all []ui.Problem
	for _, field := range append([]string{""}, fields...) {
		if text := errors[field]; text != "" {
			all = append(all, ui.Problem{Field: field, Text: text})
		}
	}
	return all
}

// Address is an address with some values set, name and value in turn; empty ones
// are left out.
func Address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// setTheme keeps the choice of light or dark and goes back to where it was made.
func setTheme(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ui.SetTheme(w, f.Get("theme"))
	return web.Redirect(w, r, web.Back(r))
}
