package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/sandbox/directory"
	"parley/internal/sandbox/stage"
)

// warnBefore is how long before its end a subscriber is asked to renew; Microsoft does not say when it asks.
const warnBefore = 24 * time.Hour

// notice is one thing to tell a subscriber.
type notice struct {
	change    string
	user      string
	lifecycle string
}

// notifier keeps the subscriptions and tells them what happens, in the background. Its lock is never held while the
// world or Graph is asked, for both tell it things while they are locked.
type notifier struct {
	stage  *stage.Stage
	client *http.Client
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu   sync.Mutex
	list []*Subscription
}

func newNotifier(s *stage.Stage) *notifier {
	n := &notifier{stage: s, client: &http.Client{Timeout: tellTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	s.Clock.OnMove(n.tick)
	n.work.Go(n.watch)
	return n
}

// reset forgets the subscriptions and what was still to be told, also what is
// being repeated.
func (n *notifier) reset() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.list {
		s.forgotten, s.waiting = true, nil
	}
	n.list = nil
}

// close ends what is being told and waits for it.
func (n *notifier) close() {
	n.mu.Lock()
	n.list = nil
	n.mu.Unlock()
	n.cancel()
	n.work.Wait()
	n.client.CloseIdleConnections()
}

func (n *notifier) add(s *Subscription) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, s)
}

// owns tells whether a subscription is the caller's: of the same application, tenant and, with a user, the user.
func (s *Subscription) owns(c caller) bool {
	creator := c.ID
	if c.grant.Application {
		creator = c.grant.Client
	}
	return s.Tenant == c.Tenant && s.App == c.grant.Client && s.Creator == creator
}

func (n *notifier) of(c caller) (list []Subscription) {
	for _, s := range n.all() {
		if s.owns(c) {
			list = append(list, s)
		}
	}
	return list
}

// count is how many subscriptions an application has in a tenant, whoever made them.
func (n *notifier) count(c caller) (count int) {
	for _, s := range n.all() {
		if s.Tenant == c.Tenant && s.App == c.grant.Client {
			count++
		}
	}
	return count
}

// all are copies of the subscriptions that have not run out.
func (n *notifier) all() []Subscription {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sweep()
	list := []Subscription{}
	for _, s := range n.list {
		c := *s
		c.waiting = nil
		list = append(list, c)
	}
	return list
}

// sweep warns of subscriptions that end soon and drops those that ended. It wants the lock held.
func (n *notifier) sweep() {
	now := n.stage.Now()
	for _, s := range n.list {
		lead := min(warnBefore, s.Expires.Sub(s.Renewed)/4)
		if !s.warned && s.Lifecycle != "" && !now.Before(s.Expires.Add(-lead)) {
			s.warned = true
			n.put(s, notice{lifecycle: "reauthorizationRequired"})
		}
	}
	n.list = slices.DeleteFunc(n.list, func(s *Subscription) bool { return !now.Before(s.Expires) })
}

// watch looks at the subscriptions as time passes.
func (n *notifier) watch() {
	for n.rest(time.Second) {
		n.tick()
	}
}

func (n *notifier) tick() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sweep()
}

func (n *notifier) change(id string, change func(*Subscription)) (Subscription, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.list {
		if s.ID == id {
			change(s)
			return *s, true
		}
	}
	return Subscription{}, false
}

func (n *notifier) remove(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	before := len(n.list)
	n.list = slices.DeleteFunc(n.list, func(s *Subscription) bool { return s.ID == id })
	return len(n.list) < before
}

// heard takes a change of the directory. It is called while the world is locked.
func (n *notifier) heard(c directory.Change) {
	kind := "updated"
	if c.Kind == directory.Purged {
		kind = "deleted"
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.list {
		one := usersForm.FindStringSubmatch(s.Resource)[1]
		if s.Tenant == c.Tenant && strings.Contains(s.ChangeType, kind) && (one == "" || strings.EqualFold(one, c.User)) {
			n.put(s, notice{change: kind, user: c.User})
		}
	}
}

// Subscriptions lists the subscriptions that have not run out.
func (g *Graph) Subscriptions() []Subscription { return g.notifier.all() }

// Lifecycle tells a subscriber what Microsoft has to say about the subscription itself: reauthorizationRequired, missed
// or subscriptionRemoved, which also removes it. It tells whether there is such a subscription and event.
func (g *Graph) Lifecycle(id, event string) bool {
	if !slices.Contains([]string{"reauthorizationRequired", "missed", "subscriptionRemoved"}, event) {
		return false
	}
	_, found := g.notifier.change(id, func(s *Subscription) {
		if s.Lifecycle != "" {
			g.notifier.put(s, notice{lifecycle: event})
		}
	})
	if event == "subscriptionRemoved" {
		g.notifier.remove(id)
	}
	return found
}

// Close ends what is being told in the background.
func (g *Graph) Close() { g.notifier.close() }
