package identity

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/http"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/vault"

	"golang.org/x/sync/errgroup"
)

// scan takes the steps of a connection's run, from where it is to its end.
func (is *Identities) scan(ctx context.Context, j job.Job) error {
	c, err := is.vault.Connection(ctx, is.db, j.OrgID, string(j.Args))
	if err != nil || c.State == vault.Disconnected {
		return unlessGone(err)
	}
	d, err := is.Directory(ctx, is.db, c.OrgID, c.ID)
	if err != nil {
		return unlessGone(err)
	}
	if d.Run.State == RunReading {
		if err := is.read(ctx, j, c, d); err != nil {
			return is.notRead(ctx, d, err)
		}
	}
	return is.match(ctx, j, d.OrgID, d.ConnectionID)
}

// unlessGone ends the job of a connection that is not there any more.
func unlessGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// match takes the chunks of a run that matches, one a transaction.
func (is *Identities) match(ctx context.Context, j job.Job, orgID, connectionID string) error {
	for open := true; open; {
		err := is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			d, err := hold(ctx, tx, orgID, connectionID)
			if err == nil && d.Run.State == RunMatching {
				d.Run, err = is.matchChunk(ctx, tx, d)
			}
			open = d.Run.State == RunMatching
			return unlessGone(err)
		})
		if err != nil {
			return err
		}
		if err := is.extend(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// extend keeps the job through a long run. A test's runner is none.
func (is *Identities) extend(ctx context.Context, j job.Job) error {
	if is.runner == nil {
		return nil
	}
	return is.runner.Extend(ctx, j)
}

// notRead shows what went wrong, and lets the job be tried again where that can
// help. What a person has to put right is no failure of the job: the directory
// says it, and is read anew when the connection works again, or in the night.
func (is *Identities) notRead(ctx context.Context, d Directory, cause error) error {
	state, person := RunReading, fault.Is(cause, fault.SignIn) || fault.Is(cause, fault.Denied)
	// These the job gives up too: a run left open would say for ever that it reads.
	if person || fault.Is(cause, fault.Invalid) || fault.Is(cause, fault.NotFound) {
		state = RunFailed
	}
	err := is.fail(ctx, d, state, cause)
	if err == nil && person {
		return nil
	}
	return errors.Join(cause, err)
}

// fail keeps what went wrong for the connection's page.
func (is *Identities) fail(ctx context.Context, d Directory, state RunState, cause error) error {
	key := shown(fault.As(cause))
	return is.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		now, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || now.Run.ID != d.Run.ID || now.Run.State != RunReading {
			return unlessGone(err)
		}
		r := now.Run
		if r.State, r.Fault = state, key; state == RunFailed {
			r.Ended = tx.Now()
		}
		if err := saveRun(ctx, tx, r); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, failScan, d.OrgID, d.ConnectionID, key)
		return err
	})
}

// shown is the sentence that is kept of a failure: one that needs no values,
// because none are kept with it.
func shown(f *fault.Error) string {
	switch {
	case f.Kind == fault.SignIn:
		return "identity.scan.signin"
	case f.Key == "" || len(f.Args) > 0:
		return "identity.scan.failed"
	}
	return f.Key
}

// read reads a connection's whole directory, page by page, into a new generation,
// while our own staff are enrolled. Who reads the rows meanwhile sees old and new
// people mixed, none missing.
func (is *Identities) read(ctx context.Context, j job.Job, c vault.Connection, d Directory) error {
	both, either := errgroup.WithContext(ctx)
	both.Go(func() error { return is.enrol(either, d) })
	both.Go(func() error { return is.readPages(either, j, c, d) })
	if err := both.Wait(); err != nil {
		return err
	}
	return is.endReading(ctx, d)
}

// readPages fetches the next page while the last one is saved, so that the whole
// takes as long as the vendor does, and holds three pages at most.
func (is *Identities) readPages(ctx context.Context, j job.Job, c vault.Connection, d Directory) error {
	directory := is.vault.Directory(c)
	if directory == nil {
		return fault.New(fault.NotFound, "")
	}
	if d.cursor == cursorEnd {
		return nil
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: vault.Scan})
	if err != nil {
		return err
	}
	if d.cursor == "" {
		if d, err = is.beginPages(ctx, c, client, d); err != nil {
			return err
		}
	}
	pages := make(chan connector.DirectoryPage, 1)
	var broken error // what was read before is saved all the same
	both, either := errgroup.WithContext(ctx)
	both.Go(func() error {
		defer close(pages)
		broken = fetch(either, directory.Pages(either, client, d.Level, d.cursor), pages)
		return nil
	})
	both.Go(func() error { return is.savePages(either, j, d, pages) })
	if err := both.Wait(); err != nil {
		return err
	}
	return is.stale(ctx, d, broken)
}

