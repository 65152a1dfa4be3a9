package meeting

import (
	"time"

	"parley/internal/connector"
)

// A task is one thing that the reconciler can do about a conference.
type task int

const (
	// rest: all is as wanted.
	rest task = iota
	// wait: something is to do, and its connection does not let us.
	wait
	// intend: write down a new conference, before anybody is asked for it.
	intend
	// ask: have the vendor make the conference, or find it.
	ask
	// fit: make it as wished.
	fit
	// verify: see whether it is still there.
	verify
	// retire: nobody wants it any more; write that down.
	retire
	// end: have the vendor end it.
	end
	// forget: it was never asked for, so it is gone.
	forget
	// abandon: nobody can reach it any more.
	abandon
	// reclaim: its account is back.
	reclaim
)

// A step is the next task, the conference it is about, and why we wait.
type step struct {
	task   task
	conf   Conference
	reason string
}

// reach is what a connection lets us do now.
type reach struct {
	connected bool
	// lost says that it will not come back by itself: disconnected, or unknown.
	lost    bool
	account string
	reason  string
}

// holds reports whether the conference can be called for over the connection.
func (r reach) holds(c Conference) bool { return r.connected && r.account == c.Account }

// foreign reports whether another account is connected than the conference's.
func (r reach) foreign(c Conference) bool { return r.connected && r.account != c.Account }

// misses reports whether the conference is out of reach for good.
func (r reach) misses(c Conference) bool {
	return r.lost || r.foreign(c)
}

// A view is all that the reconciler looks at: what is wanted, what is there, and
// what can be reached. Everything it decides follows from a view.
type view struct {
	meeting     Meeting
	conferences []Conference
	reach       map[string]reach
	// wish is how the conference should be, and wanted is its print.
	wish   connector.Wish
	wanted string
	// ofHost says that a conference belongs to its first host, and host is who that
	// has to be; empty while the vendor does not know them.
	ofHost bool
	host   string
	// hostLost says that who holds the meeting was looked for at the vendor and is
	// not known there, or not any more.
	hostLost bool
	now      time.Time
	// tried are the conferences that failed in this run: one that fails must
	// not keep the others from their step.
	tried map[string]bool
}

// next is the one step to take now. What people wait for comes before what has
// to be cleaned up.
func (v view) next() step {
	s := v.towards()
	if s.task != rest && s.task != wait {
		return s
	}
	for _, c := range v.conferences {
		if t := v.tidy(c); t != rest && !v.tried[c.ID] {
			return step{task: t, conf: c}
		}
	}
	return s
}

// wants reports whether the meeting should have a conference from now on.
func (v view) wants() bool { return v.meeting.linked() && !v.meeting.over(v.now) }

func (v view) target() reach { return v.reach[v.meeting.ConnectionID] }

// live is the conference that the join link leads to.
func (v view) live() (Conference, bool) {
	for _, c := range v.conferences {
		if c.Stage == Live {
			return c, true
		}
	}
	return Conference{}, false
}

// coming is the conference that is being made for what is wanted now. None is
// when the live one can stay.
func (v view) coming() (Conference, bool) {
	if live, has := v.live(); !v.wants() || (has && !v.mustReplace(live)) {
		return Conference{}, false
	}
	for _, c := range v.conferences {
		if c.Stage == Intended && c.ConnectionID == v.meeting.ConnectionID && !v.target().misses(c) && v.suits(c) {
			return c, true
		}
	}
	return Conference{}, false
}

// keepHosts leaves the hosts at the vendor as they are while it knows nobody who
// is to run the meeting: taking the last ones away would leave the client before a
// door that nobody can open.
func (v *view) keepHosts() {
	live, has := v.live()
	if has && len(v.wish.Hosts) == 0 && live.ConnectionID == v.meeting.ConnectionID && len(live.ShownHosts) > 0 {
		v.wish.Hosts, v.wish.HostsStay = live.ShownHosts, true
	}
}

// suits reports whether the conference belongs to who holds the meeting now. One
// whose holder the vendor does not know stays with whom it has.
func (v view) suits(c Conference) bool { return !v.ofHost || v.host == "" || c.Host == v.host }

// towards is the step towards a conference that is as wished.
func (v view) towards() step {
	if !v.wants() {
		return step{}
	}
	live, has := v.live()
	if !has || v.mustReplace(live) {
		return v.replace()
	}
	if live.Applied != v.wanted && !v.target().lost {
		return v.reachFor(fit, live)
	}
	due, more := v.checkAt(live)
	if !more || v.now.Before(due) || v.target().foreign(live) {
		return step{conf: live}
	}
	return v.reachFor(verify, live)
}

