package notify

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/org"
)

const (
	// pace is how much of the gate's time a turn takes: what is more urgent waits
	// for no longer than this.
	pace = 500 * time.Millisecond
	// patience is how far ahead a gate may be booked before the lane is let go.
	patience = time.Second
	// turnMost is the most that a turn begins.
	turnMost = 256
)

// A turn is what a hold has begun in one transaction, to be sent at the permits'
// instants.
type turn struct {
	at      time.Time
	parcels []*parcel
	first   time.Time
	gap     time.Duration
	// over means that there is nothing to do, or no leave to do it; rests is
	// until when the gate is closed.
	over  bool
	rests time.Time
}

// A parcel is a delivery that was begun, with what it takes to draw it.
type parcel struct {
	Delivery
	notice content
	person org.Person
	permit *time.Timer
}

// turn begins what comes next.
func (h *hold) turn(ctx context.Context) (t turn, err error) {
	err = h.n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t = turn{at: tx.Now()}
		return h.fill(ctx, tx, &t)
	})
	if err != nil {
		return turn{}, err
	}
	h.n.metrics.turns.Inc()
	h.at, h.over = t.at, t.over
	if t.rests.After(h.rests) {
		h.rests = t.rests
	}
	for i, p := range t.parcels {
		p.permit = time.NewTimer(t.first.Add(time.Duration(i) * t.gap).Sub(t.at))
	}
	return t, nil
}

func (h *hold) fill(ctx context.Context, tx *db.Tx, t *turn) error {
	mine, err := tx.Exec(ctx, extendTurn, h.lane.OrgID, h.lane.ID, db.Time(t.at.Add(lease)), h.lane.Epoch)
	if err != nil || mine == 0 {
		t.over = true
		return err
	}
	first, gap, err := h.permits(ctx, tx, 0)
	if err != nil {
		return err
	}
	if first.Sub(t.at) > patience {
		t.over, t.rests = true, first
		return nil
	}
	rows, err := h.choose(ctx, tx, t.at, h.room(gap))
	if err != nil || len(rows) == 0 {
		t.over = true
		return err
	}
	return h.begin(ctx, tx, t, rows)
}

// room is how many deliveries half a second of pace has place for.
func (h *hold) room(gap time.Duration) int {
	if gap <= 0 {
		return h.size
	}
	return min(h.size, max(1, int(pace/gap)))
}

// permits asks the gate, if there is one.
func (h *hold) permits(ctx context.Context, tx *db.Tx, n int) (time.Time, time.Duration, error) {
	if h.mailer.Gate == "" {
		return tx.Now(), 0, nil
	}
	return h.n.cfg.Vault.Permits(ctx, tx, h.mailer.Gate, n)
}

// choose reads the deliveries that are due, the most urgent first.
func (h *hold) choose(ctx context.Context, tx *db.Tx, now time.Time, room int) (rows []Delivery, err error) {
	for _, u := range urgencies {
		more, err := db.All[Delivery](ctx, tx, choose, h.lane.OrgID, h.lane.ID, u, db.Time(now), room-len(rows))
		if err != nil {
			return nil, err
		}
		if rows = append(rows, more...); len(rows) == room {
			break
		}
	}
	return rows, nil
}

// begin skips what may not be sent, takes permits for the rest and marks it.
func (h *hold) begin(ctx context.Context, tx *db.Tx, t *turn, rows []Delivery) error {
	parcels, err := h.sift(ctx, tx, rows)
	if err != nil || len(parcels) == 0 {
		return err
	}
	ids := make([]string, len(parcels))
	for i, p := range parcels {
		ids[i] = p.ID
	}
	text, args := inList(begin, []any{h.lane.OrgID, h.lane.Epoch, db.Time(t.at)}, ids, " RETURNING id")
	begun, err := db.Values[string](ctx, tx, text, args...)
	if err != nil || len(begun) == 0 {
		return err
	}
	t.parcels = h.begun(parcels, begun)
	t.first, t.gap, err = h.permits(ctx, tx, len(t.parcels))
	return err
}

// begun keeps the parcels whose rows were really marked: a notice may have been
// withdrawn between choosing and marking.
func (h *hold) begun(parcels []*parcel, ids []string) []*parcel {
	marked := make(map[string]bool, len(ids))
	for _, id := range ids {
		marked[id] = true
	}
	kept := parcels[:0]
	for _, p := range parcels {
		if marked[p.ID] {
			p.State, p.Epoch = Sending, h.lane.Epoch
			kept = append(kept, p)
		}
	}
	return kept
}

// putBack returns what was begun by name only.
func (h *hold) putBack(ctx context.Context, left []*parcel) error {
	ids := make([]string, len(left))
	for i, p := range left {
		p.permit.Stop()
		ids[i] = p.ID
	}
	return h.n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		text, args := inList(putBack, []any{h.lane.OrgID, h.lane.Epoch, db.Time(tx.Now())}, ids, "")
		_, err := tx.Exec(ctx, text, args...)
		return err
	})
}
