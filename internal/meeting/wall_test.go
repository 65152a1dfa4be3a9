package meeting

import (
	"context"
	"testing"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
)

// TestTheDatabaseRefusesASecondLiveConference is about the last wall: whatever
// a defect of ours or an older program does, people are led to one place.
func TestTheDatabaseRefusesASecondLiveConference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add := func(id, meeting string, gen int64, s Stage) error {
			return d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				return db.Insert(ctx, tx, "conferences", &Conference{OrgID: "o", ID: id, MeetingID: meeting, Gen: gen, Stage: s})
			})
		}
		for _, c := range []struct {
			id, meeting string
			gen         int64
			stage       Stage
			refused     bool
		}{
			{"1", "m", 1, Gone, false}, {"2", "m", 2, Live, false}, {"3", "m", 3, Live, true}, {"4", "m", 3, Intended, false},
			{"5", "m", 3, Ending, true}, {"6", "other", 1, Live, false},
		} {
			if err := add(c.id, c.meeting, c.gen, c.stage); (err != nil) != c.refused || (c.refused && !fault.Is(err, fault.Conflict)) {
				t.Errorf("conference %s: %v, refused should be %v", c.id, err, c.refused)
			}
		}
		err := d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return (&Conference{OrgID: "o", ID: "4", Stage: Live}).save(ctx, tx)
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("a second one became live: %v", err)
		}
	})
}
