package vault

import (
	"context"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/job"
)

// A doctor makes a meeting to see whether meetings can be made. Its key is
// written down before, and crossed out when the meeting is surely gone; what a
// death of the process or a silent vendor leaves behind is examined away.

// kindTrial looks whether the meeting of an examination was left behind.
const kindTrial = "vault.trial"

const (
	// trialLate is when an examination is surely over.
	trialLate = 3 * time.Minute
	// trialAgain is how long to wait before what is left is looked for again.
	trialAgain = 15 * time.Minute
)

// beginTrial gives the meeting of an examination its key: the one that may still
// be at the vendor, or a fresh one. A connection without a grant has nothing to try.
func (v *Vault) beginTrial(ctx context.Context, c Connection, t *connector.Trial) (fresh bool, err error) {
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		t.Key, err = db.Value[string](ctx, tx, trialOf, c.OrgID, c.ID)
		if fresh = err == nil && t.Key == ""; !fresh {
			return err
		}
		t.Key = "trial." + db.NewID()
		if _, err := tx.Exec(ctx, putTrial, c.OrgID, c.ID, t.Key); err != nil {
			return err
		}
		return job.Add(ctx, tx, job.Job{Key: kindTrial + ":" + c.ID, OrgID: c.OrgID, Kind: kindTrial, Args: []byte(c.ID), Due: tx.Now().Add(trialLate)})
	})
	return fresh, absent(err)
}

// endTrial crosses the key out.
func (v *Vault) endTrial(ctx context.Context, c Connection, key string) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropTrial, c.OrgID, c.ID, key)
		return err
	})
}

// trialJob has a connection examined again that may have a meeting left, until it
// has none, or is off.
func (v *Vault) trialJob(ctx context.Context, j job.Job) error {
	id := string(j.Args)
	left, err := db.Value[string](ctx, v.db, trialOf, j.OrgID, id)
	if err != nil || left == "" {
		return absent(err)
	}
	err = v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return examineSoon(ctx, tx, Connection{OrgID: j.OrgID, ID: id})
	})
	if err != nil {
		return err
	}
	return job.Later(trialAgain)
}
