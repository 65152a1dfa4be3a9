package identity_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/vault"
)

// mixed is a connection at which people stand in every way.
func (w *world) mixed(l *listed, n int) vault.Connection {
	w.t.Helper()
	w.crowd(n)
	var all []connector.Entry
	for i, e := range directoryOf(n, nobody) {
		switch {
		case i%11 == 0:
			e.Disabled = connector.Yes
		case i%13 == 0:
			e.Guest = connector.Yes
		}
		all = append(all, e)
	}
	l.entries = list(all...)
	c := w.complete(w.begin("lists"))
	w.run()
	l.entries = list(slices.DeleteFunc(all, func(e connector.Entry) bool { return strings.HasSuffix(e.ID, "3") })...)
	w.rematch(c)
	return c
}

// every reads all people past the list, as the comparison.
func (w *world) every(c vault.Connection) (all []identity.Line) {
	for l, err := range w.is.Export(w.t.Context(), w.d, c.OrgID, c.ID, identity.Filter{}) {
		w.must(err)
		all = append(all, l)
	}
	return all
}

var attention = []string{"gone", "alias", "several", "shared", "taken", "guest", "disabled", "licence"}

// leaves is the filter's meaning, said once more.
func leaves(f identity.Filter, l identity.Line, run int64) bool {
	i := l.Identity
	reason := strings.TrimPrefix(i.Reason, "identity.reason.")
	is := map[string]bool{"": true, "matched": i.State == identity.Matched, "missed": i.State == identity.Missed, "hand": i.Hand,
		"attention": i.State == identity.Missed && slices.Contains(attention, reason) || i.State == identity.Missed && i.Enabled}[f.Match]
	text := db.Fold(l.Person.Name + " " + l.Person.Email + " " + i.SignInName + " " + i.VendorName)
	return is && (f.Reason == "" || f.Reason == i.Reason || f.Reason == reason) && (f.Toggle == "" || (f.Toggle == "on") == i.Enabled) &&
		(f.Outcome == "" || f.Outcome == i.Outcome && i.OutcomeRun == run) && strings.Contains(text, db.Fold(f.Text))
}

// TestAListIsWhatItsFilterSays compares pages, totals and the export with going
// through everybody, for every sort, with filters of each kind, few hits and many.
func TestAListIsWhatItsFilterSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", level: connector.Full, page: 1000}
		w := emptyWorld(t, d, l.vendor())
		c := w.mixed(l, 1100)
		w.must(w.is.Toggle(t.Context(), w.actor, c.ID, false, w.people["Person 00007"].ID, w.people["Person 00009"].ID))
		w.must(w.is.Toggle(t.Context(), w.actor, c.ID, true, w.people["Person 00005"].ID))
		all := w.every(c)
		dir, err := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || len(all) != 1100 || dir.Run.Lost == 0 {
			t.Fatalf("%d people, %+v, %v", len(all), dir.Run, err)
		}
		for _, f := range []identity.Filter{{}, {Match: "matched"}, {Match: "missed"}, {Match: "hand"}, {Match: "attention"}, {Toggle: "on"}, {Toggle: "off", Match: "matched"},
			{Reason: "unknown"}, {Reason: "identity.reason.disabled"}, {Outcome: identity.Lost}, {Text: "person"}, {Text: "PERSON 0012"}, {Text: "somebody 77", Match: "matched"},
			{Text: "%"}, {Text: "nobody here"}, {Match: "nonsense"}, {Toggle: "nonsense"}, {Text: "bank", Match: "missed", Reason: "gone"}} {
			want := 0
			for _, line := range all {
				if f.Match != "nonsense" && f.Toggle != "nonsense" && leaves(f, line, dir.Run.ID) {
					want++
				}
			}
			totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, f)
			if err != nil || totals.Of != want || totals.Matched+totals.Missed != want || totals.Enabled+totals.Off != want {
				t.Errorf("%+v: totals %+v, want of %d, %v", f, totals, want, err)
			}
			for _, f.Sort = range append(identity.Sorts, "") {
				for _, f.Desc = range []bool{false, true} {
					w.listIs(c, f, want)
				}
			}
		}
		identity.PagesAreDeep(t)
		for _, f := range []identity.Filter{{}, {Sort: identity.SortChanged, Desc: true}, {Sort: identity.SortVendor, Toggle: "on"}} {
			totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, f)
			w.must(err)
			w.listIs(c, f, totals.Of)
		}
	})
}

// listIs turns all pages of a list and says what is not so.
func (w *world) listIs(c vault.Connection, f identity.Filter, want int) {
	w.t.Helper()
	var turned []identity.Line
	f.Rows = 390
	for f.Page = 1; ; f.Page++ {
		p, err := w.is.List(w.t.Context(), w.d, c.OrgID, c.ID, f)
		w.must(err)
		if p.Total != want || p.Page != f.Page || p.Pages != max(1, (want+389)/390) {
			w.t.Fatalf("%+v: total %d page %d of %d, want %d", f, p.Total, p.Page, p.Pages, want)
		}
		turned = append(turned, p.Lines...)
		if p.Page == p.Pages {
			break
		}
	}
	var exported []string
	for l, err := range w.is.Export(w.t.Context(), w.d, c.OrgID, c.ID, f) {
		w.must(err)
		exported = append(exported, l.Person.ID)
	}
	if len(turned) != want || !slices.Equal(exported, ids(turned)) || len(slices.Compact(slices.Sorted(slices.Values(exported)))) != want {
		w.t.Errorf("%+v: %d turned, %d exported, want %d", f, len(turned), len(exported), want)
	}
	if !slices.IsSortedFunc(turned, func(a, b identity.Line) int { return order(f, a, b) }) {
		w.t.Errorf("%+v: out of order", f)
	}
}

