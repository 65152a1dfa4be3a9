package app

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/web"
)

// A shown is a page as somebody got it.
type shown struct {
	who, path string
	status    int
	header    http.Header
	page      *html.Node
}

// A crawler opens every link it finds, as one person, without a network. Of
// addresses that differ by an id, a day or a value only, it opens a few.
type crawler struct {
	*lodging
	who     string
	lang    string
	session *http.Cookie
	seen    map[string]int
	done    map[string]bool
	pages   []shown
}

// alike is how many addresses of one kind are opened because a page led there.
const alike = 1

// varying are the parts of an address in which two of one kind differ.
var varying = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{40,}|[0-9a-z]{4,5}-[0-9a-z]{4,5}-[0-9a-z-]+|\d{4}-\d\d-\d\d`)

// kindOf is what an address has in common with those like it.
func kindOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	names := []string{}
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	return varying.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&") + "&" + q.Get("view") + q.Get("method")
}

// crawl opens the addresses, and what they lead to unless enough like it was.
func (c *crawler) crawl(starts ...string) {
	var todo []string
	for _, path := range starts {
		todo = append(todo, c.open(path)...)
	}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if c.seen[kindOf(path)] < alike {
			todo = append(todo, c.open(path)...)
		}
	}
}

// open opens an address that was not opened yet, and returns where it leads.
func (c *crawler) open(path string) []string {
	if c.done[path] || strings.HasPrefix(path, "/language?") {
		return nil
	}
	c.done[path] = true
	c.seen[kindOf(path)]++
	return c.take(path, c.get(path))
}

func (c *crawler) get(path string) *http.Response {
	return c.ask(http.MethodGet, path, c.session, c.reads).Result()
}

// reads asks in the crawler's language.
func (c *crawler) reads(r *http.Request) {
	r.AddCookie(&http.Cookie{Name: web.LangCookie, Value: c.lang})
}

// post sends a form and keeps the page that answers.
func (c *crawler) post(path string, form url.Values) {
	c.take("POST "+path, c.ask(http.MethodPost, path, c.session, c.reads, with(form)).Result())
}

func (c *crawler) take(path string, answer *http.Response) (leads []string) {
	c.t.Helper()
	if answer.StatusCode >= 500 {
		c.t.Errorf("%s gets %d at %s", c.who, answer.StatusCode, path)
	}
	if to := answer.Header.Get("Location"); to != "" {
		return local(to)
	}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := html.ParseWithOptions(answer.Body, html.ParseOptionEnableScripting(false))
	c.ok(err)
	c.pages = append(c.pages, shown{who: c.who, path: path, status: answer.StatusCode, header: answer.Header, page: page})
	at, err := url.Parse(strings.TrimPrefix(path, "POST "))
	c.ok(err)
	for n := range page.Descendants() {
		if n.DataAtom == atom.A && attr(n, "href") != "" {
			if to, err := at.Parse(attr(n, "href")); err == nil {
				leads = append(leads, local(to.String())...)
			}
		}
	}
	return leads
}

// local keeps an address if it is on this site.
func local(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil
	}
	u.Fragment = ""
	return []string{u.String()}
}

// An exhibition is a furnished house in which every page has something to show.
type exhibition struct {
	*lodging
	scene
	visits map[string]appointment.View
	// unfinished is a connection whose wizard stands before its last step.
	unfinished string
	late       bool
	// waiting are the links of those who wait without an appointment, and gone
	// those of somebody who declined to come along, and of who left the list.
	waiting, gone []string
}

// exhibit makes appointments in every state that a page can show.
func exhibit(t testing.TB) *exhibition {
	g := lodge(t, "", quiet)
	e := &exhibition{lodging: g, scene: g.scene(), visits: map[string]appointment.View{}}
	g.ok(g.db.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE people SET lang = '' WHERE org_id = $1", g.org.ID) // so that the crawler chooses
		return err
	}))
	e.unfinished = g.authorize("fjordcredit.example", "service@fjordcredit.example").ID
	ctx := t.Context()
	for _, state := range []string{"ready", "moved", "cancelled", "by phone", "in person"} {
		method := map[string]appointment.Method{"by phone": appointment.Phone, "in person": appointment.InPerson}[state]
		if method == "" {
			method = appointment.Video
		}
		e.visits[state] = g.book(g.service("Mortgage advice"), method, "Client "+state)
	}
	g.work()
	moved := e.visits["moved"]
	slots, err := g.appointments.SlotsToMove(ctx, org.Client(moved.Client), moved.ID, daysAhead(g, 14, 7))
	g.ok(err)
	_, err = g.appointments.Reschedule(ctx, org.Client(moved.Client), moved.Seen(), slots[0].Start)
	g.ok(err)
	_, err = g.appointments.Cancel(ctx, org.Client(e.visits["cancelled"].Client), e.visits["cancelled"].Seen(), "My plans changed.")
	g.ok(err)
	g.work()
	e.besides()
	g.work()
	e.visits["pending"] = g.book(g.service("Mortgage advice"), appointment.Video, "Client pending")
	g.ok(g.calendars.SaveException(ctx, g.admin, e.member.ID, calendar.Exception{Date: calendar.DateOf(slots[0].Start)}))
	return e
}

// all crawls the whole site in a language, as everybody who sees something of
// their own, and the pages that tell of a failure.
func (e *exhibition) all(lang string) (pages []shown) {
	e.t.Helper()
	as := func(who string, session *http.Cookie) *crawler {
		return &crawler{lodging: e.lodging, who: who, lang: lang, session: session, seen: map[string]int{}, done: map[string]bool{}}
	}
	stranger := as("a stranger", nil)
	stranger.crawl("/", "/signin", "/first-run", "/j", "/j?code=0000", "/book/"+demoSlug, "/book/nobody", "/nowhere", "/signin/link/"+e.scene.signIn, "/signin/link/wrong",
		"/manage/wrong", "/connect/callback?error=access_denied", "/connect/callback?admin_consent=True&tenant=x", e.walkIn())
	for _, v := range e.visits {
		stranger.crawl("/manage/"+e.manageToken(v), "/j/"+v.Meeting.Code)
	}
	stranger.wrong(e.walkIn())
	e.others(stranger)
	member, boss, super := as("a member", e.signedIn(e.member)), as("the administrator", e.signedIn(e.people[demoAdministrator])), as("the superuser", e.signedIn(e.people["Sam Whitfield"]))
	for _, c := range []*crawler{member, boss, super} {
		c.crawl("/", "/profile", "/settings", "/nowhere")
	}
	for _, v := range e.visits {
		boss.crawl("/schedule/"+v.ID, "/schedule?view=day&day="+v.Starts.Format(time.DateOnly)+"&person="+v.Staff.ID)
	}
	for _, r := range e.site.Routes() {
		if method(r.Pattern) == http.MethodGet {
			boss.crawl(e.path(e.t, r.Pattern))
		} else if strings.Contains(r.Pattern, "/new") || strings.HasPrefix(r.Pattern, "POST /hours") || r.Pattern == "POST /profile" || r.Pattern == "POST /settings/organization" {
			boss.post(e.path(e.t, r.Pattern), url.Values{})
		}
	}
	boss.crawl("/settings/connect/teams/consent?field=email&tenant="+sandbox.TenantID, "/settings/video/"+e.unfinished+"/preview", "/settings/video/"+e.unfinished+"/preview?field=username")
	boss.post("/settings/connect/teams/tenant", url.Values{"field": {"email"}, "tenant": {"nobody.example"}})
	for _, c := range []*crawler{stranger, member, boss, super} {
		pages = append(pages, c.pages...)
	}
	return pages
}

// over are the clients' pages when all appointments lie in the past.
func (e *exhibition) over(lang string) []shown {
	e.t.Helper()
	if !e.late {
		e.vendors.AdvanceClock(60 * 24 * time.Hour)
		e.late = true
	}
	c := &crawler{lodging: e.lodging, who: "a client who is late", lang: lang, seen: map[string]int{}, done: map[string]bool{}}
	for _, v := range e.visits {
		c.crawl("/manage/"+e.manageToken(v), "/manage/"+e.manageToken(v)+"/cancel", "/j/"+v.Meeting.Code, "/j/"+v.Meeting.Code+"/go")
	}
	return c.pages
}

func (e *exhibition) signedIn(p org.Person) *http.Cookie { return e.lodging.signIn(p) }

// walkIn is the last page of a booking.
func (e *exhibition) walkIn() string {
	e.t.Helper()
	service := e.lodging.service("Mortgage advice")
	slots, err := e.appointments.Slots(e.t.Context(), appointment.Ask{OrgID: e.lodging.org.ID, ServiceID: service.ID, Method: appointment.Video}, daysAhead(e.lodging, 20, 7))
	e.ok(err)
	return "/book/" + demoSlug + "/" + service.Slug + "?" + url.Values{"method": {"video"}, "staff": {"any"}, "start": {slots[0].Start.Format(time.RFC3339)}}.Encode()
}

// wrong books badly in every way there is a sentence for.
func (c *crawler) wrong(form string) {
	c.post(form, url.Values{})
	c.post(form, url.Values{"name": {"A"}, "email": {"nonsense"}, "phone": {"x"}})
	u, _ := url.Parse(form) // it was written by us
	for _, start := range []string{"2020-01-06T10:00:00Z", "2027-03-28T01:30:00", "nonsense"} {
		q := u.Query()
		q.Set("start", start)
		c.post(u.Path+"?"+q.Encode(), url.Values{"name": {"A B"}, "email": {"a@b.example"}, "answer.x": {"y"}})
		c.crawl(u.Path + "?" + q.Encode())
	}
}
