package app

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/appointment"
	"parley/internal/calendar"
	"parley/internal/meeting"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

// reconnect signs in again and finishes.
func (g *lodging) reconnect() {
	g.t.Helper()
	c := g.authorize(demoDomain, sandbox.Service)
	_, err := g.vault.Complete(g.t.Context(), g.admin, c.ID)
	g.ok(err)
	g.rest()
}

// rest works until nothing more follows from what was done.
func (g *lodging) rest() {
	g.t.Helper()
	for range 4 {
		g.work()
	}
}

// later moves the clock and does what has become due.
func (g *lodging) later(d time.Duration) {
	g.t.Helper()
	g.vendors.AdvanceClock(d)
	g.ok(g.jobs.Tick(g.t.Context()))
	g.rest()
}

func (g *lodging) reread(v appointment.View) appointment.View {
	g.t.Helper()
	v, err := g.appointments.Get(g.t.Context(), g.db, v.OrgID, v.ID)
	g.ok(err)
	return v
}

// linked holds when the join link leads to exactly one live meeting that begins
// at the given time.
func (g *lodging) linked(what string, v appointment.View, starts time.Time) {
	g.t.Helper()
	now, err := g.db.Now(g.t.Context())
	g.ok(err)
	w, err := meeting.Join(g.t.Context(), g.db, v.Meeting.Code, now)
	g.ok(err)
	if i := slices.IndexFunc(g.vendors.LiveMeetings(), func(m sandbox.Meeting) bool { return m.JoinWebURL == w.URL }); i < 0 {
		g.t.Errorf("%s: the join link leads to %q, where nothing is", what, w.URL)
	} else if m := g.vendors.LiveMeetings()[i]; !m.Start.Equal(starts) {
		g.t.Errorf("%s: the meeting begins at %s, want %s", what, m.Start, starts)
	}
}

// state compares the link of an appointment.
func (g *lodging) state(what string, v appointment.View, link meeting.LinkState, reason string) {
	g.t.Helper()
	if m := g.reread(v).Meeting; m.Link != link || m.LinkReason != reason {
		g.t.Errorf("%s: the link is %s (%s), want %s (%s)", what, m.Link, m.LinkReason, link, reason)
	}
}

func TestAToggleOffStopsNewVideoCallsAndChangesNothingElse(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		c := g.connect()
		s := g.service("Everyday banking")
		v := g.book(s, appointment.Video, "Clara Voss")
		g.rest()
		before, calls := g.reread(v), g.vendors.Calls("graph", "updateMeeting")
		g.ok(g.identities.Toggle(t.Context(), g.admin, c.ID, false, v.StaffID))
		g.later(time.Hour)
		after := g.reread(v)
		if after.Version != before.Version || after.Meeting.Version != before.Meeting.Version || g.vendors.Calls("graph", "updateMeeting") != calls {
			t.Error("something was changed")
		}
		g.state("toggled off", v, meeting.Ready, "")
		g.linked("toggled off", v, v.Starts)
		_, err := g.appointments.Book(t.Context(), appointment.Request{
			Ask: appointment.Ask{OrgID: s.OrgID, ServiceID: s.ID, Method: appointment.Video, StaffID: v.StaffID}, Start: v.Starts.AddDate(0, 0, 7), Answers: demoAnswers(s),
			Client: appointment.Client{Name: "Nadia Brunner", Email: "nadia@mail.example", Phone: "+44 117 496 0199", Lang: "en", Zone: "Europe/London"},
		})
		if err == nil {
			t.Error("another video call could be booked")
		}
	})
}

func TestSomebodyDeletedAtMicrosoftKeepsTheirCallsAndIsTold(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		v := g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
		g.rest()
		if !g.vendors.DeleteUser(v.Staff.Email) {
			t.Fatalf("%s is not at Microsoft", v.Staff.Email)
		}
		g.ok(g.identities.Rematch(ctx, g.admin, c.ID))
		g.rest()
		g.later(2 * time.Minute)
		g.state("deleted", v, meeting.AtRisk, meeting.ReasonHostLost)
		g.linked("deleted", v, v.Starts)
		to := g.free(v)
		_, err := g.appointments.Reschedule(ctx, g.admin, appointment.Seen{ID: v.ID}, to)
		g.ok(err)
		g.rest()
		g.state("deleted, moved", v, meeting.AtRisk, meeting.ReasonHostLost)
		g.linked("deleted, moved", v, to)
		if at := g.vendors.LiveMeetings(); len(at) != 1 || len(at[0].Attendees) != 1 {
			t.Errorf("deleted, moved: at Microsoft is %+v", at)
		}
		contains(t, g.ask("GET", "/schedule/"+v.ID, g.signIn(g.people[demoAdministrator])), 200, v.Staff.Name+" is not known", "/reassign")
		contains(t, g.ask("GET", "/settings/video/links", g.signIn(g.people[demoAdministrator])), 200, v.Staff.Name+" is not known")
		for _, to := range []string{v.Staff.Email, g.people[demoAdministrator].Email} {
			if !slices.ContainsFunc(g.vendors.Messages(to), func(m sandbox.Message) bool {
				return strings.Contains(m.Subject, "any more") || strings.Contains(m.Subject, "plus trouvé")
			}) {
				t.Errorf("%s was not told", to)
			}
		}
	})
}

