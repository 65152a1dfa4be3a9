package notify

import (
	"context"
	"sync"
	"time"
)

// carry sends what a turn has begun: the dispatcher hands out deliveries at
// their permits' instants, each desk sends one at a time, and the clerk settles
// what came of it.
func (h *hold) carry(ctx context.Context, t turn) error {
	if len(t.parcels) == 0 {
		return nil
	}
	// A stop of the process does not cut what is being sent.
	sending, lost := context.WithCancel(context.WithoutCancel(ctx))
	defer lost()
	stop := make(chan struct{})
	var keeper sync.WaitGroup
	keeper.Go(func() { h.keep(context.WithoutCancel(ctx), stop, lost) })
	c := &clerk{hold: h, results: make(chan *result), halt: make(chan struct{})}
	left := h.dispatch(ctx, sending, c, t)
	close(stop)
	keeper.Wait()
	h.resize(t, len(left) == 0)
	if c.err == nil && len(left) > 0 {
		c.err = h.putBack(context.WithoutCancel(ctx), left)
	}
	return c.err
}

// dispatch runs the desks over the parcels and returns those that were never
// begun.
func (h *hold) dispatch(ctx, sending context.Context, c *clerk, t turn) (left []*parcel) {
	queue := make(chan *parcel)
	var desks, clerks sync.WaitGroup
	for _, d := range h.desks[:min(len(h.desks), len(t.parcels))] {
		desks.Go(func() { d.work(sending, queue, c) })
	}
	clerks.Go(func() { c.work(context.WithoutCancel(ctx)) })
	left = hand(ctx, c, queue, t)
	close(queue)
	desks.Wait()
	close(c.results)
	clerks.Wait()
	return left
}

// hand gives each parcel to a free desk when its permit says so, and stops when
// the channel is in trouble or the process ends. What was held up does not come
// in a burst afterwards: the gap is kept from one to the next as well.
func hand(ctx context.Context, c *clerk, queue chan<- *parcel, t turn) (left []*parcel) {
	gap := time.NewTimer(0)
	defer gap.Stop()
	for i, p := range t.parcels {
		if !c.await(ctx, p.permit.C) || !c.await(ctx, gap.C) {
			return t.parcels[i:]
		}
		select {
		case queue <- p:
			gap.Reset(t.gap)
		case <-c.halt:
			return t.parcels[i:]
		case <-ctx.Done():
			return t.parcels[i:]
		}
	}
	return nil
}

// await waits for a timer. It returns false when nothing more may be begun; that
// is asked last, because a select chooses at random among what is ready.
func (c *clerk) await(ctx context.Context, timer <-chan time.Time) bool {
	select {
	case <-timer:
	case <-c.halt:
	case <-ctx.Done():
	}
	return !c.stopped() && ctx.Err() == nil
}
