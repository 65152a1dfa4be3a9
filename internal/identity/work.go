package identity

import (
	"context"
	"errors"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// Kinds of job.
const (
	kindScan   = "identity.scan"
	kindFind   = "identity.find"
	kindFollow = "identity.follow"
	kindBulk   = "identity.bulk"
	kindRound  = "identity.round"
)

// Work names the room's jobs to the runner.
func (is *Identities) Work(r *job.Runner) {
	is.runner = r
	r.Handle(kindScan, is.scan)
	r.Handle(kindFind, is.find)
	r.Handle(kindFollow, is.follow)
	r.Handle(kindBulk, is.switchAll)
	r.Handle(kindRound, is.round)
	r.Every(kindRound, time.Hour, kindRound)
}

// round has every directory followed that was not for a day, or whose
// subscription has to be renewed. One that cannot be rung, as when its connection
// cannot be opened, stops no other organization's.
func (is *Identities) round(ctx context.Context, _ job.Job) error {
	now, err := is.db.Now(ctx)
	if err != nil {
		return err
	}
	var failed error
	for after, more := "", true; more; {
		all, err := db.All[Directory](ctx, is.db, everyDirectory, db.Time(now.Add(-daily)), db.Time(now), after, roundAtOnce)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, d := range all {
			failed, after = errors.Join(failed, is.ringConnected(ctx, d)), d.ConnectionID
		}
		more = len(all) == roundAtOnce
	}
	return failed
}

// roundAtOnce is how many directories a round reads at a time.
const roundAtOnce = 500

// ringConnected has a directory followed, and whom it is still to be asked about
// looked for; one that could not be read, or was not for a week, is read anew.
func (is *Identities) ringConnected(ctx context.Context, d Directory) (err error) {
	defer fault.Op(&err, "ring directory of connection %s", d.ConnectionID)
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || c.State != vault.Connected {
			return unlessGone(err)
		}
		d, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || d.Run.open() {
			return err
		}
		if d.State == Failed || tx.Now().Sub(d.Scanned) > weekly {
			return is.beginReading(ctx, tx, d, org.System(d.OrgID))
		}
		return errors.Join(ringFollow(ctx, tx, d), ringFind(ctx, tx, d))
	})
}

// ConnectionChanged reads the directory of a new connection, matches when it is
// finished, and forgets the directory when it is off. It belongs into
// vault.OnState.
func (is *Identities) ConnectionChanged(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	if c.Kind != connector.Video {
		return nil
	}
	switch c.State {
	case vault.Connecting:
		return is.connecting(ctx, tx, c)
	case vault.Connected:
		return is.connected(ctx, tx, c)
	case vault.Disconnected:
		return is.off(ctx, tx, c)
	}
	return nil
}

// off forgets the directory: the people who are not ours need not be kept for a
// connection that is switched off. Our own identities are, for when it returns.
func (is *Identities) off(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	d, err := hold(ctx, tx, c.OrgID, c.ID)
	if err != nil {
		return unlessGone(err)
	}
	if d.Run.open() {
		r := d.Run
		r.State, r.Fault, r.Ended = RunFailed, "identity.run.off", tx.Now()
		if err := saveRun(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := saveBulk(ctx, tx, d, bulk{}); err != nil {
		return err
	}
	for _, text := range []string{resetDirectory, dropPeople, dropAliases, dropSubscription} {
		if _, err := tx.Exec(ctx, text, c.OrgID, c.ID); err != nil {
			return err
		}
	}
	return nil
}

func (is *Identities) connecting(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	field := c.Answers["field"]
	if !slices.Contains(Fields, field) {
		field = Email
	}
	d := Directory{OrgID: c.OrgID, ConnectionID: c.ID, Field: field, State: Waiting, Level: Basic}
	if err := db.Insert(ctx, tx, "directories", &d, addDirectory); err != nil {
		return err
	}
	d, err := hold(ctx, tx, c.OrgID, c.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, chooseField, c.OrgID, c.ID, field); err != nil || d.Run.open() {
		return err
	}
	return is.beginReading(ctx, tx, d, org.System(c.OrgID))
}

// connected goes on where the directory is: what was read is matched, what was
// not, or at another level of consent, is read first.
func (is *Identities) connected(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	d, err := hold(ctx, tx, c.OrgID, c.ID)
	if err != nil {
		return unlessGone(err)
	}
	if d.Run.open() {
		return errors.Join(ring(ctx, tx, d), ringFind(ctx, tx, d))
	}
	if directory := is.vault.Directory(c); d.State == Read && directory != nil && directory.Level(c.Scopes) == d.Level {
		if err := is.beginMatching(ctx, tx, d, org.System(c.OrgID)); err != nil {
			return err
		}
		return ringFind(ctx, tx, d)
	}
	return is.beginReading(ctx, tx, d, org.System(c.OrgID))
}

// Reads lists when a person was read at vendors: in their own name, and by
// scans of the directories in which they were found.
func (is *Identities) Reads(ctx context.Context, q db.Q, orgID, personID string, limit int) ([]vault.Read, error) {
	all, err := is.vault.Reads(ctx, q, orgID, personID, limit)
	if err != nil {
		return nil, err
	}
	mine, err := db.All[Identity](ctx, q, byPeople+db.Params(2, 1)+")", orgID, personID)
	if err != nil {
		return nil, err
	}
	for _, i := range mine {
		if i.State != Matched {
			continue
		}
		scans, err := is.vault.Scans(ctx, q, orgID, i.ConnectionID, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, scans...)
	}
	slices.SortFunc(all, func(a, b vault.Read) int { return b.At.Compare(a.At) })
	return all[:min(limit, len(all))], nil
}
