package meeting

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
)

// A run is one run of a meeting's job: the steps it takes, and what failed.
type run struct {
	*Meetings
	tried map[string]bool
	// failures are what vendors answered that has to be tried again.
	failures []error
}

// lent is leave to call a vendor, and the part of the vendor that we may call.
type lent struct {
	client *http.Client
	vendor connector.Conference
}

// errNothing says that the vendor answered a success without what makes it one.
var errNothing = errors.New("the vendor gave no id or no link")

// take does the step. Its error is one of our own; a vendor's is saved with the
// conference and remembered for the end of the run.
func (r *run) take(ctx context.Context, v view, s step) error {
	c := s.conf
	switch s.task {
	case intend:
		return r.intend(ctx, v)
	case retire, reclaim, forget, abandon:
		c.let(s.task, v)
		return unlessStale(r.save(ctx, v, c))
	}
	return unlessStale(r.call(ctx, v, s.task, c))
}

// let takes a step about which the vendor is not asked.
func (c *Conference) let(t task, v view) {
	refused := c.RetryAt
	c.succeeded()
	switch t {
	case retire:
		c.Stage = Ending
	case reclaim:
		c.Stage, c.LeftAt = Ending, time.Time{}
		if c.VendorID == "" { // it was left before we had its id: ask for that first
			c.Stage = Intended
		}
	case forget:
		c.Stage, c.RetryAt = Gone, refused
	case abandon:
		c.Stage, c.LeftAt = Left, instant(v.now)
		c.Reason = firstOf(v.reach[c.ConnectionID].reason, "meeting.reason.account")
	}
}

// intend writes down the next conference of the meeting, and that the vendor is
// asked for it, and asks. From here on its key survives us, whatever happens.
func (r *run) intend(ctx context.Context, v view) error {
	c := v.intended(db.NewID())
	c.AskedAt, c.fresh = instant(v.now), true
	stale := false
	err := r.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := db.One[Meeting](ctx, tx, hold, v.meeting.OrgID, v.meeting.ID)
		if stale = err == nil && m.Version != v.meeting.Version; err != nil || stale {
			return err
		}
		return db.Insert(ctx, tx, "conferences", &c)
	})
	if err != nil || stale { // stale: look again at what is wanted now
		return err
	}
	return unlessStale(r.call(ctx, v, ask, c))
}

// call does a step at the vendor and saves what came of it, good or bad. A
// shutdown cuts neither: what the vendor gave must not be lost.
func (r *run) call(ctx context.Context, v view, t task, c Conference) error {
	ctx = context.WithoutCancel(ctx)
	err := r.perform(ctx, v, t, &c)
	switch {
	case errors.Is(err, errStale):
		return err
	case err != nil:
		c.failed(err, v.now)
		r.tried[c.ID] = true
		r.failures = append(r.failures, err)
		r.log.Warn("conference step failed", "org", c.OrgID, "meeting", c.MeetingID, "gen", c.Gen, "stage", c.Stage, "attempt", c.Attempt, "error", err)
	default:
		c.succeeded()
	}
	return r.save(ctx, v, c)
}

func (r *run) perform(ctx context.Context, v view, t task, c *Conference) error {
	ctx, stop := context.WithTimeout(ctx, callFor)
	defer stop()
	l, err := r.lend(ctx, *c)
	if err != nil {
		return err
	}
	switch t {
	case ask:
		return r.ask(ctx, v, l, c)
	case fit:
		return r.fit(ctx, v, l, c)
	case verify:
		return l.verify(ctx, v, c)
	}
	return l.end(ctx, c)
}

// ask has the vendor make the conference, or find it if an earlier request
// arrived. That we ask is durable before we do. Only an answer that proves that
// nothing was made takes it back.
func (r *run) ask(ctx context.Context, v view, l lent, c *Conference) error {
	if c.fresh = c.fresh || c.AskedAt.IsZero(); c.AskedAt.IsZero() {
		c.AskedAt = instant(v.now)
		if err := r.save(ctx, v, *c); err != nil {
			return err
		}
		c.Version++
	}
	w := v.wishFor(*c)
	made, err := l.vendor.Make(ctx, l.client, w)
	if err == nil && (made.VendorID == "" || made.JoinURL == "") {
		err = fault.Wrap(fault.Unsure, errNothing, "")
	}
	if err != nil {
		return err
	}
	c.VendorID, c.JoinURL, c.CheckedAt = made.VendorID, made.JoinURL, instant(v.now)
	if c.shows(w); v.ofHost {
		c.ShownHosts = []string{c.Host}
	} else {
		c.ShownHosts = nil // it is made for the account; only Fit names the hosts
	}
	return nil
}

// wishFor is the wish with the conference's key, and with its own host first
// where it belongs to one: only in their name can anything be asked about it.
func (v view) wishFor(c Conference) connector.Wish {
	w := v.wish
	w.Key = c.key()
	if w.HostsStay && c.Stage != Live { // whom the vendor keeps are those of another conference
		w.Hosts, w.HostsStay = nil, false
	}
	if v.ofHost && c.Host != "" {
		others := slices.DeleteFunc(slices.Clone(w.Hosts), func(id string) bool { return id == c.Host })
		w.Hosts = append([]string{c.Host}, others...)
	}
	return w
}

// fit makes the conference as wished. While we ask, nobody can know what the
// vendor holds, and that is durable before we ask: a wish that turns back to
// what was sent before must be sent again. A vendor who does not know the
// conference any more has lost it: the next generation takes its place.
func (r *run) fit(ctx context.Context, v view, l lent, c *Conference) error {
	if c.Applied != "" {
		c.Applied = ""
		if err := r.save(ctx, v, *c); err != nil {
			return err
		}
		c.Version++
	}
	w := v.wishFor(*c)
	err := l.vendor.Fit(ctx, l.client, c.VendorID, w)
	if err == nil {
		c.Applied, c.CheckedAt = v.wanted, v.now
		c.shows(v.wish)
	}
	return c.unlessGone(err)
}

func (l lent) verify(ctx context.Context, v view, c *Conference) error {
	err := l.vendor.Check(ctx, l.client, c.VendorID)
	if err == nil {
		c.CheckedAt = v.now
	}
	return c.unlessGone(err)
}

func (l lent) end(ctx context.Context, c *Conference) error {
	err := l.vendor.End(ctx, l.client, c.VendorID)
	if err == nil {
		c.Stage = Gone
	}
	return c.unlessGone(err)
}

// unlessGone takes "not found" for what it is: news about the conference.
func (c *Conference) unlessGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		c.Stage = Gone
		return nil
	}
	return err
}

// save writes a conference and, in the same transaction, all that follows from
// it: which one the join link leads to, and what people are told about it.
func (r *run) save(ctx context.Context, v view, c Conference) error {
	return r.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now := v
		if now.meeting, err = db.One[Meeting](ctx, tx, hold, c.OrgID, c.MeetingID); err != nil {
			return err
		}
		if now.conferences, err = Conferences(ctx, tx, c.OrgID, c.MeetingID); err != nil {
			return err
		}
		for _, changed := range now.place(c) {
			if err := changed.save(ctx, tx); err != nil {
				return err
			}
		}
		return r.tell(ctx, tx, now)
	})
}

// unlessStale lets the run look again when its knowledge was out of date.
func unlessStale(err error) error {
	if errors.Is(err, errStale) {
		return nil
	}
	return err
}
