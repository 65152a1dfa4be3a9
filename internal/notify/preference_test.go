package notify

import (
	"context"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
)

func TestAKindThatIsNoLongerMutedIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		notice := h.notice("a", h.people[0])
		for _, muted := range []bool{true, true, false, false} { // asking twice is asking once
			h.tx(func(ctx context.Context, tx *db.Tx) error {
				return h.n.Mute(ctx, tx, h.org.ID, h.people[0], notice.Kind, muted)
			})
		}
		h.tell(notice)
		h.drain()
		if c := h.counts("a"); c.ByState[Delivered] != 1 {
			t.Errorf("counts %+v, want it delivered", c)
		}
	})
}
