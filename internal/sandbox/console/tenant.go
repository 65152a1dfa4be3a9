package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/face"
	"parley/internal/sandbox/graph"
)

// tenant is what an administrator decides for a whole tenant.
func (c *Console) tenant(w http.ResponseWriter, r *http.Request) {
	t := c.chosen(r)
	do := func(name, label, note string, fields ...string) act {
		a := act{Kind: "tenant", Label: label, Note: note, Hidden: map[string]string{"tenant": t.ID, "do": name}}
		for i := 0; i+1 < len(fields); i += 2 {
			a.Hidden[fields[i]] = fields[i+1]
		}
		return a
	}
	acts := []group{{"Rules", []act{
		either(t.AdminApproval, do("approval", "Let users consent", "Only an administrator may consent now."), do("approval", "Let only administrators consent", "AADSTS90094 at the sign-in.", "on", "1")),
		either(t.UsersHidden, do("hide", "Let users read other users", "Users may not read others now."), do("hide", "Forbid users to read other users", "403 when people are listed.", "on", "1")),
	}}, {"The directory", []act{
		typed(do("fill", "Fill", "name.surname.number@people and the tenant’s first domain; who is there already stays."), "count", "Generated people", "50000"),
		typed(do("throttle", "Throttle", "Every call of the directory gets 429 so long."), "for", "For how long", "30s"),
		{Kind: "cursors", Label: "Let page tokens expire", Hidden: map[string]string{"pages": "1"}, Note: "400 Directory_ExpiredPageToken."},
		{Kind: "cursors", Label: "Let delta tokens expire", Hidden: map[string]string{"delta": "1"}, Note: "410 syncStateNotFound."},
	}}, {"The tenant itself", []act{
		either(t.Gone, do("gone", "Bring the tenant back", ""), bad(do("gone", "Close the tenant", "AADSTS90002 everywhere.", "on", "1"))),
		either(t.Elsewhere, do("cloud", "Bring it back to this cloud", ""), bad(do("cloud", "Move it to another national cloud", "AADSTS90038.", "on", "1"))),
	}}}
	c.pages.Write(w, http.StatusOK, "tenant", map[string]any{"Here": "/microsoft/tenant", "Tenant": t, "Tenants": c.World.Tenants(),
		"Groups": acts, "Back": "/microsoft/tenant?tenant=" + t.ID, "Count": c.World.Count(t.ID, nil)})
}

// consent is one permission that was granted, and the act that takes it back.
type consent struct {
	Name, Title, Whom string
	Withdraw          act
}

// application is the application as a tenant knows it, and its registration.
func (c *Console) application(w http.ResponseWriter, r *http.Request) {
	t, app := c.chosen(r), c.World.App()
	state := c.World.AppState(t.ID)
	become := func(label, how, note string) act {
		return act{Kind: "tenant", Label: label, Note: note, Hidden: map[string]string{"tenant": t.ID, "do": "app", "how": how}}
	}
	in := []act{{Kind: "tenant", Label: "Withdraw everything", Bad: true, Note: "Refresh tokens die: AADSTS50173.", Hidden: map[string]string{"tenant": t.ID, "do": "withdraw"}}}
	if state != directory.Switched {
		in = append(in, bad(become("Disable the application here", directory.Switched, "AADSTS7000112.")))
	}
	if state != directory.Absent {
		in = append(in, bad(become("Delete the application here", directory.Absent, "AADSTS700016; the next consent brings it back.")))
	}
	if state != directory.Present {
		in = append(in, become("Bring the application back", directory.Present, ""))
	}
	c.pages.Write(w, http.StatusOK, "application", map[string]any{
		"Here": "/microsoft/application", "Tenant": t, "Tenants": c.World.Tenants(), "App": app, "State": state, "Back": "/microsoft/application?tenant=" + t.ID,
		"Delegated": c.delegated(t), "Application": c.granted(t), "Grant": grants(t), "Groups": []group{{"The application in this tenant", in}, {"The registration", registrationActs(app)}},
	})
}

func (c *Console) delegated(t directory.Tenant) (list []consent) {
	for _, g := range c.World.Grants(t.ID) {
		whom := "Everyone, by an administrator"
		if u, found := c.World.AnyAccount(g.User); found {
			whom = u.UPN
		}
		for _, p := range directory.Permissions(g.Scopes) {
			list = append(list, consent{p.Name, p.Title, whom, act{Kind: "tenant", Label: "Withdraw", Hidden: map[string]string{"tenant": t.ID, "do": "withdraw", "scope": p.Name, "whom": g.User}}})
		}
	}
	return list
}

func (c *Console) granted(t directory.Tenant) (list []consent) {
	for _, p := range directory.Roles(c.World.Roles(t.ID)) {
		list = append(list, consent{p.Name, p.Title, "", act{Kind: "tenant", Label: "Withdraw", Hidden: map[string]string{"tenant": t.ID, "do": "withdraw", "scope": p.Name, "application": "1"}}})
	}
	return list
}

