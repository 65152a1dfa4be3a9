package identity

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
)

// Toggle switches Video Calls on or off for people. From then on the toggle no
// longer follows the match.
func (is *Identities) Toggle(ctx context.Context, actor org.Actor, connectionID string, on bool, personIDs ...string) error {
	if !actor.May(org.ManageIntegrations) {
		return fault.New(fault.Denied, "")
	}
	return is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		ids := distinct(personIDs)
		found, err := is.toggle(ctx, tx, d, on, ids)
		if err != nil {
			return err
		}
		if found != len(ids) {
			return fault.New(fault.NotFound, "")
		}
		return is.recordToggle(ctx, tx, actor, connectionID, on, ids)
	})
}

// toggle moves the toggles of people who are known, and tells of those that were
// otherwise. The directory is held.
func (is *Identities) toggle(ctx context.Context, tx *db.Tx, d Directory, on bool, ids []string) (found int, err error) {
	known, err := Of(ctx, tx, d.OrgID, d.ConnectionID, ids)
	if err != nil {
		return 0, err
	}
	var changed []change
	for _, id := range ids {
		i, ok := known[id]
		if !ok {
			continue
		}
		found++
		c := change{before: i, after: i, known: true}
		c.after.Enabled, c.after.toggled = on, true
		if c.differ() {
			changed = append(changed, c)
		}
	}
	if err := write(ctx, tx, d, changed); err != nil {
		return 0, err
	}
	return found, is.tell(ctx, tx, d.OrgID, d.ConnectionID, changed)
}

func toggleVerb(on bool) string {
	if on {
		return "identity.enable"
	}
	return "identity.disable"
}

func (is *Identities) recordToggle(ctx context.Context, tx *db.Tx, actor org.Actor, connectionID string, on bool, ids []string) error {
	people, err := is.orgs.PeopleByID(ctx, tx, actor.OrgID, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := org.Record(ctx, tx, actor.Entry(toggleVerb(on), "person", id, "name", people[id].Name, "connection", connectionID)); err != nil {
			return err
		}
	}
	return nil
}

// A Bulk is a change of many toggles that is going on.
type Bulk struct {
	On       bool
	Done, Of int
	Began    time.Time
	// ByName is who asked for it.
	ByName string
}

// bulk is what the job of a Bulk goes on from.
type bulk struct {
	Bulk
	Filter Filter
	// Mark settles which rematch an outcome of the filter is of, After is the last
	// person who was switched.
	Mark, After string
}

// bulkOf reads what a directory's row holds.
func bulkOf(text string) (Bulk, error) {
	b, err := readBulk(text)
	return b.Bulk, err
}

func readBulk(text string) (b bulk, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &b)
	}
	return b, err
}

const (
	// bulkAtOnce is up to how many toggles are moved in the transaction that asks
	// for it, bulkChunk how many a transaction of the job.
	bulkAtOnce = 2000
	bulkChunk  = 1000
)

// ToggleAll switches Video Calls on or off for everybody whom the filter leaves,
// and returns how many that are. More than 2,000 go on in a job; the directory's
// Bulk says how far it is. The journal has one entry.
func (is *Identities) ToggleAll(ctx context.Context, actor org.Actor, connectionID string, on bool, f Filter) (n int, err error) {
	if !actor.May(org.ManageIntegrations) {
		return 0, fault.New(fault.Denied, "")
	}
	err = is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := hold(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		c, err := is.vault.Connection(ctx, tx, actor.OrgID, connectionID)
		if err != nil {
			return err
		}
		was, err := readBulk(d.bulk)
		if err != nil {
			return err
		}
		if was.Of > 0 {
			return fault.New(fault.Conflict, "identity.bulk.busy", "Name", was.ByName)
		}
		p, s, err := is.paged(ctx, tx, d.OrgID, d.ConnectionID, f)
		if n = p.Total; err != nil || n == 0 {
			return err
		}
		entry := actor.Entry(toggleVerb(on)+".all", "connection", c.ID, "name", c.Name, "people", strconv.Itoa(n))
		if err := org.Record(ctx, tx, entry); err != nil {
			return err
		}
		if n > bulkAtOnce {
			return is.beginBulk(ctx, tx, d, bulk{Bulk: Bulk{On: on, Of: n, Began: tx.Now(), ByName: actor.Name}, Filter: f})
		}
		ids, err := s.every(ctx, tx, f)
		if err != nil {
			return err
		}
		slices.Sort(ids)
		_, err = is.toggle(ctx, tx, d, on, ids)
		return err
	})
	return n, err
}

func (is *Identities) beginBulk(ctx context.Context, tx *db.Tx, d Directory, b bulk) error {
	if b.Filter.Outcome != "" {
		b.Mark = markOf(b.Filter.Outcome, d.run)
	}
	if err := saveBulk(ctx, tx, d, b); err != nil {
		return err
	}
	return job.Add(ctx, tx, job.Job{Key: kindBulk + ":" + d.ConnectionID, OrgID: d.OrgID, Kind: kindBulk, Args: []byte(d.ConnectionID)})
}

// saveBulk keeps how far a change of many toggles is; one without people is over.
func saveBulk(ctx context.Context, tx *db.Tx, d Directory, b bulk) error {
	text := ""
	if b.Of > 0 {
		data, err := json.Marshal(b)
		if err != nil {
			return err
		}
		text = string(data)
	}
	_, err := tx.Exec(ctx, setBulk, d.OrgID, d.ConnectionID, text)
	return err
}

// switchAll takes the chunks of a change of many toggles, one a transaction.
func (is *Identities) switchAll(ctx context.Context, j job.Job) error {
	for more := true; more; {
		err := is.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			d, err := hold(ctx, tx, j.OrgID, string(j.Args))
			if err != nil {
				more = false
				return unlessGone(err)
			}
			more, err = is.switchChunk(ctx, tx, d)
			return err
		})
		if err != nil {
			return err
		}
		if err := is.extend(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

func (is *Identities) switchChunk(ctx context.Context, tx *db.Tx, d Directory) (more bool, err error) {
	b, err := readBulk(d.bulk)
	if err != nil || b.Of == 0 {
		return false, err
	}
	ids, err := b.next(ctx, tx, d)
	if err != nil {
		return false, err
	}
	if len(ids) == 0 {
		return false, saveBulk(ctx, tx, d, bulk{})
	}
	if _, err := is.toggle(ctx, tx, d, b.On, ids); err != nil {
		return false, err
	}
	b.After, b.Done = ids[len(ids)-1], b.Done+len(ids)
	return true, saveBulk(ctx, tx, d, b)
}

// next are the people of the next chunk, in order of id: who was switched already
// may not be in the filter any more, and is behind us.
func (b bulk) next(ctx context.Context, tx *db.Tx, d Directory) ([]string, error) {
	s := surveyed{orgID: d.OrgID, connectionID: d.ConnectionID, mark: b.Mark}
	var err error
	if s.counts, err = db.All[count](ctx, tx, facetsOf, d.OrgID, d.ConnectionID); err != nil {
		return nil, err
	}
	facets, _ := s.wanted(b.Filter)
	if len(facets) == 0 {
		return nil, nil
	}
	where, args := s.narrowed(b.Filter, facets)
	args = append(args, b.After)
	return db.Values[string](ctx, tx, pageIDs+where+" AND person_id > $"+strconv.Itoa(len(args))+" ORDER BY person_id LIMIT "+strconv.Itoa(bulkChunk), args...)
}
