package notify

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// TestMain asks that lanes leave no goroutine behind. The one ignored belongs to
// dbtest, which keeps a connection to its server for the whole run.
func TestMain(m *testing.M) {
	if spec := os.Getenv(childEnv); spec != "" {
		var c child
		if err := c.from(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // it was to be killed
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// A house is an organization with some people, a Notify and a mail server that
// the test scripts.
type house struct {
	t      testing.TB
	d      *db.DB
	n      *Notify
	orgs   *org.Orgs
	org    org.Organization
	people []string
	post   *post
	jobs   *job.Runner
}

var linkKeys = LinkKeys{Current: "k1", Keys: map[string][]byte{"k1": []byte("0123456789abcdef0123456789abcdef")}}

func newHouse(t testing.TB, d *db.DB, people int) *house {
	t.Helper()
	h := &house{t: t, d: d, post: &post{}, orgs: org.Open(d, quiet)}
	h.found("Harbour Bank")
	h.addPeople(people)
	h.n = h.process()
	h.jobs = job.New(d, quiet)
	h.n.Handle(h.jobs)
	return h
}

// found makes the house's organization.
func (h *house) found(name string) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		h.org, err = h.orgs.Create(ctx, tx, org.Organization{Name: name, Lang: "en", Zone: "Europe/London"})
		return err
	})
}

// neighbour is another organization that uses the same mail server.
func (h *house) neighbour() *house {
	h.t.Helper()
	other := *h
	other.people = nil
	other.found("Dockside Credit Union")
	return &other
}

// process is one more program on the same database.
func (h *house) process() *Notify {
	h.t.Helper()
	n, err := New(Config{
		DB: h.d, Orgs: h.orgs, Log: quiet, BaseURL: "https://parley.example/", Keys: linkKeys, Mail: h.post.mailer,
		Vault: vault.New(vault.Config{DB: h.d, Orgs: h.orgs, Log: quiet, Vendors: []connector.Vendor{
			{Name: "relay"}, {Name: "paced", Limits: connector.Limits{Gap: pacedGap}},
		}}),
	})
	h.ok(err)
	return n
}

func (h *house) addPeople(count int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := len(h.people); i < count; i++ {
			lang := []string{"en", "fr"}[i%2]
			p, err := h.orgs.AddOrFindClient(ctx, tx, h.org.ID, fmt.Sprintf("Client %d", i), fmt.Sprintf("c%d@example.org", i), "", lang, "Europe/Paris")
			if err != nil {
				return err
			}
			h.people = append(h.people, p.ID)
		}
		return nil
	})
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	h.ok(h.d.Tx(context.Background(), do))
}

func (h *house) notice(key string, to ...string) Notice {
	return Notice{OrgID: h.org.ID, Key: key, Kind: "appointment.confirmed", Urgency: Personal, To: to, About: "appointment-1", Card: trial}
}

var trial = card.Trial("Harbour Bank", "Eleanor Price", time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), "Europe/London")

func (h *house) tell(notices ...Notice) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Tell(ctx, tx, notices...) })
}

func (h *house) runJobs() {
	h.t.Helper()
	_, err := h.jobs.RunDue(context.Background(), 100)
	h.ok(err)
}

func (h *house) drain() {
	h.t.Helper()
	h.ok(h.n.Drain(context.Background()))
}

func (h *house) advance(by time.Duration) { dbtest.ClockOf(h.d).Advance(by) }

func (h *house) ledger() []Delivery {
	h.t.Helper()
	all, err := h.n.Ledger(context.Background(), h.d, h.org.ID, "appointment-1")
	h.ok(err)
	return all
}

func (h *house) counts(key string) Counts {
	h.t.Helper()
	c, err := h.n.Counts(context.Background(), h.d, h.org.ID, key)
	h.ok(err)
	return c
}

// pacedGap is the gap of the gate "paced"; the gate "relay" has none.
const pacedGap = 10 * time.Millisecond

// A post is a mail server inside the test: it records what it accepts and
// answers as it is told.
type post struct {
	mu       sync.Mutex
	down     error
	answer   func(m connector.Message) error
	accepted []connector.Message
	tries    int
	open     int
	opened   int
	gateKey  string
	workers  int
}

func (p *post) mailer(context.Context, string) (Mailer, error) {
	return Mailer{From: connector.Address{Mailbox: "bookings@harbourbank.example"}, Gate: p.gateKey, Workers: p.workers, Open: p.connect}, nil
}

func (p *post) connect(context.Context) (Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return Session{}, p.down
	}
	p.open++
	p.opened++
	return Session{Send: p.send, Close: p.close}, nil
}

func (p *post) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	return nil
}

func (p *post) send(_ context.Context, m connector.Message) (string, error) {
	p.mu.Lock()
	p.tries++
	answer := p.answer
	p.mu.Unlock()
	if answer != nil {
		if err := answer(m); err != nil {
			return "", err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accepted = append(p.accepted, m)
	return "250 queued", nil
}

func (p *post) set(down error, answer func(connector.Message) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down, p.answer = down, answer
}

// copies counts how often each message was accepted.
func (p *post) copies() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := map[string]int{}
	for _, m := range p.accepted {
		n[m.MessageID]++
	}
	return n
}
