package notify

import (
	"context"
	"time"
)

// sendWithin bounds one call to a channel. The lease is kept alive meanwhile, and
// the call is cut when it cannot be.
const sendWithin = 30 * time.Second

// A desk is one worker of a lane with its own connection to the channel, which
// it keeps over the turns of a hold.
type desk struct {
	hold    *hold
	session *Session
	used    int
}

// seat makes the hold's desks; their connections open when they are needed.
func (h *hold) seat() {
	for range h.mailer.workers() {
		h.desks = append(h.desks, &desk{hold: h})
	}
}

func (h *hold) rise() {
	for _, d := range h.desks {
		d.hangUp()
	}
}

// work sends parcels one at a time. The next is begun only when the result of
// the last is committed, so that a kill doubles what was in flight and no more.
func (d *desk) work(ctx context.Context, queue <-chan *parcel, c *clerk) {
	for p := range queue {
		r := d.send(ctx, p)
		c.results <- r
		if !<-r.settled || c.stopped() {
			return
		}
	}
}

// send draws the parcel and hands it to the channel.
func (d *desk) send(ctx context.Context, p *parcel) *result {
	r := &result{parcel: p, settled: make(chan bool, 1)}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	m, err := d.hold.letter(p)
	if err != nil {
		r.err = err
		return r
	}
	if d.session == nil {
		s, err := d.hold.mailer.Open(ctx)
		if err != nil {
			r.err, r.opening = err, true
			return r
		}
		d.session = &s
	}
	r.ref, r.err = d.session.Send(ctx, m)
	if d.used++; r.err != nil || d.used >= sessionMost {
		d.hangUp()
	}
	return r
}

func (d *desk) hangUp() {
	if d.session != nil && d.session.Close != nil {
		_ = d.session.Close() // what was accepted is accepted
	}
	d.session, d.used = nil, 0
}
