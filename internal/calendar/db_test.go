package calendar_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/internal/calendar"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/org"
)

var ctx = context.Background()

// house is an organization in London with people in it.
type house struct {
	d      *db.DB
	org    string
	people []string
	boss   org.Actor
}

func settle(t testing.TB, d *db.DB, people int) house {
	t.Helper()
	orgs := org.Open(d, slog.New(slog.NewTextHandler(io.Discard, nil)))
	h := house{d: d}
	err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orgs.Create(ctx, tx, org.Organization{Name: "Harbour", Slug: "harbour-" + db.NewID()[24:], Lang: "en", Zone: "Europe/London"})
		if err != nil {
			return err
		}
		h.org, h.people = o.ID, nil
		for i := range people {
			p, err := orgs.AddMember(ctx, tx, org.System(o.ID), org.Person{Name: fmt.Sprint("Person ", i), Email: fmt.Sprintf("p%d@%s.example", i, o.Slug)})
			if err != nil {
				return err
			}
			h.people = append(h.people, p.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.boss = org.Actor{OrgID: h.org, PersonID: h.people[0], Name: "Boss", Roles: []org.Role{org.Administrator, org.Member}}
	return h
}

func (h house) claim(meeting string, span calendar.Span, touch bool, people ...string) error {
	return h.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if touch {
			if err := calendar.Touch(ctx, tx, h.org, people...); err != nil {
				return err
			}
			for _, p := range people {
				if err := calendar.Holds(ctx, tx, h.org, p, span, 0, 0); err != nil {
					return err
				}
			}
		}
		return calendar.Claim(ctx, tx, h.org, meeting, span, people...)
	})
}

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func hour(n int) calendar.Span {
	return calendar.Span{Start: noon.Add(time.Duration(n) * time.Hour), End: noon.Add(time.Duration(n+1) * time.Hour)}
}

func TestFiftyClientsOneSlot(t *testing.T) {
	for _, touch := range []bool{true, false} {
		t.Run(fmt.Sprintf("touch=%t", touch), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := settle(t, d, 1)
				won := 0
				for _, err := range dbtest.Race(50, func(int) error { return h.claim(db.NewID(), hour(0), touch, h.people[0]) }) {
					switch {
					case err == nil:
						won++
					case touch && !fault.Is(err, fault.Conflict):
						t.Errorf("a loser was told %v", err)
					}
				}
				// Without the touch PostgreSQL may end rivals as deadlocks; the wall still stands.
				if n := h.count(t); won != 1 || n != 1 {
					t.Errorf("%d winners and %d claims, want one", won, n)
				}
			})
		})
	}
}

func (h house) count(t testing.TB) int64 {
	t.Helper()
	n, err := db.Value[int64](ctx, h.d, "SELECT COUNT(*) FROM claims WHERE org_id = $1", h.org)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Pairs of people that are taken in opposite orders must not wait for each other.
func TestPairsInEveryOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 6)
		errs := dbtest.Race(50, func(i int) error {
			return h.claim(db.NewID(), hour(i%3), true, h.people[i%6], h.people[(i+1+i/6%5)%6])
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) {
				t.Errorf("told %v", err)
			}
		}
		if n := h.count(t); n != int64(2*won) || won == 0 {
			t.Errorf("%d winners, %d claims", won, n)
		}
	})
}

// Whatever is booked, moved and given back, in whatever order, nobody is ever
// in two places; and the database alone refuses what would make it so.
func TestClaimsNeverOverlap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			h := settle(t, d, 3)
			for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
				meeting := fmt.Sprint("m", rapid.IntRange(0, 4).Draw(rt, "meeting"))
				from := rapid.IntRange(0, 20).Draw(rt, "from")
				span := calendar.Span{Start: noon.Add(time.Duration(from) * time.Minute), End: noon.Add(time.Duration(from+rapid.IntRange(1, 9).Draw(rt, "length")) * time.Minute)}
				err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
					switch rapid.IntRange(0, 3).Draw(rt, "what") {
					case 0:
						return calendar.MoveClaims(ctx, tx, h.org, meeting, span)
					case 1:
						return calendar.Release(ctx, tx, h.org, meeting)
					default:
						return calendar.Claim(ctx, tx, h.org, meeting, span, h.people[i%3])
					}
				})
				if err != nil && !fault.Is(err, fault.Conflict) {
					rt.Fatal(err)
				}
			}
			if n := h.overlaps(t); n != 0 {
				rt.Fatalf("%d claims overlap", n)
			}
		})
	})
}

