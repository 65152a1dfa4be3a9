// Package job does durable work: added inside a transaction, run later, one run
// a key at a time, and run again if it was rung while it ran.
//
// A job is a wish under a key, not a message: any number of wishes for a key
// become one more run, and none is lost. That is what a reconciler needs, which
// looks at the state and takes a step, whatever woke it. Leases and epochs by
// the database's clock decide who may run and who may save, so any number of
// processes can claim. The room owns no work of its own; each room handles its
// kinds.
package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Job is a piece of work under its key.
type Job struct {
	// Key is unique among all jobs: "meet:<id>". The same key means the same work.
	Key   string
	OrgID string
	// Kind chooses the handler: "meeting.fit".
	Kind string
	// Args is what the handler needs beyond the key. The first one to add a key
	// decides it.
	Args []byte
	// Due is when to run at the earliest; zero is now. Adding a key again can
	// bring it forward, never put it off.
	Due time.Time
	// Attempt counts the runs since the last success, this one included.
	Attempt int
}

// stored is a job as its table holds it.
type stored struct {
	Job
	args     string
	running  bool
	dead     bool
	rung     int64
	epoch    int64
	failedAt time.Time
	said     string
}

func (s *stored) Columns(c *db.Columns) {
	c.Col("key", &s.Key)
	c.Col("org_id", &s.OrgID)
	c.Col("kind", &s.Kind)
	c.Col("args", &s.args)
	c.Col("due_at", (*db.Time)(&s.Due))
	c.Col("running", &s.running)
	c.Col("dead", &s.dead)
	c.Col("rung", &s.rung)
	c.Col("epoch", &s.epoch)
	c.Col("attempt", &s.Attempt)
	c.Col("failed_at", (*db.Time)(&s.failedAt))
	c.Col("said", &s.said)
}

// lease is how long a claimed job belongs to its process without a word.
const lease = 60 * time.Second

// addSuffix makes a second wish for a key ring it. A job that runs keeps its
// lease and is looked at again when it ends; one that lies dead lives again.
const addSuffix = `ON CONFLICT (key) DO UPDATE SET rung = jobs.rung + 1, dead = FALSE,
	due_at = CASE WHEN jobs.running OR (jobs.dead = FALSE AND jobs.due_at < EXCLUDED.due_at) THEN jobs.due_at ELSE EXCLUDED.due_at END`

// Add wishes for work in the caller's transaction. Nothing runs unless it
// commits. Several jobs are one statement; their keys must differ.
func Add(ctx context.Context, tx *db.Tx, jobs ...Job) (err error) {
	defer fault.Op(&err, "add %d jobs", len(jobs))
	if len(jobs) == 0 {
		return nil
	}
	rows := make([]db.Row, len(jobs))
	for i, j := range jobs {
		j.Attempt = 0
		if j.Due.IsZero() {
			j.Due = tx.Now()
		}
		rows[i] = &stored{Job: j, args: string(j.Args)}
	}
	if _, err := db.InsertAll[string](ctx, tx, "jobs", rows, addSuffix, "key"); err != nil {
		return err
	}
	tx.After(ring)
	return nil
}

// claim takes the job that is longest due and not running, or whose process
// fell silent. $1 is now, $2 the end of the lease.
func claim(ctx context.Context, tx *db.Tx) (stored, error) {
	now := tx.Now()
	return db.One[stored](ctx, tx, `/* every organization: one queue serves them all */
		UPDATE jobs SET running = TRUE, due_at = $2, epoch = epoch + 1, attempt = attempt + 1
		WHERE key = (SELECT key FROM jobs WHERE dead = FALSE AND due_at <= $1 ORDER BY due_at LIMIT 1 `+tx.ClaimSuffix()+`)
		RETURNING {columns}`, db.Time(now), db.Time(now.Add(lease)))
}

// done ends a run that went well: the key goes, unless it was rung meanwhile.
func done(ctx context.Context, tx *db.Tx, s stored) error {
	n, err := tx.Exec(ctx, `/* every organization: the epoch is the proof */
		DELETE FROM jobs WHERE key = $1 AND epoch = $2 AND rung = $3`, s.Key, s.epoch, s.rung)
	if err != nil || n == 1 {
		return err
	}
	return again(ctx, tx, s, tx.Now(), 0)
}

