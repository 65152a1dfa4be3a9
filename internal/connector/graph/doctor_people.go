package graph

import (
	"context"
	"slices"
	"strings"

	"parley/internal/connector"
	"parley/internal/fault"
)

// seeSignIn uses the token for the first time: to read the account itself, or
// the test person where no account signed in.
func seeSignIn(ctx context.Context, c *chart) {
	if c.graph == nil {
		c.away = forToken
		c.refused()
		return
	}
	if id := c.first(); id != "" {
		c.me = c.read(ctx, id)
	} else {
		c.me.err = c.ask(ctx, "users?$select=id&$top=1", nil)
	}
	if !c.delegated() {
		c.tested = c.me
	}
	if c.me.err != nil && !refusedBy(c.me.err) {
		c.blamed(c.me.err)
	}
}

// refused says why the vault could not lend a client.
func (c *chart) refused() {
	e, _ := connector.EvidenceOf(c.p.Refused)
	name := judge(c.p.Refused)
	switch {
	case name == "":
		name = "signin.later"
	case name == "app.unknown" && !c.said[name]:
		// The application itself is known: it is the tenant that lost it.
		name = "app.absent"
	}
	c.tell(name, note{Evidence: e}, spoken(c.p.Refused, e)...)
}

func (c *chart) first() string {
	if c.delegated() {
		return c.p.Account.ID
	}
	return c.p.Probe
}

// seeAccount looks at the service account as Microsoft shows it.
func seeAccount(ctx context.Context, c *chart) {
	switch {
	case fault.Is(c.me.err, fault.NotFound):
		c.tell("account.gone", c.me.note)
	case refusedBy(c.me.err):
		c.unseen("consent")
	case c.me.err != nil:
		c.notes.last = c.me.note
		c.odd(c.me.err)
	}
	if c.me.err == nil {
		c.wrongWith(c.me, "account")
	}
}

// wrongWith says what a person's own entry shows. What the level of consent
// does not show is not spoken of; that a name was made for somebody invited from
// elsewhere, everybody sees.
func (c *chart) wrongWith(r reading, who string) {
	e := r.entry()
	switch {
	case e.Guest == connector.Yes:
		c.tell(who+".guest", r.note)
	case e.Guest == connector.Unknown && strings.Contains(strings.ToUpper(e.SignInName), "#EXT#"):
		c.tell(who+".external", r.note)
	}
	if e.Disabled == connector.Yes {
		c.tell(who+".disabled", r.note)
	}
	if e.Licensed == connector.No {
		c.tell(who+".licence", r.note)
	}
}

// seeConsent compares what was granted with what is needed, and with what
// Microsoft lets us do.
func seeConsent(_ context.Context, c *chart) {
	for _, scope := range needed(c.p.Settings) {
		if c.lacks(scope) {
			c.tell("consent.missing", note{}, "Scope", scope)
		}
	}
	if lost := c.shownLess(); len(lost) > 0 {
		c.tell("consent.level", c.me.note, "Scope", strings.Join(lost, ", "))
	}
	switch {
	case refusedBy(c.me.err):
		c.readRefused = true
		if scope := c.readScope(); !c.lacks(scope) {
			c.tell("consent.withdrawn", c.me.note, "Scope", scope)
		}
	case c.away != "" && len(c.found) == 0:
		c.unseen(c.away)
	}
}

// shownLess are the permissions of the full consent that was asked for and is
// not there. Without an account the token does not say what it allows; the
// answers do.
func (c *chart) shownLess() []string {
	if levelOf(c.p.Settings) != connector.Full {
		return nil
	}
	seen := c.me.asked && c.me.err == nil
	if !c.delegated() && seen && c.me.Enabled == nil {
		return fullScopes
	}
	return lacking(c.p.Scopes, fullScopes)
}

// lacks reports whether a permission is known not to have been granted.
func (c *chart) lacks(scope string) bool {
	return len(c.p.Scopes) > 0 && len(lacking(c.p.Scopes, []string{scope})) > 0
}

// readScope is the permission by which people are read.
func (c *chart) readScope() string {
	if !c.delegated() && levelOf(c.p.Settings) == connector.Full {
		return fullScopes[0]
	}
	return needed(c.p.Settings)[1]
}

// seeDirectory lists a few people. Who may read themselves and nobody else is in
// a tenant that hides its directory from ordinary accounts.
func seeDirectory(ctx context.Context, c *chart) {
	var page usersPage
	err := c.ask(ctx, "users?$select="+shown(connector.Basic)+"&$top=10", &page)
	for _, u := range page.Value {
		if u.ID != c.p.Account.ID && u.ID != c.p.Probe {
			c.others = append(c.others, u.ID)
		}
	}
	switch {
	case err == nil && !slices.ContainsFunc(page.Value, func(u person) bool { return u.ID != c.p.Account.ID }):
		c.say("directory.short")
	case err == nil:
	case fault.Is(err, fault.Limited):
		c.say("directory.throttled")
	case refusedBy(err) && c.readRefused:
		c.unseen("consent")
	case refusedBy(err) && c.said["account.guest"]:
		c.unseen("guest")
	case refusedBy(err) && !c.delegated():
		c.say("consent.withdrawn", "Scope", c.readScope())
	case refusedBy(err):
		c.say("directory.hidden")
	default:
		c.odd(err)
	}
}

// seePerson reads the test person.
func seePerson(ctx context.Context, c *chart) {
	if c.p.Probe == "" {
		c.say("person.none")
		return
	}
	if !c.tested.asked {
		c.tested = c.read(ctx, c.p.Probe)
	}
	err := c.tested.err
	switch {
	case err == nil:
		c.wrongWith(c.tested, "person")
	case fault.Is(err, fault.NotFound):
		c.tell("person.gone", c.tested.note)
	case refusedBy(err):
		c.hidden()
	default:
		c.notes.last = c.tested.note
		c.odd(err)
	}
}

// canHost reports whether the test person can run a meeting.
func (c *chart) canHost() bool {
	e := c.tested.entry()
	return c.p.Probe != "" && c.tested.err == nil && e.Guest != connector.Yes && e.Disabled != connector.Yes
}

// hidden says why Microsoft does not show the test person. An account that may read
// itself and not them is in a tenant that hides its directory.
func (c *chart) hidden() {
	switch {
	case c.said["account.guest"]:
		c.unseen("guest")
	case c.readRefused || !c.delegated():
		c.unseen("consent")
	case c.said["directory.short"]:
		c.unseen(forDirectory)
	default:
		c.tell("directory.hidden", c.tested.note)
	}
}
