package notify

import (
	"context"
	"sync"
	"time"

	"parley/internal/db"
)

// Run serves lanes until the context ends, and then returns when what was being
// sent is settled.
func (n *Notify) Run(ctx context.Context) error {
	if err := n.void(ctx); err != nil {
		return err
	}
	var held sync.WaitGroup
	defer held.Wait()
	seats := make(chan struct{}, lanesAtOnce)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		lanes, err := n.lookFor(ctx)
		if err != nil && ctx.Err() == nil {
			n.log.Error("cannot look for lanes", "error", err)
		}
		for _, l := range lanes {
			n.start(ctx, &held, seats, l)
		}
		select {
		case <-n.bell:
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return nil
}

// start serves the lane in a goroutine, unless all seats are taken: a later look
// finds the lane again.
func (n *Notify) start(ctx context.Context, held *sync.WaitGroup, seats chan struct{}, l lane) {
	select {
	case seats <- struct{}{}:
	default:
		return
	}
	held.Go(func() {
		defer func() { <-seats }()
		if err := n.serve(ctx, l); err != nil && ctx.Err() == nil {
			n.log.Error("a lane stumbled", "lane", l.ID, "error", err)
			return // the tick tries again
		}
		n.ring()
	})
}

// void ends the leases of a process that died, where no other process can be.
func (n *Notify) void(ctx context.Context) error {
	if !n.db.OneProcess() {
		return nil
	}
	return n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, voidLeases)
		return err
	})
}

// Drain serves lanes until none has anything to do now, for tests and for the
// end of a tour. What rests, or waits for later, stays.
func (n *Notify) Drain(ctx context.Context) error {
	for {
		lanes, err := n.lookFor(ctx)
		if err != nil || len(lanes) == 0 {
			return err
		}
		for _, l := range lanes {
			if err := n.serve(ctx, l); err != nil {
				return err
			}
		}
	}
}

// serve holds a lane for a while, turn after turn, and lets it go.
func (n *Notify) serve(ctx context.Context, l lane) error {
	if l.Off {
		return n.skipOff(ctx, l)
	}
	h, ok, err := n.take(ctx, l)
	if err != nil || !ok {
		return err
	}
	return h.serve(ctx)
}
