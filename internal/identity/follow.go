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

const (
	// daily is how old what we know may be before it is followed again; a little
	// less, so that it is the same hour every night.
	daily = 20 * time.Hour
	// weekly is when everything is read anew all the same, so that nothing that was
	// missed stays missed.
	weekly = 7*24*time.Hour - 4*time.Hour
	// rereadAtOnce is how many people are read again in one step: few, so that the
	// job's lease is prolonged often enough and no transaction is long.
	rereadAtOnce = 300
)

func ringFollow(ctx context.Context, tx *db.Tx, d Directory) error {
	return job.Add(ctx, tx, job.Job{Key: kindFollow + ":" + d.ConnectionID, OrgID: d.OrgID, Kind: kindFollow, Args: []byte(d.ConnectionID)})
}

// follow brings what we know of a directory up to date without reading all of it:
// by what changed, where the level of consent shows that, else by reading again
// whom we matched, and looking for whom we missed.
func (is *Identities) follow(ctx context.Context, j job.Job) error {
	c, d, ok, err := is.working(ctx, j)
	if err != nil || !ok || d.Run.open() {
		return err // the end of the run rings again
	}
	if is.vault.Directory(c).Level(c.Scopes) != d.Level {
		return is.readAnew(ctx, d)
	}
	changes := is.vault.Changes(c)
	if d.Level == Full && changes != nil && d.delta != "" {
		err = errors.Join(is.subscribe(ctx, c, d, changes), is.since(ctx, j, c, d, changes))
	} else if err = is.unsubscribe(ctx, c, changes); err == nil {
		err = is.nightly(ctx, j, c, d)
	}
	if fault.Is(err, fault.SignIn) || fault.Is(err, fault.Denied) {
		// The connection says it, and rings again when it works.
		is.log.WarnContext(ctx, "directory not followed", "connection", c.ID, "error", err)
		return nil
	}
	return err
}

// readAnew begins a run of the program's own, unless one goes on.
func (is *Identities) readAnew(ctx context.Context, d Directory) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || d.Run.open() {
			return unlessGone(err)
		}
		return is.beginReading(ctx, tx, d, org.System(d.OrgID))
	})
}

// since takes what changed after the cursor that we have, a page a transaction.
func (is *Identities) since(ctx context.Context, j job.Job, c vault.Connection, d Directory, changes connector.Changes) error {
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: vault.Scan})
	if err != nil {
		return err
	}
	for page, err := range changes.Since(ctx, client, d.delta) {
		if fault.Is(err, fault.Conflict) {
			return is.readAnew(ctx, d)
		}
		if err != nil {
			return err
		}
		if err := is.keepPage(ctx, j, c, d, page); err != nil {
			return err
		}
	}
	return is.followed(ctx, d)
}

// keepPage reads again who changed, a few at a time, and forgets who is gone. The
// cursor moves with the last of them: a page that was broken off is taken again.
// Who is told of both ways is what reading them again says.
func (is *Identities) keepPage(ctx context.Context, j job.Job, c vault.Connection, d Directory, page connector.ChangePage) error {
	var gone, here []string
	for _, change := range page.Changes {
		if change.Gone {
			gone = append(gone, change.ID)
		} else {
			here = append(here, change.ID)
		}
	}
	here = distinct(here)
	gone = slices.DeleteFunc(gone, func(id string) bool { _, told := slices.BinarySearch(here, id); return told })
	for some := range slices.Chunk(here, rereadAtOnce) {
		missing, err := is.rereadSome(ctx, j, c, d, some)
		if err != nil {
			return err
		}
		gone = append(gone, missing...)
	}
	return is.keepChanges(ctx, d, nil, gone, page.Cursor)
}

// rereadSome reads people of the directory again and keeps who is there; missing
// are those who are not.
func (is *Identities) rereadSome(ctx context.Context, j job.Job, c vault.Connection, d Directory, ids []string) (missing []string, err error) {
	entries, missing, err := is.reread(ctx, c, d, ids)
	if err != nil {
		return nil, err
	}
	if err := is.keepChanges(ctx, d, entries, nil, ""); err != nil {
		return nil, err
	}
	return missing, is.extend(ctx, j)
}

// reread reads people of the directory by id; missing are those who are not there.
func (is *Identities) reread(ctx context.Context, c vault.Connection, d Directory, ids []string) (entries []connector.Entry, missing []string, err error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	client, err := is.vault.Lend(ctx, c.OrgID, c.ID, vault.Purpose{What: vault.Scan})
	if err != nil {
		return nil, nil, err
	}
	if entries, err = is.vault.Directory(c).Reread(ctx, client, d.Level, ids); err != nil {
		return nil, nil, err
	}
	here := map[string]bool{}
	for _, e := range entries {
		here[e.ID] = true
	}
	for _, id := range ids {
		if !here[id] {
			missing = append(missing, id)
		}
	}
	return entries, missing, nil
}