func (h house) overlaps(t testing.TB) int64 {
	n, err := db.Value[int64](ctx, h.d, `SELECT COUNT(*) FROM claims a JOIN claims b ON a.org_id = b.org_id AND a.person_id = b.person_id
AND a.meeting_id < b.meeting_id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.org_id = $1`, h.org)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMoveIsNotInItsOwnWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 1)
		if err := h.claim("m", hour(0), true, h.people[0]); err != nil {
			t.Fatal(err)
		}
		if err := h.claim("n", hour(2), true, h.people[0]); err != nil {
			t.Fatal(err)
		}
		move := func(to calendar.Span, before, after time.Duration) error {
			return d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
				if err := calendar.Touch(ctx, tx, h.org, h.people[0]); err != nil {
					return err
				}
				if err := calendar.Holds(ctx, tx, h.org, h.people[0], to, before, after, "m"); err != nil {
					return err
				}
				return calendar.MoveClaims(ctx, tx, h.org, "m", to)
			})
		}
		half := calendar.Span{Start: noon.Add(30 * time.Minute), End: noon.Add(90 * time.Minute)}
		if err := move(half, 0, 30*time.Minute); err != nil {
			t.Errorf("half an hour later: %v", err)
		}
		if err := move(half, 0, 31*time.Minute); !fault.Is(err, fault.Conflict) {
			t.Errorf("with one minute too much quiet: %v", err)
		}
		if err := move(hour(2), 0, 0); !fault.Is(err, fault.Conflict) {
			t.Errorf("onto another: %v", err)
		}
	})
}

func TestLoadReadsWhatTheVerbsWrote(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 3)
		cals := calendar.Open(d)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(cals.SaveHours(ctx, h.boss, h.people[1], []calendar.Hours{{Weekday: 1, Start: 540, End: 1020}, {Weekday: 2, Start: 540, End: 1020}}))
		must(cals.SaveHours(ctx, h.boss, h.people[1], []calendar.Hours{{Weekday: 1, Start: 600, End: 1020}, {Weekday: 2, Start: 540, End: 1020}}))
		must(cals.SaveException(ctx, h.boss, h.people[1], calendar.Exception{Date: date(t, "2027-03-02"), Open: []calendar.Minutes{{Start: 840, End: 900}}}))
		off, err := cals.AddTimeOff(ctx, h.boss, h.people[1], calendar.TimeOff{Span: calendar.Span{Start: noon.Add(4 * time.Hour), End: noon.Add(48 * time.Hour)}, Reason: "course"})
		must(err)
		must(h.claim("m", hour(0), true, h.people[1]))

		window := calendar.Span{Start: noon.Truncate(24 * time.Hour), End: noon.Truncate(24*time.Hour).AddDate(0, 0, 7)}
		free := func() []calendar.Span {
			sheets, err := calendar.Load(ctx, d, h.org, append(h.people[1:], "nobody"), window)
			must(err)
			if len(sheets) != 2 {
				t.Fatalf("%d sheets, want 2", len(sheets))
			}
			return sheets[h.people[1]].Free(window)
		}
		at := func(text string) time.Time {
			at, _ := time.Parse("2006-01-02 15:04", text)
			return at
		}
		want := []calendar.Span{{Start: at("2027-03-01 10:00"), End: at("2027-03-01 12:00")}, {Start: at("2027-03-01 13:00"), End: at("2027-03-01 16:00")}}
		if diff := cmp.Diff(want, free()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		must(cals.RemoveTimeOff(ctx, h.boss, h.people[1], off.ID))
		must(cals.DropException(ctx, h.boss, h.people[1], date(t, "2027-03-02")))
		if got := free(); len(got) != 3 || got[2].Duration() != 8*time.Hour {
			t.Errorf("free time after giving back: %v", got)
		}
	})
}

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The window's claims are found although one began long before and ends within
// it, and another began within it and ends long after.
func TestLoadFindsClaimsThatReachIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 2)
		for i, span := range []calendar.Span{
			{Start: noon.AddDate(0, 0, -40), End: noon},
			{Start: noon.Add(time.Hour), End: noon.AddDate(0, 0, 40)},
			{Start: noon.AddDate(0, 0, 41), End: noon.AddDate(0, 0, 42)},
		} {
			if err := h.claim(fmt.Sprint(i), span, true, h.people...); err != nil {
				t.Fatal(err)
			}
		}
		window := calendar.Span{Start: noon.Add(-time.Hour), End: noon.AddDate(0, 0, 2)}
		sheets, err := calendar.Load(ctx, d, h.org, h.people, window)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range h.people {
			if got := sheets[p].Busy(window); len(got) != 2 {
				t.Errorf("busy %v, want two claims", got)
			}
		}
	})
}

