package graph

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"parley/internal/connector"
	"parley/internal/fault"
)

// monthMost is how many meetings Microsoft documents for one user in a month, and
// monthNear when to speak of it (Microsoft Graph, service-specific throttling limits).
const (
	monthMost = 2000
	monthNear = monthMost * 8 / 10
)

// wish is the meeting that the doctor makes: an hour ahead, the test person its host.
func (c *chart) wish() connector.Wish {
	starts := c.p.Now.Add(time.Hour).UTC().Truncate(time.Minute)
	w := connector.Wish{Key: c.p.Trial.Key, Subject: "Parley", Starts: starts, Ends: starts.Add(probeLife),
		Lobby: connector.StaffAdmits, Presenters: connector.HostsPresent, Lang: "en"}
	if c.canHost() {
		w.Hosts = []string{c.p.Probe}
	}
	return w
}

func (c *chart) conference() connector.Conference { return c.vendor.Conference(c.p.Settings) }

// seeMeeting makes a meeting, as every appointment does.
func seeMeeting(ctx context.Context, c *chart) {
	if !c.delegated() && !c.canHost() {
		c.unseen(forPerson)
		return
	}
	c.p.Trial.Asked = true
	made, err := c.conference().Make(ctx, c.graph, c.wish())
	if err == nil {
		c.made = made
		return
	}
	if refusedBy(err) || fault.Is(err, fault.Limited) {
		c.p.Trial.Ended = true // nothing was made
	}
	n := c.notes.of(err)
	switch {
	case n.signed && n.Status < 300:
		c.tell("meeting.link", n)
		c.rescue(n)
	case fault.Is(err, fault.Limited):
		c.slowed(err)
	case refusedBy(err):
		c.notAllowed(ctx, err, n)
	default:
		c.odd(err)
	}
}

// rescue takes the id of a meeting that came without a link, so that it is
// deleted all the same.
func (c *chart) rescue(n note) {
	var half struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(n.body, &half)
	if half.ID != "" && !c.delegated() {
		half.ID = c.p.Probe + "/" + half.ID
	}
	c.made.VendorID = half.ID
}

// slowed tells the month's limit from a busy moment.
func (c *chart) slowed(err error) {
	if key := fault.As(err).Key; key == "teams.month.account" || key == "teams.month.host" || c.p.MadeThisMonth >= monthMost {
		c.tell("limit.reached", c.notes.of(err))
		return
	}
	c.tell("meeting.throttled", c.notes.of(err))
}

// ofMaking is the fault of what the connector found out about a refusal to make
// a meeting.
var ofMaking = map[string]string{
	"teams.policy.missing": "policy.missing", "teams.account.gone": "account.gone", "teams.host.gone": "person.gone",
	"teams.account.licence": "account.licence", "teams.host.licence": "person.licence",
}

// notAllowed tells apart who has to act on a refusal to make a meeting.
func (c *chart) notAllowed(ctx context.Context, err error, n note) {
	name := ofMaking[fault.As(err).Key]
	switch {
	case n.says("is not authorized to"), name == "policy.missing" && c.policyElsewhere(ctx):
		c.tell("policy.person", n)
	case name != "":
		c.tell(name, n)
	case c.said["account.guest"]:
		c.unseen("guest")
	case n.Code == "Authorization_RequestDenied":
		c.withdrawn(n)
	case !c.delegated():
		c.tell("person.refused", n)
	default:
		c.tell("meeting.refused", n)
	}
}

// policyElsewhere reports whether the policy lets us act for anybody else: then it
// is there, and leaves the test person out. It looks for a meeting that nobody
// has, which changes nothing.
func (c *chart) policyElsewhere(ctx context.Context) bool {
	nothing := url.QueryEscape("JoinWebUrl eq 'https://teams.microsoft.com/l/meetup-join/none'")
	for _, u := range c.others {
		if err := c.ask(ctx, "users/"+url.PathEscape(u)+"/onlineMeetings?$filter="+nothing, nil); err == nil {
			return true
		}
	}
	return false
}

// withdrawn names the permission to make meetings, unless it is known to be missing.
func (c *chart) withdrawn(n note) {
	scope := needed(c.p.Settings)[0]
	if c.lacks(scope) {
		c.unseen("consent")
		return
	}
	c.tell("consent.withdrawn", n, "Scope", scope)
}

// settled is what the doctor compares of a meeting.
type settled struct {
	Lobby      lobby  `json:"lobbyBypassSettings"`
	Presenters string `json:"allowedPresenters"`
	People     people `json:"participants"`
}

// seeSettings changes the meeting and reads it back: an answer to a change is
// not yet a change.
func seeSettings(ctx context.Context, c *chart) {
	if c.made.VendorID == "" || c.made.JoinURL == "" {
		c.unseen(forMeeting)
		return
	}
	w := c.wish()
	err := c.conference().Fit(ctx, c.graph, c.made.VendorID, w)
	if err == nil {
		err = c.conference().Check(ctx, c.graph, c.made.VendorID)
	}
	switch {
	case err == nil:
		c.compare(w)
	case fault.Is(err, fault.NotFound):
		c.say("meeting.lost")
	case fault.Is(err, fault.Limited):
		c.slowed(err)
	case refusedBy(err), fault.Is(err, fault.Invalid):
		c.tell("settings.refused", c.notes.of(err), "Code", c.notes.of(err).Code)
	default:
		c.odd(err)
	}
}

// compare says which of the settings did not stay. A value that Microsoft hides
// from older readers proves nothing.
func (c *chart) compare(w connector.Wish) {
	var got settled
	c.reply(&got)
	if scope := got.Lobby.Scope; scope != scopeOf(w.Lobby) && scope != "unknownFutureValue" {
		c.say("settings.lobby", "Got", scope)
	}
	if got.Presenters != "roleIsPresenter" && got.Presenters != "unknownFutureValue" {
		c.say("settings.presenters", "Got", got.Presenters)
	}
	for _, id := range w.Hosts {
		runs := func(a attendee) bool { return a.Identity.User.ID == id && a.Role != "attendee" }
		if c.delegated() && !slices.ContainsFunc(got.People.Attendees, runs) {
			c.say("settings.hosts")
		}
	}
}

// seeRemoval deletes the meeting, as every cancellation does.
func seeRemoval(ctx context.Context, c *chart) {
	if c.made.VendorID == "" {
		c.unseen(forMeeting)
		return
	}
	err := c.conference().End(ctx, c.graph, c.made.VendorID)
	switch {
	case err == nil:
		c.settled = true
		c.p.Trial.Ended = true
	case refusedBy(err), fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
		c.tell("removal.refused", c.notes.of(err), "Code", c.notes.of(err).Code)
	case fault.Is(err, fault.Limited):
		c.slowed(err)
	default:
		c.odd(err)
	}
}

// leaveNothing ends the meeting when whoever asked stopped listening.
func (c *chart) leaveNothing(ctx context.Context) {
	if c.made.VendorID == "" || c.settled || c.graph == nil {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), connector.Deadline)
	defer stop()
	if c.conference().End(ctx, c.graph, c.made.VendorID) == nil {
		c.p.Trial.Ended = true
	}
}

// seeLimit counts the meetings of the account this month.
func seeLimit(_ context.Context, c *chart) {
	switch {
	case c.said["limit.reached"]:
		c.unseen("limit")
	case c.p.MadeThisMonth >= monthMost:
		c.tell("limit.reached", note{})
	case c.p.MadeThisMonth >= monthNear:
		c.tell("limit.near", note{})
	}
}
