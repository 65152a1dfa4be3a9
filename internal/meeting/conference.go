package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// Stage is how far a conference has come at its vendor.
type Stage string

// The stages of a conference. Gone and left rows stay: they are the only memory
// of what was made at vendors that cannot list it.
const (
	// Intended: its key is durable; the vendor may have been asked already.
	Intended Stage = "intended"
	// Live: people who click the join link come here. One a meeting at most.
	Live Stage = "live"
	// Ending: nobody wants it; the vendor is to be told.
	Ending Stage = "ending"
	// Gone: it is not there, or never was.
	Gone Stage = "gone"
	// Left: it may still be at the vendor, and we cannot reach it any more.
	Left Stage = "left"
)

// A Conference is the vendor's side of a meeting, as far as we know it.
type Conference struct {
	OrgID, ID, MeetingID string
	// Gen counts the conferences of a meeting: each life has its own key.
	Gen          int64
	ConnectionID string
	// Account is whose it is at the vendor, immutable ids only.
	Account string
	// Host is the vendor's id of the first host when it was intended.
	Host    string
	Stage   Stage
	AskedAt time.Time
	// VendorID and JoinURL are what the vendor gave. JoinURL lets people in.
	VendorID, JoinURL string
	// Applied is the print of the wish that was sent last.
	Applied string
	// Attempt counts the failures since the last success.
	Attempt int64
	// Reason is the catalogue key of what keeps it from being as wished, or of why
	// it was left.
	Reason string
	// Stuck says that what failed last does not pass by itself.
	Stuck bool
	// RetryAt is before when asking again is of no use; zero when it is not known.
	// One that is given up meanwhile keeps it, so that the refusal stays known.
	RetryAt   time.Time
	CheckedAt time.Time
	// ShownStarts is the start that the vendor was told last, and ShownHosts are the
	// hosts.
	ShownStarts time.Time
	ShownHosts  []string
	// LeftAt is since when it is out of our reach.
	LeftAt  time.Time
	Version int64

	// fresh says that this run asks for it for the first time.
	fresh bool
}

// errStale says that somebody else has saved the conference since we read it.
// What we were about to say is out of date; we look again.
var errStale = errors.New("the conference was saved by somebody else")

// key is what the vendor knows the conference by before it gave us an id.
func (c Conference) key() string { return fmt.Sprintf("%s.%d", c.MeetingID, c.Gen) }

// wish is how the conference of the meeting should be. Its key comes later,
// because it does not change what has to be sent.
func (m Meeting) wish(hosts []string) connector.Wish {
	return connector.Wish{
		Subject: m.Title, Starts: m.Starts, Ends: m.Ends,
		Hosts: hosts, Lobby: m.Lobby, Presenters: m.Presenters, Lang: m.Lang, Record: m.Record,
	}
}

// print is the hash by which two wishes are told apart. That the hosts stay whom
// the vendor has is no other wish.
func print(w connector.Wish) string {
	w.Key, w.HostsStay = "", false
	text, _ := json.Marshal(w) // strings, times and bools: cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

const (
	// patience is how many failures in a row of a kind that passes by itself are
	// kept from the people concerned.
	patience = 3
	// longWait is the least wait, asked for by a vendor, that people are told of
	// at once: a limit of a day or of a month, not of a second.
	longWait = 30 * time.Minute
)

// failed notes a failure. A passing one becomes a reason only when it stays.
func (c *Conference) failed(err error, now time.Time) {
	c.Attempt++
	f := fault.As(err)
	c.Stuck, c.RetryAt = !passes(f.Kind), longRest(f, now)
	if c.Stuck || !c.RetryAt.IsZero() || c.Attempt >= patience {
		c.Reason = reasonOf(f)
	}
	if c.fresh && definite(err) {
		c.AskedAt = time.Time{} // nothing was made, and nobody has to look for it
	}
}

// longRest is until when a limit lasts that is not one of seconds; zero for others.
func longRest(f *fault.Error, now time.Time) time.Time {
	switch {
	case f.Kind != fault.Limited:
	case f.After == connector.NextMonth:
		return nextMonth(now)
	case f.After >= longWait:
		return instant(now.Add(f.After))
	}
	return time.Time{}
}

func (c *Conference) succeeded() { c.Attempt, c.Reason, c.Stuck, c.RetryAt = 0, "", false, time.Time{} }

// rests reports whether asking for the conference again is of no use yet.
func (c Conference) rests(now time.Time) bool { return now.Before(c.RetryAt) }

// troubled says whether it can be there in time without anybody acting.
func (c Conference) troubled(m Meeting) bool {
	return c.Stuck || !c.RetryAt.IsZero() && !c.RetryAt.Before(m.Starts)
}

// shows notes what the vendor was told.
func (c *Conference) shows(w connector.Wish) {
	c.ShownStarts, c.ShownHosts = instant(w.Starts), w.Hosts
}

// passes reports whether a failure of the kind goes away without anybody
// acting, so that the job itself tries again. After the others the meeting
// waits for its connection, the sweep or a check.
func passes(k fault.Kind) bool {
	switch k {
	case fault.SignIn, fault.Denied, fault.Invalid, fault.NotFound:
		return false
	}
	return true
}

// definite reports whether a failure says that the vendor certainly did nothing.
// A vendor, or a proxy before it, that answers with a failure of its own may have
// done what was asked first: only one that was never reached has not.
func definite(err error) bool {
	switch fault.As(err).Kind {
	case fault.Limited, fault.Denied, fault.SignIn, fault.Invalid:
		return true
	case fault.Away:
		e, answered := connector.EvidenceOf(err)
		return !answered || e.Status == 0
	}
	return false
}

// reasonOf is the sentence kept for a failure. One that speaks of particulars is
// not: they are not kept.
func reasonOf(f *fault.Error) string {
	if f.Key != "" && len(f.Args) == 0 {
		return f.Key
	}
	switch f.Kind {
	case fault.SignIn:
		return "meeting.reason.signin"
	case fault.Denied:
		return "meeting.reason.denied"
	case fault.Limited:
		if f.After >= longWait || f.After == connector.NextMonth {
			return "meeting.reason.quota"
		}
		return "meeting.reason.limited"
	case fault.Away, fault.Unsure:
		return "meeting.reason.away"
	}
	return "meeting.reason.refused"
}
