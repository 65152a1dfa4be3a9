package identity

import (
	"cmp"
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

// A RunState is how far a rematch is.
type RunState string

// The stages of a rematch.
const (
	RunReading  RunState = "reading"
	RunMatching RunState = "matching"
	RunEnded    RunState = "ended"
	// RunFailed waits for somebody to put something right; Fault says what. When
	// that is done, another run begins by itself.
	RunFailed RunState = "failed"
)

// A Run is one rematch of everybody: the vendor's directory is read, then each of
// our people is matched. Where it is, is kept with each step, so that it goes on
// there whatever happened to the process.
type Run struct {
	OrgID        string
	ConnectionID string
	ID           int64
	State        RunState
	// By is who asked for it, empty when the program did; ByName their name.
	By, ByName   string
	Began, Ended time.Time
	// Read is how many people of the directory were read, Done how many of ours
	// were matched or not, out of Of.
	Read, Done, Of int
	// Matched is how many are matched in the end; the others are outcomes.
	Matched, Newly, Lost, Changed int
	// Fault is the catalogue key of what went wrong last. With a state of
	// reading, it is tried again.
	Fault string

	cursor string
}

// Columns maps the run to its table.
func (r *Run) Columns(c *db.Columns) {
	c.Col("org_id", &r.OrgID)
	c.Col("connection_id", &r.ConnectionID)
	c.Col("id", &r.ID)
	c.Col("state", (*string)(&r.State))
	c.Col("by_id", &r.By)
	c.Col("by_name", &r.ByName)
	c.Col("began_at", (*db.Time)(&r.Began))
	c.Col("ended_at", (*db.Time)(&r.Ended))
	c.Col("entries", &r.Read)
	c.Col("done", &r.Done)
	c.Col("people", &r.Of)
	c.Col("matched", &r.Matched)
	c.Col("newly", &r.Newly)
	c.Col("lost", &r.Lost)
	c.Col("changed", &r.Changed)
	c.Col("cursor", &r.cursor)
	c.Col("fault", &r.Fault)
}

// open reports whether the run goes on.
func (r Run) open() bool { return r.State == RunReading || r.State == RunMatching }

// busy tells who wants another run who began this one, and when.
func (r Run) busy(now time.Time) error {
	name := cmp.Or(r.ByName, "Parley")
	minutes := int(now.Sub(r.Began).Minutes())
	if minutes < 1 {
		return fault.New(fault.Conflict, "identity.run.busy.now", "Name", name)
	}
	return fault.New(fault.Conflict, "identity.run.busy", "Name", name, "Count", minutes)
}

// Rematch reads the directory anew and then matches everybody. While another
// rematch goes on nothing changes, and who asks is told whose it is; one that
// met a fault is tried again at once.
func (is *Identities) Rematch(ctx context.Context, actor org.Actor, connectionID string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		c, err := is.vault.Connection(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		if c.State == vault.Disconnected {
			return fault.New(fault.Conflict, "identity.run.off")
		}
		if d.Run.open() && d.Run.Fault == "" {
			return d.Run.busy(tx.Now())
		}
		if err := org.Record(ctx, tx, actor.Entry("identity.rematch", "connection", c.ID, "name", c.Name)); err != nil {
			return err
		}
		if d.Run.open() {
			return ring(ctx, tx, d)
		}
		return is.beginReading(ctx, tx, d, actor)
	})
}

// ring asks for the steps of the connection's run.
func ring(ctx context.Context, tx *db.Tx, d Directory) error {
	return job.Add(ctx, tx, job.Job{Key: kindScan + ":" + d.ConnectionID, OrgID: d.OrgID, Kind: kindScan, Args: []byte(d.ConnectionID)})
}

