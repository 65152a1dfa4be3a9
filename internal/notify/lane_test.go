package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// many tells one notice to each of a number of people.
func (h *house) many(count int) {
	h.t.Helper()
	h.addPeople(count)
	for i := range count {
		h.tell(h.notice(fmt.Sprintf("n%d", i), h.people[i]))
	}
}

// TestKillInMidBatch stops a process at the worst moment: a turn is begun, some
// of it is accepted by the mail server, and nothing of that is saved.
func TestKillInMidBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.many(30)
		ctx := context.Background()
		lanes, err := h.n.lookFor(ctx)
		h.ok(err)
		dead, ok, err := h.n.take(ctx, lanes[0])
		if err != nil || !ok {
			t.Fatal("the lane cannot be taken", err)
		}
		dead.mailer, _ = h.post.mailer(ctx, h.org.ID)
		dead.org, dead.size = h.org, 12
		dead.seat()
		begun, err := dead.turn(ctx)
		h.ok(err)
		const inFlight = 4
		for i := range inFlight {
			if r := dead.desks[i].send(ctx, begun.parcels[i]); r.err != nil {
				t.Fatal(r.err)
			}
		}
		dead.rise()

		next := h.process()
		h.ok(next.Drain(ctx))
		if d.OneProcess() {
			if h.post.tries != inFlight {
				t.Errorf("the lane was served although its lease runs: %d sent", h.post.tries)
			}
			h.ok(next.void(ctx)) // what Run does first on a database that is this process's own
		} else {
			h.advance(lease + time.Second)
		}
		h.ok(next.Drain(ctx))
		h.checkDoubled(inFlight, len(begun.parcels))

		// The dead come too late: their epoch is over.
		c := &clerk{hold: dead, halt: make(chan struct{})}
		h.ok(c.settle(ctx, []*result{{parcel: begun.parcels[0], err: fault.New(fault.Invalid, "")}}))
		if !dead.over || h.ledger()[0].State != Delivered {
			t.Error("a holder whose lease is over wrote to the ledger")
		}
	})
}

// checkDoubled asks that every row is delivered, those twice that were in flight,
// and that each that may be double says so.
func (h *house) checkDoubled(inFlight, marks int) {
	h.t.Helper()
	copies, twice, marked := h.post.copies(), 0, 0
	for _, row := range h.ledger() {
		n := copies[row.ID+"@parley.example"]
		if row.State != Delivered || n == 0 || n > 2 {
			h.t.Errorf("%s is %s and was sent %d times", row.ID, row.State, n)
		}
		if n == 2 {
			twice++
		}
		if row.Doubled {
			marked++
		} else if n > 1 {
			h.t.Errorf("%s was sent twice and is not marked", row.ID)
		}
	}
	if twice != inFlight || marked != marks {
		h.t.Errorf("%d sent twice and %d marked, want %d and %d", twice, marked, inFlight, marks)
	}
}

func TestServerDownThenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.post.gateKey = "relay"
		h.post.set(fault.Wrap(fault.Away, errors.New("connection refused"), ""), nil)
		h.many(25)
		for range 5 {
			h.drain()
			h.advance(restMost)
		}
		if h.post.tries != 0 {
			t.Fatal("something was sent to a server that is down")
		}
		h.post.set(nil, nil)
		h.advance(2 * restMost)
		h.drain()
		for _, row := range h.ledger() {
			if row.State != Delivered || row.Doubled || row.Attempt != 0 {
				t.Errorf("%+v", row)
			}
		}
		for id, n := range h.post.copies() {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(h.post.copies()) != 25 {
			t.Errorf("%d of 25 arrived", len(h.post.copies()))
		}
	})
}

