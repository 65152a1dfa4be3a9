package graph

import (
	"context"
	"net/url"
	"strings"
	"time"

	"parley/internal/connector"
)

// soon is how long before its end our proof is spoken of: making a new one and
// entering it takes some organizations weeks.
const soon = 30 * 24 * time.Hour

// seeTenant reads the tenant's public document, which needs no sign-in.
func seeTenant(ctx context.Context, c *chart) {
	_, err := c.login.discover(ctx, c.p.Settings[AnswerTenant])
	if err == nil {
		return
	}
	n := c.notes.last
	if name := n.reach(err); name != "" {
		c.noLogin = forLogin
		c.say(name, "Host", hostOf(n.Call))
		return
	}
	if name := judge(err); name != "" {
		c.noLogin = forTenant
		c.say(name)
		return
	}
	c.noLogin = forLogin
	c.odd(err)
}

// seeRegistration looks at our own proof, and tries it: a token of the
// application itself needs nobody's consent.
func seeRegistration(ctx context.Context, c *chart) {
	if !c.p.Registration.Complete() {
		c.say("app.unset")
		return
	}
	ends, ok := c.proofEnds()
	if !ok {
		return
	}
	if c.noLogin != "" {
		c.unseen(c.noLogin)
		c.expiring(ends, false)
		return
	}
	refused := c.tryApp(ctx)
	c.expiring(ends, !refused)
}

// proofEnds is when our proof ends, as far as anybody knows; not ok when it is
// no proof at all.
func (c *chart) proofEnds() (ends time.Time, ok bool) {
	if c.p.Registration.Certificate.Empty() {
		return c.p.SecretEnds, true
	}
	own, err := connector.ReadCertificate(c.p.Registration.Certificate)
	switch {
	case err != nil:
		c.say("app.certificate.unreadable")
		return ends, false
	case own.Ends.Before(c.p.Now):
		c.say("app.certificate.expired")
	case own.Begins.After(c.p.Now):
		c.say("app.clock")
	}
	return own.Ends, true
}

// expiring speaks of the end of our proof. A date that has passed while
// Microsoft still takes the proof was entered wrong.
func (c *chart) expiring(ends time.Time, taken bool) {
	left := ends.Sub(c.p.Now)
	switch {
	case ends.IsZero(), left > soon:
	case left > 0:
		c.tell("app.expiring", note{}, "Count", int(left.Hours()/24)+1, "Date", ends)
	case taken:
		c.tell("app.date", note{}, "Date", ends)
	case c.noLogin != "":
		c.tell("app.expired", note{})
	}
}

// tryApp tries our proof. An error without a call is that of making it.
func (c *chart) tryApp(ctx context.Context) (refused bool) {
	err := c.login.taken(ctx, c.p.Registration, c.p.Settings[AnswerTenant], explainRenewal)
	if err == nil {
		return false
	}
	n := c.notes.last
	name := n.reach(err)
	switch {
	case n.Call == "":
		c.say("app.certificate.unreadable")
	case name != "":
		c.say(name, "Host", hostOf(n.Call))
	case c.appFault(n) != "":
		c.say(c.appFault(n))
	case n.Code == "":
		c.odd(err)
	default:
		c.say("app.refused", "Code", n.Code)
	}
	return true
}

// appFault is the fault of a number that is about our registration or the tenant.
func (c *chart) appFault(n note) string {
	name := ofNumber(readRefusal(n.body).number())
	if strings.HasPrefix(name, "app.") || strings.HasPrefix(name, "tenant.") {
		return name
	}
	return ""
}

// seeRedirect can only look at the address itself: whether it is registered is
// said at a sign-in and nowhere else.
func seeRedirect(_ context.Context, c *chart) {
	if c.p.Refused != nil && judge(c.p.Refused) == "redirect.unregistered" {
		c.say("redirect.unregistered")
		return
	}
	if !registrable(c.p.RedirectURL) {
		c.say("redirect.insecure")
	}
}

// registrable reports whether the portal takes an address: with https, or on
// this machine.
func registrable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || loopback(u))
}
