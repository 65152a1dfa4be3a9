package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/db"
)

// A roll is everybody of a connection in memory, in the order of names: text that is
// searched for may stand anywhere in a name, which no index finds on both engines, and
// a page may be far from both ends.
// It belongs to one version of the directory and is not changed; what was written
// after it makes a new one.
type roll struct {
	version int64
	rows    []rollRow
	// facets are those of the rows, which name theirs by its place here.
	facets []string
	// orders are the places of the rows in other orders, each made when it is first
	// asked for.
	mu     sync.Mutex
	orders map[string][]int32
}

// rollRow is one person, with all that a list is narrowed and sorted by.
type rollRow struct {
	personID, folded, email, vendorFolded, facet, mark string
	enabled                                            bool
	changed                                            int64
	facetAt                                            int32
}

// Columns lists the columns as the query selects them.
func (r *rollRow) Columns(c *db.Columns) {
	c.Col("person_id", &r.personID)
	c.Col("folded", &r.folded)
	c.Col("email", &r.email)
	c.Col("vendor_folded", &r.vendorFolded)
	c.Col("facet", &r.facet)
	c.Col("mark", &r.mark)
	c.Col("enabled", &r.enabled)
	c.Col("changed_at", &r.changed)
}

// with is the roll after rows were written.
func (r *roll) with(version int64, written []rollRow) *roll {
	fresh := &roll{version: version, rows: written, orders: map[string][]int32{}}
	if len(r.rows) > 0 {
		again := map[string]bool{}
		for _, w := range written {
			again[w.personID] = true
		}
		fresh.rows = slices.Grow(written, len(r.rows))
		for _, was := range r.rows {
			if !again[was.personID] {
				fresh.rows = append(fresh.rows, was)
			}
		}
	}
	slices.SortFunc(fresh.rows, byName)
	at := map[string]int32{}
	for n := range fresh.rows {
		row := &fresh.rows[n]
		place, known := at[row.facet]
		if !known {
			place = int32(len(fresh.facets))
			at[row.facet], fresh.facets = place, append(fresh.facets, row.facet)
		}
		row.facet, row.facetAt = fresh.facets[place], place
	}
	return fresh
}

// look counts by facet in whom text stands and whom an outcome marks, and ticks them.
func (r *roll) look(text, mark string) (ticks []bool, counts []int64) {
	ticks, counts = make([]bool, len(r.rows)), make([]int64, len(r.facets))
	for n := range r.rows {
		row := &r.rows[n]
		if (mark == "" || row.mark == mark) && strings.Contains(row.folded, text) {
			ticks[n] = true
			counts[row.facetAt]++
		}
	}
	return ticks, counts
}

// order are the places of the rows in the order of a sort.
func (r *roll) order(sort string) []int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	order, made := r.orders[sort]
	if !made {
		order = make([]int32, len(r.rows))
		for n := range order {
			order[n] = int32(n)
		}
		if compare := rollOrders[sort]; compare != nil {
			slices.SortFunc(order, func(a, b int32) int { return compare(r.rows[a], r.rows[b]) })
		}
		r.orders[sort] = order
	}
	return order
}

// rollOrders compare as orders does in the database. A roll is by name already.
var rollOrders = map[string]func(a, b rollRow) int{
	SortEmail:   func(a, b rollRow) int { return cmp.Or(cmp.Compare(a.email, b.email), byID(a, b)) },
	SortVendor:  func(a, b rollRow) int { return cmp.Or(cmp.Compare(a.vendorFolded, b.vendorFolded), byID(a, b)) },
	SortMatch:   func(a, b rollRow) int { return cmp.Or(cmp.Compare(a.facet, b.facet), byName(a, b)) },
	SortToggle:  func(a, b rollRow) int { return cmp.Or(rank(a.enabled)-rank(b.enabled), byName(a, b)) },
	SortChanged: func(a, b rollRow) int { return cmp.Or(cmp.Compare(a.changed, b.changed), byID(a, b)) },
}

