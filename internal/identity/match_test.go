package identity_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/connector"
	"parley/internal/connector/graph"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/sandbox"
	"parley/internal/sandbox/sandboxtest"
	"parley/internal/vault"
)

func emailOf(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@harbourbank.example"
}

func TestThePreviewIsTheMatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		counts, err := w.is.FieldCounts(t.Context(), d, w.actor.OrgID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]identity.FieldCount{{Field: "email", Of: 12, Filled: 12, LooksLike: 12}, {Field: "username", Of: 12, Filled: 12, LooksLike: 12},
			{Field: "employee_no", Of: 12, Filled: 12, LooksLike: 0}}, counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		c := w.begin(graph.Name)
		before := w.preview(c)
		for field, want := range map[string]int{"email": 10, "username": 10, "employee_no": 0} {
			if got := before[field].Matched; got != want {
				t.Errorf("%s: %d of %d match, want %d: %+v", field, got, before[field].Of, want, before[field].Misses)
			}
		}
		for _, i := range w.all(c) {
			if i.State != identity.Missed || i.Reason != "identity.reason.unmatched" {
				t.Errorf("before Finish: %+v", i)
			}
		}
		w.complete(c)
		w.holds(c, before["email"])
		for _, field := range identity.Fields {
			if err := w.is.Choose(t.Context(), w.actor, c.ID, field); err != nil {
				t.Fatal(err)
			}
			w.holds(c, before[field])
			if diff := cmp.Diff(before, w.preview(c)); diff != "" {
				t.Errorf("after a match under %s the preview differs (-want +got):\n%s", field, diff)
			}
		}
	})
}

func (w *world) all(c vault.Connection) map[string]identity.Identity {
	w.t.Helper()
	var ids []string
	for _, p := range w.people {
		ids = append(ids, p.ID)
	}
	all, err := identity.Of(w.t.Context(), w.d, c.OrgID, c.ID, ids)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// holds says that a match came out as its preview said, person by person.
func (w *world) holds(c vault.Connection, p identity.FieldPreview) {
	w.t.Helper()
	missed := map[string]identity.Miss{}
	for _, m := range p.Misses {
		missed[m.PersonID] = m
	}
	matched := 0
	for id, i := range w.all(c) {
		m, miss := missed[id]
		if miss != (i.State == identity.Missed) || m.Reason != i.Reason || m.Hint != i.Hint {
			w.t.Errorf("%s: preview %+v, match %+v", p.Field, m, i)
		}
		if i.State == identity.Matched {
			matched++
		}
		if i.Enabled != (i.State == identity.Matched) || (i.VendorID != "") != i.Enabled {
			w.t.Errorf("%s: %+v", p.Field, i)
		}
	}
	if matched != p.Matched || matched+len(p.Misses) != p.Of {
		w.t.Errorf("%s: %d matched, preview said %d of %d", p.Field, matched, p.Matched, p.Of)
	}
}

func TestWhyPeopleAreMissed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		amelia, _ := w.sandbox.User("amelia.hart@harbourbank.example")
		if got := w.of(c, "Amelia Hart"); got.VendorID != amelia.ID || got.SignInName != amelia.UPN {
			t.Errorf("Amelia = %+v", got)
		}
		if got := w.of(c, "Maria Silva"); got.SignInName != "msilva@harbourbank.example" || got.Via != identity.ByMail {
			t.Errorf("Maria, whose mail we have, is %+v", got)
		}
		for name, want := range map[string][2]string{
			"Omar Farouk": {"identity.reason.unknown", ""},
		} {
			if got := w.of(c, name); got.Reason != want[0] || got.Hint != want[1] {
				t.Errorf("%s: %s %q, want %v", name, got.Reason, got.Hint, want)
			}
		}
	})
}

func TestMatchesSurviveRenamesAtTheVendor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		before := w.of(c, "Grace Kim")
		w.sandbox.Rename("grace.kim@harbourbank.example", "grace.park@harbourbank.example")
		if err := w.is.Rematch(t.Context(), w.actor, c.ID); err != nil {
			t.Fatal(err)
		}
		w.matches = 0
		w.run()
		if got := w.of(c, "Grace Kim"); got.VendorID != before.VendorID || got.SignInName != "grace.park@harbourbank.example" || got.State != identity.Matched {
			t.Errorf("after the rename: %+v", got)
		}
		if w.matches != 1 {
			t.Errorf("%d people came out differently, want 1", w.matches)
		}
		if got, want := w.preview(c)["email"].Matched, 10; got != want {
			t.Errorf("the preview says %d, want %d", got, want)
		}
	})
}

