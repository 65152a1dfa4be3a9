package vault_test

import (
	"testing"
	"time"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/sandbox"
)

// A month that is used up stops new meetings of one account, and nothing else:
// old ones are still changed and ended, and the directory is still read.
func TestAFullMonthClosesNoGate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, strict)
		c := w.connect()
		wish := connector.Wish{Key: "m.1", Subject: "x", Starts: w.sandbox.Now().Add(time.Hour), Ends: w.sandbox.Now().Add(2 * time.Hour)}
		made, err := w.v.Conference(c).Make(t.Context(), w.lend(c), wish)
		if err != nil {
			t.Fatal(err)
		}
		w.sandbox.UseUpMeetings(sandbox.Service, 2000)
		wish.Key = "m.2"
		if _, err := w.v.Conference(c).Make(t.Context(), w.lend(c), wish); !fault.Is(err, fault.Limited) || fault.As(err).Key != "teams.month.account" {
			t.Errorf("err = %v, want the month", err)
		}
		if err := w.users(w.lend(c)); err != nil {
			t.Errorf("reading people: %v", err)
		}
		if err := w.v.Conference(c).End(t.Context(), w.lend(c), made.VendorID); err != nil {
			t.Errorf("ending a meeting: %v", err)
		}
	})
}
