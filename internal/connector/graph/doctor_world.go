package graph

import (
	"context"
	"crypto/rand"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// lateRenewal is how near the end of a subscription is when its renewal, which
// comes at half of its life, must have failed.
const lateRenewal = 48 * time.Hour

// subscriptions are those that Microsoft keeps for our application.
type subscriptions struct {
	Value []struct {
		ID       string    `json:"id"`
		Resource string    `json:"resource"`
		Address  string    `json:"notificationUrl"`
		Ends     time.Time `json:"expirationDateTime"`
	} `json:"value"`
}

// seeNotifications asks for the subscription that there is, or tries one that it
// ends again: Microsoft calls our address before it promises anything.
func seeNotifications(ctx context.Context, c *chart) {
	if !registrable(c.p.NotifyURL) {
		c.say("notify.insecure")
		return
	}
	var all subscriptions
	if err := c.ask(ctx, "subscriptions", &all); err != nil {
		c.notNotified(err)
		return
	}
	if ends := all.ends(c.p.NotifyURL); !ends.IsZero() {
		if ends.Sub(c.p.Now) < lateRenewal {
			c.say("notify.expiring", "Ends", ends)
		}
		return
	}
	made, err := c.vendor.Changes.Subscribe(ctx, c.graph, c.p.NotifyURL, connector.NewSecret(rand.Text()), c.p.Now.Add(time.Hour))
	if err != nil {
		c.notNotified(err)
		return
	}
	if err := c.vendor.Changes.Unsubscribe(ctx, c.graph, made.ID); err != nil {
		c.odd(err)
	}
}

// ends is when the last subscription with an address ends; zero when there is
// none. One that was replaced, or only tried, may stand before it until it ends.
func (s subscriptions) ends(address string) (last time.Time) {
	for _, one := range s.Value {
		if one.Address == address && one.Ends.After(last) {
			last = one.Ends
		}
	}
	return last
}

// notNotified tells an address that Microsoft cannot reach from a refusal.
func (c *chart) notNotified(err error) {
	n := c.notes.of(err)
	switch {
	case fault.Is(err, fault.Limited):
		c.tell("reach.throttled", n)
	case fault.Is(err, fault.Invalid) && (n.Code == "ValidationError" || n.says("validation request failed")):
		c.tell("notify.unreachable", n)
	case refusedBy(err):
		c.tell("notify.refused", n)
	default:
		c.odd(err)
	}
}

// The differences of clocks that are spoken of: between our two machines what
// the sign-in's own checks would feel, and from Microsoft what its answers, told
// in whole seconds and late, can prove.
const (
	apartMost = 5 * time.Second
	skewMost  = 2 * time.Minute
)

// seeClock compares the clocks of the database and of this machine with
// Microsoft's, and blames the one that is wrong.
func seeClock(_ context.Context, c *chart) {
	apart := c.p.Clock.Sub(c.p.Now).Abs()
	machine, known := c.notes.ahead(c.p.Clock.Add(-c.p.Moved))
	database, _ := c.notes.ahead(c.p.Now.Add(-c.p.Moved))
	n := c.notes.date
	switch {
	case !known && apart > apartMost:
		c.tell("clock.apart", note{}, "Apart", apart.Round(time.Second))
	case !known:
		c.unseen(forReach)
	case machine.Abs() > skewMost && database.Abs() > skewMost && apart <= apartMost:
		c.tell("clock.both", n, "Apart", machine.Abs().Round(time.Second))
	case machine.Abs() > skewMost || apart > apartMost && machine.Abs() > database.Abs():
		c.tell("clock.machine", n, "Apart", machine.Abs().Round(time.Second))
		if database.Abs() > skewMost {
			c.tell("clock.database", n, "Apart", database.Abs().Round(time.Second))
		}
	case database.Abs() > skewMost || apart > apartMost:
		c.tell("clock.database", n, "Apart", database.Abs().Round(time.Second))
	}
}
