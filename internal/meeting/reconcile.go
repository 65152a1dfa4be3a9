package meeting

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/identity"
	"parley/internal/job"
	"parley/internal/vault"
)

const (
	// runFor is how long one run begins new steps; with callFor it stays below
	// the job's lease of a minute, so that no two runs work on one meeting.
	runFor = 30 * time.Second
	// callFor bounds all that one step does at the vendor, the wait at the gate
	// included.
	callFor = 20 * time.Second
	// stepsMax ends a run that goes in circles, as when a vendor gives
	// conferences that it says right after are not there.
	stepsMax = 12
)

// Config is what Meetings needs.
type Config struct {
	DB    *db.DB
	Vault *vault.Vault
	Log   *slog.Logger
}

// Meetings makes the vendors' conferences follow what the meetings want.
type Meetings struct {
	db    *db.DB
	vault *vault.Vault
	log   *slog.Logger
	// OnChange is called in the transaction that changes what people are told
	// about the link of a meeting, its state or the reason, so that the meeting's
	// owner can tell them.
	OnChange []func(ctx context.Context, tx *db.Tx, m Meeting, s LinkState) error
}

// New makes Meetings. Work has to be called for them to do anything.
func New(c Config) *Meetings { return &Meetings{db: c.DB, vault: c.Vault, log: c.Log} }

// Work registers the jobs of this room.
func (ms *Meetings) Work(r *job.Runner) {
	r.Handle(kindFit, ms.fitJob)
	r.Handle(kindSweep, ms.sweepJob)
	r.Handle(kindReturn, ms.returnJob)
	r.Handle(kindHosts, ms.hostsJob)
	r.Every("meeting.sweep", time.Hour, kindSweep)
}

func (ms *Meetings) fitJob(ctx context.Context, j job.Job) (err error) {
	defer fault.Op(&err, "fit conference of %s", j.Args)
	return neverGivenUp(ms.reconcile(ctx, j.OrgID, string(j.Args)))
}

// neverGivenUp keeps the job of a meeting alive: what the queue takes for
// hopeless is here a defect of ours, or of an owner, that may be mended.
func neverGivenUp(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return nil // the meeting was erased
	case err != nil && !passes(fault.As(err).Kind):
		return fault.Wrap(fault.Internal, err, "")
	}
	return err
}

// reconcile compares wanted and seen, takes one step, saves, and looks again,
// until there is nothing to do or nothing that can be done now.
func (ms *Meetings) reconcile(ctx context.Context, orgID, id string) error {
	budget, stop := context.WithTimeout(ctx, runFor)
	defer stop()
	r := run{Meetings: ms, tried: map[string]bool{}}
	for range stepsMax {
		v, err := ms.look(ctx, orgID, id)
		if err != nil {
			return err
		}
		v.tried = r.tried
		s := v.next()
		if s.task == rest || s.task == wait {
			if err := ms.settle(ctx, v); err != nil {
				return err
			}
			return r.again(v, s)
		}
		if budget.Err() != nil {
			return job.Later(0)
		}
		if err := r.take(ctx, v, s); err != nil {
			return err
		}
	}
	return fault.Wrap(fault.Away, fmt.Errorf("still not as wanted after %d steps", stepsMax), "")
}

// look reads all that the decision depends on.
func (ms *Meetings) look(ctx context.Context, orgID, id string) (view, error) {
	m, err := Get(ctx, ms.db, orgID, id)
	if err != nil {
		return view{}, err
	}
	v := view{meeting: m, reach: map[string]reach{}}
	if v.now, err = ms.db.Now(ctx); err != nil {
		return view{}, err
	}
	if v.conferences, err = Conferences(ctx, ms.db, orgID, id); err != nil {
		return view{}, err
	}
	if err := ms.reachAll(ctx, &v); err != nil {
		return view{}, err
	}
	return v, ms.readWish(ctx, &v)
}

// readWish finds out how the vendor would say what is wanted.
func (ms *Meetings) readWish(ctx context.Context, v *view) error {
	hosts, err := ms.known(ctx, v.meeting, v.meeting.Hosts())
	if err != nil {
		return err
	}
	var ids []string
	for _, person := range v.meeting.Hosts() {
		if id := hosts[person].VendorID; id != "" {
			ids = append(ids, id)
		}
	}
	holder := hosts[v.meeting.HostID]
	v.host, v.hostLost, v.wish = holder.VendorID, holder.Lost(), v.meeting.wish(ids)
	v.keepHosts()
	v.wanted = print(v.wish)
	return nil
}

