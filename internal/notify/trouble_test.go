package notify

import (
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestMailTrouble shuts the mail server, then opens it again: while mails wait it
// can be said since when, how many and what the server answered.
func TestMailTrouble(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		trouble := func() (Trouble, bool) {
			t.Helper()
			tr, is, err := h.n.MailTrouble(t.Context(), d, h.org.ID)
			h.ok(err)
			return tr, is
		}
		if tr, is := trouble(); is {
			t.Errorf("before the first mail: %+v", tr)
		}
		before, err := d.Now(t.Context())
		h.ok(err)
		h.many(3)
		if tr, is := trouble(); is {
			t.Errorf("before the first try: %+v", tr)
		}
		h.post.down = fault.New(fault.Limited, "smtp.later", "Host", "mail.example", "Answer", "421 busy")
		h.ok(h.n.Drain(t.Context()))
		tr, is := trouble()
		if !is || tr.Waiting == 0 || tr.Reason.Key != "smtp.later" || len(tr.Reason.Args) != 4 || tr.Reason.Args[3] != "421 busy" {
			t.Fatalf("while the server refuses: %+v", tr)
		}
		if tr.Since.Before(before) || tr.Since.After(before.Add(time.Minute)) {
			t.Errorf("since %v, begun at %v", tr.Since, before)
		}
		h.post.down = nil
		dbtest.Exec(t, d, `UPDATE lanes SET rests_until = 0`)
		h.ok(h.n.Drain(t.Context()))
		if tr, is := trouble(); is {
			t.Errorf("after they went: %+v", tr)
		}
	})
}
