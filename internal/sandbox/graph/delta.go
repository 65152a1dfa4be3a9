package graph

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
)

// The pages of a delta query: how large they are without a wish, and how many people a filter may name ("user: delta").
const (
	deltaPage = 200
	maxIDs    = 50
)

// track is what a token of a delta query says: where the reading stands, of what.
type track struct {
	Tenant string   `json:"t"`
	Fields []string `json:"f"`
	IDs    []string `json:"i,omitempty"`
	Issued int64    `json:"at"`
	Epoch  int      `json:"e"`
	// Base is the last change known before the reading began, Cursor the last one told since.
	Base   int `json:"b"`
	Cursor int `json:"c"`
	// Whole says that everybody is being listed, and After whom.
	Whole bool `json:"w,omitempty"`
	After int  `json:"n,omitempty"`
}

func (t track) text() string {
	data, _ := json.Marshal(t)
	return deltaMark + pack(string(data))
}

// delta tells who is in the directory, and from then on what changes in it ("Use delta query to track changes").
func (g *Graph) delta(w http.ResponseWriter, r *http.Request, c caller) {
	c.listing = true
	if !g.mayList(w, r, c) {
		return
	}
	query := r.URL.Query()
	for name := range query {
		if !slices.Contains([]string{"$select", "$filter", "$deltatoken", "$skiptoken"}, name) && strings.HasPrefix(name, "$") {
			unsupported(w, r, "The query option "+name+" is not supported by a delta query.")
			return
		}
	}
	t, ok := g.track(w, r, c, query)
	if !ok {
		return
	}
	if t.Whole {
		g.deltaWhole(w, r, c, t)
		return
	}
	g.deltaSince(w, r, c, t)
}

// track is where the request begins or goes on; it answers where it cannot.
func (g *Graph) track(w http.ResponseWriter, r *http.Request, c caller, query url.Values) (track, bool) {
	token := query.Get("$skiptoken")
	if token == "" {
		token = query.Get("$deltatoken")
	}
	if token != "" && token != "latest" {
		return g.resume(w, r, c, token)
	}
	if name := unknownField(query); name != "" {
		noSuchProperty(w, r, name)
		return track{}, false
	}
	ids, wrong := deltaFilter(query.Get("$filter"))
	if wrong != "" {
		unsupported(w, r, wrong)
		return track{}, false
	}
	now := g.World.Changed()
	t := track{Tenant: c.Tenant, Fields: wanted(query), IDs: ids, Epoch: g.World.Epoch(), Base: now, Cursor: now}
	t.Whole = token == ""
	return t, true
}

// resume reads a token. One that is older than seven days, or from before a reset, means reading everybody again.
func (g *Graph) resume(w http.ResponseWriter, r *http.Request, c caller, token string) (t track, ok bool) {
	err := json.Unmarshal([]byte(unpack(deltaMark, token)), &t)
	if err != nil || t.Tenant != c.Tenant {
		bad(w, r, "Badly formed token.")
		return t, false
	}
	issued := time.Unix(0, t.Issued)
	if t.Epoch != g.World.Epoch() || g.Stage.Now().Sub(issued) > deltaLife || !g.alive(&g.deltasFrom, issued) {
		w.Header().Set("Location", g.Base+"/v1.0/users/delta?$deltatoken=")
		fail(w, r, http.StatusGone, "syncStateNotFound", "The sync state generation is not found; the delta token is expired. Read everything again.")
		return t, false
	}
	return t, true
}

var idForm = regexp.MustCompile(`(?i)^\s*id\s+eq\s+'([^']*)'\s*$`)

// deltaFilter reads the only filter a delta query takes: up to fifty ids.
func deltaFilter(text string) (ids []string, wrong string) {
	if text == "" {
		return nil, ""
	}
	for _, part := range regexp.MustCompile(`(?i)\s+or\s+`).Split(text, -1) {
		m := idForm.FindStringSubmatch(part)
		if m == nil {
			return nil, "A delta query of users is filtered by id only."
		}
		ids = append(ids, m[1])
	}
	if len(ids) > maxIDs {
		return nil, "A delta query is filtered by at most 50 ids."
	}
	return ids, ""
}

var sizeForm = regexp.MustCompile(`odata\.maxpagesize=(\d+)`)

func deltaSize(r *http.Request) int {
	if m := sizeForm.FindStringSubmatch(r.Header.Get("Prefer")); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n >= 1 && n <= 999 {
			return n
		}
	}
	return deltaPage
}

// deltaWhole is a page of everybody; after the last one the changes since the first begin.
func (g *Graph) deltaWhole(w http.ResponseWriter, r *http.Request, c caller, t track) {
	var keys []directory.Key
	for _, id := range t.IDs {
		keys = append(keys, directory.Key{By: "id", Value: id})
	}
	part := g.World.Page(c.Tenant, t.After, deltaSize(r), keys, nil)
	value := make([]any, len(part.People))
	for i := range part.People {
		value[i] = view(c, &part.People[i], t.Fields)
	}
	t.After, t.Whole = part.Last, part.More
	g.writeDelta(w, r, t, value, part.More)
}

// deltaSince is a page of what changed.
func (g *Graph) deltaSince(w http.ResponseWriter, r *http.Request, c caller, t track) {
	latest := g.World.Changed()
	size, minimal := deltaSize(r), strings.Contains(r.Header.Get("Prefer"), "return=minimal")
	value, more := []any{}, false
	for _, d := range g.World.Since(c.Tenant, t.Base, t.Fields) {
		if d.Number <= t.Cursor || t.IDs != nil && !slices.Contains(t.IDs, d.User.ID) {
			continue
		}
		if more = len(value) == size; more {
			break
		}
		value = append(value, shown(c, d, t.Fields, minimal))
		t.Cursor = d.Number
	}
	if !more {
		t.Base, t.Cursor = latest, latest
	}
	g.writeDelta(w, r, t, value, more)
}

// shown is one difference as Graph writes it.
func shown(c caller, d directory.Difference, fields []string, minimal bool) any {
	if d.Gone != "" {
		return map[string]any{"id": d.User.ID, "@removed": map[string]any{"reason": d.Gone}}
	}
	if minimal && d.Fields != nil {
		fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f != "id" && !slices.Contains(d.Fields, f) })
	}
	return view(c, &d.User, fields)
}

func (g *Graph) writeDelta(w http.ResponseWriter, r *http.Request, t track, value []any, more bool) {
	t.Issued = g.Stage.Now().UnixNano()
	answer := map[string]any{"@odata.context": g.context("users(" + strings.Join(t.Fields, ",") + ")"), "value": value}
	link, token := "@odata.deltaLink", "$deltatoken"
	if more {
		link, token = "@odata.nextLink", "$skiptoken"
	}
	answer[link] = g.Base + "/v1.0/users/delta?" + url.Values{token: {t.text()}}.Encode()
	writeJSON(w, r, http.StatusOK, answer)
}