func TestVerbsRefuseStrangers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, b := settle(t, d, 2), settle(t, d, 1)
		cals := calendar.Open(d)
		if err := cals.SaveHours(ctx, a.boss, b.people[0], nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organization's person: %v", err)
		}
		member := org.Actor{OrgID: a.org, PersonID: a.people[1], Roles: []org.Role{org.Member}}
		if err := cals.SaveHours(ctx, member, a.people[0], nil); !fault.Is(err, fault.Denied) {
			t.Errorf("a colleague's hours: %v", err)
		}
		if err := cals.SaveHours(ctx, member, a.people[1], nil); err != nil {
			t.Errorf("one's own hours: %v", err)
		}
		sheets, err := calendar.Load(ctx, d, a.org, b.people, hour(0))
		if err != nil || len(sheets) != 0 {
			t.Errorf("another organization's sheet: %v, %v", sheets, err)
		}
	})
}

// With a long past and a full future, both questions are still a step in an index.
func TestPlansDoNotScan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := settle(t, d, 20)
		fill(t, h, 1000)
		from, to := noon.UnixMicro(), noon.AddDate(0, 0, 1).UnixMicro()
		for name, text := range map[string]string{
			"claims_person": calendar.Neighbour,
		} {
			plan := dbtest.Plan(t, d, text, h.org, h.people[3], from, "")
			dbtest.NoScan(t, plan, "claims")
			if !strings.Contains(plan, name) {
				t.Errorf("the neighbour is not found by %s:\n%s", name, plan)
			}
		}
		args := []any{h.org, from, to}
		for _, p := range h.people {
			args = append(args, p)
		}
		plan := dbtest.Plan(t, d, calendar.ClaimsOf(20), args...)
		dbtest.NoScan(t, plan, "claims", "n", "m", "claims n", "claims m")
		if n := strings.Count(plan, "claims_person"); n < 3 {
			t.Errorf("the window uses claims_person %d times, want 3:\n%s", n, plan)
		}
		plan = dbtest.Plan(t, d, "DELETE FROM claims WHERE org_id = $1 AND meeting_id = $2", h.org, "m")
		dbtest.NoScan(t, plan, "claims")
	})
}

// fill gives each person count claims of half an hour, most of them past.
func fill(t testing.TB, h house, count int) {
	t.Helper()
	for _, p := range h.people {
		err := h.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := calendar.Touch(ctx, tx, h.org, p); err != nil {
				return err
			}
			for i := range count {
				start := noon.Add(time.Duration(i-count*9/10) * time.Hour)
				if err := calendar.Claim(ctx, tx, h.org, db.NewID(), calendar.Span{Start: start, End: start.Add(30 * time.Minute)}, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
