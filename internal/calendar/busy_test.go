package calendar_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/fault"
	"parley/internal/job"
	"parley/internal/org"
	"parley/internal/vault"
)

const secretAddress = "https://outlook.example.com/owa/calendar/s3cret/calendar.ics"

// A published calendar of these tests: what it says, and how it was asked.
type published struct {
	mu    sync.Mutex
	spans [][2]time.Time
	err   error
	etag  string
	asked []connector.Published
	slow  chan struct{}
}

func (p *published) read(ctx context.Context, ask connector.Published) (connector.Busy, error) {
	p.mu.Lock()
	slow := p.slow
	p.asked = append(p.asked, ask)
	b, err := connector.Busy{Spans: p.spans, ETag: p.etag}, p.err
	if p.etag != "" && ask.ETag == p.etag {
		b = connector.Busy{Same: true}
	}
	p.mu.Unlock()
	if slow != nil {
		select {
		case <-slow:
		case <-ctx.Done():
			return connector.Busy{}, fault.New(fault.Away, "busy.fault.slow")
		}
	}
	return b, err
}

func (p *published) say(err error, spans ...calendar.Span) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err, p.spans = err, nil
	for _, s := range spans {
		p.spans = append(p.spans, [2]time.Time{s.Start, s.End})
	}
}

func (p *published) times() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked)
}

// A busyHouse is a house whose people published calendars.
type busyHouse struct {
	house
	t    *testing.T
	busy *calendar.Busy
	cal  *published
	jobs *job.Runner
	me   org.Actor
	log  *bytes.Buffer
}

func settleBusy(t *testing.T, d *db.DB) *busyHouse {
	t.Helper()
	dbtest.ClockOf(d).Set(noon.Add(-4 * time.Hour))
	h := &busyHouse{house: settle(t, d, 2), t: t, cal: &published{}, log: &bytes.Buffer{}}
	keys, err := vault.ParseKeys(vault.NewKey("k"))
	h.ok(err)
	log := slog.New(slog.NewTextHandler(h.log, nil))
	orgs := org.Open(d, log)
	v := vault.New(vault.Config{DB: d, Orgs: orgs, Keys: keys, Log: log})
	h.busy = calendar.OpenBusy(calendar.BusyConfig{DB: d, Orgs: orgs, Vault: v, Log: log, Read: h.cal.read})
	h.jobs = job.New(d, log)
	h.busy.Work(h.jobs)
	h.me = org.Actor{OrgID: h.org, PersonID: h.people[1], Name: "Me", Roles: []org.Role{org.Member}}
	h.ok(calendar.Open(d).SaveHours(ctx, h.me, h.me.PersonID, everyDay()))
	h.rules(calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour})
	return h
}

func everyDay() (week []calendar.Hours) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		week = append(week, calendar.Hours{Weekday: d, Start: 0, End: 1440})
	}
	return week
}

func (h *busyHouse) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *busyHouse) rules(r calendar.BusyRules) {
	h.t.Helper()
	h.ok(h.busy.SaveRules(ctx, h.boss, r))
}

func (h *busyHouse) add() calendar.Source {
	h.t.Helper()
	s, err := h.busy.Add(ctx, h.me, secretAddress)
	h.ok(err)
	return s
}

// work runs what is due, and returns how often the calendar was asked for.
func (h *busyHouse) work() int {
	h.t.Helper()
	before := h.cal.times()
	_, err := h.jobs.RunDue(ctx, 50)
	h.ok(err)
	return h.cal.times() - before
}

func (h *busyHouse) sheet() *calendar.Sheet {
	h.t.Helper()
	sheets, err := calendar.Load(ctx, h.d, h.org, h.people, calendar.Span{Start: noon.Add(-24 * time.Hour), End: noon.Add(48 * time.Hour)})
	h.ok(err)
	return sheets[h.me.PersonID]
}

// free tells whether an hour is free.
func (h *busyHouse) free(n int) bool {
	h.t.Helper()
	return h.sheet().CanStart(hour(n).Start, calendar.Fit{Length: time.Hour, Step: time.Hour})
}

