// Package console is the sandbox's pages for people: the index with the clock and the troubles one would try, and a
// look into Microsoft's side. It changes nothing that the control API or a Go test could not.
package console

import (
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/face"
	"parley/internal/sandbox/graph"
	"parley/internal/sandbox/hand"
	"parley/internal/sandbox/stage"
)

//go:embed page/*.html
var files embed.FS

// Config is what the console shows.
type Config struct {
	Stage *stage.Stage
	World *directory.World
	Graph *graph.Graph
	// Hand does what administrators do.
	Hand hand.Hand
	// Reset returns the whole sandbox to its seed.
	Reset func()
	// SMTP is the address of the mail relay.
	SMTP string
}

// Console serves the pages.
type Console struct {
	Config
	pages face.Pages
}

// New returns the console.
func New(c Config) *Console {
	folder, err := fs.Sub(files, "page")
	if err != nil {
		panic(err)
	}
	return &Console{Config: c, pages: face.Parse(folder)}
}

// Handler serves the index, /microsoft, /log and the forms under /do/.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.index)
	mux.HandleFunc("GET /log", c.log)
	mux.HandleFunc("GET /microsoft", c.people)
	mux.HandleFunc("GET /microsoft/meetings", c.meetings)
	mux.HandleFunc("GET /microsoft/signins", c.signIns)
	mux.HandleFunc("GET /microsoft/accounts/{id}", c.account)
	mux.HandleFunc("GET /microsoft/tenant", c.tenant)
	mux.HandleFunc("GET /microsoft/application", c.application)
	mux.HandleFunc("GET /microsoft/policies", c.policies)
	mux.HandleFunc("GET /microsoft/subscriptions", c.subscriptions)
	mux.HandleFunc("POST /do/{what}", c.do)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { c.pages.Write(w, http.StatusNotFound, "gone", nil) })
	return mux
}

func (c *Console) index(w http.ResponseWriter, _ *http.Request) {
	entries := c.Stage.Log.Find(stage.Query{})
	slices.Reverse(entries)
	c.pages.Write(w, http.StatusOK, "index", map[string]any{
		"Now": c.Stage.Now(), "Offset": written(c.Stage.Clock.Offset()), "SMTP": c.SMTP, "Troubles": troubles, "Faults": c.Stage.Faults.List(),
		"Entries": entries[:min(len(entries), 12)], "Tenants": c.World.Tenants(), "App": c.World.App(),
	})
}

const perPage = 50

func (c *Console) log(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	entries := c.Stage.Log.Find(stage.Query{Vendor: query.Get("vendor"), Call: query.Get("call")})
	slices.Reverse(entries)
	page := face.PageOf(query.Get("page"), len(entries), perPage)
	c.pages.Write(w, http.StatusOK, "log", map[string]any{"Entries": entries[page.From:page.To], "Page": page, "Vendor": query.Get("vendor"), "Call": query.Get("call")})
}

func (c *Console) signIns(w http.ResponseWriter, r *http.Request) {
	all := c.World.SignIns()
	page := face.PageOf(r.URL.Query().Get("page"), len(all), perPage)
	c.pages.Write(w, http.StatusOK, "signins", map[string]any{"SignIns": all[page.From:page.To], "Page": page, "Here": "/microsoft/signins"})
}

// back returns to the page a form was on.
func back(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, safe(r.PostFormValue("back")), http.StatusSeeOther)
}

// safe is a page of the sandbox to return to; anything else is the index.
func safe(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return u.RequestURI()
}
