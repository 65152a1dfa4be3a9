package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// doctor examines a connection by the calls that Parley lives on. It makes one
// meeting, which it deletes again, and changes nothing else at Microsoft.
type doctor struct {
	login *login
	base  string
	// vendor is what is examined: its own calls, not copies of them.
	vendor connector.Vendor
}

// Why something could not be looked at; each is the end of a sentence's key.
const (
	forToken   = "token"
	forReach   = "reach"
	forLogin   = "login"
	forTenant  = "tenant"
	forPerson  = "person"
	forMeeting = "meeting"
	// forDirectory is that other people are not shown.
	forDirectory = "directory"
)

// A look is one part of the examination.
type look struct {
	name string
	// applies is nil for a look that fits every connection.
	applies func(*chart) bool
	// graph says that the look asks Microsoft Graph.
	graph bool
	see   func(context.Context, *chart)
}

// looks are all parts, in the order in which one needs what another found out.
var looks = []look{
	{name: "tenant", see: seeTenant},
	{name: "registration", see: seeRegistration},
	{name: "redirect", see: seeRedirect},
	{name: "signin", see: seeSignIn},
	{name: "account", applies: (*chart).delegated, graph: true, see: seeAccount},
	{name: "consent", see: seeConsent},
	{name: "directory", graph: true, see: seeDirectory},
	{name: "person", graph: true, see: seePerson},
	{name: "meeting", graph: true, see: seeMeeting},
	{name: "settings", graph: true, see: seeSettings},
	{name: "removal", graph: true, see: seeRemoval},
	{name: "limit", applies: (*chart).delegated, see: seeLimit},
	{name: "notifications", applies: (*chart).notified, graph: true, see: seeNotifications},
	{name: "clock", see: seeClock},
}

// Examine makes every look that fits the connection. A look that another
// finding stands in the way of says so, so that nothing seems well by silence.
func (d doctor) Examine(ctx context.Context, p connector.Patient) iter.Seq[connector.Finding] {
	return func(yield func(connector.Finding) bool) {
		c := d.chart(p)
		defer c.leaveNothing(ctx)
		for _, l := range looks {
			if l.applies != nil && !l.applies(c) {
				continue
			}
			c.make(ctx, l)
			for _, f := range c.found {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// A chart is one examination: what is known of the patient so far.
type chart struct {
	doctor
	p     connector.Patient
	notes *notebook
	graph *http.Client
	level connector.Level

	look  string
	found []connector.Finding
	said  map[string]bool
	// away is why Graph is not asked any more, noLogin why the sign-in service is not.
	away, noLogin string

	me, tested reading
	// others are some people of the directory beside the account and the test person.
	others      []string
	readRefused bool
	made        connector.Made
	settled     bool
}

// A reading is one person of the directory as Microsoft showed them, or why not.
type reading struct {
	person
	asked bool
	note  note
	err   error
}

func (d doctor) chart(p connector.Patient) *chart {
	c := &chart{doctor: d, p: p, said: map[string]bool{}, notes: &notebook{base: d.login.client.Transport}}
	c.login = &login{cfg: d.login.cfg, keys: d.login.keys, client: &http.Client{Transport: c.notes, CheckRedirect: stay}}
	c.level = d.vendor.Directory.Level(p.Scopes)
	if p.Client != nil {
		own := *p.Client
		own.Transport = &notebook{base: p.Client.Transport, into: c.notes}
		c.graph = &own
	}
	return c
}

// make makes one look and says that all is well where it found nothing.
func (c *chart) make(ctx context.Context, l look) {
	c.look, c.found = l.name, nil
	c.notes.clear()
	switch {
	case l.graph && c.away != "":
		c.unseen(c.away)
	default:
		l.see(ctx, c)
	}
	if len(c.found) == 0 {
		key := "teams.doctor.fine." + l.name
		c.found = append(c.found, connector.Finding{Name: l.name, Severity: connector.Fine, Act: connector.ActNobody,
			Title: key + ".title", Text: key + ".text", Args: c.facts(), Copy: c.toCopy(l.name)})
	}
}

// facts are what every sentence may speak of.
func (c *chart) facts() []any {
	return []any{"Account", c.p.Account.Name, "Tenant", c.p.Account.TenantID, "App", c.p.Registration.ClientID,
		"Redirect", c.p.RedirectURL, "Notify", c.p.NotifyURL, "Person", c.tested.named(), "Made", c.p.MadeThisMonth, "Most", monthMost}
}

// say names a fault, once: what a later look meets of the same fault stands in
// its way and is told as that.
func (c *chart) say(name string, args ...any) { c.tell(name, c.notes.last, args...) }

func (c *chart) tell(name string, n note, args ...any) {
	m, known := maladies[name]
	if !known {
		panic("graph: a doctor names the fault " + name + ", which has no entry")
	}
	id := sameAs(name, args)
	if c.said[id] {
		c.unseen(m.hides)
		return
	}
	c.said[id] = true
	f := connector.Finding{Name: c.look, Fault: name, Severity: m.severity, Act: m.act, Args: append(args, c.facts()...),
		Alone: strings.HasPrefix(name, "person.") || name == "policy.person"}
	f.Title, f.Text, f.Fix = m.keys(name)
	if m.copied != nil {
		f.Copy = m.copied(c)
	}
	if n.Call != "" {
		f.Evidence = []connector.Evidence{n.Evidence}
	}
	c.found = append(c.found, f)
}

// sameAs tells faults apart: one permission from another, one host from another.
func sameAs(name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "Scope" || args[i] == "Host" {
			return fmt.Sprint(name, " ", args[i+1])
		}
	}
	return name
}

// unseen says that a look could not be made, and why.
func (c *chart) unseen(why string) {
	if why == "" {
		why = forReach
	}
	c.found = append(c.found, connector.Finding{Name: c.look, Severity: connector.Unseen, Act: connector.ActNobody,
		Title: "teams.doctor.unseen." + c.look, Text: "teams.doctor.unseen.because." + why, Args: c.facts()})
}

// plain has no sentences: the doctor's own name what it found.
var plain sentences

// ask makes one Graph call of the doctor's own.
func (c *chart) ask(ctx context.Context, path string, into any) error {
	_, err := connector.Call(ctx, c.graph, plain.call(connector.Request{Method: http.MethodGet, URL: c.base + "/v1.0/" + path, Into: into}))
	return err
}

// read reads one person at the level that was granted.
func (c *chart) read(ctx context.Context, id string) (r reading) {
	r.asked = true
	r.err = c.ask(ctx, "users/"+url.PathEscape(id)+"?$select="+shown(c.level), &r.person)
	r.note = c.notes.last
	return r
}

// named is how a person is called on the page; before they were read, not at all.
func (r reading) named() string {
	if r.Name != "" {
		return r.Name
	}
	return r.UPN
}

// refusedBy reports whether Microsoft said no for want of a permission.
func refusedBy(err error) bool { return fault.Is(err, fault.Denied) }

// delegated reports whether a service account signed in.
func (c *chart) delegated() bool { return !application(c.p.Settings) }

// notified reports whether Microsoft is to tell us what changes.
func (c *chart) notified() bool { return c.level == connector.Full && c.vendor.Changes != nil }

// toCopy is what a look that found nothing wrong shows all the same: the address
// that only a sign-in can prove.
func (c *chart) toCopy(name string) string {
	if name == "redirect" {
		return c.p.RedirectURL
	}
	return ""
}

// reply reads the last answer again, for what the connector's calls leave out.
func (c *chart) reply(into any) { _ = json.Unmarshal(c.notes.last.body, into) }
