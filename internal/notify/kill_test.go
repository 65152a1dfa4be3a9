package notify

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

// childEnv tells a copy of the test program to be a process that is killed.
const childEnv = "PARLEY_NOTIFY_CHILD"

// A child is such a process: it serves the lanes of a database until it is killed.
type child struct {
	Database, Relay string
	Offset          time.Duration
}

const childWorkers = 4

// from runs the child that the environment describes.
func (c child) from(spec string) error {
	if err := json.Unmarshal([]byte(spec), &c); err != nil {
		return err
	}
	return c.run()
}

func (c child) run() error {
	ctx := context.Background()
	d, err := db.Open(ctx, c.Database, db.Options{Offset: func() time.Duration { return c.Offset }})
	if err != nil {
		return err
	}
	mail := func(context.Context, string) (Mailer, error) {
		return Mailer{Workers: childWorkers, Open: c.open}, nil
	}
	n, err := New(Config{DB: d, Orgs: org.Open(d, quiet), Log: quiet, BaseURL: "https://parley.example", Keys: linkKeys, Mail: mail})
	if err != nil {
		return err
	}
	return n.Run(ctx)
}

func (c child) open(context.Context) (Session, error) {
	client, err := smtp.Dial(c.Relay)
	if err != nil {
		return Session{}, fault.Wrap(fault.Away, err, "")
	}
	send := func(_ context.Context, m connector.Message) (string, error) {
		if err := submit(client, m); err != nil {
			return "", fault.Wrap(fault.Unsure, err, "")
		}
		return "250", nil
	}
	return Session{Send: send, Close: client.Close}, nil
}

func submit(client *smtp.Client, m connector.Message) error {
	if err := client.Mail("bookings@harbourbank.example"); err != nil {
		return err
	}
	if err := client.Rcpt(m.To.Mailbox); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "Message-ID: %s\r\nSubject: test\r\n\r\ntest\r\n", m.MessageID); err != nil {
		return err
	}
	return w.Close()
}

// spawn starts a child and returns how to kill it and see it dead.
func (c child) spawn(t *testing.T) (kill func()) {
	t.Helper()
	spec, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+string(spec))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, as it was asked
	})
	t.Cleanup(kill)
	return kill
}

// A relay is a mail server that counts what it accepts.
type relay struct {
	mu     sync.Mutex
	took   map[string]int
	total  int
	at     int
	signal chan struct{}
}

func (r *relay) NewSession(*server.Conn) (server.Session, error) { return &envelope{relay: r}, nil }

// await returns a channel that is closed when the relay has accepted count mails
// in all.
func (r *relay) await(count int) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	reached := make(chan struct{})
	r.at, r.signal = count, reached
	r.tell()
	return reached
}

// tell closes the awaited channel once there is enough.
func (r *relay) tell() {
	if r.signal != nil && r.total >= r.at {
		close(r.signal)
		r.signal = nil
	}
}

func (r *relay) accept(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took[id]++
	r.total++
	r.tell()
}

type envelope struct{ relay *relay }

func (e *envelope) Mail(string, *server.MailOptions) error { return nil }
func (e *envelope) Rcpt(string, *server.RcptOptions) error { return nil }
func (e *envelope) Reset()                                 {}
func (e *envelope) Logout() error                          { return nil }

func (e *envelope) Data(r io.Reader) error {
	header, err := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader()
	if err != nil {
		return err
	}
	e.relay.accept(header.Get("Message-ID"))
	return nil
}

func startRelay(t *testing.T) (*relay, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{took: map[string]int{}}
	s := server.NewServer(r)
	s.Domain = "relay.example"
	s.ErrorLog = log.New(io.Discard, "", 0) // connections of the killed break off
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(listener) })
	t.Cleanup(func() { _ = s.Close(); serving.Wait() })
	return r, listener.Addr().String()
}

// TestSIGKILL kills the process again and again while it sends, and asks that
// nobody is left out, that what came twice was in flight, and that the ledger
// says so.
func TestSIGKILL(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Run("sqlite", func(t *testing.T) { killAndCount(t, filepath.Join(t.TempDir(), "parley.db")) })
	t.Run("postgres", func(t *testing.T) { killAndCount(t, dbtest.PostgresURL(t)) })
}

func killAndCount(t *testing.T, url string) {
	const mails, kills = 400, 3
	ctx := context.Background()
	fill(t, url, mails)
	relay, address := startRelay(t)
	for i := range kills + 1 {
		// Each start is after the end of the lease that the dead one held.
		c := child{Database: url, Relay: address, Offset: time.Duration(i) * 2 * lease}
		enough := relay.await((i + 1) * mails / (kills + 1))
		kill := c.spawn(t)
		select {
		case <-enough:
		case <-time.After(time.Minute):
			t.Fatal("the process sends nothing")
		}
		kill()
	}
	d, err := db.Open(ctx, url, db.Options{Offset: func() time.Duration { return (kills + 1) * 2 * lease }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	last := child{Database: url, Relay: address}
	h := &house{t: t, d: d, orgs: org.Open(d, quiet), post: &post{}}
	h.org, err = h.orgs.BySlug(ctx, d, "harbour-bank")
	h.ok(err)
	h.n = h.process()
	h.n.cfg.Mail = func(context.Context, string) (Mailer, error) { return Mailer{Open: last.open}, nil }
	h.ok(h.n.void(ctx))
	h.drain()
	checkKilled(t, h.ledger(), relay, mails, kills+1)
}

func checkKilled(t *testing.T, rows []Delivery, r *relay, mails, kills int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	twice, marked := 0, 0
	for _, row := range rows {
		n := r.took[row.ID+"@parley.example"]
		if row.State != Delivered || n == 0 {
			t.Errorf("%s is %s and was accepted %d times", row.ID, row.State, n)
		}
		if n > 1 {
			twice += n - 1
			if !row.Doubled {
				t.Errorf("%s came %d times and is not marked", row.ID, n)
			}
		}
		if row.Doubled {
			marked++
		}
	}
	if len(rows) != mails || twice > kills*childWorkers {
		t.Errorf("%d rows, %d doubled: want %d rows and at most %d doubled", len(rows), twice, mails, kills*childWorkers)
	}
	t.Logf("%d kills: %d mails came twice, %d are marked", kills, twice, marked)
}

// fill makes a database in which a notice waits for many people.
func fill(t *testing.T, url string, mails int) {
	t.Helper()
	d, err := db.Open(context.Background(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, d, mails)
	h.tell(h.notice("all", h.people...))
	h.runJobs()
}