// TestLimitedRests asks that a vendor's "too many" keeps everybody from it for as
// long as it asked, costs no attempt, and loses nothing.
func TestLimitedRests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.post.gateKey, h.post.workers = "relay", 1
		h.post.set(nil, func(connector.Message) error {
			f := fault.New(fault.Limited, "")
			f.After = 5 * time.Minute
			return f
		})
		h.many(10)
		next := h.neighbour()
		next.many(3)
		h.drain()
		if h.post.tries != 1 {
			t.Errorf("%d tries after the first was refused, the neighbour's included", h.post.tries)
		}
		h.post.set(nil, nil)
		h.advance(4 * time.Minute)
		h.drain()
		if h.post.tries != 1 {
			t.Error("tried again before the time that was asked for")
		}
		h.advance(2 * time.Minute)
		h.drain()
		for _, row := range append(h.ledger(), next.ledger()...) {
			if row.State != Delivered || row.Attempt != 0 || row.Doubled {
				t.Errorf("%+v", row)
			}
		}
	})
}

func TestOffMeansOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		var mu sync.Mutex
		off, late := false, 0
		begun := make(chan struct{}, 1000)
		h.post.set(nil, func(connector.Message) error {
			mu.Lock()
			defer mu.Unlock()
			if off {
				late++
			}
			begun <- struct{}{}
			return nil
		})
		h.post.gateKey = "paced"
		h.addPeople(400) // four seconds of pace
		h.tell(h.notice("all", h.people...))
		h.runJobs()
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { _ = h.n.Run(ctx) })
		<-begun
		h.ok(h.n.Off(ctx, h.org.ID, Email, func(context.Context, *db.Tx) error { return nil }))
		mu.Lock()
		off = true
		mu.Unlock()
		h.tell(h.notice("after", h.people[0]))
		h.drain()
		cancel()
		running.Wait()
		if late != 0 {
			t.Errorf("%d mails left after Off returned", late)
		}
		for _, row := range h.ledger() {
			if row.State != Delivered && (row.State != Skipped || row.Reason.Key != "notify.reason.off") {
				t.Errorf("%s %v", row.State, row.Reason)
			}
		}
		if c := h.counts("all"); c.ByState[Skipped] < 200 {
			t.Errorf("the lane went on after it was stopped: %+v", c)
		}
		h.checkOn()
	})
}

// checkOn turns the lane on again and has something told.
func (h *house) checkOn() {
	h.t.Helper()
	h.post.set(nil, nil)
	h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.On(ctx, tx, h.org.ID, Email) })
	h.tell(h.notice("on again", h.people[0]))
	h.drain()
	if c := h.counts("on again"); c.ByState[Delivered] != 1 {
		h.t.Errorf("after On: %+v", c)
	}
}

func TestOffThatFailsLeavesTheLaneOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		refused := errors.New("refused")
		err := h.n.Off(context.Background(), h.org.ID, Email, func(context.Context, *db.Tx) error { return refused })
		if !errors.Is(err, refused) {
			t.Fatalf("error %v", err)
		}
		h.tell(h.notice("a", h.people[0]))
		h.drain()
		if c := h.counts("a"); c.ByState[Delivered] != 1 {
			t.Errorf("%+v", c)
		}
	})
}

// TestTwoProcesses share lanes of two organizations and one gate.
func TestTwoProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.post.gateKey = "paced"
		var mu sync.Mutex
		var at []time.Time
		h.post.set(nil, func(connector.Message) error {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
			return nil
		})
		next := h.neighbour()
		h.many(75)
		next.many(75)
		other := h.process()
		start, err := d.Now(context.Background())
		h.ok(err)
		drain := func(i int) error {
			n := []*Notify{h.n, other}[i%2]
			for len(h.post.copies()) < 150 {
				if err := n.Drain(context.Background()); err != nil {
					return err
				}
			}
			return nil
		}
		for _, err := range dbtest.Race(2, drain) {
			h.ok(err)
		}
		for id, n := range h.post.copies() {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		checkPace(t, start, at, pacedGap)
	})
}

// checkPace asks that nothing left before the gate had a permit for it: the n-th
// not before n gaps.
func checkPace(t *testing.T, start time.Time, at []time.Time, gap time.Duration) {
	t.Helper()
	slices.SortFunc(at, time.Time.Compare)
	for i := range at {
		if early := start.Add(time.Duration(i) * gap).Sub(at[i]); early > time.Millisecond {
			t.Errorf("number %d left %v before its permit", i, early)
			return
		}
	}
}

func TestUrgentFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 3)
		h.post.workers = 1
		for i, u := range []Urgency{Broadcast, Personal, Action} {
			n := h.notice(fmt.Sprint(u), h.people[i])
			n.Urgency = u
			h.tell(n)
		}
		h.drain()
		var got []string
		for _, m := range h.post.accepted {
			got = append(got, m.To.Mailbox)
		}
		if want := []string{"c2@example.org", "c1@example.org", "c0@example.org"}; !slices.Equal(got, want) {
			t.Errorf("sent in the order %v", got)
		}
	})
}

// TestSlowRelay asks that nobody who tells waits for the relay, however long it
// takes, and that in the end each mail arrived once.
func TestSlowRelay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		answering := make(chan struct{})
		begun := make(chan struct{}, 100)
		h.post.set(nil, func(connector.Message) error {
			begun <- struct{}{}
			<-answering
			return nil
		})
		h.many(5)
		var draining sync.WaitGroup
		var failed error
		draining.Go(func() { failed = h.n.Drain(context.Background()) })
		<-begun
		h.many(10) // tells the first five again, and five more, while the relay thinks
		close(answering)
		draining.Wait()
		h.ok(failed)
		h.drain()
		for id, n := range h.post.copies() {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(h.ledger()) != 10 || len(h.post.copies()) != 10 {
			t.Errorf("%d rows, %d mails, want 10", len(h.ledger()), len(h.post.copies()))
		}
	})
}

// TestStopOfTheProcess asks that what was begun is settled and what was not is
// left for the next process, unmarked.
func TestStopOfTheProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		ctx, cancel := context.WithCancel(context.Background())
		h.post.workers = 1
		h.post.set(nil, func(connector.Message) error { cancel(); return nil })
		h.many(10)
		h.ok(h.n.Run(ctx))
		if h.post.tries != 1 {
			t.Errorf("%d mails left after the stop", h.post.tries-1)
		}
		h.post.set(nil, nil)
		h.ok(h.process().Drain(context.Background()))
		for _, row := range h.ledger() {
			if row.State != Delivered || row.Doubled {
				t.Errorf("%+v", row)
			}
		}
		if h.post.tries != 10 {
			t.Errorf("%d mails, want 10", h.post.tries)
		}
	})
}

// TestConnectionsAreReused asks that a desk keeps its connection, and that it
// does not bring one server too many mails over it.
func TestConnectionsAreReused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2*sessionMost)
		h.post.workers = 1
		h.tell(h.notice("all", h.people...))
		h.runJobs()
		h.drain()
		if h.post.opened != 2 || h.post.open != 0 {
			t.Errorf("%d connections opened and %d left open, want 2 and none", h.post.opened, h.post.open)
		}
	})
}

// TestLeaseIsKept asks that a holder can extend its lease, and one whose lane was
// taken cannot.
func TestLeaseIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.many(1)
		ctx := context.Background()
		lanes, err := h.n.lookFor(ctx)
		h.ok(err)
		first, ok, err := h.n.take(ctx, lanes[0])
		if err != nil || !ok {
			t.Fatal("not taken", err)
		}
		h.advance(lease - time.Second)
		if mine, err := first.extend(ctx); err != nil || !mine {
			t.Fatal("the holder cannot extend its lease", err)
		}
		h.advance(lease - time.Second)
		if _, ok, err := h.process().take(ctx, lanes[0]); err != nil || ok {
			t.Fatal("taken although the lease was extended", err)
		}
		h.advance(2 * time.Second)
		if _, ok, err := h.process().take(ctx, lanes[0]); err != nil || !ok {
			t.Fatal("not taken after the lease", err)
		}
		if mine, err := first.extend(ctx); err != nil || mine {
			t.Error("a holder extended a lease that is another's", err)
		}
	})
}
