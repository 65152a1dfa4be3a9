package meeting

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"

	"parley/internal/fault"
)

const aMonth = 30 * 24 * time.Hour

// check compares what there is with what should be.
func (h *house) check(m Meeting, link LinkState, way WayState, held int, stages ...Stage) {
	h.t.Helper()
	if got := h.get(m); got.Link != link {
		h.t.Errorf("link is %q (%s), want %q", got.Link, got.LinkReason, link)
	}
	w := h.way(m)
	if w.State != way {
		h.t.Errorf("the join page says %q, want %q", w.State, way)
	}
	there := h.vendor.of(m.ID)
	if len(there) != held {
		h.t.Errorf("the vendor holds %d meetings, want %d", len(there), held)
	}
	if w.URL != "" && len(there) == 1 && w.URL != h.vendor.url(there[0]) {
		h.t.Errorf("the join page leads to %s, the vendor's meeting is at %s", w.URL, h.vendor.url(there[0]))
	}
	if diff := cmp.Diff(stages, h.stages(m)); diff != "" {
		h.t.Errorf("conferences (-want +got):\n%s", diff)
	}
}

func TestABookedVideoMeetingGetsItsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.check(m, Pending, WayPending, 0)
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if diff := cmp.Diff([]LinkState{Ready}, h.changes); diff != "" {
			t.Error(diff)
		}
		if said := h.vendor.said(); said != "make fit" {
			t.Errorf("the vendor was asked to %s", said)
		}
		wish := h.vendor.of(m.ID)[0].wish
		if wish.Subject != m.Title || !wish.Starts.Equal(m.Starts) || !wish.Ends.Equal(m.Ends) || !slices.Equal(wish.Hosts, []string{"v-" + m.HostID}) || wish.Lobby != m.Lobby {
			t.Errorf("the vendor was told %+v", wish)
		}
	})
}

func TestAMovedMeetingKeepsItsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		before := h.way(m).URL
		h.move(m, 2*time.Hour)
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		w := h.way(m)
		if w.URL != before || !w.Moved || !w.From.Start.Equal(m.Starts) {
			t.Errorf("after the move: %+v", w)
		}
		if held := h.vendor.of(m.ID)[0]; !held.wish.Starts.Equal(m.Starts.Add(2 * time.Hour)) {
			t.Errorf("the vendor holds it at %s", held.wish.Starts)
		}
		if got := h.get(m); got.Sequence != 1 || got.Version != 2 {
			t.Errorf("sequence %d, version %d", got.Sequence, got.Version)
		}
	})
}

func TestACancelledMeetingIsGoneAtTheVendor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.cancel(m)
		h.check(m, NoLink, WayCancelled, 1, Live)
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
		h.cancel(m) // again changes nothing
		if got := h.get(m); got.Sequence != 1 {
			t.Errorf("sequence %d after cancelling twice", got.Sequence)
		}
		again := h.book(aMonth, func(n *Meeting) { n.HostID = m.HostID }) // the time is free again
		h.run()
		h.check(again, Ready, WayEarly, 1, Live)
	})
}

func TestCancelledBetweenTheRequestAndItsAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.during = func(call string) {
			if call == "make" {
				h.cancel(m)
			}
		}
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestCancelledAfterAnAnswerThatNeverCame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{acts: true, err: fault.Wrap(fault.Unsure, errors.New("time-out"), "")})
		h.run()
		h.check(m, Pending, WayPending, 1, Intended)
		h.cancel(m)
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestKilledAfterTheAnswerAndThenCancelled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{kill: true})
		h.run()
		h.check(m, Pending, WayPending, 1, Intended)
		h.cancel(m)
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestNothingIsAskedForAMeetingThatIsCancelledAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{err: fault.New(fault.Away, "")})
		h.run() // certainly not done
		h.cancel(m)
		h.run()
		h.check(m, NoLink, WayCancelled, 0, Gone)
		if said := h.vendor.said(); said != "make" {
			t.Errorf("the vendor was asked to %s", said)
		}
	})
}

