package notify

import (
	"context"
	"errors"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

const (
	// lease is how long a lane belongs to its holder without a word. It is the
	// longest silence after a process died on PostgreSQL.
	lease = 10 * time.Second
	// holdFor is how long a lane is held while others wait.
	holdFor = 5 * time.Second
	// lookEvery is the net under the bell.
	lookEvery = 500 * time.Millisecond
	// lanesAtOnce is how many lanes a process serves at once.
	lanesAtOnce = 64
)

// A lane is the queue of one organization towards one channel connection. Its
// holder is whoever took it last and still has the lease; the epoch, not a
// clock, decides who may write.
type lane struct {
	ID, OrgID, ConnectionID string
	Epoch                   int64
	Faults                  int64
	Off                     bool
}

// Columns maps what a process has to know of a lane.
func (l *lane) Columns(c *db.Columns) {
	c.Col("id", &l.ID)
	c.Col("org_id", &l.OrgID)
	c.Col("connection_id", &l.ConnectionID)
	c.Col("epoch", &l.Epoch)
	c.Col("faults", &l.Faults)
	c.Col("off", &l.Off)
}

// laneID names the lane of a connection, so that a delivery can be written
// without asking for it.
func laneID(orgID, connectionID string) string { return orgID + "/" + connectionID }

// ensureLane makes the lane's row the first time this process writes to it.
func (n *Notify) ensureLane(ctx context.Context, tx *db.Tx, orgID, connectionID string) error {
	id := laneID(orgID, connectionID)
	if _, ok := n.known.Load(id); ok {
		return nil
	}
	_, err := tx.Exec(ctx, addLane, id, orgID, connectionID)
	tx.After(func() { n.known.Store(id, true) })
	return err
}

// lookFor returns lanes that have something to do now, the longest unserved first.
func (n *Notify) lookFor(ctx context.Context) ([]lane, error) {
	now, err := n.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	return db.All[lane](ctx, n.db, look, db.Time(now), lanesAtOnce)
}

// take makes this process the holder of the lane, or returns false because
// somebody else is. What an earlier holder had begun and not settled died with
// it: it may have been sent, so it is sent again and marked.
func (n *Notify) take(ctx context.Context, l lane) (*hold, bool, error) {
	h := &hold{n: n}
	err := n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := tx.Now()
		taken, err := db.One[lane](ctx, tx, take, l.OrgID, l.ID, db.Time(now.Add(lease)), db.Time(now))
		if err != nil {
			return err
		}
		h.lane, h.since, h.at = taken, now, now
		_, err = tx.Exec(ctx, begunByDead, taken.OrgID, taken.ID, db.Time(now), taken.Epoch)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	return h, err == nil, err
}

// Off switches a channel's connection off for good: it stops the lane, waits
// until it is let go, and then commits the switch with what the caller does in
// that transaction. After Off returned, nothing leaves; what still waited is
// skipped. When it fails, the lane goes on.
func (n *Notify) Off(ctx context.Context, orgID, connectionID string, commit func(context.Context, *db.Tx) error) (err error) {
	id := laneID(orgID, connectionID)
	if err := n.stop(ctx, orgID, connectionID, true); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.stop(context.WithoutCancel(ctx), orgID, connectionID, false))
			n.ring()
		}
	}()
	if err := n.awaitLetGo(ctx, orgID, id); err != nil {
		return err
	}
	return n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, switchLane, orgID, id, true); err != nil {
			return err
		}
		// Only a holder that died leaves rows behind in the midst of sending.
		if _, err := tx.Exec(ctx, leftSending, orgID, id, reason(why("unconfirmed")), db.Time(tx.Now())); err != nil {
			return err
		}
		tx.After(n.ring) // what waits is skipped a chunk at a time
		return commit(ctx, tx)
	})
}

// On lets the lane run again, in the transaction that turns the connection on.
func (n *Notify) On(ctx context.Context, tx *db.Tx, orgID, connectionID string) error {
	tx.After(n.ring)
	_, err := tx.Exec(ctx, switchLane, orgID, laneID(orgID, connectionID), false)
	return err
}

func (n *Notify) stop(ctx context.Context, orgID, connectionID string, stopped bool) error {
	return n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, addLane, laneID(orgID, connectionID), orgID, connectionID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, stopLane, orgID, laneID(orgID, connectionID), stopped)
		return err
	})
}

// awaitLetGo waits for the end of a turn, or of a dead holder's lease.
func (n *Notify) awaitLetGo(ctx context.Context, orgID, id string) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		now, err := n.db.Now(ctx)
		if err != nil {
			return err
		}
		until, err := db.Value[int64](ctx, n.db, heldUntil, orgID, id)
		if err != nil || until < now.UnixMicro() {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// skipOff settles what was told to a lane that is off.
func (n *Notify) skipOff(ctx context.Context, l lane) error {
	return n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, skipLane, l.OrgID, l.ID, reason(why("off")), db.Time(tx.Now()), chunk)
		return err
	})
}