// fetch hands pages on as they come.
func fetch(ctx context.Context, all iter.Seq2[connector.DirectoryPage, error], pages chan<- connector.DirectoryPage) error {
	for page, err := range all {
		if err != nil {
			return err
		}
		select {
		case pages <- page:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// cursorEnd stands for the cursor after the last page.
const cursorEnd = "."

// beginPages settles what is read, and from when on changes have to be followed. A
// vendor that tells of none does not keep the directory from being read: it is then
// followed as one of the basic level is, and if it may not be read, the pages say so.
func (is *Identities) beginPages(ctx context.Context, c vault.Connection, client *http.Client, d Directory) (_ Directory, err error) {
	d.Level, d.deltaNext = is.vault.Directory(c).Level(c.Scopes), ""
	if changes := is.vault.Changes(c); changes != nil && d.Level == Full {
		d.deltaNext, err = changes.Now(ctx, client)
		if fault.Is(err, fault.Denied) {
			is.log.WarnContext(ctx, "directory changes cannot be followed", "connection", c.ID, "error", err)
			d.deltaNext, err = "", nil
		}
		if err != nil {
			return d, err
		}
	}
	return d, is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, beginPages, d.OrgID, d.ConnectionID, d.generation, string(d.Level), d.deltaNext)
		return err
	})
}

// stale has the directory read, and counted, from its start when the vendor does
// not take a cursor any more that an earlier attempt left.
func (is *Identities) stale(ctx context.Context, d Directory, err error) error {
	if err == nil || d.cursor == "" || !(fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound)) {
		return err
	}
	forget := is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, forgetCursor, d.OrgID, d.ConnectionID, d.generation); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetRead, d.OrgID, d.ConnectionID, d.run)
		return err
	})
	return fault.Wrap(fault.Away, errors.Join(err, forget), "")
}

// renewEvery is how often the job's lease is prolonged while pages come in.
const renewEvery = 15 * time.Second

func (is *Identities) savePages(ctx context.Context, j job.Job, d Directory, pages <-chan connector.DirectoryPage) error {
	var extended time.Time
	for page := range pages {
		at, err := is.savePage(ctx, d, page)
		if err != nil {
			return err
		}
		if at.Sub(extended) < renewEvery {
			continue
		}
		if err := is.extend(ctx, j); err != nil {
			return err
		}
		extended = at
	}
	return ctx.Err()
}

// savePage keeps a page and where the next one begins. Another run's begin makes
// this one stop. It compares before it writes, so that the next call to the vendor
// does not wait to board until this is done.
func (is *Identities) savePage(ctx context.Context, d Directory, page connector.DirectoryPage) (at time.Time, err error) {
	s, err := d.sift(ctx, is.db, page.Entries)
	if err != nil {
		return at, err
	}
	err = is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		at = tx.Now()
		n, err := tx.Exec(ctx, countScan, d.OrgID, d.ConnectionID, d.generation, int64(len(page.Entries)), cmp.Or(page.Next, cursorEnd))
		if err == nil && n == 0 {
			err = fault.Wrap(fault.Conflict, errors.New("a newer scan has begun"), "")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, countRead, d.OrgID, d.ConnectionID, d.run, int64(len(page.Entries))); err != nil {
			return err
		}
		return d.keep(ctx, tx, s)
	})
	return at, err
}

// endReading sweeps the old generation, unless the new one is not to be believed. A
// connection that is finished goes on to match everybody.
func (is *Identities) endReading(ctx context.Context, d Directory) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || now.generation != d.generation || now.State == Read {
			return unlessGone(err)
		}
		c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil {
			return err
		}
		if braked, err := is.brake(ctx, tx, c, now); err != nil || braked {
			return err
		}
		if err := now.sweep(ctx, tx); err != nil {
			return err
		}
		r := now.Run
		if r.Of, err = people(ctx, tx, now); err != nil {
			return err
		}
		r.State, r.Fault, r.cursor = RunMatching, "", ""
		if c.State == vault.Connecting {
			r.State, r.Ended = RunEnded, tx.Now()
		}
		// Before the directory was read there was nobody to try anything on.
		if err := is.vault.LookAgain(ctx, tx, c); err != nil {
			return err
		}
		return saveRun(ctx, tx, r)
	})
}

// sweep makes the generation that was read the directory.
func (d Directory) sweep(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, endScan, d.OrgID, d.ConnectionID, d.generation, db.Time(tx.Now())); err != nil {
		return err
	}
	for _, text := range []string{sweepAliases, sweepPeople} {
		if _, err := tx.Exec(ctx, text, d.OrgID, d.ConnectionID, d.generation); err != nil {
			return err
		}
	}
	return nil
}