func TestACallOfSomebodyDeletedIsReadyOnceTheyAreBackOrItIsHandedOn(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		v := g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
		g.rest()
		deleted := func() {
			g.vendors.DeleteUser(v.Staff.Email)
			g.ok(g.identities.Rematch(ctx, g.admin, c.ID))
			g.rest()
			g.state("deleted", v, meeting.AtRisk, meeting.ReasonHostLost)
		}
		deleted()
		g.vendors.RestoreUser(v.Staff.Email)
		g.ok(g.identities.Rematch(ctx, g.admin, c.ID))
		g.rest()
		g.state("restored", v, meeting.Ready, "")
		deleted()
		list, _, err := g.appointments.Takers(ctx, g.admin, v.ID)
		g.ok(err)
		i := slices.IndexFunc(list, func(t appointment.Taker) bool { return t.Why == "" })
		if i < 0 {
			t.Fatal("nobody can take it over")
		}
		_, err = g.appointments.Reassign(ctx, g.admin, appointment.Seen{ID: v.ID}, list[i].Person.ID)
		g.ok(err)
		g.rest()
		g.state("handed on", v, meeting.Ready, "")
	})
}

func TestWhatIsPromisedAfterDisconnect(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		s := g.service("Everyday banking")
		moved, off, still := g.book(s, appointment.Video, "Clara Voss"), g.book(s, appointment.Video, "Nadia Brunner"), g.book(s, appointment.Video, "Ola Berg")
		g.rest()
		g.vendors.RevokeTokens(sandbox.Service) // one that never got its link
		g.vendors.ExpireAccessTokens(sandbox.Service)
		waits := g.book(s, appointment.Video, "Ines Lopez")
		g.rest()
		g.state("not signed in", waits, meeting.Pending, g.reread(waits).Meeting.LinkReason)
		g.ok(g.appointments.SaveVideoAlternatives(ctx, g.admin, []string{appointment.ByTelephone}))
		g.ok(g.vault.Disconnect(ctx, g.admin, c.ID))
		g.rest()
		if v := g.reread(waits); v.Method != appointment.Phone || v.Meeting.Place != v.Client.Phone {
			t.Errorf("the pending call is held by %s at %q", v.Method, v.Meeting.Place)
		}
		to := g.free(moved)
		_, err := g.appointments.Reschedule(ctx, g.admin, appointment.Seen{ID: moved.ID}, to)
		g.ok(err)
		_, err = g.appointments.Cancel(ctx, g.admin, appointment.Seen{ID: off.ID}, "")
		g.ok(err)
		g.rest()
		g.state("left alone", still, meeting.Ready, "")
		g.linked("left alone", still, still.Starts)
		g.state("moved", moved, meeting.Ready, "meeting.reason.outdated.time")
		g.linked("moved", moved, moved.Starts)
		if !slices.ContainsFunc(g.vendors.Messages(moved.Staff.Email), func(m sandbox.Message) bool {
			return strings.Contains(m.Text, "still shows the old time") || strings.Contains(m.Text, "encore l’ancien horaire")
		}) {
			t.Error("the staff were not told that the vendor shows the old time")
		}
		contains(t, g.ask("GET", "/j/"+off.Meeting.Code, nil), 200, "cancelled")
		now, err := g.db.Now(ctx)
		g.ok(err)
		n, err := meeting.Counts(ctx, g.db, g.org.ID, c.ID, now)
		g.ok(err)
		if n.Ready != 2 || n.Outdated != 1 || n.Left != 1 || n.Pending != 0 {
			t.Errorf("counts %+v", n)
		}
		g.reconnect()
		g.state("moved, connected again", moved, meeting.Ready, "")
		g.linked("moved, connected again", moved, to)
		if left, _, err := meeting.LeftBehind(ctx, g.db, g.org.ID, c.ID, ""); err != nil || len(left) != 0 || g.live(off) != 0 {
			t.Errorf("%d left, %d at the vendor, %v", len(left), g.live(off), err)
		}
	})
}

