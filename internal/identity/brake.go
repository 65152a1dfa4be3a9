package identity

import (
	"context"

	"parley/internal/db"
	"parley/internal/org"
	"parley/internal/vault"
)

// brakeLeast is how few people may be lost at once without a question: so many
// can leave a small organization in a week.
const brakeLeast = 20

// tooMany reports whether so many of those who are matched are missing from a
// directory that it is more probably the directory that is wrong.
func tooMany(lost, matched int) bool { return lost >= brakeLeast && 2*lost > matched }

// faultBraked says why a run was stopped before it changed anything.
const faultBraked = "identity.run.braked"

// Braked reports whether the run was stopped because too many of those who are
// matched, Lost of Matched, were missing from the directory that it had read.
func (r Run) Braked() bool { return r.State == RunFailed && r.Fault == faultBraked }

// brake stops a run that has read a directory without most of the people who are
// matched: nothing of the old directory is swept, and nobody is matched by the new
// one. Who asks again after that is obeyed; the program's own runs are not, so that
// no night takes away what a person can save in the morning. A first reading, and
// one that a preview follows, take nothing from anybody.
func (is *Identities) brake(ctx context.Context, tx *db.Tx, c vault.Connection, d Directory) (braked bool, err error) {
	if c.State == vault.Connecting || d.Scanned.IsZero() {
		return false, nil
	}
	r := d.Run
	lost, err := db.Value[int64](ctx, tx, absentMatched, d.OrgID, d.ConnectionID, d.generation)
	if err != nil {
		return false, err
	}
	if r.Lost = int(lost); r.Lost < brakeLeast {
		return false, nil
	}
	if r.Matched, err = matchedNow(ctx, tx, d); err != nil || !tooMany(r.Lost, r.Matched) {
		return false, err
	}
	if insisted, err := insisted(ctx, tx, r); err != nil || insisted {
		return false, err
	}
	r.State, r.Fault, r.Ended = RunFailed, faultBraked, tx.Now()
	if err := saveRun(ctx, tx, r); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, failScan, d.OrgID, d.ConnectionID, faultBraked); err != nil {
		return false, err
	}
	return true, org.Record(ctx, tx, org.System(d.OrgID).Entry("identity.rematch.braked", "connection", c.ID, "name", c.Name))
}

// insisted reports whether somebody asked for the run after the one before it was
// stopped.
func insisted(ctx context.Context, q db.Q, r Run) (bool, error) {
	if r.By == "" {
		return false, nil
	}
	before, err := db.One[Run](ctx, q, oneRun, r.OrgID, r.ConnectionID, r.ID-1)
	return before.Braked(), unlessGone(err)
}

// matchedNow is how many people are matched.
func matchedNow(ctx context.Context, q db.Q, d Directory) (n int, err error) {
	facets, err := db.All[count](ctx, q, facetsOf, d.OrgID, d.ConnectionID)
	for _, f := range facets {
		if readFacet(f.facet).state == Matched {
			n += int(f.people)
		}
	}
	return n, err
}

// lostBy is how many people are matched with accounts.
func lostBy(ctx context.Context, q db.Q, d Directory, accounts []string) (n int, err error) {
	rows, err := concerned(ctx, q, d, nil, nil, accounts)
	for _, i := range rows {
		if i.State == Matched {
			n++
		}
	}
	return n, err
}