func (h *busyHouse) source() calendar.Source {
	h.t.Helper()
	all, err := h.busy.Sources(ctx, h.d, h.org, h.me.PersonID)
	h.ok(err)
	if len(all) != 1 {
		h.t.Fatalf("%d calendars, want one", len(all))
	}
	return all[0]
}

func eachBusy(t *testing.T, test func(t *testing.T, h *busyHouse)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, settleBusy(t, d)) })
}

func TestBusyElsewhereIsNotFree(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.cal.say(nil, hour(0), hour(2))
		s := h.add()
		if s.Host != "outlook.example.com" || s.Tail != "cret" || s.Fault != "" {
			t.Errorf("added as %+v", s)
		}
		if h.free(0) || !h.free(1) || h.free(2) {
			t.Error("what is on elsewhere is offered")
		}
		if !h.sheet().Unclaimed().CanStart(hour(0).Start, calendar.Fit{Length: time.Hour, Step: time.Hour}) {
			t.Error("what is on elsewhere looks like no working time")
		}
		all, err := calendar.BusyOf(ctx, h.d, h.org, h.me.PersonID, calendar.Span{Start: noon, End: noon.Add(24 * time.Hour)})
		if err != nil || len(all) != 2 || !all[0].Start.Equal(hour(0).Start) || all[0].Unknown || !all[0].Read.Equal(s.Read.Truncate(time.Microsecond)) {
			t.Errorf("busy elsewhere: %+v, %v", all, err)
		}
		h.ok(h.busy.Remove(ctx, h.me, s.ID))
		if !h.free(0) {
			t.Error("a calendar that was taken away still counts")
		}
	})
}

func TestBusyIsReadEveryQuarterOfAnHour(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.cal.say(nil, hour(0))
		h.cal.etag = "1"
		h.add()
		version := h.sheet().Version
		if n := h.work(); n != 0 {
			t.Errorf("read again at once, %d times", n)
		}
		for range 3 {
			dbtest.ClockOf(h.d).Advance(15*time.Minute + time.Second)
			if n := h.work(); n != 1 {
				t.Errorf("after a quarter of an hour it was read %d times", n)
			}
		}
		if h.cal.asked[3].ETag != "1" || h.sheet().Version != version {
			t.Errorf("an unchanged calendar was asked for with %q and raised the version from %d to %d", h.cal.asked[3].ETag, version, h.sheet().Version)
		}
		h.cal.etag = "2"
		h.cal.say(nil, hour(1))
		dbtest.ClockOf(h.d).Advance(15*time.Minute + time.Second)
		h.work()
		if h.sheet().Version == version || !h.free(0) || h.free(1) {
			t.Error("a changed calendar changed nothing")
		}
		dbtest.ClockOf(h.d).Advance(24 * time.Hour)
		if h.work(); h.cal.asked[len(h.cal.asked)-1].ETag != "" {
			t.Error("on another day it was not read in full")
		}
	})
}

func TestStaleBusy(t *testing.T) {
	for _, policy := range []calendar.StalePolicy{calendar.KeepOpen, calendar.CloseSlots} {
		t.Run(string(policy), func(t *testing.T) {
			eachBusy(t, func(t *testing.T, h *busyHouse) {
				h.rules(calendar.BusyRules{On: true, Stale: policy, After: time.Hour})
				h.cal.say(nil, hour(0))
				h.add()
				version := h.sheet().Version
				h.cal.say(fault.New(fault.NotFound, "busy.fault.withdrawn"))
				for range 13 {
					dbtest.ClockOf(h.d).Advance(4 * time.Minute)
					h.work()
				}
				if s := h.source(); s.Fault != "busy.fault.withdrawn" || s.Stale || !h.free(1) || h.free(0) || h.sheet().Version != version {
					t.Errorf("not stale yet: %+v", s)
				}
				for range 4 {
					dbtest.ClockOf(h.d).Advance(3 * time.Minute)
					h.work()
				}
				closed := policy == calendar.CloseSlots
				if s := h.source(); !s.Stale || h.free(1) == closed || h.free(0) {
					t.Errorf("stale, %s: slots free %t: %+v", policy, h.free(1), s)
				}
				if closed != (h.sheet().Version > version) {
					t.Error("turning stale did not raise the version, or raised it for nothing")
				}
				h.cal.say(nil, hour(0))
				dbtest.ClockOf(h.d).Advance(time.Hour)
				h.work()
				if s := h.source(); s.Stale || s.Fault != "" || !h.free(1) || h.free(0) {
					t.Errorf("read again: %+v", s)
				}
			})
		})
	}
}

