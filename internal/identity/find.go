package identity

import (
	"context"
	"slices"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/vault"
)

// findAtOnce is how many values are asked of the vendor at a time: few, so that
// the job's lease is prolonged often enough and no transaction is long.
const findAtOnce = 100

// asPersons is up to how many people each one is asked about in their own name,
// so that the log of reads names them; more are logged as one scan.
const asPersons = 20

// lookUp is the purpose of asking the vendor about one person.
const lookUp = "directory look-up"

func ringFind(ctx context.Context, tx *db.Tx, d Directory) error {
	return job.Add(ctx, tx, job.Job{Key: kindFind + ":" + d.ConnectionID, OrgID: d.OrgID, Kind: kindFind, Args: []byte(d.ConnectionID)})
}

// find asks the vendor about the people who are sought, without reading its whole
// directory, and matches them by what it says.
func (is *Identities) find(ctx context.Context, j job.Job) error {
	for {
		c, d, ok, err := is.working(ctx, j)
		if err != nil || !ok {
			return err
		}
		rows, err := db.All[Identity](ctx, is.db, soughtPeople, d.OrgID, d.ConnectionID, findAtOnce)
		if err != nil || len(rows) == 0 {
			return err
		}
		entries, err := is.ask(ctx, j, c, d, rows)
		if err != nil {
			return is.unasked(ctx, c, err)
		}
		if err := is.keepFound(ctx, d, rows, entries); err != nil {
			return err
		}
		if err := is.extend(ctx, j); err != nil {
			return err
		}
	}
}

// working finds the connection and the directory of a job; not ok is one that is
// not connected, or was not read yet: what is wanted is done when it is.
func (is *Identities) working(ctx context.Context, j job.Job) (c vault.Connection, d Directory, ok bool, err error) {
	if c, err = is.vault.Connection(ctx, is.db, j.OrgID, string(j.Args)); err != nil {
		return c, d, false, unlessGone(err)
	}
	if d, err = is.Directory(ctx, is.db, c.OrgID, c.ID); err != nil {
		return c, d, false, unlessGone(err)
	}
	return c, d, c.State == vault.Connected && !d.Scanned.IsZero() && is.vault.Directory(c) != nil, nil
}

// unasked ends the job without a failure where no repetition of it helps: the
// connection says what somebody has to put right. Who is sought stays so, and is
// asked about when it works again, or with the next round.
func (is *Identities) unasked(ctx context.Context, c vault.Connection, err error) error {
	if !fault.Is(err, fault.SignIn) && !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Invalid) {
		return err
	}
	is.log.WarnContext(ctx, "people not looked for in the directory", "connection", c.ID, "error", err)
	return nil
}

// ask looks the values of identities up at the vendor.
func (is *Identities) ask(ctx context.Context, j job.Job, c vault.Connection, d Directory, rows []Identity) (all []connector.Entry, err error) {
	groups := [][]Identity{rows}
	if len(rows) <= asPersons {
		groups = slices.Collect(slices.Chunk(rows, 1))
	}
	for _, some := range groups {
		purpose := vault.Purpose{What: vault.Scan}
		if len(rows) <= asPersons {
			purpose = vault.Purpose{What: lookUp, PersonID: some[0].PersonID}
		}
		var values []string
		for _, i := range some {
			if value := i.value(d.Field); looksLikeSignIn(value) {
				values = append(values, value)
			}
		}
		if len(values) == 0 {
			continue
		}
		client, err := is.vault.Lend(ctx, c.OrgID, c.ID, purpose)
		if err != nil {
			return nil, err
		}
		entries, err := is.vault.Directory(c).Find(ctx, client, d.Level, distinct(values))
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
		if err := is.extend(ctx, j); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// keepFound saves what the vendor said of people and matches them by it.
func (is *Identities) keepFound(ctx context.Context, asked Directory, rows []Identity, entries []connector.Entry) error {
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, asked.OrgID, asked.ConnectionID)
		if err != nil || d.Scanned.IsZero() {
			return unlessGone(err)
		}
		if err := d.put(ctx, tx, entries); err != nil {
			return err
		}
		var ids, accounts []string
		wanted := map[string]string{}
		for _, i := range rows {
			ids, wanted[i.PersonID] = append(ids, i.PersonID), i.value(asked.Field)
		}
		for _, e := range entries {
			accounts = append(accounts, e.ID)
		}
		if err := is.nearby(ctx, tx, d, ids, entriesNamed(entries), accounts); err != nil {
			return err
		}
		return is.foundNow(ctx, tx, d, ids, wanted)
	})
}

// foundNow ends the seeking of people by the values that were asked for, whatever
// came of it. Who has got another one meanwhile is still sought.
func (is *Identities) foundNow(ctx context.Context, tx *db.Tx, d Directory, ids []string, wanted map[string]string) error {
	known, err := Of(ctx, tx, d.OrgID, d.ConnectionID, ids)
	if err != nil {
		return err
	}
	var all []change
	for _, id := range ids {
		if i, ok := known[id]; ok && i.seek && i.value(d.Field) == wanted[id] {
			c := change{before: i, after: i, known: true}
			c.after.seek = false
			all = append(all, c)
		}
	}
	return write(ctx, tx, d, all)
}
