package identity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
)

// crowd adds n members; everyEntry is what a directory with most of them holds.
func (w *world) crowd(n int) {
	w.t.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			name := fmt.Sprintf("Person %05d", i)
			p, err := w.orgs.AddMember(ctx, tx, org.System(w.actor.OrgID), org.Person{OrgID: w.actor.OrgID, Name: name, Email: fmt.Sprintf("person.%d@bank.example", i)})
			if err != nil {
				return err
			}
			w.people[name] = p
		}
		return nil
	})
}

// directoryOf has four of five people of a crowd: most by sign-in name, some by
// mail; skip leaves some out.
func directoryOf(n int, skip func(i int) bool) (all []connector.Entry) {
	for i := range n {
		e := connector.Entry{ID: fmt.Sprint("id-", i), SignInName: fmt.Sprintf("Person.%d@Bank.example", i), Mail: fmt.Sprintf("p%d@bank.example", i), Name: fmt.Sprint("Somebody ", i)}
		if i%7 == 0 {
			e.SignInName, e.Mail = e.Mail, e.SignInName
		}
		if i%5 != 0 && !skip(i) {
			all = append(all, e)
		}
	}
	return all
}

func nobody(int) bool { return false }

// TestARunThatIsKilledAnywhereGoesOn breaks a rematch off after each of its
// transactions in turn, as a kill does, and compares what it comes to with a run
// that nothing disturbed.
func TestARunThatIsKilledAnywhereGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 1100
		l := &listed{name: "lists", account: "s", page: 300, entries: list(directoryOf(n, nobody)...)}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(n)
		l.step = w.step
		c := w.complete(w.begin("lists"))
		w.run()
		w.facetsAreTrue(c)
		for _, by := range []struct {
			kill int
			skip func(i int) bool
		}{{0, func(i int) bool { return i%3 == 0 }}, {1, nobody}, {2, func(i int) bool { return i%4 == 0 }}, {3, nobody}, {4, func(i int) bool { return i > 600 }}, {5, nobody}} {
			l.entries = list(directoryOf(n, by.skip)...)
			w.must(w.is.Rematch(t.Context(), w.actor, c.ID))
			w.killedAfter(by.kill)
			for range 6 { // a killed job's lease has to pass
				w.clock.Advance(2 * time.Minute)
				w.run()
			}
			got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
			if err != nil || got.Run.State != identity.RunEnded || got.Run.Done != n || got.Run.Of != n {
				t.Fatalf("after a kill at %d: %+v, %v", by.kill, got.Run, err)
			}
			want := 0
			for i := range n {
				if i%5 != 0 && !by.skip(i) {
					want++
				}
			}
			totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{})
			if err != nil || totals.Matched != want || got.Run.Matched != want || got.Run.Newly+got.Run.Lost == 0 {
				t.Errorf("after a kill at %d: %d are matched, want %d: %+v, %v", by.kill, totals.Matched, want, got.Run, err)
			}
			for outcome, n := range map[identity.Outcome]int{identity.Newly: got.Run.Newly, identity.Lost: got.Run.Lost, identity.Moved: got.Run.Changed} {
				p, err := w.is.List(t.Context(), d, c.OrgID, c.ID, identity.Filter{Outcome: outcome})
				if err != nil || p.Total != n {
					t.Errorf("%s: %d in the list, %d in the summary, %v", outcome, p.Total, n, err)
				}
			}
			w.facetsAreTrue(c)
		}
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// killedAfter runs the scan's job with a context that dies after n transactions.
func (w *world) killedAfter(n int) {
	w.t.Helper()
	ctx, kill := context.WithCancel(w.t.Context())
	defer kill()
	w.killIn, w.kill = n, kill
	_, _ = w.jobs.RunDue(ctx, 1)
	w.kill = nil
}

// facetsAreTrue compares the counts that are kept with those of the rows.
func (w *world) facetsAreTrue(c vault.Connection) {
	w.t.Helper()
	read := func(text string) []string {
		all, err := db.Values[string](w.t.Context(), w.d, text, c.OrgID, c.ID)
		w.must(err)
		return all
	}
	kept := read("SELECT facet || ' ' || CAST(people AS TEXT) FROM identity_facets WHERE org_id = $1 AND connection_id = $2 ORDER BY 1")
	true := read("SELECT facet || ' ' || CAST(COUNT(*) AS TEXT) FROM identities WHERE org_id = $1 AND connection_id = $2 GROUP BY facet ORDER BY 1")
	if diff := cmp.Diff(true, kept); diff != "" {
		w.t.Errorf("facets (-rows +kept):\n%s", diff)
	}
}