// keepChanges saves people of the directory as they are now, forgets who is gone,
// and matches ours again whom it concerns, by what was known before and by what is
// known now. cursor is where the next changes begin; empty keeps the one there is.
func (is *Identities) keepChanges(ctx context.Context, d Directory, entries []connector.Entry, gone []string, cursor string) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := hold(ctx, tx, d.OrgID, d.ConnectionID)
		if err != nil || now.generation != d.generation {
			return unlessGone(err) // everything is being read anew
		}
		accounts := append([]string{}, gone...)
		for _, e := range entries {
			accounts = append(accounts, e.ID)
		}
		values, err := namesOf(ctx, tx, now, accounts)
		if err != nil {
			return err
		}
		if err := errors.Join(now.put(ctx, tx, entries), now.drop(ctx, tx, distinct(gone))); err != nil {
			return err
		}
		if cursor != "" {
			if _, err := tx.Exec(ctx, setDelta, d.OrgID, d.ConnectionID, cursor); err != nil {
				return err
			}
		}
		return is.nearby(ctx, tx, now, nil, append(values, entriesNamed(entries)...), accounts)
	})
}

// namesOf are all sign-in names and addresses that we knew accounts by.
func namesOf(ctx context.Context, q db.Q, d Directory, accounts []string) (names []string, err error) {
	err = chunked(distinct(accounts), func(ids []string) error {
		args := appendTexts([]any{d.OrgID, d.ConnectionID}, ids)
		rows, err := db.All[dirRow](ctx, q, wantedValues(len(ids))+peopleOfDirectory, args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			names = append(names, r.signInFolded, r.mailFolded)
		}
		aliases, err := db.All[alias](ctx, q, wantedValues(len(ids))+aliasesOf, args...)
		for _, a := range aliases {
			names = append(names, a.folded)
		}
		return err
	})
	return names, err
}

// followed writes down that we are up to date.
func (is *Identities) followed(ctx context.Context, d Directory) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, setFollowed, d.OrgID, d.ConnectionID, db.Time(tx.Now()))
		return err
	})
}

// nightly reads again, by id, whom we matched, and looks for whom we missed: all
// that a level of consent without changes lets us know. It does so once a day.
func (is *Identities) nightly(ctx context.Context, j job.Job, c vault.Connection, d Directory) error {
	now, err := is.db.Now(ctx)
	if err != nil || now.Sub(latest(d.followed, d.Scanned)) < daily {
		return err
	}
	gone, err := is.rereadAll(ctx, j, c, d)
	if err != nil {
		return err
	}
	lost, err := lostBy(ctx, is.db, d, gone)
	if err != nil {
		return err
	}
	matched, err := matchedNow(ctx, is.db, d)
	if err != nil {
		return err
	}
	if tooMany(lost, matched) {
		return is.readAnew(ctx, d) // the whole directory says whether that can be
	}
	for some := range slices.Chunk(gone, rereadAtOnce) {
		if err := errors.Join(is.keepChanges(ctx, d, nil, some, ""), is.extend(ctx, j)); err != nil {
			return err
		}
	}
	return is.seekMissed(ctx, d)
}

// rereadAll reads everybody again whom we know an account of, and keeps who is
// there; gone are the accounts that are not.
func (is *Identities) rereadAll(ctx context.Context, j job.Job, c vault.Connection, d Directory) (gone []string, err error) {
	for after, more := "", true; more; {
		ids, err := db.Values[string](ctx, is.db, accountsAfter, d.OrgID, d.ConnectionID, after, rereadAtOnce)
		if err != nil {
			return nil, err
		}
		if more = len(ids) == rereadAtOnce; len(ids) > 0 {
			after = ids[len(ids)-1]
		}
		missing, err := is.rereadSome(ctx, j, c, d, ids)
		if err != nil {
			return nil, err
		}
		gone = append(gone, missing...)
	}
	return gone, nil
}

// seekMissed has everybody looked for whom the vendor may have by now.
func (is *Identities) seekMissed(ctx context.Context, d Directory) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := hold(ctx, tx, d.OrgID, d.ConnectionID); err != nil {
			return unlessGone(err)
		}
		if _, err := tx.Exec(ctx, seekUnknown, d.OrgID, d.ConnectionID, reasonUnknown, reasonGone); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setFollowed, d.OrgID, d.ConnectionID, db.Time(tx.Now())); err != nil {
			return err
		}
		return ringFind(ctx, tx, d)
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
