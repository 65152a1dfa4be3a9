package notify

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// chunk is how many people a transaction of a job writes: enough to be quick,
// and few enough that no booking waits for it.
const chunk = 2000

// Handle registers the jobs of this room.
func (n *Notify) Handle(r *job.Runner) { r.Handle(expandKind, n.expand) }

// chunksRun is how many chunks a run of the job writes before it lets others
// run: well within a job's lease.
const chunksRun = 50

// expand brings the deliveries of a notice up to what it wants: all people
// written, or all that still wait skipped, a chunk a transaction. It goes on
// where an earlier run ended.
func (n *Notify) expand(ctx context.Context, j job.Job) error {
	var id string
	if err := json.Unmarshal(j.Args, &id); err != nil {
		return fault.Wrap(fault.Invalid, err, "")
	}
	for range chunksRun {
		var more bool
		err := n.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = n.expandOnce(ctx, tx, j.OrgID, id)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return job.Later(0)
}

func (n *Notify) expandOnce(ctx context.Context, tx *db.Tx, orgID, id string) (more bool, err error) {
	row, err := db.One[notice](ctx, tx, lockNotice, orgID, id)
	if err != nil {
		return false, err
	}
	switch row.State {
	case withdrawn:
		skipped, err := tx.Exec(ctx, skipChunk, orgID, id, withdrawnReason(), db.Time(tx.Now()), chunk)
		return skipped == chunk, err
	case told:
		return false, nil
	}
	if row.At.After(tx.Now()) {
		return false, job.Later(row.At.Sub(tx.Now()))
	}
	people, err := nextPeople(ctx, tx, row)
	if err != nil {
		return false, err
	}
	return n.reach(ctx, tx, row, people)
}

// reach writes the people's deliveries and how far the notice has come.
func (n *Notify) reach(ctx context.Context, tx *db.Tx, row notice, people []string) (more bool, err error) {
	if len(people) > 0 {
		if err := n.write(ctx, tx, recipients{row, people}); err != nil {
			return false, err
		}
		row.Reached = people[len(people)-1]
	}
	more = len(people) == chunk
	if !more {
		row.State = told
	}
	_, err = tx.Exec(ctx, saveReach, row.OrgID, row.ID, row.State, row.Reached)
	return more, err
}

// nextPeople reads the next chunk of a notice's audience.
func nextPeople(ctx context.Context, tx *db.Tx, row notice) ([]string, error) {
	a := row.Audience
	if row.Outside.Mailbox != "" {
		return []string{nobody}, nil
	}
	if a.SQL == "" {
		return a.after(row.Reached, chunk), nil
	}
	args := make([]any, 0, len(a.Args)+2)
	for _, v := range a.Args {
		args = append(args, v.v)
	}
	n := len(args)
	text := "WITH audience (person_id) AS (" + a.SQL + fmt.Sprintf(fromAudience, db.Params(n+1, 1), db.Params(n+2, 1))
	return db.Values[string](ctx, tx, text, append(args, row.Reached, chunk)...)
}
