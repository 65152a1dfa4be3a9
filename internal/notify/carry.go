package notify

import (
	"context"
	"sync"
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
	left := h.dispatch(ctx, sending, c, t.parcels)
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
func (h *hold) dispatch(ctx, sending context.Context, c *clerk, parcels []*parcel) (left []*parcel) {
	queue := make(chan *parcel)
	var desks, clerks sync.WaitGroup
	for _, d := range h.desks[:min(len(h.desks), len(parcels))] {
		desks.Go(func() { d.work(sending, queue, c) })
	}
	clerks.Go(func() { c.work(context.WithoutCancel(ctx)) })
	left = hand(ctx, c, queue, parcels)
	close(queue)
	desks.Wait()
	close(c.results)
	clerks.Wait()
	return left
}

// hand gives each parcel to a free desk when its permit says so, and stops when
// the channel is in trouble or the process ends.
func hand(ctx context.Context, c *clerk, queue chan<- *parcel, parcels []*parcel) (left []*parcel) {
	for i, p := range parcels {
		select {
		case <-p.permit.C:
		case <-c.halt:
		case <-ctx.Done():
		}
		// Asked first, because a select chooses at random among what is ready.
		if c.stopped() || ctx.Err() != nil {
			return parcels[i:]
		}
		select {
		case queue <- p:
		case <-c.halt:
			return parcels[i:]
		case <-ctx.Done():
			return parcels[i:]
		}
	}
	return nil
}
