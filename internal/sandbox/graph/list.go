package graph

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxAddress is how long the address of an advanced query may be.
const maxAddress = 2048

// question is what a request asks of the directory.
type question struct {
	top    int
	fields []string
	pick   *filter
	// advanced says that the request brings what "Advanced query capabilities" asks for; counted that it wants a count.
	advanced, counted bool
	after             int
}

// mayList tells whether a caller may list people: guests may not, nor an ordinary user where the tenant hides them.
func (g *Graph) mayList(w http.ResponseWriter, r *http.Request, c caller) bool {
	t, _ := g.World.Tenant(c.Tenant)
	if c.grant.Application || !c.Guest && (!t.UsersHidden || c.Admin) {
		return true
	}
	denied(w, r)
	return false
}

// listUsers pages through the directory.
func (g *Graph) listUsers(w http.ResponseWriter, r *http.Request, c caller) {
	c.listing = true
	if !g.mayList(w, r, c) {
		return
	}
	q, ok := g.ask(w, r, c)
	if !ok {
		return
	}
	keys, keep := q.pick.picked(c)
	part := g.World.Page(c.Tenant, q.after, q.top, keys, keep)
	answer := map[string]any{"@odata.context": g.context("users"), "value": profiles(c, part.People, q.fields)}
	if part.More {
		answer["@odata.nextLink"] = g.next("/users", r.URL.Query(), g.pageToken(c.Tenant, part.Last))
	}
	if q.counted {
		answer["@odata.count"] = g.World.Count(c.Tenant, keep)
	}
	writeJSON(w, r, http.StatusOK, answer)
}

// countUsers is the number of people alone, as text.
func (g *Graph) countUsers(w http.ResponseWriter, r *http.Request, c caller) {
	c.listing = true
	if !g.mayList(w, r, c) {
		return
	}
	q, ok := g.ask(w, r, c)
	if !ok {
		return
	}
	if !q.advanced {
		unsupported(w, r, "$count is not currently supported.")
		return
	}
	_, keep := q.pick.picked(c)
	identify(w, r)
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(strconv.Itoa(g.World.Count(c.Tenant, keep))))
}

func unsupported(w http.ResponseWriter, r *http.Request, message string) {
	fail(w, r, http.StatusBadRequest, "Request_UnsupportedQuery", message)
}

// ask reads a request for people, or answers what is wrong with it.
func (g *Graph) ask(w http.ResponseWriter, r *http.Request, c caller) (q question, ok bool) {
	query := r.URL.Query()
	eventual := strings.EqualFold(r.Header.Get("ConsistencyLevel"), "eventual")
	q.counted = eventual && (query.Get("$count") == "true" || strings.HasSuffix(r.URL.Path, "/$count"))
	q.advanced, q.fields = q.counted, wanted(query)
	top, wrong := pageSize(query)
	if wrong != "" {
		fail(w, r, http.StatusBadRequest, "Request_BadRequest", wrong)
		return q, false
	}
	q.top = top
	if option := otherOption(query); option != "" {
		unsupported(w, r, "Unsupported query: "+option+".")
		return q, false
	}
	if name := unknownField(query); name != "" {
		noSuchProperty(w, r, name)
		return q, false
	}
	if wrong := q.read(r, query); wrong != "" {
		unsupported(w, r, wrong)
		return q, false
	}
	if q.after, ok = g.readPageToken(c.Tenant, query.Get("$skiptoken")); !ok {
		fail(w, r, http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	}
	return q, ok
}

// read takes the filter and the search; it says what is wrong with them.
func (q *question) read(r *http.Request, query url.Values) (wrong string) {
	f, wrong := parseFilter(query.Get("$filter"))
	switch {
	case wrong != "":
		return wrong
	case f == nil:
	case f.advanced != "" && !q.advanced:
		return "Operator '" + f.advanced + "' is not supported because the 'ConsistencyLevel:eventual' header and the '$count=true' parameter are missing."
	case f.values > maxValues && !q.advanced:
		return "Too many child clauses specified in search filter expression containing 'OR' operators. Max allowed: 15."
	case q.advanced && len(r.URL.RequestURI()) > maxAddress:
		return "The address of an advanced query can have 2048 characters."
	}
	q.pick = f
	if !query.Has("$search") {
		return ""
	}
	if !q.advanced {
		return "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'."
	}
	s, wrong := parseSearch(query.Get("$search"))
	q.pick = both(f, s)
	return wrong
}

func pageSize(query url.Values) (int, string) {
	if !query.Has("$top") {
		return 100, ""
	}
	top, err := strconv.Atoi(query.Get("$top"))
	if err != nil || top < 1 || top > 999 {
		return 0, "Invalid page size specified: '" + query.Get("$top") + "'. Must be between 1 and 999 inclusive."
	}
	return top, ""
}

// otherOption names a query option that lists of people do not take here.
func otherOption(query url.Values) string {
	for name := range query {
		if strings.HasPrefix(name, "$") && !slices.Contains([]string{"$top", "$select", "$filter", "$skiptoken", "$count", "$search"}, name) {
			return name
		}
	}
	return ""
}
