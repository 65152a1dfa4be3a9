package meeting

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/words"
)

// agreed books a meeting, tomorrow as noon sees it, with what is not said filled in.
func agreed(t *testing.T, d *db.DB, m Meeting) Meeting {
	t.Helper()
	booked, err := tryBook(d, m)
	if err != nil {
		t.Fatal(err)
	}
	return booked
}

func tryBook(d *db.DB, m Meeting) (Meeting, error) {
	m.OrgID, m.Kind, m.OwnerID = "o", "appointment", "ap"
	if m.HostID == "" {
		m.HostID = "amelia"
	}
	if m.Zone == "" {
		m.Zone = "Europe/London"
	}
	if m.Starts.IsZero() {
		m.Starts = noon.Add(24 * time.Hour)
	}
	if m.Ends.IsZero() {
		m.Ends = m.Starts.Add(time.Hour)
	}
	err := verb(d, func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = Book(ctx, tx, m)
		return err
	}, append(m.Hosts(), m.Claims...)...)
	return m, err
}

func verb(d *db.DB, do func(context.Context, *db.Tx) error, people ...string) error {
	return d.Tx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		if err := calendar.Touch(ctx, tx, "o", people...); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

func TestAMeetingIsKeptAsItWasBooked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := agreed(t, d, Meeting{Title: "Review", Mode: ByVideo, ConnectionID: "a", CoHosts: []string{"daniel"}, Lang: "fr"})
		kept, err := Get(context.Background(), d, "o", m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, kept); diff != "" {
			t.Error(diff)
		}
		if kept.Link != Pending || kept.State != Agreed || kept.Version != 1 || kept.Sequence != 0 {
			t.Errorf("%+v", kept)
		}
		some, err := Some(context.Background(), d, "o", m.ID, "unknown")
		if err != nil || len(some) != 1 {
			t.Errorf("%v, %v", some, err)
		}
		if _, err := Get(context.Background(), d, "stranger", m.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger sees it: %v", err)
		}
	})
}

func TestWhatCannotBeAMeetingIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for key, m := range map[string]Meeting{
			"meeting.invalid.time":       {Mode: ByPhone, Starts: noon, Ends: noon},
			"meeting.invalid.zone":       {Mode: ByPhone, Zone: "Mars/Olympus"},
			"meeting.invalid.connection": {Mode: ByVideo},
			"meeting.invalid.mode":       {Mode: "telepathy"},
		} {
			if _, err := tryBook(d, m); !fault.Is(err, fault.Invalid) || fault.As(err).Key != key {
				t.Errorf("want %s, got %v", key, err)
			}
		}
	})
}

func TestNobodyIsInTwoMeetings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		errs := dbtest.Race(50, func(int) error {
			_, err := tryBook(d, Meeting{Mode: ByVideo, ConnectionID: "a"})
			return err
		})
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, fault.Conflict):
				t.Errorf("want a conflict, got %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 50 got the hour", won)
		}
	})
}

func TestAnotherHostTakesTheTimeOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := agreed(t, d, Meeting{Mode: ByVideo, ConnectionID: "a", HostID: "amelia"})
		to := func(host string) error {
			return verb(d, func(ctx context.Context, tx *db.Tx) error {
				_, err := Change(ctx, tx, "o", m.ID, func(m *Meeting) { m.HostID, m.State, m.Starts = host, Cancelled, noon })
				return err
			}, "amelia", host)
		}
		agreed(t, d, Meeting{Mode: ByPhone, HostID: "daniel"})
		if err := to("daniel"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a busy host: %v", err)
		}
		if err := to("priya"); err != nil {
			t.Fatal(err)
		}
		kept, _ := Get(context.Background(), d, "o", m.ID)
		if kept.HostID != "priya" || kept.State != Agreed || !kept.Starts.Equal(m.Starts) || kept.Sequence != 1 {
			t.Errorf("after the change: %+v", kept)
		}
		agreed(t, d, Meeting{Mode: ByPhone, HostID: "amelia"}) // her time is free again
		if _, err := tryBook(d, Meeting{Mode: ByPhone, HostID: "priya"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the new host's time is not taken: %v", err)
		}
	})
}

func TestWhatPeopleDoNotSeeLeavesTheSequenceAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := agreed(t, d, Meeting{Mode: ByVideo, ConnectionID: "a"})
		err := verb(d, func(ctx context.Context, tx *db.Tx) (err error) {
			m, err = Change(ctx, tx, "o", m.ID, func(m *Meeting) { m.Lobby = "everyone" })
			return err
		}, "amelia")
		if err != nil || m.Sequence != 0 || m.Version != 2 {
			t.Errorf("sequence %d, version %d, %v", m.Sequence, m.Version, err)
		}
	})
}

func TestACancelledMeetingCannotBeMovedOrChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := agreed(t, d, Meeting{Mode: ByPhone})
		verbs := map[string]func(ctx context.Context, tx *db.Tx) error{
			"cancel": func(ctx context.Context, tx *db.Tx) error { _, err := Cancel(ctx, tx, "o", m.ID); return err },
			"move": func(ctx context.Context, tx *db.Tx) error {
				_, err := Move(ctx, tx, "o", m.ID, calendar.Span{Start: noon, End: noon.Add(time.Hour)})
				return err
			},
			"change": func(ctx context.Context, tx *db.Tx) error {
				_, err := Change(ctx, tx, "o", m.ID, func(m *Meeting) { m.Title = "x" })
				return err
			},
		}
		if err := verb(d, verbs["cancel"], "amelia"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"move", "change"} {
			if err := verb(d, verbs[name], "amelia"); !fault.Is(err, fault.Conflict) || fault.As(err).Key != "meeting.conflict.cancelled" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestMovingToTheSameTimeChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := agreed(t, d, Meeting{Mode: ByPhone})
		err := verb(d, func(ctx context.Context, tx *db.Tx) error {
			moved, err := Move(ctx, tx, "o", m.ID, m.Span())
			if moved.Moved() || moved.Sequence != 0 {
				t.Errorf("%+v", moved)
			}
			return err
		}, "amelia")
		if err != nil {
			t.Error(err)
		}
	})
}

func TestEveryReasonAndEverySignHasItsWords(t *testing.T) {
	keys := []string{"meeting.reason.signin", "meeting.reason.denied", "meeting.reason.limited", "meeting.reason.away", "meeting.reason.refused"}
	for _, s := range []LinkState{NoLink, Pending, Ready, AtRisk} {
		keys = append(keys, "meeting.link."+string(s))
	}
	for _, group := range Spell(alphabet) {
		keys = append(keys, group...)
	}
	for _, lang := range []string{"en", "fr"} {
		for _, key := range keys {
			if !(words.Reader{Lang: lang}).Has(key) {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
}
