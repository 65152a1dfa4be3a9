package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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

// Tell has people told. However many the notices, it costs the caller's
// transaction three statements, whatever becomes of the telling. A key that was
// told already is left as it is.
func (n *Notify) Tell(ctx context.Context, tx *db.Tx, notices ...Notice) error {
	rows, people := make([]db.Row, len(notices)), map[string][]string{}
	for i, t := range notices {
		if err := t.check(); err != nil {
			return err
		}
		row := newNotice(t, tx.Now())
		if who := row.Audience.People; len(who) > 0 && len(who) <= handful && !row.At.After(tx.Now()) {
			people[row.ID] = who
			row.State, row.Audience = told, audience{}
		}
		rows[i] = &row
	}
	if len(rows) == 0 {
		return nil
	}
	added, err := db.InsertAll[string](ctx, tx, "notices", rows, "ON CONFLICT (org_id, key) DO NOTHING", "id")
	if err != nil {
		return err
	}
	return n.carryOn(ctx, tx, rows, added, people)
}

// carryOn writes the deliveries of notices that named a handful of people, and
// leaves the others to a job.
func (n *Notify) carryOn(ctx context.Context, tx *db.Tx, rows []db.Row, added []string, people map[string][]string) error {
	var now []recipients
	var later []job.Job
	for _, r := range rows {
		row := *r.(*notice)
		switch who := people[row.ID]; {
		case !slices.Contains(added, row.ID):
		case who != nil:
			now = append(now, recipients{row, who})
		default:
			later = append(later, expandJob(row))
		}
	}
	if err := n.write(ctx, tx, now...); err != nil {
		return err
	}
	return job.Add(ctx, tx, later...)
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

// recipients are some of the people that a notice is for.
type recipients struct {
	notice notice
	people []string
}

// write adds the deliveries of notices of one organization to some people, in
// one statement, and rings the lanes. People who have theirs already are left
// alone.
func (n *Notify) write(ctx context.Context, tx *db.Tx, list ...recipients) error {
	var rows []string
	var args []any
	for _, to := range list {
		row := to.notice
		if len(args) == 0 {
			args = append(args, row.OrgID, Email, laneID(row.OrgID, Email), db.Time(tx.Now()))
		}
		at := len(args)
		args = append(args, row.ID, row.Kind, row.About, row.Urgency, row.Wanted)
		for _, person := range to.people {
			args = append(args, db.NewID(), person)
			rows = append(rows, fmt.Sprintf("($1, $%d, $%d, $%d, $2, $3, $%d, $%d, $%d, $4, 'queued', 0, 0, 0, $%d, 0, '', '', FALSE, $4, $4)",
				len(args)-1, at+1, len(args), at+2, at+3, at+4, at+5))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := n.ensureLane(ctx, tx, list[0].notice.OrgID, Email); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO deliveries (org_id, id, notice_id, person_id, channel, lane_id, kind, about, urgency,
		due_at, state, epoch, attempt, doubts, wanted, sent, ref, reason, doubled, created_at, changed_at) VALUES `+
		strings.Join(rows, ", ")+` ON CONFLICT (org_id, notice_id, person_id, channel) DO NOTHING`, args...)
	tx.After(n.ring)
	return err
}
