package identity_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/org"
	"parley/internal/vault"
)

// searchesAreTrue compares what searches find with going through everybody.
func (w *world) searchesAreTrue(when string, c vault.Connection) {
	w.t.Helper()
	all := w.every(c)
	d, err := w.is.Directory(w.t.Context(), w.d, c.OrgID, c.ID)
	w.must(err)
	for _, f := range []identity.Filter{{Text: "person"}, {Text: "person 0001", Desc: true}, {Text: "renamed"}, {Text: "%"}, {Text: "bank", Match: identity.OnlyMissed},
		{Text: "person", Toggle: "off"}, {Outcome: identity.Lost}, {Outcome: identity.Newly, Text: "2"}} {
		want := slices.DeleteFunc(slices.Clone(all), func(l identity.Line) bool { return !leaves(f, l, d.Run.ID) })
		f.Rows = 500
		for _, f.Sort = range []string{identity.SortName, identity.SortChanged, identity.SortVendor} {
			found, err := w.is.List(w.t.Context(), w.d, c.OrgID, c.ID, f)
			if err != nil || found.Total != len(want) || !slices.Equal(slices.Sorted(slices.Values(ids(found.Lines))), slices.Sorted(slices.Values(ids(want)))) {
				w.t.Fatalf("%s, %+v: found %d, there are %d; %v", when, f, found.Total, len(want), err)
			}
			if !slices.IsSortedFunc(found.Lines, func(a, b identity.Line) int { return order(f, a, b) }) {
				w.t.Fatalf("%s, %+v: out of order", when, f)
			}
		}
	}
}

// TestSearchesSeeEveryChange searches after each of a row of changes, in an order by
// chance: of toggles, names, the vendor's list, and who comes and goes.
func TestSearchesSeeEveryChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		l := &listed{name: "lists", account: "s", page: 100}
		w := emptyWorld(t, d, l.vendor())
		c := w.mixed(l, 120)
		someone := func() string { return w.people[fmt.Sprintf("Person %05d", chance.IntN(120))].ID }
		changed := func(id string) {
			w.tx(func(ctx context.Context, tx *db.Tx) error { return w.is.PeopleChanged(ctx, tx, c.OrgID, id) })
		}
		changes := map[string]func(){
			"toggle": func() { _ = w.is.Toggle(t.Context(), w.actor, c.ID, chance.IntN(2) == 0, someone()) },
			"everyone": func() {
				_, _ = w.is.ToggleAll(t.Context(), w.actor, c.ID, chance.IntN(2) == 0, identity.Filter{Text: "person 0003"})
			},
			"rename": func() {
				id := someone()
				dbtest.Exec(t, d, "UPDATE people SET name = $3 WHERE org_id = $1 AND id = $2", c.OrgID, id, fmt.Sprint("Renamed ", chance.IntN(90)))
				changed(id)
			},
			"come": func() {
				name := fmt.Sprint("Person new ", chance.IntN(1e6))
				w.tx(func(ctx context.Context, tx *db.Tx) error {
					p, err := w.orgs.AddMember(ctx, tx, org.System(c.OrgID), org.Person{Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@bank.example"})
					if err != nil {
						return err
					}
					return w.is.PeopleChanged(ctx, tx, c.OrgID, p.ID)
				})
			},
			"go": func() {
				id := someone()
				w.tx(func(ctx context.Context, tx *db.Tx) error { return w.is.Erase(ctx, tx, c.OrgID, id) })
			},
			"one for another": func() {
				id, name := someone(), fmt.Sprint("Person new ", chance.IntN(1e6))
				w.tx(func(ctx context.Context, tx *db.Tx) error {
					p, err := w.orgs.AddMember(ctx, tx, org.System(c.OrgID), org.Person{Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@bank.example"})
					if err != nil {
						return err
					}
					return errors.Join(w.is.Erase(ctx, tx, c.OrgID, id), w.is.PeopleChanged(ctx, tx, c.OrgID, p.ID))
				})
			},
			"rematch": func() {
				gone := fmt.Sprint(chance.IntN(10))
				l.entries = list(slices.DeleteFunc(directoryOf(120, nobody), func(e connector.Entry) bool { return strings.HasSuffix(e.ID, gone) })...)
				w.rematch(c)
			},
			"what is taken back": func() {
				err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if err := w.is.Erase(ctx, tx, c.OrgID, someone()); err != nil {
						return err
					}
					if _, err := w.is.List(ctx, tx, c.OrgID, c.ID, identity.Filter{Text: "person"}); err != nil {
						return err
					}
					return errors.ErrUnsupported
				})
				if !errors.Is(err, errors.ErrUnsupported) {
					t.Fatal(err)
				}
				// The next to write has the version that never came to be.
				id := someone()
				for _, on := range []bool{false, true} {
					_ = w.is.Toggle(t.Context(), w.actor, c.ID, on, id)
					w.searchesAreTrue("after one toggle", c)
				}
			},
		}
		names := slices.Sorted(maps.Keys(changes))
		w.searchesAreTrue("at first", c)
		for range 4 {
			for _, n := range chance.Perm(len(names)) {
				changes[names[n]]()
				w.run()
				w.searchesAreTrue("after "+names[n], c)
			}
		}
		w.facetsAreTrue(c)
	})
}

// TestSearchesForgetTheOldest fills the memory of searches.
func TestSearchesForgetTheOldest(t *testing.T) {
	kept := identity.Fit(100_000, 90_000, 60_000, 1_000)
	if want := []int{1_000, 60_000, 90_000}; !slices.Equal(kept, want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
	if kept := identity.Fit(1_000, 400_000); !slices.Equal(kept, []int{400_000}) {
		t.Errorf("kept %v, want the one that is looked through", kept)
	}
}

// TestAListThatIsLookedAtIsReadAhead looks at the list of a connection with few people,
// then as if they were many.
func TestAListThatIsLookedAtIsReadAhead(t *testing.T) {
	w := emptyWorld(t, dbtest.SQLite(t), (&listed{name: "lists", account: "s", entries: list()}).vendor())
	w.crowd(3)
	c := w.complete(w.begin("lists"))
	w.run()
	look := func() bool {
		t.Helper()
		_, err := w.is.List(t.Context(), w.d, c.OrgID, c.ID, identity.Filter{})
		w.must(err)
		w.is.Settle()
		return w.is.Warm(c.ID)
	}
	if look() {
		t.Error("three people are kept in memory")
	}
	identity.PagesAreDeep(t)
	if !look() {
		t.Error("nothing is read ahead")
	}
}
