package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"parley/internal/db"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
	"parley/internal/web/page/admin"
)

// The program books, moves and cancels 500 video appointments while everything
// around it fails and it is killed again and again. In the end every client's
// join link leads to one live meeting at the time that the client was told, and
// nothing else is left at the vendor. What is compared is the vendor's own list
// and what clients saw, never the program's tables.

const (
	// chaosClients is how many appointments are booked at least.
	chaosClients = 500
	// chaosFaultsLeast is how many faults must really have fired, so that a quiet
	// run is no proof.
	chaosFaultsLeast = 200
	// chaosWorkers is how many clients are busy at once.
	chaosWorkers = 8
	// chaosBetween is how many calls go well between two misfortunes of a vendor.
	chaosBetween = 6
	// chaosKills is how often the program is killed.
	chaosKills = 8
	// chaosCalm is how long everything may take to come right once all is well.
	chaosCalm = 4 * time.Minute
)

// chaos is one run.
type chaos struct {
	*victim
	seed    uint64
	service string
	days    []string
	// kinds tells the kind of a fault by its id, seen the requests that were
	// counted, fired how often each kind was met.
	mu    sync.Mutex
	kinds map[string]string
	seen  int
	fired map[string]int
	// well counts what Microsoft and the mail server answered well, due is how much
	// of it there has to be before they refuse anybody again.
	well, due map[string]int

	clients []*visitor
	over    atomic.Bool
	// lull holds the storm while nothing but the sign-in is wrong.
	lull   atomic.Bool
	kills  int
	deaths int
}

// TestChaosProve is told its seed by PARLEY_SEED, else takes a new one.
func TestChaosProve(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: it builds the program and takes minutes")
	}
	c := &chaos{victim: newRange(t).at(t), seed: seedOf(t), kinds: map[string]string{}, fired: map[string]int{}, well: map[string]int{}, due: map[string]int{}}
	t.Logf("seed %d (PARLEY_SEED repeats the plan)", c.seed)
	c.start()
	c.offered()
	var around sync.WaitGroup
	around.Go(c.storm)
	c.run()
	c.enough()
	c.over.Store(true)
	around.Wait()
	c.calm()
	c.judge()
	c.count()
	if t.Failed() {
		c.confess()
	}
}

func seedOf(t *testing.T) uint64 {
	if text := os.Getenv("PARLEY_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return seed
	}
	return rand.Uint64()
}

// offered finds the days that a client is offered.
func (c *chaos) offered() {
	c.t.Helper()
	today := time.Now().UTC()
	for i := 2; i < 55; i++ {
		c.days = append(c.days, today.AddDate(0, 0, i).Format(time.DateOnly))
	}
	c.service = c.cfg.BaseURL + "/book/" + demoSlug + "/mortgage-advice"
}

// run lets all clients do what they came for, and kills the program meanwhile:
// first they book, and some change their minds at once; then, when most have
// their meetings, they move and cancel.
func (c *chaos) run() {
	for n := range chaosClients {
		c.clients = append(c.clients, c.newVisitor(n))
	}
	c.round(c.visit)
	c.round(c.revisit)
}

func (c *chaos) round(visit func(v *visitor) error) {
	c.each(c.clients, visit, func(n int) {
		if (n+1)%(2*chaosClients/(chaosKills+1)) == 0 {
			c.strike()
		}
	})
}

// each lets some clients be busy at once; before the n-th begins, between happens.
func (c *chaos) each(all []*visitor, visit func(v *visitor) error, between func(n int)) {
	queue := make(chan *visitor)
	var busy sync.WaitGroup
	for range chaosWorkers {
		busy.Go(func() {
			for v := range queue {
				if err := visit(v); err != nil {
					c.t.Errorf("client %d: %v", v.n, err)
				}
			}
		})
	}
	for n, v := range all {
		between(n)
		queue <- v
	}
	close(queue)
	busy.Wait()
}

// strike kills the program in the middle of its work and starts it again. Every
// third time the account's sign-in was revoked meanwhile, and somebody signs in
// again.
func (c *chaos) strike() {
	c.kills++
	c.victim.kill()
	if c.kills%3 == 0 {
		c.r.vendors.RevokeTokens(sandbox.Service)
		c.r.vendors.ExpireAccessTokens(sandbox.Service)
		c.deaths++
		c.lull.Store(true)
		c.r.vendors.ClearFaults()
		c.start()
		c.ok(c.insist(c.stopped))
		c.end(syscall.SIGTERM)
		c.signInAgain()
		c.lull.Store(false)
	}
	c.start()
}