// again ends a run that is to be followed by another.
func again(ctx context.Context, tx *db.Tx, s stored, due time.Time, attempt int) error {
	_, err := tx.Exec(ctx, `/* every organization: the epoch is the proof */
		UPDATE jobs SET running = FALSE, attempt = $4,
		due_at = CASE WHEN rung = $5 THEN CAST($3 AS BIGINT) ELSE CAST($6 AS BIGINT) END
		WHERE key = $1 AND epoch = $2`, s.Key, s.epoch, db.Time(due), attempt, s.rung, db.Time(tx.Now()))
	return err
}

// bury keeps a job that no repetition can help, with what was said. A new wish
// for its key brings it back.
func bury(ctx context.Context, tx *db.Tx, s stored, said string) error {
	_, err := tx.Exec(ctx, `/* every organization: the epoch is the proof */
		UPDATE jobs SET running = FALSE, dead = CASE WHEN rung = $3 THEN TRUE ELSE FALSE END, due_at = $4, failed_at = $4, said = $5
		WHERE key = $1 AND epoch = $2`, s.Key, s.epoch, s.rung, db.Time(tx.Now()), said)
	return err
}

// Extend gives a long run another lease. It returns fault.Conflict when the job
// was taken over, and the caller must stop.
func (r *Runner) Extend(ctx context.Context, j Job) error {
	epoch, _ := ctx.Value(epochKey{}).(int64)
	return r.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, `/* every organization: the epoch is the proof */
			UPDATE jobs SET due_at = $3 WHERE key = $1 AND epoch = $2 AND running = TRUE`, j.Key, epoch, db.Time(tx.Now().Add(lease)))
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "")
		}
		return err
	})
}

type epochKey struct{}

// A Dead job is one that was given up, for the page that lists and revives them.
type Dead struct {
	Key, Kind, Said string
	FailedAt        time.Time
}

// Columns visits the columns of a dead job.
func (j *Dead) Columns(c *db.Columns) {
	c.Col("key", &j.Key)
	c.Col("kind", &j.Kind)
	c.Col("said", &j.Said)
	c.Col("failed_at", (*db.Time)(&j.FailedAt))
}

// DeadOf lists the jobs of an organization that were given up, newest first.
func DeadOf(ctx context.Context, q db.Q, orgID string) ([]Dead, error) {
	return db.All[Dead](ctx, q, "SELECT {columns} FROM jobs WHERE dead = TRUE AND org_id = $1 ORDER BY failed_at DESC LIMIT 200", orgID)
}

// Revive rings a job that was given up.
func Revive(ctx context.Context, tx *db.Tx, orgID, key string) error {
	n, err := tx.Exec(ctx, "UPDATE jobs SET dead = FALSE, attempt = 0, rung = rung + 1, due_at = $3 WHERE org_id = $1 AND key = $2 AND dead = TRUE", orgID, key, db.Time(tx.Now()))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "")
	}
	tx.After(ring)
	return err
}

// later asks for another run without counting a failure.
type later struct{ in time.Duration }

// Error says when.
func (l later) Error() string { return fmt.Sprintf("again in %s", l.in) }

// Later is returned by a handler whose work is to go on in a while: waiting is
// not failing.
func Later(in time.Duration) error { return later{in} }

// next says what becomes of a job after an error: another run in a while, with
// the attempts counted so far, or none.
func next(err error, attempt int) (in time.Duration, count int, giveUp bool) {
	var l later
	if errors.As(err, &l) {
		return l.in, 0, false
	}
	switch f := fault.As(err); f.Kind {
	case fault.Limited:
		return max(f.After, time.Second), attempt - 1, false
	case fault.Invalid, fault.Denied, fault.NotFound, fault.SignIn:
		return 0, attempt, true
	default:
		return backoff(attempt), attempt, false
	}
}

// backoff waits 1, 2, 4 .. 256 s, then five minutes: a cause that goes away is
// noticed soon, one that stays costs little.
func backoff(attempt int) time.Duration {
	if attempt > 9 {
		return 5 * time.Minute
	}
	return time.Second << max(attempt-1, 0)
}
