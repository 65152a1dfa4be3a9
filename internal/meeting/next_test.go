package meeting

import (
	"testing"
	"time"

	"parley/internal/connector"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

// on describes a view in few words: the connection "a" is connected as "acct",
// the meeting is wanted there in two days.
func on(change ...func(*view)) view {
	v := view{
		meeting: Meeting{ID: "m", State: Agreed, Mode: ByVideo, ConnectionID: "a", Starts: noon.Add(48 * time.Hour), Ends: noon.Add(49 * time.Hour)},
		reach:   map[string]reach{"a": {connected: true, account: "acct"}, "b": {connected: true, account: "other"}},
		wanted:  "wanted", now: noon, tried: map[string]bool{},
	}
	for _, c := range change {
		c(&v)
	}
	return v
}

func with(c Conference) func(*view) {
	return func(v *view) {
		c.Gen = int64(len(v.conferences) + 1)
		if c.ConnectionID == "" {
			c.ConnectionID = "a"
		}
		if c.Account == "" {
			c.Account = v.reach[c.ConnectionID].account
		}
		c.ID = string(c.Stage) + c.ConnectionID
		v.conferences = append(v.conferences, c)
	}
}

func cancelled(v *view)      { v.meeting.State = Cancelled }
func inPerson(v *view)       { v.meeting.Mode = AtPlace }
func over(v *view)           { v.now = v.meeting.Ends }
func wantsB(v *view)         { v.meeting.ConnectionID = "b" }
func reauthorize(v *view)    { v.reach["a"] = reach{account: "acct", reason: "again"} }
func disconnected(v *view)   { v.reach["a"] = reach{lost: true, account: "acct", reason: "gone"} }
func otherAccount(v *view)   { v.reach["a"] = reach{connected: true, account: "new"} }
func failedIntended(v *view) { v.tried["intendeda"] = true }

// hostedBy makes conferences belong to their host, and the meeting to this one.
func hostedBy(host string) func(*view) {
	return func(v *view) {
		v.ofHost, v.host = true, host
		if v.wish.Hosts = nil; host != "" {
			v.wish.Hosts = []string{host}
		}
		if len(v.conferences) > 0 && v.conferences[0].Host != host {
			v.wanted = "another host"
		}
	}
}

func hourBefore(v *view) { v.now = v.meeting.Starts.Add(-time.Hour) }

func TestNextStep(t *testing.T) {
	asked := Conference{Stage: Intended, AskedAt: noon}
	fresh := Conference{Stage: Live, JoinURL: "u", CheckedAt: noon}
	live := Conference{Stage: Live, JoinURL: "u", Applied: "wanted", CheckedAt: noon}
	ending := Conference{Stage: Ending, VendorID: "v"}
	shown := Conference{Stage: Live, JoinURL: "u", Applied: "before", CheckedAt: noon, ShownHosts: []string{"x"}}
	ofX := Conference{Stage: Live, JoinURL: "u", Applied: "wanted", CheckedAt: noon, Host: "x", ShownHosts: []string{"x"}}
	for _, c := range []struct {
		name string
		view view
		want task
		link LinkState
	}{
		{"nothing yet", on(), intend, Pending},
		{"written down", on(with(Conference{Stage: Intended})), ask, Pending},
		{"asked, no answer", on(with(asked)), ask, Pending},
		{"asked and failed in this run", on(with(asked), failedIntended), wait, Pending},
		{"made, not fitted", on(with(fresh)), fit, Ready},
		{"as wished", on(with(live)), rest, Ready},
		{"check is due", on(with(live), hourBefore), verify, Ready},
		{"over, never made", on(over), rest, ""},
		{"over, not as wished", on(with(fresh), over), rest, ""},
		{"over, asked", on(with(asked), over), ask, ""},
		{"over, never asked", on(with(Conference{Stage: Intended}), over), forget, ""},
		{"connection waits, nothing yet", on(reauthorize), wait, Pending},
		{"connection waits, as wished", on(with(live), reauthorize), rest, Ready},
		{"connection waits, not as wished", on(with(fresh), reauthorize), wait, AtRisk},
		{"connection waits, check is due", on(with(live), reauthorize, hourBefore), wait, AtRisk},
		{"cancelled, nothing yet", on(cancelled), rest, NoLink},
		{"cancelled, never asked", on(with(Conference{Stage: Intended}), cancelled), forget, NoLink},
		{"cancelled, asked", on(with(asked), cancelled), ask, NoLink},
		{"cancelled, asked, connection waits", on(with(asked), cancelled, reauthorize), rest, NoLink},
		{"cancelled, asked, connection gone", on(with(asked), cancelled, disconnected), abandon, NoLink},
		{"cancelled, live", on(with(live), cancelled), retire, NoLink},
		{"cancelled, live, over", on(with(live), cancelled, over), retire, NoLink},
		{"not by video any more", on(with(live), inPerson), retire, NoLink},
		{"ending", on(with(ending), cancelled), end, NoLink},
		{"ending, connection waits", on(with(ending), cancelled, reauthorize), rest, NoLink},
		{"ending, connection gone", on(with(ending), cancelled, disconnected), abandon, NoLink},
		{"ending, other account", on(with(ending), otherAccount, cancelled), abandon, NoLink},
		{"left, account is back", on(with(Conference{Stage: Left}), cancelled), reclaim, NoLink},
		{"left, other account", on(with(Conference{Stage: Left}), otherAccount, cancelled), rest, NoLink},
		{"gone is gone", on(with(Conference{Stage: Gone}), cancelled), rest, NoLink},
		{"gone: another generation", on(with(Conference{Stage: Gone})), intend, Pending},
		{"other account, as wished", on(with(live), otherAccount), rest, Ready},
		{"other account, check is due", on(with(live), otherAccount, hourBefore), rest, Ready},
		{"other account, must change", on(with(fresh), otherAccount), intend, Ready},
		{"other account, asked under the old", on(with(asked), otherAccount), intend, Pending},
		{"other provider wanted", on(with(live), wantsB), intend, Ready},
		{"other provider wanted, being made", on(with(live), wantsB, with(Conference{Stage: Intended, ConnectionID: "b"})), ask, Ready},
		{"other provider live, old one ending", on(with(ending), wantsB, with(Conference{Stage: Live, ConnectionID: "b", Applied: "wanted", CheckedAt: noon})), end, Ready},
		{"live, and an earlier one asked", on(with(live), with(asked)), ask, Ready},
		{"switched off, as wished", on(with(live), disconnected), rest, Ready},
		{"switched off, moved", on(with(shown), disconnected), rest, Ready},
		{"switched off, held by others", on(with(shown), disconnected, hostedBy("y")), rest, AtRisk},
		{"switched off, check is due", on(with(live), disconnected, hourBefore), wait, AtRisk},
		{"switched off, nothing yet", on(disconnected), wait, Pending},
		{"of its host, as wished", on(with(ofX), hostedBy("x")), rest, Ready},
		{"of its host, another now", on(with(ofX), hostedBy("y")), intend, Ready},
		{"of its host, another being made", on(with(ofX), with(Conference{Stage: Intended, Host: "y"}), hostedBy("y")), ask, Ready},
		{"of its host, the one being made is another's", on(with(Conference{Stage: Intended, Host: "x", AskedAt: noon}), hostedBy("y")), intend, Pending},
		{"of its host, nobody knows them", on(hostedBy("")), wait, Pending},
		{"of its host, nobody knows them any more", on(with(ofX), hostedBy("")), fit, Ready},
		{"of its host, switched off, another now", on(with(ofX), hostedBy("y"), disconnected), rest, AtRisk},
		{"not before a while", on(with(Conference{Stage: Intended, AskedAt: noon, RetryAt: noon.Add(time.Hour)})), wait, Pending},
		{"not before a while, cancelled", on(with(Conference{Stage: Intended, RetryAt: noon.Add(time.Hour)}), cancelled), forget, NoLink},
		{"not before a while, which is over", on(with(Conference{Stage: Intended, AskedAt: noon, RetryAt: noon})), ask, Pending},
		{"live but reason", on(with(Conference{Stage: Live, Applied: "wanted", CheckedAt: noon, Reason: "r"})), rest, AtRisk},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.view.next().task; got != c.want {
				t.Errorf("task %d, want %d", got, c.want)
			}
			if got := c.view.link(); got.state != c.link {
				t.Errorf("link %+v, want %q", got, c.link)
			}
		})
	}
}

