package identity

import (
	"context"
	"errors"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// ring asks for the connection's directory to be read.
func ring(ctx context.Context, tx *db.Tx, orgID, connectionID string) error {
	return job.Add(ctx, tx, job.Job{Key: kindScan + ":" + connectionID, OrgID: orgID, Kind: kindScan, Args: []byte(connectionID)})
}

// Rematch reads the directory anew and then matches everybody.
func (is *Identities) Rematch(ctx context.Context, actor org.Actor, connectionID string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := is.vault.Connection(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		if err := org.Record(ctx, tx, actor.Entry("identity.rematch", "connection", c.ID, "name", c.Name)); err != nil {
			return err
		}
		return ring(ctx, tx, c.OrgID, c.ID)
	})
}

// scan reads a connection's whole directory, page by page, into a new
// generation; what the new one does not hold goes at its end. Who reads the
// rows meanwhile sees old and new people mixed, none missing.
func (is *Identities) scan(ctx context.Context, j job.Job) error {
	c, err := is.vault.Connection(ctx, is.db, j.OrgID, string(j.Args))
	if err != nil || c.State == vault.Disconnected {
		return unlessGone(err)
	}
	d, err := is.begin(ctx, c)
	if err != nil {
		return unlessGone(err)
	}
	if err := is.read(ctx, j, c, d); err != nil {
		return is.notRead(ctx, d, err)
	}
	return is.end(ctx, d)
}

// notRead shows what went wrong, and lets the job be tried again where that can
// help. What a person has to put right is no failure of the job: the directory
// says it, and is read anew when the connection works again, or in the night.
func (is *Identities) notRead(ctx context.Context, d Directory, cause error) error {
	err := is.fail(ctx, d, cause)
	if err == nil && (fault.Is(cause, fault.SignIn) || fault.Is(cause, fault.Denied)) {
		return nil
	}
	return errors.Join(cause, err)
}

// unlessGone ends the job of a connection that is not there any more.
func unlessGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (is *Identities) begin(ctx context.Context, c vault.Connection) (d Directory, err error) {
	err = is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err = db.One[Directory](ctx, tx, beginScan, c.OrgID, c.ID, db.Time(tx.Now()))
		return err
	})
	return d, err
}

func (is *Identities) read(ctx context.Context, j job.Job, c vault.Connection, d Directory) error {
	directory := is.vault.Directory(c)
	if directory == nil {
		return fault.New(fault.NotFound, "")
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: vault.Scan})
	if err != nil {
		return err
	}
	for page, err := range directory.Pages(ctx, client, directory.Level(c.Scopes), "") {
		if err != nil {
			return err
		}
		if err := is.save(ctx, j, d, page.Entries); err != nil {
			return err
		}
	}
	return nil
}

// save keeps a batch and holds on to the job. A newer scan's begin makes this
// one stop.
func (is *Identities) save(ctx context.Context, j job.Job, d Directory, page []connector.Entry) error {
	err := is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, countScan, d.OrgID, d.ConnectionID, d.generation, int64(len(page)))
		if err == nil && n == 0 {
			err = fault.Wrap(fault.Conflict, errors.New("a newer scan has begun"), "")
		}
		if err != nil {
			return err
		}
		return putDirectory(ctx, tx, d, page)
	})
	if err != nil || is.runner == nil {
		return err
	}
	return is.runner.Extend(ctx, j)
}

func putDirectory(ctx context.Context, tx *db.Tx, d Directory, page []connector.Entry) error {
	for len(page) > 0 {
		n := min(chunk, len(page))
		args, seen := []any{}, map[string]bool{}
		for _, e := range page[:n] {
			if seen[e.ID] { // one statement may not write a row twice
				continue
			}
			seen[e.ID] = true
			args = append(args, d.OrgID, d.ConnectionID, e.ID, d.generation, e.SignInName, fold(e.SignInName), fold(e.Mail), e.Name, string(e.Guest), string(e.Disabled), string(e.Licensed))
		}
		if _, err := tx.Exec(ctx, putPeople+tuples(len(seen), dirColumns)+putPeopleEnd, args...); err != nil {
			return err
		}
		page = page[n:]
	}
	return nil
}

// end sweeps the old generation and, once the connection is finished, matches
// everybody by the new rows, in one transaction.
func (is *Identities) end(ctx context.Context, d Directory) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := db.One[Directory](ctx, tx, endScan, d.OrgID, d.ConnectionID, d.generation, db.Time(tx.Now()))
		if err != nil {
			return unlessGone(err)
		}
		if _, err := tx.Exec(ctx, sweepPeople, d.OrgID, d.ConnectionID, d.generation); err != nil {
			return err
		}
		c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || c.State == vault.Connecting {
			return err
		}
		return is.Match(ctx, tx, now.OrgID, now.ConnectionID, now.Field)
	})
}

// fail keeps what went wrong for the connection's page.
func (is *Identities) fail(ctx context.Context, d Directory, cause error) error {
	key := shown(fault.As(cause))
	return is.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, failScan, d.OrgID, d.ConnectionID, d.generation, key)
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
