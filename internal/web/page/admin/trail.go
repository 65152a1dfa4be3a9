package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/org"
	"parley/internal/web"
	"parley/internal/web/ui"
)

// A trail is the way through a long list that is read by cursors: the cursor of
// every page that was turned to, the present one last. It travels in the
// address, so that the page before can be found without counting.
type trail []string

const (
	// trailMax bounds an address; who turned further goes back to the beginning.
	trailMax = 20
	trailSep = "~"
)

func trailOf(r *http.Request) trail {
	text := r.URL.Query().Get("at")
	if text == "" || len(text) > 4000 {
		return nil
	}
	return strings.Split(text, trailSep)
}

// last is the cursor of the present page; empty on the first.
func (t trail) last() string {
	if len(t) == 0 {
		return ""
	}
	return t[len(t)-1]
}

func (t trail) on(cursor string) trail {
	if len(t) >= trailMax {
		t = t[1:]
	}
	return append(append(trail{}, t...), cursor)
}

// with is the present address, at another page of the list.
func (t trail) with(r *http.Request) string {
	return addressWith(r, "at", strings.Join(t, trailSep))
}

// pages leads to the page before and, if there is one, the page after.
func (t trail) pages(r *http.Request, next string) ui.PaginationProps {
	var p ui.PaginationProps
	if len(t) > 0 {
		p.Prev = t[:len(t)-1].with(r)
	}
	if next != "" {
		p.Next = t.on(next).with(r)
	}
	return p
}

// personAt is the person at which a page of a list begins; nobody at the first.
func (p *Pages) personAt(r *http.Request, id string) (org.Person, error) {
	if id == "" {
		return org.Person{}, nil
	}
	return p.Orgs.Person(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID, id)
}

// sizes are the choices of rows per page.
var sizes = []int{25, 50, 100}

// rowsOf is how many rows a page was asked to have.
func rowsOf(r *http.Request) int {
	asked := r.URL.Query().Get("rows")
	for _, n := range sizes {
		if strconv.Itoa(n) == asked {
			return n
		}
	}
	return sizes[0]
}

func sizesOf(r *http.Request) (all []ui.PageSize) {
	for _, n := range sizes {
		q := r.URL.Query()
		q.Del("at")
		q.Del("page")
		q.Set("rows", strconv.Itoa(n))
		all = append(all, ui.PageSize{Label: strconv.Itoa(n), Href: r.URL.Path + "?" + q.Encode(), Current: n == rowsOf(r)})
	}
	return all
}

// addressWith is the present address with one value changed; an empty one is
// left out.
func addressWith(r *http.Request, name, value string) string {
	q := url.Values{}
	for n, values := range r.URL.Query() {
		if n != name && values[0] != "" {
			q.Set(n, values[0])
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}

// cleared is the present address without its filters, or empty when none is set.
func cleared(r *http.Request, filters ...string) string {
	set := false
	q := r.URL.Query()
	for _, f := range filters {
		set = set || q.Get(f) != ""
	}
	if !set {
		return ""
	}
	return r.URL.Path
}
