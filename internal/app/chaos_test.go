package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

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
	// chaosClients is how many appointments are booked.
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

// A misfortune is one kind of failure. What the sandbox's faults cannot say is
// done by hand.
type misfortune struct {
	name  string
	fault sandbox.Fault
	act   func(v *sandbox.Server)
}

var misfortunes = []misfortune{
	{name: "429 with Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"}, Times: 5}},
	{name: "429 without Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusTooManyRequests, Times: 2}},
	{name: "500", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusInternalServerError, Times: 5}},
	{name: "503 with Retry-After", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusServiceUnavailable, Headers: map[string]string{"Retry-After": "1"}, Times: 3}},
	{name: "a proxy's page", fault: sandbox.Fault{Vendor: "graph", Status: http.StatusBadGateway, Headers: map[string]string{"Content-Type": "text/html"}, Body: "<html>Bad gateway</html>", Times: 4}},
	{name: "made, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Hangup: true, Times: 4}},
	{name: "not made, and no answer", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", Hangup: true, Times: 4}},
	{name: "made, and answered too late", fault: sandbox.Fault{Vendor: "graph", Call: "createOrGet", After: true, Status: http.StatusGatewayTimeout, Delay: sandbox.Delay(300 * time.Millisecond), Times: 3}},
	{name: "settings taken, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", After: true, Hangup: true, Times: 4}},
	{name: "settings not taken", fault: sandbox.Fault{Vendor: "graph", Call: "updateMeeting", Status: http.StatusServiceUnavailable, Times: 4}},
	{name: "deleted, and the answer lost", fault: sandbox.Fault{Vendor: "graph", Call: "deleteMeeting", After: true, Hangup: true, Times: 2}},
	{name: "not deleted", fault: sandbox.Fault{Vendor: "graph", Call: "deleteMeeting", Status: http.StatusInternalServerError, Times: 2}},
	{name: "a slow vendor", fault: sandbox.Fault{Vendor: "graph", Delay: sandbox.Delay(time.Second), Times: 4}},
	{name: "sign-in away", fault: sandbox.Fault{Vendor: "entra", Call: "token", Status: http.StatusServiceUnavailable, Times: 1}, act: expireAccess},
	{name: "renewed, and the answer lost", fault: sandbox.Fault{Vendor: "entra", Call: "token", After: true, Hangup: true, Times: 1}, act: expireAccess},
	{name: "mail refused for now", fault: sandbox.Fault{Vendor: "mail", Call: "from", Status: 451, Times: 1}},
	{name: "mail accepted, and the answer lost", fault: sandbox.Fault{Vendor: "mail", Call: "data", After: true, Hangup: true, Times: 2}},
}

func expireAccess(v *sandbox.Server) { v.ExpireAccessTokens(sandbox.Service) }

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

// A visitor is one client, who knows what the pages told them.
type visitor struct {
	*walker
	n         int
	rand      *rand.Rand
	manage    string
	join      string
	cancelled bool
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

// storm lets one misfortune after another happen, in an order that the seed
// decides. One that still waits for a call to meet it is not asked for again.
func (c *chaos) storm() {
	order := rand.New(rand.NewPCG(c.seed, 1))
	for {
		for _, i := range order.Perm(len(misfortunes)) {
			if c.over.Load() {
				return
			}
			if !c.lull.Load() && !c.waiting(misfortunes[i]) {
				c.befall(misfortunes[i])
			}
			time.Sleep(time.Duration(50+order.IntN(150)) * time.Millisecond)
			c.look()
		}
	}
}

// waiting reports whether a misfortune is not to happen now: it is still to be
// met, or too few calls went well since the last. Some get through on the worst
// of days; a vendor that only refuses is left alone for longer and longer, and
// nothing would happen at all.
func (c *chaos) waiting(m misfortune) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := side(m.fault.Vendor); c.well[s] < c.due[s] {
		return true
	}
	return slices.ContainsFunc(c.r.vendors.Faults(), func(f sandbox.Fault) bool {
		return c.kinds[f.ID] == m.name
	})
}

// side is whose day a misfortune makes worse: sign-in and Graph are Microsoft's.
func side(vendor string) string {
	if vendor == "mail" {
		return vendor
	}
	return "microsoft"
}