// stopped reports whether the program has noticed that its sign-in is dead.
func (c *chaos) stopped(ctx context.Context) error {
	admin := c.administrator()
	if err := admin.open(ctx, c.cfg.BaseURL+"/settings/video"); err != nil {
		return err
	}
	if !admin.shows("Needs reauthorization") {
		return fmt.Errorf("nobody noticed: %s", admin.said())
	}
	return nil
}

// administrator is signed in since before the run.
func (c *chaos) administrator() *walker {
	w := newWalker()
	base, err := url.Parse(c.cfg.BaseURL)
	c.ok(err)
	w.http.Jar.SetCookies(base, []*http.Cookie{c.r.session})
	return w
}

// signInAgain reauthorizes the connection while the program is down: the
// browser's part is the same, and it leaves the pages to their own tests.
func (c *chaos) signInAgain() {
	c.t.Helper()
	c.r.vendors.AllowRedirect(c.cfg.BaseURL + admin.CallbackPath)
	ctx := c.t.Context()
	h, err := open(ctx, c.cfg, quiet, nil, false)
	c.ok(err)
	defer h.db.Close()
	all, err := h.vault.Connections(ctx, h.db, c.r.org.ID)
	c.ok(err)
	i := slices.IndexFunc(all, func(k vault.Connection) bool { return k.State == vault.NeedsReauthorization })
	if i < 0 {
		c.t.Fatal("no connection needs reauthorization")
	}
	address, err := h.vault.ReauthorizeAs(ctx, c.r.admin, all[i].ID, nil)
	c.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(c.t, address, sandbox.Service))
	c.ok(err)
	_, err = h.vault.Finish(ctx, c.r.admin, back.Query())
	c.ok(err)
}