func TestOnePersonIsMatchedAgainWhenTheyChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		if err := w.is.Choose(t.Context(), w.actor, c.ID, identity.Username); err != nil {
			t.Fatal(err)
		}
		change := func(name, username string) {
			t.Helper()
			dbtest.Exec(t, d, "UPDATE people SET username = $3 WHERE org_id = $1 AND id = $2", w.actor.OrgID, w.people[name].ID, username)
			w.tx(func(ctx context.Context, tx *db.Tx) error {
				return w.is.PeopleChanged(ctx, tx, w.actor.OrgID, w.people[name].ID)
			})
		}
		scans := w.sandbox.Calls("graph", "")
		change("Omar Farouk", "priya.nair@harbourbank.example") // another's: nobody can say whose it is
		for _, name := range []string{"Omar Farouk", "Priya Nair"} {
			if got := w.of(c, name); got.Reason != "identity.reason.shared" {
				t.Errorf("%s shares: %+v", name, got)
			}
		}
		if w.sandbox.Calls("graph", "") != scans {
			t.Error("the vendor was asked for one person's change")
		}
		change("Omar Farouk", "omar@nowhere.example")
		if got := w.of(c, "Priya Nair"); got.State != identity.Matched || !got.Enabled {
			t.Errorf("Priya after the other changed: %+v", got)
		}
		// Whom the directory as it was read does not show is looked for alone.
		w.sandbox.Rename("amelia.hart@harbourbank.example", "new.name@harbourbank.example")
		change("Amelia Hart", "new.name@harbourbank.example")
		if got := w.of(c, "Amelia Hart"); got.State != identity.Missed {
			t.Errorf("Amelia before the look: %+v", got)
		}
		before, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		w.must(err)
		w.run()
		if got := w.of(c, "Amelia Hart"); got.State != identity.Matched {
			t.Errorf("Amelia after the look: %+v", got)
		}
		if after, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID); err != nil || after.Started != before.Started || after.Run.ID != before.Run.ID {
			t.Errorf("the whole directory was read for one person: %v", err)
		}
	})
}

// What the vendor refuses for good ends the run, so that the next round begins another.
func TestARefusedPageEndsTheRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.sandbox.Fault(sandbox.Fault{Vendor: "graph", Call: "listUsers", Status: 400})
		c := w.begin(graph.Name)
		got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Failed || got.Run.State != identity.RunFailed {
			t.Errorf("directory = %+v, %v", got, err)
		}
	})
}

func TestAScanThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.sandbox.HideUsers(sandbox.TenantID, true)
		c := w.begin(graph.Name)
		got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || got.State != identity.Failed || got.Fault != "teams.directory.denied" {
			t.Errorf("directory = %+v, %v", got, err)
		}
		w.sandbox.HideUsers(sandbox.TenantID, false)
		if err := w.is.Rematch(t.Context(), w.actor, c.ID); err != nil {
			t.Fatal(err)
		}
		w.run()
		if got, _ := w.is.Directory(t.Context(), d, c.OrgID, c.ID); got.State != identity.Read || got.Fault != "" || got.Entries < 100 {
			t.Errorf("directory = %+v", got)
		}
	})
}

// TestAScanThatMeetsAnEndedPermission: that somebody has to sign in again is
// nothing that the operator has to look at, and once they have, the directory is
// read by itself.
func TestAScanThatMeetsAnEndedPermission(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		w.run()
		w.sandbox.RevokeTokens(sandbox.Service)
		w.clock.Advance(2 * time.Hour)
		w.sandbox.AdvanceClock(2 * time.Hour)
		for range 2 { // the one that finds out, and one that is asked for afterwards
			if err := w.is.Rematch(t.Context(), w.actor, c.ID); err != nil {
				t.Fatal(err)
			}
			w.run()
			got, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
			if err != nil || got.State != identity.Failed || got.Fault != "identity.scan.signin" {
				t.Errorf("directory = %+v, %v", got, err)
			}
		}
		if dead, err := job.DeadOf(t.Context(), d, c.OrgID); err != nil || len(dead) > 0 {
			t.Errorf("jobs given up: %+v, %v", dead, err)
		}
		address, err := w.vault.ReauthorizeAs(t.Context(), w.actor, c.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := url.Parse(sandboxtest.SignIn(t, address, sandbox.Service))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.vault.Finish(t.Context(), w.actor, back.Query()); err != nil {
			t.Fatal(err)
		}
		w.run()
		if got, _ := w.is.Directory(t.Context(), d, c.OrgID, c.ID); got.State != identity.Read || got.Fault != "" {
			t.Errorf("after the sign-in: %+v", got)
		}
	})
}