// TestAPageThatFailsHalfway: the old matches stay, the failure is shown, and the
// reading goes on where it stopped.
func TestAPageThatFailsHalfway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 450
		all := directoryOf(n, nobody)
		l := &listed{name: "lists", account: "s", entries: list(all...)}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(n)
		c := w.complete(w.begin("lists"))
		w.run()
		before := w.all(c)
		l.scans = 0
		l.entries = func(yield func(connector.Entry, error) bool) {
			for i, e := range all {
				if i == 250 {
					yield(connector.Entry{}, fault.Wrap(fault.Away, errors.New("cut"), "teams.graph.away"))
					return
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		w.must(w.is.Rematch(t.Context(), w.actor, c.ID))
		w.run()
		got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Failed || got.Fault != "teams.graph.away" || got.Run.State != identity.RunReading || got.Run.Read != 200 {
			t.Errorf("halfway: %+v, %v", got, err)
		}
		if diff := cmp.Diff(matchesOf(before), matchesOf(w.all(c))); diff != "" {
			t.Errorf("the old matches changed:\n%s", diff)
		}
		l.entries = list(all...)
		w.clock.Advance(time.Minute)
		w.run()
		got, err = w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Read || got.Fault != "" || got.Run.State != identity.RunEnded || got.Run.Read != len(all) || l.scans != 1 {
			t.Errorf("later: %+v, %d scans from the start, %v", got, l.scans, err)
		}
	})
}

// TestACursorThatIsTooOldCountsOnce: the vendor does not take the cursor that an
// earlier attempt left, so that everything is read, and counted, from the start.
func TestACursorThatIsTooOldCountsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 450
		all := directoryOf(n, nobody)
		l := &listed{name: "lists", account: "s", entries: list(all...)}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(n)
		c := w.complete(w.begin("lists"))
		w.run()
		broken := func(at int, kind fault.Kind) {
			l.entries = func(yield func(connector.Entry, error) bool) {
				for _, e := range all[:at] {
					if !yield(e, nil) {
						return
					}
				}
				yield(connector.Entry{}, fault.Wrap(kind, errors.New("cut"), "teams.graph.away"))
			}
		}
		readIs := func(when string, read int, state identity.RunState) {
			t.Helper()
			got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
			if err != nil || got.Run.Read != read || int(got.Entries) != read || got.Run.State != state {
				t.Errorf("%s: %d of the run, %d of the directory, want %d: %+v, %v", when, got.Run.Read, got.Entries, read, got.Run, err)
			}
		}
		broken(250, fault.Away)
		w.must(w.is.Rematch(t.Context(), w.actor, c.ID))
		w.run()
		readIs("halfway", 200, identity.RunReading)
		broken(0, fault.Conflict)
		w.clock.Advance(time.Minute)
		w.run()
		readIs("with a cursor that is too old", 0, identity.RunReading)
		l.entries = list(all...)
		w.clock.Advance(time.Minute)
		w.run()
		readIs("in the end", len(all), identity.RunEnded)
	})
}

func matchesOf(all map[string]identity.Identity) map[string]string {
	texts := map[string]string{}
	for id, i := range all {
		texts[id] = fmt.Sprint(i.State, i.VendorID, i.Reason, i.Enabled)
	}
	return texts
}

func TestASecondRematchIsToldOfTheFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(directoryOf(20, nobody)...)}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(20)
		c := w.complete(w.begin("lists"))
		w.run()
		before, _ := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		errs := dbtest.Race(8, func(int) error { return w.is.Rematch(context.Background(), w.actor, c.ID) })
		began := 0
		for _, err := range errs {
			f := fault.As(err)
			switch {
			case err == nil:
				began++
			case f.Kind != fault.Conflict || f.Key != "identity.run.busy.now" || !strings.Contains(fmt.Sprint(f.Args), w.actor.Name):
				t.Errorf("the second: %v", err)
			}
		}
		after, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if began != 1 || err != nil || after.Run.ID != before.Run.ID+1 || after.Run.By != w.actor.PersonID {
			t.Errorf("%d began: %+v, %v", began, after.Run, err)
		}
		w.run()
		if err := w.is.Rematch(t.Context(), w.actor, c.ID); err != nil {
			t.Errorf("after its end: %v", err)
		}
	})
}
