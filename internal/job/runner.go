package job

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
)

// A Handler does one kind of job. It may be run again at any time, and must
// look at the state instead of trusting what the job said when it was added.
// Its error decides: Limited, Later and whatever may pass come again; Invalid,
// Denied, NotFound and SignIn are given up and kept for a person to see.
type Handler func(ctx context.Context, j Job) error

// look is how often idle workers look for due work: the net under the bell.
const look = 500 * time.Millisecond

// bell wakes the workers of this process after a commit that added work.
var bell = struct {
	sync.Mutex
	waiting chan struct{}
}{waiting: make(chan struct{})}

func ring() {
	bell.Lock()
	defer bell.Unlock()
	close(bell.waiting)
	bell.waiting = make(chan struct{})
}

func rung() <-chan struct{} {
	bell.Lock()
	defer bell.Unlock()
	return bell.waiting
}

// A Runner claims jobs and runs them. Every process has one.
type Runner struct {
	d        *db.DB
	log      *slog.Logger
	handlers map[string]Handler
	ticks    []tick
}

// tick is work that comes round.
type tick struct {
	name  string
	every time.Duration
	kind  string
}

// New returns a runner without handlers.
func New(d *db.DB, log *slog.Logger) *Runner {
	return &Runner{d: d, log: log, handlers: map[string]Handler{}}
}

// Handle names the handler of a kind. Naming two panics: it is a defect of the
// program's composition.
func (r *Runner) Handle(kind string, h Handler) {
	if r.handlers[kind] != nil {
		panic("job: two handlers for " + kind)
	}
	r.handlers[kind] = h
}

// Every adds a job of the kind, under its name as key, once in each period
// whatever the number of processes.
func (r *Runner) Every(name string, every time.Duration, kind string) {
	r.ticks = append(r.ticks, tick{name, every, kind})
}

// Run works until ctx ends, with the given number of workers, and returns when
// the last one has put its job down.
func (r *Runner) Run(ctx context.Context, workers int) {
	if r.d.OneProcess() {
		r.free(ctx)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { r.work(ctx) })
	}
	wg.Go(func() { r.tickLoop(ctx) })
	wg.Wait()
}

// free makes jobs that an earlier process died over due at once: when one
// process owns the database, nobody can still be running them.
func (r *Runner) free(ctx context.Context) {
	err := r.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "/* every organization: at start */ UPDATE jobs SET running = FALSE, due_at = $1 WHERE running = TRUE", db.Time(tx.Now()))
		return err
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("freeing the jobs of the last process", "error", err)
	}
}

func (r *Runner) work(ctx context.Context) {
	for ctx.Err() == nil {
		wake := rung()
		worked, err := r.one(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error("claiming a job", "error", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-time.After(look):
		}
	}
}

// RunDue runs what is due until nothing is, at most max jobs, and returns how
// many it ran. Tests use it instead of workers.
func (r *Runner) RunDue(ctx context.Context, max int) (ran int, err error) {
	for ran < max {
		worked, err := r.one(ctx)
		if err != nil || !worked {
			return ran, err
		}
		ran++
	}
	return ran, nil
}

// one claims a job and runs it; false when none is due.
func (r *Runner) one(ctx context.Context) (bool, error) {
	if due, err := r.anyDue(ctx); err != nil || !due {
		return false, err
	}
	var s stored
	err := r.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = claim(ctx, tx)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.Args = []byte(s.args)
	// A run that was begun is put down properly even when the process is told
	// to stop meanwhile.
	return true, r.settle(context.WithoutCancel(ctx), s, r.run(ctx, s))
}

// anyDue looks without writing, so that an idle process leaves the writer alone.
func (r *Runner) anyDue(ctx context.Context) (bool, error) {
	now, err := r.d.Now(ctx)
	if err != nil {
		return false, err
	}
	keys, err := db.Values[string](ctx, r.d, "/* every organization: one queue serves them all */ SELECT key FROM jobs WHERE dead = FALSE AND due_at <= $1 LIMIT 1", db.Time(now))
	return len(keys) > 0, err
}

// run calls the handler; a panic becomes an error like any other.
func (r *Runner) run(ctx context.Context, s stored) (err error) {
	h := r.handlers[s.Kind]
	if h == nil {
		return fault.Wrap(fault.Away, fmt.Errorf("no handler for kind %s", s.Kind), "")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(context.WithValue(ctx, epochKey{}, s.epoch), s.Job)
}

// settle saves what became of a run, under the epoch it had.
func (r *Runner) settle(ctx context.Context, s stored, ended error) error {
	return r.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ended == nil {
			return done(ctx, tx, s)
		}
		in, attempt, giveUp := next(ended, s.Attempt)
		if giveUp {
			r.log.Error("job given up", "kind", s.Kind, "key", s.Key, "org", s.OrgID, "error", ended)
			return bury(ctx, tx, s, ended.Error())
		}
		if attempt > 0 {
			r.log.Warn("job failed, will run again", "kind", s.Kind, "key", s.Key, "org", s.OrgID, "attempt", s.Attempt, "in", in, "error", ended)
		}
		return again(ctx, tx, s, tx.Now().Add(in), attempt)
	})
}

func (r *Runner) tickLoop(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.Tick(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("ticking", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(look):
		}
	}
}

// Tick adds the periodic jobs whose time has come.
func (r *Runner) Tick(ctx context.Context) error {
	for _, t := range r.ticks {
		if err := r.tick(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) tick(ctx context.Context, t tick) error {
	now, err := r.d.Now(ctx)
	if err != nil {
		return err
	}
	next, err := db.Value[db.Time](ctx, r.d, "SELECT next_at FROM ticks WHERE name = $1", t.name)
	if err == nil && time.Time(next).After(now) {
		return nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return r.d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := tx.Now()
		won, err := tx.Exec(ctx, `INSERT INTO ticks (name, next_at) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET next_at = EXCLUDED.next_at WHERE ticks.next_at <= $3`, t.name, db.Time(now.Add(t.every)), db.Time(now))
		if err != nil || won == 0 { // another process was first
			return err
		}
		return Add(ctx, tx, Job{Key: t.name, Kind: t.kind})
	})
}