func TestAChoiceOfTheAdministratorCountsAtOnce(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.cal.say(nil, hour(0))
		h.add()
		h.cal.say(fault.New(fault.Away, "busy.fault.away"))
		dbtest.ClockOf(h.d).Advance(2 * time.Hour)
		h.work()
		for _, r := range []struct {
			calendar.BusyRules
			free0, free1 bool
		}{
			{calendar.BusyRules{On: true, Stale: calendar.CloseSlots, After: time.Hour}, false, false},
			{calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour}, false, true},
			{calendar.BusyRules{On: false, Stale: calendar.KeepOpen, After: time.Hour}, true, true},
		} {
			version := h.sheet().Version
			h.rules(r.BusyRules)
			dbtest.ClockOf(h.d).Advance(time.Second)
			h.work()
			if h.free(0) != r.free0 || h.free(1) != r.free1 || h.sheet().Version == version {
				t.Errorf("%+v: the first hour is free: %t, the second: %t", r.BusyRules, h.free(0), h.free(1))
			}
		}
		h.cal.say(nil, hour(1))
		dbtest.ClockOf(h.d).Advance(time.Hour)
		if n := h.work(); n != 0 {
			t.Error("it was read while it was off")
		}
		h.rules(calendar.BusyRules{On: true, Stale: calendar.KeepOpen, After: time.Hour})
		dbtest.ClockOf(h.d).Advance(time.Second)
		if n := h.work(); n != 1 || h.free(1) || !h.free(0) {
			t.Errorf("switched on it was read %d times", n)
		}
	})
}

func TestRefreshReadsBeforeABooking(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.cal.say(nil)
		h.add()
		refresh := func(policy calendar.StalePolicy) error {
			h.rules(calendar.BusyRules{On: true, Stale: policy, After: time.Hour})
			return h.busy.Refresh(ctx, h.org, h.me.PersonID, time.Minute)
		}
		if err := refresh(calendar.KeepOpen); err != nil || h.cal.times() != 1 {
			t.Errorf("what was read a moment ago was read again (%d), %v", h.cal.times(), err)
		}
		h.cal.say(nil, hour(0))
		dbtest.ClockOf(h.d).Advance(2 * time.Minute)
		if err := refresh(calendar.KeepOpen); err != nil || h.free(0) {
			t.Errorf("what came up since is free, %v", err)
		}
		h.cal.say(fault.New(fault.Away, "busy.fault.away"))
		dbtest.ClockOf(h.d).Advance(2 * time.Minute)
		if err := refresh(calendar.KeepOpen); err != nil || !h.free(1) {
			t.Errorf("a calendar that cannot be read stopped a booking: %v", err)
		}
		dbtest.ClockOf(h.d).Advance(2 * time.Minute)
		if err := refresh(calendar.CloseSlots); !fault.Is(err, fault.Conflict) || h.free(1) {
			t.Errorf("the slots stay open although nobody knows: %v", err)
		}
		h.cal.say(nil, hour(0))
		dbtest.ClockOf(h.d).Advance(time.Minute)
		if h.work(); !h.free(1) {
			t.Error("they stay closed although it can be read again")
		}
	})
}

