// Package face is how the sandbox looks: one page frame and one style sheet for all its pages. It holds no vendor's page.
package face

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed frame.html style.css
var files embed.FS

// StylePath is where the style sheet is served.
const StylePath = "/_sandbox/style.css"

// Pages are the templates of one vendor inside the shared frame. A page defines "title" and "main".
type Pages map[string]*template.Template

// Parse reads every .html file of a folder as one page. Files whose names begin with an underscore are no pages but
// parts that all pages of the folder may use.
func Parse(folder fs.FS) Pages {
	frame := template.Must(template.New("frame.html").Funcs(template.FuncMap{"when": When, "lower": strings.ToLower, "pair": pair}).ParseFS(files, "frame.html"))
	names, err := fs.Glob(folder, "*.html")
	if err != nil || len(names) == 0 {
		panic("face: no pages in the folder")
	}
	if parts, err := fs.Glob(folder, "_*.html"); err == nil && len(parts) > 0 {
		frame = template.Must(frame.ParseFS(folder, parts...))
	}
	pages := Pages{}
	for _, name := range names {
		if strings.HasPrefix(name, "_") {
			continue
		}
		page := template.Must(frame.Clone())
		pages[strings.TrimSuffix(name, ".html")] = template.Must(page.ParseFS(folder, name))
	}
	return pages
}

// pair hands two things to a part of a page.
func pair(a, b any) [2]any { return [2]any{a, b} }

// Write draws a page. Besides the sandbox itself, its forms may end at the origins given: a browser applies the rule to
// the redirect after a form, too.
func (p Pages) Write(w http.ResponseWriter, status int, name string, data any, origins ...string) {
	var page bytes.Buffer
	if err := p[name].Execute(&page, data); err != nil {
		http.Error(w, "The sandbox could not draw this page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", policy(origins...))
	w.WriteHeader(status)
	_, _ = page.WriteTo(w)
}

// policy is the Content-Security-Policy of a page: no script at all.
func policy(origins ...string) string {
	actions := strings.TrimSpace("'self' " + strings.Join(origins, " "))
	return fmt.Sprintf("default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action %s", actions)
}

// Style serves the style sheet.
func Style(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") }

// When writes an instant for people; the sandbox keeps UTC.
func When(at any) string {
	t, ok := at.(time.Time)
	if p, pointer := at.(*time.Time); pointer && p != nil {
		t, ok = *p, true
	}
	if !ok || t.IsZero() {
		return ""
	}
	return t.UTC().Format("Mon 2 Jan 2006, 15:04:05 UTC")
}