// mustReplace says whether the live conference cannot become as wished: another
// connection is wanted, its account is not the one that is connected now, or it
// belongs to another host. A conference of an earlier account stays as long as
// nothing about it must change. One whose connection was switched off stays
// whatever changes: its link works, and nothing could take its place.
func (v view) mustReplace(live Conference) bool {
	switch {
	case live.ConnectionID != v.meeting.ConnectionID:
		return true
	case v.target().lost:
		return false
	}
	return !v.suits(live) || v.target().foreign(live) && live.Applied != v.wanted
}

// unhosted reports whether a conference would have to be somebody's whom the
// vendor does not know.
func (v view) unhosted() bool { return v.ofHost && v.host == "" }

const reasonUnhosted = "meeting.reason.host"

func (v view) replace() step {
	if c, ok := v.coming(); ok && !v.unhosted() {
		return v.reachFor(ask, c)
	}
	switch {
	case !v.target().connected:
		return step{task: wait, reason: v.target().reason}
	case v.unhosted():
		return step{task: wait, reason: reasonUnhosted}
	}
	return step{task: intend}
}

func (v view) reachFor(t task, c Conference) step {
	switch {
	case v.tried[c.ID], c.rests(v.now):
		return step{task: wait, conf: c, reason: c.Reason}
	case v.target().lost && c.Stage == Live:
		return step{task: wait, conf: c, reason: "meeting.reason.unchecked"}
	case !v.target().connected:
		return step{task: wait, conf: c, reason: v.target().reason}
	}
	return step{task: t, conf: c}
}

// tidy is the step towards nothing being left of a conference that nobody wants.
func (v view) tidy(c Conference) task {
	r := v.reach[c.ConnectionID]
	switch c.Stage {
	case Live:
		if !v.meeting.linked() {
			return retire
		}
	case Ending:
		return whether(r, c, end)
	case Left:
		if r.holds(c) {
			return reclaim
		}
	case Intended:
		if keep, ok := v.coming(); ok && keep.ID == c.ID {
			return rest
		}
		if c.AskedAt.IsZero() {
			return forget
		}
		if c.rests(v.now) {
			return rest
		}
		// It may be at the vendor, who is asked again to learn its id.
		return whether(r, c, ask)
	}
	return rest
}

func whether(r reach, c Conference, t task) task {
	switch {
	case r.holds(c):
		return t
	case r.misses(c):
		return abandon
	}
	return rest
}

// checks are how long before the start a link is looked at once more.
var checks = [...]time.Duration{24 * time.Hour, time.Hour, 10 * time.Minute}

// checkAt is when a conference that was seen to be there is due to be looked at
// again, if ever.
func (v view) checkAt(c Conference) (due time.Time, more bool) {
	for _, before := range checks {
		if at := v.meeting.Starts.Add(-before); at.After(c.CheckedAt) {
			return at, true
		}
	}
	return time.Time{}, false
}

// intended is the next conference of the meeting: another life, another key.
func (v view) intended(id string) Conference {
	c := Conference{
		OrgID: v.meeting.OrgID, ID: id, MeetingID: v.meeting.ID, Gen: 1, Stage: Intended,
		ConnectionID: v.meeting.ConnectionID, Account: v.target().account,
	}
	if c.Host = v.host; !v.ofHost && len(v.wish.Hosts) > 0 {
		c.Host = v.wish.Hosts[0]
	}
	for _, earlier := range v.conferences {
		c.Gen = max(c.Gen, earlier.Gen+1)
	}
	return c
}

// place puts a conference that is to be saved among the others, and returns all
// that change by it, in the order in which they must be saved. One that the
// vendor has just given becomes the live one in the place of the one before, if
// it is still what is wanted; if not, it is to be ended. Its id is kept either way.
func (v *view) place(c Conference) []Conference {
	var changed []Conference
	if c.Stage == Intended && c.VendorID != "" {
		wanted, ok := v.coming()
		c.Stage = Ending
		if ok && wanted.ID == c.ID {
			c.Stage = Live
			if old, has := v.live(); has {
				old.Stage = Ending
				changed = append(changed, old)
			}
		}
	}
	changed = append(changed, c)
	v.put(changed)
	return changed
}

func (v *view) put(changed []Conference) {
	all := append([]Conference(nil), v.conferences...)
	for i := range all {
		for _, c := range changed {
			if all[i].ID == c.ID {
				all[i] = c
			}
		}
	}
	v.conferences = all
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
