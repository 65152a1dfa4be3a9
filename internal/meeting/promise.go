package meeting

import "slices"

// Why a link that works is not as wanted: the connection was switched off when the
// meeting changed.
const (
	// ReasonOldTime: the vendor still shows the time before.
	ReasonOldTime = "meeting.reason.outdated.time"
	// ReasonOldHosts: the vendor still takes others for the hosts.
	ReasonOldHosts = "meeting.reason.outdated.hosts"
)

// ReasonHostLost: the link leads to the meeting, and who holds it is not known at
// the vendor any more, so that they may not be able to let anybody in. Its sentence
// takes the Name of who holds it.
const ReasonHostLost = "meeting.reason.lost"

// A promise is what people are told about the link, why, and whether that passes.
type promise struct {
	state   LinkState
	reason  string
	trouble Trouble
}

func (m Meeting) promised() promise { return promise{m.Link, m.LinkReason, m.Trouble} }

// link is the promise that follows from the view.
func (v view) link() promise {
	if !v.meeting.linked() {
		return promise{state: NoLink}
	}
	if v.meeting.over(v.now) {
		return v.meeting.promised()
	}
	live, has := v.live()
	s := v.towards()
	coming, _ := v.coming()
	reason := firstOf(coming.Reason, s.reason)
	switch {
	case !has:
		return promise{Pending, reason, v.trouble(coming)}
	case live.Reason != "":
		return promise{state: AtRisk, reason: live.Reason}
	case v.hostLost && live.ConnectionID == v.meeting.ConnectionID:
		return promise{AtRisk, ReasonHostLost, Stuck}
	case v.outdated(live) && v.othersHost(live):
		return promise{state: AtRisk, reason: ReasonOldHosts}
	case reason != "":
		return promise{state: AtRisk, reason: reason}
	case v.outdated(live) && live.ShownStarts.Equal(v.wish.Starts):
		return promise{state: Ready, reason: "meeting.reason.outdated"}
	case v.outdated(live):
		return promise{state: Ready, reason: ReasonOldTime}
	}
	return promise{state: Ready}
}

// trouble says whether the link can come without anybody acting.
func (v view) trouble(coming Conference) Trouble {
	switch {
	case v.target().lost:
		return Lost
	case !v.target().connected, v.unhosted(), coming.troubled(v.meeting):
		return Stuck
	}
	return Passing
}

// outdated reports whether the vendor shows the conference as it was before, and
// nothing can be done about it because the connection was switched off.
func (v view) outdated(live Conference) bool {
	return v.target().lost && live.ConnectionID == v.meeting.ConnectionID && live.Applied != v.wanted
}

// othersHost reports whether the vendor takes others for the hosts: those who
// hold it now may not be able to let anybody in.
func (v view) othersHost(live Conference) bool {
	return len(v.wish.Hosts) > 0 && !slices.Equal(live.ShownHosts, v.wish.Hosts)
}
