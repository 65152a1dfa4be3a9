package calendar

import (
	"context"
	"errors"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// A look is one attempt to read a calendar, and what came of it.
type look struct {
	at    time.Time
	zone  string
	whole bool
	busy  connector.Busy
	err   error
	// aged says that the address was sealed under an older key.
	aged    bool
	address connector.Secret
	// doubt says that a booking waits for the answer: a calendar that cannot be
	// read now counts as stale.
	doubt bool
}

// look reads a calendar. It changes nothing.
func (b *Busy) look(ctx context.Context, s Source, force bool) (l look, err error) {
	if l.at, err = b.db.Now(ctx); err != nil {
		return l, err
	}
	heads, err := Heads(ctx, b.db, s.OrgID, []string{s.PersonID})
	if err != nil {
		return l, err
	}
	l.zone = heads[s.PersonID].Zone
	zone, err := Zone(l.zone)
	if err != nil {
		return l, err
	}
	if l.address, l.aged, err = b.cfg.Vault.Unseal(s.address, s.place()...); err != nil {
		return l, err
	}
	l.whole = force || s.whole(l.at, l.zone)
	window := busyWindow(l.at)
	ask := connector.Published{Address: l.address, From: window.Start, Till: window.End, Zone: zone}
	if !l.whole {
		ask.ETag, ask.Modified = s.etag, s.modified
	}
	l.busy, l.err = b.cfg.Read(ctx, ask)
	if l.err == nil && len(l.busy.Spans) > maxBusy {
		l.err = fault.New(fault.Invalid, "busy.fault.many")
	}
	return l, nil
}

// after is the source as a look leaves it.
func (s Source) after(l look, r BusyRules) Source {
	s.Tried = l.at
	switch {
	case l.err != nil:
		if s.Fault == "" {
			s.Failing = l.at
		}
		s.Fault, s.failures = faultKey(l.err), s.failures+1
	case l.busy.Same:
		s.Read, s.Fault, s.Failing, s.failures = l.at, "", time.Time{}, 0
	default:
		s.Read, s.Fault, s.Failing, s.failures = l.at, "", time.Time{}, 0
		s.full, s.zone, s.etag, s.modified = l.at, l.zone, l.busy.ETag, l.busy.Modified
	}
	s.Stale = s.stale(r, l.at) || l.doubt && l.err != nil && r.Stale == CloseSlots
	return s
}

// faultKey is the sentence for the owner; what has none is a fault on the way.
func faultKey(err error) string {
	if key := fault.As(err).Key; key != "" {
		return key
	}
	return "busy.fault.away"
}

// errNewer ends a transaction whose reading is older than what was saved since.
var errNewer = errors.New("a newer reading was saved")

// save keeps what a look found. Only when it changes somebody's free time is
// their calendar touched, so that nothing that was read before has to be read
// again for a calendar in which nothing happened.
func (b *Busy) save(ctx context.Context, s Source, r BusyRules, l look) (Source, error) {
	was, err := db.All[busyRow](ctx, b.db, rowsOfSource, s.OrgID, s.ID)
	if err != nil {
		return s, err
	}
	next := s.after(l, r)
	if l.aged {
		if next.address, err = b.cfg.Vault.Seal(l.address, s.place()...); err != nil {
			return s, err
		}
	}
	now := next.rows(was, l, r)
	err = b.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := b.keep(ctx, tx, s, next, was, now, l.at); err != nil {
			return err
		}
		return b.tellFailing(ctx, tx, next)
	})
	if errors.Is(err, errNewer) {
		err = nil
	}
	return next, err
}

// keep writes what a look found, and whose free time it changes.
func (b *Busy) keep(ctx context.Context, tx *db.Tx, s, next Source, was, now []busyRow, at time.Time) error {
	if sameBusy(was, now, at) {
		return b.saveOnly(ctx, tx, next, s.version)
	}
	if err := Touch(ctx, tx, s.OrgID, s.PersonID); err != nil {
		return err
	}
	if err := b.saveOnly(ctx, tx, next, s.version); err != nil {
		return err
	}
	return replaceRows(ctx, tx, s, now)
}

