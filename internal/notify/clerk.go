package notify

import (
	"context"
	"sync"
	"time"

	"parley/internal/db"
)

// A result is what came of sending one parcel.
type result struct {
	parcel *parcel
	ref    string
	err    error
	// opening means that err came before there was a connection to send over.
	opening bool
	// settled hears whether the result was committed.
	settled chan bool
}

// A clerk settles results: those that come in while it commits are committed
// together next.
type clerk struct {
	hold    *hold
	results chan *result
	// halt is closed when nothing more may be begun.
	halt   chan struct{}
	halted sync.Once
	err    error
}

func (c *clerk) stop() { c.halted.Do(func() { close(c.halt) }) }

// stopped reports whether nothing more may be begun.
func (c *clerk) stopped() bool {
	select {
	case <-c.halt:
		return true
	default:
		return false
	}
}

func (c *clerk) work(ctx context.Context) {
	for first := range c.results {
		batch := c.gather(first)
		if c.err == nil {
			c.err = c.settle(ctx, batch)
		}
		if c.err != nil {
			c.stop()
		}
		for _, r := range batch {
			r.settled <- c.err == nil
		}
	}
}

// gather takes the results that are waiting.
func (c *clerk) gather(first *result) []*result {
	batch := []*result{first}
	for {
		select {
		case r, ok := <-c.results:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
}

// settle commits results in one transaction, and lets gate and lane rest when
// the channel is in trouble.
func (c *clerk) settle(ctx context.Context, batch []*result) error {
	h := c.hold
	var verdicts []verdict
	var kept bool
	var now time.Time
	pause, asked := troubled(batch)
	wait := h.waitFor(asked)
	err := h.n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now = tx.Now()
		verdicts = judgeAll(batch, now)
		if kept, err = settleRows(ctx, tx, verdicts); err != nil {
			return err
		}
		if pause && h.mailer.Gate != "" {
			return h.n.cfg.Vault.Rest(ctx, tx, h.mailer.Gate, now.Add(wait))
		}
		return nil
	})
	if err != nil {
		return err
	}
	h.at = now
	h.n.metrics.settled(verdicts, now)
	c.conclude(batch, pause, kept, wait)
	return nil
}

// conclude draws the lane's consequences from what is committed.
func (c *clerk) conclude(batch []*result, pause, kept bool, wait time.Duration) {
	switch {
	case pause:
		c.hold.n.log.Warn("a channel is in trouble; its lane rests", "lane", c.hold.lane.ID, "for", wait, "error", firstError(batch))
		c.hold.rest(wait)
		c.stop()
	case !kept: // somebody else has the lane
		c.hold.over = true
		c.stop()
	default:
		c.hold.lane.Faults = 0
	}
}

func firstError(batch []*result) error {
	for _, r := range batch {
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

func judgeAll(batch []*result, now time.Time) []verdict {
	verdicts := make([]verdict, len(batch))
	for i, r := range batch {
		verdicts[i] = judge(r, now)
	}
	return verdicts
}

// settleRows writes what became of deliveries. It is not kept when the rows have
// meanwhile been begun by another holder.
func settleRows(ctx context.Context, tx *db.Tx, verdicts []verdict) (kept bool, err error) {
	kept = true
	for _, v := range verdicts {
		rows, err := tx.Exec(ctx, settle, v.OrgID, v.ID, v.Epoch, v.State, db.Time(v.Due), v.Attempt, v.Doubts, v.Wanted, v.Sent,
			v.Ref, reason(v.Reason), v.Doubled, db.Time(tx.Now()))
		if err != nil {
			return false, err
		}
		kept = kept && rows == 1
		if v.secret && v.State != Queued {
			if _, err := tx.Exec(ctx, forgetSecret, v.OrgID, v.NoticeID); err != nil {
				return false, err
			}
		}
	}
	return kept, nil
}