func TestTroubleSaysWhetherItPasses(t *testing.T) {
	asked := Conference{Stage: Intended, AskedAt: noon}
	stuck, tomorrow, afterwards := asked, asked, asked
	stuck.Stuck, tomorrow.RetryAt, afterwards.RetryAt = true, noon.Add(24*time.Hour), noon.Add(72*time.Hour)
	for name, c := range map[string]struct {
		view view
		want promise
	}{
		"being made":              {on(with(asked)), promise{state: Pending}},
		"refused":                 {on(with(stuck)), promise{Pending, "", Stuck}},
		"limited until tomorrow":  {on(with(tomorrow)), promise{state: Pending}},
		"limited until afterward": {on(with(afterwards)), promise{Pending, "", Stuck}},
		"to be reauthorized":      {on(with(asked), reauthorize), promise{Pending, "again", Stuck}},
		"switched off":            {on(disconnected), promise{Pending, "gone", Lost}},
		"nobody's":                {on(hostedBy("")), promise{Pending, "meeting.reason.host", Stuck}},
		"switched off and there":  {on(with(Conference{Stage: Live, Applied: "before", CheckedAt: noon, ShownStarts: noon}), disconnected), promise{state: Ready, reason: "meeting.reason.outdated.time"}},
	} {
		if got := c.view.link(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestWhatFailsDoesNotKeepTheOthersBack(t *testing.T) {
	v := on(with(Conference{Stage: Ending, ConnectionID: "b"}), with(Conference{Stage: Intended}), failedIntended)
	if s := v.next(); s.task != end || s.conf.ConnectionID != "b" {
		t.Errorf("next is %d about %q, want the end of the one at b", s.task, s.conf.ID)
	}
}

func TestAGenerationIsNeverUsedTwice(t *testing.T) {
	v := on(with(Conference{Stage: Gone}), with(Conference{Stage: Left}))
	if c := v.intended("x"); c.Gen != 3 || c.key() != "m.3" {
		t.Errorf("generation %d with key %s, want 3", c.Gen, c.key())
	}
}

func TestWhatTheVendorGaveTakesThePlaceOfTheOneBefore(t *testing.T) {
	v := on(with(Conference{Stage: Live}), wantsB, with(Conference{Stage: Intended, ConnectionID: "b", AskedAt: noon}))
	made := v.conferences[1]
	made.VendorID, made.JoinURL = "id", "url"
	changed := v.place(made)
	if len(changed) != 2 || changed[0].Stage != Ending || changed[1].Stage != Live {
		t.Errorf("saved in this order: %+v", changed)
	}
}

func TestWhatTheVendorGaveForACancelledMeetingIsKeptToBeEnded(t *testing.T) {
	v := on(with(Conference{Stage: Intended, AskedAt: noon}), cancelled)
	made := v.conferences[0]
	made.VendorID, made.JoinURL = "id", "url"
	if changed := v.place(made); len(changed) != 1 || changed[0].Stage != Ending || changed[0].VendorID != "id" {
		t.Errorf("saved: %+v", changed)
	}
}

func TestChecksAreDueADayAnHourAndTenMinutesBefore(t *testing.T) {
	v := on()
	starts := v.meeting.Starts
	for _, c := range []struct{ checked, due time.Time }{
		{noon, starts.Add(-24 * time.Hour)},
		{starts.Add(-24 * time.Hour), starts.Add(-time.Hour)},
		{starts.Add(-2 * time.Hour), starts.Add(-time.Hour)},
		{starts.Add(-30 * time.Minute), starts.Add(-10 * time.Minute)},
		{starts.Add(-5 * time.Minute), time.Time{}},
	} {
		if due, _ := v.checkAt(Conference{CheckedAt: c.checked}); !due.Equal(c.due) {
			t.Errorf("checked at %s: due %s, want %s", c.checked, due, c.due)
		}
	}
}

func TestThePrintTellsWishesApartAndNothingElse(t *testing.T) {
	w := connector.Wish{Key: "m.1", Subject: "Review", Starts: noon, Ends: noon.Add(time.Hour), Hosts: []string{"x"}, Lobby: connector.StaffAdmits}
	same, other := w, w
	same.Key = "m.2"
	other.Hosts = []string{"y"}
	if print(w) != print(same) {
		t.Error("the key alone makes a difference")
	}
	if print(w) == print(other) {
		t.Error("another host makes none")
	}
}
