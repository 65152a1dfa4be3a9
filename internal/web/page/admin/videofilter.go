package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/identity"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// videoFilters are the values of the address that narrow the list of a
// connection. All acts on many people take the same, so that what is switched,
// counted or exported is what the list shows.
var videoFilters = []string{"q", "match", "reason", "toggle", "outcome"}

// videoFilter reads the question that the address asks.
func videoFilter(r *http.Request) identity.Filter {
	q := r.URL.Query()
	sort, desc := strings.CutPrefix(q.Get("sort"), "-")
	return identity.Filter{Text: q.Get("q"), Match: q.Get("match"), Reason: q.Get("reason"), Toggle: q.Get("toggle"), Outcome: identity.Outcome(q.Get("outcome")),
		Sort: sort, Desc: desc, Page: page.PageOf(r), Rows: rowsOf(r)}
}

// filtersOf are the filters alone, for the address of an act on all they leave.
func filtersOf(q url.Values) url.Values {
	kept := url.Values{}
	for _, name := range videoFilters {
		if value := q.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return kept
}

// exportQuery are the filters and the order, for a file of what is listed.
func exportQuery(q url.Values) url.Values {
	kept := filtersOf(q)
	if sort := q.Get("sort"); sort != "" {
		kept.Set("sort", sort)
	}
	return kept
}

// queryText is a text as part of an address.
func queryText(text string) string { return url.QueryEscape(text) }

// withQuery is a path with values, which may be none.
func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// hiddenQuery are values of the address that a form of filters carries along.
func hiddenQuery(q url.Values, names ...string) (pairs []string) {
	for _, name := range names {
		if value := q.Get(name); value != "" {
			pairs = append(pairs, name, value)
		}
	}
	return pairs
}

// sortable is a column that a click on its heading sorts by, and the other way
// round by a second one. The first column is what the list is sorted by when
// nothing else was asked.
func sortable(r *http.Request, label, by string, first bool) ui.Column {
	now := r.URL.Query().Get("sort")
	c := ui.Column{Label: label}
	next := by
	switch {
	case now == by, now == "" && first:
		c.Sorted, next = "asc", "-"+by
	case now == "-"+by:
		c.Sorted = "desc"
	}
	q := filtersOf(r.URL.Query())
	q.Set("sort", next)
	if rows := r.URL.Query().Get("rows"); rows != "" {
		q.Set("rows", rows)
	}
	c.Sort = r.URL.Path + "?" + q.Encode()
	return c
}

func (v connectionView) columnsOf(r *http.Request, reader words.Reader) []ui.Column {
	toggle := sortable(r, reader.T("admin.video.toggle"), "toggle", false)
	toggle.Narrow = true
	match := sortable(r, reader.T("admin.video.match"), "match", false)
	match.Narrow = true
	return []ui.Column{
		sortable(r, reader.T("admin.video.user.here"), "name", true),
		sortable(r, reader.T("admin.video.user.there", "Vendor", v.title), "vendor", false),
		match,
		sortable(r, reader.T("admin.video.changed"), "changed", false),
		toggle,
	}
}

func matchOptions(r words.Reader) []ui.Option {
	return []ui.Option{{Label: r.T("admin.all")}, {Value: "matched", Label: r.T("admin.video.is.matched")}, {Value: "missed", Label: r.T("admin.video.is.missed")},
		{Value: "hand", Label: r.T("admin.video.is.hand")}, {Value: "attention", Label: r.T("admin.video.attention")}}
}

func toggleOptions(r words.Reader) []ui.Option {
	return []ui.Option{{Label: r.T("admin.all")}, {Value: "on", Label: r.T("admin.on")}, {Value: "off", Label: r.T("admin.off")}}
}

func outcomeOptions(r words.Reader) []ui.Option {
	return []ui.Option{{Label: r.T("admin.all")}, {Value: "new", Label: r.T("admin.rematch.newly")}, {Value: "lost", Label: r.T("admin.rematch.lost")}, {Value: "changed", Label: r.T("admin.rematch.changed")}}
}

// pageAddress is the present address at another page.
func pageAddress(r *http.Request) func(n int) string {
	return func(n int) string { return addressWith(r, "page", strconv.Itoa(n)) }
}