func TestRefreshDoesNotWait(t *testing.T) {
	h := settleBusy(t, dbtest.SQLite(t))
	h.cal.say(nil)
	h.add()
	h.rules(calendar.BusyRules{On: true, Stale: calendar.CloseSlots, After: time.Hour})
	dbtest.ClockOf(h.d).Advance(2 * time.Minute)
	h.cal.slow = make(chan struct{})
	begun := time.Now()
	errs := dbtest.Race(20, func(int) error { return h.busy.Refresh(ctx, h.org, h.me.PersonID, 50*time.Millisecond) })
	if took := time.Since(begun); took > 1500*time.Millisecond {
		t.Errorf("bookings waited %v", took)
	}
	for _, err := range errs {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("it was booked on old knowledge: %v", err)
		}
	}
	if n := h.cal.times(); n != 2 {
		t.Errorf("twenty bookings asked %d times, want once", n-1)
	}
	close(h.cal.slow)
}

func TestBusyIsOnesOwn(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		s := h.add()
		other := settle(t, h.d, 1)
		stranger := org.Actor{OrgID: other.org, PersonID: other.people[0], Roles: []org.Role{org.Administrator, org.Member}}
		for _, by := range []org.Actor{h.boss, stranger, {OrgID: h.org, PersonID: "", Roles: []org.Role{org.Member}}} {
			if err := h.busy.Remove(ctx, by, s.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s removed it: %v", by.Name, err)
			}
			if _, err := h.busy.ReadNow(ctx, by, s.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s read it: %v", by.Name, err)
			}
			if _, err := h.busy.Source(ctx, by, s.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s saw it: %v", by.Name, err)
			}
		}
		if err := h.busy.SaveRules(ctx, h.me, calendar.BusyRules{Stale: calendar.KeepOpen, After: time.Hour}); !fault.Is(err, fault.Denied) {
			t.Errorf("a member switched it off: %v", err)
		}
		if all, err := calendar.BusyOf(ctx, h.d, other.org, h.me.PersonID, calendar.Span{Start: noon, End: noon.Add(time.Hour)}); err != nil || len(all) > 0 {
			t.Errorf("another organization sees %v, %v", all, err)
		}
	})
}

func TestBusyRefusesWhatCannotBeAdded(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		add := func(address, key string) {
			t.Helper()
			if _, err := h.busy.Add(ctx, h.me, address); fault.As(err) == nil || fault.As(err).Key != key {
				t.Errorf("%.40s was answered with %v, want %s", address, err, key)
			}
		}
		h.cal.say(fault.New(fault.NotFound, "busy.fault.withdrawn"))
		add(secretAddress, "busy.fault.withdrawn")
		h.cal.say(nil)
		add("https://example.com/"+strings.Repeat("a", 3000), "busy.fault.address")
		h.add()
		add(secretAddress, "busy.twice")
		for i := range calendar.MaxSources - 1 {
			_, err := h.busy.Add(ctx, h.me, fmt.Sprint(secretAddress, "?", i))
			h.ok(err)
		}
		add("https://example.com/one-more.ics", "busy.most")
		h.rules(calendar.BusyRules{Stale: calendar.KeepOpen, After: time.Hour})
		add("https://example.com/off.ics", "busy.off")
	})
}

// TestTheAddressStaysASecret looks for it where it must not be.
func TestTheAddressStaysASecret(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.add()
		h.cal.say(fault.New(fault.Away, "busy.fault.away"))
		dbtest.ClockOf(h.d).Advance(time.Hour)
		h.work()
		for _, table := range []string{"busy_sources", "jobs", "journal"} {
			text := "SELECT COUNT(*) FROM " + table + " WHERE org_id = $1 AND "
			switch table {
			case "busy_sources":
				text += "host || tail || etag LIKE '%s3cret%'"
			case "jobs":
				text += "args || said LIKE '%s3cret%'"
			default:
				text += "data LIKE '%s3cret%'"
			}
			if n, err := db.Value[int64](ctx, h.d, text, h.org); err != nil || n > 0 {
				t.Errorf("%s has it %d times, %v", table, n, err)
			}
		}
		if strings.Contains(h.log.String(), "s3cret") {
			t.Errorf("the log has it: %s", h.log)
		}
		if n, err := db.Value[int64](ctx, h.d, "SELECT COUNT(*) FROM journal WHERE org_id = $1 AND verb = 'busy.add'", h.org); err != nil || n != 1 {
			t.Errorf("the journal tells of it %d times, %v", n, err)
		}
	})
}