func TestWhoLeftTheDirectoryIsMissed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(connector.Entry{ID: "1", SignInName: "AMELIA.HART@HarbourBank.example"}, connector.Entry{ID: "1", SignInName: "amelia.hart@harbourbank.example"},
			connector.Entry{ID: "2", SignInName: "priya.nair@harbourbank.example"})}
		w := emptyWorld(t, d, l.vendor())
		w.add("Amelia Hart", 0)
		w.add("Priya Nair", 1)
		c := w.complete(w.begin("lists"))
		if got := w.of(c, "Amelia Hart"); got.State != identity.Matched || got.VendorID != "1" {
			t.Errorf("Amelia = %+v", got)
		}
		l.entries = list(connector.Entry{ID: "1", SignInName: "amelia.hart@harbourbank.example"})
		w.rematch(c)
		if got := w.of(c, "Priya Nair"); got.State != identity.Missed || got.Enabled {
			t.Errorf("Priya = %+v", got)
		}
		// A directory that breaks off loses nobody.
		l.entries = func(yield func(connector.Entry, error) bool) {
			yield(connector.Entry{}, fault.Wrap(fault.Away, errors.New("cut"), "teams.graph.away"))
		}
		w.rematch(c)
		if got := w.of(c, "Amelia Hart"); got.State != identity.Matched {
			t.Errorf("Amelia after a broken scan = %+v", got)
		}
		dbtest.Exec(t, d, "UPDATE people SET active = FALSE WHERE org_id = $1 AND id = $2", w.actor.OrgID, w.people["Amelia Hart"].ID)
		l.entries = list()
		w.clock.Advance(time.Hour)
		w.rematch(c)
		if n := len(w.all(c)); n != 1 {
			t.Errorf("%d identities, want one: Amelia left us", n)
		}
		if err := w.vault.Disconnect(t.Context(), w.actor, c.ID); err != nil {
			t.Fatal(err)
		}
		if n, _ := db.Value[int64](t.Context(), d, "SELECT count(*) FROM directory_people WHERE org_id = $1", c.OrgID); n != 0 {
			t.Errorf("%d people of a switched-off directory were kept", n)
		}
	})
}

func (w *world) rematch(c vault.Connection) {
	w.t.Helper()
	if err := w.is.Rematch(w.t.Context(), w.actor, c.ID); err != nil {
		w.t.Fatal(err)
	}
	w.run()
}

func TestWhoCanHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one := &listed{name: "lists", account: "1", entries: list(connector.Entry{ID: "a", SignInName: emailOf("Amelia Hart")})}
		w := emptyWorld(t, d, one.vendor())
		w.add("Amelia Hart", 0)
		w.add("Priya Nair", 1)
		w.add("Omar Farouk", 2)
		ids := []string{w.people["Amelia Hart"].ID, w.people["Priya Nair"].ID, w.people["Omar Farouk"].ID}
		why := func(want ...string) {
			t.Helper()
			can, err := w.is.CanHost(t.Context(), d, w.actor.OrgID, ids)
			if err != nil {
				t.Fatal(err)
			}
			reasons, err := w.is.WhyNot(t.Context(), d, w.actor.OrgID, ids)
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range ids {
				if got := can[id] + reasons[id]; got != want[i] {
					t.Errorf("person %d: %q, want %q", i, got, want[i])
				}
			}
		}
		why("identity.why.none", "identity.why.none", "identity.why.none")
		first := w.begin("lists")
		why("identity.why.none", "identity.why.none", "identity.why.none") // not finished
		w.complete(first)
		why(first.ID, "identity.why.unknown", "identity.why.unknown")
		// A second account of the vendor, at which somebody else is found.
		one.account, one.entries = "2", list(connector.Entry{ID: "b", SignInName: emailOf("Priya Nair")})
		second := w.complete(w.begin("lists"))
		why(first.ID, second.ID, "identity.why.unknown")
		// A dead sign-in closes no booking page: the links are pending until it is renewed.
		dbtest.Exec(t, d, "UPDATE connections SET state = 'needs reauthorization' WHERE org_id = $1 AND id = $2", w.actor.OrgID, second.ID)
		why(first.ID, second.ID, "identity.why.unknown")
		dbtest.Exec(t, d, "UPDATE connections SET state = 'connected' WHERE org_id = $1 AND id = $2", w.actor.OrgID, second.ID)
		teams := w.complete(w.begin(graph.Name))
		why(first.ID, second.ID, "identity.why.unknown")
		colleague := org.Actor{OrgID: w.actor.OrgID, PersonID: ids[1], Roles: []org.Role{org.Member}}
		if err := w.is.SetPlatform(t.Context(), colleague, ids[0], teams.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("a colleague chose: %v", err)
		}
		if err := w.is.SetPlatform(t.Context(), w.actor, ids[0], teams.ID); err != nil {
			t.Fatal(err)
		}
		why(teams.ID, second.ID, "identity.why.unknown")
		if err := w.is.Toggle(t.Context(), w.actor, teams.ID, false, ids[0]); err != nil {
			t.Fatal(err)
		}
		why("identity.why.off", second.ID, "identity.why.unknown")
		if err := w.vault.Disconnect(t.Context(), w.actor, teams.ID); err != nil {
			t.Fatal(err)
		}
		why(first.ID, second.ID, "identity.why.unknown")
	})
}