// grants are the forms that give permissions as an administrator.
func grants(t directory.Tenant) []act {
	give := func(title string, all []directory.Permission, fields map[string]string) act {
		a := act{Kind: "tenant", Label: "Grant", Field: "scope", Title: title, Hidden: map[string]string{"tenant": t.ID, "do": "grant"}}
		for name, value := range fields {
			a.Hidden[name] = value
		}
		for _, p := range all {
			a.Choices = append(a.Choices, choice{p.Name, p.Name})
		}
		return a
	}
	return []act{
		give("Delegated permission, for everyone", directory.EveryScope(), nil),
		give("Application permission", directory.EveryRole(), map[string]string{"application": "1"}),
	}
}

func registrationActs(app directory.App) []act {
	do := func(name, label, note string, on string) act {
		return act{Kind: "app", Label: label, Note: note, Hidden: map[string]string{"do": name, "on": on}}
	}
	list := []act{
		either(app.SecretExpired, do("expire", "Renew the client secret", "", ""), bad(do("expire", "Let the client secret run out", "AADSTS7000222.", "1"))),
		bad(typed(do("secret", "Replace", "AADSTS7000215 until the application knows it.", ""), "value", "Another client secret", "")),
		either(app.Removed, do("remove", "Bring the registration back", "", ""), bad(do("remove", "Delete the registration", "AADSTS700016 everywhere.", "1"))),
		typed(do("allow", "Register", "", ""), "value", "Redirect address to add", ""),
	}
	if len(app.RedirectURIs) > 0 {
		a := bad(do("forbid", "Take out", "AADSTS50011 at the sign-in.", ""))
		for _, uri := range app.RedirectURIs {
			a.Choices = append(a.Choices, choice{uri, uri})
		}
		a.Field, a.Title = "value", "Redirect address to take out"
		list = append(list, a)
	}
	return list
}

// policyRow is one application access policy, told for people.
type policyRow struct {
	graph.Policy
	Whom, State, Look string
	Remove            act
}

func (c *Console) policies(w http.ResponseWriter, r *http.Request) {
	rows := []policyRow{}
	for _, p := range c.Graph.Policies() {
		row := policyRow{Policy: p, Whom: "Everyone", State: "In force", Look: "good", Remove: act{Kind: "unpolicy", Label: "Remove", Hidden: map[string]string{"tenant": p.Tenant, "user": p.User, "after": "0s"}}}
		if u, found := c.World.AnyAccount(p.User); found {
			row.Whom = u.UPN
		}
		switch now := c.Stage.Now(); {
		case now.Before(p.From):
			row.State, row.Look = "In force from "+face.When(p.From), "warn"
		case !p.Until.IsZero():
			row.State, row.Look = "Removed; in force until "+face.When(p.Until), "warn"
		}
		rows = append(rows, row)
	}
	c.pages.Write(w, http.StatusOK, "policies", map[string]any{"Here": "/microsoft/policies", "Policies": rows, "Tenants": c.World.Tenants(), "Back": "/microsoft/policies", "App": c.World.App()})
}

func (c *Console) subscriptions(w http.ResponseWriter, _ *http.Request) {
	type line struct {
		graph.Subscription
		Acts []act
		Left string
	}
	lines := []line{}
	for _, s := range c.Graph.Subscriptions() {
		tell := func(label, event string) act {
			return act{Kind: "subscription", Label: label, Hidden: map[string]string{"subscription": s.ID, "do": event}}
		}
		lines = append(lines, line{s, []act{tell("Ask to reauthorize", "reauthorizationRequired"), tell("Tell that something was missed", "missed"), bad(tell("Remove", "subscriptionRemoved"))}, left(s.Expires.Sub(c.Stage.Now()))})
	}
	c.pages.Write(w, http.StatusOK, "subscriptions", map[string]any{"Here": "/microsoft/subscriptions", "Subscriptions": lines, "Back": "/microsoft/subscriptions"})
}

// left is how long something still lasts, for people.
func left(d time.Duration) string {
	if d > 48*time.Hour {
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

// row is one meeting with the names of its people.
type row struct {
	graph.Meeting
	Organizer string
	People    []string
	Delete    act
}

func (c *Console) meetings(w http.ResponseWriter, r *http.Request) {
	all := c.Graph.Meetings()
	slices.Reverse(all)
	page := face.PageOf(r.URL.Query().Get("page"), len(all), perPage)
	rows := []row{}
	for _, m := range all[page.From:page.To] {
		u, _ := c.World.AnyAccount(m.Organizer)
		line := row{Meeting: m, Organizer: u.UPN, Delete: act{Kind: "meeting", Label: "Delete it in Teams", Bad: true, Hidden: map[string]string{"meeting": m.ID}}}
		for _, a := range m.Attendees {
			line.People = append(line.People, a.UPN+" ("+a.Role+")")
		}
		rows = append(rows, line)
	}
	c.pages.Write(w, http.StatusOK, "meetings", map[string]any{"Here": "/microsoft/meetings", "Meetings": rows, "Page": page, "Back": "/microsoft/meetings"})
}
