package console

import (
	"net/http"
	"strconv"
	"strings"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/entra"
	"parley/internal/sandbox/face"
)

// chosen is the tenant that a page is about: the one asked for, else Harbour Bank.
func (c *Console) chosen(r *http.Request) directory.Tenant {
	first := directory.Tenant{}
	for _, t := range c.World.Tenants() { // one that is gone is shown too: it can be brought back
		if t.ID == r.URL.Query().Get("tenant") {
			return t
		}
		if t.ID == directory.HarbourBank {
			first = t
		}
	}
	return first
}

// people is the directory of a tenant, searched by whatever names a person.
func (c *Console) people(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	t, search, deleted := c.chosen(r), strings.TrimSpace(query.Get("q")), query.Get("deleted") != ""
	_, total := c.World.Search(t.ID, search, deleted, 0, 0)
	page := face.PageOf(query.Get("page"), total, perPage)
	found, _ := c.World.Search(t.ID, search, deleted, page.From, perPage)
	c.pages.Write(w, http.StatusOK, "people", map[string]any{
		"Here": "/microsoft", "Tenant": t, "Tenants": c.World.Tenants(), "Search": search, "Deleted": deleted, "People": found, "Page": page,
	})
}

func (c *Console) account(w http.ResponseWriter, r *http.Request) {
	u, ok := c.World.AnyAccount(r.PathValue("id"))
	if !ok {
		c.pages.Write(w, http.StatusNotFound, "gone", nil)
		return
	}
	t := c.tenantOf(u.Tenant)
	c.pages.Write(w, http.StatusOK, "account", map[string]any{
		"Here": "/microsoft", "User": u, "Tenant": t, "Scopes": c.World.Consented(u.Tenant, u.ID), "Back": "/microsoft/accounts/" + u.ID,
		"Groups": accountActs(u, c.World.Tenants()),
	})
}

func (c *Console) tenantOf(id string) directory.Tenant {
	for _, t := range c.World.Tenants() {
		if t.ID == id {
			return t
		}
	}
	return directory.Tenant{}
}

// group is some acts under a heading.
type group struct {
	Title string
	Acts  []act
}

func accountActs(u directory.User, tenants []directory.Tenant) []group {
	do := func(name, label, note string, fields ...string) act {
		a := act{Kind: "user", Label: label, Note: note, Hidden: map[string]string{"user": u.ID, "do": name}}
		for i := 0; i+1 < len(fields); i += 2 {
			a.Hidden[fields[i]] = fields[i+1]
		}
		return a
	}
	if u.Deleted != nil {
		return []group{{"What an administrator can do", []act{
			do("restore", "Restore this account", "It comes back with the same object ID."),
			bad(do("purge", "Delete it for good", "Delta and notifications tell it as deleted.")),
		}}}
	}
	return []group{
		{"Sessions", []act{
			do("revoke", "Revoke sessions", "Refresh tokens are refused from now on: AADSTS50173."),
			do("expire", "Let access tokens run out", "Graph answers 401 until a refresh."),
			choose(do("password", "Change the password", "Only a reset in the Entra admin center ends the application’s session."), "how", "How the password changes", passwords),
			choose(do("demand", "Demand it", demanded(u)), "code", "What the tenant’s rules demand", demandChoices()),
		}},
		{"Account", accountSwitches(u, do)},
		{"Names", []act{
			typed(do("rename", "Rename", "The object ID stays."), "to", "User Principal Name", u.UPN),
			typed(do("mail", "Change", "The old address stays as an alias."), "to", "Mail", u.Mail),
			typed(do("name", "Change", ""), "to", "Display name", u.Name),
			typed(do("alias", "Add", "Another address at which mail arrives.", "on", "1"), "address", "Alias to add", ""),
			typed(do("alias", "Take away", ""), "address", "Alias to take away", first(u.Aliases)),
		}},
		{"Going", []act{
			bad(do("delete", "Delete this account", "It can be restored.")),
			bad(choose(do("move", "Move it", "The account gets another object ID there."), "to", "Move to tenant", others(u, tenants))),
		}},
	}
}

func accountSwitches(u directory.User, do func(name, label, note string, fields ...string) act) []act {
	return []act{
		either(u.Disabled, do("disable", "Let this account sign in again", ""), bad(do("disable", "Block this account", "AADSTS50057 at the next refresh.", "on", "1"))),
		either(u.Licensed, bad(do("licence", "Take the licence away", "Meetings cannot be made: 403.")), do("licence", "Give a licence with Teams", "", "on", "1")),
		either(u.TeamsOff, do("teams", "Switch Teams on in the licence", "", "on", "1"), bad(do("teams", "Switch Teams off in the licence", "The service plan reads Deleted, in the licence Disabled."))),
		either(u.Guest, do("guest", "Make it a member", ""), do("guest", "Make it a guest", "Guests cannot list people or organize meetings.", "on", "1")),
		typed(do("use-up", "Count", "2,000 a month are the most; another is refused with 429."), "count", "Meetings made this month besides", "2000"),
	}
}

func either(is bool, yes, no act) act {
	if is {
		return yes
	}
	return no
}

func bad(a act) act {
	a.Bad = true
	return a
}

func typed(a act, field, title, value string) act {
	a.Field, a.Title, a.Value = field, title, value
	return a
}

func choose(a act, field, title string, choices []choice) act {
	a.Field, a.Title, a.Choices = field, title, choices
	return a
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

var passwords = []choice{
	{directory.ResetInEntra, "Reset in the Entra admin center"}, {directory.ResetInPortal, "Reset in the Azure portal"},
	{directory.ResetByOneself, "Reset by oneself"}, {directory.ChangedByOneself, "Changed by oneself"}, {directory.PasswordExpired, "Expired"},
}

func demandChoices() []choice {
	list := []choice{{"0", "Nothing any more"}}
	for _, code := range entra.Demands() {
		list = append(list, choice{strconv.Itoa(code), "AADSTS" + strconv.Itoa(code) + " · " + entra.Demanded(code)})
	}
	return list
}

func demanded(u directory.User) string {
	if u.Demand.Code == 0 {
		return "Nothing is demanded now."
	}
	return "Demanded now: AADSTS" + strconv.Itoa(u.Demand.Code) + "."
}

func others(u directory.User, tenants []directory.Tenant) (list []choice) {
	for _, t := range tenants {
		if t.ID != u.Tenant && t.ID != directory.PersonalTenant {
			list = append(list, choice{t.ID, t.Name})
		}
	}
	return list
}