func (c *chaos) befall(m misfortune) {
	id := c.r.vendors.Fault(m.fault)
	c.mu.Lock()
	c.kinds[id] = m.name
	s := side(m.fault.Vendor)
	c.due[s] = c.well[s] + chaosBetween
	c.mu.Unlock()
	if m.act != nil {
		m.act(c.r.vendors.Server)
	}
}

// look counts the requests that met a fault since the last look.
func (c *chaos) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.r.vendors.Log(sandbox.Query{Since: c.seen}) {
		c.seen = e.Seq
		if e.Fault == "" && e.Status >= 200 && e.Status < 300 {
			c.well[side(e.Vendor)]++
		}
		if kind := c.kinds[e.Fault]; kind != "" {
			c.fired[kind]++
		}
	}
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
	for n, v := range c.clients {
		if (n+1)%(2*chaosClients/(chaosKills+1)) == 0 {
			c.strike()
		}
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
	address, err := h.vault.Reauthorize(ctx, c.r.admin, all[i].ID)
	c.ok(err)
	back, err := url.Parse(sandboxtest.SignIn(c.t, address, sandbox.Service))
	c.ok(err)
	_, err = h.vault.Finish(ctx, c.r.admin, back.Query())
	c.ok(err)
}

// newVisitor is a client at an address of their own: one address may not book
// five hundred times.
func (c *chaos) newVisitor(n int) *visitor {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n/200), byte(n%200+1))}, Timeout: 5 * time.Second}
	jar, _ := cookiejar.New(nil)
	w := &walker{http: &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}}}
	return &visitor{walker: w, n: n, rand: rand.New(rand.NewPCG(c.seed, uint64(n)+2))}
}

// visit books; one in four has a change of mind at once.
func (c *chaos) visit(v *visitor) error {
	if err := c.bookFor(v); err != nil {
		return fmt.Errorf("book: %w", err)
	}
	return c.perhaps(v, 8)
}

// revisit comes back later: every other client has a change of mind.
func (c *chaos) revisit(v *visitor) error {
	if v.join == "" || v.cancelled {
		return nil
	}
	return c.perhaps(v, 4)
}

// perhaps moves one in so many, and cancels as many.
func (c *chaos) perhaps(v *visitor, one int) error {
	switch v.rand.IntN(one) {
	case 0:
		if err := c.moveFor(v); err != nil {
			return fmt.Errorf("move: %w", err)
		}
	case 1:
		if err := c.cancelFor(v); err != nil {
			return fmt.Errorf("cancel: %w", err)
		}
	}
	return nil
}

// errOther says that what was wished for cannot be had: another is to be chosen.
var errOther = errors.New("not that one")

