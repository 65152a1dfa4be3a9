package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"parley/internal/db"
	"parley/internal/org"
)

// restMost is the longest that a lane in trouble rests without being told to.
const restMost = time.Minute

// A hold is this process serving one lane.
type hold struct {
	n      *Notify
	lane   lane
	mailer Mailer
	org    org.Organization
	desks  []*desk
	// since is when the lane was taken, at the last instant that was read in a
	// transaction; both by the database's clock.
	since, at time.Time
	// size is how many deliveries a turn takes where no gate says less.
	size int
	// over means that the lane is another's, is stopped, or has nothing due.
	over bool
	// rests is until when the lane is left alone.
	rests time.Time
}

// serve takes turns until nothing is due, others wait, or the channel is in
// trouble.
func (h *hold) serve(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, h.letGo(context.WithoutCancel(ctx))) }()
	mailer, err := h.n.cfg.Mail(ctx, h.lane.OrgID)
	if err != nil {
		h.n.log.Warn("the mail channel cannot be opened; mails wait", "org", h.lane.OrgID, "error", err)
		h.rest(h.waitFor(0))
		return nil
	}
	if h.org, err = h.n.cfg.Orgs.Organization(ctx, h.n.db, h.lane.OrgID); err != nil {
		return err
	}
	h.mailer, h.size = mailer, 2*mailer.workers()
	h.seat()
	defer h.rise()
	for !h.over && ctx.Err() == nil {
		t, err := h.turn(ctx)
		if err != nil {
			return err
		}
		if err := h.carry(ctx, t); err != nil {
			return err
		}
		h.over = h.over || h.at.Sub(h.since) >= holdFor
	}
	return nil
}

// waitFor is how long a lane in trouble rests: as long as the vendor asked, or
// longer each time in a row.
func (h *hold) waitFor(asked time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	wait := min(time.Second<<min(h.lane.Faults, 10), restMost)
	return wait + rand.N(wait/4+1) // so that lanes of one server do not come back together
}

// rest ends the hold and leaves the lane alone for a while.
func (h *hold) rest(wait time.Duration) {
	h.over = true
	h.lane.Faults++
	if until := h.at.Add(wait); until.After(h.rests) {
		h.rests = until
	}
}

func (h *hold) letGo(ctx context.Context) error {
	return h.n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, letGo, h.lane.OrgID, h.lane.ID, db.Time(tx.Now()), db.Time(h.rests), h.lane.Faults, h.lane.Epoch)
		return err
	})
}

// keep extends the lease until stop is closed. It calls lost when the lane is
// another's, or when nobody can be asked for so long that it soon will be.
func (h *hold) keep(ctx context.Context, stop <-chan struct{}, lost context.CancelFunc) {
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	last := time.AfterFunc(lease*8/10, lost)
	defer last.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		mine, err := h.extend(ctx)
		if err == nil && !mine {
			lost()
			return
		}
		if err == nil {
			last.Reset(lease * 8 / 10)
		}
	}
}

func (h *hold) extend(ctx context.Context) (mine bool, err error) {
	err = h.n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Exec(ctx, extendHold, h.lane.OrgID, h.lane.ID, db.Time(tx.Now().Add(lease)), h.lane.Epoch)
		mine = rows == 1
		return err
	})
	return mine, err
}

// resize lets a turn grow while turns are short, and shrink when they are long:
// what a kill may have doubled is at most a turn.
func (h *hold) resize(t turn, whole bool) {
	took := h.at.Sub(t.at)
	switch {
	case took > time.Second:
		h.size = max(h.size/2, h.mailer.workers())
	case whole && len(t.parcels) >= h.size && took < 250*time.Millisecond:
		h.size = min(h.size*2, turnMost)
	}
}