func TestAToggleOutlivesARematch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.complete(w.begin(graph.Name))
		if err := w.is.Toggle(t.Context(), w.actor, c.ID, false, w.people["Amelia Hart"].ID, w.people["Grace Kim"].ID); err != nil {
			t.Fatal(err)
		}
		w.rematch(c)
		totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{})
		if err != nil || totals.Of != 12 || totals.Matched != 10 || totals.Enabled != 8 {
			t.Errorf("totals = %+v, %v", totals, err)
		}
		page, err := w.is.List(t.Context(), d, c.OrgID, c.ID, identity.Filter{Match: identity.OnlyMatched, Toggle: "on", Rows: 3})
		if err != nil || len(page.Lines) != 3 || page.Total != 8 || page.Pages != 3 || page.Lines[0].Person.Name != "Daniel Okafor" {
			t.Errorf("list = %+v, %v", page, err)
		}
		page, err = w.is.List(t.Context(), d, c.OrgID, c.ID, identity.Filter{Match: identity.OnlyMissed})
		if err != nil || len(page.Lines) != 2 || page.Pages != 1 {
			t.Errorf("missed = %+v, %v", page, err)
		}
		stranger := w.actor
		stranger.OrgID = db.NewID()
		if err := w.is.Toggle(t.Context(), stranger, c.ID, true, w.people["Amelia Hart"].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger's toggle: %v", err)
		}
		if err := w.is.Choose(t.Context(), stranger, c.ID, identity.Email); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger's choice: %v", err)
		}
	})
}

func TestReadsAreShownToWhomTheyConcern(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.complete(w.begin(graph.Name))
		for name, want := range map[string]int{"Amelia Hart": 1, "Omar Farouk": 0} {
			reads, err := w.is.Reads(t.Context(), d, w.actor.OrgID, w.people[name].ID, 10)
			if err != nil || len(reads) != want {
				t.Errorf("%s: %+v, %v", name, reads, err)
			}
		}
	})
}

// 5,000 staff and a directory of 50,000, of which four in five match.
func TestALargeBank(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: 50,000 people")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: func(yield func(connector.Entry, error) bool) {
			for i := range 50_000 {
				if i%5 == 0 {
					continue
				}
				if !yield(connector.Entry{ID: fmt.Sprint("id-", i), SignInName: fmt.Sprintf("Person.%d@Bank.example", i), Mail: fmt.Sprintf("p%d@bank.example", i), Name: "Somebody"}, nil) {
					return
				}
			}
		}}
		w := emptyWorld(t, d, l.vendor())
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			for i := range 5000 {
				p := org.Person{Name: fmt.Sprint("Person ", i), Email: fmt.Sprintf("person.%d@bank.example", i)}
				p.OrgID = w.actor.OrgID
				if _, err := w.orgs.AddMember(ctx, tx, org.System(w.actor.OrgID), p); err != nil {
					return err
				}
			}
			return nil
		})
		start := time.Now()
		c := w.begin("lists")
		scanned := time.Now()
		p := w.preview(c)["email"]
		previewed := time.Now()
		w.complete(c)
		w.run()
		t.Logf("scan %v, preview %v, match %v", scanned.Sub(start), previewed.Sub(scanned), time.Since(previewed))
		totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{})
		if err != nil || totals.Matched != 4000 || p.Matched != 4000 || totals.Of != 5000 {
			t.Errorf("totals = %+v, preview %d, %v", totals, p.Matched, err)
		}
	})
}
