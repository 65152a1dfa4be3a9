package page

import (
	"slices"

	"parley/internal/appointment"
	"parley/internal/meeting"
	"parley/internal/web/ui"
)

// A Call is the video call of an appointment, to one reader of a list.
type Call struct {
	Link meeting.LinkState
	// Code is that of the permanent link, and Address the link with its host.
	Code, Address string
	// Client tells the buttons of a list apart.
	Client string
	// Hosts says that the reader runs the call, alone or with others.
	Hosts bool
}

// CallOf is the video call of an appointment that still stands; the second result
// is whether it has one.
func CallOf(b appointment.Brief, me string, url func(path string) string) (Call, bool) {
	c := Call{Link: b.Link, Code: b.Code, Client: b.Client, Hosts: b.StaffID == me || slices.Contains(b.Beside, me)}
	if !b.State.Standing() || b.Method != appointment.Video || b.Link == "" || b.Link == meeting.NoLink {
		return c, false
	}
	c.Address = url("/j/" + b.Code)
	return c, true
}

// enter is where Join leads: who runs the call into the meeting at once, where the
// same address says so while its link is still being made; everybody else to the
// page that the client has too.
func (c Call) enter() string {
	if c.Hosts {
		return "/j/" + c.Code + "/go"
	}
	return "/j/" + c.Code
}

// joinable reports whether Join has somewhere to lead.
func (c Call) joinable() bool { return c.Hosts || c.Link != meeting.Pending }

// id is the element that holds the address.
func (c Call) id() string { return "link-" + c.Code }

var linkTones = map[meeting.LinkState]ui.Tone{meeting.NoLink: ui.Neutral, meeting.Pending: ui.Info, meeting.Ready: ui.Success, meeting.AtRisk: ui.Warning}

// LinkTone is the colour of what can be promised about a video link.
func LinkTone(s meeting.LinkState) ui.Tone { return linkTones[s] }
