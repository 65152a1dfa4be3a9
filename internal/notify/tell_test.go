package notify

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

func TestTellDelivers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		notice := h.notice("a", h.people[0], h.people[1], h.people[0])
		h.tell(notice)
		h.tell(notice) // the verb was run again
		h.drain()
		rows := h.ledger()
		if len(rows) != 2 {
			t.Fatalf("%d deliveries, want 2", len(rows))
		}
		for _, row := range rows {
			if row.State != Delivered || row.Sent != 1 || row.Ref != "250 queued" || row.Doubled {
				t.Errorf("delivery %+v", row)
			}
		}
		subjects := map[string]string{}
		for _, m := range h.post.accepted {
			subjects[m.To.Mailbox] = m.Drawn.Lang
			if !strings.HasSuffix(m.MessageID, "@parley.example") {
				t.Errorf("message id %q", m.MessageID)
			}
		}
		if diff := cmp.Diff(map[string]string{"c0@example.org": "en", "c1@example.org": "fr"}, subjects); diff != "" {
			t.Error(diff)
		}
		if h.post.open != 0 {
			t.Errorf("%d connections left open", h.post.open)
		}
	})
}

func TestRetellChangesWhatIsSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.tell(h.notice("a", h.people[0]))
		changed := trial
		changed.Title = card.Value(card.String("", "Moved to Friday"))
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Retell(ctx, tx, h.org.ID, "a", changed) })
		h.drain()
		if got := h.post.accepted[0].Drawn.Title; got != "Moved to Friday" {
			t.Errorf("sent %q", got)
		}
		if row := h.ledger()[0]; row.Wanted != 2 || row.Sent != 2 {
			t.Errorf("wanted %d, sent %d, want version 2", row.Wanted, row.Sent)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Retell(ctx, tx, h.org.ID, "unknown", changed) })
	})
}

func TestWithdrawnNeverLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 3)
		now, err := d.Now(context.Background())
		h.ok(err)
		later := h.notice("reminder", h.people[0])
		later.Kind, later.At = "appointment.reminder", now.Add(time.Hour)
		h.tell(h.notice("now", h.people[1]), later)
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			if err := h.n.Withdraw(ctx, tx, h.org.ID, "now"); err != nil {
				return err
			}
			return h.n.WithdrawAll(ctx, tx, h.org.ID, "appointment-1", "appointment.reminder")
		})
		if row := h.ledger()[0]; row.State != Skipped {
			t.Errorf("withdrawn, and %s", row.State)
		}
		h.advance(2 * time.Hour)
		h.runJobs()
		h.drain()
		if h.post.tries != 0 {
			t.Errorf("%d mails left", h.post.tries)
		}
		rows := h.ledger()
		if len(rows) != 1 || rows[0].State != Skipped || rows[0].Reason.Key != "notify.reason.withdrawn" {
			t.Errorf("ledger %+v", rows)
		}
	})
}

// TestWithdrawnWhileSending withdraws a notice whose mail is on its way: when the
// mail server puts it off, it is not sent again.
func TestWithdrawnWhileSending(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.post.set(nil, func(connector.Message) error {
			h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Withdraw(ctx, tx, h.org.ID, "a") })
			return fault.New(fault.Away, "")
		})
		h.tell(h.notice("a", h.people[0]))
		h.drain()
		h.advance(time.Hour)
		h.drain()
		if row := h.ledger()[0]; h.post.tries != 1 || row.State != Skipped || row.Attempt != 1 {
			t.Errorf("%d tries, %+v", h.post.tries, row)
		}
	})
}

func TestScheduledLeavesWhenDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		now, err := d.Now(context.Background())
		h.ok(err)
		reminder := h.notice("reminder", h.people[0])
		reminder.At = now.Add(time.Hour)
		h.tell(reminder)
		h.runJobs()
		h.drain()
		if h.post.tries != 0 {
			t.Fatal("a reminder left before it was due")
		}
		h.advance(time.Hour + time.Second)
		h.runJobs()
		h.drain()
		if h.post.tries != 1 {
			t.Errorf("%d mails left, want 1", h.post.tries)
		}
	})
}