// beginReading begins a run that reads the whole directory into a new generation.
// The directory is held, and no run is open.
func (is *Identities) beginReading(ctx context.Context, tx *db.Tx, d Directory, by org.Actor) error {
	if _, err := tx.Exec(ctx, beginScan, d.OrgID, d.ConnectionID, db.Time(tx.Now())); err != nil {
		return err
	}
	if _, err := is.newRun(ctx, tx, d, by, RunReading); err != nil {
		return err
	}
	return ring(ctx, tx, d)
}

// atOnce is how many people are matched in the transaction that asks for it; more
// are left to the job, as many in each transaction.
const atOnce = 1000

// beginMatching begins a run that only matches, by what was read before. The
// directory is held, and no run is open.
func (is *Identities) beginMatching(ctx context.Context, tx *db.Tx, d Directory, by org.Actor) error {
	r, err := is.newRun(ctx, tx, d, by, RunMatching)
	if err != nil {
		return err
	}
	d.Run = r
	for range 2 { // the people, and that there are no more
		if d.Run, err = is.matchChunk(ctx, tx, d); err != nil || !d.Run.open() {
			return err
		}
	}
	return ring(ctx, tx, d)
}

func (is *Identities) newRun(ctx context.Context, tx *db.Tx, d Directory, by org.Actor, state RunState) (Run, error) {
	r := Run{OrgID: d.OrgID, ConnectionID: d.ConnectionID, ID: d.run + 1, State: state, By: by.PersonID, ByName: by.Name, Began: tx.Now()}
	var err error
	if r.Of, err = people(ctx, tx, d); err != nil {
		return r, err
	}
	if err := db.Insert(ctx, tx, "identity_runs", &r); err != nil {
		return r, err
	}
	_, err = tx.Exec(ctx, setRun, d.OrgID, d.ConnectionID, r.ID)
	return r, err
}

// people is how many of ours have an identity at the connection.
func people(ctx context.Context, q db.Q, d Directory) (n int, err error) {
	facets, err := db.All[count](ctx, q, facetsOf, d.OrgID, d.ConnectionID)
	for _, f := range facets {
		n += int(f.people)
	}
	return n, err
}

// matchChunk matches the next people of a run, or ends it when there are none.
// The directory is held.
func (is *Identities) matchChunk(ctx context.Context, tx *db.Tx, d Directory) (Run, error) {
	r := d.Run
	rows, err := db.All[Identity](ctx, tx, identitiesAfter, d.OrgID, d.ConnectionID, r.cursor, atOnce)
	if err != nil {
		return r, err
	}
	if len(rows) == 0 {
		return is.endRun(ctx, tx, d, r)
	}
	changed, err := is.apply(ctx, tx, d, rows, r.ID)
	if err != nil {
		return r, err
	}
	for _, c := range changed {
		switch c.outcome() {
		case Newly:
			r.Newly++
		case Lost:
			r.Lost++
		case Moved:
			r.Changed++
		}
	}
	r.cursor, r.Done = rows[len(rows)-1].PersonID, r.Done+len(rows)
	r.Of = max(r.Of, r.Done)
	return r, saveRun(ctx, tx, r)
}

func saveRun(ctx context.Context, tx *db.Tx, r Run) error {
	_, err := tx.Exec(ctx, putRun, r.OrgID, r.ConnectionID, r.ID, string(r.State), db.Time(r.Ended), r.Read, r.Done, r.Of, r.Matched, r.Newly, r.Lost, r.Changed, r.cursor, r.Fault)
	return err
}

// endRun writes the summary, and goes on to follow what changes.
func (is *Identities) endRun(ctx context.Context, tx *db.Tx, d Directory, r Run) (Run, error) {
	var err error
	if r.Matched, err = matchedNow(ctx, tx, d); err != nil {
		return r, err
	}
	r.State, r.Ended, r.Fault, r.Of = RunEnded, tx.Now(), "", r.Done
	if err := saveRun(ctx, tx, r); err != nil {
		return r, err
	}
	return r, ringFollow(ctx, tx, d)
}
