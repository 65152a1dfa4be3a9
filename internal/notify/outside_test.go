package notify

import (
	"strings"
	"testing"
	"time"

	"parley/internal/card"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// toDesk is a notice to an address that is nobody's.
func (h *house) toDesk(key string) Notice {
	n := h.notice(key)
	n.To, n.Outside = nil, Outside{Name: "IT desk", Mailbox: "desk@harbourbank.example", Lang: "fr"}
	n.ReplyTo = connector.Address{Name: "Amelia Hart", Mailbox: "amelia.hart@harbourbank.example"}
	return n
}

// TestAnAddressIsToldLikeAPerson: once, in its language, with the answer going to
// who asked, and with a row in the ledger.
func TestAnAddressIsToldLikeAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.tell(h.toDesk("n1"))
		h.tell(h.toDesk("n1"))
		h.drain()
		if len(h.post.accepted) != 1 {
			t.Fatalf("%d mails left, want 1", len(h.post.accepted))
		}
		m := h.post.accepted[0]
		if m.To.Mailbox != "desk@harbourbank.example" || m.To.Name != "IT desk" || m.ReplyTo.Mailbox != "amelia.hart@harbourbank.example" || m.Drawn.Lang != "fr" {
			t.Errorf("the mail went to %+v, answers to %+v, in %q", m.To, m.ReplyTo, m.Drawn.Lang)
		}
		rows := h.ledger()
		if len(rows) != 1 || rows[0].State != Delivered || rows[0].PersonID != "" {
			t.Errorf("the ledger has %+v", rows)
		}
	})
}

func TestAnAddressIsToldLaterToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		n := h.toDesk("n1")
		now, err := d.Now(t.Context())
		h.ok(err)
		n.At = now.Add(time.Hour)
		h.tell(n)
		h.runJobs()
		h.drain()
		if len(h.post.accepted) != 0 {
			t.Fatal("it was told at once")
		}
		h.advance(2 * time.Hour)
		h.runJobs()
		h.drain()
		if len(h.post.accepted) != 1 || h.counts("n1").ByState[Delivered] != 1 {
			t.Errorf("%d mails left, the ledger says %+v", len(h.post.accepted), h.counts("n1"))
		}
	})
}

// TestWhatAnAddressIsToldCanBeForgotten: a secret card is emptied when it is sent.
func TestWhatAnAddressIsToldCanBeForgotten(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 0)
	n := h.toDesk("n1")
	n.Secret = true
	h.tell(n)
	h.drain()
	row, err := db.One[notice](t.Context(), h.d, noticeByKey, h.org.ID, "n1")
	h.ok(err)
	if len(h.post.accepted) != 1 || row.Card.Title.Key != (card.Card{}).Title.Key {
		t.Errorf("the card is still there: %+v", row.Card)
	}
}

func TestANoticeIsForOneKindOfRecipient(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), 1)
	both, none := h.toDesk("n1"), h.toDesk("n2")
	both.To, none.Outside = h.people, Outside{}
	for want, n := range map[string]Notice{"several": both, "nobody": none} {
		if err := n.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v is refused with %v, want %q", n.Outside, err, want)
		}
	}
}