func TestEraseForgetsCalendarsElsewhere(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.cal.say(nil, hour(0))
		h.add()
		h.ok(h.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return calendar.Open(h.d).Erase(ctx, tx, h.org, h.me.PersonID)
		}))
		for _, table := range []string{"busy", "busy_sources"} {
			if n, err := db.Value[int64](ctx, h.d, "SELECT COUNT(*) FROM "+table+" WHERE org_id = $1", h.org); err != nil || n != 0 {
				t.Errorf("%d rows of %s are left, %v", n, table, err)
			}
		}
		dbtest.ClockOf(h.d).Advance(time.Hour)
		if n := h.work(); n != 0 {
			t.Error("the calendar of somebody who was forgotten was read")
		}
	})
}

// TestBusyPlans asks both engines how they find busy times among many.
func TestBusyPlans(t *testing.T) {
	eachBusy(t, func(t *testing.T, h *busyHouse) {
		h.ok(h.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for p := range 400 {
				source, person := db.NewID(), db.NewID()
				if p == 0 {
					person = h.me.PersonID
				}
				if _, err := tx.Exec(ctx, `INSERT INTO busy_sources (org_id, person_id, id, address, host, tail, added_at, tried_at, read_at, full_at, zone, etag, modified, fault, failing_since, failures, stale, version)
VALUES ($1, $2, $3, $4, '', '', 0, 0, 0, 0, '', '', '', '', 0, 0, FALSE, 1)`, h.org, person, source, []byte{}); err != nil {
					return err
				}
				for n := range 12 {
					at := int64(calendar.At(noon)) + int64(n)*3_600_000_000
					if _, err := tx.Exec(ctx, "INSERT INTO busy (org_id, person_id, source_id, closes, starts_at, ends_at) VALUES ($1, $2, $3, FALSE, $4, $5)", h.org, person, source, at, at+1); err != nil {
						return err
					}
				}
			}
			return nil
		}))
		from, to := int64(calendar.At(noon)), int64(calendar.At(noon.Add(24*time.Hour)))
		for text, args := range map[string][]any{
			calendar.BusyRowsOf + db.Params(4, 2) + ")": {h.org, from, to, h.me.PersonID, h.people[0]},
			calendar.ElsewhereOf:                        {h.org, from, to, h.me.PersonID},
		} {
			plan := dbtest.Plan(t, h.d, text, args...)
			dbtest.NoScan(t, plan, "busy", "b", "busy b")
			if !strings.Contains(plan, "busy_person") {
				t.Errorf("busy_person is not used:\n%s", plan)
			}
		}
		plan := dbtest.Plan(t, h.d, strings.ReplaceAll(calendar.SourcesOf, "{columns}", "*"), h.org, h.me.PersonID)
		dbtest.NoScan(t, plan, "busy_sources")
	})
}

func TestTheSheetTakesWhatIsOnElsewhere(t *testing.T) {
	s := func(a, b int) calendar.Stretch {
		return calendar.Stretch{From: hour(a).Stretch().From, To: hour(b).Stretch().From}
	}
	window := calendar.Span{Start: hour(0).Start, End: hour(6).Start}
	sheet := calendar.NewSheet("p", time.UTC, window, calendar.Rules{Hours: everyDay(), Claims: calendar.Line{s(1, 2)}, Busy: []calendar.Stretch{s(4, 5), s(1, 3)}})
	want := []calendar.Span{{Start: hour(0).Start, End: hour(1).Start}, {Start: hour(3).Start, End: hour(4).Start}, {Start: hour(5).Start, End: hour(6).Start}}
	if diff := cmp.Diff(want, sheet.Free(window)); diff != "" {
		t.Errorf("free (-want +got):\n%s", diff)
	}
	if !sheet.Without(s(1, 2)).CanStart(hour(1).Start, calendar.Fit{Length: time.Hour, Step: time.Hour}) {
		t.Error("an appointment that moves is in its own way, since the member's own calendar has it too")
	}
}
