package meeting

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parley/internal/calendar"
	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/vault"
)

// A house is the room with all it stands on, and a scripted vendor.
type house struct {
	t      testing.TB
	ctx    context.Context
	db     *db.DB
	clock  *dbtest.Clock
	vault  *vault.Vault
	ms     *Meetings
	runner *job.Runner
	vendor *scripted
	// a and b are the ids of the two connections.
	a, b string
	// changes is what OnChange was told.
	changes []LinkState
}

const testOrg = "org-1"

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), db: d, clock: dbtest.ClockOf(d)}
	h.vendor = &scripted{held: map[string]*holding{}, inside: map[string]int{}}
	h.connect()
	h.ms = New(Config{DB: d, Vault: h.vault, Log: slog.New(slog.DiscardHandler)})
	h.ms.OnChange = append(h.ms.OnChange, func(_ context.Context, _ *db.Tx, _ Meeting, s LinkState) error {
		h.changes = append(h.changes, s)
		return nil
	})
	h.runner = job.New(d, slog.New(slog.DiscardHandler))
	h.ms.Work(h.runner)
	return h
}

// tx runs a verb, the calendars of the people touched first.
func (h *house) tx(do func(ctx context.Context, tx *db.Tx) error, people ...string) error {
	return h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := calendar.Touch(ctx, tx, testOrg, people...); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) now() time.Time {
	now, err := h.db.Now(h.ctx)
	h.must(err)
	return now
}

// book agrees on a video meeting of an hour, in the given time from now.
func (h *house) book(in time.Duration, change ...func(*Meeting)) Meeting {
	h.t.Helper()
	starts := h.now().Add(in).Truncate(time.Minute)
	m := Meeting{
		OrgID: testOrg, Kind: "appointment", OwnerID: "ap-1", Title: "Mortgage review", Starts: starts, Ends: starts.Add(time.Hour),
		Zone: "Europe/London", Mode: ByVideo, ConnectionID: h.a, HostID: "person-" + db.NewID(), Lobby: connector.StaffAdmits, Lang: "en",
	}
	for _, c := range change {
		c(&m)
	}
	h.match(m.ConnectionID, m.HostID)
	h.must(h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = Book(ctx, tx, m)
		return err
	}, m.Hosts()...))
	return m
}

// match says who a person is at the vendor of a connection.
func (h *house) match(connectionID, personID string) {
	h.t.Helper()
	h.must(h.db.Tx(h.ctx, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "identities", &identity.Identity{
			OrgID: testOrg, ConnectionID: connectionID, PersonID: personID, VendorID: "v-" + personID, State: identity.Matched, Enabled: true,
		}, "ON CONFLICT (org_id, connection_id, person_id) DO NOTHING")
	}))
}

func (h *house) move(m Meeting, by time.Duration) {
	h.t.Helper()
	h.must(h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := Move(ctx, tx, testOrg, m.ID, calendar.Span{Start: m.Starts.Add(by), End: m.Ends.Add(by)})
		return err
	}, m.HostID))
}

func (h *house) cancel(m Meeting) {
	h.t.Helper()
	h.must(h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := Cancel(ctx, tx, testOrg, m.ID)
		return err
	}, m.HostID))
}

func (h *house) change(m Meeting, edit func(*Meeting)) {
	h.t.Helper()
	h.must(h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := Change(ctx, tx, testOrg, m.ID, edit)
		return err
	}, m.HostID))
}

// run does all jobs that are due.
func (h *house) run() {
	h.t.Helper()
	_, err := h.runner.RunDue(h.ctx, 500)
	h.must(err)
}

// later moves the clock and does what has become due, in steps as time passes.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.clock.Advance(d)
	h.must(h.runner.Tick(h.ctx))
	h.run()
}

func (h *house) get(m Meeting) Meeting {
	h.t.Helper()
	m, err := Get(h.ctx, h.db, testOrg, m.ID)
	h.must(err)
	return m
}

func (h *house) way(m Meeting) Way {
	h.t.Helper()
	w, err := Join(h.ctx, h.db, m.Code, h.now())
	h.must(err)
	return w
}

// stages are how far the conferences of a meeting have come, oldest first.
func (h *house) stages(m Meeting) []Stage {
	h.t.Helper()
	all, err := Conferences(h.ctx, h.db, testOrg, m.ID)
	h.must(err)
	var stages []Stage
	for _, c := range all {
		stages = append(stages, c.Stage)
	}
	return stages
}
