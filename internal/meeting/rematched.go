package meeting

import (
	"context"
	"encoding/json"
	"slices"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// rematched are people whom the vendor of a connection knows otherwise now.
type rematched struct {
	Connection string   `json:"connection"`
	People     []string `json:"people"`
}

const (
	// rematchedMost is how many of them one job is given: the first run of matching
	// names everybody.
	rematchedMost = 500
	// hostsAtOnce is how many of them one query asks for.
	hostsAtOnce = 200
)

// MatchesChanged has the meetings of a connection looked at that wait for a host
// whom the vendor knows now, and those that are held by who is known otherwise, or
// not any more. It belongs into identity.OnMatch.
func (ms *Meetings) MatchesChanged(ctx context.Context, tx *db.Tx, orgID, connectionID string, people []string) error {
	jobs := []job.Job{{Key: "meetings:" + connectionID, OrgID: orgID, Kind: kindReturn, Args: []byte(connectionID)}}
	for some := range slices.Chunk(people, rematchedMost) {
		args, err := json.Marshal(rematched{connectionID, some})
		if err != nil {
			return fault.Wrap(fault.Internal, err, "")
		}
		jobs = append(jobs, job.Job{Key: "hosts:" + db.NewID(), OrgID: orgID, Kind: kindHosts, Args: args})
	}
	return job.Add(ctx, tx, jobs...)
}

// hostsJob rings the meetings to come of people whose match changed.
func (ms *Meetings) hostsJob(ctx context.Context, j job.Job) error {
	var r rematched
	if err := json.Unmarshal(j.Args, &r); err != nil {
		return fault.Wrap(fault.Internal, err, "")
	}
	now, err := ms.db.Now(ctx)
	if err != nil {
		return err
	}
	for people := r.People; len(people) > 0; {
		n := min(hostsAtOnce, len(people))
		args := []any{j.OrgID, r.Connection, db.Time(now)}
		for _, id := range people[:n] {
			args = append(args, id)
		}
		if err := ms.ringAll(ctx, heldBy(n), args...); err != nil {
			return err
		}
		people = people[n:]
	}
	return nil
}

// heldBy pages through the meetings to come of n people over a connection.
func heldBy(n int) string {
	return `SELECT org_id, id, id FROM meetings
		WHERE link <> 'none' AND org_id = $2 AND connection_id = $3 AND ends_at > $4 AND id > $1 AND host_id IN (` + db.Params(5, n) + `)
		ORDER BY id LIMIT 200`
}