// enough has more clients come and change their minds, until the storm has done what
// it came for: how much it does in a given time is the machine's matter. They come
// when there is little left to be done for those who were there, and every three
// seconds.
func (c *chaos) enough() {
	came := time.Now()
	for !c.stormed() && len(c.clients) < 2*chaosClients {
		if c.wanted()-len(c.alive()) > 3*chaosWorkers && time.Since(came) < 3*time.Second {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		came = time.Now()
		var more []*visitor
		for range chaosWorkers {
			more = append(more, c.newVisitor(len(c.clients)+len(more)))
		}
		c.clients = append(c.clients, more...)
		c.each(more, func(v *visitor) error {
			if err := c.bookFor(v); err != nil {
				return fmt.Errorf("book: %w", err)
			}
			return c.perhaps(v, 2)
		}, func(int) {})
	}
}

// stormed reports whether enough faults of every kind have fired.
func (c *chaos) stormed() bool {
	c.look()
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for _, n := range c.fired {
		total += n
	}
	return total >= chaosFaultsLeast && len(c.fired) == len(misfortunes)
}

// wanted is how many meetings there should be.
func (c *chaos) wanted() (n int) {
	for _, v := range c.clients {
		if v.join != "" && !v.cancelled {
			n++
		}
	}
	return n
}

// calm lets the vendors be well, and waits until as many meetings are there as
// are wanted and nothing moves any more.
func (c *chaos) calm() {
	c.t.Helper()
	c.r.vendors.ClearFaults()
	want := c.wanted()
	deadline, quiet, last := time.Now().Add(chaosCalm), 0, 0
	for quiet < 6 {
		if time.Now().After(deadline) {
			c.t.Errorf("after %s Microsoft holds %d meetings, want %d", chaosCalm, len(c.alive()), want)
			return
		}
		time.Sleep(500 * time.Millisecond)
		calls := len(c.r.vendors.Log(sandbox.Query{Vendor: "graph", Since: last}))
		if all := c.r.vendors.Log(sandbox.Query{}); len(all) > 0 {
			last = all[len(all)-1].Seq
		}
		if quiet++; calls > 0 || len(c.alive()) != want {
			quiet = 0
		}
	}
}

// alive are the meetings that Microsoft holds for this installation.
func (c *chaos) alive() []sandbox.Meeting {
	return slices.DeleteFunc(c.made(), func(m sandbox.Meeting) bool { return m.Deleted != nil })
}

// judge goes through every client's link.
func (c *chaos) judge() {
	c.t.Helper()
	byLink := map[string]sandbox.Meeting{}
	for _, m := range c.alive() {
		if _, two := byLink[m.JoinWebURL]; two {
			c.t.Errorf("two meetings have one link")
		}
		byLink[m.JoinWebURL] = m
	}
	used := map[string]int{}
	for _, v := range c.clients {
		if err := c.led(v, byLink, used); err != nil {
			c.t.Errorf("client %d: %v", v.n, err)
		}
	}
	for link, m := range byLink {
		if used[link] != 1 {
			c.t.Errorf("%d clients are led to the meeting %q at %s", used[link], m.Subject, m.Start)
		}
	}
}

// led follows a client's join link.
func (c *chaos) led(v *visitor, byLink map[string]sandbox.Meeting, used map[string]int) error {
	ctx := c.t.Context()
	if v.join == "" {
		return errors.New("was never booked")
	}
	if err := v.open(ctx, v.join); err != nil {
		return err
	}
	if v.cancelled {
		if v.find(func(n *html.Node) bool { return strings.Contains(wordsOf(n), "Join now") && attr(n, "href") != "" }) != nil {
			return errors.New("a cancelled appointment can be joined")
		}
		return nil
	}
	if err := v.follow(ctx, "Join now"); err != nil {
		return err
	}
	m, ok := byLink[v.at.String()]
	if !ok {
		return fmt.Errorf("the link leads to %s, which is no live meeting", v.at.Path)
	}
	used[m.JoinWebURL]++
	told, err := c.timeOf(ctx, v)
	if err != nil {
		return err
	}
	if !m.Start.Equal(told) {
		return fmt.Errorf("the meeting begins at %s, the client was told %s", m.Start, told)
	}
	return nil
}

// confess shows what the program has in mind about meetings that are not at rest,
// for whoever looks into a failure.
func (c *chaos) confess() {
	c.end(syscall.SIGTERM)
	ctx := c.t.Context()
	h, err := open(ctx, c.cfg, quiet, nil, false)
	c.ok(err)
	defer h.db.Close()
	lines, err := db.Values[string](ctx, h.db, `SELECT COALESCE(m.title || ': meeting ' || m.id || ' ' || m.state || ', link ' || m.link || ' ' || m.link_reason || ', conference ' || c.state ||
		', asked ' || CAST(c.asked_at AS TEXT) || ', retry ' || CAST(c.retry_at AS TEXT) || ', attempt ' || CAST(c.attempt AS TEXT) || ' ' || c.reason, m.title || ' has no conference')
		FROM meetings m LEFT JOIN conferences c ON c.org_id = m.org_id AND c.meeting_id = m.id
		WHERE m.org_id = $1 AND m.mode = 'video' AND ((c.state IS NULL AND m.state = 'agreed') OR c.state NOT IN ('live', 'gone') OR m.link NOT IN ('ready', 'none') OR (c.state = 'live' AND m.state = 'cancelled')) LIMIT 40`, c.r.org.ID)
	c.ok(err)
	jobs, err := db.Values[string](ctx, h.db, `SELECT key || ' due ' || CAST(due_at AS TEXT) || ' attempt ' || CAST(attempt AS TEXT) || ' ' || said FROM jobs WHERE key LIKE 'meet%' LIMIT 40 /* every organization: a test's own look */`)
	c.ok(err)
	for _, line := range append(lines, jobs...) {
		c.t.Log(line)
	}
}

// count says what really happened, and fails when it was too little.
func (c *chaos) count() {
	c.look()
	total, cancelled := 0, 0
	for _, m := range misfortunes {
		total += c.fired[m.name]
		c.t.Logf("%5d x %s", c.fired[m.name], m.name)
		if c.fired[m.name] == 0 {
			c.t.Errorf("%q never happened", m.name)
		}
	}
	for _, v := range c.clients {
		if v.cancelled {
			cancelled++
		}
	}
	c.t.Logf("%d faults of %d kinds, %d kills, %d dead sign-ins; %d appointments, %d of them cancelled; %d meetings made, %d live",
		total, len(c.fired), c.kills, c.deaths, len(c.clients), cancelled, len(c.made()), len(c.alive()))
	if total < chaosFaultsLeast {
		c.t.Errorf("%d faults fired, want %d at least", total, chaosFaultsLeast)
	}
}
