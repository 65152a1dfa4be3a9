package client

import (
	"net/http"
	"net/url"
	"strings"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// embedBase begins the addresses that an organization's own site may show in a
// frame. They are the booking page without head and foot, and need no cookie.
const embedBase = "/embed"

func (p *Pages) embedPages() {
	p.public("GET /embed.js", embedScript)
	p.public("GET /embed/{org}", p.services)
	p.public("GET /embed/{org}/{service}", p.steps)
	p.public("POST /embed/{org}/{service}", p.book, web.Body(typedMost))
	p.public("GET /embed/{org}/{service}/waiting", p.askWaiting)
	p.public("POST /embed/{org}/{service}/waiting", p.await, web.Body(typedMost))
	p.public("GET /embed/{org}/{service}/booked/{token}", p.embedBooked)
}

// embedScript is what a site puts into its page. Its address never changes.
func embedScript(w http.ResponseWriter, r *http.Request) error {
	web.AllowElsewhere(w)
	asset := r.Clone(r.Context())
	asset.URL.Path = "/assets/latest/embed.js"
	ui.Assets().ServeHTTP(w, asset)
	return nil
}

func isFramed(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, embedBase+"/") }

// bookBase begins the addresses of the pages as this one is shown.
func bookBase(r *http.Request) string {
	if isFramed(r) {
		return embedBase
	}
	return "/book"
}

// base is the same for a choice that was read.
func (c choice) base() string {
	if c.framed {
		return embedBase
	}
	return "/book"
}

// readFrame reads what only the address of a framed page holds.
func (c *choice) readFrame(r *http.Request) {
	if c.framed = isFramed(r); !c.framed {
		return
	}
	readHere(r)
	if q := r.URL.Query(); words.IsLang(q.Get("read")) {
		c.read = q.Get("read")
	}
	if _, ok := words.Zone(r.URL.Query().Get("zone")); ok {
		c.zone = r.URL.Query().Get("zone")
	}
}

// readHere has a framed page read as its address says.
func readHere(r *http.Request) {
	if isFramed(r) {
		web.ChoseHere(r, r.URL.Query().Get("read"), r.URL.Query().Get("zone"))
	}
}

// readTail is what a link of a framed page takes along.
func readTail(r *http.Request) string {
	if !isFramed(r) {
		return ""
	}
	return page.Address("", "read", r.URL.Query().Get("read"), "zone", r.URL.Query().Get("zone"))
}

// frame makes a page one for a frame, if it is asked for as such: the sites that
// the organization names may show it, and no other.
func (p *Pages) frame(w http.ResponseWriter, r *http.Request, orgID string, shell *ui.PublicShellProps) error {
	if !isFramed(r) {
		return nil
	}
	origins, err := page.OriginsOf(r.Context(), p.Orgs, orgID)
	if err != nil {
		return err
	}
	web.AllowFrame(w, origins...)
	shell.Framed, shell.FrameOrigins, shell.Credit = true, origins, ""
	shell.Page.ZoneGuess = ""
	for i, l := range shell.Languages {
		shell.Languages[i].Href = readAs(r, l.Code)
	}
	return nil
}

// readAs is the address of this page in another language.
func readAs(r *http.Request, lang string) string {
	q := url.Values{}
	for name, values := range r.URL.Query() {
		q[name] = values
	}
	q.Set("read", lang)
	return r.URL.Path + "?" + q.Encode()
}

// afterBooking is where a booking leads: to the client's own page or, in a frame,
// to a confirmation that may stand there.
func (p *Pages) afterBooking(r *http.Request, a appointment.Appointment) string {
	own := p.manageURL(a)
	if !isFramed(r) {
		return own + "?new=1"
	}
	token := strings.TrimPrefix(own, appointment.ManagePath+"/")
	return embedBase + "/" + r.PathValue("org") + "/" + r.PathValue("service") + "/booked/" + token + readTail(r)
}

// embedBooked confirms a booking in the frame. What can be changed is a page of
// its own, in a tab of its own: nobody may frame that.
func (p *Pages) embedBooked(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(w, r)
	if err != nil {
		return err
	}
	if v.Organization.Slug != r.PathValue("org") {
		return fault.New(fault.NotFound, "appointment.unknown")
	}
	readHere(r)
	if err := p.frame(w, r, v.OrgID, &v.shell); err != nil {
		return err
	}
	v.fresh = true
	return page.Render(w, r, http.StatusOK, embedBookedPage(web.ReaderOf(r), v))
}
