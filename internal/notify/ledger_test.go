package notify

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestLedgerAddsUp has a channel answer whatever it likes, and asks that every
// row ends in one final state that agrees with what the channel did.
func TestLedgerAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const people = 12
		h := newHouse(t, d, people)
		h.post.gateKey = "relay"
		round := 0 // of the hundred that rapid tries
		rapid.Check(t, func(rt *rapid.T) {
			round++
			w := &whims{kinds: rapid.SliceOfN(rapid.SampledFrom([]fault.Kind{-1, -1, fault.Limited, fault.Away, fault.Unsure, fault.Invalid, fault.Denied, fault.SignIn, fault.Internal}), 5, 60).Draw(rt, "answers")}
			h.post.set(nil, w.answer)
			key := fmt.Sprintf("round %d", round)
			n := h.notice(key, h.people...)
			n.Urgency = rapid.SampledFrom(urgencies[:]).Draw(rt, "urgency")
			n.About = key
			h.tell(n)
			withdraw := rapid.Bool().Draw(rt, "withdraw")
			for range 200 {
				h.drain()
				if h.counts(key).Left() == 0 {
					break
				}
				if withdraw {
					h.tx(func(ctx context.Context, tx *db.Tx) error { return h.n.Withdraw(ctx, tx, h.org.ID, key) })
				}
				h.advance(2 * time.Hour)
			}
			h.checkAddsUp(rt, key, people, w)
		})
	})
}

func (h *house) checkAddsUp(rt *rapid.T, key string, people int, w *whims) {
	c := h.counts(key)
	sum := 0
	for _, s := range States {
		sum += c.ByState[s]
	}
	if sum != people || c.Total != people || c.Left() != 0 {
		rt.Fatalf("the ledger does not add up: %+v", c)
	}
	rows, err := h.n.Ledger(context.Background(), h.d, h.org.ID, key)
	h.ok(err)
	for _, row := range rows {
		id := row.ID + "@parley.example"
		arrived, unsure := w.took[id], w.unsure[id]
		switch {
		case row.State == Delivered && arrived != 1, row.State != Delivered && arrived != 0:
			rt.Fatalf("%s, and the channel accepted it %d times", row.State, arrived)
		case row.Doubled != (unsure > 0 && (row.Urgency != Broadcast)), unsure > 2:
			rt.Fatalf("marked %v after %d silences", row.Doubled, unsure)
		case row.State != Delivered && row.Reason.Key == "":
			rt.Fatalf("%s without a reason", row.State)
		}
	}
}

// whims are a channel's answers, one after another, and what they meant.
type whims struct {
	mu           sync.Mutex
	kinds        []fault.Kind
	next         int
	took, unsure map[string]int
}

func (w *whims) answer(m connector.Message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.took == nil {
		w.took, w.unsure = map[string]int{}, map[string]int{}
	}
	kind := fault.Kind(-1)
	if w.next < len(w.kinds) { // then it becomes reasonable
		kind = w.kinds[w.next]
		w.next++
	}
	switch kind {
	case -1:
		w.took[m.MessageID]++
		return nil
	case fault.Unsure:
		w.unsure[m.MessageID]++
	}
	return fault.New(kind, "")
}

func TestLedgerPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 0)
		h.many(7)
		other := h.notice("other", h.people[0])
		other.Kind, other.About = "appointment.cancelled", "appointment-2"
		h.tell(other)
		h.drain()
		ctx := context.Background()
		var paged []string
		f := LedgerFilter{Limit: 3}
		for {
			page, err := h.n.Deliveries(ctx, d, h.org.ID, f)
			h.ok(err)
			for _, row := range page {
				paged = append(paged, row.PersonID)
			}
			if len(page) < f.Limit {
				break
			}
			f.After = page[len(page)-1].ID
		}
		want := []string{h.people[0]}
		for i := 6; i >= 0; i-- {
			want = append(want, h.people[i])
		}
		if diff := cmp.Diff(want, paged); diff != "" {
			t.Error(diff)
		}
		for name, c := range map[string]struct {
			filter LedgerFilter
			want   int
		}{
			"person":         {LedgerFilter{PersonID: h.people[0]}, 2},
			"kind":           {LedgerFilter{Kind: "appointment.cancelled"}, 1},
			"notice":         {LedgerFilter{Notice: "n3"}, 1},
			"unknown notice": {LedgerFilter{Notice: "nothing"}, 0},
			"state":          {LedgerFilter{State: Failed}, 0},
			"about":          {LedgerFilter{About: "appointment-1", State: Delivered}, 7},
		} {
			page, err := h.n.Deliveries(ctx, d, h.org.ID, c.filter)
			if err != nil || len(page) != c.want {
				t.Errorf("by %s: %d rows, %v", name, len(page), err)
			}
		}
		if page, _ := h.n.Deliveries(ctx, d, "another organization", LedgerFilter{}); len(page) != 0 {
			t.Error("another organization's ledger is not empty")
		}
	})
}