func TestFaultsOfTheVendorPassWithoutASecondMeeting(t *testing.T) {
	unsure := fault.Wrap(fault.Unsure, errors.New("time-out"), "")
	limited := fault.New(fault.Limited, "")
	limited.After = 90 * time.Second
	for name, script := range map[string][]trouble{
		"429":                     {{err: limited}, {err: limited}},
		"503":                     {{err: fault.New(fault.Away, "")}, {err: fault.New(fault.Away, "")}, {err: fault.New(fault.Away, "")}},
		"time-out, done":          {{acts: true, err: unsure}, {acts: true, err: unsure}},
		"time-out, not done":      {{err: unsure}},
		"fit: time-out":           {{}, {acts: true, err: unsure}},
		"fit: 404":                {{}, {err: fault.New(fault.NotFound, "")}},
		"killed after the answer": {{kill: true}, {kill: true}},
		"fit: killed":             {{}, {kill: true}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				m := h.book(aMonth)
				h.vendor.next(script...)
				h.run()
				for range 6 {
					h.later(2 * time.Minute)
				}
				if got := h.get(m); got.Link != Ready || got.LinkReason != "" {
					t.Errorf("link is %q (%s)", got.Link, got.LinkReason)
				}
				there := h.vendor.of(m.ID)
				live := 0
				for _, v := range there {
					if h.vendor.url(v) == h.way(m).URL && v.fitted {
						live++
					}
				}
				if live != 1 || (len(there) != 1 && name != "fit: 404") {
					t.Errorf("the vendor holds %d, of which %d are ours and as wished", len(there), live)
				}
			})
		})
	}
}

// A proxy that gives up tells nothing of what the vendor did behind it: whoever is
// cancelled then is looked for, and ended.
func TestWhatWasMadeBehindAFailureIsNotLeftThere(t *testing.T) {
	late := fault.Wrap(fault.Away, connector.WithEvidence(errors.New("the gateway gave up"), connector.Evidence{Status: 504}), "")
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{acts: true, err: late})
		h.run()
		if there := h.vendor.of(m.ID); len(there) != 1 {
			t.Fatalf("the vendor holds %d meetings", len(there))
		}
		h.cancel(m)
		h.later(time.Hour)
		h.check(m, NoLink, WayCancelled, 0, Gone)
	})
}

func TestAWishThatTurnsBackIsSentAgain(t *testing.T) {
	for name, script := range map[string]trouble{
		"after silence": {acts: true, err: fault.Wrap(fault.Unsure, errors.New("silence"), "")},
		"after a kill":  {kill: true},
		"after refusal": {err: fault.New(fault.Invalid, "")},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				m := h.book(aMonth)
				h.run()
				h.vendor.next(script)
				h.change(m, func(m *Meeting) { m.Title = "Another" })
				h.run()
				h.change(m, func(n *Meeting) { n.Title = m.Title })
				h.later(time.Hour)
				h.check(m, Ready, WayEarly, 1, Live)
				if held := h.vendor.of(m.ID)[0].wish.Subject; held != m.Title {
					t.Errorf("the vendor holds %q", held)
				}
			})
		})
	}
}

func TestALostConferenceIsMadeAgainBehindTheSameJoinLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		before := h.way(m).URL
		h.vendor.lose(m.ID)
		h.later(aMonth - 24*time.Hour + time.Minute) // the check of the day before
		h.check(m, Ready, WayEarly, 1, Gone, Live)
		if h.way(m).URL == before {
			t.Error("the join page still leads to the lost meeting")
		}
		if diff := cmp.Diff([]LinkState{Ready, Pending, Ready}, h.changes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLinksAreCheckedADayAnHourAndTenMinutesBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(48 * time.Hour)
		h.run()
		h.vendor.said()
		for _, to := range []struct {
			before time.Duration
			said   string
		}{{25 * time.Hour, ""}, {24*time.Hour - time.Minute, "check"}, {2 * time.Hour, ""}, {59 * time.Minute, "check"}, {11 * time.Minute, ""}, {9 * time.Minute, "check"}, {-2 * time.Hour, ""}} {
			h.later(m.Starts.Add(-to.before).Sub(h.now()))
			if said := h.vendor.said(); said != to.said {
				t.Errorf("%s before the start the vendor was asked %q, want %q", to.before, said, to.said)
			}
		}
		h.check(m, Ready, WayOver, 1, Live)
	})
}