// tellFailing tells whoever wants to know that a calendar has failed for a day.
func (b *Busy) tellFailing(ctx context.Context, tx *db.Tx, s Source) error {
	if s.Fault == "" || s.Tried.Sub(s.Failing) < busyFails {
		return nil
	}
	for _, tell := range b.OnFailing {
		if err := tell(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}

// rows are what is kept of a calendar after a look: what was found, or what was
// known before, and that nothing is known if that closes slots.
func (s Source) rows(was []busyRow, l look, r BusyRules) (now []busyRow) {
	if l.err == nil && !l.busy.Same {
		now = s.rowsOf(lineOf(l.busy))
	} else {
		for _, row := range was {
			if !row.closes {
				now = append(now, row)
			}
		}
	}
	if s.Stale && r.Stale == CloseSlots {
		now = append(now, s.closed(l.at))
	}
	return now
}

func (b *Busy) saveOnly(ctx context.Context, tx *db.Tx, s Source, version int64) error {
	n, err := tx.Exec(ctx, saveSource, s.OrgID, s.ID, version, s.address, db.Time(s.Tried), db.Time(s.Read), db.Time(s.full), s.zone, s.etag, s.modified,
		s.Fault, db.Time(s.Failing), s.failures, s.Stale)
	if err == nil && n == 0 {
		err = errNewer
	}
	return err
}

// rowsAtOnce keeps a statement's arguments below what either engine takes.
const rowsAtOnce = 200

func replaceRows(ctx context.Context, tx *db.Tx, s Source, now []busyRow) error {
	if _, err := tx.Exec(ctx, deleteRows, s.OrgID, s.ID); err != nil {
		return err
	}
	for len(now) > 0 {
		n := min(rowsAtOnce, len(now))
		rows := make([]db.Row, n)
		for i := range rows {
			rows[i] = &now[i]
		}
		if _, err := db.InsertAll[string](ctx, tx, "busy", rows, "", "source_id"); err != nil {
			return err
		}
		now = now[n:]
	}
	return nil
}

// readJob is the kind of the job that reads one calendar.
const readJob = "busy.read"

func jobOf(s Source, due time.Time) job.Job {
	return job.Job{Key: "busy:" + s.ID, OrgID: s.OrgID, Kind: readJob, Args: []byte(s.ID), Due: due}
}

// Work names the handler of the room's job.
func (b *Busy) Work(r *job.Runner) { r.Handle(readJob, b.readAgain) }

// readAgain reads one calendar, and comes again. A calendar that was taken away
// is left alone, and so is every one while the administrator has it off.
func (b *Busy) readAgain(ctx context.Context, j job.Job) error {
	s, err := db.One[Source](ctx, b.db, sourceByID, j.OrgID, string(j.Args))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := b.Rules(ctx, b.db, s.OrgID)
	if err != nil {
		return err
	}
	owner, err := b.cfg.Orgs.Person(ctx, b.db, s.OrgID, s.PersonID)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	case !r.On:
		return b.forget(ctx, s)
	case !owner.Active:
		if err := b.forget(ctx, s); err != nil {
			return err
		}
		return job.Later(6 * time.Hour)
	}
	l, err := b.look(ctx, s, false)
	if err != nil {
		return err
	}
	next, err := b.save(ctx, s, r, l)
	if err != nil {
		return err
	}
	if l.err != nil {
		b.cfg.Log.Info("a published calendar cannot be read", "organization", s.OrgID, "source", s.ID, "host", s.Host, "error", l.err)
	}
	return job.Later(next.next(r, l.at, waitOf(l.err)))
}

// waitOf is how long the other side asked to be left alone.
func waitOf(err error) time.Duration {
	if err == nil {
		return 0
	}
	return min(fault.As(err).After, 6*time.Hour)
}

// forget drops what is known of a calendar that is not read any more.
func (b *Busy) forget(ctx context.Context, s Source) error {
	was, err := db.All[busyRow](ctx, b.db, rowsOfSource, s.OrgID, s.ID)
	if err != nil || len(was) == 0 {
		return err
	}
	return b.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := Touch(ctx, tx, s.OrgID, s.PersonID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteRows, s.OrgID, s.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetReading, s.OrgID, s.ID)
		return err
	})
}
