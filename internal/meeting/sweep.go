package meeting

import (
	"context"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/vault"
)

const (
	kindSweep  = "meeting.sweep"
	kindReturn = "meeting.connection"
	kindHosts  = "meeting.hosts"
)

// sweepJob rings, once an hour, every meeting that is still to come without a
// sound link, and every conference that is on its way to be or not to be. It
// repairs what a lost wish or a dead process has left behind.
func (ms *Meetings) sweepJob(ctx context.Context, _ job.Job) error {
	now, err := ms.db.Now(ctx)
	if err != nil {
		return err
	}
	for _, text := range []string{pendingToCome, atRiskToCome} {
		if err := ms.ringAll(ctx, text, db.Time(now)); err != nil {
			return err
		}
	}
	for _, text := range []string{allIntended, allEnding} {
		if err := ms.ringAll(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// ConnectionChanged has all meetings looked at that wait for a connection. It
// belongs into vault.OnState: the job does the work, so that the transaction
// that changes the connection stays small.
func (ms *Meetings) ConnectionChanged(ctx context.Context, tx *db.Tx, c vault.Connection) error {
	return job.Add(ctx, tx, job.Job{Key: "meetings:" + c.ID, OrgID: c.OrgID, Kind: kindReturn, Args: []byte(c.ID)})
}

func (ms *Meetings) returnJob(ctx context.Context, j job.Job) error {
	c, err := ms.vault.Connection(ctx, ms.db, j.OrgID, string(j.Args))
	if err != nil {
		return neverGivenUp(err)
	}
	now, err := ms.db.Now(ctx)
	if err != nil {
		return err
	}
	for _, text := range []string{pendingOf, atRiskOf, outdatedOf} {
		if err := ms.ringAll(ctx, text, c.OrgID, c.ID, db.Time(now)); err != nil {
			return err
		}
	}
	for _, text := range []string{intendedOf, endingOf, leftOf} {
		if err := ms.ringAll(ctx, text, c.OrgID, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// ringAll rings every meeting that a query finds, a page a transaction. The
// query takes in $1 where the last page ended.
func (ms *Meetings) ringAll(ctx context.Context, text string, args ...any) (err error) {
	defer fault.Op(&err, "ring meetings")
	for after := ""; ; {
		page, err := db.All[ref](ctx, ms.db, text, append([]any{after}, args...)...)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].by
		err = ms.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, r := range page {
				if err := ring(ctx, tx, r.orgID, r.meetingID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
