package vault

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/connector"
	"parley/internal/db"
	"parley/internal/fault"
	"parley/internal/job"
)

// What vendors tell us, for the door that hears it and the rooms that act on it.
type (
	// Inbound is one thing that a vendor told us.
	Inbound = connector.Inbound
	// Listener reads what a vendor sends.
	Listener = connector.Listener
)

// Kinds of inbound event.
const (
	DirectoryChanged = connector.DirectoryChanged
	SubscriptionEnds = connector.SubscriptionEnds
)

const (
	// inboundKept is how long an event is remembered, so that one told again is
	// known: Microsoft tells for four hours (Microsoft Graph, change notifications).
	inboundKept = 7 * 24 * time.Hour
	// inboundMax is how many of one vendor's events may wait. Whoever sends more
	// is asked to come back: it may be a flood, and what is lost is found by the
	// nightly look.
	inboundMax = 10_000
)

// Listeners are the vendors that tell us things, by name.
func (v *Vault) Listeners() map[string]Listener {
	all := map[string]Listener{}
	for name, c := range v.vendors {
		if c.Listener != nil {
			all[name] = c.Listener
		}
	}
	return all
}

// inbound is an event as it is kept. What came with it is sealed: a secret may be
// among it.
type inbound struct {
	vendor, id, kind, subject string
	sealed                    []byte
	at, done                  time.Time
}

// Columns maps the event to its table.
func (i *inbound) Columns(c *db.Columns) {
	c.Col("vendor", &i.vendor)
	c.Col("id", &i.id)
	c.Col("kind", &i.kind)
	c.Col("subject", &i.subject)
	c.Col("sealed", &i.sealed)
	c.Col("at", (*db.Time)(&i.at))
	c.Col("done_at", (*db.Time)(&i.done))
}

// told is the sealed part of an event.
type told struct {
	Secret string `json:"secret"`
	Data   []byte `json:"data"`
}

// whichInbound names an event in its job.
type whichInbound struct {
	Vendor string `json:"vendor"`
	ID     string `json:"id"`
}

// Remember keeps what a vendor told us, once, with the jobs that hand it on. It
// asks nobody and acts on nothing, so that the vendor has its answer at once.
func (v *Vault) Remember(ctx context.Context, vendor string, events []Inbound) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		waiting, err := db.Value[int64](ctx, tx, openInbound, vendor)
		if err != nil {
			return err
		}
		if waiting+int64(len(events)) > inboundMax {
			f := fault.New(fault.Limited, "")
			f.After = time.Minute
			return f
		}
		for _, e := range events {
			if !plausible(e) {
				continue
			}
			if err := v.remember(ctx, tx, vendor, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// plausible leaves out what no vendor sends and no database keeps.
func plausible(e Inbound) bool {
	for _, text := range []string{e.ID, e.Kind, e.Subject} {
		if len(text) > 500 || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return false
		}
	}
	return e.ID != ""
}

func (v *Vault) remember(ctx context.Context, tx *db.Tx, vendor string, e Inbound) (err error) {
	i := inbound{vendor: vendor, id: e.ID, kind: e.Kind, subject: e.Subject, at: tx.Now()}
	if i.sealed, err = v.cfg.Keys.seal(told{Secret: e.Secret.Reveal(), Data: e.Data}, i.sealedAt()...); err != nil {
		return err
	}
	n, err := db.InsertCount(ctx, tx, "inbound_events", &i, keepInbound)
	if err != nil || n == 0 {
		return err
	}
	args, err := json.Marshal(whichInbound{Vendor: vendor, ID: e.ID})
	if err != nil {
		return err
	}
	return job.Add(ctx, tx, job.Job{Key: kindInbound + ":" + vendor + ":" + e.ID, Kind: kindInbound, Args: args})
}

func (i inbound) sealedAt() []string { return []string{i.vendor, i.id, i.subject, "inbound"} }

// inboundJob hands an event to the room that its kind concerns. One that nobody
// takes is done with.
func (v *Vault) inboundJob(ctx context.Context, j job.Job) error {
	var which whichInbound
	if err := json.Unmarshal(j.Args, &which); err != nil {
		return err
	}
	i, err := db.One[inbound](ctx, v.db, oneInbound, which.Vendor, which.ID)
	if err != nil || !i.done.IsZero() {
		return absent(err)
	}
	if take := v.OnInbound[i.kind]; take != nil {
		var t told
		if err := v.cfg.Keys.open(i.sealed, &t, i.sealedAt()...); err != nil {
			return err
		}
		if err := take(ctx, Inbound{ID: i.id, Kind: i.kind, Subject: i.subject, Secret: NewSecret(t.Secret), Data: t.Data}); err != nil {
			return err
		}
	}
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, doneInbound, i.vendor, i.id, db.Time(tx.Now()))
		return err
	})
}

// forgetJob forgets what is older than it may matter.
func (v *Vault) forgetJob(ctx context.Context, _ job.Job) error {
	return v.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, oldInbound, db.Time(tx.Now().Add(-inboundKept)))
		return err
	})
}