// TestTooLateIsSkipped holds notices up in the two ways there are: nothing runs
// when one is due, and the mail server puts one off. Whoever comes too late is
// skipped and says so; what has no end leaves however late it is.
func TestTooLateIsSkipped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		now, err := d.Now(context.Background())
		h.ok(err)
		due := func(key string, at, until time.Duration) Notice {
			n := h.notice(key, h.people[0])
			n.At, n.Until = now.Add(at), now.Add(until)
			return n
		}
		h.post.set(fault.New(fault.Away, ""), nil)
		h.tell(due("put off", 0, time.Hour), due("day", time.Hour, 24*time.Hour), due("hour", 24*time.Hour, 25*time.Hour), h.notice("proof", h.people[0]))
		h.drain()
		h.post.set(nil, nil)
		dbtest.ClockOf(d).Set(now.Add(24 * time.Hour))
		h.runJobs()
		h.drain()
		for key, want := range map[string]State{"put off": Skipped, "day": Skipped, "hour": Delivered, "proof": Delivered} {
			c := h.counts(key)
			if c.ByState[want] != 1 || c.Total != 1 || c.Writing {
				t.Errorf("%s: %+v, want one %s", key, c, want)
			}
		}
		for _, row := range h.ledger() {
			if row.State == Skipped && row.Reason.Key != "notify.reason.too-late" {
				t.Errorf("skipped because %q", row.Reason.Key)
			}
		}
		if len(h.post.accepted) != 2 {
			t.Errorf("%d mails left, want 2", len(h.post.accepted))
		}
	})
}

// TestAudience tells more people than a transaction writes, chosen by a SELECT.
func TestAudience(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const all = 2*chunk + 500
		h := newHouse(t, d, all)
		notice := h.notice("all")
		notice.Urgency = Broadcast
		notice.Audience = db.Part{SQL: "SELECT id FROM people WHERE org_id = $1 AND version >= $2", Args: []any{h.org.ID, 1}}
		h.tell(notice)
		h.runJobs()
		if c := h.counts("all"); c.Total != all || c.ByState[Queued] != all || c.Writing {
			t.Fatalf("counts %+v, want %d queued", c, all)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Withdraw(ctx, tx, h.org.ID, "all") })
		h.runJobs()
		if c := h.counts("all"); c.ByState[Skipped] != all {
			t.Errorf("counts %+v, want %d skipped", c, all)
		}
	})
}

func TestNamedPeopleBeyondAHandful(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, handful+5)
		h.tell(h.notice("all", h.people...))
		h.runJobs()
		h.drain()
		if c := h.counts("all"); c.ByState[Delivered] != handful+5 || c.Left() != 0 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestWhoCannotBeTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 3)
		h.tell(h.notice("a", append(h.people, "nobody")...))
		always := h.notice("always", h.people[1])
		always.Always, always.About = true, "appointment-2"
		h.tell(always)
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, "UPDATE people SET email = '' WHERE org_id = $1 AND id = $2", h.org.ID, h.people[0]); err != nil {
				return err
			}
			if err := h.n.Mute(ctx, tx, h.org.ID, h.people[1], "appointment.confirmed", true); err != nil {
				return err
			}
			return h.n.Erase(ctx, tx, h.org.ID, h.people[2])
		})
		h.drain()
		got := map[string]string{}
		for _, row := range h.ledger() {
			got[row.PersonID] = fmt.Sprint(row.State, " ", row.Reason.Key)
		}
		want := map[string]string{
			h.people[0]: "skipped notify.reason.no-address", h.people[1]: "skipped notify.reason.muted",
			h.people[2]: "skipped notify.reason.gone", "nobody": "skipped notify.reason.gone",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if c := h.counts("always"); c.ByState[Delivered] != 1 {
			t.Errorf("what is told always was not: %+v", c)
		}
	})
}

// TestSecretIsForgotten asks that a card that signs somebody in is not kept.
func TestSecretIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		n := h.notice("a", h.people[0])
		n.Secret, n.Card.Actions = true, []card.Action{{Label: card.Say("card.trial.open"), Path: "/sign-in/topsecret"}}
		h.tell(n)
		h.drain()
		if got := h.post.accepted[0].Drawn.Buttons[0].URL; got != "https://parley.example/sign-in/topsecret" {
			t.Errorf("sent %q", got)
		}
		kept, err := db.Value[string](context.Background(), d, "SELECT card FROM notices WHERE org_id = $1", h.org.ID)
		if err != nil || strings.Contains(kept, "topsecret") {
			t.Errorf("kept %s, %v", kept, err)
		}
	})
}

func TestNoticeMistakes(t *testing.T) {
	for name, wrong := range map[string]Notice{
		"no key":  {OrgID: "o", Kind: "k", To: []string{"p"}},
		"nobody":  {OrgID: "o", Kind: "k", Key: "x"},
		"both":    {OrgID: "o", Kind: "k", Key: "x", To: []string{"p"}, Audience: db.Part{SQL: "SELECT 1"}},
		"no kind": {OrgID: "o", Key: "x", To: []string{"p"}},
	} {
		if wrong.check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
