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
	if name == "" {
		name = "signin.later"
	}
	c.tell(name, note{Evidence: e}, "Code", e.Code)
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
	if c.delegated() {
		for _, scope := range lacking(c.p.Scopes, basicScopes) {
			c.tell("consent.missing", note{}, "Scope", scope)
		}
	}
	if missing := lacking(c.p.Scopes, fullScopes); c.fullAsked() && c.shownLess(missing) {
		c.tell("consent.level", c.me.note, "Scope", strings.Join(missing, ", "))
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

// shownLess reports whether less is shown than the full consent shows. Without
// an account the token does not say what it allows; the answers do.
func (c *chart) shownLess(missing []string) bool {
	if c.delegated() {
		return len(missing) > 0
	}
	return c.me.asked && c.me.err == nil && c.level == connector.Full && c.me.Enabled == nil
}

func (c *chart) lacks(scope string) bool {
	return c.delegated() && len(lacking(c.p.Scopes, []string{scope})) > 0
}

// readScope is the permission by which people are read.
func (c *chart) readScope() string {
	if !c.delegated() && c.fullAsked() {
		return fullScopes[0]
	}
	return basicScopes[1]
}

// seeDirectory lists a few people. Who may read themselves and nobody else is in
// a tenant that hides its directory from ordinary accounts.
func seeDirectory(ctx context.Context, c *chart) {
	var page usersPage
	err := c.ask(ctx, "users?$select="+shown(connector.Basic)+"&$top=5", &page)
	switch {
	case err == nil && c.onlyItself(page):
		c.say("directory.short")
	case err == nil:
	case fault.Is(err, fault.Limited):
		c.say("directory.throttled")
	case refusedBy(err) && c.readRefused:
		c.unseen("consent")
	case refusedBy(err) && !c.delegated():
		c.say("consent.withdrawn", "Scope", c.readScope())
	case refusedBy(err):
		c.say("directory.hidden")
	default:
		c.odd(err)
	}
}

func (c *chart) onlyItself(page usersPage) bool {
	return !slices.ContainsFunc(page.Value, func(u person) bool { return u.ID != c.p.Account.ID })
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
		c.unseen("consent")
	default:
		c.notes.last = c.tested.note
		c.odd(err)
	}
}

// host reports whether the test person can run a meeting.
func (c *chart) canHost() bool {
	e := c.tested.entry()
	return c.p.Probe != "" && c.tested.err == nil && e.Guest != connector.Yes && e.Disabled != connector.Yes
}