// reachAll finds out what the connections concerned let us do now.
func (ms *Meetings) reachAll(ctx context.Context, v *view) error {
	ids := []string{}
	if v.meeting.linked() {
		ids = append(ids, v.meeting.ConnectionID)
	}
	for _, c := range v.conferences {
		if c.Stage != Gone {
			ids = append(ids, c.ConnectionID)
		}
	}
	for _, id := range ids {
		if _, known := v.reach[id]; known {
			continue
		}
		c, err := ms.vault.Connection(ctx, ms.db, v.meeting.OrgID, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		v.reach[id] = reachOf(c)
		if vendor := ms.vault.Conference(c); id == v.meeting.ConnectionID && vendor != nil {
			v.ofHost = vendor.OfHost()
		}
	}
	return nil
}

// known are the hosts as the vendor knows them, by person. A host who is not
// matched is no host there; the meeting takes place all the same.
func (ms *Meetings) known(ctx context.Context, m Meeting, hosts []string) (map[string]identity.Identity, error) {
	if !m.linked() || len(hosts) == 0 {
		return nil, nil
	}
	return identity.Of(ctx, ms.db, m.OrgID, m.ConnectionID, hosts)
}

// settle writes down what can be said of the link when no step did.
func (ms *Meetings) settle(ctx context.Context, v view) error {
	if v.link() == v.meeting.promised() {
		return nil
	}
	return ms.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := db.One[Meeting](ctx, tx, hold, v.meeting.OrgID, v.meeting.ID)
		if err != nil || m.Version != v.meeting.Version {
			return err // it was rung for the newer version
		}
		return ms.tell(ctx, tx, v)
	})
}

// tell saves the link state that follows from the view, and calls the owner if
// it is another one.
func (ms *Meetings) tell(ctx context.Context, tx *db.Tx, v view) error {
	m, p := v.meeting, v.link()
	if p == m.promised() {
		return nil
	}
	if _, err := tx.Exec(ctx, saveLink, m.OrgID, m.ID, p.state, p.reason, p.trouble); err != nil {
		return err
	}
	m.Link, m.LinkReason, m.Trouble = p.state, p.reason, p.trouble
	for _, f := range ms.OnChange {
		if err := f(ctx, tx, m, m.Link); err != nil {
			return err
		}
	}
	return nil
}

// reachOf is what a connection lets us do now.
func reachOf(c vault.Connection) reach {
	r := reach{account: c.Vendor + ":" + c.Account.TenantID + "/" + c.Account.ID}
	switch c.State {
	case vault.Connected:
		r.connected = true
	case vault.NeedsReauthorization:
		r.reason = "meeting.reason.reauthorize"
	case vault.Connecting:
		r.reason = "meeting.reason.connecting"
	default: // disconnected, or not there at all
		r.lost, r.reason = true, "meeting.reason.disconnected"
	}
	return r
}

// lend gives leave to call the vendor of a conference now, as the account whose
// it is: another account would be told that it is not there.
func (ms *Meetings) lend(ctx context.Context, c Conference) (lent, error) {
	conn, err := ms.vault.Connection(ctx, ms.db, c.OrgID, c.ConnectionID)
	if err != nil {
		return lent{}, err
	}
	switch r := reachOf(conn); {
	case !r.connected:
		return lent{}, fault.New(fault.SignIn, r.reason)
	case r.foreign(c):
		return lent{}, fault.Wrap(fault.Away, errAccount, "")
	}
	vendor := ms.vault.Conference(conn)
	if vendor == nil {
		return lent{}, fault.Wrap(fault.Denied, errVendor, "")
	}
	client, err := ms.vault.Lend(ctx, c.OrgID, c.ConnectionID, vault.Purpose{What: "meeting"})
	return lent{client: client, vendor: vendor}, err
}

var (
	errAccount = errors.New("another account is connected now")
	errVendor  = errors.New("the vendor of this connection makes no meetings, or is not known any more")
)
