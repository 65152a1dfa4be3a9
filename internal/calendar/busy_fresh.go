package calendar

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

func ring(ctx context.Context, tx *db.Tx, s Source, due time.Time) error {
	return job.Add(ctx, tx, jobOf(s, due))
}

// Refresh reads a person's calendars again before somebody books with them,
// unless they were read a moment ago. It must not be called inside a transaction
// and takes no longer than it may. What it finds is saved as ever, so that the rule
// of the booking sees it. When a calendar cannot be read in time it is up to the
// administrator: the booking goes on with what was known, or this returns
// fault.Conflict.
func (b *Busy) Refresh(ctx context.Context, orgID, personID string, within time.Duration) error {
	all, err := b.Sources(ctx, b.db, orgID, personID)
	if err != nil || len(all) == 0 {
		return err
	}
	r, err := b.Rules(ctx, b.db, orgID)
	if err != nil || !r.On {
		return err
	}
	now, err := b.db.Now(ctx)
	if err != nil {
		return err
	}
	old := slices.DeleteFunc(all, func(s Source) bool { return now.Sub(s.Read) < busyFresh })
	if b.readAll(ctx, old, r, now, within) || r.Stale == KeepOpen {
		return nil
	}
	return fault.New(fault.Conflict, "busy.unread")
}

// readAll reads calendars at the same time and reports whether all could be.
func (b *Busy) readAll(ctx context.Context, all []Source, r BusyRules, now time.Time, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	could := make([]bool, len(all))
	var reading sync.WaitGroup
	for i, s := range all {
		if within <= 0 || s.Fault != "" && now.Sub(s.Tried) < busyFresh {
			continue // no time is left, or it could not be read a moment ago
		}
		reading.Go(func() { could[i] = b.readOnce(ctx, s, r) })
	}
	reading.Wait()
	return !slices.Contains(could, false)
}

// readOnce reads a calendar once however many bookings wait for it, and reports
// whether it could be read before the context ended.
func (b *Busy) readOnce(ctx context.Context, s Source, r BusyRules) bool {
	done := b.reading.DoChan(s.OrgID+" "+s.ID, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), busyPatience)
		defer cancel()
		return nil, b.readInDoubt(ctx, s, r)
	})
	select {
	case got := <-done:
		return got.Err == nil
	case <-ctx.Done():
		return false
	}
}

// readInDoubt reads a calendar for a booking that waits, and returns why it
// cannot be read. It is then tried again soon, since its owner may be closed.
func (b *Busy) readInDoubt(ctx context.Context, s Source, r BusyRules) error {
	l, err := b.look(ctx, s, false)
	if err != nil {
		return err
	}
	l.doubt = true
	saving := context.WithoutCancel(ctx) // two seconds for the calendar, and not for what it said
	if _, err := b.save(saving, s, r, l); err != nil {
		return err
	}
	if l.err == nil {
		return nil
	}
	b.cfg.Log.Info("a published calendar could not be read before a booking", "organization", s.OrgID, "source", s.ID, "host", s.Host, "error", l.err)
	err = b.db.Tx(saving, func(ctx context.Context, tx *db.Tx) error { return ring(ctx, tx, s, tx.Now().Add(busyFresh/2)) })
	if err == nil {
		err = l.err
	}
	return err
}
