package meeting

import (
	"time"

	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/fault"
)

// Mode is how people meet.
type Mode string

// The modes of a meeting.
const (
	AtPlace Mode = "place"
	ByPhone Mode = "phone"
	ByVideo Mode = "video"
)

// State says whether a meeting still stands.
type State string

// The states of a meeting. That it is over is a matter of the clock.
const (
	Agreed    State = "agreed"
	Cancelled State = "cancelled"
)

// Lobby says who waits until somebody lets them in, for rooms that may not
// know the seam.
type Lobby = connector.Lobby

// The three lobbies.
const (
	StaffAdmits        = connector.StaffAdmits
	OrganizationEnters = connector.OrganizationEnters
	EveryoneEnters     = connector.EveryoneEnters
)

// Presenters says who may show something, for rooms that may not know the seam.
type Presenters = connector.Presenters

// The three circles of presenters.
const (
	HostsPresent         = connector.HostsPresent
	OrganizationPresents = connector.OrganizationPresents
	EveryonePresents     = connector.EveryonePresents
)

// LinkState is what can be promised about the video link of a meeting.
type LinkState string

// The link states. NoLink is a meeting that needs none: cancelled, or not by video.
const (
	NoLink  LinkState = "none"
	Pending LinkState = "pending"
	// Ready is a link that leads to the meeting. With a reason, the vendor still
	// shows it as it was, because the connection was switched off.
	Ready LinkState = "ready"
	// AtRisk is a link that is there, but could not be checked or made to fit.
	AtRisk LinkState = "at risk"
)

// Trouble says how deep a meeting without a sound link sits, for those who look
// for another way to hold it.
type Trouble string

// The troubles.
const (
	// Passing: none, or one that goes away by itself.
	Passing Trouble = ""
	// Stuck: somebody has to act before the link can be made.
	Stuck Trouble = "stuck"
	// Lost: the connection was switched off; it does not come back by itself.
	Lost Trouble = "lost"
)

// A Meeting is an agreed time between people, and how they want to meet.
type Meeting struct {
	OrgID, ID string
	// Code opens the join page: /j/<code>. It never changes.
	Code string
	// Kind and OwnerID name the noun that this is the meeting of, such as an
	// appointment; the owner is told when the link changes.
	Kind, OwnerID string
	Title         string
	Starts, Ends  time.Time
	// Zone is the IANA zone in which the time was agreed.
	Zone string
	Mode Mode
	// Place is the address to come to, or the number that is called.
	Place string
	// ConnectionID is the connection that gives the link, when by video.
	ConnectionID string
	// HostID is the person who holds the meeting; CoHosts may run it too.
	HostID  string
	CoHosts []string
	Lobby   Lobby
	// Presenters may show something in it.
	Presenters Presenters
	// Lang is the language of what the vendor writes about the meeting.
	Lang string
	// Record allows recording; nothing is recorded unless somebody does it.
	Record bool
	State  State
	// Version counts what is wanted, Sequence what a calendar file says of it.
	Version, Sequence int64
	// Prior is the time before the last move; empty if it never moved.
	Prior     calendar.Span
	ChangedAt time.Time
	Link      LinkState
	// LinkReason is the catalogue key of why the link is not Ready, or not as wanted.
	LinkReason string
	// Trouble says whether what keeps the link from being Ready passes by itself.
	Trouble Trouble

	// Claims are the people whose time the meeting takes; nobody named means
	// the hosts. The claims themselves are kept by calendar.
	Claims []string
}

// Span is the time of the meeting.
func (m Meeting) Span() calendar.Span { return calendar.Span{Start: m.Starts, End: m.Ends} }

// Hosts are all who may run the meeting, the holder first.
func (m Meeting) Hosts() []string {
	if m.HostID == "" {
		return m.CoHosts
	}
	return append([]string{m.HostID}, m.CoHosts...)
}

// Moved reports whether the meeting was ever at another time.
func (m Meeting) Moved() bool { return !m.Prior.Start.IsZero() }

// linked reports whether the meeting wants a video link at all.
func (m Meeting) linked() bool { return m.State == Agreed && m.Mode == ByVideo }

func (m Meeting) over(now time.Time) bool { return !now.Before(m.Ends) }

func (m Meeting) claimed() []string {
	if len(m.Claims) > 0 {
		return m.Claims
	}
	return m.Hosts()
}

// check refuses what no rule of an owner should have let through.
func (m Meeting) check() error {
	if !m.Starts.Before(m.Ends) {
		return fault.New(fault.Invalid, "meeting.invalid.time").At("start")
	}
	if _, err := time.LoadLocation(m.Zone); err != nil || m.Zone == "" {
		return fault.New(fault.Invalid, "meeting.invalid.zone", "Zone", m.Zone).At("zone")
	}
	switch {
	case m.Mode == ByVideo && m.ConnectionID == "":
		return fault.New(fault.Invalid, "meeting.invalid.connection").At("method")
	case m.Mode != ByVideo && m.Mode != ByPhone && m.Mode != AtPlace:
		return fault.New(fault.Invalid, "meeting.invalid.mode").At("method")
	}
	return nil
}

// asWanted fills in what follows from the mode and must not be left over from another.
func (m *Meeting) asWanted() {
	if m.Mode != ByVideo {
		m.ConnectionID = ""
	}
	if m.Lobby == "" {
		m.Lobby = StaffAdmits
	}
	if m.Presenters == "" {
		m.Presenters = HostsPresent
	}
	m.Starts, m.Ends = instant(m.Starts), instant(m.Ends)
}

// instant is a time as the database gives it back, so that what is compared is equal.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