func ids(lines []identity.Line) (all []string) {
	for _, l := range lines {
		all = append(all, l.Person.ID)
	}
	return all
}

func order(f identity.Filter, a, b identity.Line) int {
	by := map[string]int{
		"email": cmp.Compare(a.Person.Email, b.Person.Email), "vendor": cmp.Compare(db.Fold(a.Identity.SignInName), db.Fold(b.Identity.SignInName)),
		"match": cmp.Compare(a.Identity.State, b.Identity.State), "changed": a.Identity.Changed.Compare(b.Identity.Changed),
		"toggle": cmp.Compare(fmt.Sprint(a.Identity.Enabled), fmt.Sprint(b.Identity.Enabled)), "name": cmp.Compare(a.Person.Name, b.Person.Name),
	}[cmp.Or(f.Sort, "name")]
	if f.Desc {
		return -by
	}
	return by
}

func TestTogglesOfAllWhomAFilterLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(directoryOf(2600, nobody)...), page: 1000}
		w := emptyWorld(t, d, l.vendor())
		w.crowd(2600)
		c := w.complete(w.begin("lists"))
		w.run()
		journal := func() int64 {
			return w.rows("SELECT COUNT(*) FROM journal WHERE org_id = $1 AND verb LIKE 'identity.%able%'", c.OrgID)
		}
		f := identity.Filter{Toggle: "on"}
		w.matches = 0
		n, err := w.is.ToggleAll(t.Context(), w.actor, c.ID, false, f)
		got, _ := w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || n != 2080 || got.Bulk.Of != 2080 || got.Bulk.On || got.Bulk.ByName != w.actor.Name {
			t.Errorf("%d, %v: %+v", n, err, got.Bulk)
		}
		if _, err := w.is.ToggleAll(t.Context(), w.actor, c.ID, true, f); err == nil {
			t.Error("a second one was begun beside the first")
		}
		w.run()
		totals, err := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{})
		got, _ = w.is.Directory(t.Context(), d, c.OrgID, c.ID)
		if err != nil || totals.Enabled != 0 || totals.Off != 2600 || got.Bulk.Of != 0 || w.matches != 2080 || journal() != 1 {
			t.Errorf("totals %+v, %+v, %d told, %d entries, %v", totals, got.Bulk, w.matches, journal(), err)
		}
		w.facetsAreTrue(c)
		if n, err := w.is.ToggleAll(t.Context(), w.actor, c.ID, true, identity.Filter{Text: "Person 0012"}); err != nil || n != 10 {
			t.Errorf("a few: %d, %v", n, err)
		}
		if totals, _ := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{}); totals.Enabled != 10 || journal() != 2 {
			t.Errorf("a few at once: %+v, %d entries", totals, journal())
		}
		w.rematch(c)
		if totals, _ := w.is.Totals(t.Context(), d, c.OrgID, c.ID, identity.Filter{}); totals.Enabled != 10 {
			t.Errorf("after a rematch: %+v", totals)
		}
	})
}

// byValue fails the test when a question does not go from value to value, each by
// an index of organization, connection and value.
func byValue(t *testing.T, name, plan string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(plan), "\n")
	first := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "SCAN wanted") })
	for n, line := range lines {
		if strings.Contains(line, "SEARCH") && (n < first || strings.Count(line, "=?") < 3) {
			t.Errorf("%s: %s", name, plan)
		}
	}
}

// TestListsReadNoTable: each sort, filter and count of a list reads an index alone,
// on both engines, and what matching asks finds by an index.
func TestListsReadNoTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := emptyWorld(t, d)
		org, connection := db.NewID(), db.NewID()
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			for range 9 { // one connection is not the whole table
				if err := identity.Fill(ctx, tx, db.NewID(), db.NewID(), 500); err != nil {
					return err
				}
			}
			return identity.Fill(ctx, tx, org, connection, 500)
		})
		for name, q := range identity.ListQueries(org, connection) {
			plan := dbtest.Plan(t, d, q.SQL, q.Args...)
			dbtest.NoScan(t, plan, "identities", "directory_people", "directory_aliases")
			if d.Engine() == "sqlite" && strings.HasPrefix(name, "match") {
				byValue(t, name, plan)
			}
			if d.Engine() == "sqlite" && strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s sorts: %s", name, plan)
			}
			if d.Engine() == "sqlite" && strings.HasPrefix(name, "list") && !strings.Contains(plan, "COVERING INDEX") {
				t.Errorf("%s: %s", name, plan)
			}
		}
	})
}
