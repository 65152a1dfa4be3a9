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
	"parley/internal/vault"
)

// Kinds of job.
const (
	kindScan  = "identity.scan"
	kindRound = "identity.round"
)

const (
	// fresh is how old a directory may be before it is read again in the night's
	// round.
	fresh = 20 * time.Hour
	// recent is how old a directory may be before a person who is not in it has
	// it read again: they may be as new there as here.
	recent = 10 * time.Minute
)

// Work names the room's jobs to the runner.
func (is *Identities) Work(r *job.Runner) {
	is.runner = r
	r.Handle(kindScan, is.scan)
	r.Handle(kindRound, is.round)
	r.Every(kindRound, time.Hour, kindRound)
}

// round has every directory read again that was not read for a day. One that
// cannot be rung, as when its connection cannot be opened, stops no other
// organization's.
func (is *Identities) round(ctx context.Context, _ job.Job) error {
	now, err := is.db.Now(ctx)
	if err != nil {
		return err
	}
	all, err := db.All[Directory](ctx, is.db, everyDirectory, db.Time(now.Add(-fresh)))
	for _, d := range all {
		err = errors.Join(err, is.ringConnected(ctx, d))
	}
	return err
}

func (is *Identities) ringConnected(ctx context.Context, d Directory) (err error) {
	defer fault.Op(&err, "ring directory of connection %s", d.ConnectionID)
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || c.State != vault.Connected {
			return err
		}
		return ring(ctx, tx, d.OrgID, d.ConnectionID)
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
	if _, err := tx.Exec(ctx, resetDirectory, c.OrgID, c.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, dropPeople, c.OrgID, c.ID)
	return err
}

func (is *Identities) connecting(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	field := c.Answers["field"]
	if !slices.Contains(Fields, field) {
		field = Email
	}
	d := Directory{OrgID: c.OrgID, ConnectionID: c.ID, Field: field, State: Waiting}
	if err := db.Insert(ctx, tx, "directories", &d, addDirectory); err != nil {
		return err
	}
	if _, err := db.One[Directory](ctx, tx, touchDirectory, c.OrgID, c.ID, field); err != nil {
		return err
	}
	return ring(ctx, tx, c.OrgID, c.ID)
}

func (is *Identities) connected(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	d, err := db.One[Directory](ctx, tx, holdDirectory, c.OrgID, c.ID)
	if err != nil {
		return unlessGone(err)
	}
	switch d.State {
	case Read:
		return is.Match(ctx, tx, c.OrgID, c.ID, d.Field)
	case Reading: // it matches at its end
		return nil
	}
	return ring(ctx, tx, c.OrgID, c.ID)
}

// PeopleChanged matches people again, everywhere, because they are new or their
// e-mail, username or employee number changed; and whoever shares the old or the
// new value with them. Somebody not found has the directory read.
func (is *Identities) PeopleChanged(ctx context.Context, tx *db.Tx, orgID string, personIDs ...string) error {
	all, err := db.All[Directory](ctx, tx, directoriesOf, orgID)
	if err != nil || len(all) == 0 {
		return err
	}
	for _, d := range all {
		if d.Scanned.IsZero() {
			continue
		}
		if err := is.rematchSome(ctx, tx, d, personIDs); err != nil {
			return err
		}
	}
	return nil
}

func (is *Identities) rematchSome(ctx context.Context, tx *db.Tx, d Directory, personIDs []string) error {
	d, err := db.One[Directory](ctx, tx, holdDirectory, d.OrgID, d.ConnectionID)
	if err != nil {
		return err
	}
	people, err := is.roster(ctx, tx, d.OrgID)
	if err != nil {
		return err
	}
	prior, err := identitiesAt(ctx, tx, d.OrgID, d.ConnectionID)
	if err != nil {
		return err
	}
	near := neighbours(people, prior, d.Field, personIDs)
	if err := is.apply(ctx, tx, d, people, near, prior); err != nil {
		return err
	}
	if tx.Now().Sub(d.Scanned) < recent {
		return nil
	}
	found, err := Of(ctx, tx, d.OrgID, d.ConnectionID, personIDs)
	if err != nil || !anyMissed(found) {
		return err
	}
	c, err := is.vault.Connection(ctx, tx, d.OrgID, d.ConnectionID)
	if err != nil || c.State != vault.Connected {
		return err
	}
	return ring(ctx, tx, d.OrgID, d.ConnectionID)
}

func anyMissed(found map[string]Identity) bool {
	for _, i := range found {
		if i.State == Missed {
			return true
		}
	}
	return false
}

// neighbours are the people and those who share their old or new value.
func neighbours(people []member, prior map[string]Identity, field string, personIDs []string) map[string]bool {
	near, values := map[string]bool{}, map[string]bool{}
	for _, id := range personIDs {
		near[id], values[prior[id].Value] = true, true
	}
	for _, m := range people {
		if near[m.id] {
			values[m.values[field]] = true
		}
	}
	for _, m := range people {
		if value := m.values[field]; value != "" && values[value] {
			near[m.id] = true
		}
	}
	return near
}

// Erase forgets a person. It belongs into org's OnErase.
func (is *Identities) Erase(ctx context.Context, tx *db.Tx, orgID, personID string) error {
	if _, err := tx.Exec(ctx, erasePerson, orgID, personID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, dropPlatform, orgID, personID)
	return err
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