// free is a time at which the staff of an appointment could hold it instead.
func (g *lodging) free(v appointment.View) time.Time {
	g.t.Helper()
	slots, err := g.appointments.SlotsToMove(g.t.Context(), g.admin, v.ID, calendar.Span{Start: v.Ends, End: v.Ends.AddDate(0, 0, 7)})
	g.ok(err)
	if len(slots) == 0 {
		g.t.Fatal("no other time is free")
	}
	return slots[0].Start
}

func TestPendingCallsAreRepairedByReauthorizing(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		g.vendors.RevokeTokens(sandbox.Service)
		g.vendors.ExpireAccessTokens(sandbox.Service)
		v := g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
		g.rest()
		if m := g.reread(v).Meeting; m.Link != meeting.Pending || m.Trouble != meeting.Stuck {
			t.Fatalf("the link is %s, trouble %q", m.Link, m.Trouble)
		}
		address, err := g.vault.ReauthorizeAs(ctx, g.admin, c.ID, nil)
		g.ok(err)
		g.finish(address)
		g.rest()
		g.state("reauthorized", v, meeting.Ready, "")
		g.linked("reauthorized", v, v.Starts)
	})
}

// finish comes back from the vendor's sign-in.
func (g *lodging) finish(address string) vault.Connection {
	g.t.Helper()
	back, err := url.Parse(sandboxtest.SignIn(g.t, address, sandbox.Service))
	g.ok(err)
	c, err := g.vault.Finish(g.t.Context(), g.admin, back.Query())
	g.ok(err)
	return c
}

func TestAFullMonthIsWaitedForOrAnotherWayTaken(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		g.vendors.UseUpMeetings(sandbox.Service, 2000)
		v := g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
		g.rest()
		m := g.reread(v).Meeting
		if m.Link != meeting.Pending || !strings.Contains(m.LinkReason, "month") {
			t.Errorf("the link is %s (%s)", m.Link, m.LinkReason)
		}
		conn, err := g.vault.Connection(ctx, g.db, g.org.ID, c.ID)
		g.ok(err)
		now, err := g.db.Now(ctx)
		g.ok(err)
		month, err := g.meetings.Month(ctx, g.db, conn, now)
		g.ok(err)
		all, err := meeting.Conferences(ctx, g.db, g.org.ID, v.MeetingID)
		g.ok(err)
		if month.Of != 2000 || len(all) != 1 || !all[0].RetryAt.Equal(month.Ends) {
			t.Errorf("the month is %+v, the conferences are %+v", month, all)
		}
		if v.Starts.Before(month.Ends) {
			g.ok(g.appointments.SaveVideoAlternatives(ctx, g.admin, []string{appointment.ByTelephone}))
			g.later(v.Starts.Add(-time.Hour).Sub(now))
			if now := g.reread(v); now.Method != appointment.Phone {
				t.Errorf("an hour before it is held by %s", now.Method)
			}
			return
		}
		g.later(month.Ends.Sub(now))
		g.state("the next month", v, meeting.Ready, "")
	})
}

func TestALinkThatIsGoneIsMadeAgainAtEachCheck(t *testing.T) {
	for name, before := range map[string]time.Duration{"a day": 24 * time.Hour, "an hour": time.Hour, "ten minutes": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			lodgings(t, func(t *testing.T, g *lodging) {
				g.connect()
				v := g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
				g.rest()
				now, err := g.db.Now(t.Context())
				g.ok(err)
				g.later(v.Starts.Add(-before - 2*time.Minute).Sub(now))
				for _, m := range g.vendors.LiveMeetings() {
					g.vendors.DeleteMeeting(m.ID)
				}
				g.later(time.Minute)
				if n := len(g.vendors.LiveMeetings()); n != 0 {
					t.Fatalf("%d meetings before the check", n)
				}
				g.later(2 * time.Minute)
				g.state("checked", v, meeting.Ready, "")
				g.linked("checked", v, v.Starts)
			})
		})
	}
}

func TestNobodyElseReadsTheCountsOfAConnection(t *testing.T) {
	lodgings(t, func(t *testing.T, g *lodging) {
		ctx := t.Context()
		c := g.connect()
		g.book(g.service("Everyday banking"), appointment.Video, "Clara Voss")
		g.rest()
		now, err := g.db.Now(ctx)
		g.ok(err)
		n, err := meeting.Counts(ctx, g.db, "another", c.ID, now)
		g.ok(err)
		if n != (meeting.ConnectionCounts{}) {
			t.Errorf("a stranger counts %+v", n)
		}
		if err := g.appointments.SaveVideoAlternatives(ctx, org.Actor{OrgID: "another", PersonID: "x", Roles: g.admin.Roles, Held: g.admin.Held}, []string{c.ID}); err == nil {
			t.Error("a stranger lists our connection")
		}
	})
}