func TestARefusalIsTriedAgainBecauseNobodyTellsWhenItIsLifted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.next(trouble{err: fault.New(fault.Denied, "teams.graph.denied")})
		h.run()
		h.check(m, Pending, WayPending, 0, Intended)
		if got := h.get(m); got.LinkReason != "teams.graph.denied" {
			t.Errorf("reason %q", got.LinkReason)
		}
		h.later(pauseStep)
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestAnOwnersFaultNeitherLosesTheConferenceNorEndsTheJob(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		broken := true
		h.ms.OnChange = append(h.ms.OnChange, func(context.Context, *db.Tx, Meeting, LinkState) error {
			if broken {
				return fault.New(fault.Denied, "")
			}
			return nil
		})
		m := h.book(aMonth)
		h.run()
		h.check(m, Pending, WayPending, 1, Intended)
		broken = false
		h.later(time.Hour)
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestAHostWhoIsMatchedLaterRunsTheMeetingAfterTheNextCheck(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(48 * time.Hour)
		dbtest.Exec(t, h.db, "DELETE FROM identities")
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
		if hosts := h.vendor.of(m.ID)[0].wish.Hosts; len(hosts) != 0 {
			t.Errorf("hosts %v", hosts)
		}
		h.match(h.a, m.HostID)
		h.later(25 * time.Hour)
		if hosts := h.vendor.of(m.ID)[0].wish.Hosts; !slices.Equal(hosts, []string{"v-" + m.HostID}) {
			t.Errorf("after the check of the day before the hosts are %v", hosts)
		}
	})
}

func TestAnotherModeEndsTheConference(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.run()
		h.change(m, func(m *Meeting) { m.Mode, m.Place = ByPhone, "+44 20 7946 0000" })
		h.run()
		h.check(m, NoLink, WayEarly, 0, Gone)
		h.change(m, func(m *Meeting) { m.Mode, m.ConnectionID = ByVideo, h.a })
		h.run()
		h.check(m, Ready, WayEarly, 1, Gone, Live)
	})
}

func TestTheSweepRingsWhatWasNotRung(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wanted, ended := h.book(aMonth), h.book(aMonth)
		h.run()
		h.vendor.lose(wanted.ID)
		h.cancel(ended)
		dbtest.Exec(t, h.db, "DELETE FROM jobs")
		dbtest.Exec(t, h.db, "UPDATE conferences SET state = 'gone' WHERE meeting_id = $1", wanted.ID)
		dbtest.Exec(t, h.db, "UPDATE meetings SET link = 'pending' WHERE id = $1", wanted.ID)
		dbtest.Exec(t, h.db, "UPDATE conferences SET state = 'ending' WHERE meeting_id = $1", ended.ID)
		h.later(time.Hour)
		h.check(wanted, Ready, WayEarly, 1, Gone, Live)
		h.check(ended, NoLink, WayCancelled, 0, Gone)
	})
}

func TestAVendorWhoseMeetingsAreNeverThereIsNotAskedForEver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.book(aMonth)
		for range 100 {
			h.vendor.next(trouble{}, trouble{err: fault.New(fault.NotFound, "")})
		}
		h.run()
		if said := h.vendor.said(); len(said) > 12*len("make ") {
			t.Errorf("in one run the vendor was asked to %s", said)
		}
	})
}

func TestARunThatLostItsLeaseSavesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		h.vendor.during = func(string) {
			h.vendor.during = nil
			// Another process took the job over and came to the end of it.
			if err := h.ms.reconcile(h.ctx, testOrg, m.ID); fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		h.run()
		h.check(m, Ready, WayEarly, 1, Live)
	})
}

func TestEightRunnersNeverTakeTwoStepsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.book(aMonth)
		for _, err := range dbtest.Race(8, func(i int) error {
			for range 5 {
				if err := h.tx(func(ctx context.Context, tx *db.Tx) error {
					_, err := Change(ctx, tx, testOrg, m.ID, func(m *Meeting) { m.Title += "." })
					return err
				}, m.HostID); err != nil {
					return err
				}
				if _, err := h.runner.RunDue(h.ctx, 20); err != nil {
					return err
				}
			}
			return nil
		}) {
			h.must(err)
		}
		h.run()
		if len(h.vendor.crowded) > 0 {
			t.Errorf("two calls at once about a meeting, %d times", len(h.vendor.crowded))
		}
		h.check(m, Ready, WayEarly, 1, Live)
		if held := h.vendor.of(m.ID)[0]; len(held.wish.Subject) != len(m.Title)+40 {
			t.Errorf("the vendor holds the subject %q after 40 changes", held.wish.Subject)
		}
	})
}