func byID(a, b rollRow) int { return cmp.Compare(a.personID, b.personID) }

func byName(a, b rollRow) int { return cmp.Or(cmp.Compare(a.folded, b.folded), byID(a, b)) }

func rank(on bool) int {
	if on {
		return 1
	}
	return 0
}

// rolls are those that were searched, up to rollsPeople people in all: the ones asked
// for longest ago go first.
type rolls struct {
	mu    sync.Mutex
	by    map[string]*rollPlace
	asked int64
}

// rollPlace is a connection's. Who makes its roll anew is waited for.
type rollPlace struct {
	mu    sync.Mutex
	roll  *roll
	asked int64
	size  int
}

// rollsPeople come to about 100 MB at most.
const rollsPeople = 250_000

func (r *rolls) place(connectionID string) *rollPlace {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[string]*rollPlace{}
	}
	p := r.by[connectionID]
	if p == nil {
		p = &rollPlace{}
		r.by[connectionID] = p
	}
	r.asked++
	p.asked = r.asked
	return p
}

// fit forgets rolls until there is room for one of so many people.
func (r *rolls) fit(mine *rollPlace, size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	mine.size = size
	for {
		total, oldest := 0, ""
		for id, p := range r.by {
			total += p.size
			if p != mine && (oldest == "" || p.asked < r.by[oldest].asked) {
				oldest = id
			}
		}
		if total <= rollsPeople || oldest == "" {
			return
		}
		delete(r.by, oldest)
	}
}

// roll is a connection's as it is now. It is of what was committed only: within a
// transaction nothing may be kept by its version, which may never come to be.
func (is *Identities) roll(ctx context.Context, orgID, connectionID string, version int64) (*roll, error) {
	place := is.rolls.place(connectionID)
	place.mu.Lock()
	defer place.mu.Unlock()
	was := place.roll
	if was == nil {
		was = &roll{version: -1}
	}
	if was.version >= version {
		return was, nil
	}
	now, err := is.rollAfter(ctx, orgID, connectionID, version, was)
	if err != nil {
		return nil, err
	}
	if people, err := db.Value[int](ctx, is.db, countPeople, orgID, connectionID); err != nil {
		return nil, err
	} else if people != len(now.rows) && was.rows != nil { // somebody left
		if now, err = is.rollAfter(ctx, orgID, connectionID, version, &roll{version: -1}); err != nil {
			return nil, err
		}
	}
	place.roll = now
	is.rolls.fit(place, len(now.rows))
	return now, nil
}

// warm reads the roll of a connection whose list is looked at, beside the request:
// who looks at many people searches next. That it fails only means that the search
// takes longer.
func (is *Identities) warm(ctx context.Context, orgID, connectionID string) {
	place := is.rolls.place(connectionID)
	if !place.mu.TryLock() {
		return // it is being read
	}
	cold := place.roll == nil
	place.mu.Unlock()
	if !cold {
		return
	}
	is.warming.Go(func() {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), warmLongest)
		defer stop()
		if _, err := is.rollNow(ctx, orgID, connectionID); err != nil {
			is.log.DebugContext(ctx, "a list could not be read ahead of a search", "connection", connectionID, "error", err)
		}
	})
}

// Settle waits until nothing is read ahead any more. The database is closed after that.
func (is *Identities) Settle() { is.warming.Wait() }

// warmLongest is how long reading ahead may take: more is no help to who waits.
const warmLongest = 10 * time.Second

// rollNow asks for the version first.
func (is *Identities) rollNow(ctx context.Context, orgID, connectionID string) (*roll, error) {
	d, err := db.One[Directory](ctx, is.db, oneDirectory, orgID, connectionID)
	if err != nil {
		return nil, err
	}
	return is.roll(ctx, orgID, connectionID, d.Version)
}

func (is *Identities) rollAfter(ctx context.Context, orgID, connectionID string, version int64, was *roll) (*roll, error) {
	written, err := db.All[rollRow](ctx, is.db, writtenSince, orgID, connectionID, was.version)
	return was.with(version, written), err
}