// insist tries again while the program is down; nobody knows whether what was
// asked for has happened, so do looks first.
func (c *chaos) insist(do func(ctx context.Context) error) error {
	ctx, stop := context.WithTimeout(c.t.Context(), 3*time.Minute)
	defer stop()
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// bookFor sends the form of the booking page. Who got no answer sends it again
// with the same key.
func (c *chaos) bookFor(v *visitor) error {
	key := fmt.Sprintf("chaos-%d-%d", c.seed, v.n)
	var start time.Time
	return c.insist(func(ctx context.Context) (err error) {
		if start.IsZero() {
			if start, err = c.freeTime(ctx, v); err != nil {
				return err
			}
		}
		err = c.sendBooking(ctx, v, start, key)
		if errors.Is(err, errOther) {
			start = time.Time{}
		}
		return err
	})
}

func (c *chaos) freeTime(ctx context.Context, v *visitor) (time.Time, error) {
	q := url.Values{"method": {"video"}, "staff": {"any"}, "day": {c.days[v.rand.IntN(len(c.days))]}, "month": {""}}
	if err := v.open(ctx, c.service+"?"+q.Encode()); err != nil {
		return time.Time{}, err
	}
	var free []time.Time
	for n := range v.page.Descendants() {
		if u, err := url.Parse(attr(n, "href")); err == nil && u.Query().Has("start") {
			if at, err := time.Parse(time.RFC3339, u.Query().Get("start")); err == nil {
				free = append(free, at)
			}
		}
	}
	if len(free) == 0 {
		return time.Time{}, fmt.Errorf("no free time: %w", errOther)
	}
	return free[v.rand.IntN(len(free))], nil
}

func (c *chaos) sendBooking(ctx context.Context, v *visitor, start time.Time, key string) error {
	q := url.Values{"method": {"video"}, "staff": {"any"}, "start": {start.Format(time.RFC3339)}}
	if err := v.open(ctx, c.service+"?"+q.Encode()); err != nil {
		return err
	}
	if !v.offers("email") {
		return fmt.Errorf("no form: %w", errOther)
	}
	err := v.press(ctx, "Confirm", "name", fmt.Sprintf("Client %d", v.n), "email", fmt.Sprintf("client%d@mail.example", v.n), "key", key,
		v.fieldStarting("answer.", atom.Select), "Moving home")
	if err != nil {
		return err
	}
	if v.manage, v.join = v.at.String(), v.copied("/j/"); v.join == "" {
		return fmt.Errorf("not booked (%d): %w", v.status, errOther)
	}
	v.manage, _, _ = strings.Cut(v.manage, "?")
	return nil
}

// moveFor takes another free time on the client's own page. Without an answer
// the page is asked whether it was moved: "was at" stands there then.
func (c *chaos) moveFor(v *visitor) error {
	var before time.Time
	return c.insist(func(ctx context.Context) error {
		now, err := c.timeOf(ctx, v)
		if err != nil {
			return err
		}
		if before.IsZero() {
			before = now
		}
		if !now.Equal(before) {
			return nil
		}
		if err := v.open(ctx, v.manage+"/reschedule?day="+c.days[v.rand.IntN(len(c.days))]); err != nil {
			return err
		}
		step := &tour{client: v.walker}
		if err := step.chooseSlot(ctx, v.rand.IntN(6)); err != nil {
			return err
		}
		if err := v.press(ctx, "Move the appointment"); err != nil {
			return err
		}
		return errors.New("let me look")
	})
}

// timeOf is when the client's own calendar file says that it begins.
func (c *chaos) timeOf(ctx context.Context, v *visitor) (time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.manage+"/invite.ics", nil)
	if err != nil {
		return time.Time{}, err
	}
	answer, err := v.http.Do(req)
	if err != nil {
		return time.Time{}, err
	}
	defer answer.Body.Close()
	file, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return time.Time{}, err
	}
	begins := icsBegins.FindSubmatch(file)
	if begins == nil {
		return time.Time{}, fmt.Errorf("the calendar file (status %d) has no begin: %.300s", answer.StatusCode, file)
	}
	zone, err := time.LoadLocation(string(begins[1]))
	if err != nil {
		return time.Time{}, err
	}
	return time.ParseInLocation("20060102T150405", string(begins[2]), zone)
}

// icsBegins is when the event of a calendar file begins, after the zone that it
// is told in.
var icsBegins = regexp.MustCompile(`(?s)BEGIN:VEVENT.*?DTSTART;TZID=([^:\r\n]+):(\d{8}T\d{6})`)

func (c *chaos) cancelFor(v *visitor) error {
	err := c.insist(func(ctx context.Context) error {
		if err := v.open(ctx, v.manage); err != nil {
			return err
		}
		if v.shows("cancelled") {
			return nil
		}
		if err := v.open(ctx, v.manage+"/cancel"); err != nil {
			return err
		}
		if err := v.press(ctx, "Cancel the appointment"); err != nil {
			return err
		}
		return errors.New("let me look")
	})
	v.cancelled = err == nil
	return err
}

// enough waits, as long as there is work left for the storm to meet, until it has
// done what it came for.
func (c *chaos) enough() {
	for deadline := time.Now().Add(chaosCalm); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		c.look()
		c.mu.Lock()
		total := 0
		for _, n := range c.fired {
			total += n
		}
		done := total >= chaosFaultsLeast && len(c.fired) == len(misfortunes)
		c.mu.Unlock()
		if done || len(c.alive()) == c.wanted() {
			return
		}
	}
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
