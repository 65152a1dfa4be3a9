package vault_test

import (
	"strings"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/vault"
)

func TestKeysAreRotated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		old, fresh := vault.NewKey("k1"), vault.NewKey("k2")
		w.keys = keys(t, old)
		w.v = w.open()
		c := w.connect()
		w.keys = keys(t, fresh+","+old)
		w.v = w.open()
		if err := w.users(w.lend(c)); err != nil {
			t.Fatalf("the old key does not open any more: %v", err)
		}
		runner := job.New(d, w.log())
		w.v.Work(runner)
		if err := runner.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := runner.RunDue(t.Context(), 20); err != nil {
			t.Fatal(err)
		}
		w.keys = keys(t, fresh)
		w.v = w.open()
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("without the old key: %v", err)
		}
	})
}

func TestWhatIsSealedBelongsToItsPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		c := w.connect()
		stranger := w.organization("Fjord Credit")
		dbtest.Exec(t, d, "UPDATE connections SET org_id = $1 WHERE id = $2", stranger.OrgID, c.ID)
		if _, err := w.v.Connection(t.Context(), d, stranger.OrgID, c.ID); err == nil || !strings.Contains(err.Error(), "not authentic") {
			t.Errorf("a row that was moved to another organization was opened: %v", err)
		}
		dbtest.Exec(t, d, "UPDATE connections SET org_id = $1 WHERE id = $2", c.OrgID, c.ID)
		w.keys = keys(t, vault.NewKey("k1")) // the same id, another key
		w.v = w.open()
		if _, err := w.v.Connection(t.Context(), d, c.OrgID, c.ID); err == nil {
			t.Error("a wrong key opened it")
		}
	})
}

func TestKeysThatCannotBeRead(t *testing.T) {
	good := vault.NewKey("a")
	for _, text := range []string{"", "a", "a:", "a:c2hvcnQ=", ":" + good[2:], good + " " + good, strings.Repeat("x", 65) + good[1:], good + "=="} {
		_, err := vault.ParseKeys(text)
		if err == nil {
			t.Errorf("%q was read", text)
		} else if strings.Contains(err.Error(), good[2:]) {
			t.Errorf("the error tells the key: %v", err)
		}
	}
	if _, err := vault.ParseKeys(good + "\n" + vault.NewKey("b")); err != nil {
		t.Error(err)
	}
}
