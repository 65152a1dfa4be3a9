package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"parley/internal/card"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// handful is how many named people are written at once, in the transaction that
// tells. More are written by a job, so that no booking waits for a broadcast.
const handful = 20

// expandKind is the job that writes deliveries of a notice, or skips those of one
// that was withdrawn.
const expandKind = "notify.expand"

// Tell has the people told. It costs the caller's transaction two statements,
// whatever becomes of the telling. A key that was told already is left as it is.
func (n *Notify) Tell(ctx context.Context, tx *db.Tx, t Notice) error {
	if err := t.check(); err != nil {
		return err
	}
	row := newNotice(t, tx.Now())
	now := len(row.Audience.People) > 0 && len(row.Audience.People) <= handful && !row.At.After(tx.Now())
	people := row.Audience.People
	if now {
		row.State, row.Audience = told, audience{}
	}
	added, err := db.InsertCount(ctx, tx, "notices", &row, "ON CONFLICT (org_id, key) DO NOTHING")
	if err != nil || added == 0 {
		return err
	}
	if now {
		return n.write(ctx, tx, row, people)
	}
	return job.Add(ctx, tx, expandJob(row))
}

// TellAll tells several notices.
func (n *Notify) TellAll(ctx context.Context, tx *db.Tx, notices ...Notice) error {
	for _, t := range notices {
		if err := n.Tell(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func expandJob(row notice) job.Job {
	args, _ := json.Marshal(row.ID) // a string
	return job.Job{Key: "notice:" + row.ID, OrgID: row.OrgID, Kind: expandKind, Args: args, Due: row.At}
}

// Retell changes what the notice says. Who has not been sent it yet gets the new
// card; a mail that has left cannot be changed. A notice that was withdrawn
// stays so, and one that was never told is no mistake.
func (n *Notify) Retell(ctx context.Context, tx *db.Tx, orgID, key string, c card.Card) error {
	row, err := db.One[notice](ctx, tx, touchNotice, orgID, key)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, saveCard, orgID, row.ID, db.JSON[card.Card]{To: &c})
	return err
}

// Withdraw takes the notice back: whoever has not been sent it will not be, and
// a scheduled one never leaves.
func (n *Notify) Withdraw(ctx context.Context, tx *db.Tx, orgID, key string) error {
	row, err := db.One[notice](ctx, tx, withdraw, orgID, key)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if row.Audience.SQL == "" && len(row.Audience.People) <= handful {
		_, err := tx.Exec(ctx, skipNotice, orgID, row.ID, withdrawnReason(), db.Time(tx.Now()))
		return err
	}
	// The lanes skip what they meet meanwhile.
	row.At = tx.Now()
	return job.Add(ctx, tx, expandJob(row))
}

// WithdrawAll takes back every notice of the kind about the object.
func (n *Notify) WithdrawAll(ctx context.Context, tx *db.Tx, orgID, about, kind string) error {
	keys, err := db.Values[string](ctx, tx, keysAbout, orgID, about, kind)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := n.Withdraw(ctx, tx, orgID, key); err != nil {
			return err
		}
	}
	return nil
}

func withdrawnReason() db.JSON[Reason] { return reason(why("withdrawn")) }

func reason(w Reason) db.JSON[Reason] { return db.JSON[Reason]{To: &w} }

// write adds the deliveries of some people, in one statement, and rings the
// lanes. People who have theirs already are left alone.
func (n *Notify) write(ctx context.Context, tx *db.Tx, row notice, people []string) error {
	lane := laneID(row.OrgID, Email)
	if err := n.ensureLane(ctx, tx, row.OrgID, Email); err != nil {
		return err
	}
	now := db.Time(tx.Now())
	args := []any{row.OrgID, row.ID, Email, lane, row.Kind, row.About, row.Urgency, now, row.Wanted}
	var values strings.Builder
	for i, person := range people {
		if i > 0 {
			values.WriteString(", ")
		}
		args = append(args, db.NewID(), person)
		fmt.Fprintf(&values, "($1, $%d, $2, $%d, $3, $4, $5, $6, $7, $8, 'queued', 0, 0, 0, $9, 0, '', '', FALSE, $8, $8)", len(args)-1, len(args))
	}
	_, err := tx.Exec(ctx, `INSERT INTO deliveries (org_id, id, notice_id, person_id, channel, lane_id, kind, about, urgency,
		due_at, state, epoch, attempt, doubts, wanted, sent, ref, reason, doubled, created_at, changed_at) VALUES `+
		values.String()+` ON CONFLICT (org_id, notice_id, person_id, channel) DO NOTHING`, args...)
	tx.After(n.ring)
	return err
}
