package identity_test

import (
	"context"
	"net/url"
	"testing"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/vault"
)

// reauthorize signs the account of a listed vendor in again.
func (w *world) reauthorize(c vault.Connection) {
	w.t.Helper()
	address, err := w.vault.ReauthorizeAs(w.t.Context(), w.actor, c.ID, nil)
	w.must(err)
	back, err := url.Parse(address)
	w.must(err)
	_, err = w.vault.Finish(w.t.Context(), w.actor, back.Query())
	w.must(err)
}

// TestWhoCameWhileNobodyWasSignedInIsFound: the wish to ask the vendor about a
// person outlives the time in which it could not be asked, and every match of
// others meanwhile.
func TestWhoCameWhileNobodyWasSignedInIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")})}
		w := emptyWorld(t, d, l.vendor())
		w.add("Amelia Hart", 0)
		c := w.complete(w.begin("lists"))
		w.run()
		dbtest.Exec(t, d, "UPDATE connections SET state = 'needs reauthorization' WHERE org_id = $1 AND id = $2", c.OrgID, c.ID)
		came := func(name string) {
			t.Helper()
			w.tx(func(ctx context.Context, tx *db.Tx) error {
				return w.is.PeopleChanged(ctx, tx, c.OrgID, w.people[name].ID)
			})
			w.run()
		}
		w.add("Priya Nair", 1)
		came("Priya Nair")
		// Somebody else with the same address has her judged again, and goes.
		w.add("Omar Farouk", 2)
		for _, email := range []string{emailOf("Priya Nair"), emailOf("Omar Farouk")} {
			dbtest.Exec(t, d, "UPDATE people SET email = $3 WHERE org_id = $1 AND id = $2", c.OrgID, w.people["Omar Farouk"].ID, email)
			came("Omar Farouk")
		}
		l.entries = list(connector.Entry{ID: "1", SignInName: emailOf("Amelia Hart")}, connector.Entry{ID: "2", SignInName: emailOf("Priya Nair")})
		l.scans, l.asked = 0, 0
		w.reauthorize(c)
		w.run()
		if got := w.of(c, "Priya Nair"); got.State != identity.Matched || got.VendorID != "2" {
			t.Errorf("Priya after the sign-in: %+v", got)
		}
		if l.scans != 0 || l.asked != 2 {
			t.Errorf("%d scans, %d looked for; want none and the two who came", l.scans, l.asked)
		}
		w.facetsAreTrue(c)
	})
}

// TestWhoChangesWhileTheyAreLookedForIsLookedForAgain changes a person's address
// between the question and what becomes of its answer.
func TestWhoChangesWhileTheyAreLookedForIsLookedForAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &listed{name: "lists", account: "s", entries: list()}
		w := emptyWorld(t, d, l.vendor())
		c := w.complete(w.begin("lists"))
		w.run()
		w.add("Priya Nair", 1)
		l.entries = list(connector.Entry{ID: "2", SignInName: "nair@harbourbank.example"})
		changed := func(ctx context.Context, tx *db.Tx) error {
			return w.is.PeopleChanged(ctx, tx, c.OrgID, w.people["Priya Nair"].ID)
		}
		l.found = func() {
			l.found = nil
			dbtest.Exec(t, d, "UPDATE people SET email = $3 WHERE org_id = $1 AND id = $2", c.OrgID, w.people["Priya Nair"].ID, "nair@harbourbank.example")
			w.tx(changed)
		}
		w.tx(changed)
		w.run()
		if got := w.of(c, "Priya Nair"); got.State != identity.Matched || l.asked != 2 {
			t.Errorf("Priya, asked for %d times: %+v", l.asked, got)
		}
	})
}
